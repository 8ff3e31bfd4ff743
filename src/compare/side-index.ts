import { isPlainDate } from '../model/dates.ts';
import type { Problem } from '../model/errors.ts';
import type { AccountLink, Mapping } from '../model/mapping.ts';
import { compareBy, stableJson } from '../model/order.ts';
import { problem } from '../model/problem.ts';
import { isUnits } from '../model/units.ts';
import type { VendorAccount, VendorCount, VendorSku, VendorSnapshot } from '../model/vendor.ts';
import { isWhole } from '../reconcile/catalogue.ts';
import type { ComparedSku, ComparedSource } from './types.ts';

/** The snapshots of one side, indexed, with the mapping's links and exclusions. */
export interface SideIndex {
  readonly side: ComparedSource['side'];
  readonly sources: ReadonlyMap<string, SourceIndex>;
  /** Customers with a link to a source that was not given, by source. */
  readonly elsewhere: ReadonlyMap<string, ReadonlySet<string>>;
  /** What absence of a SKU means when the SKU itself says it means nothing. */
  readonly absent: 'no-data' | 'zero';
  readonly problems: readonly Problem[];
}

/** A count, and whether it can be used. */
interface ComparedRow {
  readonly count: VendorCount;
  usable: boolean;
}

export interface SourceIndex {
  readonly snapshot: VendorSnapshot;
  /** Without the excluded ones. */
  readonly skus: ReadonlyMap<string, VendorSku>;
  readonly excludedSkus: ReadonlySet<string>;
  readonly accounts: ReadonlyMap<string, VendorAccount>;
  /** Account ids by customer id. */
  readonly linked: ReadonlyMap<string, readonly string[]>;
  /** Linked more than once: whose they are is not known. */
  readonly conflicts: ReadonlySet<string>;
  /** Linked at all, to a customer or to nobody. */
  readonly linkedAccounts: ReadonlySet<string>;
  /** By account, SKU and metric. */
  readonly rows: ReadonlyMap<string, readonly ComparedRow[]>;
  /** By account and SKU, whatever the metric. */
  readonly allRows: ReadonlyMap<string, readonly ComparedRow[]>;
  /** Described twice: nothing about them is sure. */
  readonly doubledSkus: ReadonlySet<string>;
  /** False: this account's rows may not all have been read. */
  readonly readWhole: (accountId: string) => boolean;
}

/** The key of a row. */
export const rowKey = (...parts: readonly string[]): string => JSON.stringify(parts);

export function indexSide(
  side: ComparedSource['side'],
  snapshots: readonly VendorSnapshot[],
  mapping: Pick<Mapping, 'accounts' | 'excluded'>,
  absent: 'no-data' | 'zero' = 'no-data',
): SideIndex {
  const sources = new Map<string, SourceIndex>();
  const problems: Problem[] = [];
  const twice = new Set<string>();
  // In one order, so that of two with one name the same one is shown whatever the order they came in.
  const sorted = [...snapshots].sort(
    compareBy<VendorSnapshot>(
      (one) => one.source,
      (one) => one.takenAt,
      stableJson,
    ),
  );
  for (const snapshot of sorted) {
    if (sources.has(snapshot.source)) twice.add(snapshot.source);
    sources.set(snapshot.source, indexSource(snapshot, mapping, problems));
  }
  for (const source of twice) {
    const text = `Several ${side} snapshots have this name, and no count of them is used. Give each source once.`;
    problems.push(problem('duplicate-id', text, { vendor: source }));
    const found = sources.get(source);
    if (found) sources.set(source, { ...found, readWhole: () => false });
  }
  const elsewhere = new Map<string, Set<string>>();
  for (const { vendor, customerId } of mapping.accounts) {
    if (sources.has(vendor) || customerId === null) continue;
    const found = elsewhere.get(vendor);
    if (found) found.add(customerId);
    else elsewhere.set(vendor, new Set([customerId]));
  }
  return { side, sources, elsewhere, absent, problems };
}

function indexSource(
  snapshot: VendorSnapshot,
  mapping: Pick<Mapping, 'accounts' | 'excluded'>,
  problems: Problem[],
): SourceIndex {
  const { source, receipt } = snapshot;
  const excluded = new Set(
    (mapping.excluded?.skus ?? []).filter((ref) => ref.vendor === source).map((ref) => ref.skuId),
  );
  const excludedCustomers = new Set(mapping.excluded?.customers ?? []);
  const linked = new Map<string, string[]>();
  const links = new Map<string, number>();
  for (const { accountId, customerId } of linksOf(mapping.accounts, source)) {
    links.set(accountId, (links.get(accountId) ?? 0) + 1);
    if (customerId === null || excludedCustomers.has(customerId)) continue;
    const found = linked.get(customerId);
    if (found === undefined) linked.set(customerId, [accountId]);
    else if (found.at(-1) !== accountId) found.push(accountId);
  }
  const conflicts = new Set([...links].filter(([, count]) => count > 1).map(([accountId]) => accountId));
  for (const accountId of conflicts) {
    const text = 'The vendor account has more than one link; none is used. Keep one.';
    problems.push(problem('account-linked-twice', text, { vendor: source, accountId }));
  }
  const gaps = new Set(receipt.incompleteAccounts ?? []);
  const doubledSkus = doubled(snapshot.skus);
  for (const skuId of doubledSkus) {
    const text = 'The SKU is there more than once; no count of it is used. Keep one.';
    problems.push(problem('duplicate-id', text, { vendor: source, skuId }));
  }
  for (const accountId of doubled(snapshot.accounts)) {
    gaps.add(accountId);
    const text = 'The vendor account is there more than once; no count of it is used. Keep one.';
    problems.push(problem('duplicate-id', text, { vendor: source, accountId }));
  }
  const rows = indexRows(snapshot, problems);
  const whole = isWhole(receipt, receipt.incompleteAccounts);
  return {
    snapshot,
    excludedSkus: excluded,
    skus: byId(snapshot.skus.filter((sku) => !excluded.has(sku.id))),
    accounts: byId(snapshot.accounts),
    linked,
    conflicts,
    linkedAccounts: new Set(links.keys()),
    rows,
    allRows: Map.groupBy([...rows.values()].flat(), ({ count }) => rowKey(count.accountId, count.skuId)),
    doubledSkus,
    readWhole: (accountId) => whole && !gaps.has(accountId),
  };
}

/** Of two with one id the lesser one, so that the order of the rows never shows. */
function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const row of rows) {
    const other = found.get(row.id);
    if (other === undefined || stableJson(row) < stableJson(other)) found.set(row.id, row);
  }
  return found;
}

/** Ids that more than one row has. */
function doubled(rows: readonly { readonly id: string }[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) twice.add(id);
    seen.add(id);
  }
  return twice;
}

/** Counts by account, SKU and metric. */
function indexRows(
  { source, counts }: VendorSnapshot,
  problems: Problem[],
): Map<string, readonly ComparedRow[]> {
  const rows = new Map<string, ComparedRow[]>();
  for (const count of counts) {
    const key = rowKey(count.accountId, count.skuId, count.metric);
    const found = rows.get(key);
    const { committedUntil } = count;
    const usable = isUnits(count.units) && (committedUntil === undefined || isPlainDate(committedUntil));
    const row = { count, usable };
    if (found) found.push(row);
    else rows.set(key, [row]);
  }
  for (const list of rows.values()) {
    if (list.length > 1)
      list.sort(
        compareBy(
          (row) => row.count.ref,
          (row) => stableJson(row.count),
        ),
      );
    for (const [at, row] of list.entries()) {
      const { ref, accountId, skuId, metric } = row.count;
      const ids = { vendor: source, accountId, skuId, metric };
      if (!row.usable) {
        problems.push(problem('bad-count', 'The count cannot be used, nor any sum it belongs to.', ids));
      }
      const twin = list[at + 1];
      if (twin === undefined || twin.count.ref !== ref) continue;
      row.usable = false;
      twin.usable = false;
      const text = 'Several counts have one key; none is used. Give each a ref of its own.';
      problems.push(problem('duplicate-count', text, ids));
    }
  }
  return rows;
}

function linksOf(links: readonly AccountLink[], source: string): AccountLink[] {
  return links
    .filter((link) => link.vendor === source)
    .sort(
      compareBy(
        (link) => link.accountId,
        (link) => link.customerId,
      ),
    );
}

/** Every SKU of the side that reports `metric`. */
export function skusReporting(index: SideIndex, metric: string): ComparedSku[] {
  return [...index.sources.values()].flatMap(({ snapshot, skus }) =>
    [...skus.values()]
      .filter((sku) => sku.metrics.includes(metric))
      .map((sku) => ({ vendor: snapshot.source, skuId: sku.id, metric })),
  );
}

/** Ids of the customers that have an account on this side. */
export function customersOf(index: SideIndex): string[] {
  return [...index.sources.values()].flatMap((source) => [...source.linked.keys()]);
}

/** The first account's name of a customer on this side, to call a client nobody named. */
export function accountNameOf(index: SideIndex, customerId: string): string | null {
  for (const { linked, accounts } of index.sources.values()) {
    for (const id of linked.get(customerId) ?? []) {
      const name = accounts.get(id)?.name;
      if (name !== undefined) return name;
    }
  }
  return null;
}
