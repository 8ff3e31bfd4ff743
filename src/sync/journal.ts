import { TrueupError } from '../model/errors.ts';
import type { JournalEntry } from '../model/journal.ts';

/** Where `applyPlan` writes down what it is about to do and what came of it. One journal per plan. */
export interface Journal {
  /**
   * All entries, without taking the lock: for reports and `planUndo`.
   * @throws {TrueupError} JOURNAL_CORRUPT, STORE_ERROR
   */
  read(): Promise<readonly JournalEntry[]>;
  /**
   * Takes the lock, so that two runs of one plan exclude each other.
   * @throws {TrueupError} JOURNAL_LOCKED, JOURNAL_MISMATCH (entries of another plan), JOURNAL_CORRUPT, STORE_ERROR
   */
  open(planId: string): Promise<JournalSession>;
}

/** A journal held by one run. */
export interface JournalSession {
  /** The entries there were when it was opened. */
  readonly entries: readonly JournalEntry[];
  /**
   * Resolves when the entry is durable. `entry.seq` follows on the last one.
   * @throws {TrueupError} STORE_ERROR when it could not be stored
   */
  append(entry: JournalEntry): Promise<void>;
  /** Gives the lock back. */
  close(): Promise<void>;
}

/** A journal that lives as long as the process: for dry runs and tests, not for money. */
export function memoryJournal(entries: readonly JournalEntry[] = []): Journal {
  const kept: JournalEntry[] = [...entries];
  let locked = false;
  return {
    read: () => Promise.resolve([...kept]),
    open: async (planId) => {
      if (locked)
        throw new TrueupError('JOURNAL_LOCKED', 'Another run holds this journal; wait for it to end.');
      requirePlan(kept, planId);
      locked = true;
      return {
        entries: [...kept],
        append: async (entry) => {
          kept.push(entry);
        },
        close: async () => {
          locked = false;
        },
      };
    },
  };
}

/** @throws {TrueupError} JOURNAL_MISMATCH when an entry is of another plan. */
export function requirePlan(entries: readonly JournalEntry[], planId: string): void {
  const other = entries.find((entry) => entry.planId !== planId);
  if (other === undefined) return;
  throw new TrueupError(
    'JOURNAL_MISMATCH',
    `The journal belongs to plan ${other.planId}, not to ${planId}; use one journal per plan.`,
    { context: { journal: other.planId, plan: planId } },
  );
}
