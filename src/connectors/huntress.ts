import * as z from 'zod';
import {
  address,
  count,
  defineVendorConnector,
  filled,
  id,
  type MapContext,
  type Paging,
  readOptions,
  type VendorConnector,
  vendorRead,
} from '../connector/index.ts';
import type { Metric, VendorCount, VendorSku } from '../model/vendor.ts';

/** An API credential of the Huntress portal (API Credentials); an account-level, read-only one is enough. */
export interface HuntressOptions {
  /** The key of the credential: `hk_…`. */
  readonly apiKey: string;
  /** Its secret, shown once when it is made: `hs_…`. */
  readonly apiSecret: string;
  /** The address of the API; there is one worldwide. Default `https://api.huntress.io/v1`. */
  readonly baseUrl?: string;
}

const optionsSchema = () =>
  z.strictObject({
    apiKey: filled(),
    apiSecret: filled(),
    baseUrl: address().default('https://api.huntress.io/v1'),
  });

/** At most 500 a page; no token is the end. */
const paging: Paging = {
  kind: 'cursor',
  param: 'page_token',
  next: 'pagination.next_page_token',
  size: { param: 'limit', value: 500 },
};

const organizationRow = () => z.object({ id: id(), name: z.string(), agents_count: count().nullish() });
type Organization = z.output<ReturnType<typeof organizationRow>>;

/** One entry per identity provider tenant. */
const identities = () =>
  z
    .array(z.object({ billable_identities_count: count(), total_identities_count: count().nullish() }))
    .nullish();

const usages = () =>
  z.object({
    edr: z.object({ billable_agents_count: count(), unresponsive_agents_count: count().nullish() }).nullish(),
    itdr: identities(),
    ispm: identities(),
    sat: z.object({ learners_count: count() }).nullish(),
    siem: z.object({ billable_log_sources_count: count() }).nullish(),
  });
type Usages = z.output<ReturnType<typeof usages>>;

/** The vendor's description types the usages as text, its example shows an object: both are read. */
const usageRow = () =>
  z.object({
    id: id(),
    actual_usages: z
      .union([
        usages(),
        z
          .string()
          .transform((text, context): unknown => {
            try {
              return JSON.parse(text);
            } catch {
              context.addIssue({ code: 'custom', message: 'an object is expected' });
              return z.NEVER;
            }
          })
          .pipe(usages()),
      ])
      .nullish(),
  });

/** What Huntress bills. There is no catalogue to read; these are the product codes of its API. */
const products: Readonly<
  Record<keyof Usages, { readonly name: string; readonly metrics: readonly [Metric, ...Metric[]] }>
> = {
  edr: { name: 'Huntress Managed EDR', metrics: ['billable', 'devices', 'unresponsive'] },
  itdr: { name: 'Huntress Managed ITDR', metrics: ['billable', 'users'] },
  ispm: { name: 'Huntress Managed ISPM', metrics: ['billable', 'users'] },
  sat: { name: 'Huntress Managed SAT', metrics: ['users'] },
  siem: { name: 'Huntress Managed SIEM', metrics: ['log-sources'] },
};

/**
 * Huntress: organizations, and the billable units of every product, one usage call per organization.
 * Facts: Huntress REST API v1 (Swagger 1.0.0).
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function huntress(options: HuntressOptions): VendorConnector {
  const { apiKey, apiSecret, baseUrl } = readOptions('huntress', optionsSchema, options);
  return defineVendorConnector({
    id: 'huntress',
    name: 'Huntress',
    capabilities: {
      metrics: ['billable', 'devices', 'unresponsive', 'users', 'log-sources'],
      whenAbsent: 'zero',
      filters: [
        {
          id: 'all-agents',
          effect:
            'The portal lists every agent; what is billed leaves some out. Compare the devices and billable metrics.',
          direction: 'fewer',
          source: 'Huntress REST API v1, organizations',
        },
        {
          id: 'unresponsive-agents',
          effect: 'Wiped or retired machines keep counting until their agent is removed in the portal.',
          direction: 'more',
          source: 'MSP knowledge base (third party)',
        },
        {
          id: 'identities-without-licence',
          effect: 'Identities with only the Microsoft SKUs on the vendor’s list are not billable.',
          direction: 'fewer',
          source: 'Huntress support, ITDR billing',
        },
      ],
      confidence: 'high',
      unconfirmed: [
        'whether billable agents include unresponsive ones',
        'whether a Retry-After header is sent with 429 (without one the transport backs off)',
      ],
      limits: '60 requests a minute per Huntress account',
      documentation: 'https://api.huntress.io/docs',
    },
    transport: {
      baseUrl,
      auth: { kind: 'basic', user: apiKey, password: apiSecret },
      limits: { concurrency: 4, windows: [{ requests: 60, seconds: 60 }] },
      errorMessage: ['error', 'message'],
    },
    check: { request: { path: '/account' }, account: 'account.name' },
    reads: () => {
      const organizations = vendorRead({
        resource: 'organizations',
        request: { path: '/organizations', query: { sort_field: 'id', sort_direction: 'asc' } },
        items: 'organizations',
        row: organizationRow(),
        paging,
        keep: (row) => row.id,
        map: ({ id: accountId, name }) => ({ accounts: [{ id: accountId, name, active: true }], skus }),
      });
      return [
        organizations,
        vendorRead({
          resource: 'usage',
          per: organizations,
          parentId: (organization) => organization.id,
          request: (organization) => ({ path: `/organizations/${encodeURIComponent(organization.id)}` }),
          items: 'organization',
          single: true,
          row: usageRow(),
          map: ({ actual_usages: used }, context) => {
            if (used) return { counts: countsOf(used, context.parent) };
            noUsage(context);
            return null;
          },
        }),
      ];
    },
  });
}

const skus: readonly VendorSku[] = /* @__PURE__ */ Object.entries(products).map(
  ([code, { name, metrics }]) => ({
    id: code,
    name,
    metrics,
    defaultMetric: metrics[0],
    // Products an organization does not use are left out of its usages: that is none of them.
    whenAbsent: 'zero',
  }),
);

function noUsage({ note, parent }: MapContext<Organization>): void {
  const text = `organization ${parent.id} came without its usage; its counts are not known.`;
  note('usage-missing', text, { ids: { accountId: parent.id }, incomplete: parent.id });
}

function countsOf(used: Usages, organization: Organization): VendorCount[] {
  const counts: VendorCount[] = [];
  const add = (skuId: keyof Usages, metric: Metric, units: number | null | undefined): void => {
    if (units === null || units === undefined) return;
    counts.push({ accountId: organization.id, skuId, metric, units });
  };
  if (used.edr) {
    add('edr', 'billable', used.edr.billable_agents_count);
    add('edr', 'devices', organization.agents_count);
    add('edr', 'unresponsive', used.edr.unresponsive_agents_count);
  }
  for (const code of ['itdr', 'ispm'] as const) {
    const tenants = used[code];
    if (!tenants) continue;
    add(code, 'billable', sum(tenants.map((tenant) => tenant.billable_identities_count)));
    add(code, 'users', sum(tenants.map((tenant) => tenant.total_identities_count ?? null)));
  }
  add('sat', 'users', used.sat?.learners_count);
  add('siem', 'log-sources', used.siem?.billable_log_sources_count);
  return counts;
}

/** `null` when a part is missing: a sum without it would be too small. */
function sum(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((a, b) => (a === null || b === null ? null : a + b), 0);
}
