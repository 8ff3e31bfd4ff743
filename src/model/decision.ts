import type { Card, CardKind } from './card.ts';
import type { Instant, PlainDate } from './dates.ts';
import type { Units } from './units.ts';

/** What a person (or a policy) does about a card. */
export type Action = 'approve' | 'reconcile' | 'no-change' | 'adjust' | 'dismiss';

/** The actions each kind of card takes; `decide` refuses the others as `wrong-action`. */
export interface ActionsOfKind {
  readonly reconcile: Action;
  /** Nothing is billed yet, so there is no PSA number to keep. */
  readonly 'new-revenue': 'approve' | 'adjust' | 'dismiss';
  readonly 'no-change': 'approve' | 'adjust' | 'dismiss';
  /** Without a count there is nothing to approve. */
  readonly 'no-count': 'no-change' | 'adjust' | 'dismiss';
}

/** A new quantity of one line of the card. */
export interface LineSplit {
  readonly lineId: string;
  /** The new quantity. */
  readonly to: Units;
}

/**
 * What is wanted of a card of kind `K`, as `decisionOn` takes it: an action its kind allows, a quantity with `adjust`
 * and with nothing else, lines where there are lines, a contract where one is to be added to.
 */
export type Wish<K extends CardKind> = { readonly note?: string } & (
  | { readonly action: Exclude<ActionsOfKind[K], 'adjust'>; readonly units?: never }
  | { readonly action: 'adjust'; readonly units: Units }
) &
  ('new-revenue' extends K
    ? { readonly contractId?: string; readonly serviceId?: string }
    : { readonly contractId?: never; readonly serviceId?: never }) &
  (K extends 'new-revenue' ? { readonly lines?: never } : { readonly lines?: readonly LineSplit[] });

/** One decision on one card. Plain JSON; `decisionOn` makes one that fits its card. */
export interface Decision {
  readonly cardId: string;
  /** What is wanted; {@link ActionsOfKind} says which the card takes. */
  readonly action: Action;
  /** `fingerprint(card, reconciliation)` of the card that was looked at; a card that changed since refuses the decision. */
  readonly fingerprint: string;
  /** For `adjust`: the billable quantity. */
  readonly units?: Units;
  /** The split over lines, where the proposal is blocked or another split is wanted. Must sum to the reconciled units. */
  readonly lines?: readonly LineSplit[];
  /** New revenue: the contract the line goes on. */
  readonly contractId?: string;
  /** New revenue on a rule with several services: which one. */
  readonly serviceId?: string;
  /** Free text for people; kept as it is. */
  readonly note?: string;
}

/** Why a decision was refused. Values, never thrown. */
export type RefusalCode =
  | 'unknown-card'
  | 'card-changed'
  | 'second-decision'
  | 'wrong-action'
  | 'other-period'
  | 'units-missing'
  | 'units-invalid'
  | 'fraction-for-integer-psa'
  | 'lines-needed'
  | 'lines-invalid'
  | 'lines-do-not-sum'
  | 'line-not-writable'
  | 'contract-needed'
  | 'contract-unknown'
  | 'service-needed'
  | 'service-unknown';

/** A decision that was not accepted, and why. Nothing of it is planned. */
export interface RefusedDecision {
  /** As it was sent. */
  readonly decision: Decision;
  /** Why, for programs. */
  readonly code: RefusalCode;
  /** Why and what to do, for people. */
  readonly message: string;
}

/** An accepted decision with everything the plan needs. */
export interface AcceptedDecision {
  readonly decision: Decision;
  /** The card as it was decided on. */
  readonly card: Card;
  /** The billable count; `null` for `dismiss`. */
  readonly reconciledUnits: Units | null;
  /** Every line of the card with its quantity before and after; empty when nothing is written. */
  readonly lines: readonly {
    readonly lineId: string;
    readonly contractId: string;
    readonly from: Units;
    readonly to: Units;
  }[];
  /** New revenue to add: the contract, the service and the units of the new line. */
  readonly addition?: { readonly contractId: string; readonly serviceId: string; readonly units: Units };
}

/** What `decide` returns: who decided what, what was refused, what is open. */
export interface Review {
  readonly specVersion: 1;
  readonly kind: 'review';
  /** {@link PsaSnapshot.source}. */
  readonly psa: string;
  /** {@link PsaSnapshot.precision}. */
  readonly precision: 'integer' | 'decimal';
  /** {@link PsaSnapshot.dating}. */
  readonly dating: 'dated' | 'immediate';
  /** From the reconciliation. */
  readonly asOf: Instant;
  /** From the reconciliation: the date its lines had to be in force on. */
  readonly on: PlainDate;
  /** The billing period: `2026-12`. */
  readonly period: string;
  /** Who decided, and when. */
  readonly by: { readonly actor: string; readonly at: Instant };
  /** In the order of the cards. */
  readonly accepted: readonly AcceptedDecision[];
  /** In the order of the decisions. */
  readonly refused: readonly RefusedDecision[];
  /** Ids of the cards without an accepted decision, in the order of the cards. */
  readonly open: readonly string[];
}
