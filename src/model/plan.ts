import type { Instant, PlainDate } from './dates.ts';
import type { Problem } from './errors.ts';
import type { Money } from './money.ts';
import type { Units } from './units.ts';

/**
 * When a change takes effect. `immediate`: today. `next-invoice-date`: the contract's `nextInvoiceDate`; without
 * one the change is blocked as `no-invoice-date`.
 */
export type EffectivePolicy =
  | 'first-of-next-month'
  | 'first-of-this-month'
  | 'immediate'
  | 'next-invoice-date'
  | { readonly date: PlainDate };

/** One line's quantity, before and after. */
export interface PlannedChange {
  /** Stable: made from plan, card and line; the journal's key. */
  readonly id: string;
  readonly cardId: string;
  readonly customerId: string;
  readonly contractId: string;
  readonly lineId: string;
  readonly serviceId: string;
  /** Quantity the plan was made from; a line that holds neither this nor `to` when it is applied is a conflict. */
  readonly from: Units;
  /** Quantity to be written. */
  readonly to: Units;
  /** The day the quantity is to hold from. */
  readonly effectiveDate: PlainDate;
  /** `dated`: the PSA is told the date. `immediate`: the PSA cannot date it; it takes effect when applied. */
  readonly mode: 'dated' | 'immediate';
  /** The change of what the PSA invoices (after its own `included`, `minimum`, `maximum`) × unit price; `null` without a price. */
  readonly impact: Money | null;
}

/** A line to be added for approved new revenue. */
export interface PlannedAddition {
  /** Stable: made from PSA, card and content; the journal's key. */
  readonly id: string;
  readonly cardId: string;
  readonly customerId: string;
  readonly contractId: string;
  readonly serviceId: string;
  /** Quantity of the new line. */
  readonly units: Units;
  /** First day of the new line; with `immediate`, the day it is applied when that is later. */
  readonly effectiveDate: PlainDate;
  /** As for {@link PlannedChange}. */
  readonly mode: 'dated' | 'immediate';
}

/** Why a decided change is not written. `other-line`: another line of the same card is blocked; a card is written whole or not at all. */
export type BlockCode =
  | 'other-psa'
  | 'no-effective-date'
  | 'no-invoice-date'
  | 'period-posted'
  | 'before-start'
  | 'ended-before-effective'
  | 'unknown-line'
  | 'line-changed'
  | 'line-twice'
  | 'computed'
  | 'fraction-for-integer-psa'
  | 'does-not-add-up'
  | 'contract-unknown'
  | 'contract-closed'
  | 'service-unknown'
  | 'unsupported'
  | 'other-line'
  | 'outcome-unknown';

/** A decided change that will not be written, and why. */
export interface BlockedChange {
  readonly cardId: string;
  /** `null` when no one line is at fault: an addition, or the card as a whole. */
  readonly lineId: string | null;
  /** Why, for programs. */
  readonly code: BlockCode;
  /** Why and what to do, for people. */
  readonly message: string;
}

/** Explicit changes, nothing hidden. Plain JSON: show it, store it, sign it off, apply it later. */
export interface WritePlan {
  readonly specVersion: 1;
  readonly kind: 'plan';
  /**
   * Made from what is written where (PSA, connector, period, changes, additions, the plan it undoes): equal plans
   * have equal ids, and a plan that was edited no longer fits its own.
   */
  readonly id: string;
  /** {@link PsaSnapshot.source} the plan is for. */
  readonly psa: string;
  /** Slug of the connector the plan is for. */
  readonly connector: string;
  /** The billing period of the review: `2026-12`. */
  readonly period: string;
  /** Who decided, and when; not part of the id. */
  readonly by: { readonly actor: string; readonly at: Instant };
  /** Set on a plan that takes another one back: that plan's id. */
  readonly undoes?: string;
  /** Lines whose quantity is to be changed, in the order they are written. */
  readonly changes: readonly PlannedChange[];
  /** Lines to be added, written after the changes. */
  readonly additions: readonly PlannedAddition[];
  /** Decided changes that will not be written. They stop no other card. */
  readonly blocked: readonly BlockedChange[];
  /**
   * What is wrong with the input as a whole, and the warning `applied-immediately` when the PSA cannot keep a date
   * that was asked for.
   */
  readonly problems: readonly Problem[];
}

/**
 * How one change ended. `conflict`: the line is not as planned, nothing (more) is written. `refused`: the PSA, or a
 * check before the write, said no. `failed`: an error, and this run certainly wrote nothing. `unknown`: a write was
 * sent and what became of it cannot be told; run the plan again. `not-reached`: the run ended, or the document is
 * not settled, before this change.
 */
export type ApplyOutcome =
  | 'applied'
  | 'already-applied'
  | 'would-apply'
  | 'conflict'
  | 'refused'
  | 'failed'
  | 'unknown'
  | 'not-reached';

/**
 * How one change or addition of a plan ended, in this run. The codes of each outcome:
 *
 * - `applied`: none when it was written and read back; `found-on-resume` (a write of an earlier run is in place);
 *   `found-on-read-back` (no answer came, and the line shows it).
 * - `already-applied`: none; `found-on-read-back` (the PSA said no because the line already holds it).
 * - `would-apply`: none. Dry runs only.
 * - `conflict`: `line-changed`, `line-gone`, `line-inactive`, `line-exists` (an addition is already billed);
 *   `other-line` (another line of the card is not as planned); `changed-since`, `changed-back`, `touched-since` (after
 *   an earlier write); `changed-meanwhile` (by somebody else at the same time).
 * - `refused`: `computed`, `period-posted`; else the {@link ErrorCode} of the no: `REFUSED`, `CONFLICT`,
 *   `FORBIDDEN`, `NOT_FOUND`, `UNSUPPORTED`, `BAD_OPTIONS`, `BAD_INPUT`.
 * - `failed`: the {@link ErrorCode} of the read before the write; `AUTH_FAILED` or `RATE_LIMITED` of the write;
 *   `UNEXPECTED` for an error that is none of trueup's.
 * - `unknown`: `may-still-land`, `accepted-not-visible`, `not-read-back`, `touched-since`, `changed-meanwhile`; or
 *   the code of a read that failed while an earlier write is open.
 * - `not-reached`: `document-unsettled` (see `settleAfterMs`); none when the caller aborted, or `AUTH_FAILED` or
 *   `RATE_LIMITED` ended the run: the message says which.
 */
export interface AppliedChange {
  /** The `id` of the planned change or addition. */
  readonly changeId: string;
  readonly outcome: ApplyOutcome;
  /** Read before writing. `null`: a line to be added, or it could not be read. */
  readonly before: Units | null;
  /** Read back after writing; `null` when nothing was written or it could not be read. */
  readonly after: Units | null;
  /** For an addition: the id of the line that now exists. */
  readonly lineId?: string;
  /** Why it ended so, for programs: see the list above. */
  readonly code?: string;
  /** Why it ended so, and what to do, for people. */
  readonly message?: string;
}

/** What `applyPlan` returns. */
export interface ApplyReport {
  readonly specVersion: 1;
  readonly kind: 'apply-report';
  /** {@link WritePlan.id}. */
  readonly planId: string;
  /** {@link WritePlan.psa}. */
  readonly psa: string;
  /** True: nothing was written, to the PSA or the journal. */
  readonly dryRun: boolean;
  /** Before the first read. */
  readonly startedAt: Instant;
  /** After the last outcome. */
  readonly endedAt: Instant;
  /** One per change, then one per addition, in the order of the plan. */
  readonly results: readonly AppliedChange[];
  /** Results per outcome. */
  readonly counts: Readonly<Record<ApplyOutcome, number>>;
  /** True when every change is applied or already was. */
  readonly complete: boolean;
}
