import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type Card, compareLicenses, type Reconciliation, threeWay } from 'trueup';
import { cardsCsv, licensesCsv, threeWayCsv, unmappedCsv } from 'trueup/report';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../src/report/csv.ts';
import { distributor, links, rmm } from '../compare/fixture.ts';
import { card, nastyNames, reconciliation, reviewOf } from './fixture.ts';

const read = (csv: Iterable<string>): Record<string, string>[] => parse([...csv].join(''), { columns: true });

describe('CSV fields', () => {
  it('reads back as written, whatever the text (RFC 4180)', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...nastyNames));
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';', '\t'),
        (cells, delimiter) => {
          // The first column keeps a record of one empty field from looking like a blank line.
          const csv = [
            ...csvRecords(['h', ...cells.map(() => 'h')], [['x', ...cells]], {
              delimiter: delimiter as ',',
              escapeFormulas: false,
            }),
          ].join('');
          const rows = parse(csv, { delimiter, record_delimiter: '\r\n' });
          expect(rows[1]).toEqual(['x', ...cells.map((text) => text.toWellFormed())]);
        },
      ),
    );
  });

  it.each([
    ['=cmd', "'=cmd"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    [' =x', "' =x"],
    ['＝x', "'＝x"],
    ['\u200b=x', "'\u200b=x"],
    ['\t=x', '"\'\t=x"'],
    ['\rx', '"\'\rx"'],
    ['a=b', 'a=b'],
    ['plain', 'plain'],
  ])('writes %j as %j', (text, written) => {
    expect([...csvRecords(['h'], [[text]])][1]).toBe(`${written}\r\n`);
  });

  it('leaves numbers numbers, and a hostile amount is text', () => {
    const [, line] = csvRecords(
      ['a', 'b', 'c', 'd'],
      [[-3, { decimal: '-1.50' }, { decimal: '=cmd' }, null]],
    );
    expect(line).toBe("-3,-1.50,'=cmd,\r\n");
  });

  it('starts with a byte order mark only when asked', () => {
    expect([...csvRecords(['h'], [], { bom: true })]).toEqual(['\ufeffh\r\n']);
    expect([...csvRecords(['h'], [])]).toEqual(['h\r\n']);
  });
});

describe('cardsCsv', () => {
  it('has one record per card, an empty cell for unknown, the conditions and the proposal', () => {
    const cards = [
      card('1', { psa: 10, vendor: 12, conditions: ['multi-mapped', 'stale-psa'] }),
      card('2', { psa: 5, vendor: 'no-count' }),
      card('3', { psa: 5, vendor: 'not-connected' }),
      card('4', { psa: null, vendor: 7 }),
      card('5', { psa: 4, vendor: 9, proposal: { status: 'blocked', reasons: ['several-lines'] } }),
    ];
    const rows = read(cardsCsv(cards, { review: reviewOf(cards[0] as Card, 11) }));
    expect(
      rows.map((row) => [row.Kind, row['PSA units'], row['Vendor units'], row['Vendor state'], row.Reason]),
    ).toEqual([
      ['reconcile', '10', '12', 'counted', ''],
      ['no-count', '5', '', 'no-count', 'not-reported'],
      ['no-count', '5', '', 'not-connected', ''],
      ['new-revenue', '', '7', 'counted', ''],
      ['reconcile', '4', '9', 'counted', ''],
    ]);
    expect(rows[0]).toMatchObject({
      Variance: '2',
      Impact: '5',
      Currency: 'USD',
      Conditions: 'multi-mapped stale-psa',
      'Proposed units': '12',
      'Proposed lines': 'l-1: 10 > 12',
      'Reconciled units': '11',
      Action: 'adjust',
      Contributions: 'rmm a-1 sku-1 devices: 12',
    });
    expect(rows[4]).toMatchObject({
      Proposal: 'blocked',
      'Blocked by': 'several-lines',
      'Proposed units': '',
    });
  });

  it('can be read twice, and keeps nasty names whole', () => {
    const csv = cardsCsv(nastyNames.map((name, at) => card(String(at), { customer: name })));
    expect([...csv]).toEqual([...csv]);
    expect(read(csv).map((row) => row.Customer?.replace(/^'/, ''))).toEqual(
      nastyNames.map((name) => name.toWellFormed()),
    );
  });

  it('streams a million cards one by one', () => {
    const one = card('1');
    let made = 0;
    function* many(): Generator<Card, void> {
      for (; made < 1_000_000; made += 1) yield one;
    }
    let lead = 0;
    let records = 0;
    for (const record of cardsCsv(many())) {
      records += 1;
      lead = Math.max(lead, made - records);
      if (record.length > 1000) throw new Error('a record grew');
    }
    expect(records).toBe(1_000_001);
    expect(lead).toBeLessThanOrEqual(1);
  });
});

describe('unmappedCsv', () => {
  it('lists the units of accounts and SKUs', () => {
    const unmapped: Reconciliation['unmapped'] = {
      accounts: [
        {
          vendor: 'rmm',
          accountId: 'a9',
          name: '=Nine',
          active: true,
          counts: [{ skuId: 's', metric: 'devices', units: 4 }],
        },
        { vendor: 'rmm', accountId: 'a10', name: 'Ten', active: false, counts: [] },
      ],
      skus: [
        {
          vendor: 'pax8',
          skuId: 'k',
          name: 'Seat',
          family: 'm365',
          counts: [{ metric: 'purchased', units: 8, accounts: 2 }],
          customers: [],
        },
      ],
    };
    expect([...unmappedCsv(unmapped)].slice(1)).toEqual([
      "account,rmm,a9,'=Nine,s,devices,4,,\r\n",
      'account,rmm,a10,Ten,,,,,\r\n',
      'sku,pax8,k,Seat,k,purchased,8,2,m365\r\n',
    ]);
  });
});

describe('comparisons as CSV', () => {
  const devices = rmm({ counts: [{ accountId: 'a1', units: 12 }] });
  const licenses = distributor({ counts: [{ accountId: 'a1', units: 10 }] });
  const mapping = { accounts: links(2) };
  const customers = [{ id: 'c1', name: 'Acme, Inc.' }];

  it('has the columns of BillingOne', () => {
    const result = compareLicenses({
      devices: [devices],
      licenses: [licenses],
      mapping,
      customers,
      asOf: '2026-12-01T00:00:00Z',
    });
    expect([...licensesCsv(result)]).toEqual([
      'Client,Devices,Licenses,Variance,Status\r\n',
      '"Acme, Inc.",12,10,2,Under-licensed\r\n',
      'Account a2,0,,,No data\r\n',
    ]);
    expect([...licensesCsv(result, { status: ['no-data'], delimiter: ';' })].slice(1)).toEqual([
      'Account a2;0;;;No data\r\n',
    ]);
  });

  it('has a record per service when asked', () => {
    const result = compareLicenses({
      devices: [devices],
      licenses: [licenses],
      mapping: { accounts: links(1) },
      customers,
      asOf: '2026-12-01T00:00:00Z',
      services: [
        {
          id: 'x',
          name: 'Desktops',
          devices: [{ vendor: 'rmm', skuId: 'device' }],
          licenses: [{ vendor: 'pax8', skuId: 'seat' }],
        },
      ],
    });
    expect([...licensesCsv(result, { perService: true })]).toEqual([
      'Client,Service,Devices,Licenses,Variance,Status\r\n',
      '"Acme, Inc.",Desktops,12,10,2,Under-licensed\r\n',
    ]);
  });

  it('has bought, used and billed with the verdicts', () => {
    const result = threeWay({
      reconciliation: reconciliation([]),
      bought: [licenses],
      used: [devices],
      mapping: { accounts: links(1) },
      customers,
      services: [
        {
          id: 'x',
          bought: [{ vendor: 'pax8', skuId: 'seat' }],
          used: [{ vendor: 'rmm', skuId: 'device' }],
          serviceIds: [],
        },
      ],
    });
    expect([...threeWayCsv(result)][1]).toBe(
      '"Acme, Inc.",x,10,12,0,-2,short,12,under-billed,10,under-billed,differs\r\n',
    );
  });
});

it('takes an empty reconciliation', () => {
  expect([...cardsCsv([])]).toHaveLength(1);
  expect([...unmappedCsv({ accounts: [], skus: [] })]).toHaveLength(1);
});
