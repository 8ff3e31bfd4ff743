import type { CardKind, NoCountReason } from '../../model/card.ts';
import { addUnits, subtractUnits } from '../../model/units.ts';
import type { Draft, Holding } from './draft.ts';
import { addLine, countsOf } from './draft.ts';
import type { Discrepancy, Truth } from './types.ts';

/** Puts one discrepancy into a holding nothing else was put into; `false` when the holding does not suit. */
type Put = (draft: Draft, holding: Holding) => boolean;

/** Tries holdings in a fixed order until one suits. Throws when the world is too small for what was asked. */
export function putDiscrepancy(draft: Draft, discrepancy: Discrepancy): void {
  const put = puts[discrepancy];
  if (!put) throw new RangeError(`this world cannot hold the discrepancy ${discrepancy}`);
  const taken = new Set(draft.truth.map((one) => one.customerId));
  const order = draft.random.fork(`${discrepancy}-${draft.truth.length}`).shuffle(draft.holdings);
  for (const holding of order) {
    if (!taken.has(holding.customerId) && holding.units > 3 && put(draft, holding)) return;
  }
  throw new RangeError(`no customer is left for the discrepancy ${discrepancy}; ask for more customers`);
}

const puts: Partial<Record<Discrepancy, Put>> = {
  'seats-added': (draft, holding) => {
    const by = draft.random.fork(`by-${holding.ruleId}-${holding.customerId}`).int(1, 6);
    changeCount(draft, holding, by);
    return note(draft, holding, 'seats-added', null, 'reconcile', by);
  },
  'seats-removed': (draft, holding) => {
    if (firstCount(draft, holding).units < 3) return false;
    changeCount(draft, holding, -2);
    return note(draft, holding, 'seats-removed', null, 'reconcile', -2);
  },
  'not-billed': (draft, holding) => {
    if (multiMapped(draft, holding)) return false;
    // Earlier lines of the service would be a hint; this one was never billed at all.
    remove(
      draft.lines,
      (line) => line.customerId === holding.customerId && line.serviceId === holding.serviceId,
    );
    return note(draft, holding, 'not-billed', null, 'new-revenue', holding.units, { psaUnits: 0 });
  },
  'term-ended': (draft, holding) => {
    if (!holding.product.subscription) return false;
    for (const count of countsOfHolding(draft, holding)) {
      count.status = 'ended';
      count.termEnd = '2026-10-31';
      delete count.committedUntil;
    }
    return note(draft, holding, 'term-ended', null, 'no-count', null, {
      vendorUnits: null,
      reason: 'term-ended',
    });
  },
  'gone-to-zero': (draft, holding) => {
    if (skuOf(draft, holding)?.whenAbsent !== 'zero') return false;
    remove(vendorOf(draft, holding).counts, (count) => isOf(holding, count));
    return note(draft, holding, 'gone-to-zero', null, 'reconcile', -holding.units, { vendorUnits: 0 });
  },
  'account-unmapped': (draft, holding) => {
    // Only where it is the customer's one product at this vendor: the account takes all its products with it.
    if (holding.accountIds.length !== 1 || othersAtVendor(draft, holding)) return false;
    remove(draft.links, (link) => link.vendor === holding.vendor && link.customerId === holding.customerId);
    return note(draft, holding, 'account-unmapped', 'account-unmapped', 'no-count', null, {
      vendorUnits: holding.units,
      reason: 'account-unmapped',
      ids: { accountId: holding.accountIds[0] ?? '' },
    });
  },
  'sku-unmapped': (draft, holding) => {
    const sibling = holding.product.skus.find((sku) => !sku.mapped);
    const accountId = holding.accountIds[0];
    if (!sibling || accountId === undefined || firstCount(draft, holding).units < 3) return false;
    changeCount(draft, holding, -2);
    const random = draft.random.fork(`sibling-${holding.customerId}`);
    vendorOf(draft, holding).counts.push(...countsOf(random, holding.product, sibling, accountId, 2));
    return note(draft, holding, 'sku-unmapped', 'sku-unmapped', 'reconcile', -2, {
      ids: { skuId: sibling.id },
    });
  },
  'line-future': (draft, holding) => outOfScope(draft, holding, 'line-future'),
  'line-ended': (draft, holding) => outOfScope(draft, holding, 'line-ended'),
  'cycle-none': (draft, holding) => outOfScope(draft, holding, 'cycle-none'),
};

/** The seats are on a line, but not on one that counts today. */
function outOfScope(
  draft: Draft,
  holding: Holding,
  how: 'line-future' | 'line-ended' | 'cycle-none',
): boolean {
  if (multiMapped(draft, holding)) return false;
  remove(
    draft.lines,
    (line) => line.customerId === holding.customerId && line.serviceId === holding.serviceId,
  );
  let contractId = holding.contractId;
  if (how === 'cycle-none') {
    contractId = draft.nextId();
    draft.contracts.push({
      id: contractId,
      customerId: holding.customerId,
      name: 'Unbilled services',
      status: 'active',
      billingCycle: 'none',
      startDate: '2026-01-01',
      endDate: null,
    });
  }
  const lineId = addLine(draft, holding.product, holding, contractId, holding.units);
  const line = draft.lines.find((one) => one.id === lineId);
  if (line && how === 'line-future') line.startDate = '2026-12-01';
  if (line && how === 'line-ended') line.endDate = '2026-11-01';
  return note(draft, holding, how, 'line-out-of-scope', 'new-revenue', holding.units, {
    psaUnits: 0,
    ids: { lineId },
  });
}

function note(
  draft: Draft,
  holding: Holding,
  discrepancy: Discrepancy,
  cause: string | null,
  kind: CardKind,
  variance: number | null,
  more: Partial<Pick<Truth, 'vendorUnits' | 'psaUnits' | 'ids'>> & { readonly reason?: NoCountReason } = {},
): true {
  const psaUnits = more.psaUnits ?? holding.units;
  draft.truth.push({
    discrepancy,
    cause,
    customerId: holding.customerId,
    vendor: holding.vendor,
    ruleId: holding.ruleId,
    expected: { kind, variance, ...(more.reason === undefined ? {} : { reason: more.reason }) },
    vendorUnits: more.vendorUnits === undefined ? sum(psaUnits, variance) : more.vendorUnits,
    psaUnits,
    ids: more.ids ?? {},
  });
  return true;
}

function sum(psaUnits: number, variance: number | null): number | null {
  return variance === null ? null : addUnits([psaUnits, variance]);
}

type Vendor = Draft['vendors'][number];

function vendorOf(draft: Draft, holding: Holding): Vendor {
  const found = draft.vendors.find((vendor) => vendor.slug === holding.vendor);
  if (!found) throw new RangeError(`no vendor ${holding.vendor}`);
  return found;
}

function isOf(holding: Holding, count: { readonly accountId: string; readonly skuId: string }): boolean {
  return holding.accountIds.includes(count.accountId) && count.skuId === holding.skuId;
}

function countsOfHolding(draft: Draft, holding: Holding): Vendor['counts'] {
  return vendorOf(draft, holding).counts.filter((count) => isOf(holding, count));
}

function firstCount(draft: Draft, holding: Holding): Vendor['counts'][number] {
  const sku = skuOf(draft, holding);
  const found = countsOfHolding(draft, holding).find((count) => count.metric === sku?.defaultMetric);
  if (!found) throw new RangeError(`no count of ${holding.skuId} for customer ${holding.customerId}`);
  return found;
}

/** Changes what is counted: the compared metric, and the others along with it. */
function changeCount(draft: Draft, holding: Holding, by: number): void {
  const first = firstCount(draft, holding);
  for (const count of countsOfHolding(draft, holding)) {
    if (count.accountId !== first.accountId || count.ref !== first.ref) continue;
    count.units = Math.max(0, subtractUnits(count.units, -by));
  }
}

function skuOf(draft: Draft, holding: Holding): Vendor['skus'][number] | undefined {
  return vendorOf(draft, holding).skus.find((sku) => sku.id === holding.skuId);
}

function multiMapped(draft: Draft, holding: Holding): boolean {
  return (draft.rules.find((rule) => rule.id === holding.ruleId)?.skus.length ?? 0) > 1;
}

function othersAtVendor(draft: Draft, holding: Holding): boolean {
  return draft.holdings.some(
    (other) =>
      other !== holding && other.customerId === holding.customerId && other.vendor === holding.vendor,
  );
}

function remove<T>(rows: T[], gone: (row: T) => boolean): void {
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i];
    if (row !== undefined && gone(row)) rows.splice(i, 1);
  }
}
