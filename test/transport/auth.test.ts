import { describe, expect, it } from 'vitest';
import type { Auth, Discovery, TokenRequest } from '../../src/transport/wire.ts';
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

  it('of a user are secret as they go over the wire, too', async () => {
    const server = await serve(() => ({ json: { access_token: 'abcd' } }));
    const fixed = testHttp(server.base, { auth: { kind: 'basic', user: 'me', password: 'pass-word' } });
    expect(fixed.redact(`got ${btoa('me:pass-word')}`)).toBe('got ***');
    const basic = { user: 'app', password: 'app-pass-word' };
    const http = testHttp(server.base, { auth: { kind: 'token', login: { url: '/token', basic } } });
    await http.send({ path: '/x' }, testCall());
    expect(http.redact(`got ${btoa('app:app-pass-word')}`)).toBe('got ***');
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

  it('that replace others are secret, and so is what renews them', async () => {
    const server = await tokenServer();
    const refresh = (refreshToken: string) => ({ url: '/token', form: { refresh: refreshToken } });
    const http = testHttp(server.base, { auth: { kind: 'token', login, refresh } });
    await http.send({ path: '/x' }, testCall());
    expect(http.redact('t1-secret r1-secret')).toBe('*** ***');
  });

  it('are not asked for from the start when the system is only out of order', async () => {
    const bodies: string[] = [];
    const server = await serve((seen): Reply => {
      if (seen.url.pathname !== '/token') return { json: {} };
      bodies.push(seen.body);
      return bodies.length === 1
        ? { json: { access_token: 'token1', expires_in: 100, refresh_token: 'refresh1' } }
        : { status: 503, json: {} };
    });
    const refresh = (refreshToken: string) => ({ url: '/token', form: { refresh: refreshToken } });
    const http = testHttp(server.base, {
      auth: { kind: 'token', login, refresh },
      limits: { concurrency: 1, retry: { attempts: 1 } },
    });
    const call = testCall();
    await http.send({ path: '/x' }, call);
    await call.runtime.sleep(100_000);
    expect(await failure(http.send({ path: '/x' }, call))).toMatchObject({ code: 'HTTP_ERROR' });
    expect(bodies.slice(1)).toEqual(['refresh=refresh1']);
  });

  it('are asked for from the start where the answer brought no text to renew them with', async () => {
    const bodies: string[] = [];
    const server = await serve((seen): Reply => {
      if (seen.url.pathname !== '/token') return { json: {} };
      bodies.push(seen.body);
      return { json: { access_token: 'token1', expires_in: 100, refresh_token: 7 } };
    });
    const refresh = (refreshToken: string) => ({ url: '/token', form: { refresh: refreshToken } });
    const http = testHttp(server.base, {
      auth: { kind: 'token', login: { url: '/token', form: { user: 'u' } }, refresh },
    });
    const call = testCall();
    await http.send({ path: '/x' }, call);
    await call.runtime.sleep(100_000);
    await http.send({ path: '/x' }, call);
    expect(bodies).toEqual(['user=u', 'user=u']);
  });

  it('are asked for, and renewed, where discovery found it', async () => {
    const server = await serve((seen): Reply => {
      if (seen.url.pathname === '/zone') return { json: {} };
      return { json: { access_token: 'token1', expires_in: 100, refresh_token: 'refresh1' } };
    });
    const http = testHttp('', {
      baseUrl: { url: `${server.base}/zone`, read: () => ({ baseUrl: server.base, realm: '/realm' }) },
      auth: {
        kind: 'token',
        login: ({ found }) => ({ url: `${found.realm}/login` }),
        refresh: (_refreshToken, { found }) => ({ url: `${found.realm}/refresh` }),
      },
    });
    const call = testCall();
    await http.send({ path: '/x' }, call);
    await call.runtime.sleep(100_000);
    await http.send({ path: '/x' }, call);
    expect(server.seen.map(({ url }) => url.pathname)).toEqual([
      '/zone',
      '/realm/login',
      '/x',
      '/realm/refresh',
      '/x',
    ]);
  });

  it('may have a lifetime that is declared, not answered', async () => {
    const server = await tokenServer(60);
    const http = testHttp(server.base, { auth: { kind: 'token', login, expires: 1000 } });
    const call = testCall();
    const at = async (ms: number): Promise<number> => {
      await call.runtime.sleep(ms);
      await http.send({ path: '/x' }, call);
      return server.logins.length;
    };
    expect(await at(0)).toBe(1);
    expect(await at(939_000)).toBe(1);
    expect(await at(1_000)).toBe(2);
  });

  it.each<[string, TokenRequest, Partial<Seen>]>([
    ['by GET', { url: '/token', method: 'GET', headers: { 'X-User': 'u' } }, { method: 'GET', body: '' }],
    ['by POST, without a body', { url: '/token' }, { method: 'POST', body: '' }],
    ['by POST, as JSON', { url: '/token', json: { user: 'u' } }, { method: 'POST', body: '{"user":"u"}' }],
    ['with an address in its address', { url: '/token?resource=https://api.example' }, { method: 'POST' }],
  ])('are asked for as declared: %s', async (_how, request, expected) => {
    const server = await serve(() => ({ json: { access_token: 'abcd' } }));
    const http = testHttp(server.base, { auth: { kind: 'token', login: request } });
    await http.send({ path: '/x' }, testCall());
    expect(server.seen[0]).toMatchObject(expected);
    expect(server.seen[0]?.url.href).toBe(server.base + request.url);
    expect(server.seen[1]?.headers.authorization).toBe('Bearer abcd');
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

  it.each([[{ token: 'elsewhere' }], [{ access_token: '' }], [{ access_token: 7 }]])(
    'a log-in answer without a token is BAD_SHAPE: %j',
    async (json) => {
      const server = await serve(() => ({ json }));
      expect(
        await failure(testHttp(server.base, { auth: token }).send({ path: '/x' }, testCall())),
      ).toMatchObject({ code: 'BAD_SHAPE', context: { connector: 'acme' } });
      expect(server.seen).toHaveLength(1);
    },
  );

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

describe('the tokens of a rolling session', () => {
  const rolling: Auth = {
    kind: 'rolling',
    login: { url: '/login', json: {} },
    token: 'visa',
    place: (value) => ({ body: { visa: value } }),
    idleSeconds: 900,
  };
  const list = { path: '/list', rpc: { method: 'List' }, safe: true };
  const visaOf = (seen: Seen): unknown => JSON.parse(seen.body).visa;

  it('do not pile up: the last eight stay hidden', async () => {
    let visa = 0;
    const server = await serve(() => {
      visa += 1;
      return { json: { visa: `visa-number-${visa}.` } };
    });
    const http = testHttp(server.base, { auth: rolling });
    const call = testCall();
    for (let n = 0; n < 30; n += 1) await http.send(list, call);
    const shown = (back: number): string => http.redact(`visa-number-${visa - back}.`);
    expect([shown(0), shown(7)]).toEqual(['***', '***']);
    expect([shown(8), http.redact('visa-number-2.')]).toEqual([`visa-number-${visa - 8}.`, 'visa-number-2.']);
  });

  it('stay hidden however often one of them comes again', async () => {
    const server = await serve((seen) => ({
      json: { visa: seen.url.pathname === '/login' ? 'visa-first' : 'visa-again' },
    }));
    const http = testHttp(server.base, { auth: rolling });
    const call = testCall();
    for (let n = 0; n < 12; n += 1) await http.send(list, call);
    expect(http.redact('visa-first visa-again')).toBe('*** ***');
  });

  it.each([[{}], [{ visa: '' }], [{ visa: null }], [{ visa: 7 }]])(
    'are kept where an answer brings none, as long as the session is not idle: %j',
    async (json) => {
      const server = await serve((seen) => ({
        json: seen.url.pathname === '/login' ? { visa: 'visa-1' } : json,
      }));
      const http = testHttp(server.base, { auth: rolling });
      const call = testCall();
      await http.send(list, call);
      await call.runtime.sleep(899_000);
      await http.send(list, call);
      await call.runtime.sleep(1000);
      await http.send(list, call);
      expect(server.seen.map(({ url }) => url.pathname)).toEqual([
        '/login',
        '/list',
        '/list',
        '/login',
        '/list',
      ]);
    },
  );

  it('are not taken from the answer to a request without credentials', async () => {
    const server = await serve((seen) => ({
      json: { visa: seen.url.pathname === '/open' ? 'visa-of-nobody' : 'visa-1' },
    }));
    const http = testHttp(server.base, { auth: rolling });
    const call = testCall();
    await http.send(list, call);
    await http.send({ path: '/open', open: true }, call);
    await http.send(list, call);
    expect(server.seen.filter(({ url }) => url.pathname === '/list').map(visaOf)).toEqual([
      'visa-1',
      'visa-1',
    ]);
  });
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
    expect(server.seen[0]?.url.search).toBe('?user=api%40example.com');
    expect(server.seen[1]?.url.search).toBe('');
    home = 'nowhere';
    // The address is the same as before: what was refused stays refused.
    const same = await serve((seen) =>
      seen.url.pathname === '/zone' ? { json: { url: `${seen.url.origin}/a` } } : { status: 401, json: {} },
    );
    const stuck = testHttp('', { baseUrl: zone(same.base, { againOn: [401] }), auth });
    expect(await failure(stuck.send({ path: '/x' }, call))).toMatchObject({ code: 'AUTH_FAILED' });
    expect(same.seen).toHaveLength(3);
  });

  it('helps every request sent to the old address, also one whose refusal comes later', async () => {
    let home = 'a';
    const late: (() => void)[] = [];
    const server = await serve(async (seen) => {
      if (seen.url.pathname === '/zone') return { json: { url: `${seen.url.origin}/${home}` } };
      if (seen.url.pathname === '/a/late') await new Promise<void>((resolve) => late.push(resolve));
      return seen.url.pathname.startsWith(`/${home}/`) ? { json: {} } : { status: 401, json: {} };
    });
    const http = testHttp('', { baseUrl: zone(server.base, { againOn: [401] }) });
    const call = testCall();
    await http.send({ path: '/x' }, call);
    const slow = http.send({ path: '/late' }, call);
    await expect.poll(() => late.length).toBe(1);
    home = 'b';
    await http.send({ path: '/x' }, call);
    late[0]?.();
    expect((await slow).url).toBe(`${server.base}/b/late`);
    expect(server.seen.filter((seen) => seen.url.pathname === '/zone')).toHaveLength(2);
  });

  it('is asked once by many who find that the address has changed', async () => {
    let home = 'a';
    const server = await serve((seen) => {
      if (seen.url.pathname === '/zone') return { json: { url: `${seen.url.origin}/${home}` } };
      return seen.url.pathname.startsWith(`/${home}/`) ? { json: {} } : { status: 401, json: {} };
    });
    const http = testHttp('', { baseUrl: zone(server.base, { againOn: [401] }) });
    const call = testCall();
    await http.send({ path: '/x' }, call);
    home = 'b';
    const answers = await Promise.all(['/x', '/y', '/z'].map((path) => http.send({ path }, call)));
    expect(answers.map(({ url }) => url)).toEqual(['/b/x', '/b/y', '/b/z'].map((path) => server.base + path));
    expect(server.seen.filter((seen) => seen.url.pathname === '/zone')).toHaveLength(2);
  });

  it('that is refused is not asked a second time', async () => {
    const server = await serve(() => ({ status: 401, json: {} }));
    const http = testHttp('', { baseUrl: zone(server.base, { againOn: [401] }) });
    expect(await failure(http.send({ path: '/x' }, testCall()))).toMatchObject({ code: 'AUTH_FAILED' });
    expect(server.seen).toHaveLength(1);
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
    expect(error).toMatchObject({
      code: 'CROSS_ORIGIN',
      context: { connector: 'acme', resource: 'discovery', url: 'https://evil.example/' },
    });
    const hosts = ['*.example'];
    const allowed = testHttp('', { baseUrl: zone(server.base), hosts });
    expect(await allowed.baseUrl(testCall())).toBe('https://evil.example');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a base that is no address', { baseUrl: 'evil.example' }],
    ['another fact that is an address elsewhere', { tokenUrl: 'https://evil.example/token' }],
    ['also in capital letters', { tokenUrl: 'HTTPS://EVIL.EXAMPLE/token' }],
  ])('to another origin is refused: %s', async (_what, facts) => {
    const server = await serve(() => ({ json: {} }));
    const read = () => ({ baseUrl: server.base, ...facts });
    const http = testHttp('', { baseUrl: zone(server.base, { read }) });
    expect(await failure(http.baseUrl(testCall()))).toMatchObject({ code: 'CROSS_ORIGIN' });
  });

  it('may find words that only mention an address', async () => {
    const server = await serve(() => ({ json: {} }));
    const read = () => ({ baseUrl: server.base, note: 'see https://help.example' });
    expect(await testHttp('', { baseUrl: zone(server.base, { read }) }).baseUrl(testCall())).toBe(
      server.base,
    );
  });

  it('that tells nothing is BAD_SHAPE', async () => {
    const server = await serve(() => ({ text: 'null' }));
    expect(
      await failure(testHttp('', { baseUrl: zone(server.base) }).send({ path: '/x' }, testCall())),
    ).toMatchObject({ code: 'BAD_SHAPE', context: { connector: 'acme', url: `${server.base}/zone` } });
  });
});
