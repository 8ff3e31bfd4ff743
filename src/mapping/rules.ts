import type { Problem } from '../model/errors.ts';
import type { AccountLink, Mapping, ServiceRule, SkuRef } from '../model/mapping.ts';
import { problem } from '../model/problem.ts';
import { isUnits, MAX_UNITS } from '../model/units.ts';

/**
 * The rules that can be used. A rule that contradicts itself or another is left out whole, with a problem:
 * its services then have no rule and its SKUs are unmapped, so that no number is made from a guess.
 */
export function usableRules(mapping: Mapping): { rules: ServiceRule[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const broken = new Set<ServiceRule>();
  const drop = (rule: ServiceRule, code: string, what: string, ids: Record<string, string> = {}): void => {
    broken.add(rule);
    problems.push(problem(code, `Rule ${rule.id} is not used: ${what}.`, { ruleId: rule.id, ...ids }));
  };
  const claims = new Map<string, ServiceRule[]>();
  for (const rule of mapping.services) {
    const keys = [
      JSON.stringify(['rule', rule.id]),
      ...rule.serviceIds.map((id) => JSON.stringify(['service', id])),
      ...rule.skus.map((ref) => JSON.stringify(['sku', ref.vendor, ref.skuId])),
    ];
    for (const key of new Set(keys)) claims.set(key, [...(claims.get(key) ?? []), rule]);
  }
  for (const [key, holders] of claims) {
    const [kind, id = '', skuId = ''] = JSON.parse(key) as string[];
    for (const rule of holders.length > 1 ? holders : []) {
      if (kind === 'rule') drop(rule, 'duplicate-rule', 'another rule has the same id');
      else if (kind === 'service')
        drop(rule, 'service-in-several-rules', 'a service is in another rule too', { serviceId: id });
      else drop(rule, 'sku-in-several-rules', 'a SKU is in another rule too', { vendor: id, skuId });
    }
  }
  for (const rule of mapping.services) {
    if (rule.skus.length === 0 || rule.serviceIds.length === 0) {
      drop(rule, 'empty-rule', 'it can never match; name at least one SKU and one service');
    }
    const field = badField(rule);
    if (field) drop(rule, 'bad-rule', `${field} is not a value it can have`, { field });
  }
  return { rules: mapping.services.filter((rule) => !broken.has(rule)), problems };
}

/** A key no two references share, whatever is in the ids. */
export function skuKey(ref: SkuRef): string {
  return JSON.stringify([ref.vendor, ref.skuId]);
}

/** The name of the first field with an unusable value. */
function badField(rule: ServiceRule): string | undefined {
  const { ratio, adjust, minimum, maximum } = rule;
  for (const field of ['tolerance', 'included', 'minimum', 'maximum'] as const) {
    if (rule[field] !== undefined && !isUnits(rule[field])) return field;
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) return 'maximum';
  if (adjust !== undefined && !isUnits(Math.abs(adjust))) return 'adjust';
  // `null`, as a table has for nothing, is no ratio.
  if (ratio !== undefined && !(isWhole(ratio?.numerator) && isWhole(ratio?.denominator))) return 'ratio';
  const { spread = 'exclusive', allocate = 'single', rounding = 'up' } = rule;
  if (!['exclusive', 'pool', 'replicate'].includes(spread)) return 'spread';
  if (!['single', 'in-order', 'proportional'].includes(allocate)) return 'allocate';
  return ['up', 'down', 'nearest'].includes(rounding) ? undefined : 'rounding';
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0 && value <= MAX_UNITS;
}

/** Links by vendor account; more than one for an account is a conflict, and none of them can be used. */
export function linksByAccount(mapping: Mapping): Map<string, Map<string, AccountLink[]>> {
  const vendors = [...Map.groupBy(mapping.accounts, ({ vendor }) => vendor)];
  return new Map(
    vendors.map(([vendor, links]) => [vendor, Map.groupBy(links, ({ accountId }) => accountId)]),
  );
}
