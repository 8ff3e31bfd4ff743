import { pax8 } from 'trueup/connectors/pax8';
import { pullVendor } from 'trueup/sync';
import { createWorld, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';

const world = createWorld('pax8', 'small');

describe('pax8', () => {
  it('gives back what the system holds', async () => {
    const mock = mockSystem('pax8', world);
    const snapshot = await pullVendor(pax8(mock.options), { runtime: mock.runtime });
    const { vendor } = mock.expected;
    expect(snapshot.accounts).toMatchObject(sorted(vendor?.accounts));
    // A variant nobody holds leaves no trace in Pax8.
    const held = new Set(vendor?.counts.map((count) => count.skuId));
    expect(snapshot.skus).toMatchObject(sorted(vendor?.skus.filter((sku) => held.has(sku.id ?? ''))));
    expect(snapshot.receipt.complete).toBe(true);
    const key = (count: object): string => JSON.stringify((count as { ref?: string }).ref);
    const byRef = [...(vendor?.counts ?? [])].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect([...snapshot.counts].sort((a, b) => (key(a) < key(b) ? -1 : 1))).toMatchObject(byRef);
  });
});

function sorted<T extends object>(rows: readonly T[] | undefined): T[] {
  const idOf = (row: T): string => String((row as { id?: string }).id);
  return [...(rows ?? [])].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}
