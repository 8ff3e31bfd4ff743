import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/transport/fan-out.ts';
import { createRedactor } from '../../src/transport/redact.ts';
import { createRuntime } from '../../src/transport/runtime.ts';
import type { Auth, TransportDeclaration } from '../../src/transport/wire.ts';
import { failure, type Reply, serve, testCall, testHttp } from './server.ts';

describe('redirects', () => {
  it('are followed on the same origin, for reads', async () => {
    const server = await serve(
      (seen): Reply =>
        seen.url.pathname === '/new'
          ? { json: { ok: seen.headers.authorization } }
          : { status: 302, headers: { location: '/new' } },
    );
    const auth: Auth = { kind: 'headers', headers: { authorization: 'key-1' } };
    expect((await testHttp(server.base, { auth }).send({ path: '/old' }, testCall())).body).toEqual({
      ok: 'key-1',
    });
  });

  it('to another origin are refused; the other origin hears nothing', async () => {
    const other = await serve(() => ({ json: {} }));
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await serve(() => ({ status, headers: { location: `${other.base}/steal` } }));
      expect(await failure(testHttp(server.base).send({ path: '/x' }, testCall()))).toMatchObject({
        code: 'CROSS_ORIGIN',
        retryable: false,
      });
    }
    expect(other.seen).toHaveLength(0);
  });

  it('of a write, in a circle, or to nowhere are refused', async () => {
    const server = await serve((seen) => ({ status: 307, headers: { location: seen.url.pathname } }));
    expect(await failure(testHttp(server.base).send({ path: '/x', json: {} }, testCall()))).toMatchObject({
      code: 'CROSS_ORIGIN',
    });
    expect(server.seen).toHaveLength(1);
    expect(await failure(testHttp(server.base).send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'CROSS_ORIGIN',
    });
    expect(server.seen).toHaveLength(7);
    const nowhere = await serve(() => ({ status: 302 }));
    expect(await failure(testHttp(nowhere.base).send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'CROSS_ORIGIN',
    });
  });
});

describe('addresses', () => {
  it('of another origin are not asked, unless the host is declared', async () => {
    const server = await serve(() => ({ json: {} }));
    const http = testHttp(server.base, { hosts: ['api.example.com', '*.region.example'] });
    for (const path of [
      'https://evil.example/x',
      'https://xregion.example/',
      'http://a.region.example/x',
      'file:///etc/passwd',
    ]) {
      expect(await failure(http.send({ path }, testCall()))).toMatchObject({ code: 'CROSS_ORIGIN' });
    }
    const runtime = createRuntime({ fetch: async () => new Response('{}') });
    for (const baseUrl of ['https://api.example.com/v1', 'https://eu.region.example']) {
      expect((await http.send({ path: '/x', baseUrl }, { runtime, resource: 'x' })).status).toBe(200);
    }
  });
});

describe('secrets', () => {
  const secrets = [
    'query-secret-1',
    'header-secret-2',
    'path-secret-3',
    'basic-secret-4',
    'token-secret-5',
    'login-secret-6',
  ];
  const kinds: Record<string, { auth: Auth; path?: string; more?: Partial<TransportDeclaration> }> = {
    query: { auth: { kind: 'query', query: { apikey: 'query-secret-1' } } },
    headers: { auth: { kind: 'headers', headers: { 'x-key': 'header-secret-2' } } },
    path: {
      auth: { kind: 'none' },
      path: '/console/path-secret-3/sites',
      more: { secrets: ['path-secret-3'] },
    },
    basic: { auth: { kind: 'basic', user: 'user', password: 'basic-secret-4' } },
    token: { auth: { kind: 'token', login: { url: '/token', form: { client_secret: 'login-secret-6' } } } },
  };
  const answers: Record<string, Reply | 'reset'> = {
    '400': { status: 400, json: { message: `you sent ${secrets.join(' ')}` } },
    '401': { status: 401, json: { message: `bad key ${secrets.join(' ')}` } },
    '429': {
      status: 429,
      headers: { 'retry-after': '9999', 'x-request-id': secrets.join('-') },
      json: { message: secrets.join(' ') },
    },
    '500': { status: 500, json: { message: secrets.join(' ') } },
    html: { text: `<html>${secrets.join(' ')}</html>` },
    redirect: { status: 302, headers: { location: `https://evil.example/${secrets.join('/')}` } },
    reset: 'reset',
    'error in 200': { json: { error: { code: secrets.join(' '), message: secrets.join(' ') } } },
  };

  for (const [kind, { auth, path, more }] of Object.entries(kinds)) {
    it.each(Object.entries(answers))(`of ${kind} auth show nowhere: %s`, async (_name, reply) => {
      const server = await serve((seen, response) => {
        if (seen.url.pathname === '/token') return { json: { access_token: 'token-secret-5' } };
        if (reply !== 'reset') return reply;
        response.destroy();
        return undefined;
      });
      const http = testHttp(server.base, {
        auth,
        errorMessage: ['message', 'error.message'],
        errors: { at: 'error', code: 'error.code' },
        ...more,
      });
      const call = testCall();
      const error = await failure(http.send({ path: path ?? '/x', query: { q: 'a' } }, call));
      const mine =
        kind === 'token'
          ? secrets.slice(4)
          : secrets.filter((secret) => secret.startsWith(kind.replace(/s$/, '')));
      const shown = [
        error.message,
        String(error.stack),
        inspect(error, { depth: 9, showHidden: true }),
        JSON.stringify(error),
        inspect(call.runtime.logs, { depth: 9 }),
        inspect(http, { depth: 9, showHidden: true }),
        JSON.stringify(http),
      ].join('\n');
      expect(mine.length).toBeGreaterThan(0);
      for (const secret of mine) {
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(btoa(secret).slice(0, 12));
      }
      expect(shown).not.toContain('?q=');
      expect(error.cause).toBeUndefined();
    });
  }
});

describe('a secret behind a scheme', () => {
  const headers = { authorization: 'Bearer scheme-secret-7' };
  it.each<[string, Auth]>([
    ['headers', { kind: 'headers', headers }],
    ['headers beside a user', { kind: 'basic', user: 'user', password: 'word', headers }],
    ['a log-in', { kind: 'token', login: { url: '/token', headers } }],
  ])('is shown by no message: of %s', async (_what, auth) => {
    const message = 'scheme-secret-7 is not known; you sent Bearer scheme-secret-7';
    const server = await serve(() => ({ status: 400, json: { message } }));
    const http = testHttp(server.base, { auth, errorMessage: ['message'] });
    const error = await failure(http.send({ path: '/x' }, testCall()));
    expect(error.message).toContain('*** is not known; you sent ***');
  });
});

describe('the redactor', () => {
  it('hides a secret whole when another begins it', () => {
    const redactor = createRedactor();
    redactor.add('key-1', 'key-1-and-the-rest');
    expect(redactor.text('you sent key-1-and-the-rest')).toBe('you sent ***');
  });

  it('forgets a token only when all who added it have taken it back', () => {
    const redactor = createRedactor();
    redactor.add('token-1', 'token-1');
    redactor.drop('token-1');
    expect(redactor.text('token-1')).toBe('***');
    redactor.drop('token-1');
    expect(redactor.text('token-1')).toBe('token-1');
  });

  it('takes half a character as it comes', () => {
    const redactor = createRedactor();
    redactor.add('\ud800-half');
    expect(redactor.text('a \ud800-half')).toBe('a ***');
  });
});

describe('abort', () => {
  it('before anything is asked', async () => {
    const server = await serve(() => ({ json: {} }));
    expect(
      await failure(
        testHttp(server.base).send({ path: '/x' }, testCall(AbortSignal.abort(new Error('token=abc')))),
      ),
    ).toMatchObject({ code: 'ABORTED', retryable: false });
    expect(server.seen).toHaveLength(0);
  });

  it('and the time limit hold for a fetch that is deaf to the signal', async () => {
    const deaf: (typeof globalThis.fetch)[] = [
      () => new Promise(() => {}),
      async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    ];
    for (const fetch of deaf) {
      const controller = new AbortController();
      const call = (signal?: AbortSignal) => ({
        ...testCall(signal),
        runtime: { ...testCall().runtime, fetch },
      });
      const limits = { concurrency: 1, timeoutSeconds: 0.02, retry: { attempts: 1 } };
      const http = testHttp('https://deaf.example', { limits });
      expect(await failure(http.send({ path: '/x' }, call()))).toMatchObject({ code: 'TIMEOUT' });
      const patient = testHttp('https://deaf.example');
      const asked = failure(patient.send({ path: '/x' }, call(controller.signal)));
      setTimeout(() => controller.abort(), 5);
      expect(await asked).toMatchObject({ code: 'ABORTED' });
    }
  });

  it('while the answer is awaited, and while its body comes in', async () => {
    for (const half of [false, true]) {
      const server = await serve((_seen, response) => {
        if (half) response.write('{');
        return undefined;
      });
      const stop = new AbortController();
      const asked = failure(testHttp(server.base).send({ path: '/x' }, testCall(stop.signal)));
      await expect.poll(() => server.seen.length).toBe(1);
      stop.abort();
      expect(await asked).toMatchObject({ code: 'ABORTED' });
    }
  });

  it('while it waits for a place, for a slot, or for a retry', async () => {
    const server = await serve((seen) =>
      seen.url.pathname === '/busy'
        ? { status: 503, headers: { 'retry-after': '60' }, json: {} }
        : { json: {} },
    );
    const http = testHttp(server.base, {
      limits: { concurrency: 1, windows: [{ requests: 1, seconds: 60 }] },
    });
    const stop = new AbortController();
    // The real clock: none of these waits would end within the test.
    const call = { runtime: createRuntime(), resource: 'x', signal: stop.signal };
    await http.send({ path: '/first' }, call);
    const asked = ['/busy', '/b', '/c'].map((path) => failure(http.send({ path }, call)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    for (const error of await Promise.all(asked)) expect(error).toMatchObject({ code: 'ABORTED' });
    const retrying = new AbortController();
    const busy = failure(testHttp(server.base).send({ path: '/busy' }, { ...call, signal: retrying.signal }));
    await expect.poll(() => server.seen.length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    retrying.abort();
    expect(await busy).toMatchObject({ code: 'ABORTED' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.seen.map((seen) => seen.url.pathname)).toEqual(['/first', '/busy']);
  });
});

describe('inOrder', () => {
  it('gives results in the order of the inputs, few at once, few waiting', async () => {
    let running = 0;
    let most = 0;
    let started = 0;
    const task = async (n: number): Promise<number> => {
      started += 1;
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, n % 7 === 0 ? 4 : 1));
      running -= 1;
      return n * 2;
    };
    const inputs = Array.from({ length: 60 }, (_, n) => n);
    const results: number[] = [];
    let ahead = 0;
    for await (const result of inOrder(inputs, 4, task, undefined)) {
      results.push(result);
      ahead = Math.max(ahead, started - results.length);
    }
    expect(results).toEqual(inputs.map((n) => n * 2));
    expect(most).toBe(4);
    expect(ahead).toBeLessThanOrEqual(16);
  });

  it('ends the others when one fails or the reader leaves', async () => {
    const ended: number[] = [];
    const task = (n: number, signal: AbortSignal): Promise<number> =>
      new Promise((resolve, reject) => {
        if (n === 0) setTimeout(() => resolve(n), 1);
        signal.addEventListener('abort', () => {
          ended.push(n);
          reject(new Error('ended'));
        });
      });
    for await (const result of inOrder([0, 1, 2, 3, 4], 3, task, undefined)) {
      expect(result).toBe(0);
      break;
    }
    expect(ended).toEqual([0, 1, 2, 3]);
  });
});
