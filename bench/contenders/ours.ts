import { type Reconciliation, reconcile } from 'trueup';
import { cardRow } from '../cards.ts';
import type { Contender } from '../contender.ts';
import { loadValues, takenAt, type Values } from '../rows.ts';

/** trueup: the whole `reconcile`, cards with provenance, trace and proposals. */
export function contender(): Contender {
  let values: Values;
  let result: Reconciliation;
  return {
    async load(folder) {
      values = await loadValues(folder);
    },
    async take(given) {
      values = given;
    },
    async join() {
      result = reconcile({ ...values, asOf: takenAt });
    },
    async emit() {
      return result.cards.map(cardRow);
    },
  };
}
