import type { Contribution } from '../model/card.ts';
import type { SkuRef } from '../model/mapping.ts';
import { compareBy } from '../model/order.ts';
import { addUnits, isUnits } from '../model/units.ts';
import type { VendorCount } from '../model/vendor.ts';
import { rowKey, type SideIndex, type SourceIndex } from './side-index.ts';
import type { ComparedSide, ComparedSku } from './types.ts';

/** What one unit covers; no number when that is not a whole number above 0, so that no total is shown. */
export function coverOf({ covers = 1 }: ComparedSku): number {
  return Number.isInteger(covers) && covers > 0 ? covers : Number.NaN;
}

/** How sure a missing part makes the whole missing; worst last. As for cards. */
const REASONS = ['not-reported', 'term-ended', 'account-unmapped', 'source-incomplete'] as const;

type Reason = (typeof REASONS)[number];

interface Part {
  readonly contributions: readonly Contribution[];
  /** A row was counted; a zero was proven; nothing was told, which matters only when nothing else counts; or unknown. */
  readonly state: 'counted' | 'zero' | 'soft' | 'hard';
  readonly reason?: Reason;
}

/** A customer's number over some SKUs of a side, or why there is none. A sum with a missing part is no number. */
export function countSide(index: SideIndex, customerId: string, skus: readonly ComparedSku[]): ComparedSide {
  // Snapshots are there, and none of them has a SKU to compare.
  if (skus.length === 0 && index.sources.size > 0) {
    return { units: null, reason: 'not-reported', contributions: [] };
  }
  if (skus.every((ref) => !index.sources.has(ref.vendor))) {
    return { units: null, reason: 'not-connected', contributions: [] };
  }
  const parts = [...skus]
    .sort(bySku)
    .flatMap((ref) => countSku(index, customerId, ref).map((part) => ({ ...part, cover: coverOf(ref) })));
  const contributions = parts.flatMap((part) => part.contributions);
  const has = (state: Part['state']): boolean => parts.some((part) => part.state === state);
  const units = addUnits(
    parts.flatMap(({ contributions: own, cover }) =>
      own.flatMap((one) => (one.units === null ? [] : [one.units * cover])),
    ),
  );
  const counted = !has('hard') && (has('counted') || (has('zero') && !has('soft')));
  if (counted && units !== null && isUnits(units)) return { units, contributions };
  const worst = (state: Part['state']): number =>
    Math.max(
      ...parts.map((part) => (part.state === state && part.reason ? REASONS.indexOf(part.reason) : -1)),
      -1,
    );
  const reason = REASONS[has('hard') ? worst('hard') : worst('soft')];
  // A linked part without a row tells more than an account nobody linked.
  return {
    units: null,
    reason: reason ?? (counted ? 'source-incomplete' : 'account-unmapped'),
    contributions,
  };
}

function countSku(index: SideIndex, customerId: string, ref: ComparedSku): Part[] {
  const source = index.sources.get(ref.vendor);
  const hard = (reason: Reason, accountId: string | null): Part => ({
    contributions: [missing(ref, accountId, reason, ref.metric ?? '')],
    state: 'hard',
    reason,
  });
  if (source === undefined) {
    // Their account there was not read at all: what the others hold is no total.
    return index.elsewhere.get(ref.vendor)?.has(customerId) ? [hard('source-incomplete', null)] : [];
  }
  if (source.excludedSkus.has(ref.skuId)) return [];
  const accounts = source.linked.get(customerId);
  if (accounts === undefined) {
    return [{ contributions: [missing(ref, null, 'account-unmapped', ref.metric ?? '')], state: 'soft' }];
  }
  return accounts.map((accountId) =>
    source.conflicts.has(accountId)
      ? hard('account-unmapped', accountId)
      : countAccount(source, index.absent, ref, accountId),
  );
}

function countAccount(
  source: SourceIndex,
  absent: 'no-data' | 'zero',
  ref: ComparedSku,
  accountId: string,
): Part {
  const sku = source.skus.get(ref.skuId);
  const account = source.accounts.get(accountId);
  const metric = ref.metric ?? sku?.defaultMetric ?? '';
  const rows = source.rows.get(rowKey(accountId, ref.skuId, metric)) ?? [];
  const all = source.allRows.get(rowKey(accountId, ref.skuId)) ?? [];
  const none = (state: 'soft' | 'hard', reason: Reason, found: readonly Contribution[] = []): Part => ({
    contributions: [...found, missing(ref, accountId, reason, metric)],
    state,
    reason,
  });
  const found = rows
    .filter(({ count, usable }) => usable && count.status !== 'ended')
    .map(({ count }) => reported(ref.vendor, count));
  const sure = source.readWhole(accountId) && !source.doubledSkus.has(ref.skuId);
  if (!sure || all.some((row) => !row.usable)) return none('hard', 'source-incomplete', found);
  if (found.length > 0) return { contributions: found, state: 'counted' };
  if (rows.length > 0) return none('soft', 'term-ended');
  // The reference points at nothing, or another number came instead: what it should count is not known.
  const reports = sku === undefined ? source.snapshot.catalogue === 'in-use' : sku.metrics.includes(metric);
  const others = all.some(({ count }) => count.status !== 'ended');
  if (account === undefined || !reports || others) return none('hard', 'not-reported');
  if (sku !== undefined && account.active && (sku.whenAbsent === 'zero' || absent === 'zero')) {
    const part = { vendor: ref.vendor, accountId, skuId: ref.skuId, metric, units: 0 };
    return { contributions: [{ ...part, basis: 'absent-zero' }], state: 'zero' };
  }
  return none('soft', 'not-reported');
}

function reported(vendor: string, count: VendorCount): Contribution {
  const { accountId, skuId, metric, units, ref, asOf, termEnd, committedUntil } = count;
  return {
    vendor,
    accountId,
    skuId,
    metric,
    units,
    basis: 'reported',
    ...(ref === undefined ? {} : { ref }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(termEnd === undefined ? {} : { termEnd }),
    ...(committedUntil === undefined ? {} : { committedUntil }),
  };
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
