import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, hoursBetween, isInstant, isPlainDate, periodOf } from '../../src/model/dates.ts';

const instant = fc.date({ min: new Date('1970-01-01Z'), max: new Date('9999-12-31Z'), noInvalidDate: true });

describe('dates', () => {
  it('knows every instant and its day', () => {
    fc.assert(
      fc.property(instant, (date) => {
        const text = date.toISOString();
        expect(isInstant(text)).toBe(true);
        expect(isPlainDate(dateOf(text))).toBe(true);
        expect(periodOf(dateOf(text))).toBe(text.slice(0, 7));
      }),
    );
  });

  it('knows the days that exist, and no other', () => {
    fc.assert(
      fc.property(
        fc.nat(9999),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (y, m, d) => {
          const pad = (value: number, size: number): string => String(value).padStart(size, '0');
          const date = new Date(0);
          date.setUTCFullYear(y, m - 1, d);
          const exists =
            date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
          expect(isPlainDate(`${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}`)).toBe(exists);
        },
      ),
    );
    expect(['2000-02-29', '1900-02-29', '2024-02-29'].map(isPlainDate)).toEqual([true, false, true]);
  });

  it('measures hours both ways', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [x, y] = [a.toISOString(), b.toISOString()];
        expect(hoursBetween(x, y) + hoursBetween(y, x)).toBe(0);
      }),
    );
    expect(hoursBetween('2026-03-29T00:00:00Z', '2026-03-30T00:00:00Z')).toBe(24);
  });

  it.each([
    '2026-12-01',
    '2026-12-01T24:00:00Z',
    '2026-12-01T08:00:00',
    '2026-12-01T08:00:00+01:00',
    '2026-02-30T00:00:00Z',
    5,
  ])('takes %s for no instant', (value) => {
    expect(isInstant(value)).toBe(false);
  });
});
