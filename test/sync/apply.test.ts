import { TrueupError } from 'trueup';
import { applyPlan, memoryJournal } from 'trueup/sync';
import { describe, expect, it } from 'vitest';
import { manualClock, scenario } from './plans.ts';
import { simulatedPsa } from './simulated-psa.ts';

describe('applyPlan', () => {
  it('writes every change once, reads it back and says so', async () => {
    const { plan, lines } = scenario(3, { addition: true });
    const psa = simulatedPsa(lines, { writes: 'absolute' });
    const journal = memoryJournal();
    const { runtime } = manualClock();
    const report = await applyPlan(plan, psa.connector, { journal, runtime });
    expect(report.complete).toBe(true);
    expect(report.results.map(({ outcome, before, after }) => [outcome, before, after])).toEqual([
      ['applied', 5, 8],
      ['applied', 6, 9],
      ['applied', 7, 10],
      ['applied', null, 4],
    ]);
    expect(psa.landings).toHaveLength(4);
    expect((await journal.read()).map(({ type }) => type)).toEqual([
      'start',
      ...Array.from({ length: 4 }, () => ['intent', 'outcome']).flat(),
    ]);
    const again = await applyPlan(plan, psa.connector, { journal, runtime });
    expect(again.counts['already-applied']).toBe(4);
    expect(psa.landings).toHaveLength(4);
  });

  it('writes nothing in a dry run, to the PSA or the journal', async () => {
    const { plan, lines } = scenario(2, { addition: true });
    const psa = simulatedPsa(lines, { writes: 'delta' });
    const journal = memoryJournal();
    psa.set('l2', 99);
    const report = await applyPlan(plan, psa.connector, { journal, dryRun: true });
    expect(report.results.map(({ outcome }) => outcome)).toEqual(['would-apply', 'conflict', 'would-apply']);
    expect(report.complete).toBe(false);
    expect(psa.landings).toEqual([]);
    expect(await journal.read()).toEqual([]);
  });

  it('refuses a plan for another PSA before the first read', async () => {
    const { plan, lines } = scenario(1);
    const psa = simulatedPsa(lines, { writes: 'absolute' });
    const other = { ...psa.connector, id: 'halopsa' };
    const code = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => 'none',
        (error: unknown) => (TrueupError.is(error) ? error.code : 'foreign'),
      );
    const journal = memoryJournal();
    expect(await code(applyPlan(plan, other, { journal }))).toBe('PLAN_MISMATCH');
    expect(await code(applyPlan(plan, psa.connector, { journal, source: 'cw-2' }))).toBe('PLAN_MISMATCH');
    expect(psa.calls).toEqual([]);
  });
});
