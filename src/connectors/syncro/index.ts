import * as z from 'zod';
import {
  address,
  definePsaConnector,
  filled,
  type PsaConnector,
  readOptions,
} from '../../connector/index.ts';
import { lineOperations } from './lines.ts';
import { syncroReads } from './reads.ts';

/**
 * An API token of a Syncro account, and what trueup cannot read from the account. Permissions the token needs: Recurring
 * Invoices, Customers and Products, List; Recurring Invoices, Edit, to write.
 */
export interface SyncroOptions {
  /** The first part of your Syncro address. Default: none; this or `baseUrl` is needed. */
  readonly subdomain?: string;
  /** The API token, made with custom permissions (Admin > API Tokens). */
  readonly apiKey: string;
  /** The whole API address (`https://…/api/v1`), as for RepairShopr. Default: made from `subdomain`. */
  readonly baseUrl?: string;
  /** ISO 4217 of all prices; Syncro does not tell. Default `USD`. */
  readonly currency?: string;
  /**
   * Values of `recurring_type_id` that mean a fixed quantity in your account. A line with another type is taken as
   * counted by Syncro, and not written to. Default: none.
   */
  readonly standardTypeIds?: readonly number[];
  /**
   * `listed`: lines as the list of schedules has them; a schedule listed without lines is read by itself.
   * `each`: every schedule is read by itself, one request each. Default `listed`.
   */
  readonly scheduleLines?: 'listed' | 'each';
  /** Requests a minute; Syncro allows 180 to one IP address. Lower it when others share the address. Default `180`. */
  readonly requestsPerMinute?: number;
  /** Requests at once; Syncro documents no cap. Default `4`. */
  readonly concurrency?: number;
}

const optionsSchema = () =>
  z
    .strictObject({
      subdomain: z
        .string()
        .regex(
          /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i,
          'must be the first part of your Syncro address, like acme',
        )
        .optional(),
      apiKey: filled(),
      baseUrl: address('https://acme.syncromsp.com/api/v1').optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('USD'),
      standardTypeIds: z.array(z.int()).default([]),
      scheduleLines: z.enum(['listed', 'each']).default('listed'),
      requestsPerMinute: z.int().min(1).max(10_000).default(180),
      concurrency: z.int().min(1).max(32).default(4),
    })
    .refine((o) => o.subdomain !== undefined || o.baseUrl !== undefined, {
      path: ['subdomain'],
      error:
        'must be the first part of your Syncro address, like acme; or give baseUrl, the whole API address',
    });

/**
 * Syncro: customers, products, and recurring invoice schedules (as contracts) with their lines. A write replaces the
 * whole line: name, price and all else that can be sent go with the new quantity, as they were read a moment before. It
 * changes the template at once and counts from the next invoice on. Syncro's own "contracts" have no lines and are not
 * read.
 * Facts: vendor OpenAPI "Syncro" v1 and published tests against a live account.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function syncro(options: SyncroOptions): PsaConnector {
  const o = readOptions('syncro', optionsSchema, options);
  return definePsaConnector({
    id: 'syncro',
    name: 'Syncro',
    currency: o.currency,
    capabilities: {
      precision: 'decimal',
      dating: 'immediate',
      writes: 'absolute',
      adds: true,
      partialReads: [
        'one-time charges and lines without a product',
        'the billed quantity of lines that Syncro counts itself: what is stored is not what it bills',
      ],
      confidence: 'medium',
      unconfirmed: [
        'whether listed schedules carry all their lines (see the option scheduleLines)',
        'what recurring_type_id 1 to 6 mean: lines with one are taken as counted by Syncro',
        'whether fields left out of a line write are reset (all that can be sent are sent as they were)',
        'how many decimals a quantity may have',
      ],
      limits: `${o.requestsPerMinute} requests a minute from one IP address, ${o.concurrency} at once`,
      documentation: 'https://api-docs.syncromsp.com',
    },
    transport: {
      baseUrl: o.baseUrl ?? `https://${o.subdomain}.syncromsp.com/api/v1`,
      auth: { kind: 'headers', headers: { authorization: `Bearer ${o.apiKey}` } },
      secrets: [o.apiKey],
      limits: { concurrency: o.concurrency, windows: [{ requests: o.requestsPerMinute, seconds: 60 }] },
      errorMessage: ['error', 'errors', 'message'],
    },
    check: { request: { path: '/me' }, account: 'user_email' },
    reads: () => syncroReads(o),
    ...lineOperations(o),
  });
}
