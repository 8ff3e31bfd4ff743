import { isFailure, pageByNumber } from '../mock/paging.ts';
import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import { worldVendor } from '../world/snapshots.ts';
import type { World, WorldVendor } from '../world/types.ts';
import { pax8Profile } from './pax8-profile.ts';

/** Credentials the mock takes. */
export interface Pax8MockOptions {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const API = 'https://api.pax8.com';
const CLIENT = { clientId: 'pax8-client-example', clientSecret: 'pax8-secret-example-0001' } as const;
const TOKEN_SECONDS = 86_400;

/** Pax8 partner endpoints v1, as the vendor's document describes them. */
export const pax8Mock: MockDefinition<Pax8MockOptions> = {
  slug: 'pax8',
  name: 'Pax8',
  role: 'vendor',
  origins: [API],
  profile: pax8Profile,
  options: (origin) => ({ baseUrl: `${origin}/v1`, ...CLIENT }),
  secrets: [CLIENT.clientSecret],
  limit: { requests: 1000, windowMs: 60_000 },
  lacks: [
    { case: 'repeated cursor', reason: 'pages are asked for by number' },
    { case: 'next page on another origin', reason: 'pages are asked for by number' },
  ],
  enums: [
    { path: /\/subscriptions$/, field: 'status' },
    { path: /\/companies$/, field: 'status' },
  ],
  start,
};

type Row = Record<string, unknown>;

function start(world: World, kit: MockKit): MockServer {
  const vendor = worldVendor(world, 'pax8');
  const companies = vendor.accounts.map(companyRow);
  const subscriptions = [
    ...vendor.counts.map((count, n) => subscriptionRow(vendor, count, n)),
    ...noise(vendor),
  ];
  const products = productRows(vendor);
  const tokens = new Map<string, number>();

  return {
    expected: { vendor: { ...vendor, skus: vendor.skus.map(({ name: _, ...sku }) => sku) } },
    fail,
    expireTokens: () => tokens.clear(),
    authorize: (call) => {
      const token = /^Bearer (.+)$/.exec(call.headers.get('authorization') ?? '')?.[1] ?? '';
      return (tokens.get(token) ?? 0) > Date.parse(call.now)
        ? null
        : { status: 401, message: 'Unauthorized' };
    },
    routes: [
      {
        method: 'POST',
        path: '/v1/token',
        kind: 'auth',
        answer: (call) => {
          const body = (call.body ?? {}) as Readonly<Record<string, unknown>>;
          const good =
            body.client_id === CLIENT.clientId &&
            body.client_secret === CLIENT.clientSecret &&
            body.audience === API &&
            body.grant_type === 'client_credentials';
          if (!good)
            return { status: 401, json: { error: 'access_denied', error_description: 'Unauthorized' } };
          const token = kit.token('pax8');
          tokens.set(token, Date.parse(call.now) + TOKEN_SECONDS * 1000);
          return { json: { access_token: token, expires_in: TOKEN_SECONDS, token_type: 'Bearer' } };
        },
      },
      ...resource('companies', companies, ['city', 'country', 'status'], ['name', 'city', 'country']),
      ...resource(
        'subscriptions',
        subscriptions.map(withoutSkuId),
        ['status', 'billingTerm', 'companyId', 'productId'],
        ['quantity', 'startDate', 'endDate', 'createdDate', 'billingStart', 'price'],
        subscriptions,
      ),
      ...resource('products', products, ['vendorName'], ['name', 'vendor']),
      {
        method: 'GET',
        path: '/v1/subscriptions/:id/history',
        answer: (call) => ({ json: { content: subscriptions.filter((row) => row.id === call.params.id) } }),
      },
    ],
  };
}

const TYPES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  429: 'TOO_MANY_REQUESTS',
};

function fail({ status, message }: MockFailure): MockReply {
  const type = TYPES[status] ?? 'ERROR';
  return { status, json: { type, message, instance: '/v1', status, details: [] } };
}

/** A list and one record. The list may hold less per row than the record. */
function resource(
  name: string,
  rows: readonly Row[],
  filters: readonly string[],
  sorts: readonly string[],
  details: readonly Row[] = rows,
): MockServer['routes'][number][] {
  return [
    { method: 'GET', path: `/v1/${name}`, answer: (call) => list(call, rows, filters, sorts) },
    {
      method: 'GET',
      path: `/v1/${name}/:id`,
      answer: (call) => {
        const row = details.find((one) => one.id === call.params.id);
        return row ? { json: row } : fail({ status: 404, message: 'Not found' });
      },
    },
  ];
}

function list(
  call: MockCall,
  rows: readonly Row[],
  filters: readonly string[],
  sorts: readonly string[],
): MockReply {
  let found = [...rows];
  for (const filter of filters) {
    const wanted = call.query.get(filter);
    if (wanted !== null) found = found.filter((row) => String(row[filter]) === wanted);
  }
  const sort = call.query.get('sort');
  if (sort !== null) {
    const [field = '', way = 'asc'] = sort.split(',');
    if (!sorts.includes(field)) return fail({ status: 400, message: `Cannot sort by ${field}` });
    const key = (row: Row): string => String(row[field === 'vendor' ? 'vendorName' : field] ?? '');
    found.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (way === 'desc' ? -1 : 1));
  }
  const size = call.query.get('size');
  if (size !== null && Number(size) > 200) return fail({ status: 400, message: 'size must not exceed 200' });
  const page = pageByNumber(call, found, {
    page: 'page',
    base: 0,
    size: 'size',
    defaultSize: 10,
    maxSize: 200,
  });
  if (isFailure(page)) return fail(page);
  return {
    json: {
      content: page.rows,
      page: {
        size: page.size,
        totalElements: page.total,
        totalPages: Math.ceil(page.total / page.size),
        number: Math.floor(page.offset / page.size),
      },
    },
  };
}

function companyRow(account: WorldVendor['accounts'][number], n: number): Row {
  return {
    id: account.id,
    name: account.name,
    address: {
      street: `${n + 1} Main St`,
      street2: '',
      city: 'Denver',
      stateOrProvince: 'CO',
      postalCode: '80202',
      country: 'US',
    },
    phone: '555-0100',
    website: 'https://example.com',
    ...(account.externalIds?.psa === undefined ? {} : { externalId: account.externalIds.psa }),
    billOnBehalfOfEnabled: false,
    selfServiceAllowed: false,
    orderApprovalRequired: false,
    status: account.active ? 'Active' : 'Inactive',
    updatedDate: '2026-10-01T11:33:12.314-0600',
  };
}

/** Pax8 bills by dates, not by status: seats waiting for somebody are seats. */
const RUNNING = ['Active', 'Active', 'Active', 'Active', 'PendingManual', 'PendingAutomated'];

function subscriptionRow(vendor: WorldVendor, count: WorldVendor['counts'][number], n: number): Row {
  const sku = vendor.skus.find((one) => one.id === count.skuId);
  const product = pax8Profile.products.find((one) => one.skus.some(({ id }) => id === count.skuId));
  const term = sku?.term ?? null;
  const ended = count.status === 'ended';
  const start = `2026-01-${String((n % 27) + 1).padStart(2, '0')}`;
  return {
    id: count.ref,
    parentSubscriptionId: null,
    companyId: count.accountId,
    productId: sku?.family,
    productName: sku?.name,
    vendorSubscriptionId: `44444444-aaaa-4bbb-8ccc-${String(n).padStart(12, '0')}`,
    vendorSkuId: 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46',
    quantity: count.units,
    startDate: `${start}T08:30:00Z`,
    endDate: count.termEnd === undefined ? null : `${count.termEnd}T00:00:00Z`,
    createdDate: `${start}T08:31:02.000-0700`,
    updatedDate: '2026-06-02T10:00:00Z',
    billingStart: start,
    status: ended ? 'Cancelled' : RUNNING[n % RUNNING.length],
    price: Number(product?.service.price ?? 0),
    partnerCost: Number(product?.service.cost ?? 0),
    currencyCode: 'USD',
    billingTerm: term?.billing ?? 'Monthly',
    ...commitment(term?.commitment, count.committedUntil, n),
  };
}

/** Whether a subscription without commitment has `null` or nothing there is not documented: the mock has both. */
function commitment(term: string | undefined, until: string | undefined, n: number): Row {
  if (term === undefined) return n % 2 === 0 ? { commitmentTerm: null } : {};
  return {
    commitmentTerm: {
      id: `55555555-aaaa-4bbb-8ccc-${String(n).padStart(12, '0')}`,
      term,
      endDate: `${until ?? '2027-01-15'}T00:00:00Z`,
    },
  };
}

/** Subscriptions that are no recurring seats: a trial, a one-time purchase, one that starts next year. */
function noise(vendor: WorldVendor): Row[] {
  const counts = vendor.counts.slice(0, 3);
  const change: readonly Row[] = [
    { status: 'Trial', billingTerm: 'Trial', endDate: '2026-12-20T00:00:00Z', commitmentTerm: null },
    { status: 'Active', billingTerm: 'One-Time', commitmentTerm: null },
    { status: 'Active', startDate: '2027-01-01T00:00:00Z', billingStart: '2027-01-01' },
  ];
  return counts.map((count, n) => ({
    ...subscriptionRow(vendor, count, 900_000 + n),
    id: `66666666-aaaa-4bbb-8ccc-${String(n).padStart(12, '0')}`,
    quantity: 5,
    ...change[n],
  }));
}

/** `vendorSkuId` comes with the single record only. */
function withoutSkuId({ vendorSkuId: _, ...row }: Row): Row {
  return row;
}

function productRows(vendor: WorldVendor): Row[] {
  const families = new Map(vendor.skus.map((sku) => [sku.family ?? sku.id, sku]));
  return [...families].map(([id, sku], n) => ({
    id,
    name: sku.name,
    vendorName: n < 3 ? 'Microsoft' : 'Example Backup',
    shortDescription: sku.name,
    sku: `EX-${String(n + 1).padStart(4, '0')}`,
    vendorSku: `VS-${n + 1}`,
    altVendorSku: null,
    requiresCommitment: false,
  }));
}
