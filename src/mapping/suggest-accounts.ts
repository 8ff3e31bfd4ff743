import type { AccountLink, Mapping } from '../model/mapping.ts';
import { byRow, compareBy, compareStrings } from '../model/order.ts';
import type { Customer, PsaSnapshot } from '../model/psa.ts';
import type { VendorAccount, VendorSnapshot } from '../model/vendor.ts';
import { companyName, legalFormsDiffer, type NameParts } from './names.ts';
import { compareNames, type NameMatch } from './names-compare.ts';
import { indexNames, type NameIndex } from './names-index.ts';
import { publicDomains } from './names-words.ts';
import type { AccountCandidates, CustomerCandidate, Suggestions } from './suggest.ts';

/** Nothing below is worth a person's look. */
const WORTH_SHOWING = 0.3;
/** A shared domain links only names that look alike at least this much. */
const DOMAIN_NEEDS = 0.4;

/** A company on either side, with its name taken apart. */
interface Company<T> {
  readonly row: T;
  readonly name: NameParts;
}

/** Customers that can be linked, findable by name, id and domain. */
interface CustomerBook {
  readonly byId: ReadonlyMap<string, Company<Customer>>;
  /** Ids of all customers, also of those that cannot be linked: who is named by an id is nobody else. */
  readonly known: ReadonlySet<string>;
  /** Linkable customers by name key, each list by id. */
  readonly byKey: ReadonlyMap<string, Twins<Customer>>;
  readonly keys: readonly string[];
  readonly index: NameIndex;
  /** `system id` → customers; `null` when several share it. One that cannot be linked only where no other has it. */
  readonly byExternalId: ReadonlyMap<string, string | null>;
  readonly byDomain: ReadonlyMap<string, string | null>;
}

const idKey = (system: string, id: string): string => `${system}\u0000${id}`;

/** Keeps `null` for a key that two different values claim: then it proves nothing. */
function claim(map: Map<string, string | null>, key: string, value: string): void {
  const held = map.get(key);
  if (held === undefined) map.set(key, value);
  else if (held !== value) map.set(key, null);
}

/** Companies of one name. An inactive one counts only where no active one has the name. */
interface Twins<T> {
  readonly list: readonly Company<T>[];
  readonly total: number;
}

function group<T extends { readonly active: boolean }>(
  companies: readonly Company<T>[],
): ReadonlyMap<string, Twins<T>> {
  const groups = new Map<string, Company<T>[]>();
  for (const company of companies) {
    const list = groups.get(company.name.key);
    if (list) list.push(company);
    else groups.set(company.name.key, [company]);
  }
  return new Map(
    [...groups].map(([key, all]) => {
      const active = all.filter((company) => company.row.active);
      return [key, { list: active.length > 0 ? active : all, total: all.length }];
    }),
  );
}

/** Private domains only, without `www.` and case. */
function domainsOf(row: { readonly domains?: readonly string[] }): string[] {
  return (row.domains ?? [])
    .map((domain) =>
      domain
        .trim()
        .toLowerCase()
        .replace(/^www\./, ''),
    )
    .filter((domain) => domain.includes('.') && !publicDomains.has(domain));
}

function openBook(psa: PsaSnapshot, mapping: Mapping | undefined): CustomerBook {
  const excluded = new Set(mapping?.excluded?.customers);
  const companies = psa.customers
    .filter((row) => row.isCustomer !== false && !excluded.has(row.id))
    .sort(byRow)
    .map((row) => ({ row, name: companyName(row.name) }));
  const byKey = group(companies);
  const keys = [...byKey.keys()].filter((key) => key !== '').sort(compareStrings);
  const byExternalId = new Map<string, string | null>();
  const byDomain = new Map<string, string | null>();
  for (const { row } of companies) {
    for (const [system, id] of Object.entries(row.externalIds ?? {}))
      claim(byExternalId, idKey(system, id), row.id);
    for (const domain of domainsOf(row)) claim(byDomain, domain, row.id);
  }
  const byId = new Map(companies.map((company) => [company.row.id, company]));
  const others = new Map<string, string | null>();
  for (const row of psa.customers) {
    if (byId.has(row.id)) continue;
    for (const [system, id] of Object.entries(row.externalIds ?? {}))
      claim(others, idKey(system, id), row.id);
  }
  return {
    byId,
    known: new Set(psa.customers.map(({ id }) => id)),
    byKey,
    keys,
    index: indexNames(keys.flatMap((key) => byKey.get(key)?.list[0]?.name ?? [])),
    byExternalId: new Map([...others, ...byExternalId]),
    byDomain,
  };
}

/** Everything known about one vendor's accounts. */
interface AccountBook {
  readonly vendor: VendorSnapshot;
  readonly psa: PsaSnapshot;
  readonly byId: ReadonlyMap<string, Company<VendorAccount>>;
  readonly byKey: ReadonlyMap<string, Twins<VendorAccount>>;
  readonly byDomain: ReadonlyMap<string, string | null>;
  readonly byExternalId: ReadonlyMap<string, string | null>;
  /** Links that exist already: account id → customer id (`null`: excluded). */
  readonly linked: ReadonlyMap<string, string | null>;
  /** Customers that have an account at this vendor already. */
  readonly served: ReadonlySet<string>;
}

function accountBook(psa: PsaSnapshot, vendor: VendorSnapshot, mapping: Mapping | undefined): AccountBook {
  const companies = vendor.accounts.toSorted(byRow).map((row) => ({ row, name: companyName(row.name) }));
  const links = (mapping?.accounts ?? []).filter((link) => link.vendor === vendor.source);
  const byDomain = new Map<string, string | null>();
  const byExternalId = new Map<string, string | null>();
  for (const { row } of companies) {
    for (const domain of domainsOf(row)) claim(byDomain, domain, row.id);
    for (const [system, id] of Object.entries(row.externalIds ?? {}))
      claim(byExternalId, idKey(system, id), row.id);
  }
  return {
    vendor,
    psa,
    byId: new Map(companies.map((company) => [company.row.id, company])),
    byKey: group(companies),
    byDomain,
    byExternalId,
    linked: new Map(links.map((link) => [link.accountId, link.customerId])),
    served: new Set(links.flatMap((link) => link.customerId ?? [])),
  };
}

/** Customers an id ties to the account: the vendor's id at the customer, the PSA's id at the account, a third system's at both. */
function customersById(
  account: VendorAccount,
  accounts: AccountBook,
  book: CustomerBook,
): Map<string, string> {
  const found = new Map<string, string>();
  const { vendor, psa } = accounts;
  for (const system of new Set([vendor.source, vendor.connector])) {
    const customer = book.byExternalId.get(idKey(system, account.id));
    if (customer) found.set(customer, `the customer's ${system} id is this account`);
  }
  for (const [system, id] of Object.entries(account.externalIds ?? {})) {
    if (system === 'psa' || system === psa.source || system === psa.connector) {
      if (book.known.has(id)) found.set(id, `the account's ${system} id is this customer`);
      continue;
    }
    const customer = book.byExternalId.get(idKey(system, id));
    if (customer && accounts.byExternalId.get(idKey(system, id)) === account.id) {
      found.set(customer, `same ${system} id: ${id}`);
    }
  }
  return found;
}

/** Another account of this vendor is the one the customer's own id names. */
function namesAnother(customer: Customer, account: VendorAccount, { vendor, byId }: AccountBook): boolean {
  const id = customer.externalIds?.[vendor.source] ?? customer.externalIds?.[vendor.connector];
  return id !== undefined && id !== account.id && byId.has(id);
}

/** The one customer the account may be linked to without asking, or `null`. */
function sureCustomer(
  account: Company<VendorAccount>,
  accounts: AccountBook,
  book: CustomerBook,
): string | null {
  const { row, name } = account;
  const [named, ...more] = customersById(row, accounts, book).keys();
  // Whom an id names it is, also when that one cannot be linked: never another of the same name.
  if (named !== undefined) return more.length === 0 && book.byId.has(named) ? named : null;
  if (!name.meaningful) return null;
  const twins = accounts.byKey.get(name.key)?.list ?? [];
  const same = book.byKey.get(name.key)?.list ?? [];
  const [only] = same;
  if (only && same.length === 1 && twins.length === 1 && twins[0]?.row.id === row.id) {
    const fits =
      only.row.active && !legalFormsDiffer(name, only.name) && !namesAnother(only.row, row, accounts);
    if (fits) return only.row.id;
  }
  const byDomain = new Set(
    domainsOf(row).flatMap((domain) =>
      accounts.byDomain.get(domain) === row.id ? (book.byDomain.get(domain) ?? []) : [],
    ),
  );
  const [candidate] = byDomain;
  const customer = candidate === undefined || byDomain.size > 1 ? undefined : book.byId.get(candidate);
  if (!customer?.row.active || namesAnother(customer.row, row, accounts)) return null;
  const match = compareNames(customer.name, name, book.index.weight);
  const alike = match.score >= DOMAIN_NEEDS && !match.vetoed && !legalFormsDiffer(name, customer.name);
  return alike ? customer.row.id : null;
}

/** Likely customers by name; equal names of an inactive and an active customer: the active one first. */
function byName(
  name: NameParts,
  accounts: AccountBook,
  book: CustomerBook,
  limit: number,
): CustomerCandidate[] {
  const ranked: CustomerCandidate[] = [];
  const add = ({ row }: Company<Customer>, match: NameMatch, twins: number): void => {
    let score = match.score;
    const reasons = [...match.reasons];
    if (twins > 1) reasons.push(`${twins} customers have this name`);
    if (!row.active) {
      score *= 0.9;
      reasons.push('the customer is inactive');
    }
    if (accounts.served.has(row.id)) {
      score *= 0.97;
      reasons.push('the customer has another account here');
    }
    if (score >= WORTH_SHOWING)
      ranked.push({ customerId: row.id, score: Math.round(score * 1000) / 1000, reasons });
  };
  if (name.key === '') return [];
  for (const { entry, match } of book.index.search(name, limit + 3)) {
    const twins = book.byKey.get(book.keys[entry] ?? '');
    for (const company of twins?.list.slice(0, limit) ?? []) {
      const own = twins?.total === 1 ? match : compareNames(company.name, name, book.index.weight);
      add(company, own, twins?.total ?? 1);
    }
  }
  return ranked;
}

/** Adds what ids, domains and the parent account say to the candidates by name. */
function rank(
  account: Company<VendorAccount>,
  accounts: AccountBook,
  book: CustomerBook,
  named: readonly CustomerCandidate[],
  limit: number,
): CustomerCandidate[] {
  const found = new Map(named.map((candidate) => [candidate.customerId, candidate]));
  const raise = (customerId: string, score: number, reason: string): void => {
    if (!book.byId.has(customerId)) return;
    const held = found.get(customerId);
    const reasons = [reason, ...(held?.reasons ?? [])];
    found.set(customerId, { customerId, score: Math.max(score, held?.score ?? 0), reasons });
  };
  for (const [customerId, reason] of customersById(account.row, accounts, book))
    raise(customerId, 0.99, reason);
  for (const domain of domainsOf(account.row)) {
    const customerId = book.byDomain.get(domain);
    if (customerId) raise(customerId, 0.9, `same domain: ${domain}`);
  }
  const parent = account.row.parentId === undefined ? undefined : accounts.linked.get(account.row.parentId);
  if (parent) raise(parent, 0.85, 'its parent account is linked to this customer');
  return [...found.values()]
    .sort((a, b) => b.score - a.score || compareStrings(a.customerId, b.customerId))
    .slice(0, limit);
}

/** Links and candidates for the accounts without a link. */
export function suggestAccounts(
  psa: PsaSnapshot,
  vendors: readonly VendorSnapshot[],
  mapping: Mapping | undefined,
  limit: number,
): Suggestions['accounts'] {
  const book = openBook(psa, mapping);
  const links: AccountLink[] = [];
  const candidates: AccountCandidates[] = [];
  for (const vendor of [...vendors].sort(compareBy((each) => each.source))) {
    const before = accountBook(psa, vendor, mapping);
    const sure = new Map<string, string>();
    for (const account of before.byId.values()) {
      if (before.linked.has(account.row.id)) continue;
      const customerId = sureCustomer(account, before, book);
      if (customerId !== null) sure.set(account.row.id, customerId);
    }
    // A customer that has its account is a less likely owner of the next one.
    const accounts = { ...before, served: new Set([...before.served, ...sure.values()]) };
    const named = new Map<string, CustomerCandidate[]>();
    for (const account of accounts.byId.values()) {
      const { id } = account.row;
      const customerId = sure.get(id);
      if (customerId !== undefined) {
        links.push({
          vendor: vendor.source,
          accountId: id,
          customerId,
          linkedBy: 'auto',
          linkedName: account.row.name,
        });
      } else if (!accounts.linked.has(id)) {
        const key = account.name.words.join(' ');
        const alike = named.get(key) ?? byName(account.name, accounts, book, limit);
        named.set(key, alike);
        const ranked = rank(account, accounts, book, alike, limit);
        candidates.push({ vendor: vendor.source, accountId: id, ranked });
      }
    }
  }
  return { links, candidates };
}
