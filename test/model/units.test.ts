import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addUnits,
  formatUnits,
  fromScaled,
  isUnits,
  MAX_UNITS,
  subtractUnits,
  toScaled,
  UNIT_SCALE,
} from '../../src/model/units.ts';

/** Every quantity there is, as the scaled integer it stands for. */
const scaled = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 * UNIT_SCALE }),
  fc.bigInt({ min: 0n, max: BigInt(MAX_UNITS) * BigInt(UNIT_SCALE) }).map(Number),
);

describe('units', () => {
  it('keeps every quantity through scaling, adding and printing', () => {
    fc.assert(
      fc.property(scaled, (value) => {
        const units = fromScaled(value);
        expect(isUnits(units)).toBe(true);
        expect(toScaled(units)).toBe(value);
        expect(Number(formatUnits(units))).toBe(units);
        expect(JSON.parse(JSON.stringify(units))).toBe(units);
      }),
    );
  });

  it('adds and subtracts as integers do, in any order', () => {
    const small = fc.integer({ min: 0, max: 1_000_000 * UNIT_SCALE });
    fc.assert(
      fc.property(fc.array(small, { maxLength: 20 }), small, small, (values, a, b) => {
        const exact = Number(values.reduce((sum, value) => sum + BigInt(value), 0n));
        expect(addUnits(values.map(fromScaled))).toBe(fromScaled(exact));
        expect(addUnits(values.map(fromScaled).reverse())).toBe(fromScaled(exact));
        expect(toScaled(subtractUnits(fromScaled(a), fromScaled(b)))).toBe(a - b);
      }),
    );
    expect(addUnits([0.1, 0.2])).toBe(0.3);
    expect(Object.is(subtractUnits(1, 1), 0)).toBe(true);
  });

  it.each([
    Number.NaN,
    -1,
    -0.1,
    0.1234567,
    1e300,
    Number.POSITIVE_INFINITY,
    MAX_UNITS + 1,
    '1',
    null,
    undefined,
  ])('takes %s for no quantity', (value) => {
    expect(isUnits(value)).toBe(false);
  });

  it('says so when a sum leaves the safe range', () => {
    expect(addUnits(Array.from({ length: 5 }, () => MAX_UNITS))).toBeNull();
  });
});
