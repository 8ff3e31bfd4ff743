import { createWorld, worldPsaSnapshot, worldVendorSnapshot } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { stableJson } from '../../src/model/order.ts';

describe('createWorld', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    expect(stableJson(createWorld(7, 'medium'))).toBe(stableJson(createWorld(7, 'medium')));
    expect(stableJson(createWorld(7))).not.toBe(stableJson(createWorld(8)));
  });

  it('has rows that refer to rows that are there, under ids used once', () => {
    const world = createWorld('refs', 'medium');
    const { customers, services, contracts, lines } = world.psa;
    const ids = (rows: readonly { id: string }[]): Set<string> => new Set(rows.map(({ id }) => id));
    expect(ids(lines).size).toBe(lines.length);
    expect(
      lines.every((line) => ids(contracts).has(line.contractId) && ids(services).has(line.serviceId)),
    ).toBe(true);
    expect(lines.every((line) => ids(customers).has(line.customerId))).toBe(true);
    for (const vendor of world.vendors) {
      expect(vendor.counts.every((count) => ids(vendor.accounts).has(count.accountId))).toBe(true);
      expect(vendor.counts.every((count) => ids(vendor.skus).has(count.skuId))).toBe(true);
      expect(new Set(vendor.accounts.map(({ id }) => id)).size).toBe(vendor.accounts.length);
    }
  });

  it('agrees everywhere but in its truth', () => {
    const world = createWorld('agree', 'medium');
    const seats = (customerId: string, ruleId: string): [number, number] => {
      const rule = world.mapping.services.find(({ id }) => id === ruleId);
      const accounts = world.mapping.accounts.filter((link) => link.customerId === customerId);
      const counts = world.vendors
        .flatMap((vendor) => vendor.counts)
        .filter((count) => accounts.some(({ accountId }) => accountId === count.accountId))
        .filter((count) => rule?.skus.some(({ skuId }) => skuId === count.skuId));
      const lines = world.psa.lines
        .filter((line) => line.customerId === customerId && rule?.serviceIds.includes(line.serviceId))
        .filter((line) => (line.startDate ?? '') <= world.on && (line.endDate ?? '9') > world.on)
        .filter((line) =>
          world.psa.contracts.some(({ id, status }) => id === line.contractId && status === 'active'),
        );
      const sum = (rows: readonly { units: number }[]): number => rows.reduce((a, { units }) => a + units, 0);
      return [sum(counts), sum(lines)];
    };
    for (const { id: customerId } of world.psa.customers) {
      for (const { id: ruleId } of world.mapping.services) {
        const truth = world.truth.find((one) => one.customerId === customerId && one.ruleId === ruleId);
        const [vendor, psa] = seats(customerId, ruleId);
        if (!truth) expect(vendor).toBe(psa);
        else if (truth.expected.variance !== null) expect(vendor - psa).toBe(truth.expected.variance);
      }
    }
    expect(new Set(world.truth.map(({ discrepancy }) => discrepancy)).size).toBeGreaterThan(4);
  });

  it('puts in what is asked for, or says it cannot', () => {
    const world = createWorld(1, {
      customers: 60,
      discrepancies: ['line-future', { discrepancy: 'account-unmapped', times: 3 }],
    });
    expect(world.truth.map(({ discrepancy }) => discrepancy)).toEqual([
      'line-future',
      'account-unmapped',
      'account-unmapped',
      'account-unmapped',
    ]);
    expect(() =>
      createWorld(1, { customers: 1, discrepancies: [{ discrepancy: 'seats-added', times: 5 }] }),
    ).toThrow(/more customers/);
    expect(() => createWorld(1, { customers: 3, vendors: ['nobody'] })).toThrow(/no vendor mock/);
  });

  it.each<[object | string, RegExp]>([
    ['huge', /no size of a world is called huge; there are small, medium, large and \{ customers: 50 \}/],
    ['Smal', /did you mean small\?/],
    ['toString', /no size of a world/],
    [{ customer: 5 }, /unknown option customer; did you mean customers\?/],
    [{ vendors: ['pax8'] }, /option customers is missing/],
    [{ customers: Number.NaN }, /customers must be a whole number/],
    [{ customers: 5, vendors: ['pax9'] }, /no vendor mock is called pax9; did you mean pax8\?/],
    [{ customers: 5, vendors: ['connectwise'] }, /there are cove, huntress, microsoft-365,/],
    [
      { customers: 20, discrepancies: ['seats-add'] },
      /no discrepancy is called seats-add; did you mean seats-added\?/,
    ],
    [
      { customers: 20, discrepancies: ['toString'] },
      /no discrepancy is called toString; there are account-unmapped,/,
    ],
    [{ customers: 20, discrepancies: [{ discrepancy: 'seats-added' }] }, /option times is missing/],
  ])('refuses what it does not know: %j', (size, message) => {
    const make = () => createWorld(1, size as never);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_OPTIONS' }));
  });

  it('cannot be changed by a test', () => {
    const world = createWorld(1);
    expect(Object.isFrozen(world.psa.lines[0])).toBe(true);
    expect(worldPsaSnapshot(world).receipt.complete).toBe(true);
    expect(worldVendorSnapshot(world, 'pax8').counts).toBe(world.vendors[0]?.counts);
  });
});
