import type { Instant } from '../model/dates.ts';

/**
 * The outside world, injectable: tests replace the clock, the network and the waiting; embedders their proxy
 * and their logger. The only place in trueup that reads a clock.
 */
export interface Runtime {
  /** Sends a request. Default: the global `fetch`. */
  readonly fetch: typeof globalThis.fetch;
  /** The time, in UTC. */
  readonly now: () => Instant;
  /** Resolves after `ms`; rejects at once with the signal's reason when it aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1): jitter of retries only. */
  readonly random: () => number;
  /** Never receives a secret, a payload or a query string. Default: nothing is logged. */
  readonly log?: (entry: LogEntry) => void;
}

/**
 * One event for the embedder's log. `answer` (debug): a request was answered, with `resource` and `status`. `retry`
 * (warn): it is tried again, with `resource`, `code` and `waitMs`.
 */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn';
  /** What happened: `answer`, `retry`. */
  readonly event: string;
  /** The connector's slug. */
  readonly connector: string;
  readonly [key: string]: string | number | boolean | null;
}

/** The real clock, network and waiting, with parts replaced. Globals are looked up late, so that spies work. */
export function createRuntime(replace: Partial<Runtime> = {}): Runtime {
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => new Date().toISOString(),
    sleep,
    random: () => Math.random(),
    ...replace,
  };
}

// A timer holds 31 bits; a longer wait is taken in pieces.
const LONGEST_TIMER = 2 ** 31 - 1;

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = ms; ; left -= LONGEST_TIMER) {
    await wait(Math.min(left, LONGEST_TIMER), signal);
    if (left <= LONGEST_TIMER) return;
  }
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
