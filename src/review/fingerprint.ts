import type { Card, Condition, Contribution } from '../model/card.ts';
import { stableJson } from '../model/order.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { sha256 } from './digest.ts';

/** How old the data is, not what it says. */
const AGE: readonly Condition[] = ['stale-psa', 'stale-vendor'];

/**
 * What a decision refers to: the card as it was looked at, in its period and PSA. It changes with every number a
 * person saw (both sides, lines, prices, contributions, rules applied, proposal, kind, conditions), and not with
 * names, the age of the data or the vendor's own references.
 * `2026-12.` and 128 bits of SHA-256: two different cards share one with odds of 2⁻¹²⁸.
 * @example fingerprint(card, reconciliation)
 */
export function fingerprint(card: Card, where: Pick<Reconciliation, 'period' | 'psa'>): string {
  return `${where.period}.${sha256(stableJson({ psa: where.psa, ...seen(card) })).slice(0, 32)}`;
}

/** The period a fingerprint was made in, or `null` when it is none. */
export function fingerprintPeriod(value: string): string | null {
  return /^(\d{4}-\d{2})\.[0-9a-f]{32}$/.exec(value)?.[1] ?? null;
}

function seen(card: Card): object {
  return {
    id: card.id,
    kind: card.kind,
    customer: card.customer.id,
    services: card.services.map(({ id }) => id),
    rule: card.ruleId,
    contract: card.contractId,
    bills: card.psa,
    vendor:
      'contributions' in card.vendor
        ? { ...card.vendor, contributions: card.vendor.contributions.map(seenContribution) }
        : card.vendor,
    observed: card.observed,
    variance: card.variance,
    impact: card.impact,
    conditions: card.conditions.filter((condition) => !AGE.includes(condition)),
    proposal: seenProposal(card.proposal),
    outOfScope: card.outOfScopeLines,
  };
}

function seenContribution({ ref: _ref, asOf: _asOf, ...rest }: Contribution): object {
  return rest;
}

function seenProposal(proposal: Card['proposal']): object {
  if (proposal.status !== 'add-line') return proposal;
  const ids = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);
  return { ...proposal, services: ids(proposal.services), contracts: ids(proposal.contracts) };
}
