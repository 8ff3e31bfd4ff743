import * as z from 'zod';
import {
  address,
  choose,
  day,
  defineVendorConnector,
  filled,
  id,
  type MapContext,
  type Paging,
  quantity,
  readOptions,
  type VendorConnector,
  vendorRead,
} from '../connector/index.ts';
import type { Term, VendorCount } from '../model/vendor.ts';

/**
 * Credentials of a Pax8 partner: Integrations > API credentials. There are none that only read, so these can order too;
 * trueup only reads. Pax8 gives them for the partner's own use.
 */
export interface Pax8Options {
  /** The client id of the credentials. */
  readonly clientId: string;
  /** The secret of the credentials. */
  readonly clientSecret: string;
  /** The address of the API; there is one worldwide. Default `https://api.pax8.com/v1`. */
  readonly baseUrl?: string;
  /** Where tokens are given out. Some integrations use `https://login.pax8.com/oauth/token`. Default: `/token` below `baseUrl`. */
  readonly tokenUrl?: string;
  /** What the token is asked for. Default `https://api.pax8.com`. */
  readonly audience?: string;
}

const optionsSchema = () =>
  z.strictObject({
    clientId: filled(),
    clientSecret: filled(),
    baseUrl: address().default('https://api.pax8.com/v1'),
    tokenUrl: address('https://login.pax8.com/oauth/token').optional(),
    audience: filled().default('https://api.pax8.com'),
  });

/** Page numbers from 0; the page object tells how many there are. At most 200 rows a page. */
const paging: Paging = {
  kind: 'page',
  param: 'page',
  first: 0,
  size: { param: 'size', value: 200 },
  end: { pages: 'page.totalPages' },
};

const companyRow = () =>
  z.object({ id: id(), name: z.string(), externalId: z.string().nullish(), status: z.string().nullish() });

const subscriptionRow = () =>
  z.object({
    id: id(),
    companyId: id(),
    productId: id(),
    productName: z.string().nullish(),
    quantity: quantity(),
    startDate: day(),
    endDate: day(),
    status: z.string().nullish(),
    billingTerm: z.string().nullish(),
    commitmentTerm: commitment(),
    // An older name of the same field, still sent to some integrations.
    commitment: commitment(),
  });
type Subscription = z.output<ReturnType<typeof subscriptionRow>>;

const commitment = () => z.object({ term: z.string().nullish(), endDate: day() }).nullish();

const activeByStatus = { Active: true, Inactive: false, Deleted: false };

/** True: not billed. Dates decide all others; billing of a product that needs activation begins with it. */
const unbilledByStatus: Readonly<Record<string, boolean>> = {
  Active: false,
  Cancelled: false,
  PendingManual: false,
  PendingAutomated: false,
  PendingCancel: false,
  WaitingForDetails: false,
  Trial: true,
  Converted: false,
  PendingActivation: true,
  Activated: false,
};

/** Statuses of subscriptions that may well have no start yet. */
const notBegun: readonly string[] = ['PendingManual', 'PendingAutomated', 'WaitingForDetails', 'Cancelled'];

/** Billing terms that do not recur: they are no monthly quantity. */
const notRecurring: readonly string[] = ['One-Time', 'Trial', 'Activation'];

/**
 * Pax8: companies, and the purchased units of every subscription, one SKU per product and term.
 * Facts: Pax8 Partner Endpoints v1 (OpenAPI 1.0.0).
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function pax8(options: Pax8Options): VendorConnector {
  const { clientId, clientSecret, baseUrl, tokenUrl, audience } = readOptions('pax8', optionsSchema, options);
  return defineVendorConnector({
    id: 'pax8',
    name: 'Pax8',
    capabilities: {
      metrics: ['purchased'],
      whenAbsent: 'no-count',
      catalogue: 'in-use',
      filters: [
        {
          id: 'in-force-by-dates',
          effect:
            'A subscription counts by its start and end dates, whatever its status says, as Pax8 bills it; a portal list of status Active is shorter.',
          direction: 'more',
          source: 'Pax8 developer site, subscription management',
        },
        {
          id: 'not-recurring',
          effect:
            'Trials, one-time and activation subscriptions are left out, and those that wait for their activation: Pax8 does not bill these yet.',
          direction: 'fewer',
          source: 'Pax8 Partner Endpoints v1, billingTerm and status',
        },
        {
          id: 'usage-products',
          effect: 'For products billed by usage (Azure) the subscription quantity is not the billed usage.',
          direction: 'either',
          source: 'Pax8 developer site, usage overview',
        },
      ],
      confidence: 'high',
      unconfirmed: [
        'whether commitmentTerm is null or missing for subscriptions without a term (both are read as no term)',
        'the full list of commitment terms',
      ],
      limits: '1000 requests a minute',
      documentation: 'https://devx.pax8.com',
    },
    transport: {
      baseUrl,
      auth: {
        kind: 'token',
        login: {
          url: tokenUrl ?? '/token',
          json: {
            client_id: clientId,
            client_secret: clientSecret,
            audience,
            grant_type: 'client_credentials',
          },
        },
      },
      limits: { concurrency: 4, windows: [{ requests: 1000, seconds: 60 }] },
      errorMessage: ['message', 'error_description'],
    },
    check: { request: { path: '/companies', query: { page: 0, size: 1 } } },
    reads: () => [
      // The list is not documented to show all statuses unasked.
      ...Object.entries(activeByStatus).map(([status, active]) =>
        vendorRead({
          resource: `companies-${status.toLowerCase()}`,
          request: { path: '/companies', query: { sort: 'name,asc', status } },
          items: 'content',
          total: 'page.totalElements',
          row: companyRow(),
          paging,
          map: (row, context) => ({
            accounts: [
              {
                id: row.id,
                name: row.name,
                active: choose(activeByStatus, row.status, active, 'company status', context),
                ...(row.externalId ? { externalIds: { psa: row.externalId } } : {}),
              },
            ],
          }),
        }),
      ),
      vendorRead({
        resource: 'subscriptions',
        request: { path: '/subscriptions', query: { sort: 'createdDate,asc' } },
        items: 'content',
        total: 'page.totalElements',
        row: subscriptionRow(),
        paging,
        map: (row, context) => {
          const { today } = context;
          const unbilled = choose(unbilledByStatus, row.status, false, 'subscription status', context);
          if (unbilled || notRecurring.includes(row.billingTerm ?? '')) return null;
          if (row.startDate === null) {
            if (!notBegun.includes(row.status ?? '')) noStart(row, context);
            return null;
          }
          if (row.startDate > today) return null;
          const term = termOf(row);
          const variant = term ? `${term.commitment}:${term.billing}` : 'none';
          const name = row.productName ?? row.productId;
          const sku = {
            id: `${row.productId}:${variant}`,
            name: term ? `${name} (${term.commitment}, billed ${term.billing})` : `${name} (no term)`,
            family: row.productId,
            term,
            metrics: ['purchased'],
            defaultMetric: 'purchased',
            whenAbsent: 'no-count' as const,
          };
          return { skus: [sku], counts: [countOf(row, sku.id, today)] };
        },
      }),
    ],
  });
}

/** It runs, and nobody can say since when: whether its units are billed is not known. */
function noStart(row: Subscription, { note }: MapContext<undefined>): void {
  note('no-start-date', `subscription ${row.id} runs without a start date; it is not counted.`, {
    ids: { accountId: row.companyId, subscriptionId: row.id },
    incomplete: row.companyId,
  });
}

function termOf(row: Subscription): Term | null {
  const commitment = (row.commitmentTerm ?? row.commitment)?.term;
  return commitment ? { commitment, billing: row.billingTerm ?? 'unknown' } : null;
}

function countOf(row: Subscription, skuId: string, today: string): VendorCount {
  const committedUntil = (row.commitmentTerm ?? row.commitment)?.endDate;
  const ended = row.endDate !== null && row.endDate <= today;
  return {
    accountId: row.companyId,
    skuId,
    metric: 'purchased',
    units: row.quantity,
    ref: row.id,
    status: ended ? 'ended' : 'active',
    ...(row.endDate === null ? {} : { termEnd: row.endDate }),
    ...(committedUntil && !ended ? { committedUntil } : {}),
  };
}
