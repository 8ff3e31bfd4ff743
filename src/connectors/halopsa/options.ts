import * as z from 'zod';
import { address, filled, readOptions } from '../../connector/index.ts';
import type { BillingCycle } from '../../model/psa.ts';

/**
 * An API application of HaloPSA ("Client ID and Secret (Services)", login type Agent), and what trueup cannot read from
 * the instance. Both the application's scopes and the role of its agent apply. Rights the role needs: clients and items,
 * read; invoices, read, and modify to write.
 */
export interface HalopsaOptions {
  /** The address people open: `https://acme.halopsa.com`, or your own server. */
  readonly instance: string;
  /** The client id of the API application. */
  readonly clientId: string;
  /** The secret of the API application. */
  readonly clientSecret: string;
  /** The authorisation server (`https://acme.halopsa.com/auth`). Default: what the instance names, else `/auth` on it. */
  readonly authServer?: string;
  /** The tenant of a hosted instance. Default: what the instance names. */
  readonly tenant?: string;
  /**
   * Scopes to ask for, apart by blanks. Asking for more than the application has fails; to read only, leave out
   * `edit:invoices`.
   * Default `read:customers read:items read:invoices edit:invoices`.
   */
  readonly scope?: string;
  /** ISO 4217 of prices with `currency_code` 0, the instance's own. Default `USD`. */
  readonly currency?: string;
  /** ISO 4217 by `currency_code`, for invoices in other currencies; a code not named is reported and taken as `currency`. Default: none. */
  readonly currencies?: Readonly<Record<string, string>>;
  /** Billing cycles (`monthly`, `annual`, …) by the number in `period`, beside 3 (monthly), 4 (quarterly), 5 (semi-annual) and 6 (annual). Default: no others. */
  readonly periods?: Readonly<Record<string, BillingCycle>>;
  /** `read`, or `skip`: lines of disabled recurring invoices are not read (one request less for each). Default `read`. */
  readonly disabledInvoices?: 'read' | 'skip';
  /** Requests a minute. Lower it when others share the instance. Default `120`, below both figures that are told of the limit. */
  readonly requestsPerMinute?: number;
  /** Requests at once. Default `2`. */
  readonly concurrency?: number;
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

const currencyCode = () => z.string().regex(/^[A-Z]{3}$/, 'must be a currency code, like USD');

const optionsSchema = () =>
  z.strictObject({
    instance: address('https://acme.halopsa.com'),
    clientId: filled(),
    clientSecret: filled(),
    authServer: address('https://acme.halopsa.com/auth').optional(),
    tenant: filled().optional(),
    scope: filled().default('read:customers read:items read:invoices edit:invoices'),
    currency: currencyCode().default('USD'),
    currencies: z.record(z.string(), currencyCode()).default({}),
    periods: z.record(z.string(), z.enum(cycles)).default({}),
    disabledInvoices: z.enum(['read', 'skip']).default('read'),
    requestsPerMinute: z.int().min(1).max(10_000).default(120),
    concurrency: z.int().min(1).max(16).default(2),
  });

type Optional = 'authServer' | 'tenant';

/** The options with every default filled in. */
export type ResolvedOptions = Required<Omit<HalopsaOptions, Optional>> & {
  readonly [K in Optional]: string | undefined;
};

export function resolveOptions(options: HalopsaOptions): ResolvedOptions {
  const { authServer, tenant, ...rest } = readOptions('halopsa', optionsSchema, options);
  return { ...rest, instance: rest.instance.replace(/\/+$/, ''), authServer, tenant };
}
