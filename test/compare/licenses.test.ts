import fc from 'fast-check';
import { compareLicenses, type LicenseInput, licenseTrend } from 'trueup';
import { describe, expect, it } from 'vitest';
import { distributor, links, rmm } from './fixture.ts';

const asOf = '2026-12-01T08:00:00Z';

function compare(input: Partial<LicenseInput>) {
  return compareLicenses({ devices: [], licenses: [], mapping: { accounts: links() }, asOf, ...input });
}

describe('compareLicenses', () => {
  it('says under-licensed, over-licensed and matched, with variance = devices − licences', () => {
    const result = compare({
      devices: [
        rmm({
          counts: [
            { accountId: 'a1', units: 12 },
            { accountId: 'a2', units: 3 },
            { accountId: 'a3', units: 4 },
          ],
        }),
      ],
      licenses: [
        distributor({
          counts: [
            { accountId: 'a1', units: 10 },
            { accountId: 'a2', units: 5 },
            { accountId: 'a3', units: 4 },
          ],
        }),
      ],
      customers: [{ id: 'c1', name: 'Acme' }],
    });
    expect(result.clients.map((row) => [row.customer.name, row.variance, row.status])).toEqual([
      ['Acme', 2, 'under-licensed'],
      ['Account a2', -2, 'over-licensed'],
      ['Account a3', 0, 'matched'],
    ]);
    expect(result.summary).toEqual({
      'under-licensed': 1,
      'over-licensed': 1,
      matched: 1,
      'no-data': 0,
      underLicensedUnits: 2,
      overLicensedUnits: 2,
    });
  });

  it('takes no device listed for zero, and no subscription for no data', () => {
    const devices = rmm({ counts: [{ accountId: 'a1', units: 5 }] });
    const licenses = distributor({ counts: [{ accountId: 'a2', units: 5 }] });
    const [one, two, three] = compare({ devices: [devices], licenses: [licenses] }).clients;
    expect([one?.status, one?.licenses.reason]).toEqual(['no-data', 'not-reported']);
    expect([two?.status, two?.variance, two?.devices.units]).toEqual(['over-licensed', -5, 0]);
    expect([three?.status, three?.variance]).toEqual(['no-data', null]);
    const told = compare({ devices: [devices], licenses: [licenses], absentLicenses: 'zero' }).clients;
    expect(told.map((row) => row.status)).toEqual(['under-licensed', 'over-licensed', 'matched']);
  });

  it.each([
    ['the snapshot is not complete', { receipt: { complete: false } }, 'source-incomplete'],
    [
      'the account was not read',
      { receipt: { complete: false, incompleteAccounts: ['a1'] } },
      'source-incomplete',
    ],
    ['the account is not in the snapshot', { accounts: ['a2'] }, 'not-reported'],
    ['the account is there twice', { accounts: ['a1', 'a1', 'a2'] }, 'source-incomplete'],
    ['the SKU is there twice', { skus: [{}, { whenAbsent: 'no-count' as const }] }, 'source-incomplete'],
    [
      'only another number came',
      { counts: [{ accountId: 'a1', units: 5, metric: 'users' }] },
      'not-reported',
    ],
    ['a quantity is no quantity', { counts: [{ accountId: 'a1', units: -1 }] }, 'source-incomplete'],
  ])('has no number when %s', (_what, input, reason) => {
    const result = compare({
      devices: [rmm({ counts: [{ accountId: 'a2', units: 1 }], ...input })],
      licenses: [distributor({ counts: [{ accountId: 'a1', units: 5 }] })],
    });
    const row = result.clients[0];
    expect([row?.devices.units, row?.devices.reason, row?.variance, row?.status]).toEqual([
      null,
      reason,
      null,
      'no-data',
    ]);
  });

  it('counts the accounts that were read when the receipt names the others', () => {
    const devices = rmm({
      counts: [
        { accountId: 'a1', units: 5 },
        { accountId: 'a2', units: 7 },
      ],
      receipt: { complete: false, incompleteAccounts: ['a2'] },
    });
    const rows = compare({ devices: [devices] }).clients;
    expect(rows.map((row) => row.devices.units)).toEqual([5, null, 0]);
    // The part that came is still told.
    expect(rows[1]?.devices.contributions.map((part) => part.units)).toEqual([7, null]);
  });

  it('says which snapshot has nothing that is compared, and does not call it not given', () => {
    const given = distributor({ counts: [{ accountId: 'a1', units: 5 }] });
    const asFile = {
      ...given,
      skus: given.skus.map((one) => ({ ...one, metrics: ['billable'], defaultMetric: 'billable' })),
      counts: given.counts.map((one) => ({ ...one, metric: 'billable' })),
    };
    const devices = [rmm({ counts: [{ accountId: 'a1', units: 5 }] })];
    const { clients, problems } = compare({ devices, licenses: [asFile] });
    expect(clients[0]?.licenses).toEqual({ units: null, reason: 'not-reported', contributions: [] });
    expect(problems).toMatchObject([
      { code: 'metric-not-reported', ids: { vendor: asFile.source, metric: 'purchased' } },
    ]);
    expect(compare({ devices, licenses: [given] }).problems).toEqual([]);
  });

  it('has no number for a side that was not given, or an account nobody linked', () => {
    const rows = compare({ devices: [rmm({ counts: [{ accountId: 'a1', units: 5 }] })] }).clients;
    expect(rows[0]?.licenses).toEqual({ units: null, reason: 'not-connected', contributions: [] });
    const unlinked = compare({
      devices: [rmm({ counts: [{ accountId: 'a1', units: 5 }] })],
      licenses: [distributor({ counts: [{ accountId: 'a9', units: 4 }], accounts: ['a9'] })],
      mapping: { accounts: links(1).filter((link) => link.vendor === 'rmm') },
    });
    expect(unlinked.clients[0]?.licenses.reason).toBe('account-unmapped');
    expect(unlinked.unlinked).toEqual([
      { vendor: 'pax8', accountId: 'a9', name: 'Account a9', side: 'licenses', units: 4 },
    ]);
  });

  it('leaves an ended subscription out, and says so', () => {
    const rows = compare({
      devices: [rmm()],
      licenses: [distributor({ counts: [{ accountId: 'a1', units: 5, status: 'ended' }] })],
    }).clients;
    expect([rows[0]?.licenses.units, rows[0]?.licenses.reason]).toEqual([null, 'term-ended']);
  });

  it('sums the sites of a client, and leaves excluded clients, accounts and SKUs out', () => {
    const result = compare({
      devices: [
        rmm({
          counts: [
            { accountId: 'a1', units: 5 },
            { accountId: 'a2', units: 7 },
            { accountId: 'a3', units: 9 },
            { accountId: 'a1', units: 100, skuId: 'phone' },
          ],
          skus: [{}, { id: 'phone' }],
        }),
      ],
      mapping: {
        accounts: [
          { vendor: 'rmm', accountId: 'a1', customerId: 'c1' },
          { vendor: 'rmm', accountId: 'a2', customerId: 'c1' },
          { vendor: 'rmm', accountId: 'a3', customerId: null },
          { vendor: 'rmm', accountId: 'a4', customerId: 'c4' },
        ],
        excluded: { customers: ['c4'], skus: [{ vendor: 'rmm', skuId: 'phone' }] },
      },
    });
    expect(result.clients.map((row) => [row.customer.id, row.devices.units])).toEqual([['c1', 12]]);
    expect(result.unlinked).toEqual([]);
  });

  it('counts only what reports devices and purchases unless services are named', () => {
    const devices = rmm({
      counts: [
        { accountId: 'a1', units: 5 },
        { accountId: 'a1', units: 900, skuId: 'disk', metric: 'storage-gb' },
      ],
      skus: [{}, { id: 'disk', metrics: ['storage-gb'], defaultMetric: 'storage-gb' }],
    });
    expect(compare({ devices: [devices] }).clients[0]?.devices.units).toBe(5);
  });

  it('shows services that cancel each other out in the total', () => {
    const services: LicenseInput['services'] = [
      {
        id: 'servers',
        devices: [{ vendor: 'rmm', skuId: 'server' }],
        licenses: [{ vendor: 'pax8', skuId: 'server-seat' }],
      },
      {
        id: 'desktops',
        name: 'Desktops',
        devices: [{ vendor: 'rmm', skuId: 'device' }],
        licenses: [{ vendor: 'pax8', skuId: 'seat', covers: 5 }],
      },
    ];
    const result = compare({
      devices: [
        rmm({
          counts: [
            { accountId: 'a1', units: 13 },
            { accountId: 'a1', units: 2, skuId: 'server' },
          ],
          skus: [{}, { id: 'server' }],
        }),
      ],
      licenses: [
        distributor({
          counts: [
            { accountId: 'a1', units: 2 },
            { accountId: 'a1', units: 5, skuId: 'server-seat' },
          ],
          skus: [{}, { id: 'server-seat' }],
        }),
      ],
      mapping: { accounts: links(1) },
      services,
    });
    const row = result.clients[0];
    expect([row?.status, row?.variance, row?.offsetting]).toEqual(['matched', 0, true]);
    expect(row?.services.map((one) => [one.name, one.variance, one.status])).toEqual([
      ['Desktops', 3, 'under-licensed'],
      ['servers', -3, 'over-licensed'],
    ]);
    expect(result.problems).toEqual([]);
  });

  it('gives bad input back as problems, and no number made of it', () => {
    const result = compare({
      devices: [rmm({ counts: [{ accountId: 'a1', units: 4 }] }), rmm({ takenAt: '2026-11-30T00:00:00Z' })],
      licenses: [distributor({ counts: [{ accountId: 'a1', units: 4 }] })],
      mapping: { accounts: [...links(1), { vendor: 'rmm', accountId: 'a1', customerId: 'c2' }] },
      services: [
        {
          id: 'x',
          devices: [
            { vendor: 'rmm', skuId: 'device', covers: 0.5 },
            { vendor: 'rmm', skuId: 'nope' },
          ],
          licenses: [{ vendor: 'other', skuId: 'seat' }],
        },
      ],
    });
    expect(result.problems.map((problem) => problem.code)).toEqual([
      'account-linked-twice',
      'duplicate-id',
      'invalid-covers',
      'unknown-sku',
      'unknown-source',
    ]);
    expect(result.clients[0]?.devices.units).toBeNull();
  });

  it('shows no total while a source the client is linked to was not given', () => {
    const services = [
      {
        id: 'x',
        devices: [
          { vendor: 'rmm', skuId: 'device' },
          { vendor: 'rmm-2', skuId: 'device' },
        ],
        licenses: [],
      },
    ];
    const result = compare({
      devices: [
        rmm({
          counts: [
            { accountId: 'a1', units: 4 },
            { accountId: 'a2', units: 4 },
          ],
        }),
      ],
      mapping: { accounts: [...links(2), { vendor: 'rmm-2', accountId: 'z', customerId: 'c2' }] },
      services,
    });
    expect(result.clients.map((row) => row.devices.units)).toEqual([4, null]);
  });

  it('adds fractions exactly', () => {
    const result = compare({
      devices: [
        rmm({
          counts: [
            { accountId: 'a1', units: 0.1, ref: '1' },
            { accountId: 'a1', units: 0.2, ref: '2' },
          ],
        }),
      ],
      licenses: [distributor({ counts: [{ accountId: 'a1', units: 0.3 }] })],
    });
    expect(result.clients[0]?.status).toBe('matched');
  });

  it('takes nothing at all', () => {
    const result = compare({ mapping: { accounts: [] } });
    expect(result.clients).toEqual([]);
    expect(result.problems).toEqual([]);
  });

  it('gives the same bytes for the same input in any order', () => {
    const counts = fc.array(
      fc.record({
        accountId: fc.constantFrom('a1', 'a2', 'a3', 'a9'),
        units: fc.integer({ min: 0, max: 20 }),
        ref: fc.constantFrom('x', 'y', 'z'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(counts, counts, fc.infiniteStream(fc.nat()), (one, two, order) => {
        const shuffle = <T>(list: readonly T[]): T[] =>
          list
            .map((value) => ({ value, at: order.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ value }) => value);
        const run = (mix: <T>(list: readonly T[]) => T[]): string => {
          const devices = rmm({ counts: mix(one), accounts: mix(['a1', 'a2', 'a3', 'a9']) });
          const licenses = distributor({ counts: mix(two) });
          const mapping = { accounts: mix(links()) };
          return JSON.stringify(compare({ devices: [devices], licenses: [licenses], mapping }));
        };
        expect(run(shuffle)).toBe(run((list) => [...list]));
      }),
      { numRuns: 100 },
    );
  });
});

describe('licenseTrend', () => {
  it('puts snapshots of any order into one line per client', () => {
    const at = (time: string, units: number) =>
      compare({
        asOf: time,
        devices: [rmm({ counts: [{ accountId: 'a1', units }] })],
        licenses: [distributor({ counts: [{ accountId: 'a1', units: 5 }] })],
        mapping: { accounts: links(1) },
      });
    const trend = licenseTrend([at('2026-12-01T00:00:00Z', 7), at('2026-11-01T00:00:00Z', 5)]);
    expect(trend).toHaveLength(1);
    expect(trend[0]?.points.map((point) => [point.asOf.slice(0, 7), point.variance, point.status])).toEqual([
      ['2026-11', 0, 'matched'],
      ['2026-12', 2, 'under-licensed'],
    ]);
  });
});

describe('as for cards, a part that is not known makes the whole not known', () => {
  const licenses = distributor({ counts: [{ accountId: 'a1', units: 5 }] });

  it.each([
    [
      'two rows of one key',
      {
        counts: [
          { accountId: 'a1', units: 5 },
          { accountId: 'a1', units: 5 },
        ],
      },
      links(1),
      'source-incomplete',
    ],
    [
      'an account with two links',
      { counts: [{ accountId: 'a1', units: 5 }] },
      [...links(1), { vendor: 'rmm', accountId: 'a1', customerId: 'c2' }],
      'account-unmapped',
    ],
    [
      'an account named as not read, whatever the receipt says of the whole',
      { counts: [{ accountId: 'a1', units: 5 }], receipt: { complete: true, incompleteAccounts: ['a1'] } },
      links(1),
      'source-incomplete',
    ],
    [
      'one of two sites gone from the vendor',
      { counts: [{ accountId: 'a1', units: 5 }] },
      [...links(1), { vendor: 'rmm', accountId: 'gone', customerId: 'c1' }],
      'not-reported',
    ],
  ] as const)('%s', (_what, input, accounts, reason) => {
    const result = compare({ devices: [rmm(input)], licenses: [licenses], mapping: { accounts } });
    const row = result.clients.find(({ customer }) => customer.id === 'c1');
    expect([row?.devices.units, row?.devices.reason, row?.status]).toEqual([null, reason, 'no-data']);
  });

  it('proves no zero for an inactive account, nor beside a SKU that told nothing', () => {
    const devices = rmm({
      skus: [{}, { id: 'phone', whenAbsent: 'no-count' }],
    });
    const accounts = devices.accounts.map((account) => ({ ...account, active: false }));
    const inactive = { ...rmm(), accounts };
    expect(compare({ devices: [inactive] }).clients[0]?.devices.units).toBeNull();
    expect(compare({ devices: [devices] }).clients[0]?.devices.units).toBeNull();
    expect(compare({ devices: [rmm()] }).clients[0]?.devices.units).toBe(0);
  });
});
