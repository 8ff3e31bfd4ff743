import type { Suppressed, UnmappedAccount, UnmappedSku } from '../model/card.ts';
import type { Problem } from '../model/errors.ts';
import { compareBy, compareStrings } from '../model/order.ts';
import { fromScaled, type ScaledUnits, toScaled } from '../model/units.ts';
import { skuOf } from './catalogue.ts';
import type { Account, Store } from './store.ts';
import { isBad, listRows, type Row, sortRows } from './tally.ts';

/** What one customer, or one unlinked account, counts of a SKU in one metric. */
export interface SkuUse {
  readonly vendor: string;
  readonly skuId: string;
  readonly metric: string;
  units: ScaledUnits;
  accounts: number;
}

/** Sums saturate: a listing may not fail, and the order of adding may not show. */
function plus(a: ScaledUnits, b: ScaledUnits): ScaledUnits {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

/** Usage per SKU and metric. Bad rows are problems and in no sum; what has ended uses nothing. */
export function useOfSkus(store: Store, rows: Row[], problems: Problem[]): SkuUse[] {
  sortRows(rows);
  const uses = new Map<string, SkuUse & { last: Account }>();
  for (const [at, row] of rows.entries()) {
    const { account, sku, count } = row;
    if (isBad(store, rows, at, row, problems)) continue;
    const units = count.status === 'ended' ? 0 : toScaled(count.units);
    const key = JSON.stringify([account.vendor.source, sku.id, count.metric]);
    const use = uses.get(key);
    if (use) {
      use.units = plus(use.units, units);
      if (use.last !== account) use.accounts++;
      use.last = account;
    } else {
      const { source: vendor } = account.vendor;
      uses.set(key, { vendor, skuId: sku.id, metric: count.metric, units, accounts: 1, last: account });
    }
  }
  return [...uses.values()].map(({ last: _, ...use }) => use);
}

/** What accounts that belong to no customer count. */
export interface Strays {
  readonly accounts: UnmappedAccount[];
  readonly skus: SkuUse[];
  readonly suppressed: Suppressed[];
  readonly problems: Problem[];
}

/** An account without a usable link, or one that is excluded. */
export function straysOf(store: Store, account: Account, found: Strays): void {
  const { vendor, info, counts, link } = account;
  if (counts.length === 0 || (link && link.customerId !== null)) return;
  const rows = counts.map((count): Row => ({ account, sku: skuOf(vendor, count.skuId), count }));
  if (link) {
    const contributions = listRows(store, rows, found.problems);
    found.suppressed.push({
      reason: 'account-excluded',
      customerId: null,
      ruleId: null,
      units: null,
      contributions,
    });
    return;
  }
  const uses = useOfSkus(store, rows, found.problems);
  found.accounts.push({
    vendor: vendor.source,
    accountId: account.id,
    name: info?.name ?? account.id,
    active: info?.active ?? false,
    counts: uses.map(({ skuId, metric, units }) => ({ skuId, metric, units: fromScaled(units) })),
  });
  for (const use of uses) {
    const sku = skuOf(vendor, use.skuId);
    if (!sku.unit && !sku.excluded) found.skus.push(use);
  }
}

/** SKUs in no rule, with all their usage. */
export function listUnmappedSkus(
  store: Store,
  uses: Iterable<{ readonly customerId: string | null; readonly use: SkuUse }>,
): UnmappedSku[] {
  const found = new Map<string, UnmappedSku[]>();
  for (const { customerId, use } of uses) {
    const { vendor: source, skuId, metric, accounts } = use;
    const vendor = store.catalogue.vendors.get(source);
    if (!vendor) continue;
    const { info } = skuOf(vendor, skuId);
    const units = fromScaled(use.units);
    const family = info?.family;
    const sibling =
      family !== undefined &&
      [...vendor.skus.values()].some((sku) => sku.unit && sku.info?.family === family);
    const entry: UnmappedSku = {
      vendor: source,
      skuId,
      name: info?.name ?? skuId,
      ...(sibling ? { family } : {}),
      counts: [{ metric, units, accounts }],
      customers:
        customerId === null || info?.defaultMetric !== metric || !store.customers.get(customerId)?.info
          ? []
          : [{ customerId, units }],
    };
    const key = JSON.stringify([source, skuId]);
    const held = found.get(key);
    if (held) held.push(entry);
    else found.set(key, [entry]);
  }
  return mergeUnmappedSkus([...found.values()]);
}

/** Lists of one SKU each become one entry each. */
export function mergeUnmappedSkus(lists: readonly (readonly UnmappedSku[])[]): UnmappedSku[] {
  const merged: UnmappedSku[] = [];
  for (const list of lists) {
    const [first] = list;
    if (!first) continue;
    const counts = new Map<string, { metric: string; units: number; accounts: number }>();
    for (const { metric, units, accounts } of list.flatMap((entry) => entry.counts)) {
      const held = counts.get(metric);
      if (held) {
        held.units = fromScaled(plus(toScaled(held.units), toScaled(units)));
        held.accounts += accounts;
      } else counts.set(metric, { metric, units, accounts });
    }
    merged.push({
      ...first,
      counts: [...counts.values()].sort((a, b) => compareStrings(a.metric, b.metric)),
      customers: list
        .flatMap((entry) => entry.customers)
        .sort((a, b) => compareStrings(a.customerId, b.customerId)),
    });
  }
  return merged.sort(
    compareBy(
      (entry) => entry.vendor,
      (entry) => entry.skuId,
    ),
  );
}
