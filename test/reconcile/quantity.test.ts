import { type Card, reconcile, type ServiceRule } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput } from './build.ts';

type Rules = Omit<ServiceRule, 'id' | 'skus' | 'serviceIds'>;
type Counts = NonNullable<NonNullable<Parameters<typeof buildInput>[0]>['vendors']>[number]['counts'];

/** The smallest quantity there is; thirds of it show what exact fractions do. */
const GRAIN = 0.000001;
const MOST = 2_000_000_000;

function cardOf(rules: Rules, counts: Counts, precision: 'decimal' | 'integer'): Card {
  const skus = [{ vendor: 'pax8', skuId: 'bp' }];
  const [card] = reconcile(
    buildInput({
      psa: { precision, lines: [{ id: 'line', units: 7 }] },
      vendors: [{ counts: counts ?? [] }],
      mapping: { services: [{ id: 'rule', skus, serviceIds: ['m365'], ...rules }] },
    }),
  ).cards;
  if (!card) throw new Error('no card');
  return card;
}

function billable(
  rules: Rules,
  counts: number | Counts,
  precision: 'decimal' | 'integer' = 'decimal',
): unknown {
  const { vendor } = cardOf(rules, typeof counts === 'number' ? [{ units: counts }] : counts, precision);
  return vendor.state === 'counted' ? vendor.units : vendor.state === 'no-count' ? vendor.reason : null;
}

const third = { numerator: 1, denominator: 3 };

/** `used` is compared; `bought` is committed. */
const committed = (used: number, bought: number): Counts => [
  { metric: 'assigned', units: used },
  { units: bought, committedUntil: '2027-06-01' },
];

describe('quantity rules', () => {
  it.each<[Rules, number, 'decimal' | 'integer', number]>([
    // Halves go up; less than half goes down, in the PSA's smallest quantity.
    [{ ratio: third, rounding: 'nearest' }, GRAIN, 'decimal', 0],
    [{ ratio: third, rounding: 'nearest' }, 2 * GRAIN, 'decimal', GRAIN],
    [{ ratio: { numerator: 1, denominator: 2 }, rounding: 'nearest' }, GRAIN, 'decimal', GRAIN],
    [{ ratio: third, rounding: 'up' }, GRAIN, 'decimal', GRAIN],
    [{ ratio: third, rounding: 'down' }, 2 * GRAIN, 'decimal', 0],
    // Products beyond 2⁵³ keep their fraction: a ninth is less than half.
    [{ ratio: { numerator: 5, denominator: 9 }, rounding: 'nearest' }, MOST, 'decimal', 1_111_111_111.111111],
    // A fraction below the smallest decimal never makes a whole unit.
    [{ ratio: third, rounding: 'nearest' }, 2 * GRAIN, 'integer', 0],
    [{ ratio: third, rounding: 'nearest' }, 1.499999, 'integer', 0],
    [{ ratio: third, rounding: 'nearest' }, 1.5, 'integer', 1],
    // Two numbers of the ratio count.
    [{ ratio: { numerator: 2, denominator: 3 } }, 6, 'integer', 4],
    // The product passes 2⁵³; as a double it would give …428.
    [
      { ratio: { numerator: 5, denominator: 7 }, rounding: 'down' },
      1999999999.999999,
      'decimal',
      1428571428.571427,
    ],
    // A minimum or a maximum that is kept changes nothing.
    [{ minimum: 3 }, 5, 'integer', 5],
    [{ maximum: 9 }, 5, 'integer', 5],
    // 10/3 is more than 3.333333, by a third of the smallest quantity.
    [{ ratio: third, minimum: 3.333333 }, 10, 'decimal', 3.333334],
    [{ ratio: third, maximum: 3.333333 }, 10, 'decimal', 3.333333],
    [{ ratio: third, included: 3.333333 }, 10, 'decimal', GRAIN],
  ])('%j on %d in a PSA of %s quantities is %d', (rules, units, precision, expected) => {
    expect(billable(rules, units, precision)).toBe(expected);
  });

  it.each<[Rules, number, number, number, boolean]>([
    [{}, 10, 5, 10, false],
    [{}, 5, 10, 10, true],
    [{}, 5, 5, 5, false],
    // Compared to the last fraction: a third against two, and the other way round.
    [{ ratio: third, rounding: 'nearest' }, GRAIN, 2 * GRAIN, GRAIN, true],
    [{ ratio: third, rounding: 'nearest' }, 2 * GRAIN, GRAIN, GRAIN, false],
    [{ ratio: third, rounding: 'nearest' }, 3 * GRAIN, GRAIN, GRAIN, false],
  ])('%j, %d used of %d committed is %d', (rules, used, bought, expected, isCommitted) => {
    const { vendor, conditions } = cardOf(
      { ...rules, metric: 'assigned' },
      committed(used, bought),
      'decimal',
    );
    expect(vendor).toMatchObject({ state: 'counted', units: expected });
    expect(conditions.includes('committed')).toBe(isCommitted);
  });
});

describe('the range of quantities', () => {
  it('holds the largest quantity, by itself and under commitment', () => {
    expect(billable({}, MOST)).toBe(MOST);
    expect(billable({ metric: 'assigned' }, committed(1, MOST))).toBe(MOST);
  });

  it.each<[string, Rules, Counts]>([
    [
      'a sum',
      { ratio: { numerator: 1, denominator: 4 } },
      [
        { units: MOST, ref: 'a' },
        { units: 1, ref: 'b' },
      ],
    ],
    [
      'a product, whatever the maximum',
      { ratio: { numerator: 3, denominator: 2 }, maximum: 9 },
      [{ units: MOST }],
    ],
    ['an adjustment', { adjust: 1 }, [{ units: MOST }]],
    [
      'a commitment, respected or not',
      { metric: 'assigned', respectCommitment: false },
      [...(committed(1, MOST) ?? []), { units: 1, ref: 'b', committedUntil: '2027-06-01' }],
    ],
  ])('%s beyond it gives no number, never a cut one', (_what, rules, counts) => {
    expect(billable(rules, counts)).toBe('source-incomplete');
  });
});
