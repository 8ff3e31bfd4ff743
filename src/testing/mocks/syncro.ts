import type { ContractLine } from '../../model/psa.ts';
import { isFailure, pageByNumber } from '../mock/paging.ts';
import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import type { World } from '../world/types.ts';
import {
  customerRow,
  decimalText,
  expectedRows,
  heldLine,
  lineRow,
  noiseLines,
  productRow,
  type Row,
  scheduleRow,
} from './syncro-rows.ts';

/** Credentials the mock takes. */
export interface SyncroMockOptions {
  /** Given for the vendor's own cloud. */
  readonly subdomain?: string;
  /** Given for any other address. */
  readonly baseUrl?: string;
  readonly apiKey: string;
}

const ORIGIN = 'https://examplemsp.syncromsp.com';
const KEY = 'T0123456789abcdef-syncro-example';
/** `GET /me` shows the user's own token. */
const USER_TOKEN = '3746f72b-0000-4000-8000-0000000syncro';

/** Syncro, as the vendor's API description (version 1) and published live tests tell. */
export const syncroMock: MockDefinition<SyncroMockOptions> = {
  slug: 'syncro',
  name: 'Syncro',
  role: 'psa',
  origins: [ORIGIN],
  options: (origin) => ({
    apiKey: KEY,
    ...(origin === ORIGIN ? { subdomain: 'examplemsp' } : { baseUrl: `${origin}/api/v1` }),
  }),
  secrets: [KEY, USER_TOKEN],
  limit: { requests: 180, windowMs: 60_000 },
  lacks: [
    { case: 'repeated cursor', reason: 'pages are numbered' },
    { case: 'next page on another origin', reason: 'pages are numbered' },
    { case: 'token expires during a pull', reason: 'keys do not expire by themselves' },
  ],
  enums: [{ path: /\/schedules$/, field: 'frequency' }],
  start,
};

function start(world: World, kit: MockKit): MockServer {
  const { contracts, services, customers } = world.psa;
  for (const line of [...kit.state.lines.values()]) {
    const held = heldLine(line, world.on);
    if (held) kit.state.lines.set(line.id, held);
    else kit.state.lines.delete(line.id);
  }
  const expected = { psa: expectedRows(world, [...kit.state.lines.values()]) };

  const prices = new Map(world.psa.lines.map((line) => [line.serviceId, line.unitPrice]));
  const products = services.map((service) => productRow(service, prices.get(service.id)));
  const companies = customers.map(customerRow);
  const known = new Map(contracts.map((one) => [one.id, one]));
  /** Lines as they were last sent. */
  const sent = new Map<string, Row>();
  const shown = (line: ContractLine): Row => ({
    ...(sent.get(line.id) ?? lineRow(line)),
    quantity: decimalText(line.units),
  });
  const linesOf = (id: string): Row[] => {
    const contract = known.get(id);
    return [...kit.linesOf(id).map(shown), ...(contract ? noiseLines(contract, services[0]?.id) : [])];
  };
  // The list shows the lines of most schedules, not of all.
  const listed = (): Row[] =>
    contracts.map((one) => ({ ...scheduleRow(one), lines: Number(one.id) % 4 === 1 ? [] : linesOf(one.id) }));

  const change = (call: MockCall): MockReply => {
    const { id = '', line: lineId = '' } = call.params;
    const line = kit.state.lines.get(lineId);
    if (!line || line.contractId !== id) return fail({ status: 404, message: 'Not found' });
    const refused = unfit(call.body);
    if (refused) return refused;
    const row = asSent({ ...shown(line), ...DEFAULTS }, call.body as Row);
    sent.set(lineId, row);
    const units = Number((call.body as Row).quantity ?? line.units);
    const same = Number(row.retail_cents) / 100 === Number(line.unitPrice ?? 0);
    kit.state.lines.set(lineId, {
      ...line,
      units,
      ...(same ? {} : { unitPrice: String(Number(row.retail_cents) / 100) }),
    });
    if (units !== line.units) kit.state.writes.push({ lineId, from: line.units, to: units });
    return { json: { schedule_line_item: { ...row, quantity: decimalText(units) } } };
  };

  let lastId = 900_000;
  const add = (call: MockCall): MockReply => {
    const contract = known.get(call.params.id ?? '');
    if (!contract) return fail({ status: 404, message: 'Not found' });
    const refused = unfit(call.body);
    if (refused) return refused;
    const body = call.body as Row;
    lastId += 3;
    const line: ContractLine = {
      id: String(lastId),
      contractId: contract.id,
      customerId: contract.customerId,
      serviceId: String(body.product_id ?? ''),
      units: Number(body.quantity ?? 0),
      unitPrice: String(Number(body.retail_cents ?? 0) / 100),
      startDate: null,
      endDate: null,
      active: true,
      billable: true,
      description: String(body.name),
    };
    kit.state.lines.set(line.id, line);
    kit.state.writes.push({ lineId: line.id, from: 0, to: line.units });
    return { json: { schedule_line_item: shown(line) } };
  };

  const base = '/api/v1';
  return {
    expected,
    fail,
    authorize: (call) =>
      call.headers.get('authorization') === `Bearer ${KEY}`
        ? null
        : { status: 401, message: 'Not authorized. Check your API key.' },
    routes: [
      { method: 'GET', path: `${base}/me`, answer: () => ({ json: ME }) },
      {
        method: 'GET',
        path: `${base}/customers`,
        answer: (call) => {
          const all = call.query.get('include_disabled') === 'true';
          return list(
            call,
            'customers',
            all ? companies : companies.filter(({ disabled }) => !disabled),
            100,
          );
        },
      },
      { method: 'GET', path: `${base}/products`, answer: (call) => list(call, 'products', products) },
      {
        method: 'GET',
        path: `${base}/products/:id`,
        answer: ({ params: { id } }) => {
          const product = products.find((row) => String(row.id) === id);
          return product ? { json: { product } } : fail({ status: 404, message: 'Not found' });
        },
      },
      { method: 'GET', path: `${base}/schedules`, answer: (call) => list(call, 'schedules', listed()) },
      {
        method: 'GET',
        path: `${base}/schedules/:id`,
        answer: ({ params: { id = '' } }) => {
          const contract = known.get(id);
          return contract
            ? { json: { schedule: { ...scheduleRow(contract), lines: linesOf(id) } } }
            : fail({ status: 404, message: 'Not found' });
        },
      },
      { method: 'PUT', path: `${base}/schedules/:id/line_items/:line`, answer: change },
      { method: 'POST', path: `${base}/schedules/:id/add_line_item`, answer: add },
    ],
  };
}

const ME = {
  user_token: USER_TOKEN,
  user_email: 'billing@examplemsp.example',
  user_name: 'Billing API',
  user_id: 3,
  admin: false,
  subdomain: 'examplemsp',
  permissions: { customer: { read: true, write: false, delete: false } },
};

/** What a field left out of a write falls back to. Seen on products; the mock is as strict with lines. */
const DEFAULTS: Row = {
  description: '',
  retail_cents: 0,
  cost_cents: 0,
  taxable: true,
  position: 0,
  one_time_charge: false,
  user_id: null,
  product_id: null,
  asset_type_id: null,
  recurring_type_id: null,
};

function asSent(row: Row, body: Row): Row {
  const next: Row = { ...row };
  for (const name of [...Object.keys(DEFAULTS), 'name']) if (name in body) next[name] = body[name];
  next.price_retail = Number(next.retail_cents) / 100;
  next.price_cost = next.cost_cents === null ? null : Number(next.cost_cents) / 100;
  return next;
}

function unfit(body: unknown): MockReply | null {
  const { name, quantity } = (body ?? {}) as Row;
  const errors = [
    ...(typeof name === 'string' && name.trim() !== '' ? [] : ["Name can't be blank"]),
    ...(quantity === undefined || typeof quantity === 'number' ? [] : ['Quantity is not a number']),
  ];
  return errors.length === 0 ? null : { status: 422, json: { error: errors } };
}

/** Only some lists say how many pages there are; all end with an empty page. The size is the server's. */
function list(call: MockCall, name: string, rows: readonly Row[], size = 25): MockReply {
  const page = pageByNumber(call, rows, { page: 'page', base: 1, defaultSize: size, maxSize: size });
  if (isFailure(page)) return fail(page);
  if (name !== 'customers') return { json: { [name]: page.rows } };
  const meta = {
    total_pages: Math.ceil(page.total / page.size),
    total_entries: page.total,
    per_page: page.size,
    page: Math.floor(page.offset / page.size) + 1,
  };
  return { json: { [name]: page.rows, meta } };
}

/** Syncro has more than one shape of error; a missing permission is a 401 as well. */
function fail({ status, message }: MockFailure): MockReply {
  if (status === 404) return { status, text: '' };
  return { status, json: status === 401 ? { error: message } : { error: [message] } };
}
