import type { Card, CardKind, Proposal, Summary } from '../model/card.ts';
import { addDecimals } from '../model/money.ts';
import { compareStrings } from '../model/order.ts';
import { toScaled, UNIT_SCALE } from '../model/units.ts';

/** Running totals; exact, so that the order of adding never shows and a part can be taken off again. */
export interface Totals {
  readonly cards: Record<CardKind, number>;
  readonly proposals: Record<Proposal['status'], number>;
  under: bigint;
  over: bigint;
  readonly impact: Map<string, { under: string; over: string; cards: number }>;
  linesInScope: number;
  linesOutOfScope: number;
}

export function noTotals(): Totals {
  return {
    cards: { reconcile: 0, 'new-revenue': 0, 'no-change': 0, 'no-count': 0 },
    proposals: { none: 0, ready: 0, 'add-line': 0, blocked: 0 },
    under: 0n,
    over: 0n,
    impact: new Map(),
    linesInScope: 0,
    linesOutOfScope: 0,
  };
}

/** Adds cards, or takes them off (`sign` −1). */
export function addCards(
  totals: Totals,
  cards: readonly Card[],
  linesOutOfScope: number,
  sign: 1 | -1 = 1,
): void {
  totals.linesOutOfScope += sign * linesOutOfScope;
  for (const card of cards) {
    totals.cards[card.kind] += sign;
    totals.proposals[card.proposal.status] += sign;
    if (card.psa) totals.linesInScope += sign * card.psa.lines.length;
    if (card.kind !== 'reconcile' && card.kind !== 'new-revenue') continue;
    const variance = BigInt(sign * toScaled(card.variance));
    if (card.variance > 0) totals.under += variance;
    else totals.over -= variance;
    if (card.impact) addImpact(totals, card.impact.amount, card.impact.currency, sign);
  }
}

function addImpact({ impact }: Totals, amount: string, currency: string, sign: 1 | -1): void {
  const sums = impact.get(currency) ?? { under: '0', over: '0', cards: 0 };
  const size = amount.startsWith('-') ? amount.slice(1) : amount;
  const side = size === amount ? 'under' : 'over';
  sums[side] = addDecimals([sums[side], sign < 0 ? `-${size}` : size]);
  sums.cards += sign;
  if (sums.cards > 0) impact.set(currency, sums);
  else impact.delete(currency);
}

export function summaryOf({ cards, proposals, impact, ...totals }: Totals): Summary {
  return {
    cards: { ...cards },
    proposals: { ...proposals },
    underBilledUnits: Number(totals.under) / UNIT_SCALE,
    overBilledUnits: Number(totals.over) / UNIT_SCALE,
    impact: [...impact]
      .sort(([a], [b]) => compareStrings(a, b))
      .map(([currency, { under, over }]) => ({ currency, underBilled: under, overBilled: over })),
    linesInScope: totals.linesInScope,
    linesOutOfScope: totals.linesOutOfScope,
  };
}
