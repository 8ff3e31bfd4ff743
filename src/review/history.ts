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
}

/** No entry about a change: nothing was ever sent. */
export const UNTOUCHED: ChangeHistory = { wrote: 'no', intent: null, outcome: null, disturbed: false };

/** Reads the journal: what is known about each change by its id. */
export function histories(entries: Iterable<JournalEntry>): Map<string, ChangeHistory> {
  const found = new Map<string, ChangeHistory>();
  for (const entry of entries) {
    if (entry.type === 'start') continue;
    const before = found.get(entry.changeId) ?? UNTOUCHED;
    found.set(
      entry.changeId,
      entry.type === 'intent'
        ? { ...before, wrote: 'maybe', intent: entry }
        : {
            ...before,
            wrote: entry.wrote,
            outcome: entry,
            disturbed: before.disturbed || (entry.wrote === 'maybe' && entry.code === 'changed-meanwhile'),
          },
    );
  }
  return found;
}
