import type { Problem } from '../model/errors.ts';
import type { AccountLink, Mapping, ServiceRule } from '../model/mapping.ts';
import { compareStrings } from '../model/order.ts';
import { problem, sortProblems } from '../model/problem.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import type { VendorSku, VendorSnapshot } from '../model/vendor.ts';
import { linksByAccount, skuKey, usableRules } from './rules.ts';

/** The rows a mapping is checked against. */
export interface MappingSources {
  readonly psa: PsaSnapshot;
  readonly vendors: readonly VendorSnapshot[];
}

/** Look-ups, and where problems are collected. */
interface Check {
  readonly mapping: Mapping;
  readonly psa: PsaSnapshot;
  readonly customers: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly vendors: ReadonlyMap<string, VendorSnapshot>;
  readonly skus: ReadonlyMap<string, VendorSku>;
  /** SKUs of some rule. */
  readonly mapped: ReadonlySet<string>;
  readonly excludedSkus: ReadonlySet<string>;
  readonly problems: Problem[];
}

/**
 * Everything that is wrong with a mapping, as values: contradictions, ids nobody knows, and rules that count the
 * wrong thing or nothing. Errors are what `reconcile` will not use; warnings it uses, and a person should look.
 */
export function validateMapping(mapping: Mapping, { psa, vendors }: MappingSources): Problem[] {
  const check: Check = {
    mapping,
    psa,
    customers: new Set(psa.customers.map(({ id }) => id)),
    services: new Set(psa.services.map(({ id }) => id)),
    vendors: new Map(vendors.map((vendor) => [vendor.source, vendor])),
    skus: new Map(
      vendors.flatMap(({ source, skus }) =>
        skus.map((sku): [string, VendorSku] => [skuKey({ vendor: source, skuId: sku.id }), sku]),
      ),
    ),
    mapped: new Set(mapping.services.flatMap((rule) => rule.skus.map(skuKey))),
    excludedSkus: new Set(mapping.excluded?.skus?.map(skuKey)),
    problems: usableRules(mapping).problems,
  };
  checkLinks(check);
  for (const rule of mapping.services) checkRule(check, rule);
  checkLists(check);
  checkSiblings(check);
  return sortProblems(check.problems);
}

function checkLinks(check: Check): void {
  const { mapping, psa, customers, vendors, problems } = check;
  for (const [vendor, links] of linksByAccount(mapping)) {
    for (const [accountId, held] of links) {
      if (held.length < 2) continue;
      const text = 'The vendor account has more than one link; none is used. Keep one.';
      problems.push(problem('account-linked-twice', text, { vendor, accountId }));
    }
  }
  const accounts = new Map(
    [...vendors].map(([source, vendor]) => [source, new Set(vendor.accounts.map(({ id }) => id))]),
  );
  // Of a contract that is there twice nobody knows whose it is; `reconcile` takes none of them.
  const contracts = new Map<string, string | null>();
  for (const { id, customerId } of psa.contracts) contracts.set(id, contracts.has(id) ? null : customerId);
  for (const link of mapping.accounts) {
    const { vendor, accountId, customerId, contractId } = link;
    const ids = { vendor, accountId };
    const known = accounts.get(vendor);
    if (!known)
      unknown(check, 'vendor-not-given', 'No snapshot of the vendor of a link was given.', { vendor });
    else if (!known.has(accountId)) {
      unknown(
        check,
        'account-unknown',
        'The vendor does not have the account of a link; remove it, or pull again.',
        ids,
      );
    }
    if (customerId === null) continue;
    if (!customers.has(customerId)) {
      const text = 'A link names a customer the PSA does not have; what the account counts is on no card.';
      problems.push(problem('customer-unknown', text, { ...ids, customerId }));
    }
    if (contractId !== undefined && contracts.get(contractId) !== customerId) {
      const text = 'The account is bound to a contract the customer does not have; correct the link.';
      problems.push(problem('contract-unknown', text, { ...ids, customerId, contractId }));
    }
    checkRename(check, link);
  }
}

/** Ids bind, so a new name breaks nothing; but it can mean that the account now is someone else's. */
function checkRename({ vendors, problems }: Check, { vendor, accountId, linkedName }: AccountLink): void {
  if (linkedName === undefined) return;
  const rows = vendors.get(vendor)?.accounts.filter(({ id }) => id === accountId) ?? [];
  const [now] = rows.map(({ name }) => name).sort(compareStrings);
  if (now === undefined || now === linkedName) return;
  const text = `The account was linked as "${linkedName}" and is now named "${now}". Check that it is still the same company.`;
  problems.push(problem('account-renamed', text, { vendor, accountId }, 'warning'));
}

function checkRule(check: Check, rule: ServiceRule): void {
  const { mapping, services, vendors, skus, excludedSkus, problems } = check;
  const ruleId = rule.id;
  const warn = (code: string, message: string, ids: Record<string, string> = {}): void => {
    problems.push(problem(code, message, { ruleId, ...ids }, 'warning'));
  };
  const excludedServices = new Set(mapping.excluded?.services);
  for (const serviceId of rule.serviceIds) {
    if (!services.has(serviceId))
      warn('service-unknown', 'A rule names a service the PSA does not have.', { serviceId });
    else if (excludedServices.has(serviceId)) {
      warn('service-excluded', 'A service of a rule is excluded; its lines are never compared.', {
        serviceId,
      });
    }
  }
  for (const ref of rule.skus) {
    const ids = { vendor: ref.vendor, skuId: ref.skuId };
    const sku = skus.get(skuKey(ref));
    if (!vendors.has(ref.vendor))
      warn('vendor-not-given', 'No snapshot of a vendor of the rule was given.', { vendor: ref.vendor });
    else if (!sku) warn('sku-unknown', 'A rule names a SKU its vendor does not have.', ids);
    else if (rule.metric !== undefined && !sku.metrics.includes(rule.metric)) {
      warn('metric-unknown', `The SKU does not report ${rule.metric}; it will never be counted.`, ids);
    }
    if (excludedSkus.has(skuKey(ref)))
      warn('sku-excluded', 'A SKU of a rule is excluded; it is not counted.', ids);
  }
  const several = new Set(rule.skus.map(skuKey)).size;
  if (several < rule.skus.length) warn('sku-twice', 'The rule names a SKU twice; it is counted once.');
  if (rule.detectNewRevenue && several > 1) {
    warn(
      'new-revenue-multi-mapped',
      'New revenue cannot be detected on a rule that sums several SKUs; it stays off.',
    );
  }
  if (rule.spread === 'replicate' && rule.allocate !== undefined && rule.allocate !== 'single') {
    warn(
      'replicate-with-allocate',
      'To copy the count to each service and to split it are two wishes; several lines of a service stay blocked.',
    );
  }
  checkReach(check, rule);
}

/** A rule whose every SKU, or every service, is out of reach compares nothing. */
function checkReach(
  { mapping, services, vendors, skus, excludedSkus, problems }: Check,
  rule: ServiceRule,
): void {
  const service = (id: string): boolean => services.has(id) && !mapping.excluded?.services?.includes(id);
  const sku = (ref: { vendor: string; skuId: string }): boolean =>
    // A vendor that is not given may have it.
    (!vendors.has(ref.vendor) || skus.has(skuKey(ref))) && !excludedSkus.has(skuKey(ref));
  if (rule.serviceIds.some(service) && rule.skus.some(sku)) return;
  if (rule.serviceIds.length === 0 || rule.skus.length === 0) return;
  const what = rule.serviceIds.some(service) ? 'SKUs' : 'services';
  const text = `The rule can never match: none of its ${what} is there and not excluded.`;
  problems.push(problem('rule-never-matches', text, { ruleId: rule.id }, 'warning'));
}

/** The ids of `excluded` and `newRevenueOff`. */
function checkLists(check: Check): void {
  const { excluded = {}, newRevenueOff = {} } = check.mapping;
  const text = 'An excluded or switched-off id is not there; remove it if it is gone for good.';
  for (const customerId of [...(excluded.customers ?? []), ...(newRevenueOff.customers ?? [])]) {
    if (!check.customers.has(customerId)) unknown(check, 'customer-gone', text, { customerId });
  }
  for (const serviceId of excluded.services ?? []) {
    if (!check.services.has(serviceId)) unknown(check, 'service-unknown', text, { serviceId });
  }
  for (const { vendor, skuId } of excluded.skus ?? []) {
    if (check.vendors.has(vendor) && !check.skus.has(skuKey({ vendor, skuId }))) {
      unknown(check, 'sku-unknown', text, { vendor, skuId });
    }
  }
}

/** The no-term variant where terms exist, and variants with counts that no rule counts. */
function checkSiblings({ vendors, mapped, excludedSkus, problems }: Check): void {
  for (const [vendor, { skus, counts }] of vendors) {
    const families = Map.groupBy(
      skus.filter((sku) => sku.family !== undefined),
      (sku) => sku.family,
    );
    const counted = new Set(
      counts.filter(({ units, status }) => units > 0 && status !== 'ended').map(({ skuId }) => skuId),
    );
    for (const family of families.values()) {
      const isMapped = (sku: VendorSku): boolean => mapped.has(skuKey({ vendor, skuId: sku.id }));
      if (!family.some(isMapped)) continue;
      const termed = family.some((sku) => sku.term);
      for (const sku of family) {
        const ids = { vendor, skuId: sku.id };
        if (isMapped(sku)) {
          if (sku.term !== null || !termed) continue;
          const text =
            'The variant without a term is mapped although one with a term exists; its counts are often wrong.';
          problems.push(problem('no-term-sku', text, ids, 'warning'));
        } else if (counted.has(sku.id) && !excludedSkus.has(skuKey(ids))) {
          const text = 'A variant of a mapped SKU carries counts and is in no rule; add it or exclude it.';
          problems.push(problem('sibling-unmapped', text, ids, 'warning'));
        }
      }
    }
  }
}

function unknown({ problems }: Check, code: string, message: string, ids: Record<string, string>): void {
  problems.push(problem(code, message, ids, 'warning'));
}
