import { isInstant } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import type { JournalEntry, JournalOutcome } from '../model/journal.ts';

/** A journal's entries, and how many bytes of the file they take. */
export interface ParsedJournal {
  readonly entries: readonly JournalEntry[];
  /** Everything after is a torn last line. */
  readonly goodBytes: number;
}

const NEWLINE = 0x0a;

/**
 * Reads the lines of a journal file. Only a last line without its newline, or one a power cut left as zeros, is torn:
 * an entry is acknowledged after its newline is on disk. Anything else unreadable means an acknowledged entry is lost.
 * @throws {TrueupError} JOURNAL_CORRUPT
 */
export function parseJournal(bytes: Uint8Array, path: string): ParsedJournal {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const entries: JournalEntry[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    const line = bytes.subarray(start, end);
    const entry = parseLine(line, decoder);
    if (entry === null || entry.seq !== entries.length) {
      if (end + 1 === bytes.length && line.includes(0)) break;
      throw corrupt(path, entries.length + 1, entry);
    }
    entries.push(entry);
    start = end + 1;
  }
  if (!isTorn(bytes.subarray(start))) throw corrupt(path, entries.length + 1, null);
  return { entries, goodBytes: start };
}

/** What is cut off must be the start of an entry: another file given by mistake is not to be emptied. */
function isTorn(rest: Uint8Array): boolean {
  const text = new TextDecoder().decode(rest.subarray(0, 12));
  return rest.includes(0) || STARTS.some((start) => start.startsWith(text.slice(0, start.length)));
}

const STARTS: readonly string[] = ['{"seq":', '{"type":', '{"planId":'];

function corrupt(path: string, line: number, entry: JournalEntry | null): TrueupError {
  const why =
    entry === null ? 'is no journal entry' : `has number ${entry.seq}, entries are missing or doubled`;
  return new TrueupError(
    'JOURNAL_CORRUPT',
    `Line ${line} of the journal ${path} ${why}; restore the file, do not apply without it.`,
    { context: { path, line } },
  );
}

function parseLine(line: Uint8Array, decoder: TextDecoder): JournalEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(line));
  } catch {
    return null;
  }
  return isEntry(value) ? value : null;
}

/** True for what a line may hold: nothing else is written, or the journal could not be read again. */
export function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  const texts = (...keys: string[]): boolean => keys.every((key) => typeof entry[key] === 'string');
  const units = (...keys: string[]): boolean =>
    keys.every((key) => entry[key] === null || typeof entry[key] === 'number');
  // A time that is none would end the wait for a write that may still land; a word nobody knows, the caution.
  if (!Number.isSafeInteger(entry.seq) || !texts('planId', 'actor') || !isInstant(entry.at)) return false;
  if (entry.type === 'start') return texts('psa', 'connector');
  if (entry.type === 'intent') return texts('changeId') && units('before') && typeof entry.to === 'number';
  if (entry.type !== 'outcome' || !texts('changeId', 'outcome')) return false;
  return WROTE.includes(entry.wrote) && units('before', 'after');
}

const WROTE: readonly unknown[] = ['yes', 'no', 'accepted', 'maybe'] satisfies JournalOutcome['wrote'][];
