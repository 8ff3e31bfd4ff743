import {
  type ContractLine,
  type CustomerUpdate,
  createIncremental,
  type Incremental,
  type Mapping,
  partition,
  type ReconcileInput,
  reconcile,
  reconcileCustomers,
  type ServiceRule,
  TrueupError,
  type VendorCount,
  type VendorSnapshot,
} from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from './build.ts';

const bytes = (value: unknown): string => JSON.stringify(value);
const all = ['acme', 'bolt', 'core'];

/** A rule of SKUs of Pax8. */
function rule(id: string, skuIds: readonly string[], serviceIds: readonly string[]): ServiceRule {
  return { id, skus: skuIds.map((skuId) => ({ vendor: 'pax8', skuId })), serviceIds };
}

/**
 * Three customers with a contract, a line and a Pax8 account each. Acme and Bolt are at a second vendor too, where
 * their accounts have each other's ids. Acme and Core are under-billed, in two currencies; Bolt is over-billed.
 */
function world({ psa, ...rest }: Sketch = {}): ReconcileInput {
  return buildInput({
    psa: {
      customers: all.map((id) => ({ id })),
      services: [{ id: 'm365' }, { id: 'backup' }],
      contracts: all.map((id) => ({
        id: `${id}-msa`,
        customerId: id,
        ...(id === 'core' ? { currency: 'EUR' } : {}),
      })),
      lines: all.map((id) => line(`${id}-m365`, id, 5)),
      ...psa,
    },
    vendors: [
      {
        accounts: ['1', '2', '3'].map((id) => ({ id })),
        skus: [{ id: 'bp' }, { id: 'extra' }],
        counts: [count('1', 7), count('2', 4), count('3', 6)],
      },
      {
        source: 'rmm',
        accounts: ['1', '2'].map((id) => ({ id })),
        skus: [{ id: 'agent' }],
        counts: [count('1', 2, 'agent'), count('2', 3, 'agent')],
      },
    ],
    mapping: {
      accounts: [
        { vendor: 'pax8', accountId: '1', customerId: 'acme' },
        { vendor: 'pax8', accountId: '2', customerId: 'bolt' },
        { vendor: 'pax8', accountId: '3', customerId: 'core' },
        { vendor: 'rmm', accountId: '1', customerId: 'bolt' },
        { vendor: 'rmm', accountId: '2', customerId: 'acme' },
      ],
      services: [rule('office', ['bp'], ['m365'])],
    },
    ...rest,
  });
}

function line(id: string, customerId: string, units: number, more: Partial<ContractLine> = {}): ContractLine {
  return {
    id,
    contractId: `${customerId}-msa`,
    customerId,
    serviceId: 'm365',
    units,
    unitPrice: '10',
    startDate: null,
    endDate: null,
    active: true,
    billable: true,
    ...more,
  };
}

function count(accountId: string, units: number, skuId = 'bp'): VendorCount {
  return { accountId, skuId, metric: 'purchased', units };
}

/** The rows of one customer as they are. */
function rowsOf({ psa }: ReconcileInput, customerId: string): CustomerUpdate {
  return {
    customerId,
    customer: psa.customers.find(({ id }) => id === customerId) ?? null,
    contracts: psa.contracts.filter((row) => row.customerId === customerId),
    lines: psa.lines.filter((row) => row.customerId === customerId),
  };
}

/** The input as it should be after the update. */
function updated(
  input: ReconcileInput,
  { customerId, customer, contracts, lines }: CustomerUpdate,
): ReconcileInput {
  const { psa } = input;
  const others = <T extends { customerId: string }>(rows: readonly T[]): T[] =>
    rows.filter((row) => row.customerId !== customerId);
  return {
    ...input,
    psa: {
      ...psa,
      customers: [...psa.customers.filter(({ id }) => id !== customerId), ...(customer ? [customer] : [])],
      contracts: [...others(psa.contracts), ...contracts],
      lines: [...others(psa.lines), ...lines],
    },
  };
}

function withVendor(
  input: ReconcileInput,
  change: Partial<VendorSnapshot>,
): [VendorSnapshot, ReconcileInput] {
  const [pax8, ...others] = input.vendors as [VendorSnapshot, VendorSnapshot];
  const snapshot = { ...pax8, ...change };
  return [snapshot, { ...input, vendors: [...others, snapshot] }];
}

/** Everything it gives is what a run over `input` gives. */
function follows(live: Incremental, input: ReconcileInput): void {
  const whole = reconcile(input);
  expect(bytes(live.value())).toBe(bytes(whole));
  expect(live.summary()).toEqual(whole.summary);
  expect(bytes(reconcile(live.input()))).toBe(bytes(whole));
  for (const part of reconcileCustomers(input)) expect(live.customer(part.customerId)).toEqual(part);
}

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof TrueupError ? [error.code, error.message] : error;
  }
  return 'accepted';
}

describe('incremental', () => {
  it('starts with what one run gives, and leaves the input as it was', () => {
    const input = world();
    const before = bytes(input);
    const live = createIncremental(input);
    follows(live, input);
    expect(live.customer('nobody')).toBeNull();
    live.replaceCounts('pax8', '1', []);
    live.replaceCustomer({ ...rowsOf(input, 'bolt'), lines: [] });
    expect(bytes(input)).toBe(before);
  });

  it('of one part works out the customers of that part alone', () => {
    const parts = partition(world(), 2);
    const at = parts.findIndex(({ psa }) => psa.lines.some((row) => row.customerId === 'acme'));
    const mine = parts[at]!;
    const own = all.filter((id) => mine.psa.lines.some((row) => row.customerId === id));
    const other = all.find((id) => !own.includes(id))!;
    const live = createIncremental(mine);
    follows(live, mine);
    expect(live.customer(other)).toBeNull();
    expect(live.replaceCustomer(rowsOf(world(), other))).toEqual([]);
    const without = { ...mine.mapping, services: [] };
    expect(live.replaceMapping(without)).toEqual(own);
    follows(live, { ...mine, mapping: without });
  });
});

describe('a summary that is kept', () => {
  it('has each currency by its code, as long as a card has money in it', () => {
    const input = world();
    const live = createIncremental(input);
    expect(live.summary().impact).toEqual([
      { currency: 'EUR', underBilled: '10', overBilled: '0' },
      { currency: 'USD', underBilled: '20', overBilled: '10' },
    ]);
    // Acme is billed right now: what is left in dollars is Bolt's.
    live.replaceCounts('pax8', '1', [count('1', 5)]);
    expect(live.summary().impact).toEqual([
      { currency: 'EUR', underBilled: '10', overBilled: '0' },
      { currency: 'USD', underBilled: '0', overBilled: '10' },
    ]);
    live.replaceCounts('pax8', '2', [count('2', 5)]);
    expect(live.summary().impact).toEqual([{ currency: 'EUR', underBilled: '10', overBilled: '0' }]);
    // More over-billed than before, and under-billed no more.
    live.replaceCounts('pax8', '3', [count('3', 2)]);
    expect(live.summary().impact).toEqual([{ currency: 'EUR', underBilled: '0', overBilled: '30' }]);
    expect(live.summary()).toMatchObject({
      underBilledUnits: 0,
      overBilledUnits: 3,
      cards: { reconcile: 1, 'no-change': 2 },
      linesInScope: 3,
    });
  });

  it('has a currency in which the money of the cards is nothing', () => {
    const input = world({ psa: { lines: [line('acme-m365', 'acme', 5, { unitPrice: '0' })] } });
    const live = createIncremental(input);
    expect(live.summary().impact).toEqual([{ currency: 'USD', underBilled: '0', overBilled: '0' }]);
    live.replaceCounts('pax8', '3', []);
    follows(live, { ...input, vendors: live.input().vendors });
    expect(live.summary().impact).toHaveLength(1);
  });
});

describe('replaceCustomer', () => {
  it('works out that customer alone, as often as it comes', () => {
    let input = world();
    const live = createIncremental(input);
    for (const units of [7, 9, 7]) {
      const update = { ...rowsOf(input, 'acme'), lines: [line('acme-m365', 'acme', units)] };
      expect(live.replaceCustomer(update)).toEqual(['acme']);
      input = updated(input, update);
      follows(live, input);
    }
  });

  it('takes another name, other contracts and other lines in place of all there were', () => {
    const input = world();
    const live = createIncremental(input);
    const { contracts } = rowsOf(input, 'acme');
    const update: CustomerUpdate = {
      customerId: 'acme',
      customer: { id: 'acme', name: 'Acme of old', active: true },
      contracts: contracts.map((row) => ({ ...row, id: 'acme-new' })),
      lines: [
        line('a', 'acme', 1, { contractId: 'acme-new' }),
        // Its contract is not there any more.
        line('b', 'acme', 2),
      ],
    };
    expect(live.replaceCustomer(update)).toEqual(['acme']);
    follows(live, updated(input, update));
  });

  it('takes a new customer, and forgets one no row names any more', () => {
    const input = world();
    const live = createIncremental(input);
    const [contract] = input.psa.contracts;
    const dune: CustomerUpdate = {
      customerId: 'dune',
      customer: { id: 'dune', name: 'Dune', active: true },
      contracts: [{ ...contract!, id: 'dune-msa', customerId: 'dune' }],
      lines: [line('dune-m365', 'dune', 3)],
    };
    expect(live.replaceCustomer(dune)).toEqual(['dune']);
    follows(live, updated(input, dune));
    const gone = { customerId: 'dune', customer: null, contracts: [], lines: [] };
    expect(live.replaceCustomer(gone)).toEqual(['dune']);
    expect(live.customer('dune')).toBeNull();
    follows(live, input);
    expect(live.replaceCustomer(gone)).toEqual([]);
  });

  it.each<[string, Partial<CustomerUpdate>]>([
    ['a link', {}],
    ['a contract', { contracts: rowsOf(world(), 'acme').contracts }],
    ['a line', { lines: rowsOf(world(), 'acme').lines }],
  ])('keeps a customer the PSA no longer has as long as it has %s', (what, rest) => {
    const accounts = what === 'a link' ? world().mapping.accounts : [];
    const input = { ...world(), mapping: { ...world().mapping, accounts } };
    const live = createIncremental(input);
    const gone = { customerId: 'acme', customer: null, contracts: [], lines: [], ...rest };
    expect(live.replaceCustomer(gone)).toEqual(['acme']);
    expect(live.customer('acme')).not.toBeNull();
    follows(live, updated(input, gone));
  });

  it('lets a contract and a line go to another customer once the first has given them up', () => {
    let input = world();
    const live = createIncremental(input);
    const [contract] = rowsOf(input, 'bolt').contracts;
    const bolt = { ...rowsOf(input, 'bolt'), contracts: [], lines: [] };
    const core = {
      ...rowsOf(input, 'core'),
      contracts: [{ ...contract!, customerId: 'core' }],
      lines: [line('bolt-m365', 'core', 5, { contractId: 'bolt-msa' })],
    };
    for (const update of [bolt, core]) {
      expect(live.replaceCustomer(update)).toEqual([update.customerId]);
      input = updated(input, update);
      follows(live, input);
    }
  });

  it.each<[string, Partial<CustomerUpdate>]>([
    ['the customer', { customer: { id: 'bolt', name: 'Bolt', active: true } }],
    ['a contract', { contracts: rowsOf(world(), 'bolt').contracts }],
    ['a line', { lines: rowsOf(world(), 'bolt').lines }],
  ])('refuses rows of which %s is of another customer, and stays as it was', (_what, rest) => {
    const live = createIncremental(world());
    expect(refusal(() => live.replaceCustomer({ ...rowsOf(world(), 'acme'), ...rest }))).toEqual([
      'BAD_INPUT',
      'a row of the update is not of customer acme.',
    ]);
    follows(live, world());
  });

  const acme = rowsOf(world(), 'acme');
  const [msa] = acme.contracts;
  const [ownLine] = acme.lines;

  it.each<[string, CustomerUpdate]>([
    [
      'a line on another customer’s contract',
      { ...acme, lines: [line('acme-m365', 'acme', 5, { contractId: 'bolt-msa' })] },
    ],
    ['a line id another customer has', { ...acme, lines: [line('bolt-m365', 'acme', 5)] }],
    ['one line id twice', { ...acme, lines: [ownLine!, ownLine!] }],
    ['a contract id another customer has', { ...acme, contracts: [msa!, { ...msa!, id: 'bolt-msa' }] }],
    ['one contract id twice', { ...acme, contracts: [msa!, msa!] }],
  ])('works out all when %s bears on others, until it is put right', (_what, update) => {
    const input = world();
    const live = createIncremental(input);
    expect(live.replaceCustomer(update)).toEqual(all);
    follows(live, updated(input, update));
    // Whoever changes next: the row is still there.
    const core = { ...rowsOf(input, 'core'), lines: [line('core-m365', 'core', 1)] };
    expect(live.replaceCustomer(core)).toEqual(all);
    follows(live, updated(updated(input, update), core));
    expect(live.replaceCustomer(acme)).toEqual(all);
    follows(live, updated(input, core));
    expect(live.replaceCustomer(acme)).toEqual(['acme']);
  });

  it('forgets a customer also when it has to work out all', () => {
    const update = { ...acme, lines: [ownLine!, ownLine!] };
    const gone = { customerId: 'core', customer: null, contracts: [], lines: [] };
    const { mapping } = world();
    const start = { ...world(), mapping: { ...mapping, accounts: mapping.accounts.slice(0, 2) } };
    const live = createIncremental(start);
    live.replaceCustomer(update);
    expect(live.replaceCustomer(gone)).toEqual(all);
    expect(live.customer('core')).toBeNull();
    follows(live, updated(updated(start, update), gone));
  });

  it('works out all when a customer is there twice, until one is left', () => {
    const customers = [...world().psa.customers, { id: 'bolt', name: 'Bolt again', active: true }];
    const input = { ...world(), psa: { ...world().psa, customers } };
    const live = createIncremental(input);
    follows(live, input);
    const update = { ...acme, lines: [] };
    expect(live.replaceCustomer(update)).toEqual(all);
    follows(live, updated(input, update));
    const bolt = rowsOf(world(), 'bolt');
    expect(live.replaceCustomer(bolt)).toEqual(all);
    follows(live, updated(world(), update));
    expect(live.replaceCustomer(bolt)).toEqual(['bolt']);
  });

  it.each(['before it came', 'with a change'])(
    'works out all when a contract comes that a line of another customer named %s',
    (when) => {
      const stray = {
        ...rowsOf(world(), 'core'),
        lines: [line('core-m365', 'core', 5, { contractId: 'next' })],
      };
      const input = updated(world(), stray);
      const live = createIncremental(when === 'with a change' ? world() : input);
      if (when === 'with a change') expect(live.replaceCustomer(stray)).toEqual(['core']);
      follows(live, input);
      const update = { ...acme, contracts: [msa!, { ...msa!, id: 'next' }] };
      expect(live.replaceCustomer(update)).toEqual(all);
      follows(live, updated(input, update));
    },
  );

  it('works out all when a contract is named whose lines were not read: it can be anyone’s next', () => {
    const receipt = { complete: false, incompleteContracts: ['acme-msa'] };
    const psa = world().psa;
    const input = { ...world(), psa: { ...psa, receipt: { ...psa.receipt, ...receipt } } };
    const live = createIncremental(input);
    follows(live, input);
    expect(live.customer('bolt')?.cards).toHaveLength(1);
    const update = { ...acme, contracts: [] };
    expect(live.replaceCustomer(update)).toEqual(all);
    follows(live, updated(input, update));
    expect(live.customer('bolt')?.cards).toEqual([]);
  });

  it('works out one customer also of a PSA that was not fully read', () => {
    const psa = world().psa;
    const input = { ...world(), psa: { ...psa, receipt: { ...psa.receipt, complete: false } } };
    const live = createIncremental(input);
    const update = { ...acme, lines: [] };
    expect(live.replaceCustomer(update)).toEqual(['acme']);
    follows(live, updated(input, update));
  });
});

describe('replaceCounts', () => {
  const withCounts = (source: string, accountId: string, counts: readonly VendorCount[]): ReconcileInput => {
    const input = world();
    const vendors = input.vendors.map((vendor) =>
      vendor.source === source
        ? { ...vendor, counts: [...vendor.counts.filter((row) => row.accountId !== accountId), ...counts] }
        : vendor,
    );
    return { ...input, vendors };
  };

  it.each<[string, string, VendorCount[], string]>([
    ['pax8', '1', [count('1', 9), count('1', 2, 'extra')], 'acme'],
    ['pax8', '1', [], 'acme'],
    // The other vendor's account of the same id is another customer's.
    ['rmm', '1', [count('1', 8, 'agent')], 'bolt'],
  ])('of %s account %s works out its customer alone', (source, accountId, counts, customerId) => {
    const live = createIncremental(world());
    expect(live.replaceCounts(source, accountId, counts)).toEqual([customerId]);
    follows(live, withCounts(source, accountId, counts));
  });

  it('of an account without a link works out nobody, and lists them', () => {
    const live = createIncremental(world());
    expect(live.replaceCounts('pax8', '9', [count('9', 4)])).toEqual([]);
    follows(live, withCounts('pax8', '9', [count('9', 4)]));
    expect(live.value().unmapped.accounts).toMatchObject([{ accountId: '9' }]);
  });

  it.each<[string, readonly (string | null)[]]>([
    ['excluded for good', [null]],
    ['linked twice', ['acme', 'bolt']],
  ])('of an account that is %s works out nobody', (_what, customers) => {
    const { mapping } = world();
    const accounts = [
      ...mapping.accounts.slice(1),
      ...customers.map((customerId) => ({ vendor: 'pax8', accountId: '1', customerId })),
    ];
    const live = createIncremental({ ...world(), mapping: { ...mapping, accounts } });
    expect(live.replaceCounts('pax8', '1', [count('1', 40)])).toEqual([]);
    follows(live, { ...withCounts('pax8', '1', [count('1', 40)]), mapping: { ...mapping, accounts } });
  });

  it('refuses a vendor that is not there, or there twice, and counts of another account', () => {
    const live = createIncremental(world());
    const once = (source: string): [string, string] => [
      'BAD_INPUT',
      `vendor ${source} is not there exactly once; replace its snapshot.`,
    ];
    expect(refusal(() => live.replaceCounts('psa', '1', []))).toEqual(once('psa'));
    expect(refusal(() => live.replaceCounts('pax8', '1', [count('1', 9), count('2', 9)]))).toEqual([
      'BAD_INPUT',
      'a count is of another account.',
    ]);
    follows(live, world());
    const [pax8, rmm] = world().vendors as [VendorSnapshot, VendorSnapshot];
    const input = { ...world(), vendors: [pax8, rmm, { ...pax8, counts: [count('1', 1)] }] };
    const twice = createIncremental(input);
    follows(twice, input);
    expect(refusal(() => twice.replaceCounts('pax8', '1', []))).toEqual(once('pax8'));
    // The snapshots of the vendor are replaced by one.
    expect(twice.replaceVendor(pax8)).toEqual(all);
    follows(twice, world());
  });
});

describe('replaceVendor', () => {
  const input = world();
  const [pax8] = input.vendors as [VendorSnapshot, VendorSnapshot];
  const { accounts, counts, skus, receipt } = pax8;

  it.each<[string, Partial<VendorSnapshot>, string[]]>([
    ['the same rows in another order', { accounts: accounts.toReversed(), skus: skus.toReversed() }, []],
    ['a newer one with the same rows', { takenAt: '2026-12-01T07:30:00Z' }, []],
    ['other counts of one account', { counts: [...counts.slice(1), count('1', 9)] }, ['acme']],
    ['no counts of one account', { counts: counts.slice(1) }, ['acme']],
    ['a count of a SKU it does not describe', { counts: [...counts, count('2', 9, 'new')] }, ['bolt']],
    ['an account that is gone', { accounts: accounts.slice(0, 2) }, ['core']],
    ['an account there twice', { accounts: [...accounts, accounts[1]!] }, ['bolt']],
    [
      'an account that is closed',
      { accounts: accounts.map((row) => (row.id === '3' ? { ...row, active: false } : row)) },
      ['core'],
    ],
    [
      'an account whose counts could not be read',
      { receipt: { ...receipt, complete: false, incompleteAccounts: ['2'] } },
      ['bolt'],
    ],
    [
      'an account nobody is linked to',
      { accounts: [...accounts, { ...accounts[0]!, id: '9' }], counts: [...counts, count('9', 5)] },
      [],
    ],
    ['SKUs under other names', { skus: skus.map((sku) => ({ ...sku, name: 'Another' })) }, all],
    ['a SKU more', { skus: [...skus, { ...skus[0]!, id: 'new' }] }, all],
    ['a SKU there twice', { skus: [...skus, skus[0]!] }, all],
    ['one that is old', { takenAt: '2026-11-01T07:00:00Z' }, all],
    ['one that is not whole', { receipt: { ...receipt, complete: false } }, all],
  ])('with %s works out whom it changes', (_what, change, changed) => {
    const live = createIncremental(input);
    const [snapshot, after] = withVendor(input, change);
    expect(live.replaceVendor(snapshot)).toEqual(changed);
    follows(live, after);
    // And back again.
    expect(live.replaceVendor(pax8)).toEqual(changed);
    follows(live, input);
  });

  it('does not work out the customer of an account that is excluded, or linked twice', () => {
    const links = [
      { vendor: 'pax8', accountId: '1', customerId: null },
      { vendor: 'pax8', accountId: '2', customerId: 'acme' },
      ...input.mapping.accounts.slice(1),
    ];
    const start = { ...input, mapping: { ...input.mapping, accounts: links } };
    const live = createIncremental(start);
    const [snapshot, after] = withVendor(start, { counts: [count('1', 9), count('2', 9), counts[2]!] });
    expect(live.replaceVendor(snapshot)).toEqual([]);
    follows(live, after);
  });

  it.each<[string, VendorSnapshot[], string]>([
    ['the mapping names', [], 'pax8'],
    ['the mapping does not name', [...input.vendors], 'hosting'],
  ])('takes the first snapshot of a vendor %s', (_what, vendors, source) => {
    const start = { ...input, vendors };
    const live = createIncremental(start);
    const snapshot = { ...pax8, source };
    expect(live.replaceVendor(snapshot)).toEqual(all);
    follows(live, { ...start, vendors: [...vendors, snapshot] });
  });

  it('takes one without accounts, and the accounts later', () => {
    const mapping = { ...input.mapping, accounts: [] };
    const [empty, start] = withVendor({ ...input, mapping }, { accounts: [], counts: [] });
    const live = createIncremental(start);
    expect(live.replaceVendor(pax8)).toEqual([]);
    follows(live, { ...input, mapping });
    expect(live.replaceVendor(empty)).toEqual([]);
    follows(live, start);
  });
});

describe('replaceMapping', () => {
  const links = world().mapping.accounts;
  const [first, second, ...rest] = links as [(typeof links)[number], (typeof links)[number]];

  /** Whom the mapping changes, there and back. */
  function changedBy(change: Partial<Mapping>, input = world()): string[] {
    const live = createIncremental(input);
    const mapping = { ...input.mapping, ...change };
    const changed = live.replaceMapping(mapping);
    follows(live, { ...input, mapping });
    expect(live.replaceMapping(input.mapping)).toEqual(changed);
    follows(live, input);
    return changed;
  }

  it.each<[string, Mapping['accounts'], string[]]>([
    ['another order, and who linked it when', [{ ...second, linkedBy: 'auto' }, ...rest, first], []],
    ['a link gone', [second, ...rest], ['acme']],
    ['a link moved', [{ ...first, customerId: 'core' }, second, ...rest], ['acme', 'core']],
    ['an account excluded for good', [{ ...first, customerId: null }, second, ...rest], ['acme']],
    ['a link bound to a contract', [first, { ...second, contractId: 'bolt-msa' }, ...rest], ['bolt']],
    ['an account more', [{ vendor: 'pax8', accountId: '9', customerId: 'core' }, ...links], ['core']],
    ['an account nobody is to look at', [{ vendor: 'pax8', accountId: '9', customerId: null }, ...links], []],
    // More than one link: none is used, and nobody has the counts.
    ['a second link of one account', [{ ...first, customerId: 'core' }, ...links], ['acme', 'core']],
    ['one link twice', [first, ...links], ['acme']],
    [
      'a customer the PSA does not have',
      [{ ...first, customerId: 'ghost' }, second, ...rest],
      ['acme', 'ghost'],
    ],
  ])('with %s works out the customers of the account', (_what, accounts, changed) => {
    expect(changedBy({ accounts })).toEqual(changed);
  });

  it('forgets a customer that only a link named', () => {
    const live = createIncremental(world());
    live.replaceMapping({ ...world().mapping, accounts: [{ ...first, customerId: 'ghost' }] });
    expect(live.customer('ghost')).not.toBeNull();
    live.replaceMapping(world().mapping);
    expect(live.customer('ghost')).toBeNull();
  });

  it.each<[string, Partial<Mapping>, string[]]>([
    ['excluded', { excluded: { customers: ['bolt'] } }, ['bolt']],
    [
      'excluded, with one nobody knows',
      { excluded: { customers: ['nobody', 'core', 'acme'] } },
      ['acme', 'core'],
    ],
    ['to have no new revenue', { newRevenueOff: { customers: ['core'] } }, ['core']],
  ])('works out customers that are now %s', (_what, change, changed) => {
    expect(changedBy(change)).toEqual(changed);
  });

  it('works out who is no longer in a list, not who still is', () => {
    const lists = (...customers: string[]): Partial<Mapping> => ({
      excluded: { customers },
      newRevenueOff: { customers },
    });
    const input = { ...world(), mapping: { ...world().mapping, ...lists('acme', 'bolt') } };
    expect(changedBy(lists('bolt', 'core'), input)).toEqual(['acme', 'core']);
    expect(changedBy(lists('bolt', 'acme'), input)).toEqual([]);
  });

  it('works out all for a service or a SKU that is now excluded', () => {
    expect(changedBy({ excluded: { services: ['backup'] } })).toEqual(all);
    expect(changedBy({ excluded: { skus: [{ vendor: 'pax8', skuId: 'extra' }] } })).toEqual(all);
    expect(changedBy({ excluded: {} })).toEqual([]);
    // One that only a link named, and that is gone with it, too.
    const accounts = [...links, { vendor: 'pax8', accountId: '9', customerId: 'ghost' }];
    expect(changedBy({ accounts, excluded: { services: ['backup'] } })).toEqual([...all, 'ghost']);
  });

  /** One customer for each place a rule can show; beside it every one has what no rule is about. */
  const places = ['bad-count', 'card', 'none', 'no-rule', 'off', 'out', 'unmapped', 'zero'];
  const rows: Readonly<
    Record<string, { lines?: readonly Partial<ContractLine>[]; counts?: readonly VendorCount[] }>
  > = {
    // A count of a SKU in no rule that cannot be used is a problem and nothing else.
    'bad-count': { counts: [{ ...count('bad-count', -1, 'extra') }] },
    card: { lines: [{}], counts: [count('card', 7)] },
    'no-rule': { lines: [{ serviceId: 'backup' }] },
    out: { lines: [{ active: false }] },
    unmapped: { counts: [count('unmapped', 3, 'extra')] },
    zero: { counts: [count('zero', 0)] },
    off: { counts: [count('off', 4)] },
  };
  const input = buildInput({
    psa: {
      customers: places.map((id) => ({ id })),
      services: ['m365', 'backup', 'phone', 'fax'].map((id) => ({ id })),
      contracts: places.map((id) => ({ id: `${id}-msa`, customerId: id })),
      lines: places.flatMap((id) => [
        line(`${id}-phone`, id, 1, { serviceId: 'phone' }),
        line(`${id}-fax`, id, 1, { serviceId: 'fax', active: false }),
        ...(rows[id]?.lines ?? []).map((row) => line(`${id}-line`, id, 5, row)),
      ]),
    },
    vendors: [
      {
        accounts: places.map((id) => ({ id })),
        skus: ['bp', 'extra', 'tool', 'trial'].map((id) => ({ id })),
        counts: places.flatMap((id) => [
          count(id, 1, 'tool'),
          { ...count(id, -1, 'trial') },
          ...(rows[id]?.counts ?? []),
        ]),
      },
    ],
    mapping: {
      accounts: places.map((id) => ({ vendor: 'pax8', accountId: id, customerId: id })),
      services: [
        rule('office', ['bp'], ['m365']),
        rule('tools', ['tool'], ['telex']),
        { ...rule('phones', ['handset', 'headset'], ['phone']), detectNewRevenue: false },
      ],
      newRevenueOff: { customers: ['off'] },
    },
  });
  const [office, ...others] = input.mapping.services as [ServiceRule, ServiceRule];
  const ofOffice = ['card', 'off', 'out', 'zero'];

  it.each<[string, readonly ServiceRule[], string[]]>([
    ['the same rules in another order', [...others, office], []],
    // Cards, suppressed counts and lines out of scope.
    ['a rule that compares otherwise', [{ ...office, tolerance: 2 }, ...others], ofOffice],
    ['a rule under another id', [{ ...office, id: 'm365' }, ...others], ofOffice],
    ['a rule gone', others, ofOffice],
    [
      'a rule of one SKU more',
      [rule('office', ['bp', 'extra'], ['m365']), ...others],
      ['bad-count', ...ofOffice, 'unmapped'].sort(),
    ],
    [
      'a rule of one service more',
      [rule('office', ['bp'], ['m365', 'backup']), ...others],
      ['card', 'no-rule', 'off', 'out', 'zero'],
    ],
    [
      'a rule more',
      [rule('backups', ['extra'], ['backup']), office, ...others],
      ['bad-count', 'no-rule', 'unmapped'],
    ],
    ['a rule nobody has anything of', [rule('none', ['nothing'], ['nothing']), office, ...others], []],
    // Two rules of one SKU are both not used.
    ['a rule that contradicts another', [office, ...others, rule('again', ['bp'], ['backup'])], ofOffice],
    ['a rule that can never match', [{ ...office, serviceIds: [] }, ...others], ofOffice],
  ])('with %s works out those who have something of it', (_what, services, changed) => {
    expect(changedBy({ services }, input)).toEqual(changed);
  });

  it('works out all for a rule while a line is on another customer’s contract', () => {
    // Bolt's line is all Acme has of the service; the account is bound to a contract Acme does not have.
    const start = world({
      psa: { lines: [line('bolt-m365', 'bolt', 5, { contractId: 'acme-msa' })] },
      mapping: { accounts: [{ ...first, contractId: 'gone' }], services: [] },
      vendors: [{ accounts: [{ id: '1' }] }],
    });
    expect(changedBy({ services: [rule('office', ['bp'], ['m365'])] }, start)).toEqual(all);
    expect(changedBy({ excluded: { customers: ['core'] } }, start)).toEqual(['core']);
    const accounts = [...start.mapping.accounts, { ...first, accountId: '9', customerId: 'ghost' }];
    expect(changedBy({ accounts, services: [] }, start)).toEqual(['ghost']);
    const services = [rule('office', ['bp'], ['m365'])];
    expect(changedBy({ accounts, services }, start)).toEqual([...all, 'ghost']);
  });
});
