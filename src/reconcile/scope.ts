import type { ScopeReason } from '../model/card.ts';
import { compareBy } from '../model/order.ts';
import type { Contract, ContractLine } from '../model/psa.ts';
import { type ContractRows, type CustomerRows, isDay, type Store } from './store.ts';

/** Why a row is out of scope. */
export interface OutOfScope {
  readonly reason: ScopeReason;
  readonly detail: string | undefined;
}

/** What keeps every line of the customer out of scope. */
export function customerScope({ info }: CustomerRows): OutOfScope | null {
  if (!info) return out('orphan', 'customer');
  if (!info.active) return out('customer-inactive');
  return info.isCustomer === false ? out('not-a-customer') : null;
}

/** What keeps every line of the contract out of scope. */
export function contractScope(store: Store, contract: Contract): OutOfScope | null {
  const { id, status, billingCycle, startDate, endDate } = contract;
  if (status !== 'active') return out(contractReasons.get(status) ?? 'contract-inactive', status);
  if (billingCycle === 'none' || billingCycle === 'one-time') return out('not-recurring', billingCycle);
  if (!areDays(store, contract)) return out('bad-row', id);
  if (startDate !== null && startDate > store.on) return out('contract-future', startDate);
  // The last day of a contract is still billed; that of a line is not.
  return endDate !== null && endDate < store.on ? out('contract-ended', endDate) : null;
}

const contractReasons: ReadonlyMap<string, ScopeReason> = /* @__PURE__ */ new Map([
  ['cancelled', 'contract-cancelled'],
  ['expired', 'contract-ended'],
]);

/** The first rule the line fails, once customer and contract have passed. */
export function lineScope(
  store: Store,
  line: ContractLine,
  excluded: boolean,
  usable: boolean,
): OutOfScope | null {
  const { startDate, endDate } = line;
  if (!areDays(store, line)) return out('bad-row', 'dates');
  if (startDate !== null && startDate > store.on) return out('line-future', startDate);
  if (endDate !== null && endDate <= store.on) return out('line-ended', endDate);
  if (!line.active) return out('line-inactive');
  if (excluded) return out('service-excluded', line.serviceId);
  if (store.catalogue.excludedCustomers.has(line.customerId)) return out('customer-excluded');
  return usable ? null : out('bad-row');
}

export function out(reason: ScopeReason, detail?: string): OutOfScope {
  return { reason, detail };
}

/** The customer's contracts in the order lines are listed and filled: by start, then id. */
export const inOrder: (a: ContractRows, b: ContractRows) => number = /* @__PURE__ */ compareBy<ContractRows>(
  ({ info }) => info.startDate,
  ({ info }) => info.id,
);

export function areDays(store: Store, row: Pick<Contract, 'startDate' | 'endDate'>): boolean {
  return isDay(store, row.startDate) && isDay(store, row.endDate);
}
