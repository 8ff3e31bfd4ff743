import { getEventListeners } from 'node:events';
import ky from 'ky';
import { createTestRuntime } from 'trueup/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attempt, type Incoming, type Outgoing } from '../../src/transport/attempt.ts';
import { failure, serve, testCall, testHttp } from './server.ts';

const client = ky.create({ retry: 0, timeout: false, throwHttpErrors: false });
const context = { connector: 'acme', resource: 'rows' };
const get: Outgoing = { method: 'GET', url: 'https://acme.example/rows', headers: {} };

function once(
  fetch: typeof globalThis.fetch,
  signal?: AbortSignal,
  out: Partial<Outgoing> = {},
): Promise<Incoming> {
  return attempt(
    client,
    { ...get, ...out },
    { timeoutMs: 60_000, maxBytes: 100, repeatable: true },
    { ...createTestRuntime(), fetch },
    signal,
    { what: 'acme: GET https://acme.example/rows', context },
  );
}

describe('one try', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each<[string, typeof globalThis.fetch]>([
    ['was answered', async () => new Response('{}')],
    ['was answered with too much', async () => new Response('x'.repeat(101))],
    ['failed', () => Promise.reject(new TypeError('fetch failed'))],
  ])('that %s leaves no timer and no listener behind, and lets go of the answer', async (_what, fetch) => {
    const { signal } = new AbortController();
    let sent: AbortSignal | undefined;
    const watched: typeof globalThis.fetch = (input, init) => {
      sent = (input as Request).signal;
      return fetch(input, init);
    };
    await once(watched, signal).catch(() => {});
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(sent?.aborted).toBe(true);
  });

  it('is not made after the abort', async () => {
    const fetch = vi.fn(async () => new Response('{}'));
    expect(await failure(once(fetch, AbortSignal.abort()))).toMatchObject({ code: 'ABORTED' });
    expect(fetch).not.toHaveBeenCalled();
  });

  it('ends with the abort, even where the fetch fails for it', async () => {
    const stop = new AbortController();
    const fetch: typeof globalThis.fetch = (input) =>
      new Promise((_resolve, reject) => {
        (input as Request).signal.addEventListener('abort', () => reject(new Error('aborted by itself')));
      });
    const asked = failure(once(fetch, stop.signal));
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    expect(await asked).toMatchObject({ code: 'ABORTED' });
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('is given up when its time is over; the error names the time', async () => {
    const asked = failure(once(() => new Promise(() => {})));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await asked).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
      message: 'acme: GET https://acme.example/rows gave no whole answer within 60 s.',
      context,
    });
  });

  it('takes an answer as large as the cap, and none larger', async () => {
    expect(await once(async () => new Response('x'.repeat(100)))).toMatchObject({ text: 'x'.repeat(100) });
    expect(await failure(once(async () => new Response('x'.repeat(101))))).toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('more than 100 bytes'),
      context,
    });
  });

  it.each<[string, unknown, string]>([
    ['a name that may be anything', Object.assign(new Error('x'), { name: 'of token shh' }), 'unknown'],
    ['a name with more behind it', Object.assign(new Error('x'), { name: 'Error: shh' }), 'unknown'],
    ['a code that is no text', Object.assign(new TypeError('x'), { code: true }), 'TypeError'],
    ['what is no error', 'shh', 'unknown'],
  ])('that failed does not show %s', async (_what, thrown, fault) => {
    const error = await failure(once(() => Promise.reject(thrown)));
    expect(error).toMatchObject({ code: 'NETWORK', context: { ...context, fault } });
    expect(JSON.stringify(error)).not.toContain('shh');
  });

  it('looks for the cause five errors deep, and not for ever', async () => {
    const chain = (length: number): Error => {
      const inner = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
      return Array.from({ length: length - 1 }).reduce<Error>(
        (cause) => new TypeError('x', { cause }),
        inner,
      );
    };
    const faultOf = async (thrown: Error): Promise<unknown> =>
      (await failure(once(() => Promise.reject(thrown)))).context;
    expect(await faultOf(chain(5))).toMatchObject({ fault: 'ECONNREFUSED' });
    expect(await faultOf(chain(6))).toMatchObject({ fault: 'TypeError' });
    const circle = new RangeError('x');
    circle.cause = circle;
    expect(await faultOf(circle)).toMatchObject({ fault: 'RangeError' });
  });

  it('names the header that cannot hold what an option gave for it, and where it was', async () => {
    const fetch = vi.fn(async () => new Response('{}'));
    const error = await failure(once(fetch, undefined, { headers: { 'x-key': 'line\nbreak' } }));
    expect(error).toMatchObject({ code: 'BAD_OPTIONS', context: { ...context, header: 'x-key' } });
    expect(fetch).not.toHaveBeenCalled();
  });
});

it('an abort closes the connection; the server does not go on for nobody', async () => {
  let closed = false;
  const server = await serve((_seen, response) => {
    response.on('close', () => (closed = true));
    return undefined;
  });
  const stop = new AbortController();
  const asked = failure(testHttp(server.base).send({ path: '/x' }, testCall(stop.signal)));
  await expect.poll(() => server.seen.length).toBe(1);
  stop.abort();
  expect(await asked).toMatchObject({ code: 'ABORTED' });
  await expect.poll(() => closed).toBe(true);
});
