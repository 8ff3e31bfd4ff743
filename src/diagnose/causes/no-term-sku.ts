import { type CauseModule, type Draft, unitsOf, unitsText } from '../case.ts';
import { pairKey } from '../evidence.ts';

/** The variant without a term is mapped; its counts are wrong. */
export const noTermSku: CauseModule = {
  cause: 'no-term-sku',
  symptom: 'Pax8 counts are off by odd numbers.',
  meaning:
    'The vendor sells the product with and without a commitment term, and the variant without is mapped. Its counts are inaccurate; the commonest cause at Pax8.',
  look: 'A SKU of the rule has no term, and its family has a variant with one.',
  fix: 'Map the variant with a term instead.',
  find(kase) {
    const { rule, evidence, rows, contributions } = kase;
    if (!rule) return [];
    return rule.skus.flatMap((from): Draft[] => {
      const info = evidence.skus.get(pairKey(from.vendor, from.skuId));
      if (info?.term !== null || info.family === undefined) return [];
      const termed = (evidence.vendors.get(from.vendor)?.skus ?? []).filter(
        (sku) => sku.family === info.family && sku.term,
      );
      const mapped = new Set(rule.skus.map((sku) => pairKey(sku.vendor, sku.skuId)));
      const used = termed.filter((sku) =>
        rows.unmappedSkus.some((use) => use.vendor === from.vendor && use.skuId === sku.id && use.units > 0),
      );
      const counted = contributions.some((part) => part.skuId === from.skuId && unitsOf(part) > 0);
      if (termed.length === 0 || (used.length === 0 && !counted)) return [];
      const free = termed.filter((sku) => !mapped.has(pairKey(from.vendor, sku.id)));
      const choices =
        used.length > 0 ? [...used.map((sku) => [sku]), ...(used.length > 1 ? [used] : [])] : [free];
      return choices.map((to): Draft => {
        const ids = to.map((sku) => sku.id);
        return {
          prior: 0.95,
          fix: {
            kind: 'replace-sku',
            ruleId: rule.id,
            from,
            to: ids.map((skuId) => ({ vendor: from.vendor, skuId })),
          },
          subject: `sku ${from.vendor} ${ids.join(' ')}`,
          evidence: {
            vendor: from.vendor,
            noTermSku: from.skuId,
            termSkus: ids,
            family: info.family ?? null,
          },
          test: 'units',
          sure: used.length > 0,
          breaks: evidence.use(rule.id).agreeingWith.get(pairKey(from.vendor, from.skuId)) ?? 0,
          message:
            `'${info.name}' (${from.skuId}) is the variant without a term; ` +
            (used.length > 0
              ? `the customer's seats are on ${ids.join(', ')}, which has one.`
              : `map the variant with a term. It is not the cause of ${unitsText(kase.gap)} by itself.`),
        };
      });
    });
  },
};
