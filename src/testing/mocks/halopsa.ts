import { isFailure, pageByNumber } from '../mock/paging.ts';
import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import type { World } from '../world/types.ts';
import {
  clientRows,
  expectedRows,
  headerRow,
  heldLine,
  invoiceId,
  issuedRow,
  itemRows,
  noiseLines,
  type Row,
} from './halopsa-rows.ts';
import { invoiceLines } from './halopsa-writes.ts';

/** Credentials the mock takes. */
export interface HalopsaMockOptions {
  readonly instance: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const ORIGIN = 'https://examplemsp.halopsa.com';
const CLIENT = 'a1b2c3d4-0000-4000-8000-0000000000ha';
const SECRET = 'halo-secret-Example0001';
const TENANT = 'examplemsp';
const GRANTED = ['read:customers', 'read:items', 'read:invoices', 'edit:invoices', 'read:contracts'];

/** HaloPSA, as the vendor's API description (version 2) and integrators' live checks tell. */
export const halopsaMock: MockDefinition<HalopsaMockOptions> = {
  slug: 'halopsa',
  name: 'HaloPSA',
  role: 'psa',
  origins: [ORIGIN],
  options: (origin) => ({ instance: origin, clientId: CLIENT, clientSecret: SECRET }),
  secrets: [SECRET],
  // The stricter of the two figures told.
  limit: { requests: 500, windowMs: 180_000 },
  lacks: [
    { case: 'repeated cursor', reason: 'pages are numbered' },
    { case: 'next page on another origin', reason: 'pages are numbered' },
  ],
  start,
};

function start(world: World, kit: MockKit): MockServer {
  const tokens = new Set<string>();
  const { contracts, services } = world.psa;
  for (const line of [...kit.state.lines.values()]) kit.state.lines.set(line.id, heldLine(line));
  const expected = { psa: expectedRows(world, [...kit.state.lines.values()]) };

  const headers = new Map(contracts.map((one) => [invoiceId(one.id), headerRow(world, one)]));
  const noise = new Map(contracts.map((one) => [invoiceId(one.id), noiseLines(one, services[0]?.id)]));
  const lines = invoiceLines(kit, noise, (id) => headers.has(id));
  const invoices = [
    ...headers.values(),
    ...contracts.filter((_, n) => n % 5 === 2).map((one) => issuedRow(world, one)),
  ];
  const clients = clientRows(world);
  const items = itemRows(world);
  const whole = (id: string): Row => ({ ...headers.get(id), lines: lines.of(id) });

  return {
    expected: world.psa.services.length > 0 ? expected : { psa: world.psa },
    fail,
    expireTokens: () => tokens.clear(),
    authorize: (call) =>
      tokens.has(/^Bearer (.+)$/.exec(call.headers.get('authorization') ?? '')?.[1] ?? '')
        ? null
        : { status: 401, message: 'The token is not valid.' },
    routes: [
      {
        method: 'GET',
        path: '/api/authinfo',
        kind: 'auth',
        answer: (call) => ({ json: { auth_url: `${call.origin}/auth`, tenant_id: TENANT } }),
      },
      { method: 'POST', path: '/auth/token', kind: 'auth', answer: (call) => token(call, kit, tokens) },
      { method: 'GET', path: '/api/client', answer: (call) => list(call, 'clients', among(call, clients)) },
      {
        method: 'GET',
        path: '/api/item',
        answer: (call) =>
          list(
            call,
            'items',
            items.filter(({ active }) => wanted(call, active)).map(({ row }) => row),
          ),
      },
      { method: 'GET', path: '/api/recurringinvoice', answer: (call) => list(call, 'invoices', invoices) },
      {
        method: 'GET',
        path: '/api/recurringinvoice/:id',
        answer: ({ params: { id = '' }, query }) => {
          if (!headers.has(id)) return fail({ status: 404, message: `Invoice ${id} was not found.` });
          return { json: query.get('includedetails') === 'true' ? whole(id) : headers.get(id) };
        },
      },
      {
        method: 'POST',
        path: '/api/recurringinvoice',
        answer: (call) => {
          const failed = lines.replace(call);
          if (failed) return fail(failed);
          const ids = (call.body as readonly Row[]).map(({ id }) => String(id));
          return { status: 201, json: ids.length === 1 ? whole(ids[0] ?? '') : ids.map(whole) };
        },
      },
    ],
  };
}

/** Form fields; the tenant in the query, or as a field. */
function token(call: MockCall, kit: MockKit, tokens: Set<string>): MockReply {
  const form = new URLSearchParams(call.text);
  const refuse = (error: string, status = 400): MockReply => ({
    status,
    json: { error, error_description: 'The token request was refused.' },
  });
  if (!call.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded'))
    return refuse('invalid_request');
  if ((call.query.get('tenant') ?? form.get('tenant')) !== TENANT) return refuse('invalid_tenant');
  if (form.get('grant_type') !== 'client_credentials') return refuse('unsupported_grant_type');
  if (form.get('client_id') !== CLIENT || form.get('client_secret') !== SECRET)
    return refuse('invalid_client', 401);
  const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
  if (scopes.length === 0 || !scopes.every((scope) => GRANTED.includes(scope)))
    return refuse('invalid_scope');
  const access = kit.token('halo');
  tokens.add(access);
  return { json: { token_type: 'Bearer', access_token: access, expires_in: 3600, scope: scopes.join(' ') } };
}

/** Active rows unless they are switched off, inactive ones only on request. */
function wanted(call: MockCall, active: boolean): boolean {
  return active ? call.query.get('includeactive') !== 'false' : call.query.get('includeinactive') === 'true';
}

function among(call: MockCall, rows: readonly Row[]): Row[] {
  return rows.filter((row) => wanted(call, row.inactive !== true));
}

/** A page with `pageinate=true`, else all rows, or the first `count` of them. */
function list(call: MockCall, name: string, all: readonly Row[]): MockReply {
  const rows = call.query.get('order') === 'id' ? [...all].sort((a, b) => Number(a.id) - Number(b.id)) : all;
  if (call.query.get('pageinate') !== 'true') {
    const count = Number(call.query.get('count') ?? rows.length);
    return { json: { record_count: rows.length, [name]: rows.slice(0, count) } };
  }
  const page = pageByNumber(call, rows, {
    page: 'page_no',
    base: 1,
    size: 'page_size',
    defaultSize: 50,
    maxSize: 100,
  });
  if (isFailure(page)) return fail(page);
  const number = Math.floor(page.offset / page.size) + 1;
  return { json: { page_no: number, page_size: page.size, record_count: page.total, [name]: page.rows } };
}

/** Halo has more than one shape of error. */
function fail({ status, message }: MockFailure): MockReply {
  if (status === 401 || status === 429) return { status, json: { Message: message } };
  return {
    status,
    json:
      status === 400 ? { resultCode: 400, errorMessage: message } : { ClassName: 'Error', Message: message },
  };
}
