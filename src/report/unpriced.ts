import type { Reconciliation } from '../model/reconciliation.ts';
import { addUnits, formatUnits } from '../model/units.ts';

/**
 * How many units of a total stand behind no amount: `9 units without a price`. Nothing when all have one, and nothing
 * when the cards at hand are not those of the totals.
 */
export function unpricedWords(
  { cards, summary }: Reconciliation,
  side: 'underBilledUnits' | 'overBilledUnits',
): string {
  const sign = side === 'underBilledUnits' ? 1 : -1;
  const rows = cards.flatMap(({ kind, variance, impact }) =>
    (kind === 'reconcile' || kind === 'new-revenue') && variance * sign > 0
      ? [{ units: variance * sign, priced: impact !== null }]
      : [],
  );
  const sum = (list: typeof rows): number | null => addUnits(list.map(({ units }) => units));
  const units = sum(rows.filter(({ priced }) => !priced));
  if (units === null || units === 0 || sum(rows) !== summary[side]) return '';
  return `${formatUnits(units)} ${units === 1 ? 'unit' : 'units'} without a price`;
}
