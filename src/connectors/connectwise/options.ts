import * as z from 'zod';
import { address, filled, host, readOptions } from '../../connector/index.ts';
import type { BillingCycle } from '../../model/psa.ts';

/**
 * Keys of a ConnectWise PSA API Member, and what trueup cannot read from the tenant. Rights its security role needs, as
 * integrators list them: Company Maintenance, Agreements, Product Catalog and Products, Inquire: All; Agreements, Edit:
 * All to write, and Add: All to add lines.
 */
export interface ConnectwiseOptions {
  /** Where people sign in: `na.myconnectwise.net`, or your own server. Default: none; this or `baseUrl` is needed. */
  readonly site?: string;
  /** The company id people sign in with. */
  readonly companyId: string;
  /** The public key of the API Member. */
  readonly publicKey: string;
  /** The private key that goes with it. */
  readonly privateKey: string;
  /** The id of your integration, from the ConnectWise developer portal. */
  readonly clientId: string;
  /** The whole API address (`https://…/v4_6_release/apis/3.0`): no look-up of the code base then. Default: found out from `site`. */
  readonly baseUrl?: string;
  /** ISO 4217 of prices whose agreement's currency cannot be read. Default `USD`. */
  readonly currency?: string;
  /** Model version asked for. Default `2026.4`. */
  readonly apiVersion?: string;
  /** How companies, agreements and products are paged: `forward-only` (the faster one) or `page`. Default `forward-only`. */
  readonly paging?: 'forward-only' | 'page';
  /** Company types that mean "customer", by id. Default: types are not looked at. */
  readonly customerTypeIds?: readonly string[];
  /** Company statuses that mean "no longer active", by id. Default: only deleted companies are not active. */
  readonly inactiveStatusIds?: readonly string[];
  /** Billing cycles (`monthly`, `annual`, …) by the name your tenant gave them, beside the standard names. Default: no others. */
  readonly billingCycles?: Readonly<Record<string, BillingCycle>>;
  /** `read`, or `skip`: additions of cancelled agreements are not read (one request less for each). Default `read`. */
  readonly cancelledAgreements?: 'read' | 'skip';
  /** Requests at once; ConnectWise documents no cap. Default `4`. */
  readonly concurrency?: number;
  /** Requests a minute; the cloud takes about 1000. Lower it when other integrations share the tenant. Default `1000`. */
  readonly requestsPerMinute?: number;
}

const cycles = [
  'weekly',
  'monthly',
  'quarterly',
  'semi-annual',
  'annual',
  'multi-year',
  'one-time',
  'none',
  'other',
] as const satisfies readonly BillingCycle[];

const optionsSchema = () =>
  z
    .strictObject({
      site: host('na.myconnectwise.net').optional(),
      companyId: filled(),
      publicKey: filled(),
      privateKey: filled(),
      clientId: filled(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('USD'),
      baseUrl: address('https://api-na.myconnectwise.net/v4_6_release/apis/3.0').optional(),
      apiVersion: z
        .string()
        .regex(/^\d{4}\.\d+$/)
        .default('2026.4'),
      paging: z.enum(['forward-only', 'page']).default('forward-only'),
      customerTypeIds: z.array(z.string()).optional(),
      inactiveStatusIds: z.array(z.string()).default([]),
      billingCycles: z.record(z.string(), z.enum(cycles)).default({}),
      cancelledAgreements: z.enum(['read', 'skip']).default('read'),
      concurrency: z.int().min(1).max(64).default(4),
      requestsPerMinute: z.int().min(1).max(1_000_000).default(1000),
    })
    .refine((o) => o.site !== undefined || o.baseUrl !== undefined, {
      path: ['site'],
      error:
        'must be where people sign in, like na.myconnectwise.net; or give baseUrl, the whole API address',
    });

type Defaulted =
  | 'currency'
  | 'apiVersion'
  | 'paging'
  | 'inactiveStatusIds'
  | 'billingCycles'
  | 'cancelledAgreements'
  | 'concurrency'
  | 'requestsPerMinute';

/** The options with every default filled in. */
export type ResolvedOptions = Required<Pick<ConnectwiseOptions, Defaulted>> &
  Pick<ConnectwiseOptions, 'companyId' | 'publicKey' | 'privateKey' | 'clientId'> & {
    readonly site: string | undefined;
    readonly baseUrl: string | undefined;
    readonly customerTypeIds: readonly string[] | undefined;
  };

export function resolveOptions(options: ConnectwiseOptions): ResolvedOptions {
  const { site, baseUrl, customerTypeIds, ...rest } = readOptions('connectwise', optionsSchema, options);
  return { ...rest, site, baseUrl, customerTypeIds };
}
