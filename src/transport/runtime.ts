import type { Instant } from '../model/dates.ts';

/**
 * The outside world, injectable: tests replace the clock, the network and the waiting; embedders their proxy
 * and their logger. The only place in trueup that reads a clock.
 */
export interface Runtime {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Instant;
  /** Resolves after `ms`; rejects at once with the signal's reason when it aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1): jitter of retries only. */
  readonly random: () => number;
  /** Never receives a secret, a payload or a query string. Default: nothing is logged. */
  readonly log?: (entry: LogEntry) => void;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn';
  readonly event: string;
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

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
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
