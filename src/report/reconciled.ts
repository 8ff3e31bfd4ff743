import type { Action, Review } from '../model/decision.ts';
import type { Units } from '../model/units.ts';
import { formatUnits } from '../model/units.ts';
import { actionWords } from './words.ts';

/** The third number, by card id. */
export interface Reconciled {
  readonly of: (cardId: string) => { readonly units: Units | null; readonly action: Action } | null;
  /** The units, `dismissed`, or nothing while undecided. */
  readonly text: (cardId: string) => string;
}

export function reconciledUnits(review: Review): Reconciled {
  const byCard = new Map(
    review.accepted.map(({ card, decision, reconciledUnits: units }) => [
      card.id,
      { units, action: decision.action },
    ]),
  );
  return {
    of: (cardId) => byCard.get(cardId) ?? null,
    text: (cardId) => {
      const found = byCard.get(cardId);
      if (found === undefined) return '';
      return found.units === null ? actionWords[found.action] : formatUnits(found.units);
    },
  };
}
