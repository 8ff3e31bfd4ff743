import type { Card, NamedRef, ScopeReason } from '../model/card.ts';
import type { Problem } from '../model/errors.ts';
import { compareBy } from '../model/order.ts';
import { problem } from '../model/problem.ts';
import type { ContractLine } from '../model/psa.ts';
import type { OutOfScopeLine, Suppressed } from '../model/reconciliation.ts';
import { isUnits } from '../model/units.ts';
import { duplicate, skuOf, type Unit } from './catalogue.ts';
import { areDays, contractScope, inOrder, lineScope, type OutOfScope, out } from './scope.ts';
import type { Account, ContractRows, CustomerRows, Held, Store } from './store.ts';
import type { Row } from './tally.ts';

/** A value while it is made. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a customer has of one unit. */
export interface Group {
  readonly unit: Unit;
  lines: Held[];
  readonly out: OutOfScopeLine[];
  readonly rows: Row[];
  /** A row that cannot be used belongs here: no card can be right. */
  spoilt: boolean;
  /** A line here names a contract that is not there, or not this customer's. */
  orphan: boolean;
}

/** The kernel's working state for one customer. */
export interface Work {
  readonly store: Store;
  readonly rows: CustomerRows;
  readonly ref: NamedRef;
  /** The start of every card id. */
  readonly path: string;
  /** What keeps the whole customer out of scope. */
  readonly scope: OutOfScope | null;
  /** Its lines are not all known. */
  readonly incomplete: boolean;
  /** A line in force is of a service nobody knows: it may bill what a new line would bill again. */
  stray: boolean;
  readonly groups: Map<Unit, Group>;
  /** Contracts that could take a new line. */
  readonly open: ContractRows[];
  readonly excludedRows: Row[];
  readonly unmappedRows: Row[];
  readonly cards: Card[];
  readonly suppressed: Suppressed[];
  readonly outOfScope: OutOfScopeLine[];
  readonly problems: Problem[];
}

/** Sorts the customer's lines to their units, or out of scope. */
export function gatherLines(work: Work): void {
  const { store, rows } = work;
  rows.contracts.sort(inOrder);
  for (const contract of rows.contracts) {
    if (contract.duplicate) continue;
    const { info } = contract;
    if (!areDays(store, info)) work.problems.push(badRow('contract', { contractId: info.id }, 'dates'));
    const own = contractScope(store, info);
    if (!own) work.open.push(contract);
    const scope = work.scope ?? own;
    for (const line of contract.lines) placeLine(work, line, contract, scope);
    if (store.misplaced.size === 0) continue;
    for (const line of store.misplaced.get(info.id) ?? []) {
      const service = store.catalogue.services.get(line.serviceId);
      if (service) groupOf(work, service.unit).orphan = true;
    }
  }
  for (const line of rows.strays) {
    orphan(work, line, 'a contract the snapshot does not have for its customer');
    placeLine(work, line, null, out('orphan', line.contractId));
  }
  for (const group of work.groups.values()) {
    if (group.spoilt) setAside(work, group, group.lines);
  }
}

/** Takes lines off their card: something beside them is not known, so no card can be right. */
export function setAside(work: Work, group: Group, lines: readonly Held[]): void {
  group.spoilt = true;
  for (const { line } of lines) putOut(work, group, line, UNREAD);
  group.lines = group.lines.filter((held) => !lines.includes(held));
}

/** What keeps a contract out without saying that it bills nothing; of one that is over it is sure, whatever is on it. */
const MAY_BILL: readonly ScopeReason[] = ['orphan', 'bad-row', 'contract-future'];

function placeLine(
  work: Work,
  line: ContractLine,
  contract: ContractRows | null,
  scope: OutOfScope | null,
): void {
  const { store } = work;
  const service = store.catalogue.services.get(line.serviceId);
  const field = badField(store, line);
  if (field) {
    const ids = { lineId: line.id, customerId: line.customerId };
    work.problems.push(
      field === 'id' ? duplicate('line', ids, 'none is on a card') : badRow('line', ids, field),
    );
  }
  const group = service && groupOf(work, service.unit);
  let failed = scope;
  if (!service?.info) {
    if (scope?.reason !== 'orphan') failed = out('orphan', line.serviceId);
    // Were it not in force, it would bill nothing.
    if (!scope && !lineScope(store, line, false, true)) {
      orphan(work, line, 'a service the snapshot does not have');
      work.stray = true;
    }
  } else
    failed ??= lineScope(store, line, service.excluded, field === null) ?? (work.incomplete ? UNREAD : null);
  if (group) {
    group.orphan ||= failed?.reason === 'orphan' && (!scope || MAY_BILL.includes(scope.reason));
    group.spoilt ||= failed?.reason === 'bad-row';
  }
  if (failed) putOut(work, group, line, failed);
  else if (group && contract) group.lines.push({ line, contract });
}

function orphan(
  { problems }: Work,
  { id, contractId, customerId, serviceId }: ContractLine,
  what: string,
): void {
  const ids = { lineId: id, contractId, customerId, serviceId };
  problems.push(problem('orphan-line', `The line names ${what}; it is on no card.`, ids));
}

const UNREAD: OutOfScope = /* @__PURE__ */ out('psa-incomplete');

function putOut(
  work: Work,
  group: Group | undefined,
  line: ContractLine,
  { reason, detail }: OutOfScope,
): void {
  const { id: lineId, contractId, customerId, serviceId } = line;
  const units = isUnits(line.units) ? line.units : null;
  const entry: Mutable<OutOfScopeLine> = { lineId, contractId, customerId, serviceId, units, reason };
  if (detail !== undefined) entry.detail = detail;
  work.outOfScope.push(entry);
  group?.out.push(entry);
}

/** The field that keeps the line from being used; dates are the scope's. */
function badField(store: Store, line: ContractLine): string | null {
  const { units, native } = line;
  if (!isUnits(units) || (store.input.psa.precision === 'integer' && !Number.isInteger(units)))
    return 'units';
  if (native) {
    for (const field of ['included', 'minimum', 'maximum'] as const) {
      if (native[field] !== undefined && !isUnits(native[field])) return `native.${field}`;
    }
  }
  if (!areDays(store, line)) return 'dates';
  return store.duplicateLines.has(line.id) ? 'id' : null;
}

function badRow(what: string, ids: Record<string, string>, field: string): Problem {
  return problem(
    `bad-${what}`,
    `The ${field} of the ${what} cannot be used; it is on no card. Correct the row.`,
    {
      ...ids,
      field,
    },
  );
}

/** Sorts the customer's counts to their units. */
export function gatherCounts(work: Work): void {
  for (const account of work.rows.accounts) {
    if (account.conflict) continue;
    const { vendor } = account;
    for (const count of account.counts) {
      const sku = skuOf(vendor, count.skuId);
      const row: Row = { account, sku, count };
      if (sku.unit) groupOf(work, sku.unit).rows.push(row);
      else (sku.excluded ? work.excludedRows : work.unmappedRows).push(row);
    }
  }
}

function groupOf(work: Work, unit: Unit): Group {
  let group = work.groups.get(unit);
  if (!group) {
    group = { unit, lines: [], out: [], rows: [], spoilt: false, orphan: false };
    work.groups.set(unit, group);
  }
  return group;
}

/** By vendor, then account: the order counts are shown in. */
export const byAccount: (a: Account, b: Account) => number = /* @__PURE__ */ compareBy<Account>(
  ({ vendor }) => vendor.source,
  ({ id }) => id,
);

export const byLine: (a: OutOfScopeLine, b: OutOfScopeLine) => number =
  /* @__PURE__ */ compareBy<OutOfScopeLine>(
    (line) => line.lineId,
    (line) => line.contractId,
    (line) => line.serviceId,
    (line) => JSON.stringify(line),
  );
