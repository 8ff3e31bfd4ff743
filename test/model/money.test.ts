import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  canonicalDecimal,
  compareDecimals,
  isDecimal,
  multiplyPrice,
} from '../../src/model/money.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, scale]) => ({ digits, scale, text: text(digits, scale) }));

function text(digits: bigint, scale: number): string {
  const sign = digits < 0n ? '-' : '';
  const abs = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  return scale === 0 ? sign + abs : `${sign}${abs.slice(0, -scale)}.${abs.slice(-scale)}`;
}

describe('money', () => {
  it('adds exactly, in any order', () => {
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 12 }), (values) => {
        const exact = values.reduce((sum, { digits, scale }) => sum + digits * 10n ** BigInt(8 - scale), 0n);
        const sum = addDecimals(values.map((value) => value.text));
        expect(sum).toBe(canonicalDecimal(text(exact, 8)));
        expect(addDecimals(values.map((value) => value.text).reverse())).toBe(sum);
      }),
    );
  });

  it('has one canonical form of equal amounts', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 5 }), ({ digits, scale, text: value }, zeros) => {
        const longer = text(digits * 10n ** BigInt(zeros), scale + zeros);
        expect(canonicalDecimal(longer)).toBe(canonicalDecimal(value));
        expect(compareDecimals(longer, value)).toBe(0);
        expect(isDecimal(canonicalDecimal(value))).toBe(true);
        expect(canonicalDecimal(canonicalDecimal(value))).toBe(canonicalDecimal(value));
      }),
    );
  });

  it('multiplies a price by a signed quantity without rounding', () => {
    fc.assert(
      fc.property(
        decimal,
        fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
        ({ digits, scale, text: price }, units) => {
          expect(multiplyPrice(price, units / 1_000_000)).toBe(
            canonicalDecimal(text(digits * BigInt(units), scale + 6)),
          );
        },
      ),
    );
    expect(multiplyPrice('1.005', 3)).toBe('3.015');
  });

  it('orders as numbers do', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const [x, y] = [a.digits * 10n ** BigInt(8 - a.scale), b.digits * 10n ** BigInt(8 - b.scale)];
        expect(compareDecimals(a.text, b.text)).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
    );
  });

  it.each(['', '1,5', '+1', '1e3', '.5', '1.', '01', ' 1', '1 ', 'NaN', '0x1', '1'.repeat(65)])(
    'takes %j for no amount',
    (value) => {
      expect(isDecimal(value)).toBe(false);
    },
  );
});
