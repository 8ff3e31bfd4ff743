import type { Reconciliation } from 'trueup';
// The bench has a manifest of its own, so the built library is reached by path.
import { reconcile } from '../../dist/index.js';
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
