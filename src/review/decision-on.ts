import type { Card } from '../model/card.ts';
import type { Decision, Wish } from '../model/decision.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { fingerprint } from './fingerprint.ts';

/**
 * The decision on a card as it is now, with its fingerprint. The compiler refuses what the card's kind does not take;
 * for a card whose kind is not narrowed, `decide` does, as `wrong-action`. Nothing is judged here.
 * @param where the reconciliation the card is of
 * @example decisionOn(card, reconciliation, { action: 'adjust', units: 12 })
 */
export function decisionOn<C extends Card>(
  card: C,
  where: Pick<Reconciliation, 'period' | 'psa'>,
  wish: Wish<C['kind']>,
): Decision {
  return { cardId: card.id, ...wish, fingerprint: fingerprint(card, where) };
}
