import type { Mapping, ServiceRule, SkuRef } from '../model/mapping.ts';
import type { Fix } from './types.ts';

const sameSku = (a: SkuRef, b: SkuRef): boolean => a.vendor === b.vendor && a.skuId === b.skuId;

function withRule(mapping: Mapping, ruleId: string, change: (rule: ServiceRule) => ServiceRule): Mapping {
  return { ...mapping, services: mapping.services.map((rule) => (rule.id === ruleId ? change(rule) : rule)) };
}

/**
 * The mapping with a finding's fix applied; a new value. Fixes that change something else (a sync, a contract,
 * a vendor's setting) give the mapping back as it is.
 * @example
 * const next = applyFix(mapping, finding.fix);
 */
export function applyFix(mapping: Mapping, fix: Fix): Mapping {
  switch (fix.kind) {
    case 'link-account': {
      const { vendor, accountId, customerId } = fix;
      return {
        ...mapping,
        accounts: [...withoutLink(mapping, vendor, accountId), { vendor, accountId, customerId }],
      };
    }
    case 'unlink-account':
      return { ...mapping, accounts: withoutLink(mapping, fix.vendor, fix.accountId) };
    case 'add-sku':
      return withRule(mapping, fix.ruleId, (rule) => ({ ...rule, skus: joined(rule.skus, [fix.sku]) }));
    case 'remove-sku':
      return withRule(mapping, fix.ruleId, (rule) => ({
        ...rule,
        skus: rule.skus.filter((sku) => !sameSku(sku, fix.sku)),
      }));
    case 'replace-sku':
      return withRule(mapping, fix.ruleId, (rule) => ({
        ...rule,
        skus: joined(
          rule.skus.filter((sku) => !sameSku(sku, fix.from)),
          fix.to,
        ),
      }));
    case 'add-rule': {
      const taken = mapping.services.some((rule) => rule.id === fix.rule.id);
      return taken ? mapping : { ...mapping, services: [...mapping.services, fix.rule] };
    }
    case 'set-metric':
      return withRule(mapping, fix.ruleId, (rule) => ({ ...rule, metric: fix.metric }));
    case 'set-adjust':
      return withRule(mapping, fix.ruleId, (rule) => ({ ...rule, adjust: fix.adjust }));
    case 'stop-excluding': {
      const { customers = [], services = [], ...rest } = mapping.excluded ?? {};
      return {
        ...mapping,
        excluded: {
          ...rest,
          customers: customers.filter((id) => id !== fix.customerId),
          services: services.filter((id) => id !== fix.serviceId),
        },
      };
    }
    default:
      return mapping;
  }
}

function withoutLink(mapping: Mapping, vendor: string, accountId: string): Mapping['accounts'] {
  return mapping.accounts.filter((link) => link.vendor !== vendor || link.accountId !== accountId);
}

function joined(skus: readonly SkuRef[], more: readonly SkuRef[]): SkuRef[] {
  return [...skus, ...more.filter((sku) => !skus.some((known) => sameSku(known, sku)))];
}
