import * as z from 'zod';
import {
  choose,
  count,
  defineVendorConnector,
  id,
  type MapContext,
  type Paging,
  type Read,
  type VendorConnector,
  type VendorPart,
  vendorGiven,
  vendorRead,
} from '../../connector/index.ts';
import type { VendorAccount, VendorSku } from '../../model/vendor.ts';
import { type Microsoft365Options, readSettings, type Settings, tenantId } from './options.ts';

export type { Microsoft365Options, Microsoft365Tenant } from './options.ts';

/** Followed as it came; an empty page may have one. */
const paging: Paging = { kind: 'next-url', next: ['@odata.nextLink'] };

const contractRow = () =>
  z.object({
    id: id(),
    customerId: tenantId(),
    displayName: z.string().nullish(),
    defaultDomainName: z.string().nullish(),
  });

const skuRow = () =>
  z.object({
    id: id(),
    skuId: id().transform((text) => text.toLowerCase()),
    skuPartNumber: z.string().nullish(),
    appliesTo: z.string().nullish(),
    capabilityStatus: z.string().nullish(),
    consumedUnits: count().nullish(),
    prepaidUnits: z.object({ enabled: count().nullish(), warning: count().nullish() }).nullish(),
  });
type Sku = z.output<ReturnType<typeof skuRow>>;

const userRow = () =>
  z.object({
    id: id(),
    accountEnabled: z.boolean().nullish(),
    assignedLicenses: z.array(z.object({ skuId: id().transform((text) => text.toLowerCase()) })),
  });

/** Whether a SKU in this state is over, when none of its seats is enabled. */
const overByStatus = { Enabled: false, Warning: false, Suspended: true, LockedOut: true, Deleted: true };
const seatsByTarget = { User: true, Company: false };

/** A customer, as its contract or the option `tenants` names it. */
interface Tenant {
  readonly customerId: string;
  readonly displayName?: string | null | undefined;
  readonly defaultDomainName?: string | null | undefined;
}

/**
 * Microsoft 365: the licences of many tenants, bought, assigned and (as an option) of enabled users, by SKU.
 * Facts: Microsoft Graph v1.0 metadata and reference.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function microsoft365(options: Microsoft365Options): VendorConnector {
  const o = readSettings(options);
  const skuFields = 'id,skuId,skuPartNumber,appliesTo,capabilityStatus,consumedUnits,prepaidUnits';
  return defineVendorConnector({
    id: 'microsoft-365',
    name: 'Microsoft 365',
    capabilities: {
      metrics: ['purchased', 'assigned', ...(o.countEnabledUsers ? ['enabled'] : [])],
      whenAbsent: 'no-count',
      // Tenants list what they hold; there is no list of all SKUs to read.
      catalogue: 'in-use',
      filters: [
        {
          id: 'assigned-to-anyone',
          effect: 'Disabled users, shared mailboxes and guests hold licences and are in the assigned metric.',
          direction: 'more',
          source: 'Microsoft Graph v1.0, subscribedSku',
        },
        {
          id: 'bought-elsewhere',
          effect: 'All subscriptions of a SKU are one number, also those the customer bought from others.',
          direction: 'more',
          source: 'Microsoft Graph v1.0, companySubscription ownerTenantId',
        },
        {
          id: 'seats-in-grace',
          effect:
            'Seats of an expired subscription count as purchased only while no seat of the SKU is enabled.',
          direction: 'fewer',
          source: 'Microsoft Graph v1.0, prepaidUnits',
        },
        {
          id: 'free-skus',
          effect: 'Free and self-service SKUs, and SKUs of the tenant instead of its users, are left out.',
          direction: 'fewer',
          source: 'Microsoft Graph v1.0, subscribedSku appliesTo',
        },
      ],
      confidence: 'high',
      unconfirmed: [
        'the resource units one request costs (1000 requests in 10 seconds stay below the smallest quota)',
        'the least permission for subscribedSkus (Organization.Read.All in the v1.0 reference)',
        'whether @odata.count always equals the users listed (where not, the tenant is reported as not whole)',
        'that a GDAP relationship does not admit an app without a user (hence the option refreshToken)',
      ],
      limits: '3,500 resource units in 10 seconds per tenant at least; 1,000 requests in 10 seconds are kept',
      documentation: 'https://learn.microsoft.com/graph/api/subscribedsku-list',
    },
    transport: {
      baseUrl: o.graphUrl,
      auth: {
        kind: 'token',
        // The tenant in the address decides whose data is read.
        login: ({ tenant }) => ({
          url: `${o.loginUrl.replace(/\/+$/, '')}/${encodeURIComponent(tenant ?? o.tenantId)}/oauth2/v2.0/token`,
          form: {
            client_id: o.clientId,
            client_secret: o.clientSecret,
            scope: `${new URL(o.graphUrl).origin}/.default`,
            ...(o.refreshToken === undefined
              ? { grant_type: 'client_credentials' }
              : { grant_type: 'refresh_token', refresh_token: o.refreshToken }),
          },
        }),
      },
      limits: { concurrency: 8, windows: [{ requests: 1000, seconds: 10 }] },
      errorMessage: ['error.message', 'error_description'],
      requestIdHeader: 'request-id',
    },
    check: {
      request: { path: '/organization', query: { $select: 'id,displayName' }, tenant: o.tenantId },
      account: 'value.0.displayName',
    },
    reads: () => {
      const tenants: Read<Tenant, VendorPart> = o.tenants
        ? vendorGiven({
            resource: 'tenants',
            rows: o.tenants.map(({ id: customerId, name }) => ({ customerId, displayName: name })),
            keep: (row) => row.customerId,
            map: (row) => ({ accounts: [accountOf(row)] }),
          })
        : vendorRead({
            resource: 'contracts',
            request: { path: '/contracts', tenant: o.tenantId },
            items: 'value',
            paging,
            row: contractRow(),
            keep: (row) => row.customerId,
            map: (row) => ({ accounts: [accountOf(row)] }),
          });
      /** What counts of each tenant: a licence of a SKU the tenant no longer lists is none, whoever else lists it. */
      const counted = new Set<string>();
      const keyOf = (tenant: Tenant, skuId: string): string => JSON.stringify([tenant.customerId, skuId]);
      const skus = vendorRead({
        resource: 'subscribed-skus',
        per: tenants,
        parentId: (tenant) => tenant.customerId,
        request: (tenant) => ({
          path: '/subscribedSkus',
          query: { $select: skuFields },
          tenant: tenant.customerId,
        }),
        items: 'value',
        paging,
        row: skuRow(),
        map: (row, context) => {
          if (!isCounted(row, o, context)) return null;
          counted.add(keyOf(context.parent, row.skuId));
          return partOf(row, o, context);
        },
      });
      if (!o.countEnabledUsers) return [tenants, skus];
      const users = vendorRead({
        resource: 'users',
        per: tenants,
        parentId: (tenant) => tenant.customerId,
        request: (tenant) => ({
          path: '/users',
          query: {
            $select: 'id,accountEnabled,assignedLicenses',
            $filter: 'assignedLicenses/$count ne 0',
            $count: true,
            $top: 999,
          },
          // Needed by the filter; sent with every page, the server does not carry it over.
          headers: { ConsistencyLevel: 'eventual' },
          tenant: tenant.customerId,
        }),
        items: 'value',
        total: ['@odata.count'],
        paging,
        row: userRow(),
        map: ({ accountEnabled, assignedLicenses }, { parent, note }) => {
          if (accountEnabled === false) return null;
          const held = [...new Set(assignedLicenses.map(({ skuId }) => skuId))];
          const known = held.filter((skuId) => counted.has(keyOf(parent, skuId)));
          if (known.length > 0 && accountEnabled !== true) {
            const ids = { accountId: parent.customerId };
            const text = `users of tenant ${parent.customerId} came without saying whether they are enabled; its counts are not known.`;
            note('user-state-missing', text, { ids, incomplete: parent.customerId });
            return null;
          }
          return {
            tally: known.map((skuId) => ({
              accountId: parent.customerId,
              skuId,
              metric: 'enabled',
              units: 1,
            })),
          };
        },
      });
      return [tenants, skus, users];
    },
  });
}

function accountOf({ customerId, displayName, defaultDomainName }: Tenant): VendorAccount {
  return {
    id: customerId,
    name: displayName || customerId,
    active: true,
    externalIds: { 'microsoft-365': customerId },
    ...(defaultDomainName ? { domains: [defaultDomainName] } : {}),
  };
}

function isCounted(row: Sku, o: Settings, context: Pick<MapContext<unknown>, 'note'>): boolean {
  if (o.ignoreSkus.includes(row.skuId)) return false;
  return choose(seatsByTarget, row.appliesTo, true, 'target of a SKU', context) || o.companySkus;
}

function partOf(row: Sku, o: Settings, context: MapContext<Tenant>): VendorPart {
  const { skuId } = row;
  const accountId = context.parent.customerId;
  const ids = { accountId, skuId };
  const sku = skuOf(row, o);
  const enabled = row.prepaidUnits?.enabled ?? null;
  const grace = row.prepaidUnits?.warning ?? null;
  const assigned = row.consumedUnits ?? null;
  if (enabled === null || grace === null || assigned === null) {
    const text = `SKU ${skuId} of tenant ${accountId} came without its numbers; they are not known.`;
    context.note('units-missing', text, { ids, incomplete: accountId });
    return { skus: [sku] };
  }
  const held = o.graceSeats === 'always' || (o.graceSeats === 'alone' && enabled === 0) ? grace : 0;
  if (grace > 0) {
    const verb = held > 0 ? 'count' : 'do not count';
    const text = `${grace} seats of SKU ${skuId} in tenant ${accountId} are in their grace period and ${verb} as purchased.`;
    context.note('seats-in-grace', text, { ids });
  }
  const over = choose(overByStatus, row.capabilityStatus, false, 'state of a SKU', context);
  const status = over && enabled + held === 0 ? ('ended' as const) : ('active' as const);
  const count = { ...ids, status };
  return {
    skus: [sku],
    counts: [
      { ...count, metric: 'purchased', units: enabled + held },
      { ...count, metric: 'assigned', units: assigned },
    ],
    // A SKU nobody enabled holds is a zero of this metric, not a missing number.
    ...(o.countEnabledUsers ? { tally: [{ ...count, metric: 'enabled', units: 0 }] } : {}),
  };
}

function skuOf({ skuId, skuPartNumber }: Sku, o: Settings): VendorSku {
  return {
    id: skuId,
    name: o.skuNames[skuId] ?? skuPartNumber ?? skuId,
    metrics: ['purchased', 'assigned', ...(o.countEnabledUsers ? ['enabled'] : [])],
    defaultMetric: 'purchased',
    whenAbsent: 'no-count',
  };
}
