import pLimit from 'p-limit';
import { epochMs } from '../model/dates.ts';
import { abortable, pause, throwIfAborted } from './abort.ts';
import type { Runtime } from './runtime.ts';

/** At most so many requests in any span of so many seconds. */
export interface RateWindow {
  readonly requests: number;
  readonly seconds: number;
}

export interface Limiter {
  /** Runs `task` when a place and a slot of every window are free. */
  run<T>(task: () => Promise<T>, runtime: Runtime, signal: AbortSignal | undefined): Promise<T>;
  /** The server asked for a pause: no request starts before this time (ms since 1970). */
  blockUntil(time: number): void;
}

/** State of one connector instance; two instances never share a limit. */
export function createLimiter(concurrency: number, windows: readonly RateWindow[]): Limiter {
  const limit = pLimit(Math.max(1, concurrency));
  const slots = windows.map(slotRing);
  let blocked = 0;

  /** Takes the slot in one synchronous step, so that callers who wait together never pass together. */
  const reserve = (now: number): number => {
    const start = slots.reduce((time, slot) => Math.max(time, slot.earliest()), Math.max(now, blocked));
    for (const slot of slots) slot.take(start);
    return start;
  };

  return {
    run: (task, runtime, signal) =>
      abortable(
        limit(async () => {
          throwIfAborted(signal);
          let time = epochMs(runtime.now());
          for (let start = reserve(time); start > time; ) {
            await pause(runtime.sleep, start - time, signal);
            time = start;
            // The server asked all for a pause meanwhile: a slot after it, or all who waited would start at once.
            if (blocked > time) start = reserve(time);
          }
          return task();
        }),
        signal,
      ),
    blockUntil(time) {
      blocked = Math.max(blocked, time);
    },
  };
}

/** The last `requests` start times: the next may come one window after the oldest of them. */
function slotRing({ requests, seconds }: RateWindow): { earliest(): number; take(time: number): void } {
  const times = new Float64Array(Math.max(1, requests)).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  return {
    earliest: () => (times[next] ?? Number.NEGATIVE_INFINITY) + seconds * 1000,
    take(time) {
      times[next] = time;
      next = (next + 1) % times.length;
    },
  };
}
