import { reconcile } from 'trueup';
import { connectwise } from 'trueup/connectors/connectwise';
import { pax8 } from 'trueup/connectors/pax8';
import { pullPsa, pullVendor } from 'trueup/sync';
import {
  createTestRuntime,
  createWorld,
  mockSystem,
  type World,
  worldPsaSnapshot,
  worldVendorSnapshot,
} from 'trueup/testing';
import { describe, expect, it } from 'vitest';

function cardsOf(world: World): ReturnType<typeof reconcile> {
  return reconcile({
    psa: worldPsaSnapshot(world),
    vendors: world.vendors.map(({ slug }) => worldVendorSnapshot(world, slug)),
    mapping: world.mapping,
    asOf: world.asOf,
  });
}

/** Every card that is not plain agreement, and every truth, in one form. */
function sides(world: World): [string[], string[]] {
  const { cards } = cardsOf(world);
  const found = cards
    .filter((card) => card.kind !== 'no-change')
    .map((card) => `${card.customer.id} ${card.ruleId} ${card.kind} ${card.variance}`);
  const truth = world.truth.map(
    ({ customerId, ruleId, expected }) => `${customerId} ${ruleId} ${expected.kind} ${expected.variance}`,
  );
  return [found.sort(), truth.sort()];
}

describe("a reconciliation of a world's own rows", () => {
  it.each(['one', 'two', 'three'])('finds the truth and nothing else (seed %s)', (seed) => {
    const world = createWorld(seed, 'medium');
    const [found, truth] = sides(world);
    expect(found).toEqual(truth);
    expect(truth.length).toBeGreaterThan(10);
    expect(cardsOf(world).problems).toEqual([]);
  });

  it('finds the same through the systems themselves', async () => {
    const world = createWorld('wire', 'medium');
    const runtime = createTestRuntime();
    const psa = await pullPsa(connectwise(mockSystem('connectwise', world, { runtime }).options), {
      runtime,
      source: 'psa',
    });
    const vendor = await pullVendor(pax8(mockSystem('pax8', world, { runtime }).options), { runtime });
    const { mapping, asOf } = world;
    const direct = reconcile({
      psa: worldPsaSnapshot(world),
      vendors: [worldVendorSnapshot(world, 'pax8')],
      mapping,
      asOf,
    });
    const pulled = reconcile({ psa, vendors: [vendor], mapping, asOf });
    expect(pulled.summary).toEqual(direct.summary);
    expect(pulled.cards.map(({ id }) => id)).toEqual(direct.cards.map(({ id }) => id));
    expect(pulled.problems).toEqual([]);
  });

  it.each([
    'extra-contributor',
    'mapping-changed',
    'off-by-one',
    'constant-offset',
    'same-as-last-period',
    'sku-renamed',
    'zero-in-use',
    'sku-unmapped',
    'account-unmapped',
    'cycle-none',
    'line-ended',
  ] as const)('finds %s, and the past before it', (discrepancy) => {
    const world = createWorld('past', { customers: 60, discrepancies: [{ discrepancy, times: 3 }] });
    const [found, truth] = sides(world);
    expect(found).toEqual(truth);
    expect(truth).toHaveLength(3);
    for (const { asOf, psa, vendors, mapping } of world.history) {
      const then = { ...world, asOf, psa, vendors, mapping };
      const lasting = ['off-by-one', 'constant-offset', 'same-as-last-period'].includes(discrepancy);
      expect(sides(then)[0]).toEqual(lasting ? truth : []);
    }
  });

  it.each(['no-term-sku', 'wrong-sku', 'counting-changed'] as const)(
    'finds %s for everybody',
    (discrepancy) => {
      const world = createWorld('rules', { customers: 60, discrepancies: [discrepancy, 'seats-added'] });
      const [found, truth] = sides(world);
      expect(found).toEqual(truth);
      expect(truth.length).toBeGreaterThan(8);
    },
  );
});
