import { rules } from './data.ts';

/** The mapping of rules as rows, for contenders that join in a database. */
export function ruleRows(): { ruleId: string; serviceId: string; vendor: string; skuId: string }[] {
  return rules().flatMap((rule) =>
    rule.skus.map((sku) => ({ ruleId: rule.id, serviceId: rule.serviceId, ...sku })),
  );
}
