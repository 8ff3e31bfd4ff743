import { barsOf } from './bars.ts';
import type { PageTrend } from './data.ts';
import { svg } from './dom.ts';

/** Bars per period: under-billed up, over-billed down. Decoration; the numbers stand in a table. */
export function trendBars(trend: readonly PageTrend[], width: number, height: number): SVGElement {
  const size = { viewBox: `0 0 ${width} ${height}`, width: String(width), height: String(height) };
  return svg(
    'svg',
    { class: 'trend', ...size, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { class: 'axis', d: `M0 ${height / 2}H${width}` }),
    ...barsOf(trend, width, height).map((bar) => svg('rect', { ...bar, rx: '1' })),
  );
}
