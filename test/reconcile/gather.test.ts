import { type Contract, type Reconciliation, reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from './build.ts';

/** Acme, whose account counts 5 units of the one rule. */
function run(psa: NonNullable<Sketch['psa']>): Reconciliation {
  return reconcile(buildInput({ psa, vendors: [{ counts: [{ units: 5 }] }] }));
}

describe('a contract with an invalid date', () => {
  it('is a problem, and its lines are on no card', () => {
    const { cards, outOfScope, problems } = run({
      contracts: [{ id: 'msa' }, { id: 'broken', startDate: '2026-02-30' }],
      lines: [
        { id: 'good', units: 5, serviceId: 'other' },
        { id: 'bad', units: 5, contractId: 'broken' },
      ],
      services: [{ id: 'm365' }, { id: 'other' }],
    });
    expect(problems).toEqual([
      {
        code: 'bad-contract',
        severity: 'error',
        message: 'The dates of the contract cannot be used; it is on no card. Correct the row.',
        ids: { contractId: 'broken', field: 'dates' },
      },
    ]);
    expect(outOfScope).toMatchObject([{ lineId: 'bad', reason: 'bad-row', detail: 'broken' }]);
    expect(cards.map(({ ruleId, services }) => [ruleId, services[0]?.id])).toEqual([[null, 'other']]);
  });
});

describe('a line that cannot be used', () => {
  it.each(['included', 'minimum', 'maximum'])('has a rule of the PSA that is no quantity: %s', (field) => {
    const { cards, problems } = run({ lines: [{ id: 'line', units: 5, native: { [field]: -1 } }] });
    expect(cards).toEqual([]);
    expect(problems).toMatchObject([{ code: 'bad-line', ids: { lineId: 'line', field: `native.${field}` } }]);
  });

  it('has a fraction only where the PSA takes none', () => {
    const lines = [{ id: 'line', units: 2.5 }];
    expect(run({ lines, precision: 'decimal' }).cards).toMatchObject([{ psa: { units: 2.5 } }]);
    expect(run({ lines, precision: 'integer' }).problems).toMatchObject([{ ids: { field: 'units' } }]);
    // What the PSA takes off may be a fraction all the same.
    const native = { included: 0.5 };
    expect(run({ lines: [{ id: 'line', units: 2, native }], precision: 'integer' }).cards).toHaveLength(1);
  });

  it('shares its id with another; lines beside them are good', () => {
    const { cards, outOfScope } = run({
      services: [{ id: 'm365' }, { id: 'other' }],
      lines: [
        { id: 'twin', units: 5, serviceId: 'other' },
        { id: 'twin', units: 6, serviceId: 'other' },
        { id: 'line', units: 5 },
      ],
    });
    expect(cards).toMatchObject([{ kind: 'no-change', ruleId: 'rule' }]);
    expect(outOfScope.map(({ lineId, units, reason }) => [lineId, units, reason])).toEqual([
      ['twin', 5, 'bad-row'],
      ['twin', 6, 'bad-row'],
    ]);
  });
});

describe('a line of a service that is not there', () => {
  const card = (psa: NonNullable<Sketch['psa']>) => {
    const { cards, problems } = run(psa);
    return [cards[0]?.proposal.status, problems.map(({ code }) => code)];
  };
  const line = { id: 'line', units: 5, serviceId: 'gone' };

  it('blocks new revenue while it is in force, and only then', () => {
    expect(card({ lines: [line] })).toEqual(['blocked', ['orphan-line']]);
    expect(card({ lines: [{ ...line, endDate: '2026-11-30' }] })).toEqual(['add-line', []]);
    expect(card({ lines: [{ ...line, active: false }] })).toEqual(['add-line', []]);
    const contracts = [{ id: 'msa' }, { id: 'old', status: 'expired' as const }];
    expect(card({ contracts, lines: [{ ...line, contractId: 'old' }] })).toEqual(['add-line', []]);
  });

  it('speaks against no card of a rule that names the service once its contract is over', () => {
    const services = [{ id: 'rule', skus: [{ vendor: 'pax8', skuId: 'bp' }], serviceIds: ['m365', 'gone'] }];
    const found = (old: Partial<Contract>, held: { id: string; units: number }[] = []) => {
      const contracts = [{ id: 'msa' }, { id: 'old', ...old }];
      const lines = [...held, { ...line, contractId: 'old' }];
      const vendors = [{ counts: [{ units: 5 }] }];
      const result = reconcile(buildInput({ psa: { contracts, lines }, vendors, mapping: { services } }));
      return result.cards[0]?.proposal.status ?? result.suppressed[0]?.reason;
    };
    for (const old of [
      { status: 'cancelled' },
      { endDate: '2026-11-30' },
      { billingCycle: 'none' },
    ] as const) {
      expect([found(old), found(old, [{ id: 'own', units: 4 }])]).toEqual(['add-line', 'ready']);
    }
    // One that runs may bill it, one to come may soon, and of an invalid one nobody knows.
    for (const old of [{}, { startDate: '2027-01-01' }, { endDate: 'soon' }]) {
      expect([found(old), found(old, [{ id: 'own', units: 4 }])]).toEqual(['psa-incomplete', 'blocked']);
    }
  });

  it('is told once when its contract is not there either', () => {
    const { outOfScope, problems } = run({ lines: [{ ...line, contractId: 'nowhere' }] });
    expect(outOfScope).toMatchObject([{ reason: 'orphan', detail: 'nowhere' }]);
    expect(problems).toMatchObject([{ code: 'orphan-line', ids: { contractId: 'nowhere' } }]);
  });

  it('spoils nothing on the contract of another customer', () => {
    const { cards } = run({
      customers: [{ id: 'acme' }, { id: 'bolt' }],
      lines: [
        { id: 'acme', units: 4 },
        { ...line, customerId: 'bolt' },
      ],
    });
    expect(cards).toMatchObject([{ customer: { id: 'acme' }, proposal: { status: 'ready' } }]);
  });
});

describe('lines out of scope', () => {
  it('are listed by customer, then line, contract and service', () => {
    const off = { units: 1, active: false };
    const lines = [
      { id: 'c', ...off },
      { id: 'a', ...off },
      { id: 'b', ...off, contractId: 'two' },
      { id: 'b', ...off, contractId: 'one', serviceId: 'other' },
      { id: 'b', ...off, contractId: 'one', serviceId: 'm365' },
    ];
    const { outOfScope } = run({
      contracts: [{ id: 'msa' }, { id: 'one' }, { id: 'two' }],
      services: [{ id: 'm365' }, { id: 'other' }],
      lines,
    });
    expect(outOfScope.map((entry) => `${entry.lineId} ${entry.contractId} ${entry.serviceId}`)).toEqual([
      'a msa m365',
      'b one m365',
      'b one other',
      'b two m365',
      'c msa m365',
    ]);
  });

  it('have a detail only where one says more', () => {
    const { outOfScope } = run({
      lines: [
        { id: 'ended', units: 1, endDate: '2026-11-01' },
        { id: 'off', units: 2, active: false },
      ],
    });
    const row = { contractId: 'msa', customerId: 'acme', serviceId: 'm365' };
    expect(outOfScope).toStrictEqual([
      { lineId: 'ended', ...row, units: 1, reason: 'line-ended', detail: '2026-11-01' },
      { lineId: 'off', ...row, units: 2, reason: 'line-inactive' },
    ]);
  });
});
