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

export interface RefusedDecision {
  readonly decision: Decision;
  readonly code: RefusalCode;
  readonly message: string;
}

/** An accepted decision with everything the plan needs. */
export interface AcceptedDecision {
  readonly decision: Decision;
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
  /** New revenue to add. */
  readonly addition?: { readonly contractId: string; readonly serviceId: string; readonly units: Units };
}

/** What `decide` returns: who decided what, what was refused, what is open. */
export interface Review {
  readonly specVersion: 1;
  readonly kind: 'review';
  readonly psa: string;
  readonly precision: 'integer' | 'decimal';
  readonly dating: 'dated' | 'immediate';
  readonly asOf: Instant;
  readonly on: PlainDate;
  readonly period: string;
  readonly by: { readonly actor: string; readonly at: Instant };
  readonly accepted: readonly AcceptedDecision[];
  readonly refused: readonly RefusedDecision[];
  /** Cards without an accepted decision. */
  readonly open: readonly string[];
}
