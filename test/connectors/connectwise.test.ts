import { connectwise } from 'trueup/connectors/connectwise';
import { pullPsa } from 'trueup/sync';
import { createWorld, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';

const world = createWorld('connectwise', 'small');

describe('connectwise', () => {
  it.each(['forward-only', 'page'] as const)('gives back what the system holds, paged %s', async (paging) => {
    const mock = mockSystem('connectwise', world);
    const snapshot = await pullPsa(connectwise({ ...mock.options, paging }), { runtime: mock.runtime });
    const { psa } = mock.expected;
    expect(snapshot.customers).toMatchObject(sorted(psa?.customers));
    expect(snapshot.services).toMatchObject(sorted(psa?.services));
    expect(snapshot.contracts).toMatchObject(sorted(psa?.contracts));
    expect(snapshot.lines).toMatchObject(sorted(psa?.lines));
    expect(snapshot.receipt.complete).toBe(true);
    expect(snapshot.takenAt).toBe('2026-11-20T08:00:00.000Z');
  });
});

function sorted<T extends object>(rows: readonly T[] | undefined): T[] {
  const idOf = (row: T): string => String((row as { id?: string }).id);
  return [...(rows ?? [])].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}
