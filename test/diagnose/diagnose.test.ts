import {
  applyFix,
  diagnose,
  type Finding,
  type Fix,
  type Mapping,
  type PsaSnapshot,
  reconcile,
  type ServiceRule,
  summarize,
  type VendorSnapshot,
} from 'trueup';
import { describe, expect, it } from 'vitest';

const receipt = { complete: true, resources: {}, problems: [] };
const asOf = '2026-12-01T08:00:00Z';
type Line = PsaSnapshot['lines'][number];

const line = (id: string, units: number, more: Partial<Line> = {}): Line => ({
  id,
  contractId: 'k1',
  customerId: 'c1',
  serviceId: 's1',
  units,
  startDate: null,
  endDate: null,
  active: true,
  billable: true,
  ...more,
});

function psaOf(lines: readonly Line[], more: Partial<PsaSnapshot> = {}): PsaSnapshot {
  return {
    specVersion: 1,
    kind: 'psa',
    source: 'psa',
    connector: 'test',
    takenAt: asOf,
    currency: 'USD',
    precision: 'integer',
    dating: 'dated',
    customers: [
      { id: 'c1', name: 'Acme Dental', active: true },
      { id: 'c2', name: 'Zebra Foods', active: true },
    ],
    services: [{ id: 's1', name: 'Workstation', active: true }],
    contracts: ['1', '2'].map((n) => ({
      id: `k${n}`,
      customerId: `c${n}`,
      name: 'Managed',
      status: 'active' as const,
      billingCycle: 'monthly' as const,
      startDate: null,
      endDate: null,
    })),
    lines,
    receipt,
    ...more,
  };
}

const sku = (id: string, more: object = {}): VendorSnapshot['skus'][number] => ({
  id,
  name: id,
  metrics: ['devices'],
  defaultMetric: 'devices',
  whenAbsent: 'zero',
  ...more,
});

/** Counts as `account sku units`. */
function vendorOf(
  counts: readonly (readonly [string, string, number])[],
  more: Partial<VendorSnapshot> = {},
): VendorSnapshot {
  return {
    specVersion: 1,
    kind: 'vendor',
    source: 'rmm',
    connector: 'rmm-api',
    takenAt: asOf,
    accounts: [
      { id: 'a1', name: 'Acme Dental', active: true },
      { id: 'a2', name: 'Zebra Foods', active: true },
      { id: 'a3', name: 'Acme Dental Warehouse', active: true },
    ],
    skus: [sku('ws', { family: 'agent' }), sku('ws-lite', { family: 'agent' }), sku('other')],
    counts: counts.map(([accountId, skuId, units]) => ({ accountId, skuId, metric: 'devices', units })),
    receipt,
    ...more,
  };
}

const rule: ServiceRule = { id: 'r1', skus: [{ vendor: 'rmm', skuId: 'ws' }], serviceIds: ['s1'] };
const mappingOf = (more: Partial<Mapping> = {}): Mapping => ({
  specVersion: 1,
  accounts: [
    { vendor: 'rmm', accountId: 'a1', customerId: 'c1' },
    { vendor: 'rmm', accountId: 'a2', customerId: 'c2' },
  ],
  services: [rule],
  ...more,
});

function findings(
  psa: PsaSnapshot,
  vendor: VendorSnapshot,
  mapping = mappingOf(),
  more: Partial<Parameters<typeof diagnose>[0]> = {},
): Finding[] {
  const reconciliation = reconcile({ psa, vendors: [vendor], mapping, asOf });
  return diagnose({ reconciliation, psa, vendors: [vendor], mapping, ...more });
}

describe('diagnose', () => {
  it('says nothing where nothing differs', () => {
    expect(findings(psaOf([line('l1', 5)]), vendorOf([['a1', 'ws', 5]]))).toEqual([]);
  });

  it('is not certain of a change of the rule that puts another customer wrong', () => {
    const both: ServiceRule = { ...rule, skus: [...rule.skus, { vendor: 'rmm', skuId: 'other' }] };
    const psa = psaOf([line('l1', 4), line('l2', 5, { contractId: 'k2', customerId: 'c2' })]);
    const counts = [
      ['a1', 'ws', 7],
      ['a1', 'ws-lite', 4],
      ['a2', 'other', 5],
    ] as const;
    const replacing = (more: readonly (readonly [string, string, number])[]): Finding | undefined =>
      findings(psa, vendorOf([...counts, ...more]), mappingOf({ services: [both] })).find(
        ({ fix }) => fix.kind === 'replace-sku' && fix.from.skuId === 'ws',
      );
    expect(replacing([])).toMatchObject({ certain: true, units: 3 });
    // Nothing of the old SKU, and some of the new one: 5 of 5 would become 7 of 5.
    const finding = replacing([['a2', 'ws-lite', 2]]);
    expect(finding).toMatchObject({ certain: false, evidence: { wouldBreak: 1 } });
  });

  it('tries fixes also where a contract of somebody else was not read', () => {
    const vendor = vendorOf([
      ['a1', 'ws', 5],
      ['a3', 'ws', 3],
    ]);
    const torn = { ...receipt, complete: false, incompleteContracts: ['k2'] };
    const [first] = findings(psaOf([line('l1', 8)], { receipt: torn }), vendor);
    expect(first).toMatchObject({ cause: 'account-unmapped', certain: true, units: -3 });
  });

  it('names the account, its units and the fix, and is certain when the fix works', () => {
    const [first, ...rest] = findings(
      psaOf([line('l1', 8)]),
      vendorOf([
        ['a1', 'ws', 5],
        ['a3', 'ws', 3],
      ]),
    );
    expect(first).toMatchObject({
      cardId: 'c1/rule/r1',
      customerId: 'c1',
      ruleId: 'r1',
      cause: 'account-unmapped',
      rank: 1,
      certain: true,
      units: -3,
      evidence: { vendor: 'rmm', accountId: 'a3', accountName: 'Acme Dental Warehouse', accountUnits: 3 },
      fix: { kind: 'link-account', vendor: 'rmm', accountId: 'a3', customerId: 'c1' },
    });
    expect(rest).toEqual([]);
  });

  it('is not certain when the fix leaves a difference', () => {
    const [first] = findings(
      psaOf([line('l1', 9)]),
      vendorOf([
        ['a1', 'ws', 5],
        ['a3', 'ws', 3],
      ]),
    );
    expect(first).toMatchObject({ cause: 'account-unmapped', certain: false, units: -3 });
  });

  it('is not certain of an account whose name is another, even with the right units', () => {
    const accounts = [
      { id: 'a1', name: 'Acme Dental', active: true },
      { id: 'a3', name: 'Acme Legal', active: true },
    ];
    const counts = [
      ['a1', 'ws', 5],
      ['a3', 'ws', 3],
    ] as const;
    const [first] = findings(psaOf([line('l1', 8)]), vendorOf(counts, { accounts }));
    expect(first).toMatchObject({ cause: 'account-unmapped', units: -3, certain: false });
  });

  it('is not certain when two fixes would do', () => {
    const two = findings(
      psaOf([line('l1', 8)]),
      vendorOf([
        ['a1', 'ws', 5],
        ['a3', 'ws', 3],
        ['a1', 'ws-lite', 3],
      ]),
    );
    expect(two.map((finding) => finding.cause).sort()).toEqual(['account-unmapped', 'sku-unmapped']);
    expect(two.some((finding) => finding.certain)).toBe(false);
  });

  it('is not certain when the fix would break another customer', () => {
    const psa = psaOf([line('l1', 5), line('l2', 7, { customerId: 'c2', contractId: 'k2' })]);
    const counts = [
      ['a1', 'ws', 5],
      ['a1', 'other', 3],
      ['a2', 'ws', 4],
      ['a2', 'other', 3],
    ] as const;
    const mapping = mappingOf({
      services: [{ ...rule, skus: [...rule.skus, { vendor: 'rmm', skuId: 'other' }] }],
    });
    const [first] = findings(psa, vendorOf(counts), mapping);
    expect(first).toMatchObject({ cause: 'extra-contributor', certain: false, evidence: { wouldBreak: 1 } });
  });

  it('finds two causes that only together explain a card', () => {
    const both = findings(
      psaOf([line('l1', 10)]),
      vendorOf([
        ['a1', 'ws', 5],
        ['a3', 'ws', 3],
        ['a1', 'ws-lite', 2],
      ]),
    );
    expect(both.map(({ cause, units, certain }) => ({ cause, units, certain }))).toEqual([
      { cause: 'sku-unmapped', units: -2, certain: false },
      { cause: 'account-unmapped', units: -3, certain: false },
    ]);
    const mapping = both.reduce((now, finding) => applyFix(now, finding.fix), mappingOf());
    const vendors = [
      vendorOf([
        ['a1', 'ws', 5],
        ['a3', 'ws', 3],
        ['a1', 'ws-lite', 2],
      ]),
    ];
    const after = reconcile({ psa: psaOf([line('l1', 10)]), vendors, mapping, asOf });
    expect(after.cards.map((card) => card.kind)).toEqual(['no-change']);
  });

  it('applies the rule’s quantities before it says what is explained', () => {
    const packs = mappingOf({ services: [{ ...rule, ratio: { numerator: 1, denominator: 5 } }] });
    const [first] = findings(
      psaOf([line('l1', 3)]),
      vendorOf([
        ['a1', 'ws', 10],
        ['a3', 'ws', 5],
      ]),
      packs,
    );
    expect(first).toMatchObject({
      cause: 'account-unmapped',
      certain: true,
      units: -1,
      evidence: { accountUnits: 5 },
    });
  });

  it('offers a rule for a service that has none', () => {
    const psa = psaOf([line('l1', 4)], { services: [{ id: 's1', name: 'Other thing', active: true }] });
    const vendor = vendorOf([['a1', 'other', 4]], { skus: [sku('other', { name: 'Other thing' })] });
    const [first] = findings(psa, vendor, mappingOf({ services: [] }));
    expect(first?.fix).toEqual({
      kind: 'add-rule',
      rule: { id: 'service-s1', skus: [{ vendor: 'rmm', skuId: 'other' }], serviceIds: ['s1'] },
    });
    expect(first?.certain).toBe(true);
  });

  it('names the line that keeps new revenue from being new', () => {
    const psa = psaOf([line('l1', 5, { startDate: '2027-01-01' })]);
    const [first] = findings(psa, vendorOf([['a1', 'ws', 5]]));
    expect(first).toMatchObject({
      cause: 'line-out-of-scope',
      certain: true,
      units: 5,
      fix: { kind: 'reconcile-on', date: '2027-01-01' },
    });
  });

  it('does not hold old history for the cause', () => {
    const psa = psaOf([line('l1', 5), line('l0', 3, { endDate: '2025-01-01' })]);
    const [first] = findings(psa, vendorOf([['a1', 'ws', 8]]));
    expect(first?.certain ?? false).toBe(false);
    expect(first?.score ?? 0).toBeLessThan(0.7);
  });

  it('reads filters by source or by connector, and only in their direction', () => {
    const fact = { id: 'last-24h', effect: 'Devices not seen for a day are left out.' };
    const filters = { 'rmm-api': [{ ...fact, direction: 'fewer' as const }] };
    const short = findings(psaOf([line('l1', 8)]), vendorOf([['a1', 'ws', 5]]), mappingOf(), { filters });
    expect(short[0]).toMatchObject({
      cause: 'vendor-filter',
      fix: { kind: 'check-vendor-setting', vendor: 'rmm', filterIds: ['last-24h'] },
      message: 'Devices not seen for a day are left out.',
    });
    const long = findings(psaOf([line('l1', 2)]), vendorOf([['a1', 'ws', 5]]), mappingOf(), { filters });
    expect(long).toEqual([]);
  });

  it('asks for a sync where nothing was received', () => {
    const psa = psaOf([line('l1', 5)]);
    const mapping = mappingOf();
    const reconciliation = reconcile({ psa, vendors: [], mapping, asOf });
    const [first] = diagnose({ reconciliation, psa, vendors: [], mapping });
    expect(first).toMatchObject({ cause: 'stale-vendor', fix: { kind: 'sync-vendor', vendor: 'rmm' } });
  });

  it('says why a count could not be read: what the receipt has of the account, else its first error', () => {
    const problem = (message: string, more: object = {}) => ({
      code: 'bad-row',
      message,
      severity: 'error' as const,
      ...more,
    });
    const said = (problems: readonly object[]): string | undefined => {
      const broken = {
        complete: false,
        resources: {},
        problems: problems as VendorSnapshot['receipt']['problems'],
        incompleteAccounts: ['a1'],
      };
      return findings(psaOf([line('l1', 5)]), vendorOf([], { receipt: broken }))[0]?.message;
    };
    const other = problem('Line 2: the unit is not known.', { ids: { accountId: 'a2' } });
    const own = problem('Line 5: the quantity is not a number.', { ids: { accountId: 'a1' } });
    const remark = problem('A column is not used.', { severity: 'warning' });
    const untrue = 'rmm was not read whole, so its count cannot be trusted.';
    expect(said([remark, other, own])).toBe(`${untrue} Its receipt says: ${own.message}`);
    expect(said([remark, other, problem('Line 9: too short.')])).toBe(
      `${untrue} Its receipt says: ${other.message} (1 more in its receipt)`,
    );
    expect(said([remark])).toBe(`${untrue} Its receipt says: ${remark.message}`);
    expect(said([])).toBe(untrue);
  });

  it('looks only at the cards asked for, and keeps as many findings as asked for', () => {
    const psa = psaOf([line('l1', 9), line('l2', 7, { customerId: 'c2', contractId: 'k2' })]);
    const vendor = vendorOf([
      ['a1', 'ws', 5],
      ['a3', 'ws', 3],
      ['a1', 'ws-lite', 3],
      ['a2', 'ws', 5],
      ['a2', 'ws-lite', 2],
    ]);
    const some = findings(psa, vendor, mappingOf(), { cardIds: ['c1/rule/r1'], limit: 1 });
    expect(some.map((finding) => finding.cardId)).toEqual(['c1/rule/r1']);
  });

  it('gives the same bytes whatever the order of the rows', () => {
    const lines = [
      line('l1', 9),
      line('l2', 7, { customerId: 'c2', contractId: 'k2' }),
      line('l3', 1, { endDate: '2026-11-20' }),
    ];
    const counts = [
      ['a1', 'ws', 5],
      ['a3', 'ws', 3],
      ['a1', 'ws-lite', 3],
      ['a2', 'ws', 5],
      ['a2', 'ws-lite', 2],
    ] as const;
    const turn = <T>(rows: readonly T[]): T[] => [...rows].reverse();
    const psa = psaOf(lines);
    const vendor = vendorOf(counts);
    const turnedPsa = {
      ...psa,
      lines: turn(lines),
      customers: turn(psa.customers),
      contracts: turn(psa.contracts),
    };
    const turnedVendor = {
      ...vendor,
      counts: turn(vendor.counts),
      accounts: turn(vendor.accounts),
      skus: turn(vendor.skus),
    };
    const mapping = mappingOf();
    const turnedMapping = { ...mapping, accounts: turn(mapping.accounts) };
    expect(JSON.stringify(findings(turnedPsa, turnedVendor, turnedMapping))).toBe(
      JSON.stringify(findings(psa, vendor, mapping)),
    );
  });
});

describe('history', () => {
  const at = (month: string, units: number, vendorUnits: number) => {
    const when = `${month}-01T08:00:00Z`;
    const psa = psaOf([line('l1', units)], { takenAt: when });
    const vendors = [vendorOf([['a1', 'ws', vendorUnits]], { takenAt: when })];
    return summarize(reconcile({ psa, vendors, mapping: mappingOf(), asOf: when }));
  };
  const now = (units: number, vendorUnits: number, history: ReturnType<typeof at>[]) =>
    findings(psaOf([line('l1', units)]), vendorOf([['a1', 'ws', vendorUnits]]), mappingOf(), { history })[0];

  it('keeps what later periods compare with, and little else', () => {
    expect(at('2026-11', 5, 4)).toEqual({
      specVersion: 1,
      kind: 'period-summary',
      period: '2026-11',
      on: '2026-11-01',
      psa: 'psa',
      cards: [
        {
          id: 'c1/rule/r1',
          psa: 5,
          vendor: 4,
          parts: [{ vendor: 'rmm', accountId: 'a1', skuId: 'ws', units: 4 }],
        },
        ...at('2026-11', 5, 4).cards.slice(1),
      ],
      unmapped: [],
      unlinked: [],
    });
  });

  it('sees the same difference over months', () => {
    expect(now(5, 4, [at('2026-10', 5, 4), at('2026-11', 6, 5)])).toMatchObject({
      cause: 'off-by-one',
      units: -1,
      evidence: { periods: 3 },
      fix: { kind: 'set-adjust', ruleId: 'r1', adjust: 1 },
    });
    expect(now(9, 6, [at('2026-10', 9, 6), at('2026-11', 8, 5)])?.cause).not.toBe('off-by-one');
    expect(now(20, 17, [at('2026-10', 20, 17), at('2026-11', 19, 16)])?.cause).toBe('constant-offset');
  });

  it('ignores this period, later ones, and other PSAs', () => {
    const other = { ...at('2026-11', 5, 4), psa: 'another' };
    expect(now(5, 4, [at('2026-12', 5, 4), at('2027-01', 5, 4), other])).toBeUndefined();
  });

  it('counts a period once, as it was last, in whatever order its summaries come', () => {
    const first = { ...at('2026-11', 9, 9), on: '2026-11-01' };
    const last = { ...at('2026-11', 5, 4), on: '2026-11-30' };
    for (const history of [
      [first, last],
      [last, first],
      [last, last, first],
    ]) {
      expect(now(5, 4, history)).toMatchObject({ cause: 'off-by-one', evidence: { periods: 2 } });
    }
  });

  it('knows a difference that was kept', () => {
    const kept = at('2026-11', 9, 4);
    const cards = kept.cards.map((card) => ({ ...card, kept: 9 }));
    expect(now(9, 4, [{ ...kept, cards }])).toMatchObject({ cause: 'same-as-last-period', certain: false });
    expect(now(9, 3, [{ ...kept, cards }])?.cause).not.toBe('same-as-last-period');
  });
});

describe('applyFix', () => {
  const base = mappingOf({
    accounts: [{ vendor: 'rmm', accountId: 'a1', customerId: 'c1' }],
    excluded: { customers: ['c9', 'c8'], services: ['s9'] },
  });
  const ws = { vendor: 'rmm', skuId: 'ws' };
  const lite = { vendor: 'rmm', skuId: 'ws-lite' };
  const skus = (...refs: (typeof ws)[]): Partial<Mapping> => ({ services: [{ ...rule, skus: refs }] });

  it.each<[Fix, Partial<Mapping>]>([
    [
      { kind: 'link-account', vendor: 'rmm', accountId: 'a1', customerId: 'c2' },
      { accounts: [{ vendor: 'rmm', accountId: 'a1', customerId: 'c2' }] },
    ],
    [{ kind: 'unlink-account', vendor: 'rmm', accountId: 'a1' }, { accounts: [] }],
    [{ kind: 'add-sku', ruleId: 'r1', sku: lite }, skus(ws, lite)],
    [{ kind: 'add-sku', ruleId: 'r1', sku: ws }, skus(ws)],
    [{ kind: 'remove-sku', ruleId: 'r1', sku: ws }, skus()],
    [{ kind: 'replace-sku', ruleId: 'r1', from: ws, to: [lite] }, skus(lite)],
    [{ kind: 'add-rule', rule: { ...rule, id: 'r2' } }, { services: [rule, { ...rule, id: 'r2' }] }],
    [{ kind: 'add-rule', rule: { ...rule, serviceIds: [] } }, {}],
    [{ kind: 'set-metric', ruleId: 'r1', metric: 'active' }, { services: [{ ...rule, metric: 'active' }] }],
    [{ kind: 'set-adjust', ruleId: 'r1', adjust: -1 }, { services: [{ ...rule, adjust: -1 }] }],
    [{ kind: 'stop-excluding', customerId: 'c9' }, { excluded: { customers: ['c8'], services: ['s9'] } }],
    [{ kind: 'stop-excluding', serviceId: 's9' }, { excluded: { customers: ['c9', 'c8'], services: [] } }],
    [{ kind: 'sync-psa' }, {}],
    [{ kind: 'reconcile-on', date: '2027-01-01' }, {}],
  ])('%j', (fix, change) => {
    const before = JSON.stringify(base);
    expect(applyFix(base, fix)).toEqual({ ...base, ...change });
    expect(JSON.stringify(base)).toBe(before);
  });
});
