import type { JournalEntry, JournalIntent, JournalOutcome } from 'trueup';
import { describe, expect, it } from 'vitest';
import { type ChangeHistory, histories, remember, UNTOUCHED } from '../../src/review/history.ts';

/** Journals written by hand: these tests are about what a journal says, not about how it came to be. */

type Unsigned<T> = T extends JournalEntry ? Omit<T, 'seq' | 'planId' | 'at' | 'actor'> : never;

/** Entries one minute apart: the first at 12:00. */
const journal = (...entries: readonly Unsigned<JournalEntry>[]): JournalEntry[] =>
  entries.map((entry, seq) => ({ seq, planId: 'p1', at: minute(seq), actor: 'ana', ...entry }));

const minute = (seq: number): string => `2026-11-22T12:${String(seq).padStart(2, '0')}:00Z`;

const start: Unsigned<JournalEntry> = { type: 'start', psa: 'cw', connector: 'simulated' };

/** A write is announced. */
const sent = (changeId = 'a'): Unsigned<JournalIntent> => ({ type: 'intent', changeId, before: 5, to: 8 });

/** A change ended in one run. */
const ended = (
  outcome: JournalOutcome['outcome'],
  wrote: JournalOutcome['wrote'],
  part: Partial<Pick<JournalOutcome, 'changeId' | 'code' | 'lineId'>> = {},
): Unsigned<JournalOutcome> => ({
  type: 'outcome',
  changeId: 'a',
  outcome,
  before: 5,
  after: null,
  wrote,
  ...part,
});

/** No answer came, and the line shows the old quantity. */
const lost = ended('unknown', 'maybe', { code: 'may-still-land' });
/** The PSA said yes, and the line shows it. */
const done = ended('applied', 'yes');
/** Looked at again in a later run: somebody else changed the line after it was written. */
const changedSince = ended('conflict', 'yes', { code: 'changed-since' });

/** What a journal says about change `a`. */
const known = (...entries: readonly Unsigned<JournalEntry>[]): ChangeHistory =>
  histories(journal(...entries)).get('a') ?? UNTOUCHED;

describe('what a journal says about a change', () => {
  it('is nothing before the first entry about it: nothing was sent', () => {
    expect(histories(journal(start)).size).toBe(0);
    expect(known(start)).toEqual({
      wrote: 'no',
      intent: null,
      outcome: null,
      disturbed: false,
      unanswered: [],
      lineId: null,
    });
  });

  it('is nothing sent when every run found a line that it left alone', () => {
    const [first, second] = journal(
      ended('conflict', 'no', { code: 'line-changed' }),
      ended('conflict', 'no', { code: 'line-gone' }),
    );
    const found = histories([first!, second!]).get('a');
    expect(found).toEqual({ ...UNTOUCHED, outcome: second });
  });

  it('is told per change', () => {
    const both = histories(journal(start, sent('a'), ended('applied', 'yes'), sent('b')));
    expect([...both].map(([id, { wrote }]) => [id, wrote])).toEqual([
      ['a', 'yes'],
      ['b', 'maybe'],
    ]);
  });

  it('grows entry by entry, and leaves what was read before as it was', () => {
    const [first, second] = journal(sent(), done);
    const past = new Map<string, ChangeHistory>();
    remember(past, first!);
    const before = past.get('a');
    remember(past, second!);
    expect([before?.wrote, before?.outcome, before?.unanswered]).toEqual(['maybe', null, [minute(0)]]);
    expect(past).toEqual(histories([first!, second!]));
  });
});

describe('whether trueup wrote', () => {
  it('is open from the announcement on, also when it was settled before', () => {
    expect(known(sent()).wrote).toBe('maybe');
    expect(known(sent(), ended('refused', 'no'), sent()).wrote).toBe('maybe');
  });

  it.each(['yes', 'no', 'accepted', 'maybe'] as const)('is what the last outcome says: %s', (wrote) => {
    expect(known(sent(), lost, sent(), ended('unknown', wrote)).wrote).toBe(wrote);
  });

  it('comes with the last announcement and the last outcome', () => {
    const entries = journal(sent(), lost, { ...sent(), before: 6 }, done);
    const found = histories(entries).get('a');
    expect([found?.intent, found?.outcome]).toEqual([entries[2], entries[3]]);
  });
});

describe('writes that may still land', () => {
  it.each<[string, Unsigned<JournalOutcome>]>([
    ['it is there', done],
    ['the PSA refused it', ended('refused', 'no', { code: 'REFUSED' })],
    ['the PSA accepted it, though it does not show', ended('unknown', 'accepted')],
    ['it is there and somebody changed the line', ended('conflict', 'yes', { code: 'changed-meanwhile' })],
    [
      'it was refused, and the line is right anyway',
      ended('already-applied', 'no', { code: 'found-on-read-back' }),
    ],
  ])('no longer include one that was answered: %s', (_what, outcome) => {
    expect(known(sent(), outcome).unanswered).toEqual([]);
  });

  it('include one that got no answer, from when it was announced', () => {
    expect(known(start, sent()).unanswered).toEqual([minute(1)]);
    expect(known(start, sent(), lost).unanswered).toEqual([minute(1)]);
  });

  it('include every one that got no answer', () => {
    expect(known(sent(), lost, sent(), lost).unanswered).toEqual([minute(0), minute(2)]);
    // The process was killed before it could write an outcome down.
    expect(known(sent(), start, sent(), lost).unanswered).toEqual([minute(0), minute(2)]);
  });

  it('keep the earlier one when a later one is answered: the answer is to the later', () => {
    expect(known(sent(), lost, sent(), done).unanswered).toEqual([minute(0)]);
    const met = ended('conflict', 'yes', { code: 'changed-meanwhile' });
    expect(known(sent(), lost, sent(), met).unanswered).toEqual([minute(0)]);
  });

  it('stay when a later run only looks: a look answers no write', () => {
    expect(known(sent(), lost, sent(), done, changedSince).unanswered).toEqual([minute(0)]);
    expect(known(sent(), lost, ended('conflict', 'yes')).unanswered).toEqual([minute(0)]);
    expect(known(sent(), lost, sent(), lost, lost).unanswered).toEqual([minute(0), minute(2)]);
  });

  it.each(['found-on-resume', 'found-on-read-back'])(
    'are one fewer when one is found in place, and the latest is not taken for it (%s)',
    (code) => {
      const found = ended('applied', 'yes', { code });
      expect(known(sent(), lost, found).unanswered).toEqual([]);
      expect(known(sent(), lost, sent(), lost, found).unanswered).toEqual([minute(2)]);
      expect(known(sent(), lost, sent(), found).unanswered).toEqual([minute(2)]);
    },
  );
});

describe('a line that somebody else changed while a write was open', () => {
  const met = ended('unknown', 'maybe', { code: 'changed-meanwhile' });

  it('is remembered, whatever it looks like later', () => {
    expect(known(sent(), met).disturbed).toBe(true);
    expect(known(sent(), lost, met).disturbed).toBe(true);
    expect(known(sent(), met, lost).disturbed).toBe(true);
    expect(known(sent(), met, sent()).disturbed).toBe(true);
  });

  it('is not one whose write just has no answer, or has one', () => {
    expect(known(sent(), lost).disturbed).toBe(false);
    expect(known(sent(), done, changedSince).disturbed).toBe(false);
    // The PSA said yes, so there is no doubt that the write landed.
    expect(known(sent(), ended('conflict', 'yes', { code: 'changed-meanwhile' })).disturbed).toBe(false);
  });
});

describe('the line that an addition made', () => {
  it('is remembered from the outcome that named it', () => {
    const made = ended('applied', 'yes', { lineId: 'new-1' });
    expect(known(sent(), made).lineId).toBe('new-1');
    expect(known(sent(), made, changedSince).lineId).toBe('new-1');
    expect(known(sent(), lost).lineId).toBe(null);
  });

  it('is the one named last', () => {
    const named = (lineId: string) => ended('applied', 'yes', { lineId });
    expect(known(sent(), named('new-1'), named('new-2')).lineId).toBe('new-2');
  });
});
