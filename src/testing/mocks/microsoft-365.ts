import { cursorOf, intParam, isFailure, linkTo, pageByCursor } from '../mock/paging.ts';
import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import { worldVendor } from '../world/snapshots.ts';
import type { World, WorldVendor } from '../world/types.ts';
import { microsoft365Profile } from './microsoft-365-profile.ts';

/** Credentials the mock takes: a multi-tenant app of a partner. */
export interface Microsoft365MockOptions {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly countEnabledUsers: boolean;
}

const GRAPH = 'https://graph.microsoft.com';
const LOGIN = 'https://login.microsoftonline.com';
const APP = {
  tenantId: 'eeeeeeee-0000-4000-8000-000000000005',
  clientId: 'ffffffff-0000-4000-8000-000000000006',
  clientSecret: 'm365-secret-example-0001',
} as const;
/** What a partner user's sign-in left; the other way in. */
const REFRESH_TOKEN = 'm365-refresh-example-0001';
const TOKEN_SECONDS = 3599;

/** Microsoft Graph v1.0 as a partner sees it, and the sign-in before it. */
export const microsoft365Mock: MockDefinition<Microsoft365MockOptions> = {
  slug: 'microsoft-365',
  name: 'Microsoft 365',
  role: 'vendor',
  origins: [GRAPH, LOGIN],
  profile: microsoft365Profile,
  options: (origin) => ({
    ...APP,
    graphUrl: `${origin}/v1.0`,
    // One server plays both hosts when it is served at another address.
    loginUrl: origin === GRAPH ? LOGIN : origin,
    countEnabledUsers: true,
  }),
  secrets: [APP.clientSecret, REFRESH_TOKEN],
  // 3,500 resource units in 10 s for the smallest tenants, 3 units for the dearest of these requests.
  limit: { requests: 1166, windowMs: 10_000 },
  lacks: [
    {
      case: 'a row deleted while reading is noticed by the declared total',
      reason: 'the list of customers declares no total',
    },
  ],
  enums: [
    { path: /\/subscribedSkus$/, field: 'capabilityStatus' },
    { path: /\/subscribedSkus$/, field: 'appliesTo' },
  ],
  start,
};

type Row = Record<string, unknown>;

interface Tenant {
  readonly skus: readonly Row[];
  readonly users: readonly Row[];
}

function start(world: World, kit: MockKit): MockServer {
  const vendor = worldVendor(world, 'microsoft-365');
  const tenants = new Map<string, Tenant>(
    vendor.accounts.map(({ id }) => [id, { skus: skuRows(vendor, id), users: userRows(vendor, id) }]),
  );
  const tokens = new Map<string, { readonly tenant: string; readonly until: number }>();
  const grant = (call: MockCall): { tenant: string; until: number } | undefined =>
    tokens.get(/^Bearer (.+)$/.exec(call.headers.get('authorization') ?? '')?.[1] ?? '');
  const tenantOf = (call: MockCall): Tenant =>
    tenants.get(grant(call)?.tenant ?? '') ?? { skus: [], users: [] };

  return {
    // Contracts do not tell whether a tenant still lives.
    expected: {
      vendor: {
        ...vendor,
        accounts: vendor.accounts.map(({ id, name }) => ({
          id,
          name,
          externalIds: { 'microsoft-365': id },
        })),
      },
    },
    fail,
    expireTokens: () => tokens.clear(),
    authorize: (call) =>
      (grant(call)?.until ?? 0) > Date.parse(call.now)
        ? null
        : { status: 401, message: 'Access token has expired or is not yet valid.' },
    routes: [
      {
        method: 'POST',
        path: '/:tenant/oauth2/v2.0/token',
        kind: 'auth',
        answer: (call) => {
          const tenant = call.params.tenant ?? '';
          const refused = signInFault(new URLSearchParams(call.text), tenant, tenants);
          if (refused) return refused;
          const token = kit.token('graph');
          tokens.set(token, { tenant, until: Date.parse(call.now) + TOKEN_SECONDS * 1000 });
          return { json: { token_type: 'Bearer', expires_in: TOKEN_SECONDS, access_token: token } };
        },
      },
      {
        method: 'GET',
        path: '/v1.0/organization',
        answer: (call) => list(call, 'organization', [organization(vendor, grant(call)?.tenant ?? '')]),
      },
      {
        method: 'GET',
        path: '/v1.0/contracts',
        answer: (call) =>
          grant(call)?.tenant === APP.tenantId
            ? list(call, 'contracts', vendor.accounts.map(contractRow))
            : fail({ status: 403, message: 'Insufficient privileges to complete the operation.' }),
      },
      {
        method: 'GET',
        path: '/v1.0/subscribedSkus',
        answer: (call) => {
          const other = [...call.query.keys()].find((name) => name !== '$select' && name !== '$skiptoken');
          if (other) return fail({ status: 400, message: `Query option '${other}' is not allowed.` });
          return list(call, 'subscribedSkus', tenantOf(call).skus);
        },
      },
      {
        method: 'GET',
        path: '/v1.0/users',
        answer: (call) => {
          const filter = call.query.get('$filter');
          if (filter === null) return list(call, 'users', tenantOf(call).users);
          const advanced = call.headers.get('consistencylevel') === 'eventual';
          if (filter !== 'assignedLicenses/$count ne 0' || !advanced || call.query.get('$count') !== 'true') {
            return fail({ status: 400, message: 'Unsupported query.' });
          }
          const licensed = tenantOf(call).users.filter((user) => (user.assignedLicenses as Row[]).length > 0);
          return list(call, 'users', licensed);
        },
      },
    ],
  };
}

function signInFault(
  form: URLSearchParams,
  tenant: string,
  tenants: ReadonlyMap<string, Tenant>,
): MockReply | null {
  const grantType = form.get('grant_type');
  const scope = form.get('scope') ?? '';
  if (form.get('client_id') !== APP.clientId || !/^https?:\/\/[^/]+\/\.default$/.test(scope)) {
    return signInError(400, 'unauthorized_client', 700016, 'The application was not found in the directory.');
  }
  if (form.get('client_secret') !== APP.clientSecret) {
    return signInError(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }
  if (grantType === 'refresh_token' && form.get('refresh_token') !== REFRESH_TOKEN) {
    return signInError(400, 'invalid_grant', 70000, 'The refresh token is not valid.');
  }
  if (grantType !== 'client_credentials' && grantType !== 'refresh_token') {
    return signInError(400, 'unsupported_grant_type', 70003, 'The grant type is not supported.');
  }
  return tenant === APP.tenantId || tenants.has(tenant)
    ? null
    : signInError(400, 'unauthorized_client', 700016, 'The application was not found in the directory.');
}

function signInError(status: number, error: string, code: number, message: string): MockReply {
  return {
    status,
    json: { error, error_description: `AADSTS${code}: ${message}`, error_codes: [code] },
  };
}

const CODES: Readonly<Record<number, string>> = {
  400: 'Request_UnsupportedQuery',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  429: 'TooManyRequests',
};

function fail({ status, message }: MockFailure): MockReply {
  const innerError = {
    date: '2026-11-20T12:00:00',
    'request-id': 'abababab-0000-4000-8000-000000000007',
    'client-request-id': 'abababab-0000-4000-8000-000000000007',
  };
  return { status, json: { error: { code: CODES[status] ?? 'UnknownError', message, innerError } } };
}

/** A page, with the address of the next one. The count comes with the first page only. */
function list(call: MockCall, name: string, rows: readonly Row[]): MockReply {
  const size = intParam(call, '$top', 100, 1, 999);
  if (typeof size !== 'number') return fail(size);
  const cursor = call.query.get('$skiptoken');
  const page = pageByCursor(call, rows, { cursor, size });
  if (isFailure(page)) return fail(page);
  const next = cursorOf(page);
  const fields = call.query.get('$select')?.split(',');
  const counted = cursor === null && call.query.get('$count') === 'true';
  return {
    json: {
      '@odata.context': `${call.origin}/v1.0/$metadata#${name}`,
      ...(counted ? { '@odata.count': page.total } : {}),
      ...(next === null ? {} : { '@odata.nextLink': linkTo(call, page, { $skiptoken: next }) }),
      value: fields ? page.rows.map((row) => selected(row, fields)) : page.rows,
    },
  };
}

function selected(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name)));
}

function contractRow({ id, name }: WorldVendor['accounts'][number]): Row {
  return {
    id: `12121212${id.slice(8)}`,
    contractType: 'ResellerPartner',
    customerId: id,
    defaultDomainName: `customer${id.slice(0, 8)}.onmicrosoft.com`,
    displayName: name,
  };
}

function organization(vendor: WorldVendor, tenant: string): Row {
  const name = vendor.accounts.find(({ id }) => id === tenant)?.name ?? 'Example MSP';
  return { id: tenant, displayName: name, verifiedDomains: [{ name: 'example.com', isDefault: true }] };
}

function unitsOf(vendor: WorldVendor, accountId: string, skuId: string): (metric: string) => number {
  return (metric) =>
    vendor.counts.find((one) => one.accountId === accountId && one.skuId === skuId && one.metric === metric)
      ?.units ?? 0;
}

/** What the tenant holds, and what comes along that nobody bills. */
function skuRows(vendor: WorldVendor, accountId: string): Row[] {
  const held = vendor.skus.filter(({ id }) =>
    vendor.counts.some((count) => count.accountId === accountId && count.skuId === id),
  );
  const row = (skuId: string, part: string, purchased: number, assigned: number, target = 'User'): Row => ({
    id: `${accountId}_${skuId}`,
    accountId,
    accountName: 'customer',
    appliesTo: target,
    capabilityStatus: 'Enabled',
    consumedUnits: assigned,
    prepaidUnits: { enabled: purchased, lockedOut: 0, suspended: 1, warning: 0 },
    servicePlans: [],
    skuId,
    skuPartNumber: part,
    subscriptionIds: [],
  });
  return [
    ...held.map(({ id, name }) => {
      const units = unitsOf(vendor, accountId, id);
      return row(id, name, units('purchased'), units('assigned'));
    }),
    row('f30db892-07e9-47e9-837c-80727f46fd3d', 'FLOW_FREE', 10_000, 2),
    row('99999999-0000-4000-8000-000000000009', 'EXAMPLE_TENANT_ADD_ON', 1, 0, 'Company'),
  ];
}

/** Users with a licence of each SKU, some of them disabled, and some users without any. */
function userRows(vendor: WorldVendor, accountId: string): Row[] {
  const counts = vendor.skus.map(({ id }) => {
    const units = unitsOf(vendor, accountId, id);
    return { id, enabled: units('enabled'), disabled: Math.max(0, units('assigned') - units('enabled')) };
  });
  const user = (n: number, accountEnabled: boolean, skuIds: readonly string[]): Row => ({
    id: `34343434-0000-4000-8000-${accountEnabled ? '1' : '2'}${String(n).padStart(11, '0')}`,
    displayName: `User ${n}`,
    userPrincipalName: `user${n}@customer.onmicrosoft.com`,
    accountEnabled,
    userType: 'Member',
    assignedLicenses: skuIds.map((skuId) => ({ skuId, disabledPlans: [] })),
  });
  const group = (kind: 'enabled' | 'disabled'): Row[] => {
    const most = Math.max(0, ...counts.map((one) => one[kind]));
    return Array.from({ length: most }, (_, n) =>
      user(
        n,
        kind === 'enabled',
        counts.filter((one) => n < one[kind]).map((one) => one.id),
      ),
    );
  };
  return [...group('enabled'), ...group('disabled'), user(90_000, true, [])];
}
