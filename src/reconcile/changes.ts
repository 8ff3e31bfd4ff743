import { usableRules } from '../mapping/rules.ts';
import type { AccountLink, Mapping, ServiceRule } from '../model/mapping.ts';
import type { Catalogue } from './catalogue.ts';
import type { CustomerPart } from './kernel.ts';
import type { Account, Store } from './store.ts';

/** All customers, those that are gone included. */
export function everyone(before: Store, after: Store): string[] {
  return [...before.customers.keys(), ...after.customers.keys()];
}

/** The customers a new snapshot of a vendor bears on. */
export function changedByVendor(before: Store, after: Store, source: string): Iterable<string> {
  // What holds for the vendor as a whole can show on any card.
  if (vendorFacts(before.catalogue, source) !== vendorFacts(after.catalogue, source))
    return everyone(before, after);
  const changed = new Set<string>();
  const old = before.accounts.get(source);
  for (const [id, account] of after.accounts.get(source) ?? []) {
    const customerId = account.link?.customerId;
    if (typeof customerId !== 'string') continue;
    if (accountFacts(account) !== accountFacts(old?.get(id))) changed.add(customerId);
  }
  return changed;
}

function vendorFacts({ vendors }: Catalogue, source: string): string {
  const vendor = vendors.get(source);
  if (!vendor) return '';
  const { connected, complete, stale, listsUsedOnly, skus } = vendor;
  const described = [...skus.values()]
    .filter((sku) => sku.info)
    .map((sku) => JSON.stringify([sku.info, sku.duplicate, sku.noTerm]));
  return JSON.stringify([connected, complete, stale, listsUsedOnly, described.sort()]);
}

function accountFacts(account: Account | undefined): string | undefined {
  if (!account) return undefined;
  const { id, info, duplicate, counts, vendor } = account;
  return JSON.stringify([info, duplicate, counts, vendor.gaps.has(id)]);
}

/** The customers a new mapping bears on. */
export function changedByMapping(
  before: Store,
  after: Store,
  parts: ReadonlyMap<string, CustomerPart>,
): Iterable<string> {
  const old = before.input.mapping;
  const { mapping } = after.input;
  const general = (value: Mapping): string =>
    JSON.stringify([value.excluded?.services, value.excluded?.skus]);
  if (general(old) !== general(mapping)) return everyone(before, after);
  const changed = new Set([
    ...difference(old.excluded?.customers, mapping.excluded?.customers),
    ...difference(old.newRevenueOff?.customers, mapping.newRevenueOff?.customers),
  ]);
  for (const text of difference(old.accounts.map(linkKey), mapping.accounts.map(linkKey))) {
    const [vendor, accountId] = JSON.parse(text) as [string, string];
    for (const link of [...old.accounts, ...mapping.accounts]) {
      if (link.vendor === vendor && link.accountId === accountId && link.customerId !== null)
        changed.add(link.customerId);
    }
  }
  const rules = difference(usableRules(old).rules.map(ruleKey), usableRules(mapping).rules.map(ruleKey)).map(
    (text) => JSON.parse(text) as ServiceRule,
  );
  if (rules.length === 0) return changed;
  // A line on another customer's contract bears on that customer's units, and can leave no trace in its part.
  if (after.misplaced.size > 0) return everyone(before, after);
  const ruleIds = new Set<string | null>(rules.map(({ id }) => id));
  const services = new Set(rules.flatMap(({ serviceIds }) => serviceIds));
  const skus = new Set(
    rules.flatMap((rule) => rule.skus.map((ref) => JSON.stringify([ref.vendor, ref.skuId]))),
  );
  for (const [id, part] of parts) {
    const touched =
      part.cards.some((card) => card.services.some((ref) => services.has(ref.id))) ||
      part.suppressed.some(({ ruleId }) => ruleIds.has(ruleId)) ||
      part.outOfScope.some(({ serviceId }) => services.has(serviceId)) ||
      part.unmapped.some(({ vendor, skuId }) => skus.has(JSON.stringify([vendor, skuId]))) ||
      part.problems.some(({ ids }) => skus.has(JSON.stringify([ids?.vendor, ids?.skuId])));
    if (touched) changed.add(id);
  }
  return changed;
}

function linkKey({ vendor, accountId, customerId, contractId }: AccountLink): string {
  return JSON.stringify([vendor, accountId, customerId, contractId]);
}

function ruleKey(rule: ServiceRule): string {
  return JSON.stringify(rule);
}

/** What is in one list and not in the other; a value that is there twice differs from one that is there once. */
function difference(a: readonly string[] = [], b: readonly string[] = []): string[] {
  const counts = new Map<string, number>();
  for (const value of a) counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const value of b) counts.set(value, (counts.get(value) ?? 0) - 1);
  return [...counts].filter(([, count]) => count !== 0).map(([value]) => value);
}
