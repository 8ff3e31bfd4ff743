import { type Mapping, type Problem, reconcile, type ServiceRule, validateMapping } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from '../reconcile/build.ts';

function problemsOf(sketch: Sketch): readonly Problem[] {
  const { mapping, psa, vendors } = buildInput(sketch);
  return validateMapping(mapping, { psa, vendors });
}

const found = (sketch: Sketch) =>
  problemsOf(sketch).map(({ code, ids, severity }) => [code, severity, ids ?? {}]);

const bp = { vendor: 'pax8', skuId: 'bp' };
const plain: ServiceRule = { id: 'rule', skus: [bp], serviceIds: ['m365'] };
const withRules = (...services: ServiceRule[]): { mapping: Partial<Mapping> } => ({ mapping: { services } });

describe('validateMapping', () => {
  it('finds nothing wrong with a sound mapping', () => {
    expect(found({})).toEqual([]);
  });

  it('names an account that is linked twice, a rule id, a SKU and a service that are there twice', () => {
    const link = { vendor: 'pax8', accountId: 'acme-1', customerId: 'acme' };
    expect(found({ mapping: { accounts: [link, link] } })).toEqual([
      ['account-linked-twice', 'error', { vendor: 'pax8', accountId: 'acme-1' }],
    ]);
    expect(found(withRules(plain, { ...plain, id: 'other' }))).toEqual([
      ['service-in-several-rules', 'error', { ruleId: 'other', serviceId: 'm365' }],
      ['service-in-several-rules', 'error', { ruleId: 'rule', serviceId: 'm365' }],
      ['sku-in-several-rules', 'error', { ruleId: 'other', vendor: 'pax8', skuId: 'bp' }],
      ['sku-in-several-rules', 'error', { ruleId: 'rule', vendor: 'pax8', skuId: 'bp' }],
    ]);
    expect(found(withRules(plain, plain)).map(([code]) => code)).toContain('duplicate-rule');
    expect(found(withRules({ ...plain, skus: [bp, bp] }))).toEqual([
      ['sku-twice', 'warning', { ruleId: 'rule' }],
    ]);
  });

  it('names ids nobody knows', () => {
    const accounts = [
      { vendor: 'pax8', accountId: 'gone', customerId: 'acme' },
      { vendor: 'pax8', accountId: 'acme-1', customerId: 'nobody' },
      { vendor: 'other', accountId: 'x', customerId: null },
    ];
    expect(found({ mapping: { accounts } })).toEqual([
      ['account-unknown', 'warning', { vendor: 'pax8', accountId: 'gone' }],
      ['customer-unknown', 'error', { vendor: 'pax8', accountId: 'acme-1', customerId: 'nobody' }],
      ['vendor-not-given', 'warning', { vendor: 'other' }],
    ]);
    expect(
      found(
        withRules({ ...plain, skus: [bp, { vendor: 'pax8', skuId: 'no' }], serviceIds: ['m365', 'none'] }),
      ),
    ).toEqual([
      ['service-unknown', 'warning', { ruleId: 'rule', serviceId: 'none' }],
      ['sku-unknown', 'warning', { ruleId: 'rule', vendor: 'pax8', skuId: 'no' }],
    ]);
    const excluded = { customers: ['x'], services: ['y'], skus: [{ vendor: 'pax8', skuId: 'z' }] };
    expect(
      found({ mapping: { excluded, newRevenueOff: { customers: ['w'] } } }).map(([code]) => code),
    ).toEqual(['customer-gone', 'customer-gone', 'service-unknown', 'sku-unknown']);
  });

  it('names a binding to a contract of someone else', () => {
    const accounts = [{ vendor: 'pax8', accountId: 'acme-1', customerId: 'acme', contractId: 'theirs' }];
    const customers = [{ id: 'acme' }, { id: 'other' }];
    expect(
      found({
        psa: { customers, contracts: [{ id: 'theirs', customerId: 'other' }] },
        mapping: { accounts },
      }),
    ).toEqual([
      [
        'contract-unknown',
        'error',
        { vendor: 'pax8', accountId: 'acme-1', customerId: 'acme', contractId: 'theirs' },
      ],
    ]);
  });

  it('names a no-term SKU with a term sibling, and an unmapped sibling with counts', () => {
    const skus = [
      { id: 'bp', family: 'BP', term: null },
      { id: 'bp-1y', family: 'BP', term: { commitment: '1-Year', billing: 'Monthly' } },
    ];
    const vendors = [{ skus, counts: [{ skuId: 'bp-1y', units: 3 }] }];
    expect(found({ vendors })).toEqual([
      ['no-term-sku', 'warning', { vendor: 'pax8', skuId: 'bp' }],
      ['sibling-unmapped', 'warning', { vendor: 'pax8', skuId: 'bp-1y' }],
    ]);
    const both = [bp, { vendor: 'pax8', skuId: 'bp-1y' }];
    expect(found({ vendors, ...withRules({ ...plain, skus: both }) }).map(([code]) => code)).toEqual([
      'no-term-sku',
    ]);
  });

  it('names new revenue asked for on a multi-mapped rule, and replicate with allocate', () => {
    const skus = [bp, { vendor: 'pax8', skuId: 'two' }];
    const vendors = [{ skus: [{ id: 'bp' }, { id: 'two' }] }];
    expect(found({ vendors, ...withRules({ ...plain, skus, detectNewRevenue: true }) })).toEqual([
      ['new-revenue-multi-mapped', 'warning', { ruleId: 'rule' }],
    ]);
    expect(found(withRules({ ...plain, spread: 'replicate', allocate: 'in-order' }))).toEqual([
      ['replicate-with-allocate', 'warning', { ruleId: 'rule' }],
    ]);
  });

  it('names rules that can never match', () => {
    expect(found(withRules({ ...plain, skus: [] }))).toEqual([['empty-rule', 'error', { ruleId: 'rule' }]]);
    expect(found({ mapping: { excluded: { skus: [bp] } } }).map(([code]) => code)).toEqual([
      'rule-never-matches',
      'sku-excluded',
    ]);
    expect(found({ mapping: { excluded: { services: ['m365'] } } }).map(([code]) => code)).toEqual([
      'rule-never-matches',
      'service-excluded',
    ]);
    expect(found(withRules({ ...plain, metric: 'devices' }))).toEqual([
      ['metric-unknown', 'warning', { ruleId: 'rule', vendor: 'pax8', skuId: 'bp' }],
    ]);
  });

  it.each([
    ['tolerance', { tolerance: -1 }],
    ['included', { included: Number.NaN }],
    ['minimum', { minimum: 0.1234567 }],
    ['maximum', { minimum: 5, maximum: 4 }],
    ['adjust', { adjust: Number.POSITIVE_INFINITY }],
    ['ratio', { ratio: { numerator: 1, denominator: 0 } }],
    ['ratio', { ratio: { numerator: 1.5, denominator: 2 } }],
    ['ratio', { ratio: null }],
    ['spread', { spread: 'all' }],
    ['allocate', { allocate: 'fair' }],
    ['rounding', { rounding: 'half' }],
  ] as const)('names a value of %s no rule can have, and reconcile leaves the rule out', (field, change) => {
    const services = [{ ...plain, ...(change as unknown as Partial<ServiceRule>) }];
    expect(found({ mapping: { services } })).toEqual([['bad-rule', 'error', { ruleId: 'rule', field }]]);
    const sketch = { psa: { lines: [{ id: 'l', units: 1 }] }, vendors: [{ counts: [{ units: 2 }] }] };
    const { cards, unmapped } = reconcile(buildInput({ ...sketch, mapping: { services } }));
    expect(cards).toMatchObject([{ kind: 'no-count', vendor: { reason: 'service-unmapped' } }]);
    expect(unmapped.skus).toMatchObject([{ skuId: 'bp', counts: [{ units: 2 }] }]);
  });

  it('notices that an account was renamed after it was linked', () => {
    const accounts = [{ vendor: 'pax8', accountId: 'acme-1', customerId: 'acme', linkedName: 'Acme Ltd' }];
    expect(found({ mapping: { accounts } }).map(([code]) => code)).toEqual(['account-renamed']);
  });

  it('says the same of rows that share an id, whichever comes first', () => {
    const link = { vendor: 'pax8', accountId: 'acme-1', customerId: 'acme' };
    const accounts = [{ ...link, contractId: 'msa', linkedName: 'Acme' }];
    const contracts = [{ id: 'msa' }, { id: 'msa', customerId: 'bolt' }];
    const rows = [
      { id: 'acme-1', name: 'Acme' },
      { id: 'acme-1', name: 'Acme Ltd' },
    ];
    const codes = (psa: Sketch['psa'], names: typeof rows) =>
      found({ ...(psa && { psa }), vendors: [{ accounts: names }], mapping: { accounts } });
    // Neither contract is taken by `reconcile`, so the link is bound to nothing.
    const expected = [['contract-unknown', 'error', { ...link, contractId: 'msa' }]];
    expect(codes({ contracts }, rows)).toEqual(expected);
    expect(codes({ contracts: contracts.toReversed() }, rows.toReversed())).toEqual(expected);
  });
});
