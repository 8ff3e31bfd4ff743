import type { Card, CardLine, NewRevenueCard } from '../model/card.ts';
import type { AcceptedDecision, Decision } from '../model/decision.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { addUnits, formatUnits, isUnits, type Units } from '../model/units.ts';
import { isWhole, refuse, type Verdict } from './refusal.ts';

type Lines = AcceptedDecision['lines'];
type BilledCard = Exclude<Card, NewRevenueCard>;

/**
 * Every line of the card with its quantity before and after. Spelt out by the decision, or taken from a ready
 * proposal, or plain when there is one line; never guessed. The parts always sum to `units`.
 */
export function split(
  card: BilledCard,
  decision: Decision,
  units: Units | null,
  precision: Reconciliation['precision'],
): Verdict<Lines> {
  const to = targets(card, decision, units, precision);
  if (!to.ok) return to;
  // Dismissed: nothing is written.
  if (units === null) return { ok: true, value: [] };
  const lines = card.psa.lines.map(({ lineId, contractId, units: from }) => ({
    lineId,
    contractId,
    from,
    to: to.value.get(lineId) ?? from,
  }));
  // Nothing to write, nothing to check: `no-change` leaves every line as it is.
  if (lines.every((line) => line.from === line.to)) {
    return units === card.psa.units
      ? { ok: true, value: [] }
      : refuse(
          'lines-do-not-sum',
          `The lines of card ${card.id} stay at ${formatUnits(card.psa.units)}, decided is ${formatUnits(units)}.`,
        );
  }
  const total = addUnits(lines.map((line) => line.to));
  if (total !== units) {
    return refuse(
      'lines-do-not-sum',
      `The lines of card ${card.id} sum to ${total === null ? 'more than can be held' : formatUnits(total)}, decided is ${formatUnits(units)}.`,
    );
  }
  if (card.conditions.includes('psa-computed') && lines.length === 1) {
    return refuse(
      'line-not-writable',
      `The PSA computes the quantity of line ${lines[0]?.lineId}; it is never written.`,
    );
  }
  return { ok: true, value: lines };
}

function targets(
  card: BilledCard,
  decision: Decision,
  units: Units | null,
  precision: Reconciliation['precision'],
): Verdict<ReadonlyMap<string, Units>> {
  if (decision.lines !== undefined) return spelled(card, decision, decision.lines, precision);
  if (units === null || units === card.psa.units) return { ok: true, value: new Map() };
  const { proposal } = card;
  if (proposal.status === 'ready' && proposal.units === units) {
    return { ok: true, value: new Map(proposal.lines.map((line) => [line.lineId, line.to])) };
  }
  const only: CardLine | undefined = card.psa.lines.length === 1 ? card.psa.lines[0] : undefined;
  if (proposal.status !== 'blocked' && only !== undefined) {
    return { ok: true, value: new Map([[only.lineId, units]]) };
  }
  const why =
    proposal.status === 'blocked'
      ? `its proposal is blocked (${proposal.reasons.join(', ')})`
      : `it has ${card.psa.lines.length} lines`;
  return refuse(
    'lines-needed',
    `Card ${card.id} needs 'lines' with the new quantity per line, because ${why}.`,
  );
}

/** The lines of the decision, checked; lines it does not name keep their quantity. */
function spelled(
  card: BilledCard,
  decision: Decision,
  lines: NonNullable<Decision['lines']>,
  precision: Reconciliation['precision'],
): Verdict<ReadonlyMap<string, Units>> {
  if (decision.action === 'no-change' || decision.action === 'dismiss') {
    return refuse(
      'lines-invalid',
      `'${decision.action}' writes nothing and takes no 'lines' (card ${card.id}).`,
    );
  }
  const known = new Set(card.psa.lines.map(({ lineId }) => lineId));
  const to = new Map<string, Units>();
  // Decisions come from outside: a list that is none is refused, not thrown at.
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'object' && line !== null)) {
    return refuse('lines-invalid', `'lines' of card ${card.id} must be a list of { lineId, to }.`);
  }
  for (const line of lines) {
    if (!known.has(line.lineId)) {
      return refuse('lines-invalid', `Line ${line.lineId} is not on card ${card.id}.`);
    }
    if (to.has(line.lineId)) {
      return refuse('lines-invalid', `Line ${line.lineId} is named twice for card ${card.id}.`);
    }
    if (!isUnits(line.to)) {
      return refuse(
        'lines-invalid',
        `'to' of line ${line.lineId} must be a number ≥ 0 with at most six decimals.`,
      );
    }
    if (precision === 'integer' && !isWhole(line.to)) {
      return refuse(
        'fraction-for-integer-psa',
        `This PSA takes whole numbers; ${formatUnits(line.to)} for line ${line.lineId} is none.`,
      );
    }
    to.set(line.lineId, line.to);
  }
  return { ok: true, value: to };
}
