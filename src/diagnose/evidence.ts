import { companyName, type NameParts } from '../mapping/names.ts';
import { compareNames, type NameMatch } from '../mapping/names-compare.ts';
import { indexNames, type NameIndex } from '../mapping/names-index.ts';
import type { Card } from '../model/card.ts';
import type { AccountLink, Mapping, ServiceRule } from '../model/mapping.ts';
import { compareBy } from '../model/order.ts';
import type { Contract, ContractLine, Customer, PsaSnapshot, Service } from '../model/psa.ts';
import type { OutOfScopeLine, Reconciliation, UnmappedAccount } from '../model/reconciliation.ts';
import type { VendorAccount, VendorCount, VendorSku, VendorSnapshot } from '../model/vendor.ts';
import type { History } from './history.ts';
import { type RuleUse, useOf } from './rule-use.ts';
import type { OpenCard, VendorFilterFact } from './types.ts';

/** What `diagnose` is given. */
export interface DiagnoseInput {
  readonly reconciliation: Reconciliation;
  /** The snapshot the reconciliation was made from. */
  readonly psa: PsaSnapshot;
  /** The snapshots the reconciliation was made from. */
  readonly vendors: readonly VendorSnapshot[];
  /** The one the reconciliation was made with. */
  readonly mapping: Mapping;
}

export const pairKey = (vendor: string, id: string): string => `${vendor}\u0000${id}`;

/** An account with its counts. */
export interface AccountRows {
  readonly vendor: string;
  readonly row: VendorAccount;
  readonly counts: VendorCount[];
}

/** All rows a customer's cards are made from. */
export interface CustomerRows {
  readonly customer: Customer;
  readonly contracts: Contract[];
  readonly lines: ContractLine[];
  readonly links: AccountLink[];
  readonly outOfScope: OutOfScopeLine[];
  /** SKUs without a rule that the customer uses, in their default metric. */
  readonly unmappedSkus: { readonly vendor: string; readonly skuId: string; readonly units: number }[];
}

/** An account without a link, with its name taken apart. */
export interface LooseAccount {
  readonly account: UnmappedAccount;
  readonly name: NameParts;
}

/** Everything looked up while diagnosing, read once. Only rows of the open cards' customers are kept. */
export interface Evidence {
  readonly input: DiagnoseInput;
  readonly open: readonly OpenCard[];
  readonly customers: ReadonlyMap<string, CustomerRows>;
  readonly rules: ReadonlyMap<string, ServiceRule>;
  readonly ruleOfSku: ReadonlyMap<string, ServiceRule>;
  readonly ruleOfService: ReadonlyMap<string, ServiceRule>;
  /** By id; of several with one id, all. */
  readonly services: ReadonlyMap<string, readonly Service[]>;
  readonly vendors: ReadonlyMap<string, VendorSnapshot>;
  readonly skus: ReadonlyMap<string, VendorSku>;
  /** By `vendor account`: linked to an open card's customer, or not linked at all. */
  readonly accounts: ReadonlyMap<string, AccountRows>;
  /** How the cards of a rule stand; counted when first asked. */
  use(ruleId: string): RuleUse;
  /** Cards and differing cards of a vendor's rules other than this one. */
  others(vendor: string, ruleId: string): { readonly cards: number; readonly differing: number };
  /** Per customer, the units of a SKU that is in no rule. */
  usersOf(vendor: string, skuId: string): ReadonlyMap<string, number>;
  readonly history: History;
  filters(vendor: string): readonly VendorFilterFact[];
  /** Unlinked accounts of a vendor with usage that resemble a name, best first. */
  resembling(
    vendor: string,
    name: NameParts,
  ): readonly { readonly loose: LooseAccount; readonly match: NameMatch }[];
  /** How alike two names are, by the rarity of their words among this vendor's loose accounts. */
  alike(vendor: string, a: NameParts, b: NameParts): NameMatch;
  readonly looseByParent: ReadonlyMap<string, readonly LooseAccount[]>;
  /** By vendor. */
  readonly loose: ReadonlyMap<string, readonly LooseAccount[]>;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Reads the input once: one pass over lines, links and counts, however many cards are open. */
export function gatherEvidence(
  input: DiagnoseInput,
  open: readonly OpenCard[],
  history: History,
  filters: Readonly<Record<string, readonly VendorFilterFact[]>>,
): Evidence {
  const { reconciliation, psa, vendors, mapping } = input;
  const customers = customerRows(input, open);
  const loose = looseAccounts(reconciliation);
  const indexes = new Map<
    string,
    { readonly index: NameIndex; readonly entries: readonly LooseAccount[][] }
  >();
  const indexOf = (
    vendor: string,
  ): { readonly index: NameIndex; readonly entries: readonly LooseAccount[][] } => {
    const known = indexes.get(vendor);
    if (known) return known;
    const byKey = new Map<string, LooseAccount[]>();
    for (const each of loose.get(vendor) ?? []) push(byKey, each.name.key, each);
    const entries = [...byKey.values()].sort(compareBy((list) => list[0]?.name.key));
    const built = { index: indexNames(entries.flatMap((list) => list[0]?.name ?? [])), entries };
    indexes.set(vendor, built);
    return built;
  };
  const looseByParent = new Map<string, LooseAccount[]>();
  const bySource = new Map(vendors.map((vendor) => [vendor.source, vendor]));
  const accounts = accountRows(input, customers, loose);
  for (const list of loose.values()) {
    for (const each of list) {
      const { vendor, accountId } = each.account;
      const parent = accounts.get(pairKey(vendor, accountId))?.row.parentId;
      if (parent !== undefined) push(looseByParent, pairKey(vendor, parent), each);
    }
  }
  const { cardsOfRule, standing } = cardsByRule(reconciliation, mapping, open);
  const uses = new Map<string, RuleUse>();
  const users = new Map<string, ReadonlyMap<string, number>>();
  const unmapped = new Map(
    reconciliation.unmapped.skus.map((sku) => [pairKey(sku.vendor, sku.skuId), sku.customers]),
  );
  const services = new Map<string, Service[]>();
  for (const service of psa.services) push(services, service.id, service);
  const skus = new Map<string, VendorSku>();
  for (const vendor of vendors) for (const sku of vendor.skus) skus.set(pairKey(vendor.source, sku.id), sku);
  return {
    input: { reconciliation, psa, vendors, mapping },
    open,
    customers,
    rules: new Map(mapping.services.map((rule) => [rule.id, rule])),
    ruleOfSku: new Map(
      mapping.services.flatMap((rule) =>
        rule.skus.map((sku) => [pairKey(sku.vendor, sku.skuId), rule] as const),
      ),
    ),
    ruleOfService: new Map(
      mapping.services.flatMap((rule) => rule.serviceIds.map((id) => [id, rule] as const)),
    ),
    services,
    vendors: bySource,
    skus,
    accounts,
    use: (ruleId) => {
      const known = uses.get(ruleId) ?? useOf(cardsOfRule.get(ruleId) ?? []);
      uses.set(ruleId, known);
      return known;
    },
    others: (vendor, ruleId) => {
      const all = standing.byVendor.get(vendor) ?? { cards: 0, differing: 0 };
      const own = standing.byRule.get(ruleId) ?? { cards: 0, differing: 0 };
      return { cards: all.cards - own.cards, differing: all.differing - own.differing };
    },
    usersOf: (vendor, skuId) => {
      const key = pairKey(vendor, skuId);
      const known = users.get(key) ?? new Map(unmapped.get(key)?.map((use) => [use.customerId, use.units]));
      users.set(key, known);
      return known;
    },
    history,
    filters: (vendor) => filters[vendor] ?? filters[bySource.get(vendor)?.connector ?? ''] ?? [],
    resembling: (vendor, name) => {
      if (name.key === '') return [];
      const { index, entries } = indexOf(vendor);
      return index
        .search(name, 6)
        .flatMap(({ entry, match }) =>
          (entries[entry] ?? []).slice(0, 6).map((each) => ({ loose: each, match })),
        );
    },
    alike: (vendor, a, b) => compareNames(a, b, indexOf(vendor).index.weight),
    looseByParent,
    loose,
  };
}

interface Standing {
  cards: number;
  differing: number;
}

/** One pass over all cards: those of the rules of open cards, and how every rule and vendor stands. */
function cardsByRule(
  { cards }: Reconciliation,
  { services }: Mapping,
  open: readonly OpenCard[],
): {
  readonly cardsOfRule: ReadonlyMap<string, readonly Card[]>;
  readonly standing: {
    readonly byRule: ReadonlyMap<string, Standing>;
    readonly byVendor: ReadonlyMap<string, Standing>;
  };
} {
  const cardsOfRule = new Map<string, Card[]>();
  for (const card of open) if (card.ruleId !== null) cardsOfRule.set(card.ruleId, []);
  const byRule = new Map<string, Standing>(services.map((rule) => [rule.id, { cards: 0, differing: 0 }]));
  for (const card of cards) {
    if (card.ruleId === null) continue;
    const standing = byRule.get(card.ruleId);
    if (standing) {
      standing.cards++;
      if (card.kind !== 'no-change') standing.differing++;
    }
    cardsOfRule.get(card.ruleId)?.push(card);
  }
  const byVendor = new Map<string, Standing>();
  for (const rule of services) {
    const own = byRule.get(rule.id);
    for (const vendor of new Set(rule.skus.map((sku) => sku.vendor))) {
      const sum = byVendor.get(vendor) ?? { cards: 0, differing: 0 };
      byVendor.set(vendor, {
        cards: sum.cards + (own?.cards ?? 0),
        differing: sum.differing + (own?.differing ?? 0),
      });
    }
  }
  return { cardsOfRule, standing: { byRule, byVendor } };
}

function looseAccounts({ unmapped }: Reconciliation): Map<string, LooseAccount[]> {
  const loose = new Map<string, LooseAccount[]>();
  for (const account of unmapped.accounts) {
    if (account.counts.length > 0) push(loose, account.vendor, { account, name: companyName(account.name) });
  }
  return loose;
}

function customerRows(
  { reconciliation, psa, mapping }: DiagnoseInput,
  open: readonly OpenCard[],
): Map<string, CustomerRows> {
  const wanted = new Set(open.map((card) => card.customer.id));
  const rows = new Map<string, CustomerRows>();
  for (const customer of psa.customers) {
    if (!wanted.has(customer.id)) continue;
    rows.set(customer.id, {
      customer,
      contracts: [],
      lines: [],
      links: [],
      outOfScope: [],
      unmappedSkus: [],
    });
  }
  for (const contract of psa.contracts) rows.get(contract.customerId)?.contracts.push(contract);
  for (const line of psa.lines) rows.get(line.customerId)?.lines.push(line);
  for (const link of mapping.accounts) {
    if (link.customerId !== null) rows.get(link.customerId)?.links.push(link);
  }
  for (const { links } of rows.values()) {
    links.sort(
      compareBy(
        (link) => link.vendor,
        (link) => link.accountId,
      ),
    );
  }
  for (const line of reconciliation.outOfScope) rows.get(line.customerId)?.outOfScope.push(line);
  for (const { vendor, skuId, customers } of reconciliation.unmapped.skus) {
    for (const { customerId, units } of customers) {
      rows.get(customerId)?.unmappedSkus.push({ vendor, skuId, units });
    }
  }
  return rows;
}

function accountRows(
  { vendors }: DiagnoseInput,
  customers: ReadonlyMap<string, CustomerRows>,
  loose: ReadonlyMap<string, readonly LooseAccount[]>,
): Map<string, AccountRows> {
  const wanted = new Map<string, Set<string>>();
  const want = (vendor: string, accountId: string): void => {
    const set = wanted.get(vendor);
    if (set) set.add(accountId);
    else wanted.set(vendor, new Set([accountId]));
  };
  for (const { links } of customers.values()) for (const link of links) want(link.vendor, link.accountId);
  for (const list of loose.values()) for (const { account } of list) want(account.vendor, account.accountId);
  const accounts = new Map<string, AccountRows>();
  for (const vendor of vendors) {
    const set = wanted.get(vendor.source);
    if (!set) continue;
    const mine = new Map<string, AccountRows>();
    for (const row of vendor.accounts) {
      if (!set.has(row.id)) continue;
      const entry = { vendor: vendor.source, row, counts: [] };
      mine.set(row.id, entry);
      accounts.set(pairKey(vendor.source, row.id), entry);
    }
    for (const count of vendor.counts) mine.get(count.accountId)?.counts.push(count);
  }
  return accounts;
}
