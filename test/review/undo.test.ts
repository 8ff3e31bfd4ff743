import { type JournalEntry, planUndo, type WritePlan } from 'trueup';
import { applyPlan, memoryJournal } from 'trueup/sync';
import { describe, expect, it } from 'vitest';
import { manualClock, scenario } from '../sync/plans.ts';
import { type Fault, simulatedPsa } from '../sync/simulated-psa.ts';

const by = { actor: 'bob', at: '2026-11-23T09:00:00Z' };

async function applied(faults: Readonly<Record<string, Fault>> = {}) {
  const { plan, lines } = scenario(3, { addition: true, dating: 'dated' });
  const psa = simulatedPsa(lines, {
    writes: 'delta',
    dating: 'dated',
    fault: ({ op, lineId }) => (op === 'write' && lineId !== null ? faults[lineId] : undefined),
  });
  const journal = memoryJournal();
  const { runtime } = manualClock();
  await applyPlan(plan, psa.connector, { journal, runtime });
  return { plan, psa, journal, runtime, entries: (): Promise<readonly JournalEntry[]> => journal.read() };
}

const changes = ({ changes: all }: WritePlan): unknown =>
  all.map(({ lineId, from, to }) => [lineId, from, to]);

describe('planUndo', () => {
  it('takes back what was written, on the same date, and applies like any plan', async () => {
    const { plan, psa, runtime, entries } = await applied();
    const undo = planUndo(plan, await entries(), by);
    expect(changes(undo)).toEqual([
      ['l1', 8, 5],
      ['l2', 9, 6],
      ['l3', 10, 7],
      ['new-1', 4, 0],
    ]);
    expect(undo).toMatchObject({ undoes: plan.id, by, blocked: [], problems: [], additions: [] });
    expect(undo.changes[0]).toMatchObject({
      effectiveDate: plan.changes[0]?.effectiveDate,
      impact: { amount: '-12.6', currency: 'USD' },
    });
    expect(undo.id).not.toBe(plan.id);
    const journal = memoryJournal();
    const report = await applyPlan(undo, psa.connector, { journal, runtime });
    expect(report.complete).toBe(true);
    expect([...psa.lines.values()].map(({ units }) => units)).toEqual([5, 6, 7, 0]);
    // And back once more.
    expect(changes(planUndo(undo, await journal.read(), by))).toEqual([
      ['l1', 5, 8],
      ['l2', 6, 9],
      ['l3', 7, 10],
      ['new-1', 0, 4],
    ]);
  });

  it('is by somebody, at some time', async () => {
    const { plan, entries } = await applied();
    const all = await entries();
    for (const nobody of [undefined, {}, { actor: 'bob' }, { actor: 4, at: by.at }, { ...by, at: 'today' }]) {
      expect(() => planUndo(plan, all, nobody as typeof by)).toThrow(/planUndo: by must be \{ actor, at \}/);
    }
  });

  it('leaves out what was never written and blocks what is open or was changed since', async () => {
    const { plan, psa, journal, runtime, entries } = await applied({ l1: 'refused', l2: 'lost-before' });
    psa.set('l3', 99);
    await applyPlan(plan, psa.connector, { journal, runtime });
    const undo = planUndo(plan, await entries(), by);
    expect(changes(undo)).toEqual([['new-1', 4, 0]]);
    expect(undo.blocked.map(({ lineId, code }) => [lineId, code])).toEqual([
      ['l2', 'outcome-unknown'],
      ['l3', 'line-changed'],
    ]);
  });

  it('names the line that was made, and what became of it, when it cannot take an addition back', async () => {
    const { plan, psa, journal, runtime, entries } = await applied();
    psa.set('new-1', 9);
    await applyPlan(plan, psa.connector, { journal, runtime });
    const undo = planUndo(plan, await entries(), by);
    expect(undo.blocked).toMatchObject([
      { lineId: 'new-1', code: 'line-changed', message: expect.stringContaining('changed-since') },
    ]);
  });

  it('blocks what was announced and never heard of again: the run was killed', async () => {
    const { plan, entries } = await applied();
    const announced = (await entries()).filter(({ type }) => type !== 'outcome');
    const undo = planUndo(plan, announced, by);
    expect(undo.changes).toEqual([]);
    expect(undo.blocked.map(({ lineId, code }) => [lineId, code])).toEqual([
      ['l1', 'outcome-unknown'],
      ['l2', 'outcome-unknown'],
      ['l3', 'outcome-unknown'],
      // No line is known to have been made.
      [null, 'outcome-unknown'],
    ]);
  });

  it('takes back only what the journal shows whole: where a write began, which line it made', async () => {
    const { plan, entries } = await applied();
    const without = async (part: (entry: JournalEntry) => JournalEntry | null): Promise<unknown> => {
      const kept = (await entries()).flatMap((entry) => part(entry) ?? []);
      const undo = planUndo(plan, kept, by);
      expect(undo.blocked.every(({ code }) => code === 'line-changed')).toBe(true);
      return [changes(undo), undo.blocked.map(({ lineId }) => lineId)];
    };
    const id = plan.changes[1]?.id;
    const rest = [
      ['l1', 8, 5],
      ['l3', 10, 7],
    ];
    // The announcement is missing, or the write began at another quantity than the plan says.
    expect(
      await without((entry) => (entry.type === 'intent' && entry.changeId === id ? null : entry)),
    ).toEqual([[...rest, ['new-1', 4, 0]], ['l2']]);
    expect(
      await without((entry) =>
        entry.type === 'intent' && entry.changeId === id ? { ...entry, before: 7 } : entry,
      ),
    ).toEqual([[...rest, ['new-1', 4, 0]], ['l2']]);
    // Nothing says which line was made.
    expect(
      await without((entry) => {
        if (entry.type !== 'outcome') return entry;
        const { lineId: _lineId, ...unnamed } = entry;
        return unnamed;
      }),
    ).toEqual([
      [
        ['l1', 8, 5],
        ['l2', 9, 6],
        ['l3', 10, 7],
      ],
      [null],
    ]);
  });

  it('says so when only a part of the journal is of another plan', async () => {
    const { plan, entries } = await applied();
    const [first, ...rest] = await entries();
    const undo = planUndo(plan, [{ ...first!, planId: 'other' }, ...rest], by);
    expect(undo.problems.map(({ code }) => code)).toEqual(['other-journal']);
    expect(undo.changes).toHaveLength(4);
  });

  it('ignores the journal of another plan, and says so', async () => {
    const { plan, entries } = await applied();
    const other = (await entries()).map((entry) => ({ ...entry, planId: 'other' }));
    const undo = planUndo(plan, other, by);
    expect([undo.changes, undo.problems.map(({ code }) => code)]).toEqual([[], ['other-journal']]);
  });
});
