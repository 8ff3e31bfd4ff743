import { hoursBetween, isInstant, periodOf } from '../model/dates.ts';
import { compareBy } from '../model/order.ts';
import { sortProblems } from '../model/problem.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import type { Reconciliation, SourceStatus, Suppressed } from '../model/reconciliation.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { isStale, isWhole } from './catalogue.ts';
import { inPart, type ReconcileInput } from './input.ts';
import { type CustomerPart, workOut } from './kernel.ts';
import { buildStore, customersInOrder, type Store } from './store.ts';
import { addCards, noTotals, summaryOf, type Totals } from './summary.ts';
import { listUnmappedSkus, type Strays, straysOf } from './unmapped.ts';

/**
 * Compares what the PSA bills with what the vendors count: one card per customer and rule, everything else
 * listed with its reason. Pure; the same input in any order gives the same bytes.
 * Bad rows come back in `problems` and are on no card.
 * @throws {TrueupError} `BAD_INPUT` when nothing can be worked out: no valid `asOf` or `on`, another spec version
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const store = buildStore(input);
  return assemble(store, workOutAll(store));
}

/**
 * The same, one customer at a time, by customer id: each value can be written out and forgotten.
 * The generator's return value is the reconciliation without its cards and lists by customer.
 * @throws {TrueupError} `BAD_INPUT` as `reconcile`
 */
export function* reconcileCustomers(input: ReconcileInput): Generator<CustomerPart, Reconciliation> {
  const store = buildStore(input);
  const totals = noTotals();
  const kept: CustomerPart[] = [];
  for (const part of workOutAll(store)) {
    addCards(totals, part);
    if (part.unmapped.length + part.problems.length > 0) {
      kept.push({ ...part, cards: [], suppressed: [], outOfScope: [] });
    }
    yield part;
  }
  return frame(store, totals, kept);
}

function* workOutAll(store: Store): Generator<CustomerPart, void> {
  for (const rows of customersInOrder(store)) yield workOut(store, rows);
}

/** One reconciliation of the parts of all customers, which are in order. */
export function assemble(store: Store, customers: Iterable<CustomerPart>): Reconciliation {
  const totals = noTotals();
  const parts = [...customers];
  for (const part of parts) addCards(totals, part);
  return frame(store, totals, parts);
}

/** The lists by customer, what belongs to no customer, and the values around them. */
function frame(store: Store, totals: Totals, parts: readonly CustomerPart[]): Reconciliation {
  const { input, on } = store;
  const { psa } = input;
  const strays: Strays = {
    store,
    accounts: [],
    unmapped: [],
    suppressed: [],
    problems: [...store.problems, ...parts.flatMap((part) => part.problems)],
  };
  for (const accounts of store.accounts.values()) {
    for (const account of accounts.values()) {
      if (inPart(account.id, input.part)) straysOf(account, strays);
    }
  }
  return {
    specVersion: 1,
    kind: 'reconciliation',
    asOf: input.asOf,
    on,
    period: periodOf(on),
    psa: psa.source,
    precision: psa.precision,
    dating: psa.dating,
    cards: parts.flatMap((part) => part.cards),
    summary: summaryOf(totals),
    unmapped: {
      accounts: strays.accounts.sort(byAccountId),
      skus: listUnmappedSkus(store, [...parts, { ...strays, customerId: null }]),
    },
    suppressed: [...strays.suppressed.sort(byFirstCount), ...parts.flatMap((part) => part.suppressed)],
    outOfScope: parts.flatMap((part) => part.outOfScope),
    sources: sourcesOf(input),
    ...(input.part ? { part: input.part } : {}),
    problems: sortProblems(strays.problems),
  };
}

export const byAccountId: (
  a: { vendor: string; accountId: string },
  b: { vendor: string; accountId: string },
) => number = /* @__PURE__ */ compareBy(
  (entry) => entry.vendor,
  (entry) => entry.accountId,
);

/** Of excluded accounts: all contributions of one come from one account. */
export const byFirstCount: (a: Suppressed, b: Suppressed) => number = /* @__PURE__ */ compareBy(
  (entry) => entry.contributions[0]?.vendor,
  (entry) => entry.contributions[0]?.accountId,
);

function sourcesOf({ psa, vendors, asOf, policy }: ReconcileInput): SourceStatus[] {
  const status = (snapshot: PsaSnapshot | VendorSnapshot): SourceStatus => {
    const { source, kind, connector, takenAt, receipt } = snapshot;
    const gaps = (receipt.incompleteContracts ?? receipt.incompleteAccounts)?.length ?? 0;
    const hours = kind === 'psa' ? policy?.stalePsaAfterHours : policy?.staleVendorAfterHours;
    const age = isInstant(takenAt) ? hoursBetween(takenAt, asOf) : 0;
    return {
      source,
      kind,
      connector,
      takenAt,
      ageHours: Math.round(age * 100) / 100,
      stale: isStale(takenAt, asOf, hours),
      complete: gaps === 0 && isWhole(receipt, undefined),
      ...(gaps > 0 && { gaps }),
      problems: receipt.problems.length,
    };
  };
  return [
    status(psa),
    ...vendors.map(status).sort(
      compareBy(
        (entry) => entry.source,
        (entry) => JSON.stringify(entry),
      ),
    ),
  ];
}
