import type { CardKind, Proposal } from '../model/card.ts';
import { addDecimals, type Money } from '../model/money.ts';
import { byKey } from '../model/order.ts';
import type { Summary } from '../model/reconciliation.ts';
import { toScaled, UNIT_SCALE } from '../model/units.ts';
import type { CustomerPart } from './kernel.ts';

/** Running totals; exact, so that the order of adding never shows and a part can be taken off again. */
export interface Totals {
  readonly cards: Record<CardKind, number>;
  readonly proposals: Record<Proposal['status'], number>;
  underBilledUnits: bigint;
  overBilledUnits: bigint;
  readonly impact: Map<string, ImpactSums>;
  linesInScope: number;
  linesOutOfScope: number;
}

interface ImpactSums {
  underBilled: string;
  overBilled: string;
  cards: number;
}

export function noTotals(): Totals {
  return {
    cards: { reconcile: 0, 'new-revenue': 0, 'no-change': 0, 'no-count': 0 },
    proposals: { none: 0, ready: 0, 'add-line': 0, blocked: 0 },
    underBilledUnits: 0n,
    overBilledUnits: 0n,
    impact: new Map(),
    linesInScope: 0,
    linesOutOfScope: 0,
  };
}

/** What of a customer's part is counted. */
type Counted = Pick<CustomerPart, 'cards' | 'outOfScope'>;

export function addCards(totals: Totals, { cards, outOfScope }: Counted): void {
  totals.linesOutOfScope += outOfScope.length;
  for (const card of cards) {
    totals.cards[card.kind]++;
    totals.proposals[card.proposal.status]++;
    if (card.psa) totals.linesInScope += card.psa.lines.length;
    if (card.kind !== 'reconcile' && card.kind !== 'new-revenue') continue;
    const { variance, impact } = card;
    const units = BigInt(toScaled(variance));
    if (variance > 0) totals.underBilledUnits += units;
    else totals.overBilledUnits -= units;
    if (impact) addImpact(totals, impact);
  }
}

function addImpact({ impact }: Totals, { amount, currency }: Money): void {
  const sums = impact.get(currency) ?? { underBilled: '0', overBilled: '0', cards: 0 };
  const side = amount.startsWith('-') ? 'overBilled' : 'underBilled';
  sums[side] = addDecimals([sums[side], amount.replace('-', '')]);
  sums.cards++;
  impact.set(currency, sums);
}

/** Takes off what {@link addCards} added. */
export function takeOff(totals: Totals, part: Counted): void {
  const less = noTotals();
  addCards(less, part);
  subtract(totals.cards, less.cards);
  subtract(totals.proposals, less.proposals);
  totals.underBilledUnits -= less.underBilledUnits;
  totals.overBilledUnits -= less.overBilledUnits;
  totals.linesInScope -= less.linesInScope;
  totals.linesOutOfScope -= less.linesOutOfScope;
  for (const [currency, off] of less.impact) {
    const sums = totals.impact.get(currency);
    if (!sums) continue;
    for (const side of ['underBilled', 'overBilled'] as const) {
      sums[side] = addDecimals([sums[side], `-${off[side]}`]);
    }
    sums.cards -= off.cards;
    if (sums.cards === 0) totals.impact.delete(currency);
  }
}

function subtract<K extends string>(from: Record<K, number>, less: Readonly<Record<K, number>>): void {
  for (const key of Object.keys(less) as K[]) from[key] -= less[key];
}

export function summaryOf(totals: Totals): Summary {
  return {
    ...totals,
    cards: { ...totals.cards },
    proposals: { ...totals.proposals },
    underBilledUnits: Number(totals.underBilledUnits) / UNIT_SCALE,
    overBilledUnits: Number(totals.overBilledUnits) / UNIT_SCALE,
    impact: [...totals.impact]
      .sort(byKey)
      .map(([currency, { underBilled, overBilled }]) => ({ currency, underBilled, overBilled })),
  };
}
