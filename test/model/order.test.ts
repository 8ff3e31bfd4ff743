import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBy, compareStrings, sortedUnique, stableJson } from '../../src/model/order.ts';
import { problem, sortProblems } from '../../src/model/problem.ts';

const string = fc.string({ unit: 'binary' });

describe('the one order', () => {
  it('is a total order by code unit', () => {
    fc.assert(
      fc.property(string, string, string, (a, b, c) => {
        expect(compareStrings(a, b) + compareStrings(b, a)).toBe(0);
        expect(compareStrings(a, b) === 0).toBe(a === b);
        if (compareStrings(a, b) <= 0 && compareStrings(b, c) <= 0) expect(compareStrings(a, c)).not.toBe(1);
        expect([a, b, c].sort(compareStrings)).toEqual([a, b, c].sort());
      }),
    );
  });

  it('has each distinct string once', () => {
    fc.assert(
      fc.property(fc.array(string), (values) => {
        expect(sortedUnique(values)).toEqual([...new Set(values)].sort());
      }),
    );
  });

  it('goes on to the next key, a missing one first', () => {
    const rows = [{ a: 'x', b: 'z' }, { a: 'x' }, { a: 'w', b: 'y' }];
    const sorted = rows.sort(
      compareBy<{ a: string; b?: string }>(
        (row) => row.a,
        (row) => row.b,
      ),
    );
    expect(sorted).toEqual([{ a: 'w', b: 'y' }, { a: 'x' }, { a: 'x', b: 'z' }]);
  });

  it('writes equal values as equal bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, seed) => {
        expect(stableJson(reordered(value, seed))).toBe(stableJson(value));
        expect(JSON.parse(stableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('sorts problems the same from any order, each once', () => {
    const one = problem('b', 'text', { x: '1' });
    const two = problem('a', 'text', undefined, 'warning');
    expect(sortProblems([one, two, { ...one }])).toEqual(sortProblems([two, one]));
  });
});

/** The same value with its object keys in another order. */
function reordered(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((entry) => reordered(entry, seed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, reordered(entry, seed)] as const);
  const at = entries.length === 0 ? 0 : seed % entries.length;
  return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)]);
}
