import { describe, expect, it } from 'vitest';
import type { Auth, Discovery } from '../../src/transport/wire.ts';
import { failure, type Reply, type Seen, serve, testCall, testHttp } from './server.ts';

const bearer = (seen: Seen): string => (seen.headers.authorization ?? '').replace('Bearer ', '');

/** A server with tokens `t1`, `t2`, … of ten minutes; a test may take them away. */
async function tokenServer(expiresIn: unknown = 600): Promise<{
  base: string;
  logins: Seen[];
  rows: Seen[];
  revoke: () => void;
}> {
  const logins: Seen[] = [];
  const rows: Seen[] = [];
  let valid = '';
  const server = await serve((seen) => {
    if (seen.url.pathname === '/token') {
      logins.push(seen);
      valid = `t${logins.length}-secret`;
      return {
        json: { access_token: valid, expires_in: expiresIn, refresh_token: `r${logins.length}-secret` },
      };
    }
    rows.push(seen);
    return bearer(seen) === valid ? { json: { ok: true } } : { status: 401, json: { error: 'expired' } };
  });
  return { base: server.base, logins, rows, revoke: () => (valid = 'gone') };
}

const login = { url: '/token', form: { grant_type: 'client_credentials', client_secret: 'shh-secret' } };
const token: Auth = { kind: 'token', login };

describe('fixed credentials', () => {
  it.each<[string, Auth, (seen: Seen) => unknown, unknown]>([
    ['headers', { kind: 'headers', headers: { 'X-Key': 'abc' } }, (seen) => seen.headers['x-key'], 'abc'],
    [
      'basic',
      { kind: 'basic', user: 'ü', password: 'pä:ss' },
      (seen) => Buffer.from(String(seen.headers.authorization).slice(6), 'base64').toString('utf8'),
      'ü:pä:ss',
    ],
    [
      'query',
      { kind: 'query', query: { apikey: 'a b+c' } },
      (seen) => seen.url.searchParams.get('apikey'),
      'a b+c',
    ],
    ['none', { kind: 'none' }, (seen) => seen.headers.authorization, undefined],
  ])('%s', async (_kind, auth, got, expected) => {
    const server = await serve(() => ({ json: {} }));
    await testHttp(server.base, { auth }).send({ path: '/x' }, testCall());
    expect(server.seen.map(got)).toEqual([expected]);
  });

  it('a 401 is final, and the request is not asked again', async () => {
    const server = await serve(() => ({ status: 401, json: {} }));
    const auth: Auth = { kind: 'headers', headers: { 'x-key': 'abcd' } };
    expect(await failure(testHttp(server.base, { auth }).send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'AUTH_FAILED',
    });
    expect(server.seen).toHaveLength(1);
  });

  it('a value no header can hold is BAD_OPTIONS, without the value', async () => {
    const auth: Auth = { kind: 'headers', headers: { 'x-key': 'line\nbreak' } };
    const error = await failure(testHttp('http://127.0.0.1:1', { auth }).send({ path: '/x' }, testCall()));
    expect(error).toMatchObject({ code: 'BAD_OPTIONS' });
    expect(JSON.stringify(error)).not.toContain('break');
  });
});

describe('tokens', () => {
  it('are asked for once by many requests at the same time', async () => {
    const server = await tokenServer();
    const http = testHttp(server.base, { auth: token });
    const call = testCall();
    await Promise.all(Array.from({ length: 20 }, () => http.send({ path: '/x' }, call)));
    expect(server.logins).toHaveLength(1);
    expect(server.logins[0]).toMatchObject({
      body: 'grant_type=client_credentials&client_secret=shh-secret',
    });
    expect(server.rows).toHaveLength(20);
  });

  it('are renewed before they expire, by the clock that was handed in', async () => {
    const server = await tokenServer(600);
    const http = testHttp(server.base, { auth: token });
    const call = testCall();
    const at = async (ms: number): Promise<number> => {
      await call.runtime.sleep(ms);
      await http.send({ path: '/x' }, call);
      return server.logins.length;
    };
    expect(await at(0)).toBe(1);
    expect(await at(539_000)).toBe(1);
    // A tenth of the lifetime, at most a minute, before the end.
    expect(await at(1_000)).toBe(2);
    expect(server.rows.every((row) => row.headers.authorization?.startsWith('Bearer t'))).toBe(true);
  });

  it.each([null, 0, -5, 'soon'])(
    'without a lifetime (%s) are renewed after five minutes',
    async (expiresIn) => {
      const server = await tokenServer(expiresIn);
      const http = testHttp(server.base, { auth: token });
      const call = testCall();
      await http.send({ path: '/x' }, call);
      await call.runtime.sleep(269_000);
      await http.send({ path: '/x' }, call);
      expect(server.logins).toHaveLength(1);
      await call.runtime.sleep(1_000);
      await http.send({ path: '/x' }, call);
      expect(server.logins).toHaveLength(2);
    },
  );

  it('are renewed once after a 401, also for a write, then it is AUTH_FAILED', async () => {
    const server = await tokenServer();
    const http = testHttp(server.base, { auth: token });
    const call = testCall();
    await http.send({ path: '/x' }, call);
    server.revoke();
    await http.send({ path: '/x', method: 'PATCH', json: {} }, call);
    expect(server.logins).toHaveLength(2);
    const refusing = await serve(
      (seen): Reply =>
        seen.url.pathname === '/token' ? { json: { access_token: 'abcd' } } : { status: 401, json: {} },
    );
    const error = await failure(testHttp(refusing.base, { auth: token }).send({ path: '/x' }, call));
    expect(error).toMatchObject({ code: 'AUTH_FAILED', retryable: false });
    expect(refusing.seen.map((seen) => seen.url.pathname)).toEqual(['/token', '/x', '/token', '/x']);
  });

  it('many requests refused together renew it once', async () => {
    const server = await tokenServer();
    const http = testHttp(server.base, { auth: token });
    const call = testCall();
    await http.send({ path: '/x' }, call);
    server.revoke();
    await Promise.all(Array.from({ length: 8 }, () => http.send({ path: '/x' }, call)));
    expect(server.logins).toHaveLength(2);
  });

  it('are renewed with the refresh token, and from the start when it is refused', async () => {
    const bodies: string[] = [];
    let refreshes = 0;
    const server = await serve((seen): Reply => {
      if (seen.url.pathname !== '/token') return { json: {} };
      bodies.push(seen.body);
      const refreshing = seen.body.includes('refresh');
      if (refreshing) refreshes += 1;
      if (refreshing && refreshes === 2) return { status: 400, json: { error: 'invalid_grant' } };
      return {
        json: {
          access_token: `token${bodies.length}`,
          expires_in: 100,
          refresh_token: `refresh${bodies.length}`,
        },
      };
    });
    const auth: Auth = {
      kind: 'token',
      login: { url: '/token', json: { user: 'u', password: 'pass-word' } },
      refresh: (refreshToken) => ({ url: '/token', json: { refresh: refreshToken } }),
    };
    const http = testHttp(server.base, { auth });
    const call = testCall();
    for (let n = 0; n < 3; n += 1) {
      await http.send({ path: '/x' }, call);
      await call.runtime.sleep(100_000);
    }
    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      { user: 'u', password: 'pass-word' },
      { refresh: 'refresh1' },
      { refresh: 'refresh2' },
      { user: 'u', password: 'pass-word' },
    ]);
  });

  it('are one per tenant', async () => {
    const server = await serve(
      (seen): Reply =>
        seen.url.pathname.endsWith('/token')
          ? { json: { access_token: `token-of-${seen.url.pathname.split('/')[1]}` } }
          : { json: {} },
    );
    const auth: Auth = {
      kind: 'token',
      login: ({ tenant }) => ({ url: `/${tenant}/token`, basic: { user: 'app', password: 'secret' } }),
    };
    const http = testHttp(server.base, { auth });
    const call = testCall();
    for (const tenant of ['a', 'b', 'a']) await http.send({ path: '/x', tenant }, call);
    expect(server.seen.map((seen) => [seen.url.pathname, seen.headers.authorization])).toEqual([
      ['/a/token', `Basic ${btoa('app:secret')}`],
      ['/x', 'Bearer token-of-a'],
      ['/b/token', `Basic ${btoa('app:secret')}`],
      ['/x', 'Bearer token-of-b'],
      ['/x', 'Bearer token-of-a'],
    ]);
  });

  it.each([400, 401, 403])('a log-in refused with %s is AUTH_FAILED', async (status) => {
    const server = await serve(() => ({ status, json: { error: 'invalid_client' } }));
    const error = await failure(testHttp(server.base, { auth: token }).send({ path: '/x' }, testCall()));
    expect(error).toMatchObject({ code: 'AUTH_FAILED', context: { resource: 'token' } });
    // Not asked a second time with the same credentials: systems lock users after a few wrong log-ins.
    expect(server.seen).toHaveLength(1);
  });

  it('a log-in answer without a token is BAD_SHAPE', async () => {
    const server = await serve(() => ({ json: { token: 'elsewhere' } }));
    expect(
      await failure(testHttp(server.base, { auth: token }).send({ path: '/x' }, testCall())),
    ).toMatchObject({ code: 'BAD_SHAPE' });
  });

  it('a failing log-in is retried by one owner, not squared', async () => {
    const server = await serve(() => ({ status: 503, json: {} }));
    const http = testHttp(server.base, { auth: token });
    expect(await failure(http.send({ path: '/x' }, testCall()))).toMatchObject({ code: 'HTTP_ERROR' });
    expect(server.seen).toHaveLength(5);
  });

  it('a caller that leaves does not take the log-in from the others', async () => {
    let release = (): void => {};
    const server = await serve(async (seen) => {
      if (seen.url.pathname === '/token') {
        await new Promise<void>((resolve) => (release = resolve));
        return { json: { access_token: 'abcd' } };
      }
      return { json: {} };
    });
    const http = testHttp(server.base, { auth: token });
    const stop = new AbortController();
    const leaving = failure(http.send({ path: '/x' }, testCall(stop.signal)));
    const staying = http.send({ path: '/y' }, testCall());
    await expect.poll(() => server.seen.length).toBe(1);
    stop.abort();
    expect(await leaving).toMatchObject({ code: 'ABORTED' });
    release();
    expect((await staying).status).toBe(200);
    expect(server.seen.map((seen) => seen.url.pathname)).toEqual(['/token', '/y']);
  });
});

describe('a rolling session', () => {
  it('takes the next token from each answer, one request at a time, and logs in again when idle', async () => {
    let visa = 0;
    const got: unknown[] = [];
    const server = await serve((seen) => {
      const body = JSON.parse(seen.body);
      got.push(body.method === 'Login' ? 'login' : body.visa);
      if (body.method !== 'Login' && body.visa !== `visa-${visa}`) {
        return { json: { error: { data: 1701 } } };
      }
      visa += 1;
      return { json: { visa: `visa-${visa}`, result: { result: [] } } };
    });
    const http = testHttp(server.base, {
      auth: {
        kind: 'rolling',
        login: { url: '/', json: { method: 'Login', params: { password: 'pass-word' } } },
        token: 'visa',
        place: (value) => ({ body: { visa: value } }),
        idleSeconds: 900,
      },
      errors: { at: 'error', code: 'error.data', auth: ['1701'] },
    });
    const call = testCall();
    const ask = (): Promise<unknown> => http.send({ path: '', rpc: { method: 'List' }, safe: true }, call);
    await Promise.all([ask(), ask(), ask()]);
    expect(got).toEqual(['login', 'visa-1', 'visa-2', 'visa-3']);
    await call.runtime.sleep(900_000);
    await ask();
    expect(got.slice(4)).toEqual(['login', 'visa-5']);
    visa = 40;
    await ask();
    // The error in a 200 that says the session is over: one new log-in, once.
    expect(got.slice(6)).toEqual(['visa-6', 'login', 'visa-41']);
  });
});

it('the tokens of a session do not pile up, and the last ones stay hidden', async () => {
  let visa = 0;
  const server = await serve(() => {
    visa += 1;
    return { json: { visa: `visa-number-${visa}.` } };
  });
  const http = testHttp(server.base, {
    auth: {
      kind: 'rolling',
      login: { url: '/', json: {} },
      token: 'visa',
      place: (value) => ({ body: { visa: value } }),
      idleSeconds: 900,
    },
  });
  const call = testCall();
  for (let n = 0; n < 30; n += 1) await http.send({ path: '', rpc: { method: 'List' }, safe: true }, call);
  expect(http.redact(`visa-number-${visa}. visa-number-${visa - 3}.`)).toBe('*** ***');
  expect(http.redact('visa-number-2.')).toBe('visa-number-2.');
});

describe('discovery', () => {
  const zone = (base: string, found: Partial<Discovery> = {}): Discovery => ({
    url: `${base}/zone`,
    query: { user: 'api@example.com' },
    read: (body) => {
      const url = (body as { url?: unknown } | null)?.url;
      return typeof url === 'string' ? { baseUrl: url } : null;
    },
    ...found,
  });

  it('is asked once, without credentials, and again after a declared status', async () => {
    let home = 'a';
    const server = await serve((seen) => {
      if (seen.url.pathname === '/zone') return { json: { url: `${seen.url.origin}/${home}` } };
      return seen.url.pathname.startsWith(`/${home}/`) ? { json: {} } : { status: 401, json: {} };
    });
    const auth: Auth = { kind: 'headers', headers: { 'x-key': 'secret-key' } };
    const http = testHttp('', { baseUrl: zone(server.base, { againOn: [401] }), auth });
    const call = testCall();
    await Promise.all([http.send({ path: '/x' }, call), http.send({ path: '/y' }, call)]);
    home = 'b';
    await http.send({ path: '/x' }, call);
    expect(server.seen.map((seen) => seen.url.pathname)).toEqual([
      '/zone',
      '/a/x',
      '/a/y',
      '/a/x',
      '/zone',
      '/b/x',
    ]);
    expect(server.seen[0]?.headers['x-key']).toBeUndefined();
    home = 'nowhere';
    // The address is the same as before: what was refused stays refused.
    const same = await serve((seen) =>
      seen.url.pathname === '/zone' ? { json: { url: `${seen.url.origin}/a` } } : { status: 401, json: {} },
    );
    const stuck = testHttp('', { baseUrl: zone(same.base, { againOn: [401] }), auth });
    expect(await failure(stuck.send({ path: '/x' }, call))).toMatchObject({ code: 'AUTH_FAILED' });
    expect(same.seen).toHaveLength(3);
  });

  it('is asked again before an absence at the old address is believed', async () => {
    let home = 'a';
    const server = await serve((seen) => {
      if (seen.url.pathname === '/zone') return { json: { url: `${seen.url.origin}/${home}` } };
      return seen.url.pathname === `/${home}/line/1` ? { json: { id: 1 } } : { status: 404, json: {} };
    });
    const http = testHttp('', { baseUrl: zone(server.base, { againOn: [404] }) });
    const read = (path: string) => http.send({ path, absentOn: [404] }, testCall());
    expect((await read('/line/1')).body).toEqual({ id: 1 });
    home = 'b';
    expect((await read('/line/1')).body).toEqual({ id: 1 });
    expect((await read('/line/2')).body).toBeNull();
  });

  it('with credentials finds facts for headers', async () => {
    const server = await serve((seen): Reply => {
      if (seen.url.pathname === '/token') return { json: { access_token: 'abcd' } };
      if (seen.url.pathname === '/whoami')
        return { json: { id: 'partner-1', kind: seen.headers.authorization } };
      return { json: {} };
    });
    const http = testHttp('', {
      baseUrl: {
        url: `${server.base}/whoami`,
        auth: true,
        read: (body) => ({ baseUrl: `${server.base}/api`, partner: (body as { id: string }).id }),
      },
      auth: { kind: 'token', login: { url: `${server.base}/token`, form: {} } },
      headers: (found) => ({ 'X-Partner-ID': found.partner ?? '' }),
    });
    await http.send({ path: '/x' }, testCall());
    expect(server.seen.map((seen) => [seen.url.pathname, seen.headers['x-partner-id']])).toEqual([
      ['/token', ''],
      ['/whoami', ''],
      ['/api/x', 'partner-1'],
    ]);
  });

  it('to another origin is refused, unless the host is declared', async () => {
    const server = await serve(() => ({ json: { url: 'https://evil.example' } }));
    const error = await failure(
      testHttp('', { baseUrl: zone(server.base) }).send({ path: '/x' }, testCall()),
    );
    expect(error).toMatchObject({ code: 'CROSS_ORIGIN' });
    const hosts = ['*.example'];
    const allowed = testHttp('', { baseUrl: zone(server.base), hosts });
    expect(await allowed.baseUrl(testCall())).toBe('https://evil.example');
  });

  it('that tells nothing is BAD_SHAPE', async () => {
    const server = await serve(() => ({ text: 'null' }));
    expect(
      await failure(testHttp('', { baseUrl: zone(server.base) }).send({ path: '/x' }, testCall())),
    ).toMatchObject({ code: 'BAD_SHAPE' });
  });
});
