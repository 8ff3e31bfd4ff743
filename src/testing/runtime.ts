import type { Instant } from '../model/dates.ts';
import type { LogEntry, Runtime } from '../transport/runtime.ts';
import { createRandom } from './random.ts';
import { WORLD_NOW } from './world/now.ts';

/** Something that answers requests of some origins: every mock does. */
export interface Answering {
  /** Scheme, host and port, as `URL.origin` has them. */
  readonly origins: readonly string[];
  /** Answers a request. */
  readonly fetch: typeof globalThis.fetch;
}

/** A runtime without the outside world: waiting costs nothing, the clock moves only by waiting. */
export interface TestRuntime extends Runtime {
  /** Milliseconds slept through, and thereby passed, since the start. */
  readonly elapsedMs: () => number;
  /** Every wait asked for, in milliseconds, in order. */
  readonly sleeps: readonly number[];
  /** Origins that were asked though no mock answers for them. */
  readonly strays: readonly string[];
  /** Every log entry. */
  readonly logs: readonly LogEntry[];
  /** Requests to the mock's origins are answered by it. */
  readonly attach: (mock: Answering) => void;
}

/**
 * A virtual clock, a virtual sleep, fixed randomness, and a `fetch` that knows only the attached mocks: a request
 * to anywhere else fails. Sleeps that overlap overlap here too.
 * @param options.start where the clock starts; default the day worlds are looked at
 */
export function createTestRuntime(
  options: { readonly start?: Instant; readonly seed?: string } = {},
): TestRuntime {
  const start = Date.parse(options.start ?? WORLD_NOW);
  let now = start;
  const random = createRandom(options.seed ?? 'jitter');
  const sleeps: number[] = [];
  const logs: LogEntry[] = [];
  const strays: string[] = [];
  const mocks: Answering[] = [];
  const waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
  let turning = false;

  // One turn of the event loop between two wake-ups: whatever the first one started has run by then.
  const turn = (): void => {
    if (turning) return;
    turning = true;
    setTimeout(() => {
      turning = false;
      let first: { readonly at: number; readonly wake: () => void } | undefined;
      for (const one of waiting) if (!first || one.at < first.at) first = one;
      if (!first) return;
      waiting.delete(first);
      now = Math.max(now, first.at);
      first.wake();
      if (waiting.size > 0) turn();
    }, 0);
  };

  return {
    now: () => new Date(now).toISOString(),
    random: random.next,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        sleeps.push(ms);
        const abort = (): void => {
          waiting.delete(entry);
          reject(signal?.reason);
        };
        const entry = {
          at: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        waiting.add(entry);
        turn();
      }),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { origin } = new URL(request.url);
      const mock = mocks.find((one) => one.origins.includes(origin));
      if (!mock) {
        strays.push(origin);
        throw new TypeError(`no mock answers for ${origin}`);
      }
      return mock.fetch(request);
    },
    log: (entry) => {
      logs.push(entry);
    },
    elapsedMs: () => now - start,
    sleeps,
    logs,
    strays,
    attach: (mock) => {
      mocks.push(mock);
    },
  };
}
