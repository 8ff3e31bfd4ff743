import type { ScopeReason } from '../model/card.ts';
import type { Contract, ContractLine, PsaSnapshot } from '../model/psa.ts';
import type { Fix } from './types.ts';

const contractChanges: Partial<Record<ScopeReason, Partial<Contract>>> = {
  'contract-inactive': { status: 'active' },
  'contract-cancelled': { status: 'active' },
  'not-recurring': { billingCycle: 'monthly' },
  'contract-future': { startDate: null },
  'contract-ended': { endDate: null },
};

const lineChanges: Partial<Record<ScopeReason, Partial<ContractLine>>> = {
  'line-future': { startDate: null },
  'line-ended': { endDate: null },
  'line-inactive': { active: true },
};

/** The PSA as it would be with what keeps the line out of scope put right, to see whether the card then agrees. */
export function putInScope(
  psa: PsaSnapshot,
  fix: Extract<Fix, { readonly kind: 'fix-contract' }>,
): PsaSnapshot {
  const contract = contractChanges[fix.reason];
  const line = lineChanges[fix.reason];
  const customer = fix.reason === 'customer-inactive' || fix.reason === 'not-a-customer';
  const owner = psa.lines.find((each) => each.id === fix.lineId)?.customerId;
  return {
    ...psa,
    customers: psa.customers.map((each) =>
      customer && each.id === owner ? { ...each, active: true, isCustomer: true } : each,
    ),
    contracts: psa.contracts.map((each) =>
      contract && each.id === fix.contractId ? { ...each, ...contract } : each,
    ),
    lines: psa.lines.map((each) => (line && each.id === fix.lineId ? { ...each, ...line } : each)),
  };
}
