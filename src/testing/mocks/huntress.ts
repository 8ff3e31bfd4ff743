import { cursorOf, intParam, isFailure, linkTo, pageByCursor } from '../mock/paging.ts';
import type { MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import { worldVendor } from '../world/snapshots.ts';
import type { VendorProfile, World, WorldVendor } from '../world/types.ts';

/** Credentials the mock takes. */
export interface HuntressMockOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

const API = 'https://api.huntress.io';
const KEYS = { apiKey: 'hk_example', apiSecret: 'hs_example_secret_0001' } as const;
const BASIC = btoa(`${KEYS.apiKey}:${KEYS.apiSecret}`);

const profile: VendorProfile = {
  slug: 'huntress',
  accountIds: 'integer',
  products: [
    {
      service: { name: 'Managed EDR', code: 'EDR', price: '5.5', cost: '2.85' },
      skus: [
        {
          id: 'edr',
          name: 'Huntress Managed EDR',
          metrics: ['billable', 'devices', 'unresponsive'],
          defaultMetric: 'billable',
          whenAbsent: 'zero',
          mapped: true,
        },
      ],
      share: 0.6,
      units: { min: 2, max: 80 },
    },
    {
      service: { name: 'Identity Protection', code: 'ITDR', price: '3.25', cost: '1.4' },
      skus: [
        {
          id: 'itdr',
          name: 'Huntress Managed ITDR',
          metrics: ['billable', 'users'],
          defaultMetric: 'billable',
          whenAbsent: 'zero',
          mapped: true,
        },
      ],
      share: 0.4,
      units: { min: 3, max: 60 },
    },
    {
      service: { name: 'Security Awareness Training', code: 'SAT', price: '2', cost: '0.9' },
      skus: [
        {
          id: 'sat',
          name: 'Huntress Managed SAT',
          metrics: ['users'],
          defaultMetric: 'users',
          whenAbsent: 'zero',
          mapped: true,
        },
      ],
      share: 0.3,
      units: { min: 3, max: 60 },
    },
  ],
};

/** Huntress REST API v1, as the vendor's document describes it. */
export const huntressMock: MockDefinition<HuntressMockOptions> = {
  slug: 'huntress',
  name: 'Huntress',
  role: 'vendor',
  origins: [API],
  profile,
  options: (origin) => ({ baseUrl: `${origin}/v1`, ...KEYS }),
  secrets: [KEYS.apiSecret, BASIC],
  limit: { requests: 60, windowMs: 60_000 },
  lacks: [
    { case: 'declared total missed', reason: 'lists declare no total' },
    {
      case: 'a row deleted while reading is noticed by the declared total',
      reason: 'lists declare no total',
    },
    { case: 'next page on another origin', reason: 'pages are asked for by token, the link is not followed' },
    { case: 'token expires during a pull', reason: 'keys do not expire' },
  ],
  enums: [],
  start,
};

type Row = Record<string, unknown>;

function start(world: World, _kit: MockKit): MockServer {
  const vendor = worldVendor(world, 'huntress');
  const organizations = vendor.accounts.map((account) => organizationRow(vendor, account));
  return {
    // Huntress does not tell whether an organization is active.
    expected: {
      vendor: { ...vendor, accounts: vendor.accounts.map(({ active: _, ...account }) => account) },
    },
    fail,
    authorize: (call) =>
      call.headers.get('authorization') === `Basic ${BASIC}`
        ? null
        : { status: 401, message: 'Invalid API credentials' },
    routes: [
      {
        method: 'GET',
        path: '/v1/account',
        answer: () => ({
          json: {
            account: {
              id: 5,
              name: 'Example MSP',
              subdomain: 'example',
              status: 'enabled',
              support_type: 'partner_supported',
              neighborhood_watch: { edr: 10, ispm: 10, itdr: 10, sat: 10, siem: 10 },
              billing_address: null,
              shipping_address: null,
            },
          },
        }),
      },
      {
        method: 'GET',
        path: '/v1/organizations',
        answer: (call) => {
          const size = intParam(call, 'limit', 10, 1, 500);
          if (typeof size !== 'number') return fail(size);
          const up = call.query.get('sort_direction') === 'asc';
          const rows = up ? organizations : [...organizations].reverse();
          const page = pageByCursor(call, rows, { cursor: call.query.get('page_token'), size });
          if (isFailure(page)) return fail(page);
          const next = cursorOf(page);
          return {
            json: {
              organizations: page.rows,
              // Whether the last page has nulls or nothing is not documented: this one has nothing.
              pagination:
                next === null
                  ? {}
                  : { next_page_token: next, next_page_url: linkTo(call, page, { page_token: next }) },
            },
          };
        },
      },
      {
        method: 'GET',
        path: '/v1/organizations/:id',
        answer: (call) => {
          const row = organizations.find((one) => String(one.id) === call.params.id);
          if (!row) return fail({ status: 404, message: 'Not found' });
          return { json: { organization: { ...row, actual_usages: usage(vendor, String(row.id)) } } };
        },
      },
    ],
  };
}

/** The body of an error is not specified; this is one of those seen. */
function fail({ status, message }: MockFailure): MockReply {
  return { status, json: { error: message } };
}

function unitsOf(vendor: WorldVendor, accountId: string, skuId: string, metric: string): number | undefined {
  return vendor.counts.find(
    (one) => one.accountId === accountId && one.skuId === skuId && one.metric === metric,
  )?.units;
}

function organizationRow(vendor: WorldVendor, { id, name }: WorldVendor['accounts'][number]): Row {
  return {
    id: Number(id),
    account_id: 5,
    name,
    key: `org-${id}`,
    agents_count: unitsOf(vendor, id, 'edr', 'devices') ?? 0,
    billable_identity_count: unitsOf(vendor, id, 'itdr', 'billable') ?? 0,
    sat_learner_count: unitsOf(vendor, id, 'sat', 'users') ?? 0,
    logs_sources_count: 0,
    incident_reports_count: 0,
    report_recipients: [],
    created_at: '2024-03-01T18:54:02Z',
    updated_at: '2026-06-01T18:54:02Z',
  };
}

/** Only the products the organization uses; identities come per tenant. */
function usage(vendor: WorldVendor, id: string): Row {
  const of = (skuId: string, metric: string): number | undefined => unitsOf(vendor, id, skuId, metric);
  const found: Row = {};
  const billable = of('edr', 'billable');
  if (billable !== undefined) {
    found.edr = {
      billable_agents_count: billable,
      unresponsive_agents_count: of('edr', 'unresponsive'),
      outdated_agents_count: 1,
      isolated_agents_count: 0,
    };
  }
  const identities = of('itdr', 'billable');
  if (identities !== undefined) found.itdr = tenants(identities, of('itdr', 'users') ?? identities);
  const learners = of('sat', 'users');
  if (learners !== undefined) found.sat = { learners_count: learners };
  return found;
}

/** Two tenants when there is enough to split: the parts must be summed. */
function tenants(billable: number, total: number): Row[] {
  const tenant = (type: string, units: number, all: number): Row => ({
    type,
    identity_provider_tenant_id: '00000000-0000-0000-0000-000000000000',
    billable_identities_count: units,
    total_identities_count: all,
  });
  if (billable < 2 || total < 2) return [tenant('microsoft', billable, total)];
  return [tenant('microsoft', billable - 1, total - 1), tenant('google', 1, 1)];
}
