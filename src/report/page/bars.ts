import type { PageTrend } from './data.ts';

/** One bar of a trend. */
export interface Bar {
  readonly class: 'under' | 'over';
  readonly x: string;
  readonly y: string;
  readonly width: string;
  readonly height: string;
}

/** Where the bars of a trend stand: the first number of a point up, the second down. */
export function barsOf(trend: readonly PageTrend[], width: number, height: number): Bar[] {
  const most = Math.max(1e-6, ...trend.flatMap((point) => (point === null ? [] : [point[0], point[1]])));
  const step = width / Math.max(1, trend.length);
  const middle = height / 2;
  return trend.flatMap((point, at) =>
    (point ?? []).flatMap((units, side): Bar[] => {
      if (units <= 0) return [];
      const tall = Math.max(1, (units / most) * (middle - 1));
      return [
        {
          class: side === 0 ? 'under' : 'over',
          x: (at * step + step * 0.15).toFixed(2),
          y: (side === 0 ? middle - tall : middle).toFixed(2),
          width: (step * 0.7).toFixed(2),
          height: tall.toFixed(2),
        },
      ];
    }),
  );
}
