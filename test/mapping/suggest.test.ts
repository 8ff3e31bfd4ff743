import fc from 'fast-check';
import {
  type Customer,
  findNamingGaps,
  type Mapping,
  type PsaSnapshot,
  type Service,
  suggestMapping,
  type VendorAccount,
  type VendorSku,
  type VendorSnapshot,
} from 'trueup';
import { describe, expect, it } from 'vitest';

const receipt = { complete: true, resources: {}, problems: [] };
const takenAt = '2026-12-01T08:00:00Z';

function psaOf(
  customers: readonly (string | Partial<Customer>)[],
  services: readonly (string | Partial<Service>)[] = [],
): PsaSnapshot {
  return {
    specVersion: 1,
    kind: 'psa',
    source: 'psa',
    connector: 'test',
    takenAt,
    currency: 'USD',
    precision: 'integer',
    dating: 'dated',
    customers: customers.map((row, i) => ({
      id: `c${i}`,
      name: '',
      active: true,
      ...(typeof row === 'string' ? { name: row } : row),
    })),
    services: services.map((row, i) => ({
      id: `s${i}`,
      name: '',
      active: true,
      ...(typeof row === 'string' ? { name: row } : row),
    })),
    contracts: [],
    lines: [],
    receipt,
  };
}

function vendorOf(
  accounts: readonly (string | Partial<VendorAccount>)[],
  skus: readonly (string | Partial<VendorSku>)[] = [],
  source = 'rmm',
): VendorSnapshot {
  return {
    specVersion: 1,
    kind: 'vendor',
    source,
    connector: `${source}-connector`,
    takenAt,
    accounts: accounts.map((row, i) => ({
      id: `a${i}`,
      name: '',
      active: true,
      ...(typeof row === 'string' ? { name: row } : row),
    })),
    skus: skus.map((row, i) => ({
      id: `k${i}`,
      name: '',
      metrics: ['devices'],
      defaultMetric: 'devices',
      whenAbsent: 'zero',
      ...(typeof row === 'string' ? { name: row } : row),
    })),
    counts: [],
    receipt,
  };
}

/** `account customer` of the links. */
function links(
  customers: readonly (string | Partial<Customer>)[],
  accounts: readonly (string | Partial<VendorAccount>)[],
  mapping?: Mapping,
): string[] {
  const found = suggestMapping({
    psa: psaOf(customers),
    vendors: [vendorOf(accounts)],
    ...(mapping && { mapping }),
  });
  return found.accounts.links.map((link) => `${link.accountId} ${link.customerId}`);
}

/** Score and reasons of the first candidate for one account against one customer. */
function compared(
  customer: string,
  account: string,
): { score: number; reasons: readonly string[] } | undefined {
  const found = suggestMapping({ psa: psaOf([customer]), vendors: [vendorOf([account])] });
  return found.accounts.candidates[0]?.ranked[0];
}

describe('account links', () => {
  it.each([
    ['Acme Ltd', 'ACME limited'],
    ['Acme', 'Acme, Inc.'],
    ['Procter & Gamble Co.', 'Procter and Gamble'],
    ['Crédit Agrïcole S.A.', 'Credit Agricole SA'],
    ['L.X.C. Aviation', 'LXC Aviation'],
    ['Müller GmbH & Co. KG', 'MULLER GMBH & CO KG'],
    ['Bowne B.V.', 'Bowne bv'],
    ['FABERLIC EUROPE', 'Faberlic Europe Sp. z o.o.'],
    ['Ａｃｍｅ　Widgets', 'Acme Widgets'],
    ["O'Connell LLC", 'OConnell L.L.C.'],
    ['The Goldman Sachs Group, Inc.', 'Goldman Sachs Group'],
    ['東京データ株式会社', '株式会社 東京データ'],
    ['İstanbul Yazılım A.Ş.', 'ISTANBUL YAZILIM AS'],
    ['Acme\u200f Dental', 'Acme Dental'],
    ['شركة النور', 'شركة النور'],
  ])('links %s and %s', (customer, account) => {
    expect(links([customer], [account])).toEqual(['a0 c0']);
  });

  it.each([
    ['Acme Ltd', 'Acme GmbH', 'legal forms differ: ltd ≠ gmbh'],
    ['Blackstone Fund V L.P.', 'Blackstone Fund VI L.P.', 'differs in a number: 5 ≠ 6'],
    ['Citigroup Trust I', 'Citigroup Trust 2', 'differs in a number: 1 ≠ 2'],
    ['Bowne Solutions', 'Bowne Solutions II', "only one has the number '2'"],
    ['ICBC (Asia) Limited', 'ICBC (London) Limited', 'differs in a place: asia ≠ london'],
    ['Deutsche Bank AG', 'Deutsche Bank (Schweiz) AG', "only one has the place 'schweiz'"],
    ['Good Will Company', 'Goodwill Company', 'same but for spaces'],
    ['Walmart Inc.', 'Wallmart Inc.', 'one letter differs'],
    ['Towne Dental', 'Dental Towne', 'same words in another order'],
  ])('asks about %s and %s', (customer, account, reason) => {
    expect(links([customer], [account])).toEqual([]);
    expect(compared(customer, account)?.reasons).toContain(reason);
  });

  it('says why names are the same where it may not link them', () => {
    const found = suggestMapping({ psa: psaOf(['Acme', 'ACME LLC']), vendors: [vendorOf(['Acme Ltd'])] });
    expect(found.accounts.links).toEqual([]);
    expect(found.accounts.candidates[0]?.ranked).toEqual(
      [
        { customerId: 'c0', score: 0.98, reasons: ["same after dropping 'ltd'"] },
        {
          customerId: 'c1',
          score: 0.88,
          reasons: ["same after dropping 'llc', 'ltd'", 'legal forms differ: llc ≠ ltd'],
        },
      ].map((each) => ({ ...each, reasons: [...each.reasons, '2 customers have this name'] })),
    );
  });

  it('links nothing that is twice on either side', () => {
    expect(links(['Acme', 'Acme'], ['Acme'])).toEqual([]);
    expect(links(['Acme'], ['Acme', 'ACME Inc'])).toEqual([]);
    expect(links(['Acme'], ['Acme', 'Acme'], mappingOf([['a0', 'c0']]))).toEqual([]);
  });

  it('prefers the active one of a pair: PSAs keep recycled companies', () => {
    expect(links([{ name: 'Acme', active: false }, 'Acme'], ['Acme'])).toEqual(['a0 c1']);
    expect(links([{ name: 'Acme', active: false }], ['Acme'])).toEqual([]);
    expect(links([{ name: 'Acme', isCustomer: false }], ['Acme'])).toEqual([]);
  });

  it('believes ids before names', () => {
    expect(links(['Acme', { name: 'Zebra', externalIds: { rmm: 'a0' } }], ['Acme'])).toEqual(['a0 c1']);
    expect(links(['Acme', 'Zebra'], [{ name: 'Acme', externalIds: { psa: 'c1' } }])).toEqual(['a0 c1']);
    const shared = { 'microsoft-365': 'tenant-9' };
    expect(links([{ name: 'Zebra', externalIds: shared }], [{ name: 'Acme', externalIds: shared }])).toEqual([
      'a0 c0',
    ]);
  });

  it('links nothing when ids contradict each other or the name', () => {
    const contradicting = [
      { name: 'Acme', externalIds: { rmm: 'a0' } },
      { name: 'Zebra', externalIds: { rmm: 'a0' } },
    ];
    expect(links(contradicting, ['Other'])).toEqual([]);
    expect(links([{ name: 'Acme', externalIds: { rmm: 'a1' } }], ['Acme', 'Other'])).toEqual(['a1 c0']);
  });

  it('links no namesake of the customer an id names, when that one is excluded or no customer', () => {
    const own = { name: 'Acme', externalIds: { psa: 'c0' } };
    const excluded = { ...mappingOf([]), excluded: { customers: ['c0'] } };
    expect(links(['Acme', 'Acme'], [own], excluded)).toEqual([]);
    expect(links([{ name: 'Acme', isCustomer: false }, 'Acme'], [own])).toEqual([]);
    expect(links([{ name: 'Acme', externalIds: { rmm: 'a0' } }, 'Acme'], ['Acme'], excluded)).toEqual([]);
    // An id that a lead and a customer share is the customer's.
    const shared = { name: 'Zebra', externalIds: { rmm: 'a0' } };
    expect(links([{ ...shared, isCustomer: false }, shared], ['Acme'])).toEqual(['a0 c1']);
  });

  it('believes a domain only with a name that fits it', () => {
    const customer = { name: 'Acme Widgets', domains: ['acme.com'] };
    expect(links([customer], [{ name: 'Acme Wdgts', domains: ['WWW.acme.com'] }])).toEqual(['a0 c0']);
    expect(links([customer], [{ name: 'Zebra Holdings', domains: ['acme.com'] }])).toEqual([]);
    expect(links([customer], [{ name: 'Acme Widgets 2', domains: ['acme.com'] }])).toEqual([]);
    const mail = { domains: ['gmail.com'] };
    expect(links([{ name: 'Acme Widgets', ...mail }], [{ name: 'Acme Wdgts', ...mail }])).toEqual([]);
  });

  it('leaves alone what the mapping decides', () => {
    expect(links(['Acme'], ['Acme'], mappingOf([['a0', null]]))).toEqual([]);
    const mapping = { ...mappingOf([]), excluded: { customers: ['c0'] } };
    const found = suggestMapping({ psa: psaOf(['Acme']), vendors: [vendorOf(['Acme'])], mapping });
    expect(found.accounts).toEqual({
      links: [],
      candidates: [{ vendor: 'rmm', accountId: 'a0', ranked: [] }],
    });
  });

  it('offers a site its parent account’s customer', () => {
    const accounts = ['Acme', { name: 'Warehouse 7', parentId: 'a0' }];
    const found = suggestMapping({
      psa: psaOf(['Acme']),
      vendors: [vendorOf(accounts)],
      mapping: mappingOf([['a0', 'c0']]),
    });
    expect(found.accounts.candidates[0]?.ranked[0]).toEqual({
      customerId: 'c0',
      score: 0.85,
      reasons: ['its parent account is linked to this customer'],
    });
  });

  it.each(['', ' ', 'A', '7', '🦩', '🦩🦩', '—', '...', '123', 'Default', 'n/a', '\u0000', '\ud800'])(
    'links no name that names nobody: %j',
    (name) => {
      expect(links([name], [name])).toEqual([]);
    },
  );

  it('does not depend on the order of its input', () => {
    const name = fc.stringMatching(/^[ab1 .&Iç-]{0,8}( (Ltd|GmbH|II))?$/);
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), fc.array(name, { maxLength: 8 }), (left, right) => {
        const psa = psaOf(left);
        const vendor = vendorOf(right);
        const turned = { ...psa, customers: [...psa.customers].reverse() };
        const turnedVendor = { ...vendor, accounts: [...vendor.accounts].reverse() };
        expect(suggestMapping({ psa: turned, vendors: [turnedVendor] })).toEqual(
          suggestMapping({ psa, vendors: [vendor] }),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order of rows that share an id', () => {
    const twins = [
      { id: 'x', name: 'Acme' },
      { id: 'x', name: 'Zebra' },
    ];
    const found = (rows: typeof twins, others: typeof twins) =>
      JSON.stringify(
        suggestMapping({
          psa: psaOf(['Acme', ...others], ['Edr', ...others]),
          vendors: [vendorOf(rows, [...rows, { id: 'y', name: 'Edr' }])],
        }),
      );
    expect(found(twins.toReversed(), [])).toBe(found(twins, []));
    expect(found([{ id: 'a', name: 'Acme' }], twins.toReversed())).toBe(
      found([{ id: 'a', name: 'Acme' }], twins),
    );
  });

  it('links only one to one, and only equal keys or ids', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 12 }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 12 }),
        (left, right) => {
          const found = suggestMapping({ psa: psaOf(left), vendors: [vendorOf(right)] }).accounts;
          expect(new Set(found.links.map((link) => link.customerId)).size).toBe(found.links.length);
          expect(found.links.length + found.candidates.length).toBe(right.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is not slowed down by names that are all alike', () => {
    // Bounded work is what is tested: a quadratic search would need 10⁸ comparisons and time the test out.
    const same = Array.from({ length: 10_000 }, () => 'Acme Dental Group Ltd');
    const numbered = Array.from({ length: 10_000 }, (_, i) => `Acme Dental Group ${i} Ltd`);
    expect(links(same, same)).toEqual([]);
    expect(links(numbered, numbered)).toHaveLength(10_000);
  });
});

function mappingOf(
  accounts: readonly (readonly [string, string | null])[],
  services: Mapping['services'] = [],
): Mapping {
  return {
    specVersion: 1,
    accounts: accounts.map(([accountId, customerId]) => ({ vendor: 'rmm', accountId, customerId })),
    services,
  };
}

describe('service rules', () => {
  const rulesOf = (services: readonly (string | Partial<Service>)[], ...vendors: VendorSnapshot[]) =>
    suggestMapping({ psa: psaOf([], services), vendors }).services;

  it('makes a rule for one SKU and one service of one name', () => {
    const found = rulesOf(
      ['M365 Business Premium', 'M365 Business Basic'],
      vendorOf([], ['Microsoft 365 Business Premium']),
    );
    expect(found.rules).toEqual([
      { id: 'service-s0', skus: [{ vendor: 'rmm', skuId: 'k0' }], serviceIds: ['s0'] },
    ]);
  });

  it('makes a rule where the service’s code is the SKU', () => {
    const found = rulesOf(
      [{ name: 'Email plan', code: 'CFQ7TT' }],
      vendorOf([], [{ id: 'cfq7tt', name: 'Exchange' }]),
    );
    expect(found.rules).toHaveLength(1);
  });

  it('maps the variant with a term, never the one without', () => {
    const variant = (id: string, term: VendorSku['term']): Partial<VendorSku> => ({
      id,
      name: 'Exchange Online Plan 1',
      family: 'exo1',
      ...(term === undefined ? {} : { term }),
    });
    const yearly = { commitment: '1-Year', billing: 'Monthly' };
    const two = rulesOf(
      ['Exchange Online (Plan 1)'],
      vendorOf([], [variant('none', null), variant('year', yearly)]),
    );
    expect(two.rules.map((rule) => rule.skus[0]?.skuId)).toEqual(['year']);
    expect(two.candidates[0]?.ranked[0]?.reasons).toContain(
      'this is the variant without a term; map one with a term instead',
    );
    const three = rulesOf(
      ['Exchange Online (Plan 1)'],
      vendorOf(
        [],
        [
          variant('none', null),
          variant('year', yearly),
          variant('month', { ...yearly, commitment: 'Monthly' }),
        ],
      ),
    );
    expect(three.rules).toEqual([]);
  });

  it('asks when two vendors sell the same: it would be counted twice', () => {
    const found = rulesOf(
      ['Huntress EDR'],
      vendorOf([], ['Huntress EDR']),
      vendorOf([], ['Huntress EDR'], 'pax8'),
    );
    expect(found.rules).toEqual([]);
    expect(found.candidates).toHaveLength(2);
  });

  it.each([
    [
      'Microsoft 365 Business Premium',
      'Microsoft 365 Business Basic',
      'differs in an edition: premium ≠ basic',
    ],
    ['Office 365 E3', 'Office 365 E5', 'differs in a number: e3 ≠ e5'],
    ['Cove Backup Server', 'Cove Backup Workstation', 'differs in an edition: server ≠ workstation'],
  ])('asks about %s and %s', (service, sku, reason) => {
    const found = rulesOf([service], vendorOf([], [sku]));
    expect(found.rules).toEqual([]);
    expect(found.candidates[0]?.ranked[0]?.reasons).toContain(reason);
  });

  it('says when a candidate is in a rule already', () => {
    const mapping = mappingOf([], [{ id: 'r1', skus: [{ vendor: 'rmm', skuId: 'k0' }], serviceIds: ['s0'] }]);
    const found = suggestMapping({
      psa: psaOf([], ['Cove Backup']),
      vendors: [vendorOf([], ['Cove Backup', 'Cove Backups'])],
      mapping,
    }).services;
    expect(found.rules).toEqual([]);
    expect(found.candidates[0]?.skuId).toBe('k1');
    expect(found.candidates[0]?.ranked[0]?.reasons).toContain(
      "already in rule 'r1': adding this SKU sums the counts",
    );
  });
});

describe('naming gaps', () => {
  const gapsOf = (services: readonly string[], mapping?: Mapping) =>
    findNamingGaps({ psa: psaOf([], services), ...(mapping && { mapping }) }).map((gap) => gap.names);

  it('finds one product under several names', () => {
    expect(
      gapsOf(['M365 Business Premium', 'Huntress', 'Microsoft 365 Premium', 'Business Premium', 'Cove']),
    ).toEqual([['M365 Business Premium', 'Microsoft 365 Premium', 'Business Premium']]);
  });

  it.each([
    [['Microsoft 365 Business', 'Microsoft 365 Business Premium']],
    [['Exchange Online Plan 1', 'Exchange Online Plan 2']],
    [['Office 365 E3', 'Microsoft 365 E3', 'Office 365 E5']],
    [['Defender for Business', 'Defender for Business Server']],
    [['Security per user', 'Security per device']],
    [['', ' ', '🦩', '🦩']],
  ])('keeps apart %j', (services) => {
    expect(gapsOf(services)).toEqual([]);
  });

  it('says why for each further name, also when several are alike through one', () => {
    const services = ['Microsoft 365 Premium', 'Business Premium', 'Microsoft 365 Business Premium'];
    expect(findNamingGaps({ psa: psaOf([], services) }).map(({ reasons }) => reasons)).toEqual([
      [
        "'Business Premium' is 'Microsoft 365 Business Premium' without '365'",
        "'Microsoft 365 Premium' is 'Microsoft 365 Business Premium' without 'business'",
      ],
    ]);
  });

  it('leaves out names that share a rule', () => {
    const rule = { id: 'r1', skus: [], serviceIds: ['s0', 's1'] };
    expect(gapsOf(['M365 Business Premium', 'Business Premium'], mappingOf([], [rule]))).toEqual([]);
  });

  it('is not slowed down by services that are all alike', () => {
    const gaps = gapsOf(Array.from({ length: 10_000 }, () => 'Business Premium'));
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toHaveLength(10_000);
  });
});
