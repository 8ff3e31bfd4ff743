import { type ThreeWayInput, threeWay } from 'trueup';
import { describe, expect, it } from 'vitest';
import { card, reconciliation } from '../report/fixture.ts';
import { distributor, links, rmm } from './fixture.ts';

const services: ThreeWayInput['services'] = [
  {
    id: 'edr',
    name: 'EDR',
    bought: [{ vendor: 'pax8', skuId: 'seat' }],
    used: [{ vendor: 'rmm', skuId: 'device' }],
    serviceIds: ['s-EDR'],
  },
];

function compare(
  billed: number | null,
  bought: number | null,
  used: number | null,
  more?: Partial<ThreeWayInput>,
) {
  const cards =
    billed === null ? [] : [card('1', { customer: '1', service: 'EDR', psa: billed, vendor: billed })];
  return threeWay({
    reconciliation: reconciliation(cards.map((one) => ({ ...one, customer: { id: 'c1', name: 'Acme' } }))),
    bought: [distributor({ counts: bought === null ? [] : [{ accountId: 'a1', units: bought }] })],
    used: [rmm({ counts: used === null ? [] : [{ accountId: 'a1', units: used }] })],
    mapping: { accounts: links(1) },
    services,
    ...more,
  });
}

describe('threeWay', () => {
  it.each([
    [10, 10, 10, ['matched', 'matched', 'matched'], 'agrees'],
    [10, 12, 10, ['unused', 'matched', 'under-billed'], 'differs'],
    [10, 10, 12, ['short', 'under-billed', 'matched'], 'differs'],
    [12, 10, 10, ['matched', 'over-billed', 'over-billed'], 'differs'],
    // Nothing billed in a PSA that was read whole is a zero; nothing bought is not.
    [null, 10, 10, ['matched', 'under-billed', 'under-billed'], 'differs'],
    [10, null, 10, ['no-data', 'matched', 'no-data'], 'no-data'],
    [10, 10, null, ['unused', 'over-billed', 'matched'], 'differs'],
  ])('billed %s, bought %s, used %s', (billed, bought, used, verdicts, status) => {
    const row = compare(billed, bought, used).rows[0];
    expect([row?.boughtUsed.verdict, row?.usedBilled.verdict, row?.boughtBilled.verdict]).toEqual(verdicts);
    expect(row?.status).toBe(status);
  });

  it('signs the differences first minus second, and sums them', () => {
    const result = compare(10, 15, 12);
    const row = result.rows[0];
    expect(row?.customer.name).toBe('Acme');
    expect([row?.boughtUsed, row?.usedBilled, row?.boughtBilled].map((one) => one?.difference)).toEqual([
      3, 2, 5,
    ]);
    expect(result.summary).toEqual({
      agrees: 0,
      differs: 1,
      'no-data': 0,
      unusedUnits: 3,
      shortUnits: 0,
      underBilledUnits: 2,
      overBilledUnits: 0,
    });
  });

  it('does not call unbilled what the mapping excludes', () => {
    const mapping = { accounts: links(1), excluded: { services: ['s-EDR'] } };
    expect(compare(null, 10, 10).rows).toHaveLength(1);
    expect(compare(null, 10, 10, { mapping }).rows).toEqual([]);
  });

  it('has no billed number where the PSA was not read whole', () => {
    const problem = {
      code: 'psa-incomplete',
      message: 'x',
      severity: 'error' as const,
      ids: { customerId: 'c1' },
    };
    const result = compare(null, 10, 10, { reconciliation: reconciliation([], { problems: [problem] }) });
    expect(result.rows[0]?.billed).toEqual({ units: null, reason: 'psa-incomplete', lines: [] });
    expect(result.rows[0]?.usedBilled.verdict).toBe('no-data');
  });

  it('has no row for a client who neither buys, uses nor is billed', () => {
    expect(compare(null, null, null).rows).toEqual([]);
    expect(compare(0, null, null).rows).toHaveLength(1);
  });

  it('reads bought and used from one source by metric', () => {
    const both = distributor({
      skus: [{ metrics: ['purchased', 'assigned'] }],
      counts: [
        { accountId: 'a1', units: 10 },
        { accountId: 'a1', units: 4, metric: 'assigned' },
      ],
    });
    const row = compare(10, null, null, {
      bought: [both],
      used: [both],
      services: [
        {
          id: 'm365',
          bought: [{ vendor: 'pax8', skuId: 'seat', metric: 'purchased' }],
          used: [{ vendor: 'pax8', skuId: 'seat', metric: 'assigned' }],
          serviceIds: ['s-EDR'],
        },
      ],
    }).rows[0];
    expect([row?.bought.units, row?.used.units, row?.boughtUsed.verdict]).toEqual([10, 4, 'unused']);
  });

  it('gives a service compared twice back as a problem', () => {
    const twice = [...services, { ...services[0]!, id: 'edr-2', bought: [], used: [] }];
    expect(compare(1, 1, 1, { services: twice }).problems.map((problem) => problem.code)).toEqual([
      'service-compared-twice',
    ]);
  });
});

it('has no billed number where the client is billed by a service that the mapping excludes', () => {
  const line = { lineId: 'l', contractId: 'k', customerId: 'c1', serviceId: 's-old', units: 10 };
  const outOfScope = [{ ...line, reason: 'service-excluded' as const }];
  const input = {
    reconciliation: reconciliation([], { outOfScope }),
    mapping: { accounts: links(1), excluded: { services: ['s-old'] } },
    services: services.map((one) => ({ ...one, serviceIds: [...one.serviceIds, 's-old'] })),
  };
  const [row] = compare(null, 10, 10, input).rows;
  expect(row?.billed).toEqual({ units: null, reason: 'service-excluded', lines: [] });
  expect(row?.usedBilled.verdict).toBe('no-data');
  // Billed out of sight is nothing to compare with.
  expect(compare(null, null, null, input).rows).toEqual([]);
});

it('has no billed number where a line of the service could not be used', () => {
  const line = { lineId: 'l', contractId: 'k', customerId: 'c1', serviceId: 's-EDR', units: null };
  const reason = (reason: 'bad-row' | 'orphan' | 'line-ended') =>
    compare(null, 10, 10, { reconciliation: reconciliation([], { outOfScope: [{ ...line, reason }] }) })
      .rows[0]?.billed.units;
  expect(reason('bad-row')).toBeNull();
  expect(reason('orphan')).toBeNull();
  expect(reason('line-ended')).toBe(0);
});
