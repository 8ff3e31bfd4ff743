import type { ContractLine } from '../../model/psa.ts';
import { isFailure, linkTo, pageAfter, pageByNumber } from '../mock/paging.ts';
import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import type { World } from '../world/types.ts';
import { parseConditions } from './connectwise-conditions.ts';
import { fail } from './connectwise-errors.ts';
import { additionRow, agreementRow, catalogRow, companyRow, lookup } from './connectwise-rows.ts';
import { create, patch } from './connectwise-writes.ts';

/** Credentials the mock takes. */
export interface ConnectwiseMockOptions {
  /** Given for the vendor's own cloud, where the API host is discovered. */
  readonly site?: string;
  /** Given for any other address. */
  readonly baseUrl?: string;
  readonly companyId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly clientId: string;
}

const API = 'https://api-na.myconnectwise.net';
const SITE = 'https://na.myconnectwise.net';
const CREDENTIALS = {
  companyId: 'examplemsp',
  publicKey: 'pubKeyExample0001',
  privateKey: 'prvKeyExample0001',
  clientId: '3f6c2a1e-0000-4000-8000-00000000c1d0',
} as const;
const BASIC = btoa(`${CREDENTIALS.companyId}+${CREDENTIALS.publicKey}:${CREDENTIALS.privateKey}`);
const CODEBASES = ['v2026_4', 'v4_6_release'];

/** ConnectWise PSA, as its developer guide and GET model 2026.4 describe it. */
export const connectwiseMock: MockDefinition<ConnectwiseMockOptions> = {
  slug: 'connectwise',
  name: 'ConnectWise PSA',
  role: 'psa',
  origins: [API, SITE],
  options: (origin) => ({
    ...CREDENTIALS,
    ...(origin === API ? { site: new URL(SITE).host } : { baseUrl: `${origin}/v4_6_release/apis/3.0` }),
  }),
  secrets: [CREDENTIALS.privateKey, BASIC],
  limit: { requests: 1000, windowMs: 60_000 },
  lacks: [
    { case: 'declared total missed', reason: 'lists declare no total' },
    {
      case: 'a row deleted while reading is noticed by the declared total',
      reason: 'lists declare no total',
    },
    { case: 'token expires during a pull', reason: 'keys do not expire' },
    { case: 'empty middle page', reason: 'an empty page is the documented end of a forward-only list' },
  ],
  enums: [
    { path: /\/finance\/agreements$/, field: 'agreementStatus' },
    { path: /\/additions$/, field: 'billCustomer' },
  ],
  start,
};

function start(world: World, kit: MockKit): MockServer {
  const known = lookup(world);
  const updated = new Map<string, string>();
  const rowOf = (line: ContractLine): Record<string, unknown> =>
    additionRow(known, line, updated.get(line.id) ?? '2026-10-31T22:14:00Z');
  const companies = world.psa.customers.map(companyRow);
  const agreements = world.psa.contracts.map((contract) => agreementRow(known, contract));
  const catalog = world.psa.services.map(catalogRow);
  const additions = (agreementId: string): Record<string, unknown>[] => kit.linesOf(agreementId).map(rowOf);
  let lastId = Math.max(0, ...world.psa.lines.map((line) => Number(line.id))) + 5000;

  const base = '/:codebase/apis/3.0';
  const items = '/finance/agreements/:agreementId/additions';
  return {
    expected: { psa: world.psa },
    fail,
    authorize,
    routes: [
      { method: 'GET', path: '/login/companyinfo/:company', kind: 'auth', answer: companyInfo },
      {
        method: 'GET',
        path: `${base}/system/info`,
        answer: () => ({
          json: {
            version: 'v2026.4.118000',
            isCloud: true,
            serverTimeZone: 'Eastern Standard Time',
            licenseBits: [],
            cloudRegion: 'NA',
            maxWorkFlowRecordsAllowed: 100,
          },
        }),
      },
      ...listRoutes(`${base}/company/companies`, () => companies),
      ...listRoutes(`${base}/finance/agreements`, () => agreements),
      {
        method: 'GET',
        path: `${base}/finance/agreements/:id`,
        answer: ({ params }) => {
          const found = agreements.find(({ id }) => String(id) === params.id);
          return found
            ? { json: found }
            : fail({ status: 404, message: `Agreement ${params.id} was not found.` });
        },
      },
      ...listRoutes(`${base}/procurement/catalog`, () => catalog),
      ...listRoutes(`${base}${items}`, (call) => additions(call.params.agreementId ?? '')),
      {
        method: 'PATCH',
        path: `${base}${items}/:id`,
        answer: (call) => patch(call, kit, updated, rowOf),
      },
      {
        method: 'POST',
        path: `${base}${items}`,
        answer: (call) => {
          lastId += 3;
          return create(call, world, kit, String(lastId), rowOf);
        },
      },
    ],
  };
}

/** Without credentials; an unknown company is a literal `null`. */
function companyInfo(call: MockCall): MockReply {
  if (call.params.company !== CREDENTIALS.companyId) return { json: null, status: 200 };
  return {
    json: {
      CompanyName: 'Example MSP',
      Codebase: 'v2026_4/',
      VersionCode: 'v2026.4',
      VersionNumber: 'v4.6.118000',
      CompanyID: CREDENTIALS.companyId,
      IsCloud: true,
    },
  };
}

function authorize(call: MockCall): MockFailure | null {
  if (!CODEBASES.includes(call.path.split('/')[1] ?? '')) {
    return { status: 404, message: 'The requested code base is not available.' };
  }
  if (call.headers.get('authorization') !== `Basic ${BASIC}`) {
    return { status: 401, message: 'Unauthorized' };
  }
  return call.headers.get('clientid') === CREDENTIALS.clientId
    ? null
    : { status: 401, message: 'A valid clientId header is required.' };
}

type Row = Record<string, unknown>;

/** A list, its count and one record. */
function listRoutes(path: string, rows: (call: MockCall) => Row[]): MockServer['routes'][number][] {
  const selected = (call: MockCall): Row[] | MockFailure => {
    let found = rows(call);
    for (const name of ['conditions', 'childConditions', 'customFieldConditions']) {
      const text = call.query.get(name);
      if (!text) continue;
      const test = name === 'conditions' ? parseConditions(text) : null;
      if (!test) return { status: 400, message: `${name} could not be read: ${text}`, field: name };
      found = found.filter(test);
    }
    return found;
  };
  return [
    {
      method: 'GET',
      path: `${path}/count`,
      answer: (call) => {
        const found = selected(call);
        return isFailure(found) ? fail(found) : { json: { count: found.length } };
      },
    },
    {
      method: 'GET',
      path,
      answer: (call) => {
        const found = selected(call);
        return isFailure(found) ? fail(found) : list(call, found);
      },
    },
    {
      method: 'GET',
      path: `${path}/:id`,
      answer: (call) => {
        const row = rows(call).find((one) => String(one.id) === call.params.id);
        return row
          ? { json: row }
          : fail({ status: 404, message: `Record ${call.params.id} was not found.` });
      },
    },
  ];
}

function list(call: MockCall, rows: readonly Row[]): MockReply {
  const idOf = (row: Row): number => Number(row.id);
  const sizes = { defaultSize: 25, maxSize: 1000 };
  if (call.headers.get('pagination-type')?.toLowerCase() === 'forward-only') {
    if (call.query.has('orderBy'))
      return fail({ status: 400, message: 'orderBy is not allowed when forward-only.' });
    const page = pageAfter(call, rows, { after: 'pageId', size: 'pageSize', ...sizes, id: idOf });
    if (isFailure(page)) return fail(page);
    const last = page.rows.at(-1);
    // The link may still be there on the last page: only an empty page surely is the end.
    const asked = Number(call.query.get('pageId') ?? 0);
    const after = page.next === page.offset || !last ? asked : idOf(last);
    const link =
      page.rows.length === 0 ? undefined : `<${linkTo(call, page, { pageId: after })}>; rel="next"`;
    return reply(call, page.rows, link);
  }
  const order = /^(\w+)(?:\s+(asc|desc))?$/i.exec(call.query.get('orderBy') ?? 'id asc');
  if (order?.[1]?.toLowerCase() !== 'id')
    return fail({ status: 400, message: 'The mock orders by id only.' });
  const sign = order[2]?.toLowerCase() === 'desc' ? -1 : 1;
  const sorted = [...rows].sort((a, b) => sign * (idOf(a) - idOf(b)));
  const page = pageByNumber(call, sorted, { page: 'page', base: 1, size: 'pageSize', ...sizes });
  if (isFailure(page)) return fail(page);
  const at = (n: number): string => linkTo(call, page, { page: n });
  const links: string[] = [];
  if (page.next !== null) {
    links.push(`<${at(Math.floor(page.next / page.size) + 1)}>; rel="next"`);
    links.push(`<${at(Math.ceil(page.total / page.size))}>; rel="last"`);
  }
  if (page.offset > 0)
    links.push(`<${at(Math.floor(page.offset / page.size))}>; rel="prev"`, `<${at(1)}>; rel="first"`);
  return reply(call, page.rows, links.join(', ') || undefined);
}

function reply(call: MockCall, rows: readonly Row[], link: string | undefined): MockReply {
  const fields = call.query.get('fields');
  return {
    headers: { 'api-current-version': '2026.4', ...(link === undefined ? {} : { link }) },
    json: fields === null ? rows : rows.map((row) => pick(row, fields.split(','))),
  };
}

/** `fields=id,company/id`: those members, at any depth. */
function pick(row: Row, fields: readonly string[]): Row {
  const picked: Row = {};
  for (const field of fields) {
    const [head = '', ...rest] = field.trim().split('/');
    const value = row[head];
    if (value === undefined) continue;
    if (rest.length === 0 || typeof value !== 'object' || value === null || Array.isArray(value))
      picked[head] = value;
    else picked[head] = { ...(picked[head] as Row | undefined), ...pick(value as Row, [rest.join('/')]) };
  }
  return picked;
}
