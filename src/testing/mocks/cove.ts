import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import { worldVendor } from '../world/snapshots.ts';
import type { World } from '../world/types.ts';
import { coveProfile } from './cove-profile.ts';
import {
  ALIASES,
  COLUMNS,
  type CoveDevice,
  deviceRows,
  expectedOf,
  partnerRows,
  ROOT,
  type Row,
  rootRow,
} from './cove-rows.ts';

/** Credentials the mock takes. */
export interface CoveMockOptions {
  readonly baseUrl: string;
  readonly partner: string;
  readonly username: string;
  readonly password: string;
}

const HOST = 'https://api.backup.management';
const CREDENTIALS = {
  partner: ROOT.name,
  username: 'cove-api-user',
  password: 'cove-token-example-0001',
} as const;
const VISA_MS = 15 * 60_000;

/** Cove Data Protection JSON-RPC, as the vendor's schema and guide describe it. */
export const coveMock: MockDefinition<CoveMockOptions> = {
  slug: 'cove',
  name: 'Cove Data Protection',
  role: 'vendor',
  origins: [HOST],
  profile: coveProfile,
  options: (origin) => ({ baseUrl: origin, ...CREDENTIALS }),
  secrets: [CREDENTIALS.password],
  lacks: [
    { case: 'declared total missed', reason: 'lists declare no total' },
    {
      case: 'a row deleted while reading is noticed by the declared total',
      reason: 'lists declare no total',
    },
    {
      case: 'a row inserted while reading comes twice and counts once',
      reason:
        'the fault moves one page only; by offset every later page moves too, as the test of this system has it',
    },
    { case: 'empty middle page', reason: 'a page without rows is the documented end' },
    { case: 'repeated cursor', reason: 'pages are asked for by offset' },
    { case: 'next page on another origin', reason: 'pages are asked for by offset' },
    { case: 'token expires during a pull', reason: 'an expired visa is told with status 200, not 401' },
    {
      case: '403 is not asked again',
      reason: 'the log-in is a call like others: refused with 403 it is AUTH_FAILED',
    },
  ],
  enums: [{ path: /\/jsonapi$/, field: 'State' }],
  start,
};

interface Call {
  readonly method?: string;
  readonly visa?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const callOf = (call: MockCall): Call => (call.body ?? {}) as Call;

function start(world: World, kit: MockKit): MockServer {
  const vendor = worldVendor(world, 'cove');
  const partners = partnerRows(vendor);
  const devices = deviceRows(vendor);
  let visa: { readonly token: string; readonly at: number } | null = null;
  /** Every answer brings the next visa; the one before is worth nothing then. */
  const answered = (call: MockCall, result: unknown): MockReply => {
    visa = { token: kit.token('visa'), at: Date.parse(call.now) };
    return { json: { id: '1', jsonrpc: '2.0', visa: visa.token, result: { result } } };
  };
  return {
    expected: { vendor: expectedOf(vendor) },
    fail,
    expireTokens: () => {
      visa = null;
    },
    authorize: (call) => {
      const { method, visa: shown } = callOf(call);
      if (method === 'Login') return null;
      const good = visa !== null && shown === visa.token && Date.parse(call.now) < visa.at + VISA_MS;
      return good ? null : { status: 401, message: 'Visa is invalid or expired' };
    },
    routes: [
      {
        method: 'POST',
        path: '/jsonapi',
        answer: (call) => {
          const { method, params = {} } = callOf(call);
          switch (method) {
            case 'Login':
              return params.partner === CREDENTIALS.partner &&
                params.username === CREDENTIALS.username &&
                params.password === CREDENTIALS.password
                ? answered(call, {
                    Id: 1,
                    PartnerId: ROOT.id,
                    Name: CREDENTIALS.username,
                    RoleId: 1,
                    Flags: ['NonInteractive'],
                  })
                : error(2100, 'Wrong partner, user name or password');
            case 'GetPartnerInfo':
              return params.name === ROOT.name
                ? answered(call, rootRow)
                : error(1100, 'Partner was not found');
            case 'EnumeratePartners':
              return params.parentPartnerId === ROOT.id && params.fetchRecursively === true
                ? answered(call, partners.map(chosen(params.fields)))
                : error(1100, 'Partner was not found');
            case 'EnumerateAccountStatistics': {
              const rows = statistics(call, devices, params.query as Query | undefined);
              return Array.isArray(rows) ? answered(call, rows) : fail(rows as MockFailure);
            }
            default:
              return error(-32_601, `Unknown method ${method}`);
          }
        },
      },
    ],
  };
}

/** Members of a partner by their numbers; who the partner is comes always. */
const FIELDS: Readonly<Record<number, string>> = {
  0: 'Name',
  1: 'Level',
  3: 'ChildServiceTypes',
  4: 'ServiceType',
  5: 'State',
  8: 'LocationId',
  10: 'Company',
  18: 'ExternalCode',
  20: 'CreationTime',
};

function chosen(fields: unknown): (row: Row) => Row {
  const wanted = new Set(Array.isArray(fields) ? fields.map((field) => FIELDS[Number(field)]) : []);
  const numbered = new Set(Object.values(FIELDS));
  return (row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name) || !numbered.has(name)));
}

interface Query {
  readonly PartnerId?: number;
  readonly OrderBy?: string;
  readonly StartRecordNumber?: number;
  readonly RecordsCount?: number;
  readonly Columns?: readonly string[];
}

function statistics(
  call: MockCall,
  devices: readonly CoveDevice[],
  query: Query = {},
): readonly Row[] | MockFailure {
  if (query.PartnerId !== ROOT.id)
    return { status: 403, message: 'Operation failed because of security reasons' };
  const names = query.Columns ?? [];
  const unknown = names.find((name) => !COLUMNS.includes(ALIASES[name] ?? name));
  if (unknown !== undefined) return { status: 403, message: 'Operation failed because of security reasons' };
  const [, column = 'CD', way = 'DESC'] = /^(\w+) (ASC|DESC)$/.exec(query.OrderBy ?? 'CD DESC') ?? [];
  const sign = way === 'ASC' ? 1 : -1;
  const value = (device: CoveDevice): number => Number(device.columns[ALIASES[column] ?? column] ?? 0);
  const sorted = [...devices].sort((a, b) => sign * (value(a) - value(b)));
  // Without a number of records one comes.
  const page = call.window(sorted, { offset: query.StartRecordNumber ?? 0, size: query.RecordsCount ?? 1 });
  return page.rows.map(({ id, partnerId, columns }) => ({
    AccountId: id,
    PartnerId: partnerId,
    Flags: ['AutoDeployed'],
    Settings: names.flatMap((name) => {
      const text = columns[ALIASES[name] ?? name];
      return text === undefined ? [] : [{ [name]: text }];
    }),
  }));
}

/** Errors come with status 200 and a number of the vendor. */
function error(data: number, message: string): MockReply {
  return { json: { jsonrpc: '2.0', id: '1', error: { code: -32_603, message, data } } };
}

function fail({ status, message }: MockFailure): MockReply {
  if (status === 401) return error(1701, message);
  if (status === 403) return error(13_501, message);
  return { status, json: { error: { code: -32_603, message, data: status } } };
}
