import { type Allocate, type ContractLine, type Reconciliation, reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { allocateUnits } from '../../src/reconcile/allocate.ts';
import { buildInput, type Sketch } from './build.ts';

type Lines = NonNullable<NonNullable<Sketch['psa']>['lines']>;
type Rule = NonNullable<NonNullable<Sketch['mapping']>['services']>[number];

function run(units: number, lines: Lines, rule: Partial<Rule> = {}, psa: Sketch['psa'] = {}): Reconciliation {
  return reconcile(
    buildInput({
      psa: { precision: 'integer', ...psa, lines },
      vendors: [{ counts: [{ units }] }],
      mapping: {
        services: [{ id: 'rule', skus: [{ vendor: 'pax8', skuId: 'bp' }], serviceIds: ['m365'], ...rule }],
      },
    }),
  );
}

/** What each line is to hold, by the order of the lines. */
function split(allocate: Allocate, units: number, held: readonly number[]): number[] {
  const lines = held.map((part, at) => ({ id: `line-${at}`, units: part }));
  const [card] = run(units, lines, { allocate }).cards;
  if (card?.proposal.status !== 'ready') throw new Error('no proposal');
  const to = new Map(card.proposal.lines.map((line) => [line.lineId, line.to]));
  return lines.map((line) => to.get(line.id) ?? line.units);
}

describe('a new total over lines', () => {
  it.each<[Allocate, number, number[], number[]]>([
    ['in-order', 8, [5], [8]],
    ['in-order', 3, [5], [3]],
    // A line that holds nothing has no share; when all hold nothing the shares are equal.
    ['proportional', 12, [0, 6], [0, 12]],
    ['proportional', 3, [0, 0], [2, 1]],
    // 3 × 3/4 = 2¼ and 3 × 1/4 = ¾: the unit left goes to the larger remainder, not to the larger line.
    ['proportional', 3, [3, 1], [2, 1]],
    ['proportional', 3, [1, 3], [1, 2]],
    // Equal remainders: by the order of the lines.
    ['proportional', 4, [1, 1, 1], [2, 1, 1]],
    ['proportional', 5, [1, 1, 1], [2, 2, 1]],
    ['proportional', 2, [1, 1, 1], [1, 1, 0]],
  ])('%s: %d over %j is %j', (allocate, units, held, expected) => {
    expect(split(allocate, units, held)).toEqual(expected);
  });

  it('always sums to it, also when it is no multiple of the smallest part', () => {
    for (const how of ['in-order', 'proportional'] as const) {
      for (const held of [[7], [1, 1], [0, 0, 0], [5, 3, 9]]) {
        const parts = allocateUnits(how, 25, held, 10);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(25);
      }
    }
  });

  it('is filled by the start of the contract, then by its id, whatever the lines are called', () => {
    const contracts = [
      { id: 'b', startDate: '2025-01-01' },
      { id: 'c', startDate: '2025-01-01' },
      { id: 'a', startDate: '2026-01-01' },
    ];
    const lines = [
      { id: '1', units: 1, contractId: 'a' },
      { id: '2', units: 1, contractId: 'c' },
      { id: '3', units: 1, contractId: 'b' },
    ];
    for (const rows of [lines, lines.toReversed()]) {
      const [card] = run(2, rows, { allocate: 'in-order' }, { contracts }).cards;
      expect(card?.psa?.lines.map(({ lineId }) => lineId)).toEqual(['3', '2', '1']);
      expect(card?.proposal).toMatchObject({ lines: [{ lineId: '1', from: 1, to: 0 }] });
    }
  });
});

describe('a proposal', () => {
  const two = [
    { id: 'a', units: 1 },
    { id: 'b', units: 1 },
  ];

  it('is not made for two wishes at once: the count for each service, and split over its lines', () => {
    const [card] = run(5, two, { spread: 'replicate', allocate: 'in-order' }).cards;
    expect(card?.proposal).toEqual({ status: 'blocked', reasons: ['several-lines'] });
  });

  it('is not made when the PSA takes free units off on any of the lines', () => {
    const lines = [{ id: 'a', units: 1, native: { included: 1 } }, ...two.slice(1)];
    const [card] = run(9, lines, { allocate: 'in-order', included: 2 }).cards;
    expect(card?.proposal).toEqual({ status: 'blocked', reasons: ['included-twice'] });
  });

  it.each<[ContractLine['native'] & object, string]>([
    // 5 → 8 of which 6 are free: 0 → 2 invoiced.
    [{ included: 6 }, '20'],
    [{ maximum: 7 }, '20'],
    [{ minimum: 7 }, '10'],
    [{ maximum: 4 }, '0'],
    [{ included: 9 }, '0'],
  ])('counts the money the PSA will invoice after its own rules: %j', (native, amount) => {
    const [card] = run(8, [{ id: 'line', units: 5, unitPrice: '10', native }]).cards;
    expect(card?.impact).toEqual({ amount, currency: 'USD' });
  });
});

describe('scope', () => {
  const on = '2026-12-01';
  const why = (line: Partial<ContractLine>, contract: object = {}): unknown => {
    const psa = { contracts: [{ id: 'msa', ...contract }] };
    const { cards, outOfScope } = run(8, [{ id: 'line', units: 5, ...line }], {}, psa);
    return cards[0]?.psa ? 'in' : [outOfScope[0]?.reason, outOfScope[0]?.detail];
  };

  it.each<[Partial<ContractLine>, unknown]>([
    [{ startDate: '2026-01-01', endDate: '2027-01-01' }, 'in'],
    [{ startDate: on }, 'in'],
    [{ startDate: '2026-12-02' }, ['line-future', '2026-12-02']],
    // The end of a line is the first day it is not billed.
    [{ endDate: '2026-12-02' }, 'in'],
    [{ endDate: on }, ['line-ended', on]],
    [{ active: false }, ['line-inactive', undefined]],
    [{ endDate: '2026-02-30' }, ['bad-row', 'dates']],
  ])('of a line %j', (line, expected) => {
    expect(why(line)).toEqual(expected);
  });

  it.each<[object, unknown]>([
    [{ startDate: null, endDate: null }, 'in'],
    [{ startDate: on }, 'in'],
    // The end of a contract is the last day it is billed.
    [{ endDate: on }, 'in'],
    [{ endDate: '2026-11-30' }, ['contract-ended', '2026-11-30']],
    [{ billingCycle: 'one-time' }, ['not-recurring', 'one-time']],
    [{ billingCycle: 'none' }, ['not-recurring', 'none']],
    [{ startDate: '2026-02-30' }, ['bad-row', 'msa']],
  ])('of a contract %j', (contract, expected) => {
    expect(why({}, contract)).toEqual(expected);
  });
});
