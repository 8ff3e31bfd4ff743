import { type Reconciliation, reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from './build.ts';

/** The vendor's usage beside the one mapped SKU `bp`; Acme's account is `acme-1`. */
function unmapped(
  vendor: NonNullable<Sketch['vendors']>[number],
  rest: Sketch = {},
): Reconciliation['unmapped'] {
  return reconcile(buildInput({ vendors: [vendor], ...rest })).unmapped;
}

describe('usage of SKUs without a rule', () => {
  const skus = [{ id: 'bp' }, { id: 'visio', name: 'Visio' }];

  it('is listed with its units, accounts and customers', () => {
    const accounts = [{ id: 'acme-1' }, { id: 'nobody' }];
    const counts = [
      { skuId: 'visio', units: 2 },
      { skuId: 'visio', units: 3, ref: 'second subscription' },
      { skuId: 'visio', units: 4, accountId: 'nobody' },
    ];
    expect(unmapped({ skus, accounts, counts }).skus).toEqual([
      {
        vendor: 'pax8',
        skuId: 'visio',
        name: 'Visio',
        counts: [{ metric: 'purchased', units: 9, accounts: 2 }],
        customers: [{ customerId: 'acme', units: 5 }],
      },
    ]);
  });

  it('is told per customer in the default metric only, and for customers the PSA has', () => {
    const accounts = [{ id: 'acme-1' }, { id: 'ghost-1' }];
    const counts = [
      { skuId: 'visio', units: 2 },
      { skuId: 'visio', units: 1, metric: 'assigned' },
      { skuId: 'visio', units: 7, accountId: 'ghost-1' },
    ];
    const links = [
      { vendor: 'pax8', accountId: 'acme-1', customerId: 'acme' },
      { vendor: 'pax8', accountId: 'ghost-1', customerId: 'ghost' },
    ];
    expect(unmapped({ skus, accounts, counts }, { mapping: { accounts: links } }).skus).toMatchObject([
      {
        counts: [
          { metric: 'assigned', units: 1, accounts: 1 },
          { metric: 'purchased', units: 9, accounts: 2 },
        ],
        customers: [{ customerId: 'acme', units: 2 }],
      },
    ]);
  });

  it('is nothing for a term that has ended, and is no sum of rows that say the same thing twice', () => {
    const ended = { skuId: 'visio', units: 5, status: 'ended' } as const;
    expect(unmapped({ skus, counts: [ended] }).skus).toMatchObject([{ counts: [{ units: 0, accounts: 1 }] }]);
    const row = { skuId: 'visio', units: 5 };
    expect(unmapped({ skus, counts: [row, row] }).skus).toEqual([]);
  });

  it('names the family when a variant of it is mapped, and only then', () => {
    const family = (mapped?: string, loose?: string) =>
      unmapped({
        skus: [
          { id: 'bp', ...(mapped !== undefined && { family: mapped }) },
          { id: 'visio', ...(loose !== undefined && { family: loose }) },
          { id: 'also loose', family: 'V' },
        ],
        counts: [{ skuId: 'visio', units: 1 }],
      }).skus[0]?.family;
    expect(family('F', 'F')).toBe('F');
    expect(family('F', 'V')).toBeUndefined();
    expect(family('F')).toBeUndefined();
    expect(family(undefined, 'F')).toBeUndefined();
  });

  it('looks for the family at its own vendor', () => {
    const vendors = ['pax8', 'sherweb'].map((source) => ({
      source,
      skus: [{ id: source === 'pax8' ? 'bp' : 'other', family: 'F' }],
      counts: [{ skuId: source === 'pax8' ? 'bp' : 'other', units: 1 }],
    }));
    const { skus } = reconcile(buildInput({ vendors })).unmapped;
    expect(skus).toMatchObject([{ vendor: 'sherweb', skuId: 'other' }]);
    expect(skus[0]).not.toHaveProperty('family');
  });
});

describe('usage of accounts without a link', () => {
  it('is listed per SKU and metric, of SKUs with a rule too', () => {
    const accounts = [{ id: 'acme-1' }, { id: 'new', name: 'New Ltd', active: false }, { id: 'idle' }];
    const skus = [{ id: 'bp' }, { id: 'visio' }, { id: 'azure' }];
    const counts = [
      { accountId: 'new', units: 3 },
      { accountId: 'new', skuId: 'visio', units: 4 },
      { accountId: 'new', skuId: 'azure', units: 5 },
      { accountId: 'unknown', units: 6 },
    ];
    const found = unmapped(
      { accounts, skus, counts },
      { mapping: { excluded: { skus: [{ vendor: 'pax8', skuId: 'azure' }] } } },
    );
    expect(found.accounts).toEqual([
      {
        vendor: 'pax8',
        accountId: 'new',
        name: 'New Ltd',
        active: false,
        counts: [
          { skuId: 'azure', metric: 'purchased', units: 5 },
          { skuId: 'bp', metric: 'purchased', units: 3 },
          { skuId: 'visio', metric: 'purchased', units: 4 },
        ],
      },
      {
        vendor: 'pax8',
        accountId: 'unknown',
        name: 'unknown',
        active: false,
        counts: [{ skuId: 'bp', metric: 'purchased', units: 6 }],
      },
    ]);
    // A SKU with a rule is mapped; an excluded one is not looked at.
    expect(found.skus).toMatchObject([
      { skuId: 'visio', counts: [{ units: 4, accounts: 1 }], customers: [] },
    ]);
  });
});
