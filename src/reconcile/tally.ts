import type { Contribution, NoCountReason, VendorSide } from '../model/card.ts';
import type { Problem } from '../model/errors.ts';
import { compareBy, compareStrings } from '../model/order.ts';
import { problem } from '../model/problem.ts';
import { fromScaled, isUnits, MAX_UNITS, type ScaledUnits, toScaled, UNIT_SCALE } from '../model/units.ts';
import type { VendorCount } from '../model/vendor.ts';
import type { Sku, Unit } from './catalogue.ts';
import type { Mutable } from './gather.ts';
import { applyRules } from './quantity.ts';
import { type Account, isDay, type Store } from './store.ts';

/** Where rows are checked, and what is wrong with them noted. */
export interface Checked {
  readonly store: Store;
  readonly problems: Problem[];
}

/** One count of one customer and unit. */
export interface Row {
  readonly account: Account;
  readonly sku: Sku;
  readonly count: VendorCount;
}

/** The vendor side of a card, and what it says about the card. */
export interface Tally {
  readonly side: VendorSide;
  /** The compared number; `null` without one. */
  readonly units: ScaledUnits | null;
  /** What was added up on the way there. */
  readonly sum: Pick<Sum, 'units' | 'floor' | 'observed' | 'stale' | 'noTerm'>;
  readonly committed: boolean;
}

/** How sure a missing part makes the whole missing; worst last. */
const reasons = ['not-reported', 'term-ended', 'account-unmapped', 'source-incomplete'] as const;

/** What is added up while the rows are walked. */
interface Sum extends Checked {
  readonly rows: readonly Row[];
  /** The first row not looked at yet. */
  next: number;
  readonly contributions: Contribution[];
  /** Parts without a row; shown only when there is no number. */
  readonly absent: Contribution[];
  readonly commitments: Contribution[];
  readonly observed: { readonly vendor: string; readonly metric: string; units: number }[];
  units: ScaledUnits;
  floor: ScaledUnits;
  /** Worst reason (place in {@link reasons}) why there can be no number; −1 without one. */
  hard: number;
  /** A subscription without a row: theirs ended or never was, as long as another part was counted. */
  soft: number;
  counted: boolean;
  zero: boolean;
  stale: boolean;
  noTerm: boolean;
}

/**
 * Adds up a customer's counts of one unit.
 * @param accounts the customer's accounts that belong in, in order
 * @param rows their counts of the unit's SKUs
 * @param lost accounts bound to a contract that is not there: what they count belongs to nobody for now
 */
export function tallyCounts(
  { store, problems }: Checked,
  unit: Unit,
  accounts: readonly Account[],
  rows: Row[],
  lost: readonly Account[],
): Tally {
  sortRows(rows);
  const sum: Sum = {
    store,
    problems,
    rows,
    next: 0,
    contributions: [],
    absent: [],
    commitments: [],
    observed: [],
    units: 0,
    floor: 0,
    hard: -1,
    soft: -1,
    counted: false,
    zero: false,
    stale: false,
    noTerm: false,
  };
  let linked = false;
  let connected = false;
  let from = 0;
  for (const { vendor, skus } of unit.sources) {
    connected ||= vendor.connected;
    while (from < accounts.length && (accounts[from]?.vendor.source ?? '') < vendor.source) from++;
    for (let at = from; at < accounts.length; at++) {
      const account = accounts[at];
      if (account?.vendor !== vendor) break;
      linked = true;
      sum.stale ||= vendor.stale;
      for (const sku of skus) {
        if (account.conflict) fail(sum, account, sku, 'account-unmapped');
        else addPart(sum, account, sku);
      }
    }
    for (const account of lost) {
      if (account.vendor !== vendor) continue;
      linked = true;
      for (const sku of skus) fail(sum, account, sku, 'account-unmapped');
    }
  }
  const none = (side: VendorSide): Tally => ({ side, units: null, sum, committed: false });
  const { sources } = unit;
  if (sources.length === 0) return none(noCount('service-unmapped', sum.contributions));
  if (!connected) {
    return none({ state: 'not-connected', vendors: sources.map(({ vendor }) => vendor.source) });
  }
  if (!linked) {
    const parts = sources.flatMap(({ skus }) => skus.map((sku) => missing(null, sku, 'account-unmapped')));
    return none(noCount('account-unmapped', parts));
  }
  const counted = sum.hard < 0 && (sum.counted || (sum.zero && sum.soft < 0));
  const result = counted && unit.rule ? applyRules(unit.rule, sum.units, sum.floor, grainOf(store)) : null;
  if (counted && !result) {
    sum.hard = 3;
    problems.push(
      problem('units-overflow', 'The counts come to more than a quantity can hold.', { unit: unit.id }),
    );
  }
  if (!result) {
    const reason = reasons[Math.max(sum.hard, sum.hard < 0 ? sum.soft : -1)] ?? 'not-reported';
    return none(noCount(reason, sum.contributions.concat(sum.absent).sort(inOrder)));
  }
  const side: VendorSide = {
    state: 'counted',
    units: fromScaled(result.units),
    counted: fromScaled(sum.units),
    contributions: sum.contributions,
    trace: result.trace,
  };
  const { units, committed } = result;
  return { side: committed ? { ...side, commitments: sum.commitments } : side, units, sum, committed };
}

/** The smallest quantity of the PSA, scaled. */
export function grainOf(store: Store): ScaledUnits {
  return store.input.psa.precision === 'integer' ? UNIT_SCALE : 1;
}

/** One account and SKU: its rows, or what it means that there are none. */
function addPart(sum: Sum, account: Account, sku: Sku): void {
  const { vendor } = account;
  const { metric, info } = sku;
  const gap = !vendor.connected || !vendor.complete || account.duplicate || vendor.gaps.has(account.id);
  const unheld = vendor.listsUsedOnly && info === undefined;
  let bad = gap || sku.duplicate || (metric === undefined && !unheld);
  let compared = false;
  let ended = false;
  let others = false;
  for (; sum.next < sum.rows.length; sum.next++) {
    const row = sum.rows[sum.next];
    if (row === undefined || row.account !== account || row.sku !== sku) break;
    const { count } = row;
    if (isBad(sum, sum.rows, sum.next, row)) {
      bad = true;
      sum.contributions.push(contribution(row, null, 'source-incomplete'));
    } else if (count.status === 'ended') {
      ended ||= count.metric === metric;
      sum.contributions.push(contribution(row, null, 'term-ended'));
    } else {
      const units = toScaled(count.units);
      observe(sum, vendor.source, count.metric, units);
      if (count.metric === metric) {
        compared = true;
        sum.units += units;
        sum.contributions.push(contribution(row, count.units));
      } else others = true;
      if (
        count.committedUntil !== undefined &&
        count.metric === 'purchased' &&
        count.committedUntil > sum.store.on
      ) {
        sum.floor += units;
        sum.commitments.push(contribution(row, count.units));
      }
    }
  }
  if (bad) {
    sum.hard = 3;
    if (!compared) sum.absent.push(missing(account, sku, 'source-incomplete'));
  } else if (compared) {
    sum.counted = true;
    sum.noTerm ||= sku.noTerm;
  } else if (ended) sum.soft = Math.max(sum.soft, 1);
  // The link, the SKU or the metric points at nothing: what it should count is not known.
  else if (!account.info || others || !(unheld || (metric && info?.metrics.includes(metric)))) {
    fail(sum, account, sku, 'not-reported');
  } else if (info?.whenAbsent === 'zero' && account.info.active) {
    sum.zero = true;
    sum.contributions.push({ ...missing(account, sku), units: 0, basis: 'absent-zero' });
  } else {
    sum.soft = Math.max(sum.soft, 0);
    sum.absent.push(missing(account, sku, 'not-reported'));
  }
}

function fail(sum: Sum, account: Account, sku: Sku, reason: (typeof reasons)[number]): void {
  sum.hard = Math.max(sum.hard, reasons.indexOf(reason));
  sum.absent.push(missing(account, sku, reason));
}

/** A count that says no number, or rows that say it twice: none is used. The rows are in order. */
export function isBad({ store, problems }: Checked, rows: readonly Row[], at: number, row: Row): boolean {
  const { account, sku, count } = row;
  const { units, committedUntil, metric, ref } = count;
  let field: string | null = null;
  if (!isUnits(units)) field = 'units';
  else if (committedUntil !== undefined && !isDay(store, committedUntil)) field = 'committedUntil';
  else if (!isTwin(row, rows[at - 1]) && !isTwin(row, rows[at + 1])) return false;
  const ids = {
    vendor: account.vendor.source,
    accountId: account.id,
    skuId: sku.id,
    metric,
    ...(ref !== undefined && { ref }),
  };
  problems.push(
    field
      ? problem('bad-count', 'The count cannot be used, nor any sum it belongs to.', { ...ids, field })
      : problem(
          'duplicate-count',
          'Several counts have one key; none is used. Give each a ref of its own.',
          ids,
        ),
  );
  return true;
}

/** Counts of no card, as they came; a bad one without its units. */
export function listRows(checked: Checked, rows: Row[]): Contribution[] {
  sortRows(rows);
  return rows.map((row, at) => {
    if (isBad(checked, rows, at, row)) return contribution(row, null, 'source-incomplete');
    return row.count.status === 'ended'
      ? contribution(row, null, 'term-ended')
      : contribution(row, row.count.units);
  });
}

function isTwin(a: Row, b: Row | undefined): boolean {
  return (
    b !== undefined &&
    a.account === b.account &&
    a.sku === b.sku &&
    a.count.metric === b.count.metric &&
    a.count.ref === b.count.ref
  );
}

/** By account (already in order), SKU, metric and ref; nearly always so from the start. */
export function sortRows(rows: Row[]): void {
  rows.sort(
    (a, b) =>
      compareStrings(a.account.vendor.source, b.account.vendor.source) ||
      compareStrings(a.account.id, b.account.id) ||
      compareStrings(a.sku.id, b.sku.id) ||
      compareStrings(a.count.metric, b.count.metric) ||
      compareStrings(a.count.ref ?? '', b.count.ref ?? '') ||
      // A row with an empty ref before one without, and one that ended last.
      compareStrings(typeof a.count.ref, typeof b.count.ref) ||
      compareStrings(JSON.stringify(a.count), JSON.stringify(b.count)),
  );
}

/** The order of contributions; those of one key are already in order. */
const inOrder: (a: Contribution, b: Contribution) => number = /* @__PURE__ */ compareBy<Contribution>(
  (part) => part.vendor,
  (part) => part.accountId,
  (part) => part.skuId,
);

function noCount(reason: NoCountReason, contributions: Contribution[]): VendorSide {
  return { state: 'no-count', reason, contributions };
}

/**
 * Adds to a sum that is only listed, never billed: beyond the largest quantity it stays there, so that a listing
 * never fails, keeps to what a quantity can be, and is the same in whatever order it was added up.
 */
export function addCapped(a: ScaledUnits, b: ScaledUnits): ScaledUnits {
  return Math.min(a + b, MAX_UNITS * UNIT_SCALE);
}

function observe({ observed }: Sum, vendor: string, metric: string, units: ScaledUnits): void {
  for (let i = observed.length - 1; i >= 0; i--) {
    const entry = observed[i];
    if (entry?.metric !== metric || entry.vendor !== vendor) continue;
    entry.units = fromScaled(addCapped(toScaled(entry.units), units));
    return;
  }
  observed.push({ vendor, metric, units: fromScaled(units) });
}

function missing(account: Account | null, sku: Sku, reason?: NoCountReason): Contribution {
  const metric = sku.metric ?? 'unknown';
  const base = { vendor: sku.vendor.source, accountId: account?.id ?? null, skuId: sku.id, metric };
  return { ...base, units: null, basis: 'missing', ...(reason ? { reason } : {}) };
}

/** A row as it is shown; `null` units say why it is not counted. */
function contribution(row: Row, units: number | null, reason?: NoCountReason): Contribution {
  const { ref, asOf, termEnd, committedUntil } = row.count;
  const part: Mutable<Contribution> = {
    vendor: row.account.vendor.source,
    accountId: row.account.id,
    skuId: row.sku.id,
    metric: row.count.metric,
    units,
    basis: reason ? 'missing' : 'reported',
  };
  if (reason) part.reason = reason;
  if (ref !== undefined) part.ref = ref;
  if (asOf !== undefined) part.asOf = asOf;
  if (termEnd !== undefined) part.termEnd = termEnd;
  if (committedUntil !== undefined) part.committedUntil = committedUntil;
  return part;
}
