import type { SkuRef } from '../../model/mapping.ts';
import { type Case, type CauseModule, type Draft, unitsText } from '../case.ts';
import { pairKey } from '../evidence.ts';
import { likeness } from './sku-unmapped.ts';

/** The rule counts the wrong variant, for everyone. */
export const wrongSku: CauseModule = {
  cause: 'wrong-sku',
  symptom: 'One service is always wrong, the others are fine.',
  meaning: 'The rule points to the wrong SKU: one service is wrong for most customers, the others are right.',
  look: 'Most cards of the rule differ while the vendor’s other rules agree; another SKU’s counts equal what is billed.',
  fix: 'Put the right SKU in the rule.',
  find(kase) {
    const { rule, rows, evidence } = kase;
    if (!rule) return [];
    const { cards, differing } = evidence.use(rule.id);
    const most = differing * 2 > cards && differing >= 2;
    const calm = othersAreRight(kase);
    // What was right in the last period is not a wrong choice of SKU.
    const wasRight = kase.previous !== undefined && kase.previous.psa === kase.previous.vendor;
    const drafts: Draft[] = [];
    for (const from of rule.skus) {
      for (const used of rows.unmappedSkus) {
        if (used.vendor !== from.vendor) continue;
        const to = { vendor: used.vendor, skuId: used.skuId };
        const { kin } = likeness(kase, to.vendor, to.skuId);
        const fits = most ? fitting(kase, to) : 1;
        const widely = most && fits * 2 >= differing;
        const prior = wasRight ? 0.3 : widely && calm ? 0.92 : 0.35 + 0.2 * kin;
        drafts.push({
          prior,
          fix: { kind: 'replace-sku', ruleId: rule.id, from, to: [to] },
          subject: `sku ${to.vendor} ${to.skuId}`,
          evidence: {
            vendor: to.vendor,
            mappedSku: from.skuId,
            otherSku: to.skuId,
            differing,
            cards,
            fitting: fits,
          },
          test: 'units',
          sure: widely || kin >= 0.5,
          breaks: evidence.use(rule.id).agreeingWith.get(pairKey(from.vendor, from.skuId)) ?? 0,
          message: `The rule differs for ${differing} of ${cards} customers; ${to.skuId} in place of ${from.skuId} gives the billed units for ${fits} of them (${unitsText(used.units)} here).`,
        });
      }
    }
    if (most && calm && !wasRight && cards >= 3) {
      drafts.push({
        prior: 0.5,
        fix: { kind: 'check-rule', ruleId: rule.id },
        subject: 'rule',
        evidence: { ruleId: rule.id, differing, cards },
        test: 'none',
        sure: false,
        message: `This service differs for ${differing} of ${cards} customers, while other services of the vendor are right: check which SKU the rule counts.`,
      });
    }
    return drafts;
  },
};

/** True when less than half of the cards of the vendor's other rules differ. */
function othersAreRight({ rule, evidence }: Case): boolean {
  return [...new Set(rule?.skus.map((sku) => sku.vendor))].every((vendor) => {
    const { cards, differing } = evidence.others(vendor, rule?.id ?? '');
    return cards > 0 && differing * 2 < cards;
  });
}

/** Open cards of the rule whose billed units are just what this SKU counts. */
function fitting({ rule, evidence }: Case, to: SkuRef): number {
  const units = evidence.usersOf(to.vendor, to.skuId);
  if (!rule) return 0;
  return evidence.use(rule.id).open.filter((card) => card.psa?.units === units.get(card.customer.id)).length;
}
