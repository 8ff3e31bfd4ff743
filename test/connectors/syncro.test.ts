import { syncro } from 'trueup/connectors/syncro';
import { pullPsa } from 'trueup/sync';
import { createWorld, type Mock, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { failure, serve, type TestServer, testCall } from '../transport/server.ts';

const world = createWorld('syncro', { customers: 30 });
const ref = { lineId: '9001', contractId: '501', customerId: '77', serviceId: '55', on: '2026-12-01' };

type Wire = Record<string, unknown>;
const line = {
  id: 9001,
  schedule_id: 501,
  product_id: 55,
  name: 'M365 Business Premium',
  description: 'per user',
  quantity: '14.0',
  cost_cents: 1800,
  retail_cents: 2600,
  price_cost: 18.0,
  price_retail: 26.0,
  taxable: false,
  position: 1,
  user_id: 3,
  product_category: 'Licensing',
  asset_type_id: null,
  recurring_type_id: null,
  device_ids: [],
  one_time_charge: false,
};
const schedule = { id: 501, customer_id: 77, name: 'Managed services', frequency: 'Monthly', paused: false };
const product = { id: 55, name: 'M365', price_retail: 26.5, price_cost: 18, taxable: true, disabled: false };

/** An account with one customer, product and schedule; lists have no `meta`. */
async function account(
  lines: readonly Wire[],
  {
    more = {},
    listed = lines as unknown,
    item = {} as Wire,
  }: { more?: Wire; listed?: unknown; item?: Wire } = {},
): Promise<TestServer> {
  return serve((seen) => {
    const first = Number(seen.url.searchParams.get('page') ?? 1) === 1;
    const list = (name: string, rows: readonly unknown[]): object => ({
      json: { [name]: first ? rows : [] },
    });
    switch (seen.url.pathname) {
      case '/customers':
        return list('customers', [{ id: 77, business_name: null, fullname: 'Nora Wind', disabled: true }]);
      case '/products':
        return list('products', [{ ...product, ...item }]);
      case '/products/55':
        return { json: { product: { ...product, ...item } } };
      case '/schedules':
        return list('schedules', [{ ...schedule, ...more, lines: listed }]);
      case '/schedules/501':
        return { json: { schedule: { ...schedule, ...more, lines } } };
      default:
        return { json: { schedule_line_item: { ...line, id: 9100 } } };
    }
  });
}

const connect = (server: TestServer, options: object = {}): ReturnType<typeof syncro> =>
  syncro({ apiKey: 'key-of-the-test', baseUrl: server.base, ...options });
const asked = (server: TestServer): string[] => server.seen.map(({ url }) => url.pathname + url.search);
const writes = (server: TestServer): unknown[] =>
  server.seen
    .filter(({ method }) => method !== 'GET')
    .map((seen) => [seen.method, seen.url.pathname, JSON.parse(seen.body)]);

describe('syncro', () => {
  it('asks the account by its subdomain, with the key in the header', async () => {
    let seen: Request | undefined;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      seen = new Request(input, init);
      return Response.json({ user_email: 'me@msp.example', user_token: 'secret-token', subdomain: 'acme' });
    };
    const checked = await syncro({ subdomain: 'acme', apiKey: 'key' }).check({
      runtime: { ...testCall().runtime, fetch },
    });
    expect(checked).toEqual({ account: 'me@msp.example', baseUrl: 'https://acme.syncromsp.com/api/v1' });
    expect([seen?.url, seen?.headers.get('authorization')]).toEqual([
      'https://acme.syncromsp.com/api/v1/me',
      'Bearer key',
    ]);
    expect(() => syncro({ apiKey: 'key' })).toThrow(/option subdomain is missing.*or give baseUrl/);
    expect(() => syncro({ apiKey: 'key', subdomain: 'evil.example/' })).toThrow(/option subdomain/);
  });

  it('reads until an empty page where a list does not say how many there are', async () => {
    const server = await account([line]);
    const snapshot = await pullPsa(connect(server), { runtime: testCall().runtime });
    expect(asked(server)).toEqual([
      '/customers?include_disabled=true&page=1',
      '/customers?include_disabled=true&page=2',
      '/products?page=1',
      '/products?page=2',
      '/schedules?page=1',
      '/schedules?page=2',
    ]);
    expect(snapshot.receipt.complete).toBe(true);
    expect(snapshot.customers).toEqual([{ id: '77', name: 'Nora Wind', active: false }]);
    expect(snapshot.contracts).toMatchObject([
      { id: '501', customerId: '77', startDate: null, endDate: null },
    ]);
    expect(snapshot.lines).toEqual([
      {
        id: '9001',
        contractId: '501',
        customerId: '77',
        serviceId: '55',
        units: 14,
        unitPrice: '26',
        unitCost: '18',
        startDate: null,
        endDate: null,
        active: true,
        billable: true,
        description: 'M365 Business Premium',
      },
    ]);
  });

  it.each([[[]], [null], [undefined]])(
    'reads a schedule by itself that is listed with the lines %j',
    async (listed) => {
      const server = await account([line], { listed: listed ?? null });
      const snapshot = await pullPsa(connect(server), { runtime: testCall().runtime });
      expect(snapshot.lines).toMatchObject([{ id: '9001', units: 14 }]);
      expect(asked(server).at(-1)).toBe('/schedules/501');
    },
  );

  it('reads every schedule by itself when told so', async () => {
    const server = await account([line, { ...line, id: 9002 }], { listed: [line] });
    const read = async (scheduleLines: 'listed' | 'each'): Promise<number> =>
      (await pullPsa(connect(server, { scheduleLines }), { runtime: testCall().runtime })).lines.length;
    expect([await read('listed'), await read('each')]).toEqual([1, 2]);
  });

  it.each<[Wire, object]>([
    [{}, { status: 'active', billingCycle: 'monthly' }],
    [{ paused: true }, { status: 'inactive' }],
    [{ frequency: 'Semi-Annually' }, { billingCycle: 'semi-annual' }],
    [{ frequency: 'Triennially' }, { billingCycle: 'multi-year' }],
    [{ frequency: 'Biweekly' }, { billingCycle: 'other' }],
    [{ next_run: '2026-12-01T00:00:00.000Z' }, { nextInvoiceDate: '2026-12-01' }],
  ])('reads a schedule %j', async (more, expected) => {
    const server = await account([line], { more });
    const snapshot = await pullPsa(connect(server), { runtime: testCall().runtime });
    expect(snapshot.contracts).toMatchObject([expected]);
    expect(snapshot.receipt.problems).toEqual([]);
  });

  it.each<[Wire, object | null]>([
    [{ quantity: '2.50' }, { units: 2.5 }],
    [{ quantity: 0 }, { units: 0 }],
    [{ retail_cents: 1999 }, { unitPrice: '19.99' }],
    [{ recurring_type_id: 1 }, { native: { computed: true } }],
    [{ asset_type_id: 4 }, { native: { computed: true } }],
    [{ device_ids: [1] }, { native: { computed: true } }],
    [{ one_time_charge: true }, null],
    [{ product_id: null }, null],
  ])('reads a line %j', async (more, expected) => {
    const server = await account([{ ...line, ...more }]);
    const snapshot = await pullPsa(connect(server), { runtime: testCall().runtime });
    expect(snapshot.lines).toMatchObject(expected ? [expected] : []);
    expect(snapshot.receipt.complete).toBe(true);
  });

  it('takes a type as a fixed quantity where the account says so', async () => {
    const server = await account([
      { ...line, recurring_type_id: 1 },
      { ...line, id: 9002, recurring_type_id: 2 },
    ]);
    const snapshot = await pullPsa(connect(server, { standardTypeIds: [1] }), {
      runtime: testCall().runtime,
    });
    expect(snapshot.lines.map(({ native }) => native?.computed)).toEqual([undefined, true]);
  });

  it.each([null, '-1.0'])('a quantity of %s keeps the whole schedule out', async (quantity) => {
    const server = await account([line, { ...line, id: 9002, quantity }]);
    const { receipt } = await pullPsa(connect(server), { runtime: testCall().runtime });
    expect(receipt).toMatchObject({ complete: false, incompleteContracts: ['501'] });
  });

  it.each<[Wire, string | undefined, boolean]>([
    [{}, undefined, true],
    [{ upc_code: 'BP' }, 'BP', true],
    [{ upc_code: '', product_skus: [{ sku: null }, { sku: 'SKU-1' }] }, 'SKU-1', true],
    [{ disabled: true }, undefined, false],
  ])('reads a product %j', async (item, code, active) => {
    const server = await account([], { item });
    const { services } = await pullPsa(connect(server), { runtime: testCall().runtime });
    expect(services[0]).toEqual({ id: '55', name: 'M365', active, ...(code === undefined ? {} : { code }) });
  });

  it('writes the quantity as a number, and every field that can be written as it was', async () => {
    const server = await account([{ ...line, id: 7 }, line]);
    await connect(server).setQuantity(
      { ...ref, from: 14, to: 15.5, mode: 'immediate' },
      { runtime: testCall().runtime },
    );
    expect(writes(server)).toEqual([
      [
        'PUT',
        '/schedules/501/line_items/9001',
        {
          product_id: 55,
          name: 'M365 Business Premium',
          description: 'per user',
          retail_cents: 2600,
          cost_cents: 1800,
          taxable: false,
          position: 1,
          one_time_charge: false,
          user_id: 3,
          quantity: 15.5,
        },
      ],
    ]);
  });

  it.each<[string, Wire, RegExp]>([
    ['is gone', { id: 7 }, /no longer/],
    ['has another quantity by now', { quantity: '15.0' }, /15 now, not 14/],
    ['is counted by Syncro', { asset_type_id: 2 }, /counted by Syncro/],
    ['has no price to send back', { retail_cents: null }, /no price/],
    ['has no name to send back', { name: '' }, /no name/],
  ])('sends nothing when the line %s', async (_what, more, message) => {
    const server = await account([{ ...line, ...more }]);
    const write = connect(server).setQuantity(
      { ...ref, from: 14, to: 15, mode: 'immediate' },
      { runtime: testCall().runtime },
    );
    expect(await failure(write)).toMatchObject({ code: 'REFUSED', message: expect.stringMatching(message) });
    expect(writes(server)).toEqual([]);
  });

  it.each<[Wire, Wire, object]>([
    [{}, {}, { lineId: '9001', contractId: '501', units: 14, active: true }],
    [{}, { paused: true }, { active: false }],
    [{ one_time_charge: true }, {}, { active: false }],
    [{ recurring_type_id: 3 }, {}, { computed: true }],
  ])('a line %j of a schedule %j is %j', async (own, more, expected) => {
    const server = await account([{ ...line, ...own }], { more });
    expect(await connect(server).readLine(ref, { runtime: testCall().runtime })).toMatchObject(expected);
  });

  it('adds a line with name and price of the product', async () => {
    const server = await account([line]);
    const connector = connect(server);
    const { runtime } = testCall();
    expect(await connector.addLine?.({ ...ref, units: 3 }, { runtime })).toEqual({ lineId: '9100' });
    expect(writes(server)).toEqual([
      [
        'POST',
        '/schedules/501/add_line_item',
        {
          product_id: 55,
          name: 'M365',
          description: '',
          quantity: 3,
          retail_cents: 2650,
          cost_cents: 1800,
          taxable: true,
        },
      ],
    ]);
    expect(await connector.findLines?.(ref, { runtime })).toMatchObject([{ lineId: '9001' }]);
    expect(await connector.findLines?.({ ...ref, serviceId: '56' }, { runtime })).toEqual([]);
  });

  it('adds nothing to a schedule that was paused since: a line that is there already would not be seen', async () => {
    const server = await account([line], { more: { paused: true } });
    const { runtime } = testCall();
    const add = connect(server).addLine?.({ ...ref, units: 14 }, { runtime });
    expect(await failure(Promise.resolve(add))).toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('schedule 501 is paused.'),
    });
    expect(writes(server)).toEqual([]);
  });

  it('adds nothing for a price of less than a cent, and for no product', async () => {
    const server = await account([line], { item: { price_retail: 0.125 } });
    const { runtime } = testCall();
    const add = (serviceId: string) =>
      connect(server).addLine?.({ ...ref, serviceId, units: 1 }, { runtime });
    expect(await failure(Promise.resolve(add('55')))).toMatchObject({ code: 'REFUSED' });
    expect(await failure(Promise.resolve(add('x/../55')))).toMatchObject({ code: 'REFUSED' });
    expect(writes(server)).toEqual([]);
  });

  it('leaves a line as it was, but for its quantity, on a system that resets what is not sent', async () => {
    const mock = mockSystem('syncro', world);
    const target = [...mock.state.lines.values()].find(
      ({ native, id }) => native === undefined && Number(id) % 2 === 1,
    );
    if (!target) throw new Error('the world has no such line');
    const { id: lineId, contractId, customerId, serviceId, units } = target;
    const before = await lineOn(mock, contractId, lineId);
    expect(before).toMatchObject({ taxable: false });
    const change = {
      lineId,
      contractId,
      customerId,
      serviceId,
      on: '2026-12-01',
      from: units,
      to: units + 3,
    };
    await syncro(mock.options).setQuantity({ ...change, mode: 'immediate' }, { runtime: mock.runtime });
    expect(await lineOn(mock, contractId, lineId)).toEqual({ ...before, quantity: `${units + 3}.0` });
  });
});

async function lineOn(mock: Mock<object>, schedule: string, id: string): Promise<Wire | undefined> {
  const { apiKey } = mock.options as Record<string, string>;
  const url = `https://examplemsp.syncromsp.com/api/v1/schedules/${schedule}`;
  const answer = await mock.fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
  const body = (await answer.json()) as { schedule: { lines: Wire[] } };
  return body.schedule.lines.find((row) => String(row.id) === id);
}
