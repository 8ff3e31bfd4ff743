import { TrueupError } from 'trueup';
import { createTestRuntime } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { createLimiter } from '../../src/transport/limiter.ts';
import { type RetryPolicy, withRetries } from '../../src/transport/retry.ts';

const busy = (retryAt?: string): TrueupError =>
  new TrueupError('RATE_LIMITED', 'Busy.', {
    retryable: true,
    context: { connector: 'acme', resource: 'rows' },
    ...(retryAt === undefined ? {} : { retryAt }),
  });

/** Fails with `error` until it has failed `times` times. */
async function run(
  error: unknown,
  times: number,
  policy: RetryPolicy = {},
  random: () => number = () => 0,
): Promise<{ readonly tries: number; readonly sleeps: readonly number[]; readonly failed: unknown }> {
  const runtime = { ...createTestRuntime(), random };
  let tries = 0;
  const attempt = async (): Promise<void> => {
    tries += 1;
    if (tries <= times) throw error;
  };
  const call = { runtime, connector: 'acme', resource: 'rows', repeatable: true };
  const failed = await withRetries(attempt, policy, createLimiter(1, []), call).then(
    () => null,
    (reason: unknown) => reason,
  );
  return { tries, sleeps: runtime.sleeps, failed };
}

describe('retries', () => {
  it('are four, unless declared otherwise', async () => {
    expect((await run(busy(), 9)).tries).toBe(5);
    expect((await run(busy(), 9, { attempts: 1 })).tries).toBe(1);
  });

  it('wait twice as long each time, at most half a minute', async () => {
    const policy = { attempts: 9, budgetSeconds: 1000 };
    const least = await run(busy(), 8, policy);
    expect(least.sleeps).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    const most = await run(busy(), 3, policy, () => 1);
    expect(most.sleeps).toEqual([1000, 2000, 4000]);
    expect(least.failed).toBeNull();
  });

  it('may use the whole budget, and no more: by default two minutes', async () => {
    expect(await run(busy(), 1, { budgetSeconds: 0.5 })).toMatchObject({ tries: 2, failed: null });
    const error = busy();
    expect(await run(error, 1, { budgetSeconds: 0.499 })).toMatchObject({ tries: 1, failed: error });
    expect((await run(busy(), 9, { attempts: 99 })).sleeps).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
  });

  it('are not begun for a pause past the budget: the error says when to come back, and where it was', async () => {
    const now = createTestRuntime().now();
    const at = (seconds: number): string => new Date(Date.parse(now) + seconds * 1000).toISOString();
    expect((await run(busy(at(120)), 1)).failed).toBeNull();
    expect(await run(busy(at(121)), 1)).toMatchObject({
      tries: 1,
      failed: { code: 'RATE_LIMITED', retryable: true, retryAt: at(121), context: { resource: 'rows' } },
    });
  });

  it('leave a pause the server asks for to the limiter, which holds all requests for it', async () => {
    const runtime = { ...createTestRuntime(), random: () => 0 };
    const now = Date.parse(runtime.now());
    const held: number[] = [];
    const limiter = { ...createLimiter(1, []), blockUntil: (time: number) => held.push(time - now) };
    const errors = [busy(new Date(now + 30_000).toISOString()), busy()];
    const attempt = async (): Promise<void> => {
      const error = errors.shift();
      if (error) throw error;
    };
    const call = { runtime, connector: 'acme', resource: 'rows', repeatable: true };
    await withRetries(attempt, {}, limiter, call);
    expect(held).toEqual([30_000]);
    // A wait nobody asked for holds the one request only.
    expect(runtime.sleeps).toEqual([1000]);
  });

  it('are not made for what is no error of ours, or is final', async () => {
    const bug = new Error('a bug');
    expect(await run(bug, 1)).toMatchObject({ tries: 1, failed: bug });
    const final = new TrueupError('NOT_FOUND', 'Gone.', { retryable: false });
    expect(await run(final, 1)).toMatchObject({ tries: 1, failed: final });
  });
});

describe('a limiter', () => {
  const start = (runtime: { now(): string }, times: number[]) => async () => {
    times.push(Date.parse(runtime.now()));
  };

  it('lets one pass at least, whatever is declared', async () => {
    const runtime = createTestRuntime();
    const times: number[] = [];
    const limiter = createLimiter(0, [{ requests: 0, seconds: 1 }]);
    for (let n = 0; n < 2; n++) await limiter.run(start(runtime, times), runtime, undefined);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(1000);
  });

  it('starts nothing for a caller who has left, and gives the place to the next', async () => {
    const runtime = createTestRuntime();
    const times: number[] = [];
    const limiter = createLimiter(1, []);
    const left = limiter.run(start(runtime, times), runtime, AbortSignal.abort());
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
    await limiter.run(start(runtime, times), runtime, undefined);
    expect(times).toHaveLength(1);
  });

  it('keeps the windows after a pause too: those who waited do not start all at once', async () => {
    const runtime = createTestRuntime();
    const zero = Date.parse(runtime.now());
    const times: number[] = [];
    const limiter = createLimiter(9, [{ requests: 2, seconds: 1 }]);
    const task = async (): Promise<void> => {
      times.push(Date.parse(runtime.now()) - zero);
      // The answer comes while the others wait for their slots.
      await runtime.sleep(500);
      limiter.blockUntil(zero + 30_000);
    };
    await Promise.all(Array.from({ length: 7 }, () => limiter.run(task, runtime, undefined)));
    expect(times).toEqual([0, 0, 30_000, 30_000, 31_000, 31_000, 32_000]);
  });

  it('keeps the longest pause asked for, also for those already waiting for a slot', async () => {
    const runtime = createTestRuntime();
    const zero = Date.parse(runtime.now());
    const times: number[] = [];
    const limiter = createLimiter(2, [{ requests: 1, seconds: 1 }]);
    const task = start(runtime, times);
    const both = [
      limiter.run(
        async () => {
          await task();
          limiter.blockUntil(zero + 30_000);
          limiter.blockUntil(zero + 10_000);
        },
        runtime,
        undefined,
      ),
      limiter.run(task, runtime, undefined),
    ];
    await Promise.all(both);
    expect(times.map((time) => time - zero)).toEqual([0, 30_000]);
    await limiter.run(task, runtime, undefined);
    expect((times[2] ?? 0) - zero).toBe(31_000);
  });
});
