import type { Instant } from '../model/dates.ts';
import type { JournalEntry, JournalIntent, JournalOutcome } from '../model/journal.ts';

/** What the journal knows about one change. */
export interface ChangeHistory {
  /** Whether trueup wrote it: see {@link JournalOutcome.wrote}. */
  readonly wrote: JournalOutcome['wrote'];
  /** The last announced write. */
  readonly intent: JournalIntent | null;
  readonly outcome: JournalOutcome | null;
  /** True when, with a write's fate open, the line was once seen at a quantity nobody planned. */
  readonly disturbed: boolean;
  /** When writes were announced that got no answer and were not found: any of them may still land. */
  readonly unanswered: readonly Instant[];
  /** For an addition: the line that was made. */
  readonly lineId: string | null;
}

/** No entry about a change: nothing was ever sent. */
export const UNTOUCHED: ChangeHistory = {
  wrote: 'no',
  intent: null,
  outcome: null,
  disturbed: false,
  unanswered: [],
  lineId: null,
};

/** Reads the journal: what is known about each change by its id. */
export function histories(entries: Iterable<JournalEntry>): Map<string, ChangeHistory> {
  const found = new Map<string, ChangeHistory>();
  for (const entry of entries) remember(found, entry);
  return found;
}

/** Adds one entry to what is known. */
export function remember(known: Map<string, ChangeHistory>, entry: JournalEntry): void {
  if (entry.type === 'start') return;
  const before = known.get(entry.changeId) ?? UNTOUCHED;
  known.set(entry.changeId, entry.type === 'intent' ? announced(before, entry) : settled(before, entry));
}

function announced(before: ChangeHistory, intent: JournalIntent): ChangeHistory {
  return { ...before, wrote: 'maybe', intent, unanswered: [...before.unanswered, intent.at] };
}

function settled(before: ChangeHistory, outcome: JournalOutcome): ChangeHistory {
  const { wrote, code } = outcome;
  return {
    ...before,
    wrote,
    outcome,
    disturbed: before.disturbed || (wrote === 'maybe' && code === 'changed-meanwhile'),
    unanswered: stillUnanswered(before, outcome),
    lineId: outcome.lineId ?? before.lineId,
  };
}

function stillUnanswered(
  { unanswered, intent, outcome: last }: ChangeHistory,
  next: JournalOutcome,
): readonly Instant[] {
  // Found in place: one of the writes landed, and it may have been the oldest.
  if (next.outcome === 'applied' && next.code !== undefined) return unanswered.slice(1);
  const answersIntent = intent !== null && (last === null || intent.seq > last.seq);
  return answersIntent && next.wrote !== 'maybe' ? unanswered.slice(0, -1) : unanswered;
}
