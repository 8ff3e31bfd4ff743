import type { Problem } from '../model/errors.ts';
import { addUnits, type Units } from '../model/units.ts';
import { coverOf } from './side-count.ts';
import { rowKey, type SideIndex, type SourceIndex } from './side-index.ts';
import type { ComparedSku, ComparedSource, UncomparedAccount } from './types.ts';

/** References that cannot be counted as written. */
export function checkSkus(
  index: SideIndex,
  services: readonly { readonly id: string; readonly skus: readonly ComparedSku[] }[],
): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const { id, skus } of services) {
    for (const ref of skus) {
      const ids = { serviceId: id, vendor: ref.vendor, skuId: ref.skuId };
      const source = index.sources.get(ref.vendor);
      const what = `Service "${id}": SKU ${ref.skuId} of "${ref.vendor}"`;
      if (source === undefined) {
        problems.push({
          code: 'unknown-source',
          message: `${what}: no ${index.side} snapshot has that name. Give the snapshot or take the SKU out.`,
          severity: 'warning',
          ids,
        });
      } else if (!source.skus.has(ref.skuId)) {
        problems.push({
          code: 'unknown-sku',
          message: `${what} is excluded or not in the snapshot, and nothing of it was counted. Correct the id or take it out.`,
          severity: 'warning',
          ids,
        });
      }
      if (Number.isNaN(coverOf(ref))) {
        problems.push({
          code: 'invalid-covers',
          message: `${what}: "covers" must be a whole number above 0, not ${String(ref.covers)}.`,
          severity: 'error',
          ids,
        });
      }
      const other = seen.get(rowKey(ref.vendor, ref.skuId));
      if (other !== undefined) {
        problems.push({
          code: 'sku-compared-twice',
          message: `${what} is also in service "${other}" and counts in both. Keep it in one.`,
          severity: 'warning',
          ids,
        });
      }
      seen.set(rowKey(ref.vendor, ref.skuId), id);
    }
  }
  return problems;
}

/** Snapshots none of whose SKUs reports what is compared: nothing of them is counted. */
export function checkMetric(index: SideIndex, metric: string): Problem[] {
  return [...index.sources]
    .filter(([, { skus }]) => ![...skus.values()].some((sku) => sku.metrics.includes(metric)))
    .map(([vendor]) => ({
      code: 'metric-not-reported',
      message: `No SKU of "${vendor}" reports "${metric}", and nothing of its ${index.side} was counted. Name its SKUs with "services".`,
      severity: 'warning',
      ids: { vendor, metric },
    }));
}

/** Accounts nobody linked that hold units of the compared SKUs. */
export function unlinkedOf(index: SideIndex, skus: readonly ComparedSku[]): UncomparedAccount[] {
  return [...index.sources.values()].flatMap((source) =>
    source.snapshot.accounts
      .filter((account) => !source.linkedAccounts.has(account.id))
      .map((account) => ({ account, units: unlinkedUnits(source, account.id, skus) }))
      .filter(({ units }) => units > 0)
      .map(({ account, units }) => ({
        vendor: source.snapshot.source,
        accountId: account.id,
        name: account.name,
        side: index.side,
        units,
      })),
  );
}

function unlinkedUnits(source: SourceIndex, accountId: string, skus: readonly ComparedSku[]): Units {
  const numbers = skus
    .filter((ref) => ref.vendor === source.snapshot.source)
    .flatMap((ref) => {
      const sku = source.skus.get(ref.skuId);
      if (sku === undefined) return [];
      const rows = source.rows.get(rowKey(accountId, ref.skuId, ref.metric ?? sku.defaultMetric)) ?? [];
      return rows
        .filter(({ count, usable }) => usable && count.status !== 'ended')
        .map(({ count }) => count.units * coverOf(ref));
    });
  return addUnits(numbers) ?? 0;
}

export function sourcesOf(index: SideIndex): ComparedSource[] {
  return [...index.sources.values()].map(({ snapshot }) => ({
    source: snapshot.source,
    connector: snapshot.connector,
    side: index.side,
    takenAt: snapshot.takenAt,
    complete: snapshot.receipt.complete,
  }));
}
