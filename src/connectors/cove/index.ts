import * as z from 'zod';
import {
  address,
  defineVendorConnector,
  filled,
  type MapContext,
  type Paging,
  readOptions,
  type VendorConnector,
  vendorRead,
  type WireRequest,
} from '../../connector/index.ts';
import { columnCodes, countsOf, type Device, deviceRow, skus } from './counts.ts';
import { accountOf, isBilled, ownerOf, type Partner, partnerRow } from './customers.ts';

/**
 * An API user of the Cove console (Management, Users, API Users), made at the level of the MSP: it sees its customer and
 * everything below. A role that reads is enough; the least one is not documented.
 */
export interface CoveOptions {
  /** The customer name the user belongs to, letter by letter as the console shows it. */
  readonly partner: string;
  /** The name of the API user. */
  readonly username: string;
  /** The token shown once when the API user was made. */
  readonly password: string;
  /** The address of the API; there is one worldwide. Default `https://api.backup.management`. */
  readonly baseUrl?: string;
}

const optionsSchema = () =>
  z.strictObject({
    partner: filled(),
    username: filled(),
    password: filled(),
    baseUrl: address().default('https://api.backup.management'),
  });

/** No total and no cap is documented: only a page without rows is surely the end. */
const paging: Paging = {
  kind: 'offset',
  param: 'query.StartRecordNumber',
  in: 'body',
  size: { param: 'query.RecordsCount', in: 'body', value: 5000 },
  end: 'empty',
};

/**
 * Cove Data Protection: customers, and their devices, protected Microsoft 365 users and storage, now.
 * Facts: Cove JSON-RPC API (schema 23.3) and N-able's own reporting scripts.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function cove(options: CoveOptions): VendorConnector {
  const { partner, username, password, baseUrl } = readOptions('cove', optionsSchema, options);
  const call = (method: string, params: unknown): WireRequest => ({
    path: '/jsonapi',
    rpc: { method, params },
    safe: true,
  });
  const ownInfo = call('GetPartnerInfo', { name: partner });
  return defineVendorConnector({
    id: 'cove',
    name: 'Cove Data Protection',
    capabilities: {
      metrics: ['devices', 'physical', 'virtual', 'billable', 'storage-gb', 'selected-gb'],
      whenAbsent: 'zero',
      filters: [
        {
          id: 'customer-state',
          effect:
            'Only customers in production count; trials and expired customers show usage in the console.',
          direction: 'fewer',
          source: 'N-able Head Nerd scripts, Gradient Cove integration',
        },
        {
          id: 'maximum-of-the-month',
          effect: 'N-able invoices the highest value of the month; these are the numbers of now.',
          direction: 'fewer',
          source: 'Cove maximum value report',
        },
        {
          id: 'm365-history',
          effect:
            'Microsoft 365 users that were deleted or deselected stay billable until their history is deleted.',
          direction: 'more',
          source: 'Cove user guide, Microsoft 365 billing policy',
        },
        {
          id: 'recycle-bin',
          effect: 'Devices parked below a customer named "Recycle Bin" do not count.',
          direction: 'fewer',
          source: 'N-able Head Nerd scripts',
        },
      ],
      confidence: 'high',
      unconfirmed: [
        'current codes of the columns for selected size, account type and Microsoft 365 users: the older ones are asked for',
        'what a physicality of Undefined is: such a device counts in neither physical nor virtual',
        'whether a device without a used size surely stores nothing: it adds none',
        'sorting by device id (AU), on which the pages rely; devices removed meanwhile can hide others',
        'recovery testing and standby image are not counted: the values of their column are not documented',
        'how Google Workspace backup is billed: it is not counted',
        'a rate limit: 4 requests a second are sent, as others do',
      ],
      limits: 'not documented; 4 requests a second, one at a time',
      documentation: 'https://developer.n-able.com/n-able-cove/docs/authorization',
    },
    transport: {
      baseUrl,
      auth: {
        kind: 'rolling',
        login: {
          url: '/jsonapi',
          json: { jsonrpc: '2.0', id: '1', method: 'Login', params: { partner, username, password } },
        },
        token: 'visa',
        place: (visa) => ({ body: { visa } }),
        // It ends after 15 minutes without a call.
        idleSeconds: 14 * 60,
      },
      limits: { concurrency: 1, windows: [{ requests: 4, seconds: 1 }] },
      errors: { at: 'error', code: 'error.data', auth: ['1701', '2100'] },
      errorMessage: ['error.message'],
    },
    check: { request: ownInfo, account: 'result.result.Name' },
    reads: () => {
      const own = vendorRead({
        resource: 'own customer',
        request: ownInfo,
        items: 'result.result',
        single: true,
        row: partnerRow(),
        keep: (row) => row.Id,
        map: (row, context) => ({ ...accountOf(row, context), skus }),
      });
      const partners = vendorRead({
        resource: 'customers',
        per: own,
        request: (top) =>
          call('EnumeratePartners', {
            parentPartnerId: Number(top.Id),
            fetchRecursively: true,
            // Every field, as N-able's own script asks.
            fields: Array.from({ length: 23 }, (_, field) => field),
          }),
        items: 'result.result',
        row: partnerRow(),
        key: (row) => row.Id,
        keep: (row) => row.Id,
        map: accountOf,
      });
      const find = (partnerId: string): Partner | undefined =>
        own.find(partnerId) ?? partners.find(partnerId);
      return [
        own,
        partners,
        vendorRead({
          resource: 'devices',
          per: own,
          request: (top) =>
            call('EnumerateAccountStatistics', {
              query: {
                PartnerId: Number(top.Id),
                SelectionMode: 'Merged',
                OrderBy: 'AU ASC',
                Columns: columnCodes,
              },
            }),
          items: 'result.result',
          paging,
          row: deviceRow(),
          key: (row) => row.AccountId,
          map: (row, context) => {
            const owner = ownerOf(row.PartnerId, find);
            if (owner === undefined) return noOwner(row, context);
            const counted = owner !== null && isBilled(owner);
            return counted ? { tally: countsOf(row, owner.Id, context) } : null;
          },
        }),
      ];
    },
  });
}

function noOwner({ AccountId, PartnerId }: Device, context: Pick<MapContext<unknown>, 'note'>): null {
  context.note(
    'customer-not-read',
    `device ${AccountId} is of customer ${PartnerId}, which was not listed.`,
    {
      ids: { accountId: PartnerId },
      incomplete: PartnerId,
    },
  );
  return null;
}
