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
  /** Amounts not yet added up. */
  readonly impact: Map<string, { under: string[]; over: string[] }>;
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

/** Adds one customer's cards. */
export function addCards(totals: Totals, cards: readonly Card[], linesOutOfScope: number): void {
  let under = 0;
  let over = 0;
  for (const card of cards) {
    totals.cards[card.kind]++;
    totals.proposals[card.proposal.status]++;
    if (card.psa) totals.linesInScope += card.psa.lines.length;
    if (card.kind !== 'reconcile' && card.kind !== 'new-revenue') continue;
    const variance = toScaled(card.variance);
    if (variance > 0) under += variance;
    else over -= variance;
    if (!card.impact) continue;
    const { amount, currency } = card.impact;
    let sums = totals.impact.get(currency);
    if (!sums) {
      sums = { under: [], over: [] };
      totals.impact.set(currency, sums);
    }
    if (amount.startsWith('-')) sums.over.push(amount.slice(1));
    else sums.under.push(amount);
  }
  totals.under += BigInt(under);
  totals.over += BigInt(over);
  totals.linesOutOfScope += linesOutOfScope;
}

export function summaryOf(totals: Totals): Summary {
  const { cards, proposals, linesInScope, linesOutOfScope } = totals;
  return {
    cards: { ...cards },
    proposals: { ...proposals },
    underBilledUnits: Number(totals.under) / UNIT_SCALE,
    overBilledUnits: Number(totals.over) / UNIT_SCALE,
    impact: [...totals.impact]
      .sort(([a], [b]) => compareStrings(a, b))
      .map(([currency, { under, over }]) => ({
        currency,
        underBilled: addDecimals(under),
        overBilled: addDecimals(over),
      })),
    linesInScope,
    linesOutOfScope,
  };
}
