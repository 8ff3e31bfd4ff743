import * as z from 'zod';
import { address, filled, readOptions } from '../../connector/index.ts';
import type { ContractStatus } from '../../model/psa.ts';

/**
 * Keys of an API-only user of Autotask (security level "API User (system)" or a copy of it), and what trueup cannot
 * read from the database. Rights it needs, as integrators list them: view of companies (CRM), of contracts with no
 * restriction on which, and of products (Inventory); "Can view internal cost data" for costs; edit of contracts, to
 * write.
 */
export interface AutotaskOptions {
  /** The user name (key) of the API user; it looks like an e-mail address. */
  readonly userName: string;
  /** The secret of the API user. */
  readonly secret: string;
  /** The tracking identifier of the integration: a vendor's, or one made on the API user. */
  readonly integrationCode: string;
  /** Where the zone is asked for. Default `https://webservices.autotask.net/atservicesrest`. */
  readonly baseUrl?: string;
  /** ISO 4217 of your own (internal) currency; all prices are in it. Default `USD`. */
  readonly currency?: string;
  /** Company types, by label, that mean "customer". Default `Customer`. */
  readonly customerTypes?: readonly string[];
  /** Contract types, by label, whose services are billed again and again. Default `Recurring Service`. */
  readonly recurringTypes?: readonly string[];
  /** What your contract statuses mean (`active`, `inactive`, `cancelled`, `expired`), by label, beside `Active`, `In Effect`, `Inactive` and `Cancelled`. Default: no others. */
  readonly contractStatuses?: Readonly<Record<string, ContractStatus>>;
  /** Requests an hour. Autotask allows 10000 to one database, which all its integrations share. Default `5000`. */
  readonly requestsPerHour?: number;
}

const optionsSchema = () =>
  z.strictObject({
    userName: filled(),
    secret: filled(),
    integrationCode: filled(),
    baseUrl: address().default('https://webservices.autotask.net/atservicesrest'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('USD'),
    customerTypes: z.array(filled()).default(['Customer']),
    recurringTypes: z.array(filled()).default(['Recurring Service']),
    contractStatuses: z
      .record(z.string(), z.enum(['active', 'inactive', 'cancelled', 'expired']))
      .default({}),
    requestsPerHour: z.int().min(1).max(10_000).default(5000),
  });

/** The options with every default filled in. */
export type ResolvedOptions = Required<AutotaskOptions>;

export function resolveOptions(options: AutotaskOptions): ResolvedOptions {
  return readOptions('autotask', optionsSchema, options);
}
