import type { NewRevenueCard } from '../model/card.ts';
import type { AcceptedDecision, Decision } from '../model/decision.ts';
import type { Units } from '../model/units.ts';
import { refuse, type Verdict } from './refusal.ts';

/**
 * The line to add for a decided new-revenue card; `null` when nothing is to be billed. Where the proposal names
 * candidates the contract must be one of them; where it is blocked a person names contract and service, and the
 * plan checks both against the PSA.
 */
export function addition(
  card: NewRevenueCard,
  decision: Decision,
  units: Units | null,
): Verdict<NonNullable<AcceptedDecision['addition']> | null> {
  const { contractId } = decision;
  if (decision.lines !== undefined) {
    return refuse('lines-invalid', `New revenue has no lines yet; name a contract (card ${card.id}).`);
  }
  if (units === null || units === 0) return { ok: true, value: null };
  const { proposal } = card;
  if (contractId === undefined) {
    return refuse(
      'contract-needed',
      `Card ${card.id} needs the contract to add the line to in 'contractId'.`,
    );
  }
  if (proposal.status === 'add-line' && !proposal.contracts.some(({ id }) => id === contractId)) {
    return refuse('contract-unknown', `Contract ${contractId} is no candidate on card ${card.id}.`);
  }
  const services = proposal.status === 'add-line' ? proposal.services : card.services;
  const [first, ...others] = services;
  const serviceId = decision.serviceId ?? (others.length === 0 ? first?.id : undefined);
  if (serviceId === undefined) {
    return refuse('service-needed', `Card ${card.id} needs the service to bill in 'serviceId'.`);
  }
  if (!services.some(({ id }) => id === serviceId)) {
    return refuse('service-unknown', `Service ${serviceId} is not on card ${card.id}.`);
  }
  return { ok: true, value: { contractId, serviceId, units } };
}
