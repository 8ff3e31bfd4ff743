import { TrueupError } from '../model/errors.ts';
import type { Mapping } from '../model/mapping.ts';
import { compareBy, compareStrings } from '../model/order.ts';
import type { Contract, ContractLine, Customer } from '../model/psa.ts';
import type { Reconciliation, Summary } from '../model/reconciliation.ts';
import type { VendorCount, VendorSnapshot } from '../model/vendor.ts';
import { changedByMapping, changedByVendor, everyone } from './changes.ts';
import { inPart, type ReconcileInput } from './input.ts';
import { type CustomerPart, workOut } from './kernel.ts';
import { assemble } from './reconcile.ts';
import {
  accountOf,
  addContract,
  addCustomer,
  addLines,
  buildStore,
  type CustomerRows,
  customerOf,
  type Store,
} from './store.ts';
import { addCards, noTotals, summaryOf, takeOff } from './summary.ts';

/** One customer's PSA rows, whole: they take the place of all rows it had. */
export interface CustomerUpdate {
  readonly customerId: string;
  /** `null`: the PSA no longer has the customer. */
  readonly customer: Customer | null;
  /** All contracts of the customer. */
  readonly contracts: readonly Contract[];
  /** All lines of the customer. */
  readonly lines: readonly ContractLine[];
}

/** A reconciliation that is kept up to date. Every change gives back the customers that were worked out anew. */
export interface Incremental {
  /** One customer's cards and lists; `null` for an id no row names. */
  customer(customerId: string): CustomerPart | null;
  /**
   * One customer's PSA rows, as after a webhook. Gives the ids of the customers worked out anew, by id.
   * @throws {TrueupError} `BAD_INPUT` when a row belongs to another customer
   */
  replaceCustomer(update: CustomerUpdate): string[];
  /**
   * All counts of one vendor account, as after a webhook. Gives the ids of the customers worked out anew; none when
   * the account has no link.
   * @throws {TrueupError} `BAD_INPUT` when the vendor is not there exactly once, or a row is of another account
   */
  replaceCounts(source: string, accountId: string, counts: readonly VendorCount[]): string[];
  /**
   * A new snapshot of a vendor, or the first. Gives the ids of the customers worked out anew, by id.
   * @throws {TrueupError} `BAD_INPUT` as `reconcile`
   */
  replaceVendor(snapshot: VendorSnapshot): string[];
  /**
   * Another mapping in place of the one before. Gives the ids of the customers worked out anew, by id: those it
   * changes.
   * @throws {TrueupError} `BAD_INPUT` as `reconcile`
   */
  replaceMapping(mapping: Mapping): string[];
  /** Totals, kept as changes come in. */
  summary(): Summary;
  /** The input as it now is. */
  input(): ReconcileInput;
  /** The whole value, byte for byte `reconcile(input())`. Costs a walk over all customers. */
  value(): Reconciliation;
}

/**
 * Reconciles, and goes on from there: what a change does not touch is not worked out again. One customer's
 * rows or one account's counts cost that customer alone; a vendor snapshot or a mapping is indexed anew,
 * and only customers it changes are worked out.
 * @throws {TrueupError} `BAD_INPUT` as `reconcile`
 */
export function createIncremental(start: ReconcileInput): Incremental {
  let store: Store = buildStore(start);
  let aside: Aside = asideOf(store);
  const parts = new Map<string, CustomerPart>();
  const totals = noTotals();
  /** Works customers out, and forgets those no row names any more; ids that are no customer's are passed over. */
  const run = (ids: Iterable<string>): string[] => {
    const done: string[] = [];
    for (const id of new Set(ids)) {
      const old = parts.get(id);
      const rows = inPart(id, store.input.part) ? store.customers.get(id) : undefined;
      if (old) takeOff(totals, old);
      parts.delete(id);
      if (rows) {
        const part = workOut(store, rows);
        addCards(totals, part);
        parts.set(id, part);
      }
      if (old || rows) done.push(id);
    }
    return done.sort(compareStrings);
  };
  const swap = (
    input: ReconcileInput,
    changed: (before: Store, after: Store) => Iterable<string>,
  ): string[] => {
    const before = store;
    store = buildStore(input);
    aside = asideOf(store);
    return run(changed(before, store));
  };
  run(store.customers.keys());

  const self: Incremental = {
    customer: (customerId) => parts.get(customerId) ?? null,
    replaceCustomer(update) {
      checkUpdate(update);
      if (!isOrdinary(store, aside, update)) return swap(withCustomer(self.input(), update), everyone);
      replaceRows(store, update);
      for (const { contractId } of update.lines) {
        if (!store.contracts.has(contractId)) aside.strayContracts.add(contractId);
      }
      return run([update.customerId]);
    },
    replaceCounts(source, accountId, counts) {
      if (store.input.vendors.filter((vendor) => vendor.source === source).length !== 1) {
        throw bad(`vendor ${source} is not there exactly once; replace its snapshot`);
      }
      if (counts.some((count) => count.accountId !== accountId)) throw bad('a count is of another account');
      const account = accountOf(store, source, accountId);
      account.counts.length = 0;
      for (const count of counts) account.counts.push(count);
      const customerId = account.link?.customerId ?? null;
      return customerId === null ? [] : run([customerId]);
    },
    replaceVendor(snapshot) {
      const input = self.input();
      const vendors = [...input.vendors.filter((vendor) => vendor.source !== snapshot.source), snapshot];
      return swap({ ...input, vendors }, (before, after) => changedByVendor(before, after, snapshot.source));
    },
    replaceMapping(mapping) {
      return swap({ ...self.input(), mapping }, (before, after) => changedByMapping(before, after, parts));
    },
    summary: () => summaryOf(totals),
    input: () => inputOf(store, aside),
    value() {
      return assemble(store, [...parts.values()].sort(compareBy(({ customerId }) => customerId)));
    },
  };
  return self;
}

function checkUpdate({ customerId, customer, contracts, lines }: CustomerUpdate): void {
  const foreign =
    (customer && customer.id !== customerId) ||
    [...contracts, ...lines].some((row) => row.customerId !== customerId);
  if (foreign) throw bad(`a row of the update is not of customer ${customerId}`);
}

/** True when the customer's rows, old and new, bear on no other customer; where they do no shortcut is safe. */
function isOrdinary(
  store: Store,
  { spare, strayContracts }: Aside,
  { customerId, contracts, lines }: CustomerUpdate,
): boolean {
  const { incompleteContracts = [] } = store.input.psa.receipt;
  // A spare row can be the customer's own, and the one that was taken another's.
  if (spare.customers.length > 0 || spare.contracts.length > 0) return false;
  if (incompleteContracts.length > 0) return false;
  if (store.misplaced.size > 0 || store.duplicateLines.size > 0) return false;
  if (repeated(contracts).length > 0 || repeated(lines).length > 0) return false;
  const rows = store.customers.get(customerId);
  const isOwn = (id: string): boolean => (store.contracts.get(id)?.customer ?? rows) === rows;
  if (!contracts.every(({ id }) => isOwn(id) && !strayContracts.has(id))) return false;
  if (!lines.every(({ contractId }) => isOwn(contractId))) return false;
  const held = new Set(rows ? linesOf(rows).map(({ id }) => id) : []);
  return lines.every(({ id }) => held.has(id) || !store.lineIds.some((ids) => ids.has(id)));
}

function linesOf({ contracts, strays }: CustomerRows): ContractLine[] {
  return [...contracts.flatMap((contract) => contract.lines), ...strays];
}

function replaceRows(store: Store, { customerId, customer, contracts, lines }: CustomerUpdate): void {
  const rows = customerOf(store, customerId);
  for (const { id } of linesOf(rows)) for (const ids of store.lineIds) ids.delete(id);
  for (const { info } of rows.contracts) store.contracts.delete(info.id);
  rows.contracts.length = 0;
  rows.strays.length = 0;
  rows.info = undefined;
  if (customer) addCustomer(store, customer);
  for (const contract of contracts) addContract(store, contract);
  addLines(store, lines);
  const named = [rows.contracts, rows.strays, rows.accounts].some(({ length }) => length > 0);
  if (!rows.info && !named) store.customers.delete(customerId);
}

function withCustomer(input: ReconcileInput, update: CustomerUpdate): ReconcileInput {
  const { psa } = input;
  const others = <T extends { readonly customerId: string }>(rows: readonly T[]): T[] =>
    rows.filter(({ customerId }) => customerId !== update.customerId);
  const customers = psa.customers.filter(({ id }) => id !== update.customerId);
  return {
    ...input,
    psa: {
      ...psa,
      customers: update.customer ? [...customers, update.customer] : customers,
      contracts: [...others(psa.contracts), ...update.contracts],
      lines: [...others(psa.lines), ...update.lines],
    },
  };
}

/** What one change has to know of the whole input beside the store. */
interface Aside {
  /** Rows whose id was taken already: the store holds one row of an id. */
  readonly spare: { readonly customers: readonly Customer[]; readonly contracts: readonly Contract[] };
  /** Contracts that lines name and the snapshot does not have: one that comes later takes the lines of others. */
  readonly strayContracts: Set<string>;
}

function asideOf({ input, customers }: Store): Aside {
  const { psa } = input;
  const lines = [...customers.values()].flatMap(({ strays }) => strays);
  return {
    // Of several customers the store holds the last, of several contracts the first.
    spare: { customers: repeated(psa.customers.toReversed()), contracts: repeated(psa.contracts) },
    strayContracts: new Set(lines.map(({ contractId }) => contractId)),
  };
}

/** All but the first row of each id. */
function repeated<T extends { readonly id: string }>(rows: readonly T[]): T[] {
  const seen = new Set<string>();
  return rows.filter(({ id }) => seen.size === seen.add(id).size);
}

/** The rows back as snapshots. */
function inputOf({ input, customers, accounts }: Store, { spare }: Aside): ReconcileInput {
  const rows = [...customers.values()];
  const sources = Map.groupBy(input.vendors, ({ source }) => source);
  return {
    ...input,
    psa: {
      ...input.psa,
      customers: [...rows.flatMap(({ info }) => info ?? []), ...spare.customers],
      contracts: [...rows.flatMap(({ contracts }) => contracts.map(({ info }) => info)), ...spare.contracts],
      lines: rows.flatMap(linesOf),
    },
    vendors: input.vendors.map((vendor) => {
      // Counts of two snapshots of one source cannot be told apart; they are never replaced one by one.
      if ((sources.get(vendor.source)?.length ?? 0) > 1) return vendor;
      const held = [...(accounts.get(vendor.source)?.values() ?? [])];
      return { ...vendor, counts: held.flatMap(({ counts }) => counts) };
    }),
  };
}

function bad(what: string): TrueupError {
  return new TrueupError('BAD_INPUT', `${what}.`);
}
