import fc from 'fast-check';
import { type Cause, causeGuide } from 'trueup';
import { describe, expect, it } from 'vitest';
import { faults } from '../../scripts/eval/faults.ts';
import { trial } from '../../scripts/eval/trial.ts';

describe('causes', () => {
  it.each(faults.map((fault) => [fault.cause, fault.name, fault] as const))(
    'finds %s (%s) first, in a world with noise',
    (cause, _name, fault) => {
      for (const seed of ['0', '1']) {
        const outcome = trial(seed, 12, [fault], { history: fault.needsHistory === true, noise: true });
        expect(outcome?.found[0]?.cause).toBe(cause);
        expect(outcome?.found[0]?.message).toMatch(/\.$/);
      }
    },
  );

  it('has a fault for every cause', () => {
    const covered = new Set<Cause>(faults.map((fault) => fault.cause));
    expect(causeGuide().filter(({ cause }) => !covered.has(cause))).toEqual([]);
  });

  it('calls nothing certain whose fix does not make the card agree', () => {
    const two = fc.uniqueArray(fc.constantFrom(...faults), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(two, fc.nat(999), fc.boolean(), (put, seed, history) => {
        const outcome = trial(String(seed), 12, put, { history, noise: true });
        expect(outcome?.wrongCertain ?? []).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
