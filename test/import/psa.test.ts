import { reconcile } from 'trueup';
import { exportPsa, importCounts, importPsa, readPsa } from 'trueup/import';
import { describe, expect, it } from 'vitest';

const base = { source: 'psa', takenAt: '2026-12-01T08:00:00Z', currency: 'USD' } as const;

describe('importing a PSA', () => {
  it('reads customer, service and quantity, and makes one contract a customer', async () => {
    const psa = await importPsa(
      'customer,service,quantity,unit_price\nContoso,Backup,3,4.20\nContoso,Seat,5,\n',
      base,
    );
    expect(psa).toMatchObject({ kind: 'psa', connector: 'csv', dating: 'immediate', precision: 'decimal' });
    expect(psa.customers).toEqual([{ id: 'Contoso', name: 'Contoso', active: true }]);
    expect(psa.contracts).toEqual([
      {
        id: 'Contoso',
        name: 'Contoso',
        status: 'active',
        billingCycle: 'monthly',
        startDate: null,
        endDate: null,
        customerId: 'Contoso',
      },
    ]);
    expect(psa.lines.map((line) => [line.id, line.units, line.unitPrice])).toEqual([
      ['Contoso/Backup', 3, '4.2'],
      ['Contoso/Seat', 5, undefined],
    ]);
    expect(psa.receipt.complete).toBe(true);
  });

  it('reads dates, words and flags as declared, and reports what is none of them', async () => {
    const head = 'customer,service,quantity,contract,contract_start,billing_cycle,active,billable,line_id\n';
    const psa = await importPsa(`${head}A,S,1,Main,31/01/2026,Annual,no,1,L1\n`, {
      ...base,
      dates: 'DD/MM/YYYY',
    });
    expect(psa.contracts[0]).toMatchObject({ id: 'A/Main', startDate: '2026-01-31', billingCycle: 'annual' });
    expect(psa.lines[0]).toMatchObject({ id: 'L1', active: false, billable: true });
    for (const row of [
      'A,S,1,M,31/01/2026,,,,',
      'A,S,1,M,,fortnightly,,,',
      'A,S,1,M,,,maybe,,',
      'A,S,,M,,,,,',
    ]) {
      const { receipt } = await importPsa(`${head}${row}\nB,S,1,,,,,,\n`, base);
      expect(receipt).toMatchObject({ complete: false, incompleteContracts: ['A/M'] });
      expect(receipt.problems).toHaveLength(1);
    }
  });

  it('protects the customer of a bad row also where its contract is another one’s', async () => {
    const head = 'customer,service,quantity,contract_id\n';
    const rows = ['B,Backup,oops,K1\n', 'A,Mail,2,K1\n', 'B,Mail,1,K2\n'];
    for (const file of [rows, rows.toReversed()]) {
      const { receipt } = await importPsa(head + file.join(''), base);
      expect(receipt.complete).toBe(false);
      // Naming K1 would leave B without its line, and its usage would look like new revenue.
      expect(receipt.incompleteContracts).toBeUndefined();
    }
  });

  it('takes no name for the id that a row lacks in a file with ids', async () => {
    const head = 'customer_id,customer,service_id,service,quantity\n';
    const psa = await importPsa(`${head}1,Acme,S1,Mail,2\n,Acme,S1,Mail,3\n1,Acme,,Backup,4\n`, base);
    expect(psa.customers.map(({ id }) => id)).toEqual(['1']);
    expect(psa.services.map(({ id }) => id)).toEqual(['S1']);
    expect(psa.receipt).toMatchObject({ complete: false });
    expect(psa.receipt.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('Line 3: the customer_id is empty'),
      expect.stringContaining('Line 4: the service_id is empty'),
    ]);
  });

  it('uses no line twice and no contract told in two ways', async () => {
    const twice = await importPsa('customer,service,quantity\nA,S,1\nA,S,2\n', base);
    expect(twice.lines).toEqual([]);
    expect(twice.receipt.incompleteContracts).toEqual(['A']);
    const summed = await importPsa('customer,service,quantity\nA,S,1\nA,S,2\n', {
      ...base,
      duplicates: 'sum',
    });
    expect(summed.lines[0]?.units).toBe(3);
    const torn = 'customer,service,quantity,contract_id,billing_cycle\nA,S,1,C,monthly\nA,T,1,C,annual\n';
    expect((await importPsa(torn, base)).receipt.incompleteContracts).toEqual(['C']);
  });

  it('spoils both contracts of a line told twice, and everything when a contract has two customers', async () => {
    const head = 'customer,service,quantity,contract_id,line_id\n';
    const moved = await importPsa(`${head}A,S,1,CA,L\nB,S,1,CB,L\nC,S,1,CC,L2\n`, base);
    expect(moved.lines.map(({ id }) => id)).toEqual(['L2']);
    expect(moved.receipt).toMatchObject({ complete: false, incompleteContracts: ['CA', 'CB'] });
    const shared = await importPsa(`${head}A,S,1,C,L1\nB,S,1,C,L2\n`, base);
    expect(shared.receipt.complete).toBe(false);
    expect(shared.receipt.incompleteContracts).toBeUndefined();
  });

  it('keeps a customer of bad rows alone, so that the gap is theirs and nobody else loses cards', async () => {
    const psa = await importPsa('customer,service,quantity\nA,S,3\nB,S,five\n', base);
    expect(psa.receipt.incompleteContracts).toEqual(['B']);
    expect(psa.customers).toContainEqual({ id: 'B', name: 'B', active: true });
    const counts = await importCounts('account,service,quantity\nA,S,4\nB,S,5\n', {
      source: 'v',
      takenAt: base.takenAt,
    });
    const links = ['A', 'B'].map((id) => ({ vendor: 'v', accountId: id, customerId: id }));
    const { cards, problems } = reconcile({
      psa,
      vendors: [counts],
      mapping: {
        specVersion: 1,
        accounts: links,
        services: [{ id: 'r', skus: [{ vendor: 'v', skuId: 'S' }], serviceIds: ['S'] }],
      },
      asOf: base.takenAt,
    });
    expect(cards.map(({ id, kind }) => [id, kind])).toEqual([['A/rule/r', 'reconcile']]);
    expect(problems.map(({ code, ids }) => [code, ids?.customerId])).toEqual([['psa-incomplete', 'B']]);
  });

  it.each(['A,S,five,K1\nB,S,3,K1', 'B,S,3,K1\nA,S,five,K1', 'B,S,four,K1\nA,S,five,K1'])(
    'spoils everything when a bad row gives a contract to another customer (%j)',
    async (rows) => {
      const psa = await importPsa(`customer,service,quantity,contract_id\nA,T,1,K2\n${rows}\n`, base);
      // Named by its contract alone, the gap would be B's, and what A uses would look unbilled.
      expect(psa.receipt.complete).toBe(false);
      expect(psa.receipt.incompleteContracts).toBeUndefined();
    },
  );

  it('sums only rows that differ in their quantity alone', async () => {
    const head = 'customer,service,quantity,unit_price\n';
    const psa = await importPsa(`${head}A,S,1,5\nA,S,10,3\n`, { ...base, duplicates: 'sum' });
    expect(psa.lines).toEqual([]);
    expect(psa.receipt).toMatchObject({ complete: false, incompleteContracts: ['A'] });
  });

  it('keeps two pairs of names apart whatever slashes they hold', async () => {
    const psa = await importPsa('customer,contract,service,quantity\nA/B,C,S,1\nA,B/C,S,1\n', base);
    expect(new Set(psa.contracts.map((contract) => contract.id)).size).toBe(2);
    expect(psa.lines).toHaveLength(2);
  });

  it('gives back what was exported', async () => {
    const psa = await importPsa(
      'customer_id,customer,contract_id,contract,contract_end,service_id,service,service_code,line_id,quantity,unit_price,unit_cost,start,billable,description\n' +
        '7,"Müller, GmbH",c1,Main,2027-01-31,s1,Seat,SKU-1,l1,12.37,4.2,3.9,2026-01-01,no,"a\nb"\n8,B,c2,Other,,s1,Seat,SKU-1,l2,0,,,,,\n',
      base,
    );
    expect(psa.lines).toHaveLength(2);
    const csv = [...exportPsa(psa, { delimiter: ';', escapeFormulas: false })].join('');
    expect(await importPsa(csv, base)).toEqual(psa);
  });
});

describe('options that would be ignored', () => {
  const file = 'customer,service,quantity\nA,S,1\n';
  it.each([
    [{ date: 'DD.MM.YYYY' }, 'unknown option date; did you mean dates?'],
    [{ dates: 'DD-MM-YYYY' }, 'option dates must be one of "YYYY-MM-DD", "DD/MM/YYYY",'],
    [{ duplicates: 'add' }, 'option duplicates must be one of "report", "sum".'],
    [{ precision: 'whole' }, 'option precision must be one of "integer", "decimal".'],
    [{ billingCycle: 'month' }, 'option billingCycle must be one of "weekly", "monthly",'],
    [{ columns: { price: 'Price' } }, 'unknown option columns.price;'],
    [{ source: undefined }, 'option source is missing.'],
    [{ currency: undefined }, 'option currency is missing.'],
  ])('%j', async (options, message) => {
    const run = importPsa(file, { ...base, ...options } as never);
    await expect(run).rejects.toMatchObject({
      code: 'BAD_OPTIONS',
      message: expect.stringContaining(`importPsa: ${message}`),
    });
  });

  it('are refused by readPsa when it is called', () => {
    expect(() => readPsa(file, { separator: ';' } as object)).toThrow(/readPsa: unknown option separator/);
  });
});
