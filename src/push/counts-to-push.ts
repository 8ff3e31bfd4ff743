import type { Problem } from '../model/errors.ts';
import { TrueupError } from '../model/errors.ts';
import { compareStrings, sortedUnique } from '../model/order.ts';
import { addUnits, isUnits, type Units } from '../model/units.ts';
import type { Metric, VendorSku, VendorSnapshot } from '../model/vendor.ts';

/** One number to be pushed. */
export interface CountToPush {
  readonly accountId: string;
  readonly skuId: string;
  readonly units: Units;
}

/** A number that is not pushed because it is not known. */
export interface SkippedCount {
  readonly accountId: string;
  readonly skuId: string;
  /**
   * `term-ended`: only ended rows. `source-incomplete`: the account could not be read whole. `orphan`: the row
   * names an account or SKU the snapshot does not hold. Absence that does not mean zero is not listed.
   */
  readonly reason: 'term-ended' | 'source-incomplete' | 'orphan';
}

export interface CountsToPush {
  /** By account and SKU. */
  readonly counts: readonly CountToPush[];
  readonly skipped: readonly SkippedCount[];
  readonly problems: readonly Problem[];
}

/**
 * The one number per account and SKU, zeros included. Absence is zero only where the SKU says so and the
 * snapshot is whole: a failed pull must never push a customer down to nothing.
 * @throws {TrueupError} `PULL_INCOMPLETE` when the snapshot is incomplete and does not say for whom.
 */
export function countsToPush(
  snapshot: VendorSnapshot,
  metricOf: (sku: VendorSku) => Metric = (sku) => sku.defaultMetric,
): CountsToPush {
  const incomplete = new Set(snapshot.receipt.incompleteAccounts ?? []);
  if (!snapshot.receipt.complete && incomplete.size === 0) {
    throw new TrueupError(
      'PULL_INCOMPLETE',
      `The snapshot of ${snapshot.source} is incomplete; its counts are not pushed. Pull again.`,
      { context: { source: snapshot.source } },
    );
  }
  const skus = new Map(snapshot.skus.map((sku) => [sku.id, sku]));
  const zeroSkus = snapshot.skus.filter((sku) => sku.whenAbsent === 'zero').map((sku) => sku.id);
  // Account → SKU → its rows; an empty list: only ended ones.
  const rows = new Map(snapshot.accounts.map((account) => [account.id, new Map<string, Units[]>()]));
  const skipped: SkippedCount[] = [];
  for (const { accountId, skuId, metric, units, status } of snapshot.counts) {
    const sku = skus.get(skuId);
    const account = rows.get(accountId);
    if (!sku || !account) {
      skipped.push({ accountId, skuId, reason: 'orphan' });
      continue;
    }
    if (metric !== metricOf(sku)) continue;
    const known = account.get(skuId) ?? [];
    if (status !== 'ended') known.push(units);
    account.set(skuId, known);
  }
  const counts: CountToPush[] = [];
  const problems: Problem[] = [];
  for (const [accountId, account] of [...rows].sort(([a], [b]) => compareStrings(a, b))) {
    const skuIds = incomplete.has(accountId) ? [...account.keys()] : [...account.keys(), ...zeroSkus];
    for (const skuId of sortedUnique(skuIds)) {
      const found = account.get(skuId);
      const units = addUnits(found ?? []);
      if (incomplete.has(accountId)) skipped.push({ accountId, skuId, reason: 'source-incomplete' });
      else if (found?.length === 0) skipped.push({ accountId, skuId, reason: 'term-ended' });
      else if (units === null || !isUnits(units)) problems.push(tooLarge(accountId, skuId));
      else counts.push({ accountId, skuId, units });
    }
  }
  return { counts, skipped, problems };
}

function tooLarge(accountId: string, skuId: string): Problem {
  return {
    code: 'count-too-large',
    severity: 'error',
    message: `The counts of account ${accountId} for SKU ${skuId} sum to more than a quantity may hold; they are not pushed.`,
    ids: { accountId, skuId },
  };
}
