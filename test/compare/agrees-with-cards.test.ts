import fc from 'fast-check';
import { compareLicenses, type PsaSnapshot, reconcile } from 'trueup';
import { expect, it } from 'vitest';
import { rmm } from './fixture.ts';

const customers = ['c1', 'c2', 'c3'].map((id) => ({ id, name: id, active: true }));
const psa: PsaSnapshot = {
  specVersion: 1,
  kind: 'psa',
  source: 'psa',
  connector: 'csv',
  takenAt: '2026-12-01T07:00:00Z',
  currency: 'USD',
  precision: 'decimal',
  dating: 'dated',
  customers,
  services: [{ id: 's1', name: 'Device', active: true }],
  contracts: customers.map(({ id }) => ({
    id: `k-${id}`,
    customerId: id,
    name: id,
    status: 'active',
    billingCycle: 'monthly',
    startDate: null,
    endDate: null,
  })),
  lines: customers.map(({ id }) => ({
    id: `l-${id}`,
    contractId: `k-${id}`,
    customerId: id,
    serviceId: 's1',
    units: 1,
    startDate: null,
    endDate: null,
    active: true,
    billable: true,
  })),
  receipt: { complete: true, resources: {}, problems: [] },
};

const account = fc.constantFrom('a1', 'a2', 'a3', 'a4');

it('counts a client as the card of the same SKUs does: the number, or why there is none', () => {
  const input = fc.record({
    counts: fc.array(
      fc.record({
        accountId: account,
        units: fc.constantFrom(0, 1, 2.5, 7, -1),
        ref: fc.constantFrom('x', 'y', 'z'),
        skuId: fc.constantFrom('device', 'phone'),
        metric: fc.constantFrom('devices', 'devices', 'devices', 'users'),
        status: fc.constantFrom('active' as const, 'active' as const, 'ended' as const),
      }),
      { maxLength: 8 },
    ),
    links: fc.array(fc.record({ accountId: account, customerId: fc.constantFrom('c1', 'c2', 'c3', null) }), {
      maxLength: 6,
    }),
    gaps: fc.subarray(['a1', 'a2']),
    complete: fc.boolean(),
    accounts: fc.subarray(['a1', 'a2', 'a3', 'a4', 'a1'], { minLength: 2 }),
    listed: fc.subarray(['device', 'phone', 'phone'], { minLength: 1 }),
    catalogue: fc.constantFrom('whole' as const, 'in-use' as const),
    phoneAbsent: fc.constantFrom('zero' as const, 'no-count' as const),
  });
  fc.assert(
    fc.property(input, ({ counts, links, gaps, complete, accounts, listed, catalogue, phoneAbsent }) => {
      const described = rmm({
        counts,
        accounts,
        skus: listed.map((id) => ({ id, ...(id === 'phone' && { whenAbsent: phoneAbsent }) })),
        receipt: { complete, incompleteAccounts: gaps },
      });
      const snapshot = { ...described, catalogue };
      const skus = ['device', 'phone'].map((skuId) => ({ vendor: 'rmm', skuId, metric: 'devices' }));
      const mapping = {
        specVersion: 1 as const,
        accounts: links.map((link) => ({ vendor: 'rmm', ...link })),
        services: [{ id: 'r1', skus, serviceIds: ['s1'], metric: 'devices' }],
      };
      const asOf = '2026-12-01T08:00:00Z';
      const cards = reconcile({ psa, vendors: [snapshot], mapping, asOf }).cards.map((card) => [
        card.customer.id,
        card.vendor.state === 'counted' ? card.vendor.units : null,
        card.vendor.state === 'no-count' ? card.vendor.reason : undefined,
      ]);
      const services = [{ id: 'x', devices: skus, licenses: [] }];
      const clients = compareLicenses({
        devices: [snapshot],
        licenses: [],
        mapping,
        asOf,
        customers,
        services,
      });
      expect(clients.clients.map((row) => [row.customer.id, row.devices.units, row.devices.reason])).toEqual(
        cards,
      );
    }),
    { numRuns: 300 },
  );
});
