import { type Microsoft365Options, microsoft365 } from 'trueup/connectors/microsoft-365';
import { pullVendor } from 'trueup/sync';
import { createWorld, faults, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { type Reply, type Seen, serve, testCall } from '../transport/server.ts';

const world = createWorld('microsoft-365', { customers: 30, vendors: ['microsoft-365'] });
const SPB = 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46';
const FLOW_FREE = 'f30db892-07e9-47e9-837c-80727f46fd3d';
const APP = { tenantId: 'partner', clientId: 'app', clientSecret: 'hush-hush' } as const;

function sku(change: object = {}): object {
  return {
    id: `t_${SPB}`,
    skuId: SPB.toUpperCase(),
    skuPartNumber: 'SPB',
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: 14,
    prepaidUnits: { enabled: 25, lockedOut: 0, suspended: 3, warning: 0 },
    ...change,
  };
}

/** A pull of tenants `t` (and more, as given) of a server that answers by path; log-ins are granted. */
async function pulled(
  answers: Readonly<Record<string, (seen: Seen) => Reply>>,
  options: Partial<Microsoft365Options> = {},
) {
  const server = await serve((seen) => {
    const found = Object.entries(answers).find(([path]) => seen.url.pathname.startsWith(path));
    if (found) return found[1](seen);
    const tenant = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(seen.url.pathname)?.[1];
    return tenant
      ? { json: { access_token: `token-of-${tenant}`, expires_in: 3599 } }
      : { status: 404, json: { error: { code: 'Request_ResourceNotFound', message: 'No.' } } };
  });
  const connector = microsoft365({
    ...APP,
    tenants: [{ id: 't', name: 'Tenant' }],
    graphUrl: `${server.base}/v1.0`,
    loginUrl: server.base,
    ...options,
  });
  const snapshot = await pullVendor(connector, { runtime: testCall().runtime });
  const counts = snapshot.counts.map(
    ({ metric, units, status }) => `${metric} ${units}${status === 'ended' ? ' ended' : ''}`,
  );
  return { snapshot, counts, seen: server.seen };
}

const withSku = (change: object = {}) => ({
  '/v1.0/subscribedSkus': () => ({ json: { value: [sku(change)] } }),
});

describe('microsoft-365', () => {
  it('counts all other tenants when one never consented and one refuses the read', async () => {
    const mock = mockSystem('microsoft-365', world);
    const [, second, third] = world.vendors[0]?.accounts.map(({ id }) => id) ?? [];
    mock.faults.inject(faults.status(400, { body: '{"error":"unauthorized_client"}' }), {
      path: new RegExp(`/${second}/oauth2/`),
      kind: 'auth',
    });
    // One tenant after the other, and the second is not asked: the second request is the third tenant's.
    mock.faults.inject(faults.status(403), { path: /subscribedSkus$/, nth: 2 });
    const connector = microsoft365({ ...mock.options, countEnabledUsers: false });
    const snapshot = await pullVendor(connector, { runtime: mock.runtime, concurrency: 1 });
    expect(snapshot.receipt.complete).toBe(false);
    expect(snapshot.receipt.incompleteAccounts).toEqual([second, third].sort());
    expect(snapshot.accounts.map(({ id }) => id)).toContain(second);
    const counted = new Set(snapshot.counts.map(({ accountId }) => accountId));
    expect(counted).not.toContain(second);
    expect(counted).not.toContain(third);
    expect(counted.size).toBeGreaterThan(10);
  });

  it('fails as a whole when every tenant refuses the app', async () => {
    const refused = () => ({
      status: 401,
      json: { error: 'invalid_client', error_description: 'AADSTS7000215: no' },
    });
    const tenants = Array.from({ length: 25 }, (_, n) => ({ id: `t${n}` }));
    await expect(pulled({ '/t': refused }, { tenants })).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      message: expect.stringContaining('AADSTS7000215'),
    });
  });

  it('goes on past any number of tenants that did not consent', async () => {
    const tenants = Array.from({ length: 25 }, (_, n) => ({ id: `t${n}` }));
    const refused = (seen: Seen): Reply =>
      seen.url.pathname.startsWith('/t24/')
        ? { json: { access_token: 'token', expires_in: 3599 } }
        : { status: 400, json: { error: 'unauthorized_client', error_description: 'AADSTS700016: no' } };
    const { snapshot, counts } = await pulled({ '/t': refused, ...withSku() }, { tenants });
    expect(snapshot.receipt.incompleteAccounts).toHaveLength(24);
    expect(counts).toEqual(['assigned 14', 'purchased 25']);
  });

  it('asks each tenant with its own token', async () => {
    const { seen } = await pulled(withSku(), { tenants: [{ id: 't' }, { id: 'u' }], refreshToken: 'again' });
    const reads = seen.filter(({ url }) => url.pathname === '/v1.0/subscribedSkus');
    expect(reads.map(({ headers }) => headers.authorization).sort()).toEqual([
      'Bearer token-of-t',
      'Bearer token-of-u',
    ]);
    const login = new URLSearchParams(seen.find(({ url }) => url.pathname.startsWith('/t/'))?.body);
    expect(Object.fromEntries(login)).toEqual({
      client_id: 'app',
      client_secret: 'hush-hush',
      grant_type: 'refresh_token',
      refresh_token: 'again',
      scope: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\.default$/),
    });
  });

  it.each([
    ['bought and assigned', {}, {}, ['assigned 14', 'purchased 25']],
    [
      'in grace beside enabled seats',
      { prepaidUnits: { enabled: 20, warning: 25 } },
      {},
      ['assigned 14', 'purchased 20'],
    ],
    [
      'in grace alone',
      { capabilityStatus: 'Warning', prepaidUnits: { enabled: 0, warning: 25 } },
      {},
      ['assigned 14', 'purchased 25'],
    ],
    [
      'in grace, always',
      { prepaidUnits: { enabled: 20, warning: 5 } },
      { graceSeats: 'always' },
      ['assigned 14', 'purchased 25'],
    ],
    [
      'in grace, never',
      { capabilityStatus: 'Warning', prepaidUnits: { enabled: 0, warning: 25 } },
      { graceSeats: 'never' },
      ['assigned 14', 'purchased 0'],
    ],
    [
      'in grace though another subscription is suspended',
      { capabilityStatus: 'Suspended', prepaidUnits: { enabled: 0, warning: 25 } },
      {},
      ['assigned 14', 'purchased 25'],
    ],
    [
      'suspended',
      { capabilityStatus: 'Suspended', prepaidUnits: { enabled: 0, warning: 0 } },
      {},
      ['assigned 14 ended', 'purchased 0 ended'],
    ],
    ['of the tenant', { appliesTo: 'Company' }, {}, []],
    [
      'of the tenant, wanted',
      { appliesTo: 'Company' },
      { companySkus: true },
      ['assigned 14', 'purchased 25'],
    ],
    ['that is free', { skuId: FLOW_FREE }, {}, []],
    ['that is free, wanted', { skuId: FLOW_FREE }, { ignoreSkus: [] }, ['assigned 14', 'purchased 25']],
    ['that is ignored, in other letters', {}, { ignoreSkus: [SPB.toUpperCase()] }, []],
  ] as const)('counts seats %s', async (_what, wire, options, expected) => {
    const { counts, snapshot } = await pulled(withSku(wire), options);
    expect(counts).toEqual(expected);
    expect(snapshot.receipt.complete).toBe(true);
    const grace = snapshot.receipt.problems.some(({ code }) => code === 'seats-in-grace');
    expect(grace).toBe(
      JSON.stringify(wire).includes('"warning":2') || JSON.stringify(wire).includes('"warning":5'),
    );
  });

  it('knows nothing of a tenant whose numbers are missing', async () => {
    for (const wire of [{ consumedUnits: null }, { prepaidUnits: null }, { prepaidUnits: { enabled: 3 } }]) {
      const { snapshot } = await pulled(withSku(wire));
      expect(snapshot.counts).toEqual([]);
      expect(snapshot.receipt.incompleteAccounts).toEqual(['t']);
      expect(snapshot.receipt.problems.map(({ code }) => code)).toContain('units-missing');
    }
  });

  it('names SKUs by the table given, and tenants by theirs', async () => {
    const { snapshot } = await pulled(withSku(), { skuNames: { [SPB.toUpperCase()]: 'Business Premium' } });
    expect(snapshot.skus.map(({ id, name }) => [id, name])).toEqual([[SPB, 'Business Premium']]);
    expect(snapshot.accounts).toEqual([
      { id: 't', name: 'Tenant', active: true, externalIds: { 'microsoft-365': 't' } },
    ]);
  });

  it('counts the licences of enabled users over all pages, the empty ones too', async () => {
    const user = (id: string, accountEnabled: boolean) => ({
      id,
      accountEnabled,
      assignedLicenses: [
        { skuId: SPB },
        { skuId: SPB.toUpperCase() },
        { skuId: FLOW_FREE },
        { skuId: 'gone' },
      ],
    });
    const users = (seen: Seen): Reply => {
      if (seen.headers.consistencylevel !== 'eventual') return { status: 400, json: {} };
      const page = Number(seen.url.searchParams.get('$skiptoken') ?? 0);
      const next = { '@odata.nextLink': new URL(`/v1.0/users?$skiptoken=${page + 1}`, seen.url).href };
      const value = [[user('a', true), user('b', false)], [], [user('c', true), user('d', false)]][page];
      return { json: { ...(page === 0 ? { '@odata.count': 4 } : {}), ...(page < 2 ? next : {}), value } };
    };
    const { counts, snapshot } = await pulled(
      { ...withSku(), '/v1.0/users': users },
      { countEnabledUsers: true },
    );
    expect(counts).toEqual(['assigned 14', 'enabled 2', 'purchased 25']);
    expect(snapshot.receipt.complete).toBe(true);
  });

  it('knows no number of a tenant whose users come without saying whether they are enabled', async () => {
    const users = (skuId: string) => () => ({
      json: { '@odata.count': 1, value: [{ id: 'a', accountEnabled: null, assignedLicenses: [{ skuId }] }] },
    });
    const incomplete = async (skuId: string) =>
      (await pulled({ ...withSku(), '/v1.0/users': users(skuId) }, { countEnabledUsers: true })).snapshot
        .receipt.incompleteAccounts;
    expect(await incomplete(SPB)).toEqual(['t']);
    // What is not counted needs no answer.
    expect(await incomplete(FLOW_FREE)).toBeUndefined();
  });

  it('counts no licence of a SKU that only other tenants list', async () => {
    const { snapshot } = await pulled(
      {
        '/v1.0/subscribedSkus': ({ headers }) =>
          headers.authorization === 'Bearer token-of-t'
            ? { json: { value: [sku()] } }
            : { json: { value: [] } },
        '/v1.0/users': () => ({
          json: {
            '@odata.count': 1,
            value: [{ id: 'a', accountEnabled: true, assignedLicenses: [{ skuId: SPB }] }],
          },
        }),
      },
      { countEnabledUsers: true, tenants: [{ id: 't' }, { id: 'u' }] },
    );
    expect(snapshot.counts.filter(({ metric }) => metric === 'enabled')).toEqual([
      { accountId: 't', skuId: SPB, metric: 'enabled', units: 1, status: 'active' },
    ]);
    expect(snapshot.counts.filter(({ accountId }) => accountId === 'u')).toEqual([]);
  });

  it('says zero where no enabled user holds a licence', async () => {
    const users = () => ({ json: { '@odata.count': 0, value: [] } });
    const { counts } = await pulled({ ...withSku(), '/v1.0/users': users }, { countEnabledUsers: true });
    expect(counts).toEqual(['assigned 14', 'enabled 0', 'purchased 25']);
  });

  it('refuses a tenant id that would lead elsewhere', () => {
    for (const id of ['a/b', '..', 'a?b', '']) {
      expect(() => microsoft365({ ...APP, tenants: [{ id }] })).toThrow(/tenants/);
    }
  });
});
