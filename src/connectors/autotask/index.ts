import * as z from 'zod';
import { type Discovery, definePsaConnector, type PsaConnector } from '../../connector/index.ts';
import { type AutotaskOptions, resolveOptions } from './options.ts';
import { autotaskReads } from './reads.ts';
import { lineOperations } from './writes.ts';

export type { AutotaskOptions } from './options.ts';

/**
 * Autotask PSA: companies, services and bundles, recurring contracts and their lines. Quantities are whole and dated:
 * a write is a difference from a day on.
 * Facts: Autotask PSA REST API v1.0, developer help.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function autotask(options: AutotaskOptions): PsaConnector {
  const o = resolveOptions(options);
  return definePsaConnector({
    id: 'autotask',
    name: 'Autotask PSA',
    currency: o.currency,
    capabilities: {
      precision: 'integer',
      dating: 'dated',
      writes: 'delta',
      // An adjustment for a service that is not on the contract would add it; nothing tells two of them apart.
      adds: false,
      partialReads: [
        'contracts the API user may not see are left out by Autotask without an error',
        'lines whose last period ended, or whose first one starts, more than a month away',
        'contracts of other types than Recurring Service: they have no services',
      ],
      confidence: 'high',
      unconfirmed: [
        'of two unit rows that cover a day the one with the later start, or else the later id, is taken as in force',
        'whether unit rows of future periods exist on contracts without an end; without one a line counts as ended',
        'labels of contract statuses, contract periods and company types: unknown ones are reported',
        'that internal-currency prices are in the one currency of the database; costs are taken to be in it too',
        'whether units may reach 0: a refusal is reported as Autotask words it',
        'whether a status 500 after a write surely wrote nothing: it is taken as unknown and read back',
        'that the result of a query is stable while its pages are read (no total is checked)',
      ],
      limits: `${o.requestsPerHour} requests an hour of the 10000 all integrations of a database share, 2 at once`,
      documentation: 'https://autotask.net/help/developerhelp/Content/APIs/REST/REST_API_Home.htm',
    },
    transport: {
      baseUrl: zone(o.baseUrl, o.userName),
      hosts: ['*.autotask.net'],
      auth: {
        kind: 'headers',
        headers: { ApiIntegrationCode: o.integrationCode, UserName: o.userName, Secret: o.secret },
      },
      limits: {
        concurrency: 2,
        windows: [{ requests: o.requestsPerHour, seconds: 3600 }],
        // Too many threads on one entity; not always with status 429.
        throttledBy: [
          { status: 500, text: 'thread threshold' },
          { status: 500, text: 'Itgenatr005' },
        ],
      },
      errorMessage: ['errors'],
    },
    check: { request: { path: '/V1.0/ThresholdInformation' } },
    reads: (today) => autotaskReads(o, today),
    ...lineOperations,
  });
}

/** The database of a tenant is in a zone, and may be moved to another; a 401 may mean that. */
function zone(baseUrl: string, userName: string): Discovery {
  return {
    url: `${baseUrl.replace(/\/+$/, '')}/v1.0/zoneInformation`,
    query: { user: userName },
    read: (body) => {
      const found = z.object({ url: z.url() }).safeParse(body);
      return found.success ? { baseUrl: found.data.url } : null;
    },
    againOn: [401],
  };
}
