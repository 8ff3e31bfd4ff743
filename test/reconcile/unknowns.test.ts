import { type Reconciliation, reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from './build.ts';

type Vendor = NonNullable<Sketch['vendors']>[number];

/** One line, and a rule of the SKUs of the first vendor. */
function run(vendor: Vendor, rule: object = {}, psa: Sketch['psa'] = {}, rest: Sketch = {}): Reconciliation {
  const skus = (vendor.skus ?? [{ id: 'bp' }]).map(({ id }) => ({ vendor: 'pax8', skuId: id }));
  return reconcile(
    buildInput({
      ...rest,
      psa: { lines: [{ id: 'line', units: 7 }], ...psa },
      vendors: [vendor],
      mapping: { services: [{ id: 'rule', skus, serviceIds: ['m365'], ...rule }], ...rest.mapping },
    }),
  );
}

/** The billable count, or why there is none. */
function count(vendor: Vendor, rule: object = {}): unknown {
  const side = run(vendor, rule).cards[0]?.vendor;
  return side?.state === 'counted' ? side.units : side?.state === 'no-count' ? side.reason : side?.state;
}

const zero = { whenAbsent: 'zero' } as const;

describe('a part that is not known', () => {
  it('is no zero because another part is', () => {
    const skus = [{ id: 'a', ...zero }, { id: 'b' }];
    expect(count({ skus })).toBe('not-reported');
    expect(count({ skus: [skus[0] ?? { id: 'a' }] })).toBe(0);
  });

  it('is no zero when only another metric was counted, or the metric is none of its own', () => {
    expect(count({ skus: [{ id: 'bp', ...zero }], counts: [{ metric: 'assigned', units: 4 }] })).toBe(
      'not-reported',
    );
    expect(count({ skus: [{ id: 'bp', metrics: ['assigned'], ...zero }] }, { metric: 'purchased' })).toBe(
      'not-reported',
    );
  });

  it('takes a counted part with it when what it should count is not known', () => {
    const counts = [
      { skuId: 'a', units: 3 },
      { skuId: 'b', metric: 'assigned', units: 4 },
    ];
    expect(count({ skus: [{ id: 'a' }, { id: 'b' }], counts })).toBe('not-reported');
  });

  it('has ended only where the compared metric has', () => {
    const ended = { status: 'ended', units: 3 } as const;
    expect(count({ counts: [ended] })).toBe('term-ended');
    expect(count({ counts: [{ ...ended, metric: 'assigned' }] })).toBe('not-reported');
    expect(count({ skus: [{ id: 'a' }, { id: 'b' }], counts: [{ ...ended, skuId: 'a' }] })).toBe(
      'term-ended',
    );
  });

  it('is a count whose commitment ends on no day', () => {
    expect(count({ counts: [{ units: 3, committedUntil: '2026-02-30' }] })).toBe('source-incomplete');
  });
});

describe('what is counted', () => {
  it('is committed only where it is bought', () => {
    const counts = [{ units: 3 }, { metric: 'assigned', units: 9, committedUntil: '2027-06-30' }];
    expect(count({ counts })).toBe(3);
  });

  it('belongs to the account it was counted for', () => {
    const accounts = [{ id: 'one' }, { id: 'two' }];
    const links = accounts.map(({ id }) => ({ vendor: 'pax8', accountId: id, customerId: 'acme' }));
    const vendor = {
      accounts,
      skus: [{ id: 'bp', ...zero }],
      counts: [{ accountId: 'two', units: 3, asOf: '2026-11-30T00:00:00Z' }],
    };
    const [card] = run(vendor, {}, {}, { mapping: { accounts: links } }).cards;
    expect(card?.vendor).toMatchObject({
      units: 3,
      contributions: [
        { accountId: 'one', units: 0, basis: 'absent-zero' },
        { accountId: 'two', units: 3, basis: 'reported', asOf: '2026-11-30T00:00:00Z' },
      ],
    });
  });
});

describe('cards', () => {
  it('are not made of lines that sum to more than a quantity can hold', () => {
    const most = 2_000_000_000;
    const lines = [
      { id: 'a', units: most },
      { id: 'b', units: most },
    ];
    const { cards, problems, outOfScope } = run(
      { counts: [{ units: 3 }] },
      { allocate: 'in-order' },
      { lines },
    );
    expect(cards).toEqual([]);
    expect(outOfScope.map(({ lineId }) => lineId)).toEqual(['a', 'b']);
    expect(problems).toMatchObject([{ code: 'units-overflow', ids: { customerId: 'acme' } }]);
    const exact = run({ counts: [{ units: 3 }] }, {}, { lines: [{ id: 'a', units: most }] });
    expect(exact.cards).toHaveLength(1);
  });

  it('say which lines are out of scope, by id; those of another service are on its own card', () => {
    const services = [{ id: 'm365' }, { id: 'backup' }];
    const lines = [
      { id: '1', units: 1 },
      { id: '2', units: 1, serviceId: 'backup' },
      { id: '4', units: 1, startDate: '2027-01-01' },
      { id: '3', units: 1, startDate: '2027-01-01' },
      { id: '5', units: 1, serviceId: 'backup', active: false },
    ];
    const rule = { serviceIds: ['m365', 'backup'], spread: 'replicate' };
    const { cards } = run({ counts: [{ units: 3 }] }, rule, { services, lines });
    const out = cards.map(({ id, outOfScopeLines }) => [id, outOfScopeLines?.map(({ lineId }) => lineId)]);
    expect(out).toEqual([
      ['acme/rule/rule/service/backup', ['5']],
      ['acme/rule/rule/service/m365', ['3', '4']],
    ]);
    // One line to come is enough, whatever else is out of scope.
    expect(cards[1]?.conditions).toContain('future-line');
    expect(cards[0]?.conditions).not.toContain('future-line');
  });

  it('offer the running contracts by id, and none again where a line was switched off', () => {
    const contracts = [{ id: 'b' }, { id: 'a' }];
    const [card] = run({ counts: [{ units: 3 }] }, {}, { contracts, lines: [] }).cards;
    expect(card?.proposal).toMatchObject({ status: 'add-line', contracts: [{ id: 'a' }, { id: 'b' }] });
    const off = run({ counts: [{ units: 3 }] }, {}, { lines: [{ id: 'line', units: 7, active: false }] });
    expect(off.cards[0]?.proposal).toEqual({ status: 'blocked', reasons: ['ended-line'] });
  });

  it('offer an account bound to a contract that contract alone', () => {
    const contracts = [{ id: 'a' }, { id: 'b' }];
    const accounts = [{ vendor: 'pax8', accountId: 'acme-1', customerId: 'acme', contractId: 'b' }];
    const { cards } = run(
      { counts: [{ units: 3 }] },
      {},
      { contracts, lines: [] },
      { mapping: { accounts } },
    );
    expect(cards).toMatchObject([{ contractId: 'b', proposal: { contracts: [{ id: 'b' }] } }]);
  });
});
