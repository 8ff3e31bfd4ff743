import { describe, expect, it } from 'vitest';
import { simulate } from './simulation.ts';

describe('applyPlan under faults, kills, races and an outside writer', () => {
  it('never writes twice, never loses a write, and finishes when run again', async () => {
    const totals = await simulate(1, 400);
    expect(totals.broken).toEqual([]);
    expect({ doubleWrites: totals.doubleWrites, lostWrites: totals.lostWrites }).toEqual({
      doubleWrites: 0,
      lostWrites: 0,
    });
    // The storm must have blown: a simulation without faults proves nothing.
    expect(Object.values(totals.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1_000);
    expect(totals.faults['write: kill-late']).toBeGreaterThan(10);
    expect(totals.faults['second run at the same time']).toBeGreaterThan(100);
    expect(totals.faults['outside change']).toBeGreaterThan(50);
  });
});
