import { addUnits } from '../../model/units.ts';
import { countsOf, type Draft, type Holding } from './draft.ts';
import { changeCount, multiMapped, note, type Put, vendorOf } from './edit.ts';
import type { Discrepancy, ProfileProduct } from './types.ts';

type Sku = ProfileProduct['skus'][number];

/** What is wrong with a rule is wrong for everybody it counts for. */
export const rulePuts: Partial<Record<Discrepancy, Put>> = {
  'no-term-sku': (draft, holding) =>
    pointElsewhere(draft, holding, 'no-term-sku', ({ mapped, term }) => !mapped && term === null),
  'wrong-sku': (draft, holding) =>
    pointElsewhere(draft, holding, 'wrong-sku', ({ mapped, term }) => !mapped && term !== null),
  'counting-changed': (draft, holding) => {
    const all = untouched(draft, holding);
    if (!all || all.some(({ units }) => !Number.isInteger(units))) return false;
    for (const one of all) {
      const by = Math.ceil(one.units * 0.6);
      changeCount(draft, one, by);
      note(draft, one, 'counting-changed', 'counting-changed', 'reconcile', by);
    }
    return true;
  },
};

/** The rule counts another variant of the product, of which most customers hold none and some a seat. */
function pointElsewhere(
  draft: Draft,
  holding: Holding,
  discrepancy: 'no-term-sku' | 'wrong-sku',
  fits: (sku: Sku) => boolean,
): boolean {
  const sku = holding.product.skus.find(fits);
  const all = untouched(draft, holding);
  if (!sku || !all || multiMapped(draft, holding)) return false;
  const vendor = vendorOf(draft, holding);
  for (const rows of [draft, draft.past]) {
    const rule = rows?.rules.find(({ id }) => id === holding.ruleId);
    if (rule) rule.skus = [{ vendor: holding.vendor, skuId: sku.id }];
  }
  for (const [n, one] of all.entries()) {
    const [accountId] = one.accountIds;
    const some = n % 2 === 0 && accountId !== undefined && one.units > 1;
    if (some) {
      const { mapped: _, ...row } = sku;
      vendor.counts.push(
        ...countsOf(draft.random.fork(`stray-${one.customerId}`), one.product, row, accountId, 1),
      );
    }
    const ids = { skuId: sku.id, rightSkuId: one.skuId };
    const zero = !some && sku.whenAbsent === 'zero';
    if (some || zero) {
      const variance = addUnits([some ? 1 : 0, -one.units]);
      note(draft, one, discrepancy, discrepancy, 'reconcile', variance, { ids });
    } else {
      const reason = 'not-reported';
      note(draft, one, discrepancy, discrepancy, 'no-count', null, { vendorUnits: null, reason, ids });
    }
  }
  return true;
}

/** All holdings of the rule, when nothing was put into any of them. */
function untouched(draft: Draft, { ruleId }: Holding): Holding[] | null {
  return draft.truth.some((one) => one.ruleId === ruleId)
    ? null
    : draft.holdings.filter((one) => one.ruleId === ruleId);
}
