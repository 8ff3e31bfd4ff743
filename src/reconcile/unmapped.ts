import { byKey, compareBy } from '../model/order.ts';
import type { Suppressed, UnmappedAccount, UnmappedSku } from '../model/reconciliation.ts';
import { fromScaled, type ScaledUnits, toScaled } from '../model/units.ts';
import { skuOf, vendorOf } from './catalogue.ts';
import type { Account, Store } from './store.ts';
import { addCapped, type Checked, isBad, listRows, type Row, sortRows } from './tally.ts';

/** What one customer, or one unlinked account, counts of a SKU in one metric. */
export interface SkuUse {
  readonly vendor: string;
  readonly skuId: string;
  readonly metric: string;
  /** In millionths of a unit, unlike everywhere else: divide by 1,000,000. */
  readonly units: ScaledUnits;
  /** How many accounts have such a count. */
  readonly accounts: number;
}

/** Usage per SKU and metric. Bad rows are problems and in no sum; what has ended uses nothing. */
export function useOfSkus(checked: Checked, rows: Row[]): SkuUse[] {
  sortRows(rows);
  const good = rows.filter((row, at) => !isBad(checked, rows, at, row));
  const uses = Map.groupBy(good, ({ sku, count }) =>
    JSON.stringify([sku.vendor.source, sku.id, count.metric]),
  );
  return [...uses].map(([key, held]) => {
    const [vendor, skuId, metric] = JSON.parse(key) as [string, string, string];
    const units = held.reduce(
      (sum, { count }) => addCapped(sum, count.status === 'ended' ? 0 : toScaled(count.units)),
      0,
    );
    return { vendor, skuId, metric, units, accounts: new Set(held.map(({ account }) => account)).size };
  });
}

/** What accounts that belong to no customer count. */
export interface Strays extends Checked {
  readonly accounts: UnmappedAccount[];
  /** Counts of SKUs that are in no rule. */
  readonly unmapped: SkuUse[];
  readonly suppressed: Suppressed[];
}

/** An account without a usable link, or one that is excluded. */
export function straysOf(account: Account, found: Strays): void {
  const { vendor, info, counts, link } = account;
  if (counts.length === 0 || (link && link.customerId !== null)) return;
  const rows = counts.map((count): Row => ({ account, sku: skuOf(vendor, count.skuId), count }));
  if (link) {
    const contributions = listRows(found, rows);
    found.suppressed.push({
      reason: 'account-excluded',
      customerId: null,
      ruleId: null,
      units: null,
      contributions,
    });
    return;
  }
  const uses = useOfSkus(found, rows);
  found.accounts.push({
    vendor: vendor.source,
    accountId: account.id,
    name: info?.name ?? account.id,
    active: info?.active ?? false,
    counts: uses.map(({ skuId, metric, units }) => ({ skuId, metric, units: fromScaled(units) })),
  });
  for (const use of uses) {
    const sku = skuOf(vendor, use.skuId);
    if (!sku.unit && !sku.excluded) found.unmapped.push(use);
  }
}

/** SKUs in no rule, with all their usage. */
export function listUnmappedSkus(
  { catalogue, customers }: Store,
  parts: readonly { readonly customerId: string | null; readonly unmapped: readonly SkuUse[] }[],
): UnmappedSku[] {
  const families = new Map(
    [...catalogue.vendors].map(([source, { skus }]) => [
      source,
      new Set([...skus.values()].map(({ unit, info }) => unit && info?.family)),
    ]),
  );
  const entries = parts.flatMap(({ customerId, unmapped }) =>
    unmapped.map(({ vendor: source, skuId, metric, accounts, ...use }): UnmappedSku => {
      const vendor = vendorOf(catalogue.vendors, source);
      const { info } = skuOf(vendor, skuId);
      const units = fromScaled(use.units);
      const family = info?.family;
      return {
        vendor: source,
        skuId,
        name: info?.name ?? skuId,
        ...(family !== undefined && families.get(source)?.has(family) ? { family } : {}),
        counts: [{ metric, units, accounts }],
        customers:
          customerId !== null && info?.defaultMetric === metric && customers.get(customerId)?.info
            ? [{ customerId, units }]
            : [],
      };
    }),
  );
  return mergeUnmappedSkus(entries);
}

/** All entries of one SKU become one. */
export function mergeUnmappedSkus(entries: readonly UnmappedSku[]): UnmappedSku[] {
  const bySku = Map.groupBy(entries, ({ vendor, skuId }) => JSON.stringify([vendor, skuId]));
  return [...bySku.values()]
    .map((list) => {
      const counts = Map.groupBy(
        list.flatMap((entry) => entry.counts),
        ({ metric }) => metric,
      );
      return {
        ...(list[0] as UnmappedSku),
        counts: [...counts].sort(byKey).map(([metric, held]) => ({
          metric,
          units: fromScaled(held.reduce((sum, { units }) => addCapped(sum, toScaled(units)), 0)),
          accounts: held.reduce((sum, { accounts }) => sum + accounts, 0),
        })),
        customers: list.flatMap((entry) => entry.customers).sort(compareBy((entry) => entry.customerId)),
      };
    })
    .sort(
      compareBy(
        (entry) => entry.vendor,
        (entry) => entry.skuId,
      ),
    );
}
