import type { Instant, PlainDate } from './dates.ts';
import type { Problem } from './errors.ts';
import type { Money } from './money.ts';
import type { Units } from './units.ts';

/** When a change takes effect. */
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
  readonly from: Units;
  readonly to: Units;
  readonly effectiveDate: PlainDate;
  /** `dated`: the PSA is told the date. `immediate`: the PSA cannot date it; it takes effect when applied. */
  readonly mode: 'dated' | 'immediate';
  /** The change of what the PSA invoices (after its own `included`, `minimum`, `maximum`) × unit price; `null` without a price. */
  readonly impact: Money | null;
}

/** A line to be added for approved new revenue. */
export interface PlannedAddition {
  readonly id: string;
  readonly cardId: string;
  readonly customerId: string;
  readonly contractId: string;
  readonly serviceId: string;
  readonly units: Units;
  readonly effectiveDate: PlainDate;
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
  readonly lineId: string | null;
  readonly code: BlockCode;
  readonly message: string;
}

/** Explicit changes, nothing hidden. Plain JSON: show it, store it, sign it off, apply it later. */
export interface WritePlan {
  readonly specVersion: 1;
  readonly kind: 'plan';
  /** Content-derived; two plans with the same changes have the same id. */
  readonly id: string;
  /** {@link PsaSnapshot.source} and connector the plan is for. */
  readonly psa: string;
  readonly connector: string;
  readonly period: string;
  readonly by: { readonly actor: string; readonly at: Instant };
  /** Set on a plan that takes another one back: that plan's id. */
  readonly undoes?: string;
  readonly changes: readonly PlannedChange[];
  readonly additions: readonly PlannedAddition[];
  readonly blocked: readonly BlockedChange[];
  readonly problems: readonly Problem[];
}

/**
 * How one change ended. `conflict`: the line is not as planned, nothing (more) is written. `refused`: the PSA, or a
 * check before the write, said no. `failed`: an error, and certainly nothing was written. `unknown`: a write was
 * sent and what became of it cannot be told; run the plan again.
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

export interface AppliedChange {
  readonly changeId: string;
  readonly outcome: ApplyOutcome;
  /** Read before writing. */
  readonly before: Units | null;
  /** Read back after writing; `null` when nothing was written or it could not be read. */
  readonly after: Units | null;
  /** For an addition: the id of the line that now exists. */
  readonly lineId?: string;
  readonly code?: string;
  readonly message?: string;
}

/** What `applyPlan` returns. */
export interface ApplyReport {
  readonly specVersion: 1;
  readonly kind: 'apply-report';
  readonly planId: string;
  readonly psa: string;
  readonly dryRun: boolean;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly results: readonly AppliedChange[];
  readonly counts: Readonly<Record<ApplyOutcome, number>>;
  /** True when every change is applied or already was. */
  readonly complete: boolean;
}
