import { reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { addKey, type KeySet } from '../../src/reconcile/store.ts';
import { buildInput } from './build.ts';

describe('a set of more keys than one Set holds', () => {
  it('knows a key again, whichever Set it is in', () => {
    const keys: KeySet = [];
    const added = ['a', 'b', 'c', 'd', 'e', 'a', 'c', 'e'].map((key) => addKey(keys, key, 2));
    expect(added).toEqual([true, true, true, true, true, false, false, false]);
    expect(keys.map((set) => [...set])).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });
});

describe('an account that is described twice', () => {
  const accounts = [
    { id: 'acme-1', name: 'Beta' },
    { id: 'acme-1', name: 'Alpha' },
  ];

  it('counts for nothing, and says so', () => {
    const { cards, problems } = reconcile(
      buildInput({
        psa: { lines: [{ id: 'line', units: 3 }] },
        vendors: [{ accounts, counts: [{ units: 3 }] }],
      }),
    );
    expect(cards).toMatchObject([
      { kind: 'no-count', vendor: { state: 'no-count', reason: 'source-incomplete' } },
    ]);
    expect(problems).toMatchObject([{ code: 'duplicate-id', ids: { accountId: 'acme-1' } }]);
  });

  it.each([[accounts], [accounts.toReversed()]])('has one name, whatever the order: %j', (described) => {
    const vendors = [{ accounts: described, counts: [{ units: 3 }] }];
    const { unmapped } = reconcile(buildInput({ vendors, mapping: { accounts: [] } }));
    expect(unmapped.accounts.map(({ name }) => name)).toEqual(['Alpha']);
  });
});

describe('lines on the contract of another customer', () => {
  it('spoil every rule of that customer that they are of', () => {
    const ids = ['m365', 'backup'];
    const { cards } = reconcile(
      buildInput({
        psa: {
          customers: [{ id: 'acme' }, { id: 'bolt' }],
          services: ids.map((id) => ({ id })),
          lines: [
            ...ids.map((serviceId) => ({ id: `acme ${serviceId}`, units: 3, serviceId })),
            ...ids.map((serviceId) => ({
              id: `bolt ${serviceId}`,
              units: 1,
              serviceId,
              customerId: 'bolt',
            })),
          ],
        },
        vendors: [{ skus: ids.map((id) => ({ id })), counts: ids.map((skuId) => ({ skuId, units: 4 })) }],
        mapping: {
          services: ids.map((id) => ({ id, skus: [{ vendor: 'pax8', skuId: id }], serviceIds: [id] })),
        },
      }),
    );
    expect(cards.map(({ customer, ruleId, proposal }) => [customer.id, ruleId, proposal])).toEqual([
      ['acme', 'backup', { status: 'blocked', reasons: ['orphan-line'] }],
      ['acme', 'm365', { status: 'blocked', reasons: ['orphan-line'] }],
    ]);
  });
});
