import { halopsa } from 'trueup/connectors/halopsa';
import { pullPsa } from 'trueup/sync';
import { createWorld, type Fault, type Mock, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { failure, serve, type TestServer, testCall } from '../transport/server.ts';

const world = createWorld('halopsa', { customers: 30 });
const keys = { clientId: 'client', clientSecret: 'client-secret' };
const ref = { lineId: '1201', contractId: '-94', customerId: '31', serviceId: '55', on: '2026-12-01' };

type Wire = Record<string, unknown>;
const line = {
  id: 1201,
  ihid: -94,
  _itemid: 55,
  qty_order: 24,
  unit_price: 28.5,
  startdate: '2026-01-01T00:00:00',
};
const header = {
  id: -94,
  client_id: 31,
  name: 'Monthly services',
  disabled: false,
  period: 3,
  currency_code: 0,
};

/** An instance with one client, item and recurring invoice. `detail` may be text, letter by letter. */
async function instance(lines: readonly Wire[], more: Wire = {}, detail?: string): Promise<TestServer> {
  const server: TestServer = await serve((seen) => {
    const list = (name: string, rows: readonly Wire[]) => ({
      json: { record_count: rows.length, [name]: rows },
    });
    switch (seen.url.pathname) {
      case '/api/authinfo':
        return { json: { auth_url: `${server.base}/auth`, tenant_id: 'acme co' } };
      case '/auth/token':
        return { json: { access_token: 'access', expires_in: 3600 } };
      case '/api/Client':
        return list('clients', [{ id: 31, name: 'Northwind', inactive: false }]);
      case '/api/Item':
        return list('items', [{ id: 55, name: 'M365', internalreference: 'M365-BP' }]);
      case '/api/RecurringInvoice':
        return seen.method === 'POST'
          ? { status: 201, json: {} }
          : list('invoices', [{ ...header, ...more }]);
      default:
        return detail === undefined ? { json: { ...header, ...more, lines } } : { text: detail };
    }
  });
  return server;
}

const posts = (server: TestServer): string[] =>
  server.seen
    .filter(({ method, url }) => method === 'POST' && url.pathname.startsWith('/api'))
    .map(({ body }) => body);

describe('halopsa', () => {
  it('finds its authorisation server, and asks there with the form fields', async () => {
    const server = await instance([]);
    const connector = halopsa({ ...keys, instance: server.base });
    await connector.check({ runtime: testCall().runtime });
    const [info, token, client] = server.seen;
    expect(info?.url.pathname).toBe('/api/authinfo');
    expect(info?.headers.authorization).toBeUndefined();
    expect(token?.url.pathname + (token?.url.search ?? '')).toBe('/auth/token?tenant=acme%20co');
    expect(Object.fromEntries(new URLSearchParams(token?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'client-secret',
      scope: 'read:customers read:items read:invoices edit:invoices',
    });
    expect(client?.headers.authorization).toBe('Bearer access');
  });

  it('asks the server it is told, and sends the secret to no host the instance names', async () => {
    const server = await instance([]);
    const options = {
      ...keys,
      instance: server.base,
      authServer: `${server.base}/auth/`,
      tenant: 'x',
      scope: 'all',
    };
    await halopsa(options).check({ runtime: testCall().runtime });
    expect(server.seen.map(({ url }) => url.pathname + url.search)[0]).toBe('/auth/token?tenant=x');
    const other = await serve(() => ({ json: { auth_url: 'https://elsewhere.example/auth' } }));
    const strange = halopsa({ ...keys, instance: other.base });
    expect(await failure(strange.check({ runtime: testCall().runtime }))).toMatchObject({
      code: 'CROSS_ORIGIN',
    });
  });

  it.each<[Wire, object]>([
    [{}, { id: '-94', status: 'active', billingCycle: 'monthly', startDate: null, endDate: null }],
    [{ disabled: true }, { status: 'inactive' }],
    [{ enddate: '2020-01-31T00:00:00' }, { status: 'expired', endDate: '2020-01-31' }],
    [{ enddate: '1900-01-01T00:00:00' }, { status: 'active', endDate: null }],
    [{ period: 5 }, { billingCycle: 'semi-annual' }],
    [{ period: 9 }, { billingCycle: 'weekly' }],
    [{ period: 77 }, { billingCycle: 'other' }],
    [{ currency_code: 2 }, { currency: 'EUR' }],
    [{ name: '', contract_ref: 'MS-1' }, { name: 'MS-1' }],
    [{ nextcreationdate: '2026-12-01T00:00:00' }, { nextInvoiceDate: '2026-12-01' }],
  ])('reads a recurring invoice %j', async (more, expected) => {
    const server = await instance([], more);
    const connector = halopsa({
      ...keys,
      instance: server.base,
      periods: { '9': 'weekly' },
      currencies: { '2': 'EUR' },
    });
    const snapshot = await pullPsa(connector, { runtime: testCall().runtime });
    expect(snapshot.contracts).toMatchObject([expected]);
  });

  it('tells what it does not know: a period, a currency', async () => {
    const server = await instance([], { period: 77, currency_code: 3 });
    const { receipt } = await pullPsa(halopsa({ ...keys, instance: server.base }), {
      runtime: testCall().runtime,
    });
    expect(receipt.problems.map(({ code }) => code)).toEqual(['unknown-currency', 'unknown-value']);
  });

  it.each<[Wire, object | null]>([
    [{}, { units: 24, unitPrice: '28.5', startDate: '2026-01-01', endDate: null, serviceId: '55' }],
    [{ enddate: '2026-12-31T00:00:00' }, { endDate: '2027-01-01' }],
    // The last day a calendar of four digits has: there is none after it.
    [{ enddate: '9999-12-31T00:00:00' }, { endDate: null }],
    [{ qty_order: 2.5 }, { units: 2.5 }],
    [{ _is_calculated_line: true }, { native: { computed: true } }],
    [{ recurring_invoice_quantity_type: 3 }, { native: { computed: true } }],
    [{ quantity_users: [{ id: 1 }] }, { native: { computed: true } }],
    [{ quantity_assets: [{ id: 1 }] }, { native: { computed: true } }],
    [{ quantity_licences: [{ id: 1 }] }, { native: { computed: true } }],
    [{ quantity_subscriptions: [{ id: 1 }] }, { native: { computed: true } }],
    [{ isgroupdesc: true, qty_order: null }, null],
    [{ onetimecharge: true }, null],
    [{ isinactive: true }, null],
    [{ _itemid: 0 }, null],
  ])('reads a line %j', async (more, expected) => {
    const server = await instance([{ ...line, ...more }]);
    const snapshot = await pullPsa(halopsa({ ...keys, instance: server.base }), {
      runtime: testCall().runtime,
    });
    expect(snapshot.lines).toMatchObject(expected ? [expected] : []);
    expect(snapshot.receipt.complete).toBe(true);
  });

  it.each([null, -1])('a quantity of %s keeps the whole invoice out', async (qty_order) => {
    const server = await instance([line, { ...line, id: 1202, qty_order }]);
    const { receipt } = await pullPsa(halopsa({ ...keys, instance: server.base }), {
      runtime: testCall().runtime,
    });
    expect(receipt).toMatchObject({ complete: false, incompleteContracts: ['-94'] });
  });

  it('reads lines of disabled invoices unless told not to', async () => {
    const server = await instance([line], { disabled: true });
    const read = async (disabledInvoices: 'read' | 'skip'): Promise<number> =>
      (
        await pullPsa(halopsa({ ...keys, instance: server.base, disabledInvoices }), {
          runtime: testCall().runtime,
        })
      ).lines.length;
    expect([await read('read'), await read('skip')]).toEqual([1, 0]);
  });

  it('sends every other line back letter by letter', async () => {
    const odd =
      '{"id":1202,"ihid":-94,"qty_order":24.0,"unit_price":28.50,"baseprice":0.1234567890123456789,"big":9007199254740993,' +
      '"tiny":1e-7,"text":"Zeile \\"24.0\\" \\u00fc","none":null,"list":[1.0,{"n":2.00}]}';
    const detail = `{"id":-94,"client_id":31,"lines":[${odd},{"id":1201,"_itemid":55,"qty_order":24.00,"unit_price":28.5}]}`;
    const server = await instance([], {}, detail);
    const connector = halopsa({ ...keys, instance: server.base });
    await connector.setQuantity(
      { ...ref, from: 24, to: 27.5, mode: 'immediate' },
      { runtime: testCall().runtime },
    );
    expect(posts(server)).toEqual([
      `[{"id":-94,"lines":[${odd.replace('\\u00fc', 'ü')},{"id":1201,"_itemid":55,"qty_order":27.5,"unit_price":28.5}]}]`,
    ]);
  });

  it.each<[string, Wire[], RegExp]>([
    ['is gone', [{ ...line, id: 7 }], /no longer/],
    ['has another quantity by now', [{ ...line, qty_order: 25 }], /25 now, not 24/],
    ['is counted by Halo', [{ ...line, quantity_users: [{ id: 1 }] }], /worked out by Halo/],
  ])('sends nothing when the line %s', async (_what, lines, message) => {
    const server = await instance(lines);
    const write = halopsa({ ...keys, instance: server.base }).setQuantity(
      { ...ref, from: 24, to: 27, mode: 'immediate' },
      { runtime: testCall().runtime },
    );
    expect(await failure(write)).toMatchObject({ code: 'REFUSED', message: expect.stringMatching(message) });
    expect(posts(server)).toEqual([]);
  });

  it.each<[Wire, Wire, object]>([
    [{}, {}, { active: true, units: 24 }],
    [{ isinactive: true }, {}, { active: false }],
    // Still to begin: its first invoice takes what is written now.
    [{ startdate: '2026-12-02T00:00:00' }, { startdate: '2026-12-02T00:00:00' }, { active: true }],
    [{ enddate: '2026-11-30T00:00:00' }, {}, { active: false }],
    [{ enddate: '2026-12-01T00:00:00' }, {}, { active: true }],
    [{}, { disabled: true }, { active: false }],
    [{}, { enddate: '2026-11-30T00:00:00' }, { active: false }],
    [{ _is_calculated_line: true }, {}, { computed: true }],
  ])('a line %j of an invoice %j is %j', async (own, of, expected) => {
    const server = await instance([{ ...line, ...own }], of);
    const state = await halopsa({ ...keys, instance: server.base }).readLine(ref, {
      runtime: testCall().runtime,
    });
    expect(state).toMatchObject(expected);
  });

  it('keeps headings, one-time charges and counted lines of the invoice it writes to', async () => {
    const mock = mockSystem('halopsa', world);
    const connector = halopsa(mock.options);
    const { runtime } = mock;
    const target = [...mock.state.lines.values()].find(
      ({ contractId, native }) => Number(contractId) % 3 === 0 && native === undefined,
    );
    if (!target) throw new Error('the world has no such line');
    const { id: lineId, contractId, customerId, serviceId, units } = target;
    const before = await detail(mock, contractId);
    expect(before.length).toBeGreaterThan(4);
    const change = {
      lineId,
      contractId,
      customerId,
      serviceId,
      on: '2026-12-01',
      from: units,
      to: units + 3,
    };
    await connector.setQuantity({ ...change, mode: 'immediate' }, { runtime });
    expect(await detail(mock, contractId)).toEqual(
      before.map((row) => (String(row.id) === lineId ? { ...row, qty_order: units + 3 } : row)),
    );
  });

  it('sets back what somebody else changes on the invoice between its read and its write: no client can prevent it', async () => {
    const mock = mockSystem('halopsa', world);
    const [target, other] =
      [...Map.groupBy(mock.state.lines.values(), ({ contractId }) => contractId).values()]
        .map((lines) => lines.filter(({ native }) => native === undefined))
        .find(({ length }) => length > 1) ?? [];
    if (!target || !other) throw new Error('the world has no such invoice');
    const outside: Fault = {
      name: 'outside writer',
      before: () => {
        mock.state.lines.set(other.id, { ...other, units: other.units + 1 });
        return undefined;
      },
    };
    mock.faults.inject(outside, { method: 'POST', path: /RecurringInvoice$/ });
    const { id: lineId, contractId, customerId, serviceId, units } = target;
    const change = {
      lineId,
      contractId,
      customerId,
      serviceId,
      on: '2026-12-01',
      from: units,
      to: units + 3,
    };
    await halopsa(mock.options).setQuantity({ ...change, mode: 'immediate' }, { runtime: mock.runtime });
    expect(mock.state.lines.get(lineId)?.units).toBe(units + 3);
    expect(mock.state.lines.get(other.id)?.units).toBe(other.units);
  });

  it('names a recurring invoice without a client', async () => {
    const server = await instance([line], { client_id: null });
    const { contracts, receipt } = await pullPsa(halopsa({ ...keys, instance: server.base }), {
      runtime: testCall().runtime,
    });
    expect([contracts, receipt.problems.map(({ code }) => code)]).toEqual([[], ['invoice-without-client']]);
  });

  it('the mock deletes a line that is not sent, and empties a field that is not', async () => {
    const mock = mockSystem('halopsa', world);
    const target = [...mock.state.lines.values()].find(({ native }) => native === undefined);
    const contractId = target?.contractId ?? '';
    const [first, ...rest] = await detail(mock, contractId);
    const lines = [{ id: first?.id, qty_order: 1 }];
    await ask(mock, 'POST', '/api/RecurringInvoice', [{ id: Number(contractId), lines }]);
    expect(await detail(mock, contractId)).toEqual(lines);
    expect(rest.every(({ id }) => !mock.state.lines.has(String(id)))).toBe(true);
  });
});

async function detail(mock: Mock<object>, id: string): Promise<readonly Wire[]> {
  const body = (await ask(mock, 'GET', `/api/RecurringInvoice/${id}?includedetails=true`)) as {
    lines: Wire[];
  };
  return body.lines;
}

/** A request by hand, with a token of its own. */
async function ask(mock: Mock<object>, method: string, path: string, json?: unknown): Promise<unknown> {
  const { instance: base, clientId, clientSecret } = mock.options as Record<string, string>;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId ?? '',
    client_secret: clientSecret ?? '',
    scope: 'edit:invoices',
  });
  const login = await mock.fetch(`${base}/auth/token?tenant=examplemsp`, { method: 'POST', body: form });
  const { access_token } = (await login.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  return (await mock.fetch(base + path, { method, headers, ...body })).json();
}
