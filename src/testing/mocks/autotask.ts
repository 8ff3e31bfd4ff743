import type { ContractLine } from '../../model/psa.ts';
import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import type { World } from '../world/types.ts';
import { answerQuery } from './autotask-query.ts';
import {
  bundleRow,
  COMPANY_TYPES,
  CONTRACT_TYPES,
  companyRow,
  contractRow,
  field,
  hasCycle,
  isBundle,
  lineRow,
  PERIODS,
  plainField,
  type Row,
  STATUSES,
  serviceRow,
  unitRow,
} from './autotask-rows.ts';
import { type Adjustment, periodsOf } from './autotask-units.ts';

/** Credentials the mock takes. */
export interface AutotaskMockOptions {
  readonly baseUrl: string;
  readonly userName: string;
  readonly secret: string;
  readonly integrationCode: string;
}

const DOOR = 'https://webservices.autotask.net';
const ZONE = 'https://webservices14.autotask.net';
const CREDENTIALS = {
  userName: 'api+user@msp.example',
  secret: 'autotask-secret-example-0001',
  integrationCode: 'AUTOTASKCODEEXAMPLE0001',
} as const;

/** Autotask PSA REST API v1.0, as the vendor's developer help describes it. */
export const autotaskMock: MockDefinition<AutotaskMockOptions> = {
  slug: 'autotask',
  name: 'Autotask PSA',
  role: 'psa',
  origins: [DOOR, ZONE],
  precision: 'integer',
  options: (origin) => ({ baseUrl: `${origin}/atservicesrest`, ...CREDENTIALS }),
  secrets: [CREDENTIALS.secret, CREDENTIALS.integrationCode],
  limit: { requests: 10_000, windowMs: 3_600_000 },
  lacks: [
    { case: 'declared total missed', reason: 'lists declare no total' },
    {
      case: 'a row deleted while reading is noticed by the declared total',
      reason: 'lists declare no total',
    },
    { case: 'token expires during a pull', reason: 'keys do not expire' },
  ],
  enums: [
    { path: /\/Companies\/query$/i, field: 'companyType' },
    { path: /\/Contracts\/query$/i, field: 'contractType' },
    { path: /\/Contracts\/query$/i, field: 'contractPeriodType' },
    { path: /\/Contracts\/query$/i, field: 'status' },
  ],
  start,
};

function start(world: World, kit: MockKit): MockServer {
  const contracts = new Map(world.psa.contracts.map((one) => [one.id, one]));
  const adjustments = new Map<string, Adjustment[]>();
  const noise = noiseOf(world);
  const companies = [
    ...world.psa.customers.map((one) => companyRow(one, COMPANY_TYPES.Customer)),
    ...noise.companies.map((one) => companyRow(one, COMPANY_TYPES.Vendor)),
  ];
  const services = world.psa.services.filter(({ id }) => !isBundle(id)).map(serviceRow);
  const bundles = world.psa.services.filter(({ id }) => isBundle(id)).map(bundleRow);
  const contractRows = [...world.psa.contracts.map((one) => contractRow(one)), ...noise.contracts];
  const linesOf = (bundle: boolean): ContractLine[] =>
    [...kit.state.lines.values()].filter(({ id }) => isBundle(id) === bundle);

  // A line's rows, until the line or its adjustments change.
  const made = new WeakMap<ContractLine, Row[]>();
  const rowsOf = (line: ContractLine): Row[] => {
    const contract = contracts.get(line.contractId);
    if (!contract) return [];
    const rows =
      made.get(line) ??
      periodsOf(line, contract, adjustments.get(line.id) ?? []).map((period) =>
        unitRow(line, period, isBundle(line.id), postedOn(period.end, world)),
      );
    made.set(line, rows);
    return rows;
  };
  const adjust = (call: MockCall, bundle: boolean): MockReply => {
    const body = (call.body ?? {}) as Row;
    const name = bundle ? 'contractServiceBundleID' : 'contractServiceID';
    const line = kit.state.lines.get(`${bundle ? 'bundle:' : ''}${body[name]}`);
    const { unitChange: change, effectiveDate } = body;
    // The API answers ordinary validation faults with 500.
    if (!line) return fail({ status: 500, message: `${name} was not found.` });
    if (typeof change !== 'number' || !Number.isInteger(change)) {
      return fail({ status: 500, message: 'unitChange must be an integer.' });
    }
    const on = String(effectiveDate).slice(0, 10);
    const contract = contracts.get(line.contractId);
    const inside = contract && (contract.startDate ?? '') <= on && on <= (contract.endDate ?? '9999');
    if (!/^\d{4}-\d\d-\d\dT/.test(String(effectiveDate)) || !inside) {
      return fail({ status: 500, message: 'effectiveDate must be within the contract.' });
    }
    if (line.units + change < 0) return fail({ status: 500, message: 'Units cannot be negative.' });
    adjustments.set(line.id, [...(adjustments.get(line.id) ?? []), { on, change }]);
    kit.state.lines.set(line.id, { ...line, units: line.units + change });
    kit.state.writes.push({ lineId: line.id, from: line.units, to: line.units + change, on });
    return { json: { itemId: 700_000 + kit.state.writes.length } };
  };

  const base = '/atservicesrest/v1.0';
  const list = (entity: string, rows: () => readonly Row[]): MockServer['routes'][number] => ({
    method: 'POST',
    path: `${base}/${entity}/query`,
    answer: (call) => answerQuery(call, rows(), fail),
  });
  const fields = (entity: string, found: readonly Row[]): MockServer['routes'][number] => ({
    method: 'GET',
    path: `${base}/${entity}/entityInformation/fields`,
    answer: () => ({ json: { fields: found } }),
  });
  return {
    expected: {
      psa: {
        customers: [
          ...world.psa.customers.map((one) => ({ ...one, isCustomer: true })),
          ...noise.companies.map((one) => ({ ...one, isCustomer: false })),
        ],
        services: world.psa.services,
        contracts: world.psa.contracts.map(({ billingCycle, status, ...one }) => ({
          ...one,
          // Autotask has no word of its own for a contract that ran out.
          status: status === 'expired' ? ('inactive' as const) : status,
          ...(hasCycle(billingCycle) ? { billingCycle } : {}),
        })),
        lines: world.psa.lines.flatMap((line) => toldOf(line, world)),
      },
    },
    fail,
    authorize,
    routes: [
      { method: 'GET', path: `${base}/zoneInformation`, kind: 'auth', answer: zoneInformation },
      {
        method: 'GET',
        path: `${base}/ThresholdInformation`,
        answer: () => ({
          json: {
            externalRequestThreshold: 10_000,
            requestThresholdTimeframe: 60,
            currentTimeframeRequestCount: 812,
          },
        }),
      },
      fields('Companies', [plainField('companyName'), field('companyType', COMPANY_TYPES)]),
      fields('Contracts', [
        plainField('contractName'),
        field('contractType', CONTRACT_TYPES),
        field('status', STATUSES),
        field('contractPeriodType', PERIODS),
      ]),
      list('Companies', () => companies),
      list('Contracts', () => contractRows),
      list('Services', () => services),
      list('ServiceBundles', () => bundles),
      list('ContractServices', () => linesOf(false).map((line) => lineRow(line, 'serviceID'))),
      list('ContractServiceBundles', () => linesOf(true).map((line) => lineRow(line, 'serviceBundleID'))),
      list('ContractServiceUnits', () => linesOf(false).flatMap(rowsOf)),
      list('ContractServiceBundleUnits', () => linesOf(true).flatMap(rowsOf)),
      {
        method: 'POST',
        path: `${base}/ContractServiceAdjustments`,
        answer: (call) => adjust(call, false),
      },
      {
        method: 'POST',
        path: `${base}/ContractServiceBundleAdjustments`,
        answer: (call) => adjust(call, true),
      },
    ],
  };
}

/** Without credentials, on any of the hosts; the zone is another host. */
function zoneInformation(call: MockCall): MockReply {
  if (call.query.get('user') !== CREDENTIALS.userName) {
    return fail({ status: 500, message: 'The user name does not exist.' });
  }
  const origin = call.origin === DOOR ? ZONE : call.origin;
  return {
    json: {
      zoneName: 'America East 2',
      url: `${origin}/atservicesrest/`,
      webUrl: 'https://ww14.autotask.net/',
      ci: 12_345,
    },
  };
}

function authorize(call: MockCall): MockFailure | null {
  const sent = (name: string): string | null => call.headers.get(name);
  if (call.origin === DOOR) return { status: 401, message: 'The user is in another zone.' };
  return sent('ApiIntegrationCode') === CREDENTIALS.integrationCode &&
    sent('UserName') === CREDENTIALS.userName &&
    sent('Secret') === CREDENTIALS.secret
    ? null
    : { status: 401, message: 'The logged in user is not valid.' };
}

function fail({ status, message }: MockFailure): MockReply {
  return { status, json: { errors: [message] } };
}

/** Whole months before the one of the world's day are approved and posted. */
function postedOn(end: string, world: World): string | null {
  return end < `${world.on.slice(0, 7)}-01` ? '2026-11-03T09:00:00Z' : null;
}

/** Companies of another type, and contracts without services. */
function noiseOf({ psa }: World): {
  readonly companies: readonly { readonly id: string; readonly name: string; readonly active: boolean }[];
  readonly contracts: readonly Row[];
} {
  const [customer] = psa.customers;
  if (!customer) return { companies: [], contracts: [] };
  const block = {
    id: '990001',
    customerId: customer.id,
    name: 'Block of hours',
    status: 'active' as const,
    billingCycle: 'none' as const,
    startDate: '2026-01-01',
    endDate: '2027-12-31',
  };
  return {
    companies: [{ id: '990100', name: 'Hardware Wholesale (vendor)', active: true }],
    contracts: [contractRow(block, CONTRACT_TYPES['Block Hours'])],
  };
}

/** What the dated rows tell of a line: nothing once its last period is long over, and no start long ago. */
function toldOf(line: ContractLine, world: World): Partial<ContractLine>[] {
  const { billable: _b, native: _n, startDate, endDate, ...told } = line;
  if (endDate !== null && endDate < '2026-10-20') return [];
  const contract = world.psa.contracts.find(({ id }) => id === line.contractId);
  const soon = contract?.endDate !== null && (contract?.endDate ?? '') < '2027-01-01';
  return [
    {
      ...told,
      ...(endDate === null && soon ? {} : { endDate }),
      ...(startDate !== null && startDate > world.on ? { startDate } : {}),
    },
  ];
}
