import * as fc from 'fast-check';
import type { VendorSnapshot } from 'trueup';
import { type CountRow, exportCounts, importCounts, readCounts } from 'trueup/import';
import { describe, expect, it } from 'vitest';

const base = { source: 'meter', takenAt: '2026-12-01T08:00:00Z' } as const;

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

async function rows(text: string, options: Parameters<typeof readCounts>[1] = {}) {
  return collect(readCounts(text, options));
}

/** Account, service, quantity of the good rows; line and reason of the bad ones. */
async function short(text: string, options: Parameters<typeof readCounts>[1] = {}) {
  return (await rows(text, options)).map((row) =>
    'bad' in row
      ? `${row.line}: ${row.field ?? ''} ${row.bad}`
      : [row.accountName, row.serviceName, row.units],
  );
}

describe('reading counts', () => {
  it('reads the plain three columns', async () => {
    expect(await rows('Account,Service,Quantity\r\nContoso,Backup,3\r\nFabrikam,Backup,0\r\n')).toEqual([
      {
        line: 2,
        accountId: 'Contoso',
        accountName: 'Contoso',
        serviceId: 'Backup',
        serviceName: 'Backup',
        metric: 'billable',
        units: 3,
      },
      {
        line: 3,
        accountId: 'Fabrikam',
        accountName: 'Fabrikam',
        serviceId: 'Backup',
        serviceName: 'Backup',
        metric: 'billable',
        units: 0,
      },
    ]);
  });

  it.each([
    ['a byte order mark', '\uFEFFaccount,service,quantity\nA,B,1'],
    ['semicolons', 'account;service;quantity\nA;B;1\n'],
    ['tabs', 'account\tservice\tquantity\nA\tB\t1\n'],
    ['a declared separator', 'sep=;\r\naccount;service;quantity\r\nA;B;1\r\n'],
    ['lone carriage returns', 'account,service,quantity\rA,B,1\r'],
    ['line ends that change half-way', 'account,service,quantity\r\nA,B,1\n'],
    ['blank rows', 'account,service,quantity\n\n,,\n  \nA,B,1\n\n\n'],
    ['blank rows before the header', '\r\n  \n\naccount;service;quantity\nA;B;1\n'],
    ['trailing delimiters', 'account,service,quantity,\nA,B,1,,,\n'],
    ['quotes around everything', '"account","service","quantity"\n"A","B","1"\n'],
    ['blanks around cells', ' Account , SERVICE ,Quantity\n A , B , 1 \n'],
    ['a comma in a quoted title', '"account","service","quantity","note, long"\nA,B,1,x\n'],
  ])('copes with %s', async (_what, text) => {
    expect(await short(text)).toEqual([['A', 'B', 1]]);
  });

  it('finds columns by title, and by number without a header', async () => {
    const columns = { account: 'Client', service: 'product name', quantity: 'Qty.' };
    expect(await short('Qty.,Client,x,Product Name\n4,A,,B\n', { columns })).toEqual([['A', 'B', 4]]);
    const numbered = { account: 2, service: 0, quantity: 1 };
    expect(await short('B,4,A\n', { columns: numbered, header: false })).toEqual([['A', 'B', 4]]);
  });

  it('tells the line a row starts on, line breaks in quotes included', async () => {
    const text = 'account,service,quantity\r\n"A\r\nB\r\nC",S,1\r\n\r\n"D\nE",S,x\r\nF,S,2\r\nG,S,\r\n';
    expect((await rows(text)).map((row) => row.line)).toEqual([2, 6, 8, 9]);
  });

  it.each([
    ['', 'is empty'],
    ['-1', 'is negative'],
    ['1,5', 'is not a number'],
    ['1 500', 'is not a number'],
    ['1e3', 'is not a number'],
    ['0x10', 'is not a number'],
    ['5 seats', 'is not a number'],
    ['NaN', 'is not a number'],
    ['Infinity', 'is not a number'],
    ['.5', 'is not a number'],
    ['5.', 'is not a number'],
    ['1.2345678', 'has more than six decimals'],
    ['99999999999', 'is too large'],
  ])('reports the quantity "%s" and takes it for no number', async (quantity, reason) => {
    expect(await short(`account,service,quantity\nA,B,"${quantity}"\n`)).toEqual([`2: quantity ${reason}`]);
  });

  it.each([
    ['1,500', { thousands: ',' }, 1500],
    ['1,234,567.25', { thousands: ',' }, 1234567.25],
    ['1500.5', { thousands: ',' }, 1500.5],
    ['1.500,5', { thousands: '.', decimal: ',' }, 1500.5],
    ['1\u202f500,25', { thousands: ' ', decimal: ',' }, 1500.25],
    ["1'500", { thousands: "'" }, 1500],
    ['0,5', { decimal: ',' }, 0.5],
    ['+007.250000000', {}, 7.25],
  ] as const)('reads %s with %o', async (quantity, numbers, units) => {
    expect(await short(`account;service;quantity\nA;B;"${quantity}"\n`, { numbers })).toEqual([
      ['A', 'B', units],
    ]);
  });

  it.each(['1,50', '15,00', '1,5000', '1,,500', ',500'])(
    'does not take the comma of %s for a thousands separator',
    async (quantity) => {
      const [row] = await short(`account;service;quantity\nA;B;${quantity}\n`, {
        numbers: { thousands: ',' },
      });
      expect(row).toBe('2: quantity is not a number');
    },
  );

  it.each([{ thousands: '.' }, { decimal: ',', thousands: ',' }] as const)(
    'refuses one mark for both separators: %o',
    async (numbers) => {
      const reading = short('account;service;quantity\nA;B;1.500\n', { numbers });
      await expect(reading).rejects.toMatchObject({ code: 'BAD_OPTIONS' });
    },
  );

  it('reports rows whose cells have moved, and goes on', async () => {
    const text = 'account,service,quantity\nContoso, Inc,5,7\nA,B\nC,D,1\n';
    expect(await short(text)).toEqual([
      '2:  has more cells than the header',
      '3:  has too few cells',
      ['C', 'D', 1],
    ]);
  });

  it('reports stray and open quotes, and reads nothing into them', async () => {
    expect(await short('account,service,quantity\nA,5" disk,1\nB,C,2\n')).toEqual([
      '2:  quotes',
      ['B', 'C', 2],
    ]);
    const open = await short(`account,service,quantity\nA,B,1\n"C,D,2\n${'E,F,3\n'.repeat(5)}`);
    expect(open).toEqual([['A', 'B', 1], expect.stringMatching(/^\d+: {2}too-long$/)]);
  });

  it('refuses what is no file of counts', async () => {
    await expect(rows('')).rejects.toMatchObject({ code: 'BAD_INPUT', message: 'The file is empty.' });
    await expect(rows('a,b\n1,2\n')).rejects.toThrow(/no column for account or account_id.*"a", "b"/);
    await expect(rows('account,account,service,quantity\n')).rejects.toThrow(/2 columns titled "account"/);
    await expect(rows('account,service,quantity\n', { columns: { quantity: 'Qty' } })).rejects.toThrow(
      /"Qty"/,
    );
  });

  it.each([
    ['nothing', null],
    ['a number', 5],
    ['a Blob', new Blob(['account,service,quantity\nA,B,1\n'])],
    ['an ArrayBuffer', new ArrayBuffer(8)],
    ['a list of other things', [new ArrayBuffer(8)]],
  ])('says what a file may be when it gets %s', async (_what, input) => {
    await expect(collect(readCounts(input as never))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('The file must be a text'),
    });
  });

  it.each<[string, number[], (text: string) => number[]]>([
    ['UTF-8', [0xef, 0xbb, 0xbf], (text) => [...new TextEncoder().encode(text)]],
    [
      'UTF-16LE',
      [0xff, 0xfe],
      (text) => [...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]),
    ],
    [
      'UTF-16BE',
      [0xfe, 0xff],
      (text) => [...text].flatMap((c) => [c.charCodeAt(0) >> 8, c.charCodeAt(0) & 255]),
    ],
  ])(
    'believes the byte order mark of %s, whole or in pieces, before the option',
    async (_name, mark, bytesOf) => {
      const bytes = Uint8Array.from([...mark, ...bytesOf('account,service,quantity\nKöln,B,1')]);
      const pieces = async function* () {
        for (const byte of bytes) yield Uint8Array.of(byte);
      };
      for (const input of [bytes, pieces()]) {
        const [row] = await collect(readCounts(input, { encoding: 'windows-1252' }));
        expect(row).toMatchObject({ accountName: 'Köln', units: 1 });
      }
    },
  );

  it('reads bytes in any pieces, and refuses a wrong encoding rather than guessing letters', async () => {
    const text = 'account,service,quantity\nMüller & Söhne 🦆,"Back\r\nup",1\nÉ,B,2\n';
    const expected = await rows(text);
    const bytes = new TextEncoder().encode(text);
    const utf16 = new Uint8Array(
      new Uint16Array([0xfeff, ...[...Array(text.length).keys()].map((i) => text.charCodeAt(i))]).buffer,
    );
    const pieces = async function* (size: number, source = bytes) {
      for (let at = 0; at < source.length; at += size) yield source.slice(at, at + size);
    };
    for (const size of [1, 2, 3, 7, 1000]) {
      expect(await collect(readCounts(pieces(size)))).toEqual(expected);
    }
    expect(await collect(readCounts(bytes))).toEqual(expected);
    expect(await collect(readCounts(utf16))).toEqual(expected);
    expect(await collect(readCounts(new Blob([bytes]).stream()))).toEqual(expected);
    const latin = Uint8Array.from('account,service,quantity\nM\u00fcller,B,1\n', (char) =>
      char.charCodeAt(0),
    );
    await expect(collect(readCounts(latin))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const [row] = await collect(readCounts(latin, { encoding: 'windows-1252' }));
    expect((row as CountRow).accountName).toBe('Müller');
  });

  it('takes no name for the id that a row lacks in a file with ids', async () => {
    const head = 'account_id,account,service_id,service,quantity\n';
    const file = `${head}17,Contoso,S1,Backup,5\n,Contoso,S1,Backup,3\n17,Contoso,,Backup,2\n`;
    expect(await short(file)).toEqual([
      ['Contoso', 'Backup', 5],
      '3: account_id is empty',
      '4: service_id is empty',
    ]);
    const { accounts, receipt } = await importCounts(file, base);
    expect(accounts).toEqual([{ id: '17', name: 'Contoso', active: true }]);
    expect(receipt).toMatchObject({ complete: false });
    expect(receipt.incompleteAccounts).toBeUndefined();
  });

  it('tears no character of a text in two, wherever its pieces end', async () => {
    const head = 'account,service,quantity\n';
    for (const shift of [0, 1]) {
      const name = `${'n'.repeat(65_536 - head.length - 2 + shift)}🦆🦆`;
      const [row] = await rows(`${head}${name},B,1\n`);
      expect((row as CountRow).accountName.slice(-4)).toBe('🦆🦆');
    }
    const units = async function* (text: string) {
      for (let at = 0; at < text.length; at += 1) yield text.charAt(at);
    };
    const [row] = await collect(readCounts(units(`${head}🦆,B,1\n`)));
    expect(row).toMatchObject({ accountName: '🦆', units: 1 });
  });

  it('lets go of the source when the reader stops early', async () => {
    let released = false;
    const source = async function* () {
      try {
        yield 'account,service,quantity\n';
        for (;;) yield 'A,B,1\n'.repeat(1000);
      } finally {
        released = true;
      }
    };
    let seen = 0;
    for await (const _ of readCounts(source())) if (++seen === 3000) break;
    expect(released).toBe(true);
  });

  it('holds memory still however long the file is', async () => {
    const source = async function* (megabytes: number) {
      yield 'account,service,quantity\n';
      const block = Array.from({ length: 1000 }, (_, i) => `Customer ${i},"Server, managed",${i}\n`).join('');
      for (let done = 0; done < megabytes * 1e6; done += block.length) yield block;
    };
    const peak = async (megabytes: number): Promise<number> => {
      let most = 0;
      let seen = 0;
      for await (const _ of readCounts(source(megabytes))) {
        if (++seen % 20_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
      }
      return most;
    };
    await peak(1);
    expect(await peak(6)).toBeLessThan((await peak(2)) + 30e6);
  });
});

describe('importing counts', () => {
  it('makes a whole snapshot of a clean file', async () => {
    const snapshot = await importCounts('account,service,quantity,metric\nB,S,2,users\nA,S,0,users\n', base);
    expect(snapshot).toEqual({
      specVersion: 1,
      kind: 'vendor',
      ...base,
      connector: 'csv',
      accounts: [
        { id: 'A', name: 'A', active: true },
        { id: 'B', name: 'B', active: true },
      ],
      skus: [{ id: 'S', name: 'S', metrics: ['users'], defaultMetric: 'users', whenAbsent: 'no-count' }],
      counts: [
        { accountId: 'A', skuId: 'S', metric: 'users', units: 0 },
        { accountId: 'B', skuId: 'S', metric: 'users', units: 2 },
      ],
      receipt: { complete: true, resources: { counts: { rows: 2, pages: 1, complete: true } }, problems: [] },
    });
  });

  it('reports duplicates and uses none of them, or sums when asked', async () => {
    const text = 'account,service,quantity\nA,S,0.1\nB,S,1\nA,S,0.2\n';
    const reported = await importCounts(text, base);
    expect(reported.counts.map((count) => count.accountId)).toEqual(['B']);
    expect(reported.receipt.complete).toBe(false);
    expect(reported.receipt.incompleteAccounts).toEqual(['A']);
    expect(reported.receipt.problems).toMatchObject([{ code: 'duplicate-row', path: 'line 4' }]);
    const summed = await importCounts(text, { ...base, duplicates: 'sum' });
    expect(summed.counts.map((count) => count.units)).toEqual([0.3, 1]);
    expect(summed.receipt.complete).toBe(true);
  });

  it('compares the metric of the option where a service has several', async () => {
    const file = 'account,service,metric,quantity\nA,S,purchased,5\nA,S,assigned,3\nA,T,users,1\n';
    const compared = async (metric?: string): Promise<string[]> => {
      const { skus } = await importCounts(file, { ...base, ...(metric === undefined ? {} : { metric }) });
      return skus.map((sku) => sku.defaultMetric);
    };
    expect(await compared('purchased')).toEqual(['purchased', 'users']);
    expect(await compared()).toEqual(['assigned', 'users']);
  });

  it('makes the account of a bad row incomplete, and everything when the row does not tell', async () => {
    const known = await importCounts('account,service,quantity\nA,S,x\nB,S,1\n', base);
    expect(known.receipt).toMatchObject({ complete: false, incompleteAccounts: ['A'] });
    expect(known.accounts.map((one) => one.id)).toEqual(['A', 'B']);
    const unknown = await importCounts('account,service,quantity\nA,S,x\n,S,1\nB,S,1\n', base);
    expect(unknown.receipt.complete).toBe(false);
    expect(unknown.receipt.incompleteAccounts).toBeUndefined();
  });

  it('bounds the list of problems and says how many more there are', async () => {
    const text = `account,service,quantity\n${'A,S,x\n'.repeat(50)}`;
    const { receipt } = await importCounts(text, { ...base, maxProblems: 3 });
    expect(receipt.problems).toHaveLength(4);
    expect(receipt.problems[3]).toMatchObject({ code: 'more-problems', message: /^47 more/ });
  });

  it('shows no cell of a bad row', async () => {
    const { receipt } = await importCounts('account,service,quantity\nA,S,hunter2\n', base);
    expect(JSON.stringify(receipt)).not.toContain('hunter2');
  });

  it('refuses options that are none', async () => {
    await expect(importCounts('', { source: 'x', takenAt: 'today' })).rejects.toMatchObject({
      code: 'BAD_OPTIONS',
    });
  });

  it('gives back what was exported, whatever the text', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((one) => one.trim() === one && !/^\s*$/.test(one));
    const snapshots = fc
      .tuple(
        fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(9_000_000), { minLength: 12, maxLength: 12 }),
      )
      .map(([accountIds, skuIds, units]) => ({
        accountIds: accountIds.sort(),
        skuIds: skuIds.sort(),
        units,
      }));
    await fc.assert(
      fc.asyncProperty(
        snapshots,
        fc.constantFrom(',', ';', '\t'),
        async ({ accountIds, skuIds, units }, delimiter) => {
          const snapshot: VendorSnapshot = {
            specVersion: 1,
            kind: 'vendor',
            ...base,
            connector: 'csv',
            accounts: accountIds.map((id) => ({ id, name: `${id}!`, active: true })),
            skus: skuIds.map((id) => ({
              id,
              name: id,
              metrics: ['m'],
              defaultMetric: 'm',
              whenAbsent: 'no-count',
            })),
            counts: accountIds.flatMap((accountId, i) =>
              skuIds.map((skuId, j) => ({
                accountId,
                skuId,
                metric: 'm',
                units: (units[i * 3 + j] ?? 0) / 1000,
              })),
            ),
            receipt: {
              complete: true,
              resources: { counts: { rows: accountIds.length * skuIds.length, pages: 1, complete: true } },
              problems: [],
            },
          };
          const csv = [...exportCounts(snapshot, { delimiter, escapeFormulas: false, bom: true })].join('');
          expect(await importCounts(csv, base)).toEqual(snapshot);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('guards spreadsheets against formulas unless told otherwise', () => {
    const snapshot = {
      accounts: [{ id: '=1+1', name: '@x', active: true }],
      skus: [],
      counts: [{ accountId: '=1+1', skuId: 'S', metric: 'm', units: 1 }],
    } as unknown as VendorSnapshot;
    expect([...exportCounts(snapshot)][1]).toBe("'=1+1,'@x,S,,m,1,\r\n");
  });
});

describe('options that would be ignored', () => {
  const file = 'account,service,quantity\nA,S,1\nA,S,2\n';
  it.each([
    [{ separator: ';' }, 'unknown option separator; there are delimiter, encoding, columns,'],
    [{ duplicates: 'add' }, 'option duplicates must be one of "report", "sum".'],
    [{ whenAbsent: 'none' }, 'option whenAbsent must be one of "zero", "no-count".'],
    [{ delimiter: ':' }, 'option delimiter must be one of ",", ";", "\\t", "|", "auto".'],
    [{ header: 'no' }, 'option header must be true or false.'],
    [{ numbers: { decimals: ',' } }, 'unknown option numbers.decimals; did you mean decimal?'],
    [{ numbers: { thousands: '' } }, 'option numbers.thousands must be one of'],
    [{ columns: { qty: 2 } }, 'unknown option columns.qty; there are account, account_id,'],
    [
      { columns: { metric: -1 } },
      'option columns.metric must be the title of a column or its number from 0.',
    ],
    [{ columns: { metric: 1.5 } }, 'option columns.metric must be'],
    [{ columns: { metric: Number.NaN } }, 'option columns.metric must be'],
    [{ columns: { metric: true } }, 'option columns.metric must be'],
    [{ columns: null }, 'columns must be an object.'],
    [{ source: undefined }, 'option source is missing.'],
    [{ source: '' }, 'option source must be a text that is not empty.'],
    [{ takenAt: undefined }, 'option takenAt is missing.'],
  ])('%j', async (options, message) => {
    const run = importCounts(file, { ...base, ...options } as never);
    await expect(run).rejects.toMatchObject({
      code: 'BAD_OPTIONS',
      message: expect.stringContaining(`importCounts: ${message}`),
    });
  });

  it('are refused by readCounts when it is called, those of importCounts too', async () => {
    expect(() => readCounts(file, { separator: ';' } as object)).toThrow(
      /readCounts: unknown option separator/,
    );
    expect(() => readCounts(file, base as object)).toThrow(/unknown option source/);
    await expect(rows(file, { columns: { qty: 2 } as object })).rejects.toThrow(/columns\.qty/);
  });
});
