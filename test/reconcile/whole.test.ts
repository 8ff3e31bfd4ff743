import { type Reconciliation, reconcile, reconcileCustomers } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from './build.ts';

const sources = (sketch: Sketch): Reconciliation['sources'] => reconcile(buildInput(sketch)).sources;

describe('the sources of a reconciliation', () => {
  it('are the PSA, then the vendors by name', () => {
    const vendors = [{ source: 'sherweb' }, { source: 'huntress' }, { source: 'pax8' }];
    expect(sources({ vendors }).map(({ source }) => source)).toEqual(['psa', 'huntress', 'pax8', 'sherweb']);
  });

  it('are stale by the hours of their kind', () => {
    const stale = (policy: Sketch['policy']) =>
      sources({
        ...(policy && { policy }),
        psa: { takenAt: '2026-11-30T08:00:00Z' },
        vendors: [{ takenAt: '2026-11-30T08:00:00Z' }],
      })
        .filter((source) => source.stale)
        .map(({ kind }) => kind);
    // A day old, to the minute: not yet older than the default.
    expect(stale(undefined)).toEqual([]);
    expect(stale({ stalePsaAfterHours: 23 })).toEqual(['psa']);
    expect(stale({ staleVendorAfterHours: 23 })).toEqual(['vendor']);
    // Hours that are no number never make old data fresh.
    expect(stale({ staleVendorAfterHours: Number('no hours') })).toEqual(['vendor']);
  });

  it('are not complete when the receipt names what is missing, whatever else it says', () => {
    const complete = (sketch: Sketch) => sources(sketch).map((source) => source.gaps ?? source.complete);
    expect(complete({})).toEqual([true, true]);
    expect(complete({ psa: { receipt: { incompleteContracts: ['msa'] } } })).toEqual([1, true]);
    expect(complete({ vendors: [{ receipt: { incompleteAccounts: ['acme-1', 'acme-2'] } }] })).toEqual([
      true,
      2,
    ]);
    const resources = { devices: { rows: 1, pages: 1, complete: false } };
    expect(complete({ vendors: [{ receipt: { resources } }] })).toEqual([true, false]);
  });
});

describe('accounts of nobody', () => {
  const vendor = (source: string, ...ids: string[]) => ({
    source,
    accounts: ids.map((id) => ({ id })),
    counts: ids.map((accountId) => ({ accountId, units: 1 })),
  });
  const vendors = [vendor('sherweb', 'b', 'a'), vendor('pax8', 'c', 'd')];

  it('are listed by vendor and id', () => {
    const { unmapped } = reconcile(buildInput({ vendors, mapping: { accounts: [] } }));
    expect(unmapped.accounts.map((entry) => `${entry.vendor} ${entry.accountId}`)).toEqual([
      'pax8 c',
      'pax8 d',
      'sherweb a',
      'sherweb b',
    ]);
  });

  it('are listed likewise when they are excluded', () => {
    const accounts = ['sherweb b', 'sherweb a', 'pax8 d', 'pax8 c'].map((name) => {
      const [source = '', accountId = ''] = name.split(' ');
      return { vendor: source, accountId, customerId: null };
    });
    const { suppressed } = reconcile(buildInput({ vendors, mapping: { accounts } }));
    expect(
      suppressed.map(({ reason, contributions: [first] }) => [reason, first?.vendor, first?.accountId]),
    ).toEqual([
      ['account-excluded', 'pax8', 'c'],
      ['account-excluded', 'pax8', 'd'],
      ['account-excluded', 'sherweb', 'a'],
      ['account-excluded', 'sherweb', 'b'],
    ]);
  });
});

describe('one customer at a time', () => {
  it('ends with what belongs to no one customer: totals, unmapped usage and problems, without the lists', () => {
    const input = buildInput({
      psa: {
        lines: [
          { id: 'line', units: 8 },
          { id: 'ended', units: 1, endDate: '2026-11-01' },
          { id: 'bad', units: -1, serviceId: 'other' },
        ],
        services: [{ id: 'm365' }, { id: 'other' }],
      },
      vendors: [
        {
          skus: [{ id: 'bp' }, { id: 'visio' }, { id: 'azure' }],
          counts: [{ units: 10 }, { skuId: 'visio', units: 2 }, { skuId: 'azure', units: 3 }],
        },
      ],
      mapping: { excluded: { skus: [{ vendor: 'pax8', skuId: 'azure' }] } },
    });
    const whole = reconcile(input);
    expect(
      [whole.cards, whole.suppressed, whole.outOfScope, whole.problems].map((list) => list.length),
    ).toEqual([1, 1, 2, 1]);
    const run = reconcileCustomers(input);
    const first = run.next();
    expect(first.value).toMatchObject({
      cards: whole.cards,
      suppressed: whole.suppressed,
      outOfScope: whole.outOfScope,
    });
    expect(run.next().value).toEqual({ ...whole, cards: [], suppressed: [], outOfScope: [] });
  });
});
