import type { Card, CardKind } from '../model/card.ts';
import type { Instant } from '../model/dates.ts';
import type {
  AcceptedDecision,
  Action,
  ActionsOfKind,
  Decision,
  RefusedDecision,
  Review,
} from '../model/decision.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { formatUnits, isUnits, type Units } from '../model/units.ts';
import { addition } from './addition.ts';
import { aList, aPerson, ofKind } from './checked.ts';
import { fingerprint, fingerprintPeriod } from './fingerprint.ts';
import { isWhole, refuse, type Verdict } from './refusal.ts';
import { split } from './split.ts';

/**
 * Takes a person's (or a policy's) decisions. Each stands alone: a refused one touches no other.
 * The first accepted decision on a card stands; a second one is refused.
 * @throws {TrueupError} `BAD_INPUT` when `by` does not say who decided, and when; for what is no reconciliation or no list
 * @example decide(reconciliation, [{ cardId, action: 'approve', fingerprint }], { actor: 'ana', at })
 */
export function decide(
  reconciliation: Reconciliation,
  decisions: readonly Decision[],
  by: { readonly actor: string; readonly at: Instant },
): Review {
  ofKind('decide', 'reconciliation', reconciliation, 'reconciliation');
  aList('decide', 'decisions', decisions, 'decisions');
  aPerson('decide', by);
  const cards = new Map(reconciliation.cards.map((card) => [card.id, card]));
  const accepted = new Map<string, AcceptedDecision>();
  const refused: RefusedDecision[] = [];
  for (const decision of decisions) {
    // Decisions come from outside: one that is none is refused, not thrown at.
    if (typeof decision !== 'object' || decision === null) {
      const message = 'A decision must be an object that names its card in cardId.';
      refused.push({ decision, code: 'unknown-card', message });
      continue;
    }
    const card = cards.get(decision.cardId);
    const verdict = accepted.has(decision.cardId)
      ? refuse('second-decision', `Card ${decision.cardId} already has a decision; send one per card.`)
      : judge(reconciliation, card, decision);
    if (verdict.ok) accepted.set(decision.cardId, verdict.value);
    else refused.push({ decision, code: verdict.code, message: verdict.message });
  }
  const { psa, precision, dating, asOf, on, period } = reconciliation;
  return {
    specVersion: 1,
    kind: 'review',
    psa,
    precision,
    dating,
    asOf,
    on,
    period,
    by,
    // In the order of the cards, whatever the order of the decisions.
    accepted: reconciliation.cards.flatMap(({ id }) => accepted.get(id) ?? []),
    refused,
    open: reconciliation.cards.filter(({ id }) => !accepted.has(id)).map(({ id }) => id),
  };
}

function judge(
  reconciliation: Reconciliation,
  card: Card | undefined,
  decision: Decision,
): Verdict<AcceptedDecision> {
  const { cardId } = decision;
  const period = fingerprintPeriod(decision.fingerprint);
  if (period !== null && period !== reconciliation.period) {
    return refuse(
      'other-period',
      `The decision on card ${cardId} is for ${period}, the cards are for ${reconciliation.period}; decide anew.`,
    );
  }
  if (card === undefined) {
    const message = `There is no card ${cardId} in this reconciliation; decide on one of its cards.`;
    return refuse('unknown-card', message);
  }
  if (decision.fingerprint !== fingerprint(card, reconciliation)) {
    return refuse(
      'card-changed',
      `Card ${cardId} is not what was looked at (fingerprint differs); look again and decide anew.`,
    );
  }
  return judgeCard(reconciliation, card, decision);
}

/** The decision is about this card as it is now. */
function judgeCard(
  reconciliation: Reconciliation,
  card: Card,
  decision: Decision,
): Verdict<AcceptedDecision> {
  const units = reconciledUnits(card, decision, reconciliation.precision);
  if (!units.ok) return units;
  if (card.kind === 'new-revenue') {
    const added = addition(card, decision, units.value);
    if (!added.ok) return added;
    const line = added.value === null ? {} : { addition: added.value };
    return { ok: true, value: { decision, card, reconciledUnits: units.value, lines: [], ...line } };
  }
  const lines = split(card, decision, units.value, reconciliation.precision);
  return lines.ok
    ? { ok: true, value: { decision, card, reconciledUnits: units.value, lines: lines.value } }
    : lines;
}

/** Which actions a card takes. `approve` accepts what it shows, so there must be something to accept. */
const TAKEN: { readonly [K in CardKind]: readonly ActionsOfKind[K][] } = {
  reconcile: ['approve', 'reconcile', 'no-change', 'adjust', 'dismiss'],
  'new-revenue': ['approve', 'adjust', 'dismiss'],
  'no-change': ['approve', 'adjust', 'dismiss'],
  'no-count': ['no-change', 'adjust', 'dismiss'],
};

/** The billable count the decision sets; `null` for `dismiss`. */
function reconciledUnits(
  card: Card,
  decision: Decision,
  precision: Reconciliation['precision'],
): Verdict<Units | null> {
  const { action, cardId, units } = decision;
  const taken: readonly Action[] = TAKEN[card.kind];
  if (!taken.includes(action)) {
    const message = `A ${card.kind} card does not take '${action}' (card ${cardId}); it takes ${taken.join(', ')}.`;
    return refuse('wrong-action', message);
  }
  if (action === 'adjust') {
    if (units === undefined) {
      return refuse('units-missing', `'adjust' on card ${cardId} needs the billable quantity in 'units'.`);
    }
    if (!isUnits(units)) {
      return refuse(
        'units-invalid',
        `'units' of card ${cardId} must be a number ≥ 0 with at most six decimals.`,
      );
    }
    if (precision === 'integer' && !isWhole(units)) {
      return refuse(
        'fraction-for-integer-psa',
        `This PSA takes whole numbers; ${formatUnits(units)} on card ${cardId} is none.`,
      );
    }
    return { ok: true, value: units };
  }
  const value = shown(card, action);
  if (units !== undefined && units !== value) {
    return refuse(
      'units-invalid',
      `'${action}' on card ${cardId} means ${value === null ? 'no quantity' : formatUnits(value)}; for another quantity use 'adjust'.`,
    );
  }
  return { ok: true, value };
}

/** The quantity that the card itself names for an action. */
function shown(card: Card, action: Exclude<Action, 'adjust'>): Units | null {
  if (action === 'dismiss') return null;
  if (card.kind === 'new-revenue') return card.vendor.units;
  // Within the tolerance nothing is written: what is billed stays the billable count.
  return card.kind === 'reconcile' && action !== 'no-change' ? card.vendor.units : card.psa.units;
}
