import type { Card } from 'trueup';
import type { Row } from './contender.ts';

/** A card as a comparable row. */
export function cardRow(card: Card): Row {
  if (card.vendor.state !== 'counted') throw new Error(`card ${card.id} has no count`);
  return {
    customerId: card.customer.id,
    ruleId: card.ruleId ?? '',
    psa: card.psa === null ? null : Math.round(card.psa.units * 10),
    vendor: Math.round(card.vendor.units * 10),
    lineIds: card.psa === null ? [] : card.psa.lines.map((line) => line.lineId),
    accountIds: card.vendor.contributions
      .filter((part) => part.basis === 'reported')
      .map((part) => part.accountId ?? ''),
  };
}
