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

  it('ignores the journal of another plan, and says so', async () => {
    const { plan, entries } = await applied();
    const other = (await entries()).map((entry) => ({ ...entry, planId: 'other' }));
    const undo = planUndo(plan, other, by);
    expect([undo.changes, undo.problems.map(({ code }) => code)]).toEqual([[], ['other-journal']]);
  });
});
