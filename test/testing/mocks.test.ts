import { createWorld, faults, type Mock, mockSystem, startMock } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { mockDefinitions } from '../../src/testing/mocks/index.ts';

const world = createWorld('mocks', { customers: 40 });

// biome-ignore lint/suspicious/noExplicitAny: bodies of another system, read as a stranger reads them
type Json = Record<string, any>;

/** ConnectWise as a hand-written client sees it. */
function connectwise(): {
  mock: Mock;
  get: (path: string, headers?: Record<string, string>) => Promise<Response>;
} {
  const mock = mockSystem('connectwise', world);
  const { companyId, publicKey, privateKey, clientId } = mock.options;
  const authorization = `Basic ${btoa(`${companyId}+${publicKey}:${privateKey}`)}`;
  return {
    mock,
    get: (path, headers = {}) =>
      mock.fetch(
        path.startsWith('http') ? path : `https://api-na.myconnectwise.net/v4_6_release/apis/3.0${path}`,
        {
          headers: { authorization, clientId, ...headers },
        },
      ),
  };
}

const next = (response: Response): string | undefined =>
  /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];

describe('the ConnectWise mock', () => {
  it('is found through companyinfo, and null for a stranger', async () => {
    const { mock } = connectwise();
    const known = await mock.fetch('https://na.myconnectwise.net/login/companyinfo/examplemsp');
    expect(await known.json()).toMatchObject({ Codebase: 'v2026_4/', IsCloud: true });
    const unknown = await mock.fetch('https://na.myconnectwise.net/login/companyinfo/nobody');
    expect(await unknown.json()).toBeNull();
  });

  it('refuses wrong keys, a missing clientId and an old code base in its own words', async () => {
    const { get } = connectwise();
    const wrong = await get('/system/info', { authorization: 'Basic eDp5' });
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { code: 'Unauthorized', errors: null }]);
    expect((await get('/system/info', { clientId: '' })).status).toBe(401);
    expect((await get('https://api-na.myconnectwise.net/v2020_1/apis/3.0/system/info')).status).toBe(404);
    expect((await get('/system/info')).status).toBe(200);
  });

  it('walks both paging styles to the same rows', async () => {
    const { get } = connectwise();
    const walk = async (first: string, headers: Record<string, string>): Promise<number[]> => {
      const ids: number[] = [];
      let url: string | undefined = first;
      while (url) {
        const response: Response = await get(url, headers);
        const rows = (await response.json()) as { id: number }[];
        ids.push(...rows.map(({ id }) => id));
        url = next(response);
      }
      return ids;
    };
    const classic = await walk('/finance/agreements?pageSize=7', {});
    const forward = await walk('/finance/agreements?pageSize=7', { 'pagination-type': 'forward-only' });
    expect(classic).toEqual(world.psa.contracts.map(({ id }) => Number(id)).sort((a, b) => a - b));
    expect(forward).toEqual(classic);
    expect(
      (await get('/finance/agreements?orderBy=id asc', { 'pagination-type': 'forward-only' })).status,
    ).toBe(400);
  });

  it('understands conditions and refuses what it does not', async () => {
    const { get } = connectwise();
    const read = async (conditions: string): Promise<Json[]> =>
      (
        await get(`/finance/agreements?pageSize=1000&conditions=${encodeURIComponent(conditions)}`)
      ).json() as Promise<Json[]>;
    expect(
      (await read('cancelledFlag = False and agreementStatus = "Active"')).every((row) => !row.cancelledFlag),
    ).toBe(true);
    const [first] = await read('(cancelledFlag = True or agreementStatus in ("Expired"))');
    expect(first?.agreementStatus).toMatch(/Cancelled|Expired/);
    expect((await get('/finance/agreements?conditions=drop%20%25')).status).toBe(400);
  });

  it('keeps what is written to itself, and the world as it was', async () => {
    const { mock, get } = connectwise();
    const line = world.psa.lines[0];
    if (!line) throw new Error('the world has no line');
    const path = `/finance/agreements/${line.contractId}/additions/${line.id}`;
    const url = `https://api-na.myconnectwise.net/v4_6_release/apis/3.0${path}`;
    const { companyId, publicKey, privateKey, clientId } = connectwise().mock.options as Record<
      string,
      string
    >;
    const patched = await mock.fetch(url, {
      method: 'PATCH',
      headers: {
        authorization: `Basic ${btoa(`${companyId}+${publicKey}:${privateKey}`)}`,
        clientId: clientId ?? '',
        'content-type': 'application/json',
      },
      body: JSON.stringify([{ op: 'replace', path: 'quantity', value: line.units + 2 }]),
    });
    expect(patched.status).toBe(200);
    expect(((await (await get(path)).json()) as Json).quantity).toBe(line.units + 2);
    expect(mock.state.writes).toEqual([{ lineId: line.id, from: line.units, to: line.units + 2 }]);
    expect(world.psa.lines[0]?.units).toBe(line.units);
  });
});

describe('the Pax8 mock', () => {
  const login = async (mock: Mock): Promise<Response> => {
    const { clientId, clientSecret } = mock.options as Record<string, string>;
    return mock.fetch('https://api.pax8.com/v1/token', {
      method: 'POST',
      body: JSON.stringify({
        client_id: clientId,
        client_secret: clientSecret,
        audience: 'https://api.pax8.com',
        grant_type: 'client_credentials',
      }),
    });
  };
  const reader = async (mock: Mock): Promise<(path: string) => Promise<Response>> => {
    const { access_token } = (await (await login(mock)).json()) as Json;
    return (path) =>
      mock.fetch(`https://api.pax8.com/v1${path}`, { headers: { authorization: `Bearer ${access_token}` } });
  };

  it('gives a token, refuses others, and forgets them on demand', async () => {
    const mock = mockSystem('pax8', world);
    const get = await reader(mock);
    expect((await get('/companies')).status).toBe(200);
    mock.expireTokens();
    expect((await get('/companies')).status).toBe(401);
    expect(mock.secrets.length).toBe(2);
  });

  it('counts pages from 0, ten by default and 200 at most', async () => {
    const get = await reader(mockSystem('pax8', world));
    const first = (await (await get('/companies')).json()) as Json;
    expect(first.page).toMatchObject({
      number: 0,
      size: 10,
      totalElements: world.vendors[0]?.accounts.length,
    });
    const second = (await (await get('/companies?page=1')).json()) as Json;
    expect(second.content[0].id).toBe(world.vendors[0]?.accounts[10]?.id);
    expect((await get('/companies?size=500')).status).toBe(400);
  });

  it('holds every count of the world, and rows that are no seats', async () => {
    const get = await reader(mockSystem('pax8', world));
    const all = ((await (await get('/subscriptions?size=200')).json()) as Json).content as Json[];
    const counts = world.vendors[0]?.counts ?? [];
    expect(
      counts.every((count) => all.some((row) => row.id === count.ref && row.quantity === count.units)),
    ).toBe(true);
    expect(all.map((row) => row.billingTerm)).toEqual(expect.arrayContaining(['Trial', 'One-Time']));
    expect(all.every((row) => !('vendorSkuId' in row))).toBe(true);
  });
});

describe('the kit', () => {
  it('gives a PSA of whole numbers whole numbers', () => {
    const [line] = world.psa.lines;
    if (!line) throw new Error('the world has no line');
    const halves = { ...world, psa: { ...world.psa, lines: [{ ...line, units: 2.25 }] } };
    const definition = { ...mockDefinitions.connectwise, precision: 'integer' } as const;
    const mock = startMock(definition, halves);
    expect(mock.state.lines.get(line.id)?.units).toBe(3);
    expect(mock.expected.psa?.lines[0]?.units).toBe(3);
  });

  it('enforces the limit by the virtual clock and says how long to wait', async () => {
    const mock = mockSystem('pax8', world, { limit: { requests: 2, windowMs: 10_000 } });
    const ask = (): Promise<Response> => mock.fetch('https://api.pax8.com/v1/companies');
    expect([(await ask()).status, (await ask()).status]).toEqual([401, 401]);
    const third = await ask();
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '10']);
    await mock.runtime.sleep(10_000);
    expect((await ask()).status).toBe(401);
  });

  it('hits the nth request with a fault, and counts', async () => {
    const { mock, get } = connectwise();
    mock.faults.inject(faults.status(503, { retryAfter: 7 }), { nth: 2, path: /companies/ });
    expect((await get('/company/companies')).status).toBe(200);
    const hit = await get('/company/companies');
    expect([hit.status, hit.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await get('/company/companies')).status).toBe(200);
    expect(mock.faults.fired()).toBe(1);
  });

  it('breaks, cuts, stalls and pads bodies', async () => {
    const { mock, get } = connectwise();
    mock.faults.inject(faults.reset());
    await expect((await get('/system/info')).text()).rejects.toThrow();
    mock.faults.inject(faults.truncated());
    await expect((await get('/system/info')).json()).rejects.toThrow(SyntaxError);
    mock.faults.inject(faults.html());
    expect((await get('/system/info')).headers.get('content-type')).toMatch(/html/);
    mock.faults.inject(faults.oversized(1_000_000));
    expect((await (await get('/system/info')).text()).length).toBeGreaterThan(1_000_000);
    mock.faults.inject(faults.slow(90_000));
    await (await get('/system/info')).text();
    expect(mock.runtime.elapsedMs()).toBe(90_000);
  });

  it('answers only for its own origin', async () => {
    const { mock } = connectwise();
    await expect(mock.runtime.fetch('https://elsewhere.example/x')).rejects.toThrow(/no mock/);
    const response = await mock.runtime.fetch('https://na.myconnectwise.net/login/companyinfo/examplemsp');
    expect(response.status).toBe(200);
  });

  it('lets sleeps overlap', async () => {
    const { runtime } = mockSystem('pax8', world);
    await Promise.all([runtime.sleep(300), runtime.sleep(200), runtime.sleep(300)]);
    expect(runtime.elapsedMs()).toBe(300);
    const stop = new AbortController();
    const waiting = runtime.sleep(5000, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
    expect(runtime.elapsedMs()).toBe(300);
  });
});

describe('a mock that is not there', () => {
  it('is named, with those there are', () => {
    const mock = (slug: string) => () => mockSystem(slug as 'pax8', createWorld('none'));
    const refused = (message: RegExp) =>
      expect.objectContaining({ code: 'BAD_OPTIONS', message: expect.stringMatching(message) });
    expect(mock('connectwize')).toThrow(
      refused(/no mock is called connectwize; did you mean connectwise\? There are autotask,/),
    );
    expect(mock('toString')).toThrow(refused(/no mock is called toString; there are autotask,/));
    expect(mock('huntress')).toThrow(refused(/this world has no vendor huntress; make it with createWorld/));
  });
});
