import type { Problem } from '../model/errors.ts';
import { TrueupError } from '../model/errors.ts';
import { byKey, sortedUnique } from '../model/order.ts';
import { addUnits, isUnits, type Units } from '../model/units.ts';
import type { Metric, VendorSku, VendorSnapshot } from '../model/vendor.ts';
import { isWhole } from '../reconcile/catalogue.ts';

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
   * `term-ended`: only ended rows. `source-incomplete`: the account could not be read whole. `not-reported`: rows of
   * other metrics only. `orphan`: the row names an account or SKU the snapshot does not hold. Absence that does not
   * mean zero is not listed.
   */
  readonly reason: 'term-ended' | 'source-incomplete' | 'not-reported' | 'orphan';
}

/** What a snapshot gives to push, and what it does not. */
export interface CountsToPush {
  /** By account and SKU; zeros included. */
  readonly counts: readonly CountToPush[];
  /** What is not known and so is not pushed. */
  readonly skipped: readonly SkippedCount[];
  /**
   * What is not pushed because it is wrong. `bad-count`: a row with a number that is no quantity. `duplicate-count`:
   * rows of one key. `duplicate-id`: an account or SKU that is there twice. `count-too-large`: a sum no quantity can hold.
   */
  readonly problems: readonly Problem[];
}

/** The rows of one account and SKU. */
interface Rows {
  /** Of the metric that is pushed. */
  readonly units: Units[];
  readonly refs: Set<string>;
  ended: boolean;
  /** Two rows have one key; which is right nobody knows. */
  twice: boolean;
  /** A row is no quantity: neither is a sum with it, nor one without it. */
  bad: boolean;
}

/**
 * The one number per account and SKU, zeros included. Absence is zero only where the SKU says so for the metric, the
 * account is active and the snapshot is whole: a failed pull must never push a customer down to nothing.
 * @throws {TrueupError} `PULL_INCOMPLETE` when the snapshot is incomplete and does not say for whom.
 */
export function countsToPush(
  snapshot: VendorSnapshot,
  metricOf: (sku: VendorSku) => Metric = (sku) => sku.defaultMetric,
): CountsToPush {
  const { incompleteAccounts } = snapshot.receipt;
  const incomplete = new Set(incompleteAccounts);
  if (!isWhole(snapshot.receipt, incompleteAccounts)) {
    throw new TrueupError(
      'PULL_INCOMPLETE',
      `The snapshot of ${snapshot.source} is incomplete; its counts are not pushed. Pull again.`,
      { context: { source: snapshot.source } },
    );
  }
  const doubled = { account: doubledIds(snapshot.accounts), sku: doubledIds(snapshot.skus) };
  const skus = new Map(snapshot.skus.map((sku) => [sku.id, sku]));
  const zeroSkus = snapshot.skus.filter(
    (sku) => sku.whenAbsent === 'zero' && sku.metrics.includes(metricOf(sku)),
  );
  const rows = new Map(snapshot.accounts.map(({ id }) => [id, new Map<string, Rows>()]));
  const skipped: SkippedCount[] = [];
  for (const { accountId, skuId, metric, units, status, ref } of snapshot.counts) {
    const sku = skus.get(skuId);
    const account = rows.get(accountId);
    if (!sku || !account) {
      skipped.push({ accountId, skuId, reason: 'orphan' });
      continue;
    }
    const none = { units: [], refs: new Set<string>(), ended: false, twice: false, bad: false };
    const held: Rows = account.get(skuId) ?? none;
    account.set(skuId, held);
    if (metric !== metricOf(sku)) continue;
    const key = JSON.stringify(ref ?? null);
    held.twice ||= held.refs.has(key);
    held.refs.add(key);
    held.bad ||= !isUnits(units);
    if (status === 'ended') held.ended = true;
    else held.units.push(units);
  }
  const counts: CountToPush[] = [];
  const problems: Problem[] = [
    ...[...doubled.account].map((accountId) => doubledProblem('account', { accountId })),
    ...[...doubled.sku].map((skuId) => doubledProblem('SKU', { skuId })),
  ];
  const active = new Set(snapshot.accounts.filter((account) => account.active).map(({ id }) => id));
  for (const [accountId, account] of [...rows].sort(byKey)) {
    const absent = active.has(accountId) && !incomplete.has(accountId) ? zeroSkus.map(({ id }) => id) : [];
    for (const skuId of sortedUnique([...account.keys(), ...absent])) {
      const held = account.get(skuId);
      const units = addUnits(held?.units ?? []);
      if (doubled.account.has(accountId) || doubled.sku.has(skuId)) continue;
      if (incomplete.has(accountId)) skipped.push({ accountId, skuId, reason: 'source-incomplete' });
      else if (held?.twice) problems.push(twice(accountId, skuId));
      else if (held?.bad) problems.push(bad(accountId, skuId));
      else if (held?.units.length === 0) {
        skipped.push({ accountId, skuId, reason: held.ended ? 'term-ended' : 'not-reported' });
      } else if (units === null || !isUnits(units)) problems.push(tooLarge(accountId, skuId));
      else counts.push({ accountId, skuId, units });
    }
  }
  return { counts, skipped, problems };
}

/** Ids that more than one row has, sorted. */
export function doubledIds(rows: readonly { readonly id: string }[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    sortedUnique(
      rows.flatMap(({ id }) => {
        if (seen.has(id)) return [id];
        seen.add(id);
        return [];
      }),
    ),
  );
}

function doubledProblem(what: 'account' | 'SKU', ids: Readonly<Record<string, string>>): Problem {
  return {
    code: 'duplicate-id',
    severity: 'error',
    message: `The ${what} ${Object.values(ids)[0]} is there more than once; no count of it is pushed. Keep one.`,
    ids,
  };
}

function bad(accountId: string, skuId: string): Problem {
  return {
    code: 'bad-count',
    severity: 'error',
    message: `A count of account ${accountId} for SKU ${skuId} is no quantity from 0 with at most six decimals; neither it nor any sum it belongs to is pushed.`,
    ids: { accountId, skuId },
  };
}

function twice(accountId: string, skuId: string): Problem {
  return {
    code: 'duplicate-count',
    severity: 'error',
    message: `Several counts of account ${accountId} for SKU ${skuId} have one key; none is pushed. Give each a ref of its own.`,
    ids: { accountId, skuId },
  };
}

function tooLarge(accountId: string, skuId: string): Problem {
  return {
    code: 'count-too-large',
    severity: 'error',
    message: `The counts of account ${accountId} for SKU ${skuId} sum to more than a quantity may hold; they are not pushed.`,
    ids: { accountId, skuId },
  };
}
