import * as z from 'zod';
import {
  day,
  decimal,
  id,
  type LineState,
  type MapContext,
  type PsaDeclaration,
  quantity,
  type Wire,
  type WireRequest,
} from '../../connector/index.ts';
import type { PlainDate } from '../../model/dates.ts';
import type { ContractLine } from '../../model/psa.ts';

/** What is read of a recurring invoice. Its id is a negative number. */
export interface Header {
  readonly id: string;
  readonly client_id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly contract_ref?: string | null | undefined;
  readonly is_recurring_invoice?: boolean | null | undefined;
  readonly disabled?: boolean | null | undefined;
  readonly period?: string | null | undefined;
  readonly currency_code?: string | null | undefined;
  readonly startdate: PlainDate | null;
  readonly enddate: PlainDate | null;
  readonly nextcreationdate: PlainDate | null;
}

/** What is read of a line. */
export interface Line {
  readonly id: string;
  readonly _itemid?: string | null | undefined;
  readonly item_shortdescription?: string | null | undefined;
  readonly qty_order?: number | null | undefined;
  readonly unit_price?: string | null | undefined;
  readonly unit_cost?: string | null | undefined;
  readonly startdate: PlainDate | null;
  readonly enddate: PlainDate | null;
  readonly isinactive?: boolean | null | undefined;
  readonly isgroupdesc?: boolean | null | undefined;
  readonly onetimecharge?: boolean | null | undefined;
  readonly _is_calculated_line?: boolean | null | undefined;
  readonly recurring_invoice_quantity_type?: number | null | undefined;
  readonly quantity_users?: readonly unknown[] | null | undefined;
  readonly quantity_assets?: readonly unknown[] | null | undefined;
  readonly quantity_licences?: readonly unknown[] | null | undefined;
  readonly quantity_subscriptions?: readonly unknown[] | null | undefined;
}

/** A day; one before 1970 is how some instances write "not set", and bounds nothing either way. */
const bound = () => day().transform((date) => (date !== null && date < '1970-01-01' ? null : date));

const headerFields = () => ({
  id: id(),
  client_id: id().nullish(),
  name: z.string().nullish(),
  contract_ref: z.string().nullish(),
  is_recurring_invoice: z.boolean().nullish(),
  disabled: z.boolean().nullish(),
  period: id().nullish(),
  currency_code: id().nullish(),
  startdate: bound(),
  enddate: bound(),
  nextcreationdate: bound(),
});

export function headerRow(): z.ZodType<Header> {
  return z.object(headerFields());
}

export function lineRow(): z.ZodType<Line> {
  return z.object({
    id: id(),
    _itemid: id().nullish(),
    item_shortdescription: z.string().nullish(),
    qty_order: quantity().nullish(),
    unit_price: decimal().nullish(),
    unit_cost: decimal().nullish(),
    startdate: bound(),
    enddate: bound(),
    isinactive: z.boolean().nullish(),
    isgroupdesc: z.boolean().nullish(),
    onetimecharge: z.boolean().nullish(),
    _is_calculated_line: z.boolean().nullish(),
    recurring_invoice_quantity_type: z.number().nullish(),
    quantity_users: z.array(z.unknown()).nullish(),
    quantity_assets: z.array(z.unknown()).nullish(),
    quantity_licences: z.array(z.unknown()).nullish(),
    quantity_subscriptions: z.array(z.unknown()).nullish(),
  });
}

const wholeRow = () => z.object({ ...headerFields(), lines: z.array(lineRow()) });

/** One recurring invoice with its lines; the list leaves them out. */
export function detailOf(invoiceId: string): WireRequest {
  return { path: `/RecurringInvoice/${encodeURIComponent(invoiceId)}`, query: { includedetails: true } };
}

/** Halo works the quantity out itself, from users, assets, licences or subscriptions, and overwrites any other. */
function isComputed(row: Line): boolean {
  const sources = [
    row.quantity_users,
    row.quantity_assets,
    row.quantity_licences,
    row.quantity_subscriptions,
  ];
  return (
    row._is_calculated_line === true ||
    (row.recurring_invoice_quantity_type ?? 0) !== 0 ||
    sources.some((list) => (list ?? []).length > 0)
  );
}

/** The day after the last one billed. None follows the last of the calendar. */
function dayAfter(date: PlainDate | null): PlainDate | null {
  return date === null || date === '9999-12-31'
    ? null
    : new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

export function lineOf(row: Line, context: MapContext<Header>): ContractLine | null {
  const { parent } = context;
  const ids = { lineId: row.id, contractId: parent.id };
  if (row.isgroupdesc || row.onetimecharge || row.isinactive) return null;
  if (!row._itemid || row._itemid === '0') {
    context.note('line-without-item', `line ${row.id} has no item; nothing can be mapped to it.`, { ids });
    return null;
  }
  const units = row.qty_order ?? null;
  if (units === null || units < 0) {
    const what = units === null ? 'no' : 'a negative';
    context.note('bad-quantity', `line ${row.id} has ${what} quantity; its invoice is not reconciled.`, {
      ids,
      incomplete: parent.id,
    });
    return null;
  }
  return {
    id: row.id,
    contractId: parent.id,
    customerId: parent.client_id ?? '',
    serviceId: row._itemid,
    units,
    ...(row.unit_price ? { unitPrice: row.unit_price } : {}),
    ...(row.unit_cost ? { unitCost: row.unit_cost } : {}),
    startDate: row.startdate,
    endDate: dayAfter(row.enddate),
    active: true,
    billable: true,
    ...(isComputed(row) ? { native: { computed: true } } : {}),
    ...(row.item_shortdescription ? { description: row.item_shortdescription } : {}),
  };
}

function stateOf(row: Line, header: Header, on: PlainDate, wire: Wire): LineState {
  const units = row.qty_order ?? null;
  if (units === null) return wire.refuse(`line ${row.id} has no quantity to compare with.`);
  // One that is still to begin is written as well: a write has no date, and its first invoice takes the quantity.
  const goesOn = ({ enddate }: Pick<Line, 'enddate'>): boolean => enddate === null || enddate >= on;
  return {
    lineId: row.id,
    contractId: header.id,
    units,
    active: !header.disabled && !row.isinactive && goesOn(header) && goesOn(row),
    ...(isComputed(row) ? { computed: true } : {}),
  };
}

/**
 * A quantity is written by sending the id of the recurring invoice and all its lines: every line as it was read a
 * moment before, letter by letter, and one with another `qty_order`. Halo has no version to write against: what somebody else
 * changes on the same invoice between this read and this write is set back by it, and no client can prevent that.
 */
export const lineOperations: Pick<PsaDeclaration, 'readLine' | 'setQuantity'> = {
  async readLine(line, wire) {
    const header = await wire.one(detailOf(line.contractId), wholeRow());
    const row = header?.lines.find(({ id: lineId }) => lineId === line.lineId);
    return header && row ? stateOf(row, header, line.on, wire) : null;
  },
  async setQuantity({ contractId, lineId, from, to }, wire) {
    const found = await wire.document(detailOf(contractId), wholeRow());
    const at = found?.row.lines.findIndex((line) => line.id === lineId) ?? -1;
    const row = found?.row.lines[at];
    if (!found || !row) return wire.refuse(`line ${lineId} is no longer on invoice ${contractId}.`);
    if (isComputed(row)) return wire.refuse(`the quantity of line ${lineId} is worked out by Halo.`);
    if (row.qty_order !== from) {
      return wire.refuse(`line ${lineId} has the quantity ${row.qty_order ?? 'none'} now, not ${from}.`);
    }
    const exact = found.exact as { readonly id: unknown; readonly lines: readonly object[] };
    const lines = exact.lines.map((line, index) => (index === at ? { ...line, qty_order: to } : line));
    await wire.write({ path: '/RecurringInvoice', json: [{ id: exact.id, lines }] });
  },
};
