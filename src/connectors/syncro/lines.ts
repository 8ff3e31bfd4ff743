import * as z from 'zod';
import {
  decimal,
  id,
  type LineState,
  type MapContext,
  type PsaDeclaration,
  quantity,
  type Wire,
  type WireRequest,
} from '../../connector/index.ts';
import type { ContractLine } from '../../model/psa.ts';

/** What is read of a line. */
export interface Line {
  readonly id: string;
  readonly product_id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly quantity?: number | null | undefined;
  readonly retail_cents?: number | null | undefined;
  readonly cost_cents?: number | null | undefined;
  readonly one_time_charge?: boolean | null | undefined;
  readonly recurring_type_id?: number | null | undefined;
  readonly asset_type_id?: number | null | undefined;
  readonly device_ids?: readonly unknown[] | null | undefined;
}

/** Facts of an account that decide how its lines are read. */
export interface LineSettings {
  readonly standardTypeIds: readonly number[];
}

export function lineRow(): z.ZodType<Line> {
  return z.object({
    id: id(),
    product_id: id().nullish(),
    name: z.string().nullish(),
    quantity: quantity().nullish(),
    retail_cents: z.int().nullish(),
    cost_cents: z.int().nullish(),
    one_time_charge: z.boolean().nullish(),
    recurring_type_id: z.int().nullish(),
    asset_type_id: z.int().nullish(),
    device_ids: z.array(z.unknown()).nullish(),
  });
}

const wholeRow = () =>
  z.object({ schedule: z.object({ id: id(), paused: z.boolean().nullish(), lines: z.array(lineRow()) }) });

/** One schedule with its lines. */
export function scheduleOf(scheduleId: string): WireRequest {
  return { path: `/schedules/${encodeURIComponent(scheduleId)}` };
}

/** Syncro works the quantity out when it makes the invoice; what is stored on the line is not billed. */
function isCounted(row: Line, { standardTypeIds }: LineSettings): boolean {
  const { recurring_type_id: type, asset_type_id: asset, device_ids: devices } = row;
  const typed = type !== null && type !== undefined && !standardTypeIds.includes(type);
  return typed || (asset !== null && asset !== undefined) || (devices ?? []).length > 0;
}

/** Cents as an exact decimal. */
const dollars = (cents: number): string => String(cents / 100);

export function lineOf(
  row: Line,
  schedule: { readonly id: string; readonly customer_id: string },
  context: Pick<MapContext<unknown>, 'note'>,
  settings: LineSettings,
): ContractLine | null {
  if (row.one_time_charge) return null;
  const ids = { lineId: row.id, contractId: schedule.id };
  if (!row.product_id) {
    context.note('line-without-product', `line ${row.id} has no product; nothing can be mapped to it.`, {
      ids,
    });
    return null;
  }
  const units = row.quantity ?? null;
  if (units === null || units < 0) {
    const what = units === null ? 'no' : 'a negative';
    context.note('bad-quantity', `line ${row.id} has ${what} quantity; its schedule is not reconciled.`, {
      ids,
      incomplete: schedule.id,
    });
    return null;
  }
  const { retail_cents: price, cost_cents: cost } = row;
  return {
    id: row.id,
    contractId: schedule.id,
    customerId: schedule.customer_id,
    serviceId: row.product_id,
    units,
    ...(typeof price === 'number' ? { unitPrice: dollars(price) } : {}),
    ...(typeof cost === 'number' ? { unitCost: dollars(cost) } : {}),
    startDate: null,
    endDate: null,
    active: true,
    billable: true,
    ...(isCounted(row, settings) ? { native: { computed: true } } : {}),
    ...(row.name ? { description: row.name } : {}),
  };
}

/** What a line write takes, of what a line holds. */
const WRITABLE = [
  'product_id',
  'name',
  'description',
  'retail_cents',
  'cost_cents',
  'taxable',
  'position',
  'one_time_charge',
  'user_id',
  'asset_type_id',
  'recurring_type_id',
] as const;

const productRow = () =>
  z.object({
    name: z.string(),
    description: z.string().nullish(),
    price_retail: decimal(),
    price_cost: decimal().nullish(),
    taxable: z.boolean().nullish(),
  });

/** Reading, changing and adding lines. Quantities are absolute; there is no version to write against. */
export function lineOperations(
  settings: LineSettings,
): Pick<PsaDeclaration, 'readLine' | 'setQuantity' | 'addLine' | 'findLines'> {
  const stateOf = (
    row: Line,
    schedule: z.output<ReturnType<typeof wholeRow>>['schedule'],
    wire: Wire,
  ): LineState => {
    const units = row.quantity ?? null;
    if (units === null) return wire.refuse(`line ${row.id} has no quantity to compare with.`);
    return {
      lineId: row.id,
      contractId: schedule.id,
      units,
      active: !schedule.paused && !row.one_time_charge,
      ...(isCounted(row, settings) ? { computed: true } : {}),
    };
  };
  return {
    async readLine({ contractId, lineId }, wire) {
      const found = await wire.one(scheduleOf(contractId), wholeRow());
      const row = found?.schedule.lines.find((line) => line.id === lineId);
      return found && row ? stateOf(row, found.schedule, wire) : null;
    },
    async setQuantity({ contractId, lineId, from, to }, wire) {
      const found = await wire.document(scheduleOf(contractId), wholeRow());
      const at = found?.row.schedule.lines.findIndex((line) => line.id === lineId) ?? -1;
      const row = found?.row.schedule.lines[at];
      if (!found || !row) return wire.refuse(`line ${lineId} is no longer on schedule ${contractId}.`);
      if (isCounted(row, settings))
        return wire.refuse(`the quantity of line ${lineId} is counted by Syncro.`);
      if (row.quantity !== from) {
        return wire.refuse(`line ${lineId} has the quantity ${row.quantity ?? 'none'} now, not ${from}.`);
      }
      // A field left out may be reset, so a line that cannot be sent whole is not written.
      if (!row.name || typeof row.retail_cents !== 'number') {
        return wire.refuse(`line ${lineId} has no name or no price to send back with the quantity.`);
      }
      const exact = found.exact as {
        readonly schedule: { readonly lines: readonly Record<string, unknown>[] };
      };
      const line = exact.schedule.lines[at] ?? {};
      const kept = WRITABLE.filter((name) => line[name] !== null && line[name] !== undefined);
      const json = { ...Object.fromEntries(kept.map((name) => [name, line[name]])), quantity: to };
      const path = `${scheduleOf(contractId).path}/line_items/${encodeURIComponent(lineId)}`;
      await wire.write({ method: 'PUT', path, json });
    },
    async addLine({ contractId, serviceId, units }, wire) {
      if (!/^\d+$/.test(serviceId)) return wire.refuse(`${serviceId} is no product id.`);
      const found = await wire.one(scheduleOf(contractId), wholeRow());
      // None of its lines counts as billed, so one that is there already would not be seen.
      if (!found || found.schedule.paused) {
        return wire.refuse(`schedule ${contractId} is ${found ? 'paused' : 'gone'}.`);
      }
      const product = await wire.one({ path: `/products/${serviceId}` }, productRow(), 'product');
      if (!product) return wire.refuse(`product ${serviceId} does not exist.`);
      const cost = product.price_cost ?? null;
      const json = {
        product_id: Number(serviceId),
        name: product.name,
        description: product.description ?? '',
        quantity: units,
        retail_cents: cents(product.price_retail, wire),
        ...(cost === null ? {} : { cost_cents: cents(cost, wire) }),
        taxable: product.taxable ?? true,
      };
      const path = `${scheduleOf(contractId).path}/add_line_item`;
      const made = await wire.create({ path, json }, z.object({ id: id() }), 'schedule_line_item');
      return { lineId: made.id };
    },
    async findLines({ contractId, serviceId }, wire) {
      const found = await wire.one(scheduleOf(contractId), wholeRow());
      const ofProduct = found?.schedule.lines.filter((line) => line.product_id === serviceId) ?? [];
      return found ? ofProduct.map((line) => stateOf(line, found.schedule, wire)) : [];
    },
  };
}

/** A decimal of dollars as whole cents. */
function cents(amount: string, wire: Wire): number {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(amount);
  if (!match) return wire.refuse(`the product's price ${amount} is no whole number of cents.`);
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}
