import type { Contribution } from '../model/card.ts';
import type { SkuRef } from '../model/mapping.ts';
import { compareBy } from '../model/order.ts';
import { addUnits, isUnits } from '../model/units.ts';
import type { VendorSku } from '../model/vendor.ts';
import { rowKey, type SideIndex, type SourceIndex } from './side-index.ts';
import type { ComparedSide, ComparedSku } from './types.ts';

/** What one unit covers; no number when that is not a whole number above 0, so that no total is shown. */
export function coverOf({ covers = 1 }: ComparedSku): number {
  return Number.isInteger(covers) && covers > 0 ? covers : Number.NaN;
}

/** A customer's number over some SKUs of a side, or why there is none. A sum with a missing part is no number. */
export function countSide(index: SideIndex, customerId: string, skus: readonly ComparedSku[]): ComparedSide {
  const contributions: Contribution[] = [];
  const numbers: number[] = [];
  for (const ref of [...skus].sort(bySku)) {
    const source = index.sources.get(ref.vendor);
    if (source === undefined) {
      // Their account there was not read at all: what the others hold is no total.
      if (index.elsewhere.get(ref.vendor)?.has(customerId)) {
        contributions.push(missing(ref, null, 'source-incomplete', ref.metric ?? ''));
      }
      continue;
    }
    const accounts = source.linked.get(customerId);
    if (accounts === undefined) {
      contributions.push(missing(ref, null, 'account-unmapped', ref.metric ?? ''));
      continue;
    }
    const sku = source.skus.get(ref.skuId);
    if (source.excludedSkus.has(ref.skuId)) continue;
    for (const accountId of accounts) {
      const found = countAccount(source, index.absent, sku, ref, accountId);
      contributions.push(...found);
      for (const { units } of found) if (units !== null) numbers.push(units * coverOf(ref));
    }
  }
  if (skus.every((ref) => !index.sources.has(ref.vendor))) {
    return { units: null, reason: 'not-connected', contributions };
  }
  const reasons = contributions.map((part) => part.reason);
  const reason = (['source-incomplete', 'term-ended', 'not-reported', 'account-unmapped'] as const).find(
    (one) => reasons.includes(one),
  );
  const units = addUnits(numbers);
  // An account that was not read whole may hold more; a SKU without a row beside others that have one is not theirs.
  if (reason === 'source-incomplete' || numbers.length === 0 || units === null || !isUnits(units)) {
    return { units: null, reason: reason ?? 'not-reported', contributions };
  }
  return { units, contributions };
}

function countAccount(
  source: SourceIndex,
  absent: 'no-data' | 'zero',
  sku: VendorSku | undefined,
  ref: ComparedSku,
  accountId: string,
): Contribution[] {
  const metric = ref.metric ?? sku?.defaultMetric ?? '';
  const rows = source.rows.get(rowKey(accountId, ref.skuId, metric)) ?? [];
  const whole = source.readWhole(accountId);
  const found = rows
    .filter((row) => row.status !== 'ended' && isUnits(row.units))
    .map(
      (row): Contribution => ({
        vendor: ref.vendor,
        accountId,
        skuId: ref.skuId,
        metric,
        units: row.units,
        basis: 'reported',
        ...(row.ref === undefined ? {} : { ref: row.ref }),
        ...(row.asOf === undefined ? {} : { asOf: row.asOf }),
        ...(row.termEnd === undefined ? {} : { termEnd: row.termEnd }),
        ...(row.committedUntil === undefined ? {} : { committedUntil: row.committedUntil }),
      }),
    );
  if (!whole || rows.some((row) => !isUnits(row.units))) {
    return [...found, missing(ref, accountId, 'source-incomplete', metric)];
  }
  if (found.length > 0) return found;
  if (sku === undefined || !source.accounts.has(accountId) || !sku.metrics.includes(metric)) {
    return [missing(ref, accountId, 'not-reported', metric)];
  }
  if (sku.whenAbsent === 'zero' || absent === 'zero') {
    return [{ vendor: ref.vendor, accountId, skuId: ref.skuId, metric, units: 0, basis: 'absent-zero' }];
  }
  return [missing(ref, accountId, rows.length > 0 ? 'term-ended' : 'not-reported', metric)];
}

function missing(
  ref: SkuRef,
  accountId: string | null,
  reason: NonNullable<Contribution['reason']>,
  metric: string,
): Contribution {
  return { vendor: ref.vendor, accountId, skuId: ref.skuId, metric, units: null, basis: 'missing', reason };
}

const bySku = compareBy<ComparedSku>(
  (ref) => ref.vendor,
  (ref) => ref.skuId,
  (ref) => ref.metric,
);
