import { createTestRuntime } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { createLimiter } from '../../src/transport/limiter.ts';
import { failure, type Reply, serve, testCall, testHttp } from './server.ts';

/** Answers with the replies in turn, then with `{}`. */
async function inTurn(...replies: (Reply | 'reset')[]): ReturnType<typeof serve> {
  let n = 0;
  return serve((_seen, response) => {
    const reply = replies[n];
    n += 1;
    if (reply !== 'reset') return reply ?? { json: {} };
    // Half a body, then the connection is gone.
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"half":');
    setImmediate(() => response.destroy());
    return undefined;
  });
}

describe('retries', () => {
  it.each([
    [429, '7', 7000],
    [503, '7', 7000],
    [429, 'Fri, 20 Nov 2026 08:00:09 GMT', 9000],
    [503, 'Fri, 20 Nov 2026 08:00:09 GMT', 9000],
    [429, '2.25', 2250],
    [429, '0', 0],
    [429, 'Fri, 20 Nov 2026 07:00:00 GMT', 0],
  ])('%i with Retry-After %s waits exactly that long', async (status, header, ms) => {
    const date = 'Fri, 20 Nov 2026 08:00:00 GMT';
    const server = await inTurn({ status, headers: { 'retry-after': header, date }, json: {} });
    const call = testCall();
    await testHttp(server.base).send({ path: '/x' }, call);
    expect(server.seen).toHaveLength(2);
    expect(call.runtime.elapsedMs()).toBe(ms);
  });

  it('a date is read by the clock of the server that wrote it: ours may be minutes ahead', async () => {
    const headers = { 'retry-after': 'Fri, 20 Nov 2026 07:30:30 GMT', date: 'Fri, 20 Nov 2026 07:30:00 GMT' };
    const server = await inTurn({ status: 429, headers, json: {} });
    const call = testCall();
    await testHttp(server.base).send({ path: '/x' }, call);
    expect(call.runtime.elapsedMs()).toBe(30_000);
  });

  it.each([
    '-5',
    '1.2.3',
    '2026-11-20',
    'soon',
    '20 Nov, 2026 07:00:00 GMT',
    'Fri, 20 Nov 2026 07:00:00 GMT+0100',
  ])('Retry-After %s names no time: the wait grows', async (header) => {
    const server = await inTurn({ status: 429, headers: { 'retry-after': header }, json: {} });
    const call = testCall();
    await testHttp(server.base).send({ path: '/x' }, call);
    expect(call.runtime.elapsedMs()).toBeGreaterThanOrEqual(500);
  });

  it('a server that goes on saying "now" is not asked five times in a moment', async () => {
    const now: Reply = { status: 429, headers: { 'retry-after': '0' }, json: {} };
    const server = await inTurn(now, now, now, now);
    const call = testCall();
    await testHttp(server.base).send({ path: '/x' }, call);
    expect(server.seen).toHaveLength(5);
    expect(call.runtime.elapsedMs()).toBeGreaterThan(3000);
  });

  it.each([408, 429, 500, 502, 503, 504, 520])(
    '%i without Retry-After is tried again, at growing intervals',
    async (status) => {
      const server = await inTurn({ status, json: {} }, { status, json: {} }, { status, json: {} });
      const call = testCall();
      await testHttp(server.base).send({ path: '/x' }, call);
      expect(server.seen).toHaveLength(4);
      const { sleeps } = call.runtime;
      expect(sleeps).toHaveLength(3);
      expect(sleeps.every((ms, n) => ms >= 500 * 2 ** n && ms <= 1000 * 2 ** n)).toBe(true);
    },
  );

  it('a declared pause is taken when the server names none', async () => {
    const server = await inTurn({ status: 429, json: {} });
    const call = testCall();
    await testHttp(server.base, { limits: { concurrency: 1, pauseSeconds: 60 } }).send({ path: '/x' }, call);
    expect(call.runtime.elapsedMs()).toBe(60_000);
  });

  it.each<[string, () => Promise<Response>, string]>([
    [
      'the code of the innermost error',
      () =>
        Promise.reject(
          new TypeError('shh', { cause: Object.assign(new Error('shh'), { code: 'ECONNREFUSED' }) }),
        ),
      'ECONNREFUSED',
    ],
    [
      'its name where it has no code',
      () => Promise.reject(new Error('shh', { cause: new RangeError('token=shh') })),
      'RangeError',
    ],
    ['no word that may be anything', () => Promise.reject({ code: 'shh shh', name: 'x' }), 'unknown'],
    [
      'no code that is a text',
      () => Promise.reject(Object.assign(new Error('shh'), { code: 'shh shh' })),
      'Error',
    ],
  ])('a fault of the network says where it was, and what: %s', async (_what, fetch, fault) => {
    const call = testCall();
    const runtime = { ...call.runtime, fetch };
    const error = await failure(
      testHttp('http://127.0.0.1:9', { limits: { concurrency: 1, retry: { attempts: 1 } } }).send(
        { path: '/x', query: { key: 'shh' } },
        { ...call, runtime },
      ),
    );
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: `acme: GET http://127.0.0.1:9/x gave no whole answer (${fault}).`,
      context: { fault },
    });
    expect(JSON.stringify(error)).not.toContain('shh');
  });

  it('a connection that breaks in the body is tried again', async () => {
    const server = await inTurn('reset', 'reset');
    await testHttp(server.base).send({ path: '/x' }, testCall());
    expect(server.seen).toHaveLength(3);
  });

  it('a pause longer than the budget fails at once, with the time to come back', async () => {
    const server = await inTurn({ status: 429, headers: { 'retry-after': '3600' }, json: {} });
    const call = testCall();
    const error = await failure(testHttp(server.base).send({ path: '/x' }, call));
    expect(error).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAt: '2026-11-20T09:00:00.000Z',
    });
    expect(server.seen).toHaveLength(1);
    expect(call.runtime.sleeps).toEqual([]);
  });

  it('all waits of one request share the budget', async () => {
    const slow = { status: 429, headers: { 'retry-after': '50' }, json: {} };
    const server = await inTurn(slow, slow, slow, slow);
    const call = testCall();
    const error = await failure(testHttp(server.base).send({ path: '/x' }, call));
    expect(error).toMatchObject({ code: 'RATE_LIMITED' });
    expect(server.seen).toHaveLength(3);
    expect(call.runtime.elapsedMs()).toBe(100_000);
  });

  it('ends with the error after the declared number of tries', async () => {
    const server = await serve(() => ({ status: 500, json: {} }));
    const http = testHttp(server.base, { limits: { concurrency: 1, retry: { attempts: 3 } } });
    expect(await failure(http.send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'HTTP_ERROR',
      retryable: true,
      context: { status: 500 },
    });
    expect(server.seen).toHaveLength(3);
  });

  it.each([
    ['POST', { status: 503 } as const, 'HTTP_ERROR', false],
    ['PATCH', { status: 500 } as const, 'HTTP_ERROR', false],
    ['PUT', { status: 408 } as const, 'HTTP_ERROR', false],
    ['DELETE', { status: 429 } as const, 'RATE_LIMITED', true],
    ['POST', 'reset' as const, 'NETWORK', false],
    ['PATCH', { status: 400 } as const, 'REFUSED', false],
    ['PATCH', { status: 422 } as const, 'REFUSED', false],
    ['PATCH', { status: 409 } as const, 'CONFLICT', false],
    ['PATCH', { status: 403 } as const, 'FORBIDDEN', false],
    ['PATCH', { status: 404 } as const, 'NOT_FOUND', false],
  ] as const)('a write is sent once: %s, %j gives %s', async (method, reply, code, retryable) => {
    const server = await inTurn(reply === 'reset' ? reply : { ...reply, json: {} });
    const error = await failure(testHttp(server.base).send({ path: '/x', method, json: {} }, testCall()));
    expect(error).toMatchObject({ code, retryable });
    expect(server.seen).toHaveLength(1);
  });

  it('a POST declared safe is tried again', async () => {
    const server = await inTurn({ status: 503, json: {} });
    await testHttp(server.base).send({ path: '/x', json: { q: 1 }, safe: true }, testCall());
    expect(server.seen.map((seen) => seen.body)).toEqual(['{"q":1}', '{"q":1}']);
  });

  it.each([400, 403, 404, 409, 422])('%i is final', async (status) => {
    const server = await inTurn({ status, json: {} });
    await failure(testHttp(server.base).send({ path: '/x' }, testCall()));
    expect(server.seen).toHaveLength(1);
  });

  it('knows a vendor that says "slow down" with another status, or in a 200', async () => {
    const throttledBy = [{ status: 403, text: 'rate limit' }];
    const server = await inTurn(
      { status: 403, json: { message: 'Rate Limit hit' } },
      { json: { error: { code: 'busy' } } },
    );
    const call = testCall();
    await testHttp(server.base, {
      limits: { concurrency: 1, throttledBy, pauseSeconds: 5 },
      errors: { at: 'error', code: 'error.code', throttled: ['busy'] },
    }).send({ path: '/x' }, call);
    expect(call.runtime.elapsedMs()).toBe(10_000);
  });

  it('an error nested without bounds is no such sign, and no crash', async () => {
    const text = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const server = await inTurn({ status: 403, headers: { 'content-type': 'application/json' }, text });
    const throttledBy = [{ status: 403, text: 'slow down' }];
    const http = testHttp(server.base, { limits: { concurrency: 1, throttledBy } });
    expect(await failure(http.send({ path: '/x' }, testCall()))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('tells the log what is waited for', async () => {
    const server = await inTurn({ status: 503, headers: { 'retry-after': '3' }, json: {} });
    const call = testCall();
    await testHttp(server.base).send({ path: '/x' }, call);
    expect(call.runtime.logs.map(({ event }) => event)).toEqual(['answer', 'retry', 'answer']);
    expect(call.runtime.logs[1]).toMatchObject({
      level: 'warn',
      connector: 'acme',
      resource: 'rows',
      code: 'HTTP_ERROR',
      waitMs: 3000,
    });
  });
});

describe('limits', () => {
  it('never more requests at once than declared', async () => {
    let now = 0;
    let most = 0;
    const server = await serve(async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return { json: {} };
    });
    const http = testHttp(server.base, { limits: { concurrency: 3 } });
    await Promise.all(Array.from({ length: 20 }, () => http.send({ path: '/x' }, testCall())));
    expect(most).toBe(3);
  });

  it('any span of the window holds no more requests than declared, however many ask at once', async () => {
    const limiter = createLimiter(50, [
      { requests: 3, seconds: 1 },
      { requests: 10, seconds: 60 },
    ]);
    const runtime = createTestRuntime();
    const starts: number[] = [];
    const start = Date.parse(runtime.now());
    await Promise.all(
      Array.from({ length: 24 }, () =>
        limiter.run(async () => starts.push(Date.parse(runtime.now()) - start), runtime, undefined),
      ),
    );
    for (const [n, time] of starts.entries()) {
      if (n >= 3) expect(time - (starts[n - 3] ?? 0)).toBeGreaterThanOrEqual(1000);
      if (n >= 10) expect(time - (starts[n - 10] ?? 0)).toBeGreaterThanOrEqual(60_000);
    }
    // And no slower than that.
    expect(starts.at(-1)).toBe(121_000);
  });

  it('a retry takes a slot too', async () => {
    const server = await inTurn({ status: 503, headers: { 'retry-after': '1' }, json: {} });
    const call = testCall();
    const http = testHttp(server.base, {
      limits: { concurrency: 1, windows: [{ requests: 1, seconds: 10 }] },
    });
    await http.send({ path: '/x' }, call);
    expect(call.runtime.elapsedMs()).toBe(10_000);
  });

  it('a pause the server asks for holds all requests of the connector', async () => {
    const times: number[] = [];
    const call = testCall();
    const server = await serve((seen) => {
      times.push(call.runtime.elapsedMs());
      return seen.url.pathname === '/a' && times.length === 1
        ? { status: 429, headers: { 'retry-after': '30' }, json: {} }
        : { json: {} };
    });
    const http = testHttp(server.base, { limits: { concurrency: 1 } });
    await Promise.all([
      http.send({ path: '/a' }, call),
      http.send({ path: '/b' }, call),
      http.send({ path: '/c' }, call),
    ]);
    expect(times).toHaveLength(4);
    expect(times.filter((time) => time < 30_000).length).toBeLessThanOrEqual(2);
    await http.send({ path: '/d' }, call);
    expect(times.at(-1)).toBeGreaterThanOrEqual(30_000);
  });

  it('a pause asked for after a write, or a last try, holds the others too; past the budget they are asked', async () => {
    for (const [request, pause, starts] of [
      [{ path: '/a', method: 'PUT', json: {} }, 30, 30_000],
      [{ path: '/a' }, 30, 30_000],
      [{ path: '/a' }, 9999, 0],
    ] as const) {
      const call = testCall();
      let other = -1;
      const server = await serve((seen) => {
        if (seen.url.pathname === '/a')
          return { status: 429, headers: { 'retry-after': `${pause}` }, json: {} };
        other = call.runtime.elapsedMs();
        return { json: {} };
      });
      const http = testHttp(server.base, { limits: { concurrency: 1, retry: { attempts: 1 } } });
      expect(await failure(http.send(request, call))).toMatchObject({ code: 'RATE_LIMITED' });
      await http.send({ path: '/b' }, call);
      expect(other).toBe(starts);
    }
  });

  it('belong to one connector instance', async () => {
    const server = await serve(() => ({ json: {} }));
    const limits = { concurrency: 1, windows: [{ requests: 1, seconds: 60 }] };
    const call = testCall();
    for (let n = 0; n < 3; n += 1) await testHttp(server.base, { limits }).send({ path: '/x' }, call);
    expect(call.runtime.elapsedMs()).toBe(0);
  });
});
