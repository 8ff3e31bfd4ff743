import type { PageTrend } from './data.ts';
import { svg } from './dom.ts';

/** Bars per period: under-billed up, over-billed down. Decoration; the numbers stand in a table or a label. */
export function trendBars(trend: readonly PageTrend[], width: number, height: number): SVGElement {
  const most = Math.max(1e-6, ...trend.flatMap((point) => (point === null ? [] : [point[0], point[1]])));
  const step = width / Math.max(1, trend.length);
  const middle = height / 2;
  const bar = (at: number, units: number, sign: 1 | -1): SVGElement[] => {
    const tall = (units / most) * (middle - 1);
    if (tall <= 0) return [];
    return [
      svg('rect', {
        class: sign === 1 ? 'under' : 'over',
        x: (at * step + step * 0.15).toFixed(2),
        y: (sign === 1 ? middle - Math.max(1, tall) : middle).toFixed(2),
        width: (step * 0.7).toFixed(2),
        height: Math.max(1, tall).toFixed(2),
        rx: '1',
      }),
    ];
  };
  return svg(
    'svg',
    {
      class: 'trend',
      viewBox: `0 0 ${width} ${height}`,
      width: String(width),
      height: String(height),
      'aria-hidden': 'true',
      focusable: 'false',
    },
    svg('path', { class: 'axis', d: `M0 ${middle}H${width}` }),
    ...trend.flatMap((point, at) =>
      point === null ? [] : [...bar(at, point[0], 1), ...bar(at, point[1], -1)],
    ),
  );
}
