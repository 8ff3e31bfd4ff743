import { linksByAccount } from '../mapping/rules.ts';
import { isPlainDate, type PlainDate } from '../model/dates.ts';
import type { Problem } from '../model/errors.ts';
import type { AccountLink, Mapping } from '../model/mapping.ts';
import { compareStrings } from '../model/order.ts';
import { problem } from '../model/problem.ts';
import type { Contract, ContractLine, Customer } from '../model/psa.ts';
import type { VendorAccount, VendorCount, VendorSnapshot } from '../model/vendor.ts';
import { buildCatalogue, type Catalogue, duplicate, isWhole, type Vendor, vendorOf } from './catalogue.ts';
import { checkInput, inPart, type ReconcileInput } from './input.ts';

/** One customer's rows: all the kernel reads beside the catalogue. */
export interface CustomerRows {
  readonly id: string;
  /** Absent when other rows name a customer the snapshot does not have. */
  info: Customer | undefined;
  duplicate: boolean;
  readonly contracts: ContractRows[];
  /** Lines that name no contract of this customer. */
  readonly strays: ContractLine[];
  readonly accounts: Account[];
  /** Some of its contracts' lines could not be read. */
  incomplete: boolean;
}

export interface ContractRows {
  readonly info: Contract;
  readonly customer: CustomerRows;
  readonly lines: ContractLine[];
  duplicate: boolean;
}

/** A line in scope, with its contract. */
export interface Held {
  readonly line: ContractLine;
  readonly contract: ContractRows;
}

/** A vendor account with its counts. */
export interface Account {
  readonly vendor: Vendor;
  readonly id: string;
  /** Absent when only a link or a count names it. */
  info: VendorAccount | undefined;
  duplicate: boolean;
  /** `undefined`: not linked, or linked more than once ({@link conflict}). */
  link: AccountLink | undefined;
  conflict: boolean;
  readonly counts: VendorCount[];
}

/** All rows, by customer. */
export interface Store {
  readonly input: ReconcileInput;
  readonly on: PlainDate;
  readonly catalogue: Catalogue;
  readonly customers: Map<string, CustomerRows>;
  readonly contracts: Map<string, ContractRows>;
  readonly accounts: Map<string, Map<string, Account>>;
  readonly lineIds: KeySet;
  readonly duplicateLines: Set<string>;
  /** Lines whose contract belongs to another customer, by contract: they spoil that customer's numbers too. */
  readonly misplaced: Map<string, ContractLine[]>;
  /** No line list can be trusted. */
  readonly psaIncomplete: boolean;
  /** Days already checked; a snapshot has few distinct ones. */
  readonly days: Map<string, boolean>;
  readonly problems: Problem[];
}

/** A set of strings beyond the 16.7 million that one Set holds. */
export type KeySet = Set<string>[];

/**
 * False when the key was there already.
 * @param most how many one Set is given
 */
export function addKey(keys: KeySet, key: string, most = 16_000_000): boolean {
  if (keys.some((set) => set.has(key))) return false;
  const last = keys[keys.length - 1];
  if (last && last.size < most) last.add(key);
  else keys.push(new Set([key]));
  return true;
}

/**
 * Sorts the input's rows to their customers.
 * @throws {TrueupError} `BAD_INPUT`, see `checkInput`
 */
export function buildStore(input: ReconcileInput): Store {
  const on = checkInput(input);
  const { psa, vendors, mapping } = input;
  const catalogue = buildCatalogue(input);
  const gaps = psa.receipt.incompleteContracts ?? [];
  const contractIds = new Set(psa.contracts.map(({ id }) => id));
  const store: Store = {
    input,
    on,
    catalogue,
    customers: new Map(),
    contracts: new Map(),
    accounts: new Map(),
    lineIds: [],
    duplicateLines: new Set(),
    misplaced: new Map(),
    // A gap in a contract nobody knows can be anyone's.
    psaIncomplete: !isWhole(psa.receipt, gaps) || !gaps.every((id) => contractIds.has(id)),
    days: new Map(),
    problems: [...catalogue.problems],
  };
  if (store.psaIncomplete) {
    const what =
      'The PSA was not fully read; a line that is missing would look unbilled, so there are no cards';
    store.problems.push(problem('psa-incomplete', `${what}. Pull it again.`, { psa: psa.source }));
  }
  for (const customer of psa.customers) addCustomer(store, customer);
  for (const contract of psa.contracts) addContract(store, contract);
  for (const { id, customerId } of gaps.length > 0 ? psa.contracts : []) {
    if (gaps.includes(id)) customerOf(store, customerId).incomplete = true;
  }
  addLines(store, psa.lines);
  for (const snapshot of vendors) addVendorRows(store, snapshot);
  addLinks(store, mapping);
  return store;
}

export function customerOf(store: Store, id: string): CustomerRows {
  const held = store.customers.get(id);
  if (held) return held;
  const rows: CustomerRows = {
    id,
    info: undefined,
    duplicate: false,
    contracts: [],
    strays: [],
    accounts: [],
    incomplete: false,
  };
  store.customers.set(id, rows);
  return rows;
}

export function addCustomer(store: Store, info: Customer): void {
  const rows = customerOf(store, info.id);
  rows.duplicate ||= rows.info !== undefined;
  rows.info = info;
}

export function addContract(store: Store, info: Contract): void {
  const other = store.contracts.get(info.id);
  if (other) {
    other.duplicate = true;
    store.problems.push(duplicate('contract', { contractId: info.id }, 'its lines are on no card'));
    return;
  }
  const customer = customerOf(store, info.customerId);
  const contract: ContractRows = { info, customer, lines: [], duplicate: false };
  customer.contracts.push(contract);
  store.contracts.set(info.id, contract);
}

export function addLines(store: Store, lines: readonly ContractLine[]): void {
  let contract: ContractRows | undefined;
  for (const line of lines) {
    if (contract?.info.id !== line.contractId) contract = store.contracts.get(line.contractId);
    if (!addKey(store.lineIds, line.id)) store.duplicateLines.add(line.id);
    if (contract && !contract.duplicate && contract.info.customerId === line.customerId) {
      contract.lines.push(line);
      continue;
    }
    customerOf(store, line.customerId).strays.push(line);
    if (contract && !contract.duplicate) {
      const held = store.misplaced.get(line.contractId);
      if (held) held.push(line);
      else store.misplaced.set(line.contractId, [line]);
    }
  }
}

export function accountOf(store: Store, source: string, id: string): Account {
  let accounts = store.accounts.get(source);
  if (!accounts) {
    accounts = new Map();
    store.accounts.set(source, accounts);
  }
  let account = accounts.get(id);
  if (!account) {
    const vendor = vendorOf(store.catalogue.vendors, source);
    account = { vendor, id, info: undefined, duplicate: false, link: undefined, conflict: false, counts: [] };
    accounts.set(id, account);
  }
  return account;
}

function addVendorRows(store: Store, { source, accounts, counts }: VendorSnapshot): void {
  for (const info of accounts) {
    const account = accountOf(store, source, info.id);
    if (account.info) {
      account.duplicate = true;
      const ids = { vendor: source, accountId: info.id };
      store.problems.push(duplicate('vendor account', ids, 'no count of it is used'));
    }
    // Of two descriptions the lesser one, so that the order of the rows never shows.
    if (!account.info || JSON.stringify(info) < JSON.stringify(account.info)) account.info = info;
  }
  let account: Account | undefined;
  for (const count of counts) {
    if (account?.id !== count.accountId) account = accountOf(store, source, count.accountId);
    account.counts.push(count);
  }
}

function addLinks(store: Store, mapping: Mapping): void {
  for (const [source, links] of linksByAccount(mapping)) {
    for (const [id, held] of links) {
      const account = accountOf(store, source, id);
      account.conflict = held.length > 1;
      account.link = held.length > 1 ? undefined : held[0];
      if (account.conflict) {
        const text = 'The vendor account has more than one link; none is used. Keep one.';
        store.problems.push(problem('account-linked-twice', text, { vendor: source, accountId: id }));
      }
      for (const { customerId } of held) {
        if (customerId === null) continue;
        const { accounts } = customerOf(store, customerId);
        if (!accounts.includes(account)) accounts.push(account);
      }
    }
  }
}

/** The customers to work out, in the one order. */
export function customersInOrder({ customers, input }: Store): CustomerRows[] {
  return [...customers.values()]
    .filter(({ id }) => inPart(id, input.part))
    .sort((a, b) => compareStrings(a.id, b.id));
}

/** True for an empty date or a day that exists. */
export function isDay(store: Store, value: PlainDate | null): boolean {
  if (value === null) return true;
  let good = store.days.get(value);
  if (good === undefined) {
    good = isPlainDate(value);
    store.days.set(value, good);
  }
  return good;
}
