import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, tableDistance } from '../../src/mapping/edit-distance.ts';

describe('edit distance', () => {
  it.each([
    ['acme', 'amce', 1],
    ['acme', 'acm', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is what the plain table says, also at 32 letters, and leaves nothing behind', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ß', '東'), maxLength: 40 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(editDistance(a, b)).toBe(tableDistance(a, b));
      }),
      { numRuns: 500 },
    );
  });
});
