import { compareNames } from '../../mapping/names-compare.ts';
import { productName, productVetoes } from '../../mapping/names-product.ts';
import { type Case, type CauseModule, type Draft, unitsText } from '../case.ts';
import { pairKey } from '../evidence.ts';

/** The customer uses a variant of the product that no rule counts. */
export const skuUnmapped: CauseModule = {
  cause: 'sku-unmapped',
  symptom: 'The count is exactly X short.',
  meaning:
    'The customer has the product under a second SKU that is in no rule: the count is exactly X short.',
  look: 'A SKU without a rule, of the same family or a like name, has just the missing units for this customer.',
  fix: 'Add the SKU to the rule.',
  find(kase) {
    const { gap, rows, rule, card } = kase;
    if (gap > 0) return [];
    return rows.unmappedSkus.flatMap((used): Draft[] => {
      const { kin, why } = likeness(kase, used.vendor, used.skuId);
      const name = kase.evidence.skus.get(pairKey(used.vendor, used.skuId))?.name ?? used.skuId;
      const units = used.units;
      const [service] = card.services;
      if (!(units > 0) || !service) return [];
      const sku = { vendor: used.vendor, skuId: used.skuId };
      return [
        {
          prior: kin,
          fix: rule
            ? { kind: 'add-sku', ruleId: rule.id, sku }
            : {
                kind: 'add-rule',
                rule: {
                  id: `service-${service.id}`,
                  skus: [sku],
                  serviceIds: card.services.map(({ id }) => id),
                },
              },
          subject: `sku ${used.vendor} ${used.skuId}`,
          evidence: { ...sku, skuName: name, skuUnits: units, resemblance: why },
          test: 'units',
          sure: kin >= 0.5,
          breaks: rule ? agreeingUsers(kase, used.vendor, used.skuId) : 0,
          message: `The ${used.vendor} SKU '${name}' (${used.skuId}) is in no rule and has ${unitsText(units)} for this customer (${why}).`,
        },
      ];
    });
  },
};

/** How much a SKU looks like what the rule counts (or, without a rule, like the service). */
export function likeness(
  { rule, card, evidence }: Case,
  vendor: string,
  skuId: string,
): { readonly kin: number; readonly why: string } {
  const info = evidence.skus.get(pairKey(vendor, skuId));
  if (!info) return { kin: 0.1, why: 'the vendor does not describe it' };
  const flat = (): number => 1;
  const own = productName(info.name);
  let best = { kin: 0.1, why: 'its name is another' };
  const mine = (rule?.skus ?? []).map((sku) => evidence.skus.get(pairKey(sku.vendor, sku.skuId)));
  for (const other of mine) {
    if (!other) continue;
    if (other.family !== undefined && other.family === info.family) return { kin: 0.85, why: 'same family' };
    const match = compareNames(productName(other.name), own, flat, productVetoes);
    const kin = match.score * (match.vetoed ? 0.6 : 0.85);
    if (kin > best.kin) best = { kin, why: match.reasons.join('; ') };
  }
  for (const service of card.services) {
    const match = compareNames(productName(service.name), own, flat, productVetoes);
    const kin = match.score * (match.vetoed ? 0.6 : 0.85);
    if (kin > best.kin) best = { kin, why: match.reasons.join('; ') };
  }
  return best;
}

/** Other customers of the rule who agree now and would be counted higher. */
export function agreeingUsers({ rule, evidence, card }: Case, vendor: string, skuId: string): number {
  if (!rule) return 0;
  const { agreeing } = evidence.use(rule.id);
  let breaks = 0;
  for (const [customerId, units] of evidence.usersOf(vendor, skuId)) {
    if (units > 0 && customerId !== card.customer.id && agreeing.has(customerId)) breaks++;
  }
  return breaks;
}
