import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRuntime } from '../../src/transport/runtime.ts';

const DAY = 86_400_000;
/** What became of a promise so far. */
function fate(promise: Promise<void>): { readonly is: () => string } {
  let now = 'waiting';
  promise.then(
    () => (now = 'over'),
    (reason: unknown) => (now = `ended: ${reason}`),
  );
  return { is: () => now };
}

describe('the real runtime', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('waits as long as it is told, and no timer is left', async () => {
    const { signal } = new AbortController();
    for (const given of [undefined, signal]) {
      const wait = fate(createRuntime().sleep(1000, given));
      await vi.advanceTimersByTimeAsync(999);
      expect(wait.is()).toBe('waiting');
      await vi.advanceTimersByTimeAsync(1);
      expect(wait.is()).toBe('over');
    }
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('waits longer than a timer can hold', async () => {
    const wait = fate(createRuntime().sleep(60 * DAY));
    await vi.advanceTimersByTimeAsync(60 * DAY - 1);
    expect(wait.is()).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(wait.is()).toBe('over');
  });

  it('ends a wait with the abort, for its reason; neither timer nor listener is left', async () => {
    const stop = new AbortController();
    const wait = fate(createRuntime().sleep(1000, stop.signal));
    stop.abort('enough');
    await vi.advanceTimersByTimeAsync(0);
    expect(wait.is()).toBe('ended: enough');
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('begins no wait after the abort', async () => {
    const wait = fate(createRuntime().sleep(1000, AbortSignal.abort('enough')));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(wait.is()).toBe('ended: enough');
  });

  it('tells the time in UTC', () => {
    vi.setSystemTime('2026-11-20T09:00:00+01:00');
    expect(createRuntime().now()).toBe('2026-11-20T08:00:00.000Z');
  });

  it('uses the globals of the moment, so that they can be watched', async () => {
    const runtime = createRuntime();
    vi.spyOn(Math, 'random').mockReturnValue(0.25);
    const answer = new Response('{}');
    const fetch = vi.spyOn(globalThis, 'fetch').mockResolvedValue(answer);
    expect(runtime.random()).toBe(0.25);
    expect(await runtime.fetch('https://a.example/', { method: 'PUT' })).toBe(answer);
    expect(fetch.mock.calls).toEqual([['https://a.example/', { method: 'PUT' }]]);
  });

  it('has its parts replaced one by one', () => {
    const runtime = createRuntime({ random: () => 0.5 });
    expect(runtime.random()).toBe(0.5);
    expect(runtime.now()).toBe(new Date().toISOString());
  });
});
