import {
  mergeReconciliations,
  partition,
  type ReconcileInput,
  type Reconciliation,
  reconcile,
  TrueupError,
} from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from './build.ts';

type Lines = NonNullable<NonNullable<Sketch['psa']>['lines']>;

const bytes = (value: unknown): string => JSON.stringify(value);

/** Three customers with a contract each: `a` and `c` belong to the first of two parts, `b` to the second. */
function world(lines: Lines, rest: Sketch = {}): ReconcileInput {
  const ids = ['a', 'b', 'c'];
  return buildInput({
    ...rest,
    psa: {
      customers: ids.map((id) => ({ id })),
      contracts: ids.map((id) => ({ id: `of-${id}`, customerId: id })),
      lines,
    },
  });
}

/** What each of two parts holds; together they give what one run gives. */
function split(input: ReconcileInput): { lines: string[][]; counts: string[][][] } {
  const parts = partition(input, 2);
  expect(bytes(mergeReconciliations(parts.map(reconcile)))).toBe(bytes(reconcile(input)));
  return {
    lines: parts.map(({ psa }) => psa.lines.map(({ id }) => id)),
    counts: parts.map(({ vendors }) => vendors.map(({ counts }) => counts.map(({ accountId }) => accountId))),
  };
}

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof TrueupError ? [error.code, error.message] : error;
  }
  return 'accepted';
}

describe('partition', () => {
  it('gives a customer its part by FNV-1a, the same on every machine', () => {
    // Published values: 0xe40c292c and 0xbf9cf968.
    for (const [id, part] of [
      ['a', 0xe40c292c % 1000],
      ['foobar', 0xbf9cf968 % 1000],
    ] as const) {
      const lines = [{ id: 'line', customerId: id, units: 1 }];
      const input = buildInput({ psa: { contracts: [], lines } });
      const parts = partition(input, 1000);
      expect(parts.findIndex(({ psa }) => psa.lines.length > 0)).toBe(part);
      expect(parts[part]?.part).toEqual({ index: part, of: 1000 });
    }
  });

  it('gives a line to the part of its customer, and to no other', () => {
    const input = world([
      { id: '1', contractId: 'of-a', customerId: 'a', units: 1 },
      { id: '2', contractId: 'of-b', customerId: 'b', units: 1 },
      { id: '3', contractId: 'of-c', customerId: 'c', units: 1 },
      // Of a contract nobody knows it spoils no one else's numbers.
      { id: '4', contractId: 'nowhere', customerId: 'b', units: 1 },
    ]);
    expect(split(input).lines).toEqual([
      ['1', '3'],
      ['2', '4'],
    ]);
  });

  it('gives a line on another customer’s contract to both parts: no card of either can be right', () => {
    const input = world([
      { id: '1', contractId: 'of-b', customerId: 'b', units: 1 },
      { id: '2', contractId: 'of-b', customerId: 'a', units: 1 },
      // Both customers are in one part: the line is there once.
      { id: '3', contractId: 'of-c', customerId: 'a', units: 1 },
    ]);
    expect(split(input).lines).toEqual([
      ['2', '3'],
      ['1', '2'],
    ]);
  });

  it('gives lines of one id to every part that has one of them, so that each sees it is not alone', () => {
    const input = world([
      { id: 'twice', contractId: 'of-a', customerId: 'a', units: 1 },
      { id: 'twice', contractId: 'of-b', customerId: 'b', units: 2 },
      { id: 'once', contractId: 'of-b', customerId: 'b', units: 3 },
      { id: 'both', contractId: 'of-a', customerId: 'a', units: 4 },
      { id: 'both', contractId: 'of-c', customerId: 'c', units: 5 },
    ]);
    expect(split(input).lines).toEqual([
      ['twice', 'twice', 'both', 'both'],
      ['twice', 'twice', 'once'],
    ]);
    expect(reconcile(input).problems.filter(({ code }) => code === 'duplicate-id')).toHaveLength(4);
  });

  it('needs no witness of a contract two customers claim: its lines are on no card in any part', () => {
    const input = world([
      { id: '1', contractId: 'of-b', customerId: 'b', units: 1 },
      { id: '2', contractId: 'of-b', customerId: 'a', units: 2 },
      { id: '3', contractId: 'of-b', customerId: 'c', units: 3 },
    ]);
    const claims = input.psa.contracts.map((row) => (row.id === 'of-a' ? { ...row, id: 'of-b' } : row));
    for (const contracts of [claims, claims.toReversed()]) {
      const claimed = { ...input, psa: { ...input.psa, contracts } };
      split(claimed);
      expect(reconcile(claimed).cards).toEqual([]);
    }
  });

  it('gives counts to the part of the customer the account is linked to, at that vendor', () => {
    const counts = ['x', 'y'].map((accountId) => ({ accountId, units: 3 }));
    const input = world([], {
      vendors: [{ counts }, { source: 'rmm', counts }],
      mapping: {
        accounts: [
          { vendor: 'pax8', accountId: 'x', customerId: 'a' },
          { vendor: 'pax8', accountId: 'y', customerId: 'b' },
          { vendor: 'rmm', accountId: 'x', customerId: 'b' },
          { vendor: 'rmm', accountId: 'y', customerId: 'a' },
        ],
      },
    });
    expect(split(input).counts).toEqual([
      [['x'], ['y']],
      [['y'], ['x']],
    ]);
  });

  it('gives counts that are nobody’s, or two customers’, to a part by the account’s own id', () => {
    // By their own ids `u` and `y` belong to the first part, `v` and `x` to the second.
    const input = world([], {
      vendors: [{ counts: ['u', 'v', 'x', 'y'].map((accountId) => ({ accountId, units: 3 })) }],
      mapping: {
        accounts: [
          { vendor: 'pax8', accountId: 'u', customerId: 'b' },
          { vendor: 'pax8', accountId: 'u', customerId: 'd' },
          { vendor: 'pax8', accountId: 'x', customerId: null },
        ],
      },
    });
    expect(split(input).counts).toEqual([[['u', 'y']], [['v', 'x']]]);
  });

  it('refuses a count of parts that is no whole number above zero, and a part', () => {
    const input = world([]);
    for (const count of [0, -1, 1.5, Number.NaN, '2' as never]) {
      expect(refusal(() => partition(input, count))).toEqual([
        'BAD_INPUT',
        'count must be a whole number above zero.',
      ]);
    }
    const [part] = partition(input, 1);
    expect(refusal(() => partition(part ?? input, 2))).toEqual(['BAD_INPUT', 'the input is a part already.']);
  });
});

describe('mergeReconciliations', () => {
  const one = world([{ id: '1', contractId: 'of-a', customerId: 'a', units: 1 }]);
  const two = world([{ id: '2', contractId: 'of-b', customerId: 'b', units: 1 }]);
  const refused = (parts: readonly (Reconciliation | undefined)[]): unknown =>
    refusal(() => mergeReconciliations(parts as Reconciliation[]));

  it('also takes results of inputs that were split by hand', () => {
    const both = { ...one, psa: { ...one.psa, lines: [...one.psa.lines, ...two.psa.lines] } };
    expect(mergeReconciliations([two, one].map(reconcile))).toEqual(reconcile(both));
  });

  it('refuses a customer that is in two of them: one has but a part of its rows', () => {
    expect(refused([reconcile(one), reconcile(one)])).toEqual(['BAD_INPUT', 'customer a is in two parts.']);
  });

  it('refuses one result twice, also when it has no card to tell by', () => {
    const whole = reconcile(world([]));
    expect(refused([whole, whole])).toEqual(['BAD_INPUT', 'part 1 is there twice.']);
    expect(refused([reconcile(one), reconcile(two), whole, whole])).toEqual([
      'BAD_INPUT',
      'part 3 is there twice.',
    ]);
  });

  it('refuses parts of two partitions, none at all, and some of them', () => {
    const halves = partition(one, 2).map(reconcile);
    const thirds = partition(one, 3).map(reconcile);
    const other = 'the parts are of different partitions.';
    expect(refused([halves[0], thirds[1]])).toEqual(['BAD_INPUT', other]);
    expect(refused([thirds[0], halves[1], thirds[2]])).toEqual(['BAD_INPUT', other]);
    expect(refused([])).toEqual(['BAD_INPUT', 'there is nothing to merge.']);
    expect(refused([thirds[2]])).toEqual(['BAD_INPUT', '2 of 3 parts are missing.']);
    expect(refused([halves[1], halves[1]])).toEqual(['BAD_INPUT', 'part 1 is there twice.']);
  });
});
