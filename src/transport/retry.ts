import pRetry from 'p-retry';
import { epochMs } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import { pause } from './abort.ts';
import type { Limiter } from './limiter.ts';
import type { Runtime } from './runtime.ts';

/** How often and how long one request is tried. */
export interface RetryPolicy {
  /** Tries in all, the first one included. Default 5. */
  readonly attempts?: number;
  /** Seconds one request may spend waiting for all its retries together. Default 120. */
  readonly budgetSeconds?: number;
}

interface RetryCall {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
  readonly connector: string;
  readonly resource: string;
  /** A write is tried once: the first try may have been heard. */
  readonly repeatable: boolean;
}

/**
 * The one owner of retries. Tries again what failed `retryable`; a wait the server asked for is kept in full,
 * or, past the budget, not begun: the call fails with `RATE_LIMITED` and `retryAt`.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  limiter: Limiter,
  call: RetryCall,
): Promise<T> {
  const budget = (policy.budgetSeconds ?? 120) * 1000;
  let spent = 0;
  /** A pause the server asks for holds for every request of the connector: the limiter waits it out. */
  const hold = (error: unknown): never => {
    const asked = TrueupError.is(error) && error.retryAt !== undefined ? epochMs(error.retryAt) : 0;
    // Also after the last try, and after a write. Past the budget the others are to fail, not to hang.
    if (asked - epochMs(call.runtime.now()) <= budget) limiter.blockUntil(asked);
    throw error;
  };
  return pRetry(attempt, {
    retries: call.repeatable ? (policy.attempts ?? 5) - 1 : 0,
    minTimeout: 0,
    shouldRetry: async ({ error, retriesConsumed }) => {
      if (!TrueupError.is(error) || !error.retryable) return false;
      const now = epochMs(call.runtime.now());
      const asked = error.retryAt === undefined ? undefined : epochMs(error.retryAt);
      // "Now" is believed once; after that it is no pause, and all tries would be gone in a moment.
      const pauses = asked !== undefined && (asked > now || retriesConsumed === 0);
      const wait = pauses ? Math.max(0, asked - now) : backoff(retriesConsumed, call.runtime);
      if (spent + wait > budget) throw pauses ? tooLong(error, asked) : error;
      spent += wait;
      const { connector, resource } = call;
      call.runtime.log?.({
        level: 'warn',
        event: 'retry',
        connector,
        resource,
        code: error.code,
        waitMs: wait,
      });
      if (pauses) limiter.blockUntil(asked);
      else await pause(call.runtime.sleep, wait, call.signal);
      return true;
    },
  }).catch(hold);
}

/** 0.5–1 s, 1–2 s, 2–4 s, … up to 30 s. */
function backoff(retry: number, runtime: Runtime): number {
  return Math.min(30_000, 500 * 2 ** retry * (1 + runtime.random()));
}

function tooLong(error: TrueupError, asked: number): TrueupError {
  return new TrueupError('RATE_LIMITED', `${error.message} The pause asked for is longer than the budget.`, {
    retryable: true,
    context: error.context,
    retryAt: new Date(asked).toISOString(),
  });
}
