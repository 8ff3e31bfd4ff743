import { addDecimals } from '../../model/money.ts';
import { formatUnits } from '../../model/units.ts';
import { amountWords } from '../words.ts';
import type { Card } from './cards.ts';

/** A true minus sign, as wide as the plus. */
const minus = (text: string): string => text.replace('-', '\u2212');

/** `12,340.5` */
export function unitWords(units: number): string {
  const [whole = '0', fraction] = formatUnits(units).split('.');
  const grouped = minus(whole.replace(/\B(?=(\d{3})+$)/g, ','));
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function signedWords(units: number): string {
  return units > 0 ? `+${unitWords(units)}` : unitWords(units);
}

export function moneyWords(amount: string, currency: string): string {
  return `${minus(amountWords(amount))} ${currency}`;
}

/** The exact sum of the cards' money, per currency. */
export function totalMoney(cards: readonly Card[], sign: -1 | 0 | 1 = 0): string[] {
  const byCurrency = new Map<string, string[]>();
  for (const card of cards) {
    if (card.amount === null) continue;
    const negative = card.amount.startsWith('-');
    if ((sign === 1 && negative) || (sign === -1 && !negative)) continue;
    const found = byCurrency.get(card.currency);
    if (found) found.push(card.amount);
    else byCurrency.set(card.currency, [card.amount]);
  }
  return [...byCurrency].map(([currency, amounts]) => moneyWords(addDecimals(amounts), currency));
}
