import { addLine, countsOf, type Draft, type Holding } from './draft.ts';
import {
  changeCount,
  countsOfHolding,
  firstCount,
  isOf,
  multiMapped,
  note,
  othersAtVendor,
  type Put,
  remove,
  skuOf,
  vendorOf,
} from './edit.ts';
import type { Discrepancy } from './types.ts';

/** What is wrong today, without a look at the past. */
export const plainPuts: Partial<Record<Discrepancy, Put>> = {
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
