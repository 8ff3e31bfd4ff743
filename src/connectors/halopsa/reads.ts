import * as z from 'zod';
import {
  choose,
  id,
  type MapContext,
  type Paging,
  type Params,
  type PsaPart,
  psaRead,
  type Read,
  type ReadDeclaration,
} from '../../connector/index.ts';
import type { BillingCycle, Contract } from '../../model/psa.ts';
import { detailOf, type Header, headerRow, lineOf, lineRow } from './lines.ts';
import type { ResolvedOptions } from './options.ts';

/** 3, 5 and 6 were seen on live instances; 4 follows from its neighbours. */
const periods: Readonly<Record<string, BillingCycle>> = {
  '3': 'monthly',
  '4': 'quarterly',
  '5': 'semi-annual',
  '6': 'annual',
};

const clientRow = () => z.object({ id: id(), name: z.string(), inactive: z.boolean().nullish() });

const itemRow = () => z.object({ id: id(), name: z.string(), internalreference: z.string().nullish() });

const numbered: Paging = {
  kind: 'page',
  param: 'page_no',
  first: 1,
  size: { param: 'page_size', value: 50 },
  end: { rows: 'record_count' },
};

type ListPart = Pick<
  ReadDeclaration<z.ZodType, undefined, PsaPart>,
  'request' | 'items' | 'paging' | 'total'
>;

const list = (path: string, items: string, query: Params = {}): ListPart => ({
  request: { path, query: { pageinate: true, order: 'id', ...query } },
  items,
  paging: numbered,
  total: 'record_count',
});

/** Clients, items, recurring invoices, and the lines of each recurring invoice. */
export function halopsaReads(o: ResolvedOptions): readonly Read<unknown, PsaPart>[] {
  const activeItems = psaRead({
    resource: 'items',
    ...list('/Item', 'items', { includeactive: true, includeinactive: false }),
    row: itemRow(),
    keep: (row) => row.id,
    map: (row) => ({ services: [serviceOf(row, true)] }),
  });
  const invoices = psaRead({
    resource: 'recurring-invoices',
    ...list('/RecurringInvoice', 'invoices', { rinvoice_type: 'both' }),
    row: headerRow(),
    keep: (row) => (isRead(row) && !(row.disabled && o.disabledInvoices === 'skip') ? row.id : null),
    map: (row, context) => {
      if (row.is_recurring_invoice !== false && !row.client_id) {
        context.note('invoice-without-client', `recurring invoice ${row.id} has no client and is not read.`);
      }
      return isRead(row) ? { contracts: [contractOf(row, o, context)] } : null;
    },
  });
  return [
    psaRead({
      resource: 'clients',
      ...list('/Client', 'clients', { includeactive: true, includeinactive: true }),
      row: clientRow(),
      map: (row) => ({ customers: [{ id: row.id, name: row.name, active: row.inactive !== true }] }),
    }),
    activeItems,
    psaRead({
      // An item does not say itself whether it is active.
      resource: 'inactive-items',
      ...list('/Item', 'items', { includeactive: false, includeinactive: true }),
      row: itemRow(),
      map: (row) => (activeItems.find(row.id) ? null : { services: [serviceOf(row, false)] }),
    }),
    invoices,
    psaRead({
      resource: 'lines',
      per: invoices,
      parentId: (invoice) => invoice.id,
      request: (invoice) => detailOf(invoice.id),
      items: 'lines',
      row: lineRow(),
      map: (row, context) => {
        const line = lineOf(row, context);
        return line && { lines: [line] };
      },
    }),
  ];
}

/** Issued invoices may be in the same list; they bill nothing again. */
function isRead(row: Header): boolean {
  return row.is_recurring_invoice !== false && (row.client_id ?? '') !== '';
}

function serviceOf(
  row: z.output<ReturnType<typeof itemRow>>,
  active: boolean,
): NonNullable<PsaPart['services']>[number] {
  return {
    id: row.id,
    name: row.name,
    ...(row.internalreference ? { code: row.internalreference } : {}),
    active,
  };
}

function contractOf(row: Header, o: ResolvedOptions, context: MapContext<undefined>): Contract {
  const ended = row.enddate !== null && row.enddate < context.today;
  const code = row.currency_code ?? '0';
  const currency = o.currencies[code];
  if (code !== '0' && currency === undefined) {
    context.note(
      'unknown-currency',
      `recurring invoice ${row.id} has the currency code ${code}, which the option currencies does not name; taken as ${o.currency}.`,
      { ids: { contractId: row.id } },
    );
  }
  return {
    id: row.id,
    customerId: row.client_id ?? '',
    name: row.name || row.contract_ref || `Recurring invoice ${row.id}`,
    status: row.disabled ? 'inactive' : ended ? 'expired' : 'active',
    billingCycle: choose({ ...periods, ...o.periods }, row.period, 'other', 'billing period', context),
    startDate: row.startdate,
    endDate: row.enddate,
    ...(currency !== undefined && currency !== o.currency ? { currency } : {}),
    ...(row.nextcreationdate ? { nextInvoiceDate: row.nextcreationdate } : {}),
  };
}
