import * as z from 'zod';
import {
  type Discovery,
  definePsaConnector,
  type PsaConnector,
  type TokenRequest,
} from '../../connector/index.ts';
import { lineOperations } from './lines.ts';
import { type HalopsaOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { halopsaReads } from './reads.ts';

export type { HalopsaOptions } from './options.ts';

/**
 * HaloPSA: clients, items, recurring invoices (as contracts) and their lines. A write sends `{ id, lines }`: all lines of
 * the recurring invoice, every other one as it was read a moment before, and nothing else of the invoice. It counts from
 * the next invoice on.
 * Facts: vendor OpenAPI "Halo API" v2 and the vendor's guides; see `capabilities.unconfirmed`.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function halopsa(options: HalopsaOptions): PsaConnector {
  const o = resolveOptions(options);
  return definePsaConnector({
    id: 'halopsa',
    name: 'HaloPSA',
    currency: o.currency,
    capabilities: {
      precision: 'decimal',
      dating: 'immediate',
      writes: 'whole-document',
      adds: false,
      partialReads: [
        'client contracts: what is billed are the lines of recurring invoices',
        'headings, one-time charges, inactive lines and lines without an item',
        ...(o.disabledInvoices === 'skip' ? ['lines of disabled recurring invoices'] : []),
      ],
      confidence: 'medium',
      unconfirmed: [
        'whether lines left out of a write are deleted (all are sent, each as it was read)',
        'whether a quantity write makes a pro-rata charge by itself (the pro-rata fields are sent as they were)',
        'whether some items refuse fractions',
        'periods other than 3, 5 and 6: 4 is taken as quarterly, unknown ones are reported and taken as other',
        'whether the end date of a line is its last day (taken so)',
        'how quantities of bundled lines relate to their bundle (each line stands for itself)',
        'the limit: 700 requests in 5 minutes and 500 in 3 minutes are both told',
      ],
      limits: `${o.requestsPerMinute} requests a minute, ${o.concurrency} at once`,
      documentation: 'https://usehalo.com',
    },
    transport: {
      baseUrl: o.authServer === undefined ? authInfo(o) : `${o.instance}/api`,
      hosts: ['*.halopsa.com'],
      auth: { kind: 'token', login: ({ found }) => login(o, found.auth, found.tenant) },
      secrets: [o.clientSecret],
      limits: { concurrency: o.concurrency, windows: [{ requests: o.requestsPerMinute, seconds: 60 }] },
      errorMessage: ['errorMessage', 'Message', 'message', 'error_description', 'error'],
    },
    check: { request: { path: '/Client', query: { pageinate: true, page_size: 1, page_no: 1 } } },
    reads: () => halopsaReads(o),
    ...lineOperations,
  });
}

/** Where tokens are given out, and the tenant's name there. Asked without credentials. */
function authInfo({ instance }: ResolvedOptions): Discovery {
  return {
    url: `${instance}/api/authinfo`,
    read: (body) => {
      const info = z
        .object({ auth_url: z.string().nullish(), tenant_id: z.string().nullish() })
        .safeParse(body);
      if (!info.success) return null;
      const { auth_url, tenant_id } = info.data;
      return {
        baseUrl: `${instance}/api`,
        auth: auth_url || `${instance}/auth`,
        ...(tenant_id ? { tenant: tenant_id } : {}),
      };
    },
  };
}

function login(
  o: ResolvedOptions,
  auth: string = o.authServer ?? `${o.instance}/auth`,
  named?: string,
): TokenRequest {
  const tenant = o.tenant ?? named;
  const query = tenant === undefined ? '' : `?tenant=${encodeURIComponent(tenant)}`;
  return {
    url: `${auth.replace(/\/+$/, '')}/token${query}`,
    form: {
      grant_type: 'client_credentials',
      client_id: o.clientId,
      client_secret: o.clientSecret,
      scope: o.scope,
    },
  };
}
