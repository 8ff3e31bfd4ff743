import fc from 'fast-check';
import {
  createIncremental,
  mergeReconciliations,
  partition,
  type ReconcileInput,
  type Reconciliation,
  reconcile,
  reconcileCustomers,
} from 'trueup';
import { parseReconciliation } from 'trueup/schema';
import { describe, expect, it } from 'vitest';
import { addUnits, toScaled } from '../../src/model/units.ts';
import { inputs, mappings, shuffled } from './arbitrary.ts';
import { buildInput } from './build.ts';

const bytes = (value: unknown): string => JSON.stringify(value);

describe('laws of reconcile', () => {
  it('gives the same bytes whatever the order of the rows', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (input, seed) => {
        expect(bytes(reconcile(shuffled(input, seed)))).toBe(bytes(reconcile(input)));
      }),
      { numRuns: 200 },
    );
  });

  it('is the merge of any partition', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 6 }), fc.nat(), (input, count, seed) => {
        const parts = partition(input, count).map(reconcile);
        const turned = [...parts.slice(seed % count), ...parts.slice(0, seed % count)];
        expect(bytes(mergeReconciliations(turned))).toBe(bytes(reconcile(input)));
      }),
      { numRuns: 200 },
    );
  });

  it('is not the merge of some parts, or of one part twice', () => {
    const [one, two] = partition(buildInput({ psa: { lines: [{ id: 'l1', units: 3 }] } }), 2).map(reconcile);
    if (!one || !two) throw new Error('two parts');
    const copy = JSON.parse(bytes(two)) as Reconciliation;
    expect(mergeReconciliations([copy, parseReconciliation(one)]).cards).toHaveLength(1);
    expect(() => mergeReconciliations([one])).toThrow('1 of 2 parts are missing');
    expect(() => mergeReconciliations([one, two, copy])).toThrow('part 1 is there twice');
    const older = { ...copy, sources: copy.sources.map((source) => ({ ...source, ageHours: 30 })) };
    expect(() => mergeReconciliations([one, older])).toThrow('different runs or other snapshots');
  });

  it('is the sum of its customers, one at a time', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const whole = reconcile(input);
        const customers = reconcileCustomers(input);
        const cards = [];
        let next = customers.next();
        for (; !next.done; next = customers.next()) cards.push(...next.value.cards);
        expect(bytes(cards)).toBe(bytes(whole.cards));
        expect(bytes({ ...next.value, cards, suppressed: [], outOfScope: [] })).toBe(
          bytes({ ...whole, suppressed: [], outOfScope: [] }),
        );
      }),
      { numRuns: 50 },
    );
  });
});

/** A change, made of the rows of another random input. */
const changes = fc.array(
  fc.record({
    kind: fc.constantFrom('customer', 'gone', 'vendor', 'mapping', 'counts'),
    from: inputs,
    mapping: mappings,
    at: fc.nat(),
  }),
  { minLength: 1, maxLength: 4 },
);

describe('incremental', () => {
  it('sees that a vendor now lists only what somebody holds', () => {
    const input = buildInput({
      psa: { lines: [{ id: 'l1', units: 3 }] },
      vendors: [{ skus: [{ id: 'bp' }], counts: [{ units: 5 }] }],
      mapping: {
        services: [
          {
            id: 'rule',
            skus: ['bp', 'bp-1y'].map((skuId) => ({ vendor: 'pax8', skuId })),
            serviceIds: ['m365'],
          },
        ],
      },
    });
    const live = createIncremental(input);
    const [vendor] = input.vendors;
    if (vendor) expect(live.replaceVendor({ ...vendor, catalogue: 'in-use' })).toEqual(['acme']);
    expect(live.value().cards[0]?.vendor.state).toBe('counted');
    expect(bytes(live.value())).toBe(bytes(reconcile(live.input())));
  });

  it('is at every step what a run from scratch gives', () => {
    fc.assert(
      fc.property(inputs, changes, (input, list) => {
        const live = createIncremental(input);
        for (const { kind, from, mapping, at } of list) {
          const all = ['c1', 'c2', 'c/3', 'c%4', 'Ç5'];
          const customerId = all[at % all.length] ?? 'c1';
          const own = <T extends { customerId: string }>(rows: readonly T[]) =>
            rows.filter((row) => row.customerId === customerId);
          const vendor = from.vendors[at % Math.max(1, from.vendors.length)];
          if (kind === 'customer') {
            live.replaceCustomer({
              customerId,
              customer: from.psa.customers.find(({ id }) => id === customerId) ?? null,
              contracts: own(from.psa.contracts),
              lines: own(from.psa.lines),
            });
          } else if (kind === 'gone') {
            live.replaceCustomer({ customerId, customer: null, contracts: [], lines: [] });
          } else if (kind === 'mapping') live.replaceMapping(mapping);
          else if (vendor && kind === 'vendor') live.replaceVendor(vendor);
          else if (vendor && input.vendors.some(({ source }) => source === vendor.source)) {
            const accountId = `a${(at % 5) + 1}`;
            live.replaceCounts(
              vendor.source,
              accountId,
              vendor.counts.filter((count) => count.accountId === accountId),
            );
          }
          const scratch = reconcile(live.input());
          expect(bytes(live.value())).toBe(bytes(scratch));
          expect(live.summary()).toEqual(scratch.summary);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('gives a contract back to its customer once nobody else claims the id', () => {
    const customers = [{ id: 'acme' }, { id: 'other' }];
    const contracts = [{ id: 'msa' }, { id: 'msa', customerId: 'other' }];
    const lines = [{ id: 'line', units: 8 }];
    const live = createIncremental(buildInput({ psa: { customers, contracts, lines } }));
    const other = live.input().psa.customers.find(({ id }) => id === 'other') ?? null;
    live.replaceCustomer({ customerId: 'other', customer: other, contracts: [], lines: [] });
    const without = buildInput({ psa: { customers, contracts: [{ id: 'msa' }], lines } });
    expect(bytes(live.value())).toBe(bytes(reconcile(without)));
  });
});

function conserve(input: ReconcileInput, result: Reconciliation): void {
  // Every line is on exactly one card, or out of scope.
  const onCards = result.cards.flatMap((card) => card.psa?.lines.map(({ lineId }) => lineId) ?? []);
  const out = result.outOfScope.map(({ lineId }) => lineId);
  expect([...onCards, ...out].sort()).toEqual(input.psa.lines.map(({ id }) => id).sort());
  // Every count is on a card, in `unmapped` or in `suppressed`.
  const seen = new Set<string>();
  for (const { vendor } of result.cards) {
    if (vendor.state !== 'not-connected') for (const part of vendor.contributions) seen.add(key(part));
  }
  for (const { contributions } of result.suppressed) for (const part of contributions) seen.add(key(part));
  const listed = new Set<string>();
  for (const card of result.cards) {
    for (const { vendor, metric } of card.observed) listed.add(bytes([card.customer.id, vendor, metric]));
  }
  const customers = new Map(
    input.mapping.accounts.map((link) => [bytes([link.vendor, link.accountId]), link.customerId]),
  );
  for (const { vendor, accountId, counts } of result.unmapped.accounts) {
    for (const { skuId, metric } of counts) listed.add(bytes([vendor, accountId, skuId, metric]));
  }
  for (const { vendor, skuId, counts } of result.unmapped.skus) {
    for (const { metric } of counts) listed.add(bytes([vendor, skuId, metric]));
  }
  const problems = new Set(
    result.problems.map(({ ids }) => bytes([ids?.vendor, ids?.accountId, ids?.skuId, ids?.metric, ids?.ref])),
  );
  for (const { source, counts } of input.vendors) {
    for (const { accountId, skuId, metric, ref, status } of counts) {
      const customer = customers.get(bytes([source, accountId]));
      const found =
        seen.has(key({ vendor: source, accountId, skuId, metric, ref })) ||
        listed.has(bytes([source, accountId, skuId, metric])) ||
        listed.has(bytes([source, skuId, metric])) ||
        // Beside the compared metric: summed under `observed`, or with the reason the whole was suppressed.
        listed.has(bytes([customer, source, metric])) ||
        result.suppressed.some((entry) => entry.customerId === customer) ||
        problems.has(bytes([source, accountId, skuId, metric, ref])) ||
        status === 'ended';
      if (!found) throw new Error(`vanished: ${bytes({ source, accountId, skuId, metric, ref })}`);
    }
  }
}

function key(part: {
  vendor: string;
  accountId: string | null;
  skuId: string;
  metric: string;
  ref?: string | undefined;
}): string {
  return bytes([part.vendor, part.accountId, part.skuId, part.metric, part.ref]);
}

describe('sums beyond any quantity', () => {
  it('stay at the largest one in listings, whatever the order, and never on a bill', () => {
    const ids = Array.from({ length: 9 }, (_, at) => `a${at}`);
    const units = [...ids.keys()].map((at) => 2_000_000_000 - (at * 7 + 1) / 1_000_000);
    const input = buildInput({
      psa: { customers: ids.map((id) => ({ id })) },
      vendors: [
        {
          accounts: ids.map((id) => ({ id })),
          skus: [{ id: 'bp' }, { id: 'x' }],
          counts: ids.flatMap((accountId, at) => [
            { accountId, skuId: 'x', units: units[at] ?? 0 },
            ...['r1', 'r2'].map((ref) => ({ accountId, metric: 'storage-gb', ref, units: units[at] ?? 0 })),
            { accountId, units: 1 },
          ]),
        },
      ],
      mapping: { accounts: ids.map((id) => ({ vendor: 'pax8', accountId: id, customerId: id })) },
    });
    const whole = reconcile(input);
    expect(whole.unmapped.skus[0]?.counts).toEqual([{ metric: 'purchased', units: 2e9, accounts: 9 }]);
    expect(whole.cards[0]?.observed).toContainEqual({ vendor: 'pax8', metric: 'storage-gb', units: 2e9 });
    for (const count of [2, 3, 5]) {
      expect(bytes(mergeReconciliations(partition(input, count).map(reconcile)))).toBe(bytes(whole));
    }
    expect(parseReconciliation(whole)).toEqual(whole);
  });
});

describe('conservation', () => {
  it('loses no line and no count', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        conserve(input, reconcile(input));
      }),
      { numRuns: 200 },
    );
  });

  it('makes parts that sum to the whole, and numbers that follow from their rows', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        for (const card of reconcile(input).cards) {
          if (card.psa) expect(card.psa.units).toBe(addUnits(card.psa.lines.map((line) => line.units)));
          if (card.vendor.state !== 'counted') {
            expect([card.kind, card.variance, card.proposal.status]).toEqual(['no-count', null, 'none']);
            continue;
          }
          const { contributions, counted, trace, units } = card.vendor;
          expect(counted).toBe(addUnits(contributions.map((part) => part.units ?? 0)));
          expect(trace[0]).toEqual({ rule: 'sum', from: 0, to: counted });
          expect(trace.at(-1)?.to).toBe(units);
          for (const [i, step] of trace.entries()) if (i > 0) expect(step.from).toBe(trace[i - 1]?.to);
          expect(toScaled(card.variance ?? 0)).toBe(toScaled(units) - toScaled(card.psa?.units ?? 0));
          if (card.proposal.status === 'ready') {
            const to = new Map(card.proposal.lines.map((change) => [change.lineId, change.to]));
            expect(addUnits((card.psa?.lines ?? []).map((line) => to.get(line.lineId) ?? line.units))).toBe(
              units,
            );
            if (input.psa.precision === 'integer')
              expect([...to.values()].every(Number.isInteger)).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives every card an id of its own', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const ids = reconcile(input).cards.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 100 },
    );
  });

  it('makes no number of a vendor that failed', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const vendors = input.vendors.map((vendor) => ({
          ...vendor,
          receipt: { ...vendor.receipt, complete: false, incompleteAccounts: [] },
        }));
        const { cards } = reconcile({ ...input, vendors });
        expect(cards.filter((card) => card.kind !== 'no-count')).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
