import { reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput } from './build.ts';

const both = ['pax8', 'sherweb'];

describe('what a card shows of the counts', () => {
  it('is each metric of each vendor, side by side', () => {
    const { cards } = reconcile(
      buildInput({
        psa: { lines: [{ id: 'line', units: 9 }] },
        vendors: both.map((source, at) => ({
          source,
          counts: [{ units: 4 + at }, { units: 1, ref: 'second' }, { units: 2 + at, metric: 'assigned' }],
        })),
        mapping: {
          accounts: both.map((vendor) => ({ vendor, accountId: 'acme-1', customerId: 'acme' })),
          services: [
            { id: 'rule', skus: both.map((vendor) => ({ vendor, skuId: 'bp' })), serviceIds: ['m365'] },
          ],
        },
      }),
    );
    expect(cards[0]?.observed).toEqual([
      { vendor: 'pax8', metric: 'assigned', units: 2 },
      { vendor: 'pax8', metric: 'purchased', units: 5 },
      { vendor: 'sherweb', metric: 'assigned', units: 3 },
      { vendor: 'sherweb', metric: 'purchased', units: 6 },
    ]);
    expect(cards[0]).toMatchObject({ kind: 'reconcile', vendor: { units: 11 }, variance: 2 });
  });

  it('is each row as it came, with what the vendor said of it and nothing else', () => {
    const facts = { asOf: '2026-11-30T00:00:00Z', termEnd: '2027-01-31', committedUntil: '2027-02-28' };
    const { cards } = reconcile(
      buildInput({
        psa: { lines: [{ id: 'line', units: 3 }] },
        vendors: [{ counts: [{ units: 1 }, { units: 2, ref: 'sub-2', ...facts }] }],
      }),
    );
    const row = {
      vendor: 'pax8',
      accountId: 'acme-1',
      skuId: 'bp',
      metric: 'purchased',
      basis: 'reported',
    };
    expect(cards[0]?.vendor).toMatchObject({ state: 'counted' });
    expect(cards[0]?.vendor.state === 'counted' && cards[0].vendor.contributions).toStrictEqual([
      { ...row, units: 1 },
      { ...row, units: 2, ref: 'sub-2', ...facts },
    ]);
  });
});

describe('counts on no card', () => {
  it('are listed with their units only where they are one', () => {
    const { suppressed, problems } = reconcile(
      buildInput({
        vendors: [
          {
            skus: [{ id: 'bp' }, { id: 'visio' }, { id: 'azure' }],
            counts: [
              { units: 5 },
              { units: 7, skuId: 'visio', status: 'ended' },
              { units: Number.NaN, skuId: 'azure' },
            ],
          },
        ],
        mapping: { accounts: [{ vendor: 'pax8', accountId: 'acme-1', customerId: null }] },
      }),
    );
    expect(
      suppressed[0]?.contributions.map(({ skuId, units, basis, reason }) => [skuId, units, basis, reason]),
    ).toEqual([
      ['azure', null, 'missing', 'source-incomplete'],
      ['bp', 5, 'reported', undefined],
      ['visio', null, 'missing', 'term-ended'],
    ]);
    expect(problems).toMatchObject([{ code: 'bad-count', ids: { skuId: 'azure', field: 'units' } }]);
    expect(problems[0]?.ids).not.toHaveProperty('ref');
  });
});

describe('a sum beyond any quantity', () => {
  it('is no count, and says of which rule', () => {
    const most = 2_000_000_000;
    const { cards, problems } = reconcile(
      buildInput({
        psa: { lines: [{ id: 'line', units: 3 }] },
        vendors: [{ counts: [{ units: most }, { units: most, ref: 'second' }] }],
      }),
    );
    expect(cards).toMatchObject([{ kind: 'no-count', vendor: { reason: 'source-incomplete' } }]);
    expect(problems).toMatchObject([{ code: 'units-overflow', ids: { unit: 'rule' } }]);
  });
});
