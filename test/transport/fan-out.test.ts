import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/transport/fan-out.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A task that ends with its signal only. */
function untilAborted(started: number[]): (n: number, signal: AbortSignal) => Promise<number> {
  return (n, signal) => {
    started.push(n);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended')));
    });
  };
}

describe('inOrder', () => {
  it('lets four results for each place wait for a slow one, no more, and then gives all', async () => {
    const started: number[] = [];
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => (release = resolve));
    const task = async (n: number): Promise<number> => {
      started.push(n);
      if (n === 0) await slow;
      return n;
    };
    const results: number[] = [];
    const reading = (async () => {
      for await (const result of inOrder(numbers(60), 4, task, undefined)) results.push(result);
    })();
    await turn();
    expect(results).toEqual([]);
    expect(started).toEqual(numbers(16));
    release();
    await reading;
    expect(results).toEqual(numbers(60));
  });

  it('runs one at a time where less is asked for', async () => {
    for (const concurrency of [0, -1, Number.NaN]) {
      const results: number[] = [];
      for await (const n of inOrder(numbers(3), concurrency, async (n) => n, undefined)) results.push(n);
      expect(results).toEqual([0, 1, 2]);
    }
  });

  it('ends its tasks with the abort, and starts no more', async () => {
    const stop = new AbortController();
    const started: number[] = [];
    const first = inOrder(numbers(9), 3, untilAborted(started), stop.signal).next();
    stop.abort();
    await expect(first).rejects.toThrow('ended');
    await turn();
    expect(started).toEqual([0, 1, 2]);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('starts nothing after the abort', async () => {
    const started: number[] = [];
    const signal = AbortSignal.abort();
    const first = inOrder(numbers(9), 3, untilAborted(started), signal).next();
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    expect(started).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('starts nothing more when one has failed', async () => {
    const started: number[] = [];
    const waiting = untilAborted(started);
    const task = (n: number, signal: AbortSignal): Promise<number> =>
      n === 0 ? Promise.reject(new Error('lost')) : waiting(n, signal);
    await expect(inOrder(numbers(9), 3, task, undefined).next()).rejects.toThrow('lost');
    const before = started.length;
    await turn();
    expect(started).toHaveLength(before);
  });
});
