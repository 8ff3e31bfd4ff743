import {
  address,
  count,
  defineVendorConnector,
  filled,
  id,
  readOptions,
  type VendorConnector,
  vendorRead,
} from 'trueup/connector';
import {
  isFailure,
  type MockDefinition,
  type MockFailure,
  type MockReply,
  type MockServer,
  pageByNumber,
  type VendorProfile,
  worldVendor,
} from 'trueup/testing';
import * as z from 'zod';

export interface HarborOptions {
  readonly apiKey: string;
  /** Default `https://api.harbor.example/v1`. */
  readonly baseUrl?: string;
}
const optionsSchema = () =>
  z.strictObject({ apiKey: filled(), baseUrl: address().default('https://api.harbor.example/v1') });
const siteRow = () => z.object({ id: id(), name: z.string(), enabled: z.boolean() });
const usageRow = () => z.object({ site: id(), plan: z.string(), machines: count() });

/** An invented vendor with a static key, numbered pages and declared totals. */
export function harbor(options: HarborOptions): VendorConnector {
  const { apiKey, baseUrl } = readOptions('harbor', optionsSchema, options);
  const paging = { kind: 'page', param: 'page', first: 1, end: { pages: 'pages' } } as const;
  return defineVendorConnector({
    id: 'harbor',
    name: 'Harbor Backup',
    capabilities: {
      metrics: ['devices'],
      whenAbsent: 'zero',
      filters: [],
      confidence: 'high',
      unconfirmed: [],
      limits: '100 requests a minute',
    },
    transport: {
      baseUrl,
      auth: { kind: 'headers', headers: { 'x-api-key': apiKey } },
      limits: { concurrency: 2, windows: [{ requests: 100, seconds: 60 }] },
    },
    check: { request: { path: '/sites' } },
    reads: () => [
      vendorRead({
        resource: 'sites',
        request: { path: '/sites' },
        items: 'rows',
        total: 'total',
        paging,
        row: siteRow(),
        map: (site) => ({
          accounts: [{ id: site.id, name: site.name, active: site.enabled }],
          skus: [backup],
        }),
      }),
      vendorRead({
        resource: 'usage',
        request: { path: '/usage' },
        items: 'rows',
        total: 'total',
        paging,
        row: usageRow(),
        key: (row) => `${row.site}/${row.plan}`,
        map: ({ site, plan, machines }) => ({
          counts: [{ accountId: site, skuId: plan, metric: 'devices', units: machines }],
        }),
      }),
    ],
  });
}
const backup = {
  id: 'server-backup',
  name: 'Server Backup',
  metrics: ['devices'],
  defaultMetric: 'devices',
  whenAbsent: 'zero',
} as const;

export const harborProfile: VendorProfile = {
  slug: 'harbor',
  accountIds: 'integer',
  products: [
    {
      service: { name: 'Server Backup', code: 'BKP', price: '9.5', cost: '4' },
      skus: [{ ...backup, mapped: true }],
      share: 0.8,
      units: { min: 1, max: 20 },
    },
  ],
};

/** Its mock, which lists what the system lacks. */
export const harborMock: MockDefinition<Required<HarborOptions>> = {
  slug: 'harbor',
  name: 'Harbor Backup',
  role: 'vendor',
  origins: ['https://api.harbor.example'],
  profile: harborProfile,
  options: (origin) => ({ apiKey: 'harbor-key-0001', baseUrl: `${origin}/v1` }),
  secrets: ['harbor-key-0001'],
  limit: { requests: 100, windowMs: 60_000 },
  lacks: [
    { case: 'repeated cursor', reason: 'pages are asked for by number' },
    { case: 'next page on another origin', reason: 'pages are asked for by number' },
    { case: 'token expires during a pull', reason: 'keys do not expire' },
  ],
  // Everything comes from this world: it may be empty, or in another order.
  start: (world) => {
    const { accounts, skus, counts } = worldVendor(world, 'harbor');
    const list = (path: string, rows: readonly object[]): MockServer['routes'][number] => ({
      method: 'GET',
      path,
      answer: (call) => {
        const page = pageByNumber(call, rows, { page: 'page', base: 1, defaultSize: 50, maxSize: 50 });
        if (isFailure(page)) return fail(page);
        const { total, size } = page;
        return { json: { rows: page.rows, total, pages: Math.ceil(total / size) } };
      },
    });
    return {
      expected: { vendor: { accounts, skus, counts } },
      authorize: ({ headers }) =>
        headers.get('x-api-key') === 'harbor-key-0001' ? null : { status: 401, message: 'wrong key' },
      fail,
      routes: [
        list(
          '/v1/sites',
          accounts.map(({ id, name, active }) => ({ id: Number(id), name, enabled: active })),
        ),
        list(
          '/v1/usage',
          counts.map(({ accountId, skuId, units }) => ({
            site: Number(accountId),
            plan: skuId,
            machines: units,
          })),
        ),
      ],
    };
  },
};
const fail = ({ status, message }: MockFailure): MockReply => ({ status, json: { error: message } });
