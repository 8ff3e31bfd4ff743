import { subtractUnits } from '../../model/units.ts';
import { countsOf, type Draft, type DraftRows, type Holding } from './draft.ts';
import { changeCount, countsOfHolding, isOf, note, type Put, remove, skuOf, vendorOf } from './edit.ts';
import type { Discrepancy } from './types.ts';

/** What only a look at earlier periods explains. */
export const pastPuts: Partial<Record<Discrepancy, Put>> = {
  'extra-contributor': (draft, holding) => {
    const extra = strangeAccount(draft, holding);
    if (extra === null) return false;
    addAccount(draft, draft, holding, extra);
    link(draft, holding, extra.accountId);
    return note(draft, holding, 'extra-contributor', 'extra-contributor', 'reconcile', extra.units, {
      ids: { accountId: extra.accountId },
    });
  },
  'mapping-changed': (draft, holding) => {
    const extra = strangeAccount(draft, holding);
    if (extra === null || draft.past === null) return false;
    // The account was there all the time; what is new is the link.
    addAccount(draft, draft.past, holding, extra);
    addAccount(draft, draft, holding, extra);
    link(draft, holding, extra.accountId);
    return note(draft, holding, 'mapping-changed', 'mapping-changed', 'reconcile', extra.units, {
      ids: { accountId: extra.accountId },
    });
  },
  'off-by-one': (draft, holding) => lasting(draft, holding, 'off-by-one', 1),
  'constant-offset': (draft, holding) =>
    holding.units >= 12 && lasting(draft, holding, 'constant-offset', holding.units >= 16 ? 3 : 2),
  'same-as-last-period': (draft, holding) => {
    draft.kept.push({ customerId: holding.customerId, ruleId: holding.ruleId, units: holding.units });
    return lasting(draft, holding, 'same-as-last-period', 4);
  },
  'sku-renamed': (draft, holding) => {
    const vendor = vendorOf(draft, holding);
    const old = skuOf(draft, holding);
    if (!old) return false;
    const sku = renamed(old);
    if (!vendor.skus.some(({ id }) => id === sku.id)) vendor.skus.push(sku);
    for (const count of countsOfHolding(draft, holding)) count.skuId = sku.id;
    const zero = old.whenAbsent === 'zero';
    return note(
      draft,
      holding,
      'sku-renamed',
      'sku-renamed',
      zero ? 'reconcile' : 'no-count',
      zero ? -holding.units : null,
      {
        vendorUnits: zero ? 0 : null,
        ...(zero ? {} : { reason: 'not-reported' as const }),
        ids: { skuId: sku.id },
      },
    );
  },
  'zero-in-use': (draft, holding) => {
    const [accountId] = holding.accountIds;
    const vendor = vendorOf(draft, holding);
    const alone = !draft.holdings.some(
      (other) =>
        other !== holding && other.customerId === holding.customerId && other.vendor === holding.vendor,
    );
    if (!alone || accountId === undefined || holding.accountIds.length !== 1) return false;
    remove(vendor.counts, (count) => isOf(holding, count));
    for (const account of vendor.accounts) if (account.id === accountId) account.active = false;
    const zero = skuOf(draft, holding)?.whenAbsent === 'zero';
    return note(
      draft,
      holding,
      'zero-in-use',
      'zero-in-use',
      zero ? 'reconcile' : 'no-count',
      zero ? -holding.units : null,
      {
        vendorUnits: zero ? 0 : null,
        ...(zero ? {} : { reason: 'not-reported' as const }),
        ids: { accountId },
      },
    );
  },
  'vendor-filter': (draft, holding) => {
    // The PSA bills another number of the same vendor: seats in use, where the rule compares seats bought.
    const sku = skuOf(draft, holding);
    const counts = countsOfHolding(draft, holding);
    const other = sku?.metrics.find((metric) => metric !== sku.defaultMetric);
    const [lineId] = holding.lineIds;
    if (!sku || !other || holding.lineIds.length !== 1 || holding.accountIds.length !== 1) return false;
    const units = counts.find(({ metric }) => metric === other)?.units;
    if (units === undefined || units === 0 || units === holding.units) return false;
    for (const rows of [draft, draft.past]) {
      const line = rows?.lines.find(({ id }) => id === lineId);
      if (line) line.units = units;
    }
    return note(
      draft,
      holding,
      'vendor-filter',
      'vendor-filter',
      'reconcile',
      subtractUnits(holding.units, units),
      {
        psaUnits: units,
        ids: { metric: other },
      },
    );
  },
};

/** The same difference, now and in every period before. */
function lasting(draft: Draft, holding: Holding, discrepancy: Discrepancy, by: number): boolean {
  changeCount(draft, holding, by);
  if (draft.past) changeCount(draft.past, holding, by);
  return note(draft, holding, discrepancy, discrepancy, 'reconcile', by);
}

interface Extra {
  readonly accountId: string;
  readonly units: number;
}

/** An account of somebody else with the same product; big enough that its coming is a jump. */
function strangeAccount(draft: Draft, holding: Holding): Extra | null {
  if (!Number.isInteger(holding.units)) return null;
  const { accountIds } = vendorOf(draft, holding).profile;
  const random = draft.random.fork(`strange-${holding.customerId}`);
  return {
    accountId: accountIds === 'uuid' ? random.uuid() : String(90_000 + Number(holding.customerId)),
    units: Math.ceil(holding.units * 0.8),
  };
}

/** The name is of no customer: whoever linked it took the wrong one. */
function addAccount(draft: Draft, rows: DraftRows, holding: Holding, { accountId, units }: Extra): void {
  const vendor = vendorOf(rows, holding);
  const sku = skuOf(rows, holding);
  if (!sku) return;
  vendor.accounts.push({ id: accountId, name: `Orchard Hill Trust ${holding.customerId}`, active: true });
  const random = draft.random.fork(`extra-${holding.customerId}`);
  vendor.counts.push(...countsOf(random, holding.product, sku, accountId, units));
}

function link(draft: Draft, holding: Holding, accountId: string): void {
  draft.links.push({ vendor: holding.vendor, accountId, customerId: holding.customerId });
}

/** The vendor's new name for a SKU: a product of its own, as far as ids go. */
function renamed<T extends { readonly id: string; readonly name: string; readonly family?: string }>(
  sku: T,
): T {
  const family = sku.family === undefined ? undefined : bump(sku.family);
  const id = sku.family === undefined ? `${sku.id}-v2` : sku.id.replace(sku.family, family ?? '');
  return { ...sku, id, name: `${sku.name} (new)`, ...(family === undefined ? {} : { family }) };
}

/** Another id of the same shape. */
function bump(id: string): string {
  return id.replace(/[0-9a-f]$/, (last) => ((Number.parseInt(last, 16) + 8) % 16).toString(16));
}
