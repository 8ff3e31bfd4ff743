import * as z from 'zod';
import { type Discovery, definePsaConnector, filled, type PsaConnector } from '../../connector/index.ts';
import { lineOperations } from './additions.ts';
import { type ConnectwiseOptions, resolveOptions } from './options.ts';
import { connectwiseReads } from './reads.ts';

export type { ConnectwiseOptions } from './options.ts';

/**
 * ConnectWise PSA: companies, catalogue, agreements, additions. Writes are absolute and take effect at once.
 * Facts: ConnectWise PSA Developer Guide, model 2026.4.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function connectwise(options: ConnectwiseOptions): PsaConnector {
  const o = resolveOptions(options);
  return definePsaConnector({
    id: 'connectwise',
    name: 'ConnectWise PSA',
    currency: o.currency,
    capabilities: {
      precision: 'decimal',
      dating: 'immediate',
      writes: 'absolute',
      adds: true,
      partialReads: [
        'agreements of a type the API role may not see are left out by ConnectWise without an error',
        ...(o.cancelledAgreements === 'skip' ? ['additions of cancelled agreements'] : []),
      ],
      confidence: 'high',
      unconfirmed: [
        'whether every tenant accepts the quantity 0',
        'names of billing cycles are edited by the tenant: unknown ones are reported and taken as other',
      ],
      limits: `${o.requestsPerMinute} requests a minute, ${o.concurrency} at once`,
      documentation: 'https://developer.connectwise.com',
    },
    transport: {
      baseUrl: o.baseUrl ?? codeBase(o.site ?? '', o.companyId),
      hosts: o.site === undefined ? [] : [apiHost(o.site)],
      auth: { kind: 'basic', user: `${o.companyId}+${o.publicKey}`, password: o.privateKey },
      headers: {
        clientId: o.clientId,
        accept: `application/vnd.connectwise.com+json; version=${o.apiVersion}`,
      },
      secrets: [o.publicKey, o.clientId],
      limits: { concurrency: o.concurrency, windows: [{ requests: o.requestsPerMinute, seconds: 60 }] },
      errorMessage: ['message', 'error'],
      requestIdHeader: 'x-cw-request-id',
    },
    check: { request: { path: '/system/info' }, version: 'version' },
    reads: () => connectwiseReads(o),
    ...lineOperations,
  });
}

/** The code base of a tenant is part of its address and changes with releases. */
function codeBase(site: string, companyId: string): Discovery {
  return {
    url: `https://${site}/login/companyinfo/${encodeURIComponent(companyId)}`,
    read: (body) => {
      const info = z.object({ Codebase: filled() }).safeParse(body);
      if (!info.success) return null;
      return { baseUrl: `https://${apiHost(site)}/${info.data.Codebase.replace(/\/*$/, '/')}apis/3.0` };
    },
    againOn: [404],
  };
}

/** In the cloud the API has a host of its own. */
function apiHost(site: string): string {
  return /(?:^|\.)(?:myconnectwise\.net|connectwisedev\.com)$/i.test(site) && !site.startsWith('api-')
    ? `api-${site}`
    : site;
}
