import type { ScopeReason } from '../model/card.ts';
import type { Contract, ContractLine } from '../model/psa.ts';
import type { ServiceEntry } from './catalogue.ts';
import { type ContractRows, type CustomerRows, isDay, type Store } from './store.ts';

/** Why a row is out of scope. */
export interface OutOfScope {
  readonly reason: ScopeReason;
  readonly detail?: string;
}

/** What keeps every line of the customer out of scope. */
export function customerScope({ info }: CustomerRows): OutOfScope | null {
  if (!info) return { reason: 'orphan', detail: 'customer' };
  if (!info.active) return { reason: 'customer-inactive' };
  return info.isCustomer === false ? { reason: 'not-a-customer' } : null;
}

/** What keeps every line of the contract out of scope. */
export function contractScope(store: Store, contract: Contract): OutOfScope | null {
  const { status, billingCycle, startDate, endDate } = contract;
  if (status !== 'active')
    return { reason: contractReasons.get(status) ?? 'contract-inactive', detail: status };
  if (billingCycle === 'none' || billingCycle === 'one-time') {
    return { reason: 'not-recurring', detail: billingCycle };
  }
  if (!areDays(store, contract)) return { reason: 'bad-row', detail: contract.id };
  if (startDate !== null && startDate > store.on) return { reason: 'contract-future', detail: startDate };
  // The last day of a contract is still billed; that of a line is not.
  return endDate !== null && endDate < store.on ? { reason: 'contract-ended', detail: endDate } : null;
}

const contractReasons: ReadonlyMap<string, ScopeReason> = /* @__PURE__ */ new Map([
  ['cancelled', 'contract-cancelled'],
  ['expired', 'contract-ended'],
]);

/** The first rule the line fails, once customer and contract have passed. */
export function lineScope(
  store: Store,
  line: ContractLine,
  service: ServiceEntry,
  usable: boolean,
): OutOfScope | null {
  const { startDate, endDate } = line;
  if (!areDays(store, line)) return { reason: 'bad-row', detail: 'dates' };
  if (startDate !== null && startDate > store.on) return { reason: 'line-future', detail: startDate };
  if (endDate !== null && endDate <= store.on) return { reason: 'line-ended', detail: endDate };
  if (!line.active) return { reason: 'line-inactive' };
  if (service.excluded) return { reason: 'service-excluded', detail: line.serviceId };
  if (store.catalogue.excludedCustomers.has(line.customerId)) return { reason: 'customer-excluded' };
  return usable ? null : { reason: 'bad-row' };
}

/** The customer's contracts in the order lines are listed and filled: by start, then id. */
export function inOrder(a: ContractRows, b: ContractRows): number {
  const left = a.info.startDate ?? '';
  const right = b.info.startDate ?? '';
  if (left !== right) return left < right ? -1 : 1;
  return a.info.id < b.info.id ? -1 : a.info.id > b.info.id ? 1 : 0;
}

export function areDays(store: Store, row: Pick<Contract, 'startDate' | 'endDate'>): boolean {
  return isDay(store, row.startDate) && isDay(store, row.endDate);
}
