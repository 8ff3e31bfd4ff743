import type { Problem } from '../model/errors.ts';
import type { AccountLink, Mapping } from '../model/mapping.ts';
import { compareBy } from '../model/order.ts';
import { isUnits } from '../model/units.ts';
import type { VendorCount, VendorSku, VendorSnapshot } from '../model/vendor.ts';
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

export interface SourceIndex {
  readonly snapshot: VendorSnapshot;
  /** Without the excluded ones. */
  readonly skus: ReadonlyMap<string, VendorSku>;
  readonly excludedSkus: ReadonlySet<string>;
  /** Names by id. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Account ids by customer id. */
  readonly linked: ReadonlyMap<string, readonly string[]>;
  readonly linkedAccounts: ReadonlySet<string>;
  readonly rows: ReadonlyMap<string, readonly VendorCount[]>;
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
  // Latest first, whatever the order they came in.
  for (const snapshot of [...snapshots].sort(compareBy((one) => one.takenAt)).reverse()) {
    if (sources.has(snapshot.source)) {
      problems.push({
        code: 'duplicate-source',
        message: `Two ${side} snapshots are named "${snapshot.source}"; the latest counts. Give each source once.`,
        severity: 'error',
        ids: { source: snapshot.source },
      });
      continue;
    }
    sources.set(snapshot.source, indexSource(snapshot, mapping, problems));
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
  const excluded = new Set(
    (mapping.excluded?.skus ?? []).filter((ref) => ref.vendor === snapshot.source).map((ref) => ref.skuId),
  );
  const excludedCustomers = new Set(mapping.excluded?.customers ?? []);
  const linked = new Map<string, string[]>();
  const linkedAccounts = new Set<string>();
  for (const link of linksOf(mapping.accounts, snapshot.source)) {
    if (linkedAccounts.has(link.accountId)) {
      problems.push({
        code: 'account-linked-twice',
        message: `Account ${link.accountId} of "${snapshot.source}" has two links; the first by customer id counts. Keep one.`,
        severity: 'error',
        ids: { vendor: snapshot.source, accountId: link.accountId },
      });
      continue;
    }
    linkedAccounts.add(link.accountId);
    if (link.customerId === null || excludedCustomers.has(link.customerId)) continue;
    linked.set(link.customerId, [...(linked.get(link.customerId) ?? []), link.accountId]);
  }
  const rows = new Map<string, VendorCount[]>();
  for (const count of snapshot.counts) {
    if (!isUnits(count.units)) {
      problems.push({
        code: 'invalid-units',
        message: `A count of ${count.skuId} for account ${count.accountId} of "${snapshot.source}" is no quantity (${String(count.units)}); the account counts as not fully read.`,
        severity: 'error',
        ids: { vendor: snapshot.source, accountId: count.accountId, skuId: count.skuId },
      });
    }
    const at = rowKey(count.accountId, count.skuId, count.metric);
    const found = rows.get(at);
    if (found) found.push(count);
    else rows.set(at, [count]);
  }
  for (const list of rows.values())
    list.sort(
      compareBy(
        (row) => row.ref,
        (row) => String(row.units),
      ),
    );
  const partial = new Set(snapshot.receipt.incompleteAccounts ?? []);
  return {
    snapshot,
    excludedSkus: excluded,
    skus: new Map(snapshot.skus.filter((sku) => !excluded.has(sku.id)).map((sku) => [sku.id, sku])),
    accounts: new Map(snapshot.accounts.map((account) => [account.id, account.name])),
    linked,
    linkedAccounts,
    rows,
    // A receipt that names the accounts it missed vouches for the others.
    readWhole: (accountId) => snapshot.receipt.complete || (partial.size > 0 && !partial.has(accountId)),
  };
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
      const name = accounts.get(id);
      if (name !== undefined) return name;
    }
  }
  return null;
}
