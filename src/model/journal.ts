import type { Instant } from './dates.ts';
import type { ApplyOutcome } from './plan.ts';
import type { Units } from './units.ts';

/** What every journal entry says: which plan, who, when, and its place in the journal. */
interface EntryBase {
  /** From 0, without gaps. */
  readonly seq: number;
  readonly planId: string;
  readonly at: Instant;
  readonly actor: string;
}

/** A run of the plan begins. */
export interface JournalStart extends EntryBase {
  readonly type: 'start';
  /** {@link WritePlan.psa}. */
  readonly psa: string;
  /** {@link WritePlan.connector}. */
  readonly connector: string;
}

/** A write is about to be sent. Durable before the write starts. */
export interface JournalIntent extends EntryBase {
  readonly type: 'intent';
  /** The `id` of the planned change or addition. */
  readonly changeId: string;
  /** Read just before; `null` for a line to be added. */
  readonly before: Units | null;
  /** The quantity that is written. */
  readonly to: Units;
  /** The line's revision just before, where the PSA has one. */
  readonly revision?: string;
}

/** How one change ended in one run. */
export interface JournalOutcome extends EntryBase {
  readonly type: 'outcome';
  /** The `id` of the planned change or addition. */
  readonly changeId: string;
  readonly outcome: ApplyOutcome;
  /** As in {@link AppliedChange}. */
  readonly before: Units | null;
  /** As in {@link AppliedChange}. */
  readonly after: Units | null;
  /**
   * Whether trueup wrote this change, in this run or an earlier one. `accepted`: the PSA said yes, but the line does
   * not show it. `maybe`: a write was sent and no answer came.
   */
  readonly wrote: 'yes' | 'no' | 'accepted' | 'maybe';
  /** For an addition: the line that now exists. */
  readonly lineId?: string;
  /** As in {@link AppliedChange}. */
  readonly code?: string;
  /** As in {@link AppliedChange}. */
  readonly message?: string;
}

/** One entry of a plan's journal. Plain JSON, append only. */
export type JournalEntry = JournalStart | JournalIntent | JournalOutcome;
