import type { CardKind, NoCountReason } from '../../model/card.ts';
import { addUnits, subtractUnits } from '../../model/units.ts';
import type { Draft, DraftRows, Holding } from './draft.ts';
import type { Discrepancy, Truth } from './types.ts';

/** Puts one discrepancy into a holding nothing else was put into; `false` when the holding does not suit. */
export type Put = (draft: Draft, holding: Holding) => boolean;

export function note(
  draft: Draft,
  holding: Holding,
  discrepancy: Discrepancy,
  cause: string | null,
  kind: CardKind,
  variance: number | null,
  more: Partial<Pick<Truth, 'vendorUnits' | 'psaUnits' | 'ids'>> & { readonly reason?: NoCountReason } = {},
): true {
  const psaUnits = more.psaUnits ?? holding.units;
  draft.truth.push({
    discrepancy,
    cause,
    customerId: holding.customerId,
    vendor: holding.vendor,
    ruleId: holding.ruleId,
    expected: { kind, variance, ...(more.reason === undefined ? {} : { reason: more.reason }) },
    vendorUnits: more.vendorUnits === undefined ? sum(psaUnits, variance) : more.vendorUnits,
    psaUnits,
    ids: more.ids ?? {},
  });
  return true;
}

function sum(psaUnits: number, variance: number | null): number | null {
  return variance === null ? null : addUnits([psaUnits, variance]);
}

/** A vendor of a draft. */
export type Vendor = DraftRows['vendors'][number];

export function vendorOf(draft: DraftRows, holding: Holding): Vendor {
  const found = draft.vendors.find((vendor) => vendor.slug === holding.vendor);
  if (!found) throw new RangeError(`no vendor ${holding.vendor}`);
  return found;
}

export function isOf(
  holding: Holding,
  count: { readonly accountId: string; readonly skuId: string },
): boolean {
  return holding.accountIds.includes(count.accountId) && count.skuId === holding.skuId;
}

export function countsOfHolding(draft: DraftRows, holding: Holding): Vendor['counts'] {
  return vendorOf(draft, holding).counts.filter((count) => isOf(holding, count));
}

export function firstCount(draft: DraftRows, holding: Holding): Vendor['counts'][number] {
  const sku = skuOf(draft, holding);
  const found = countsOfHolding(draft, holding).find((count) => count.metric === sku?.defaultMetric);
  if (!found) throw new RangeError(`no count of ${holding.skuId} for customer ${holding.customerId}`);
  return found;
}

/** Changes what is counted: the compared metric, and the others along with it. */
export function changeCount(draft: DraftRows, holding: Holding, by: number): void {
  const first = firstCount(draft, holding);
  for (const count of countsOfHolding(draft, holding)) {
    if (count.accountId !== first.accountId || count.ref !== first.ref) continue;
    count.units = Math.max(0, subtractUnits(count.units, -by));
  }
}

export function skuOf(draft: DraftRows, holding: Holding): Vendor['skus'][number] | undefined {
  return vendorOf(draft, holding).skus.find((sku) => sku.id === holding.skuId);
}

export function multiMapped(draft: Draft, holding: Holding): boolean {
  return (draft.rules.find((rule) => rule.id === holding.ruleId)?.skus.length ?? 0) > 1;
}

export function othersAtVendor(draft: Draft, holding: Holding): boolean {
  return draft.holdings.some(
    (other) =>
      other !== holding && other.customerId === holding.customerId && other.vendor === holding.vendor,
  );
}

export function remove<T>(rows: T[], gone: (row: T) => boolean): void {
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i];
    if (row !== undefined && gone(row)) rows.splice(i, 1);
  }
}
