import { cove } from 'trueup/connectors/cove';
import { pullVendor } from 'trueup/sync';
import { createWorld, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { failure, serve, testCall } from '../transport/server.ts';

const world = createWorld('cove', { customers: 20, vendors: ['cove'] });
const keys = { partner: 'Msp (a@msp.example)', username: 'api', password: 'token-0001' };
const GIB = 1024 ** 3;

interface Sent {
  readonly method: string;
  readonly visa?: string;
  readonly params: { readonly query?: { readonly StartRecordNumber?: number } };
}

const customer = { Id: 7, ParentId: 1, Name: 'Northwind', Level: 'EndCustomer', State: 'InProduction' };

/** A tenant with the customers and devices of a test; each device as its columns. */
async function tenant(
  devices: readonly (Readonly<Record<string, unknown>> & { readonly partner?: number })[],
  partners: readonly object[] = [customer],
): Promise<Awaited<ReturnType<typeof serve>>> {
  return serve((seen) => {
    const { method, params } = JSON.parse(seen.body) as Sent;
    const result = {
      Login: { Id: 1, PartnerId: 1 },
      GetPartnerInfo: { Id: 1, Name: keys.partner, Level: 'Reseller', State: 'InProduction' },
      EnumeratePartners: partners,
      EnumerateAccountStatistics: devices.slice(params.query?.StartRecordNumber ?? 0).map((device, n) => {
        const { partner = 7, ...columns } = device;
        const Settings = Object.entries(columns).map(([name, value]) => ({ [name]: value }));
        return { AccountId: 100 + n, PartnerId: partner, Settings };
      }),
    }[method];
    return { json: { jsonrpc: '2.0', id: '1', visa: `visa-${method}`, result: { result } } };
  });
}

async function pulled(...given: Parameters<typeof tenant>): Promise<{
  readonly counts: readonly string[];
  readonly incomplete: readonly string[];
  readonly codes: readonly string[];
}> {
  const server = await tenant(...given);
  const snapshot = await pullVendor(cove({ ...keys, baseUrl: server.base }), { runtime: testCall().runtime });
  return {
    counts: snapshot.counts.map((one) => `${one.accountId} ${one.skuId} ${one.metric} ${one.units}`),
    incomplete: snapshot.receipt.incompleteAccounts ?? [],
    codes: snapshot.receipt.problems.map(({ code }) => code),
  };
}

const server = { AT: '1', I32: '2', I81: 'Physical' };
const workstation = { AT: '1', I32: '1', I81: 'Virtual' };

describe('cove: counts', () => {
  it('devices by system, product and physicality', async () => {
    const { counts } = await pulled([
      server,
      { ...server, I81: 'Undefined' },
      { ...server, I81: ['Virtual'] },
      workstation,
      { ...workstation, I10: 'Documents', T3: String(9 * GIB) },
      { AT: '1', I32: '0' },
      { AT: '3', TM: '4' },
    ]);
    expect(counts).toEqual([
      '7 documents devices 1',
      '7 server devices 3',
      '7 server physical 1',
      '7 server virtual 1',
      '7 workstation devices 1',
      '7 workstation virtual 1',
    ]);
  });

  it('gigabytes are bytes by 1024³, to a millionth; the users of tenants, which are no devices', async () => {
    const { counts } = await pulled([
      { ...server, I14: '188702358870', T3: String(500 * GIB) },
      { ...server, I14: String(GIB / 2) },
      { AT: '2', TM: '12', I14: String(3 * GIB), I32: '0' },
      { AT: '2', TM: '0' },
    ]);
    expect(counts).toEqual([
      '7 m365-users billable 12',
      '7 m365-users storage-gb 3',
      '7 server devices 2',
      '7 server physical 2',
      '7 storage selected-gb 500',
      '7 storage storage-gb 176.242767',
    ]);
  });

  it.each([
    ['a tenant without its users', { AT: '2' }],
    ['a system nobody documented', { ...server, I32: '3' }],
    ['an account type nobody documented', { AT: '9' }],
    ['no account type', { I32: '2' }],
    ['a size that is no number', { ...server, I14: 'n/a' }],
    ['a device of a customer that was not listed', { ...server, partner: 99 }],
  ])('%s makes its customer incomplete', async (_what, device) => {
    const { incomplete, codes } = await pulled([server, device]);
    expect(incomplete).toEqual(['partner' in device ? '99' : '7']);
    expect(codes).toHaveLength(1);
  });
});

describe('cove: customers', () => {
  it('sites count for their customer, levels above for themselves, bins and trials for nobody', async () => {
    const { counts, incomplete } = await pulled(
      [
        { ...server, partner: 8 },
        { ...server, partner: 9 },
        { ...server, partner: 10 },
        server,
        { ...server, partner: 1 },
      ],
      [
        customer,
        { Id: 8, ParentId: 7, Name: 'Northwind Annex', Level: 'Site', State: 'InProduction' },
        { ...customer, Id: 9, Name: 'Msp - Recycle Bin' },
        { ...customer, Id: 10, Name: 'Trying', State: 'InTrial' },
      ],
    );
    expect(counts.filter((one) => one.includes('devices'))).toEqual([
      '1 server devices 1',
      '7 server devices 2',
    ]);
    expect(incomplete).toEqual([]);
  });

  it('a state nobody documented makes the customer incomplete', async () => {
    const { incomplete } = await pulled([server], [{ ...customer, State: 'OnHold' }]);
    expect(incomplete).toEqual(['7']);
  });

  it('sites in a ring end', async () => {
    const site = { ...customer, Level: 'Site' };
    const { codes } = await pulled(
      [server],
      [
        { ...site, ParentId: 8 },
        { ...site, Id: 8, ParentId: 7 },
      ],
    );
    expect(codes).toEqual(['customer-not-read']);
  });
});

describe('cove: the visa', () => {
  const mocked = (pageCap?: number): ReturnType<typeof mockSystem<'cove'>> =>
    mockSystem('cove', world, pageCap === undefined ? {} : { pageCap });
  const sent = (mock: ReturnType<typeof mocked>): Sent[] => mock.requests.map(({ body }) => body as Sent);

  it('is the newest one in every call, and one log-in is enough', async () => {
    const mock = mocked(5);
    const snapshot = await pullVendor(cove(mock.options), { runtime: mock.runtime });
    expect(snapshot.receipt.complete).toBe(true);
    const calls = sent(mock);
    expect(calls.filter(({ method }) => method === 'Login')).toHaveLength(1);
    const visas = calls.slice(1).map(({ visa }) => visa);
    expect(new Set(visas).size).toBe(visas.length);
    expect(calls[0]).not.toHaveProperty('visa');
  });

  it('that expired in the middle of a pull is replaced by one more log-in', async () => {
    const whole = mocked(5);
    const before = await pullVendor(cove(whole.options), { runtime: whole.runtime });
    const mock = mocked(5);
    const { faults } = await import('trueup/testing');
    mock.faults.inject(faults.expiredToken(), { nth: 6 });
    const after = await pullVendor(cove(mock.options), { runtime: mock.runtime });
    expect(after.counts).toEqual(before.counts);
    expect(after.receipt.complete).toBe(true);
    expect(sent(mock).filter(({ method }) => method === 'Login')).toHaveLength(2);
  });

  it('is not used after a quarter of an hour', async () => {
    const mock = mocked();
    const connector = cove(mock.options);
    await connector.check({ runtime: mock.runtime });
    await mock.runtime.sleep(15 * 60_000);
    await connector.check({ runtime: mock.runtime });
    expect(sent(mock).map(({ method }) => method)).toEqual([
      'Login',
      'GetPartnerInfo',
      'Login',
      'GetPartnerInfo',
    ]);
  });

  it('wrong credentials, told with status 200, are AUTH_FAILED', async () => {
    const mock = mocked();
    const wrong = cove({ ...mock.options, username: 'nobody' });
    expect(await failure(pullVendor(wrong, { runtime: mock.runtime }))).toMatchObject({
      code: 'AUTH_FAILED',
    });
    expect(mock.requests).toHaveLength(1);
  });
});

describe('cove: pages', () => {
  it('a device added while reading moves every later page: nothing is lost, nothing counts twice', async () => {
    const whole = mockSystem('cove', world);
    const before = await pullVendor(cove(whole.options), { runtime: whole.runtime });
    const mock = mockSystem('cove', world, { pageCap: 5 });
    mock.faults.inject(
      {
        name: 'moved',
        page: (page, rows) =>
          page.offset === 0
            ? page
            : { ...page, rows: rows.slice(page.offset - 1, page.offset - 1 + page.size) },
      },
      { times: Number.POSITIVE_INFINITY },
    );
    const after = await pullVendor(cove(mock.options), { runtime: mock.runtime });
    expect(after.counts).toEqual(before.counts);
    expect(after.receipt.problems.map(({ code }) => code)).toEqual(['rows-repeated']);
  });

  it('a page shorter than the one before is not the end', async () => {
    const whole = mockSystem('cove', world);
    const before = await pullVendor(cove(whole.options), { runtime: whole.runtime });
    const mock = mockSystem('cove', world, { pageCap: 5 });
    mock.faults.inject(
      { name: 'uneven', ask: (ask) => (ask.offset === 5 ? { ...ask, size: 6 } : ask) },
      { times: Number.POSITIVE_INFINITY },
    );
    const after = await pullVendor(cove(mock.options), { runtime: mock.runtime });
    expect(after.counts).toEqual(before.counts);
  });

  it('an error of the vendor names its number', async () => {
    const answers = await serve((seen) => ({
      json: seen.body.includes('Login')
        ? { visa: 'v', result: { result: { PartnerId: 1 } } }
        : {
            visa: 'v',
            error: { code: -32603, message: 'Operation failed because of security reasons', data: 13501 },
          },
    }));
    const connector = cove({ ...keys, baseUrl: answers.base });
    const error = await failure(pullVendor(connector, { runtime: testCall().runtime }));
    expect(error).toMatchObject({ code: 'VENDOR_ERROR', context: { vendorCode: '13501' } });
    expect(String(error)).toContain('security reasons');
  });
});
