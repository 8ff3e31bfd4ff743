import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { abortable, pause } from '../../src/transport/abort.ts';

const endless = (): Promise<never> => new Promise(() => {});
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('a wait that can be aborted', () => {
  it('gives what it waits for, and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve(7), signal)).toBe(7);
    const lost = new Error('lost');
    await expect(abortable(Promise.reject(lost), signal)).rejects.toBe(lost);
    expect(listeners(signal)).toBe(0);
    expect(await abortable(Promise.resolve(7), undefined)).toBe(7);
  });

  it('ends with the abort, and leaves no listener behind even when what it waited for never ends', async () => {
    const stop = new AbortController();
    const waits = expect(abortable(endless(), stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    stop.abort(new Error('a reason of the caller'));
    await waits;
    expect(listeners(stop.signal)).toBe(0);
  });

  it('is not begun after the abort, though what it would wait for is there', async () => {
    await expect(abortable(Promise.resolve(7), AbortSignal.abort())).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('a pause', () => {
  it.each([0, -1])('of %d ms is none: the runtime is not asked to wait', async (ms) => {
    const sleep = vi.fn(endless);
    await pause(sleep, ms, undefined);
    expect(sleep).not.toHaveBeenCalled();
  });

  it('ends with the abort whatever the runtime does, and is not begun after it', async () => {
    const stop = new AbortController();
    const waits = expect(pause(endless, 1000, stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    stop.abort();
    await waits;
    const sleep = vi.fn(endless);
    for (const ms of [0, 1000]) {
      await expect(pause(sleep, ms, stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    }
    expect(sleep).not.toHaveBeenCalled();
  });
});
