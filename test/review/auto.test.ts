import { type AutoPolicy, type AutoReason, autoDecide, type Card, decide, type Reconciliation } from 'trueup';
import { describe, expect, it } from 'vitest';
import {
  counted,
  line,
  newRevenueCard,
  noChangeCard,
  noCountCard,
  reconcileCard,
  reconciliation,
} from './cards.ts';

const up = reconcileCard();
const down = reconcileCard({ to: 3, impact: { amount: '-8.4', currency: 'USD' } });
const all: AutoPolicy = { increases: {}, decreases: {}, newRevenue: {} };

function reason(card: Card, policy: AutoPolicy, part: Partial<Reconciliation> = {}): AutoReason {
  const { decisions, explanations } = autoDecide(reconciliation([card], part), policy);
  const [explanation] = explanations;
  expect(explanations).toHaveLength(1);
  expect(decisions).toHaveLength(explanation?.action === null ? 0 : 1);
  expect(explanation?.message).toMatch(/\.$/);
  return explanation!.reason;
}

const source = (part: object): Reconciliation['sources'][number] => ({
  source: 'pax8',
  kind: 'vendor',
  connector: 'pax8',
  takenAt: '2026-11-22T11:00:00Z',
  ageHours: 1,
  stale: false,
  complete: true,
  problems: 0,
  ...part,
});

describe('autoDecide', () => {
  it.each<[AutoReason, Card, AutoPolicy]>([
    ['no-difference', noChangeCard(), {}],
    ['not-in-policy', noChangeCard(), { noChange: false }],
    ['no-count', noCountCard(), all],
    ['not-in-policy', up, {}],
    ['not-in-policy', up, { increases: null as never }],
    ['not-in-policy', down, { increases: {} }],
    ['not-in-policy', up, { decreases: {} }],
    ['within-bounds', up, { increases: {} }],
    ['within-bounds', up, { increases: { units: 3, percent: 60, amount: '12.60' } }],
    ['over-units', up, { increases: { units: 2.9 } }],
    ['over-units', up, { increases: { units: Number.NaN } }],
    ['over-percent', up, { increases: { percent: 59.9 } }],
    [
      'over-percent',
      reconcileCard({ psa: { units: 0, lines: [line('l1', 0)] }, to: 1 }),
      { increases: { percent: 500 } },
    ],
    ['over-amount', up, { increases: { amount: '12.59' } }],
    ['over-amount', up, { increases: { amount: 'much' } }],
    ['no-price', reconcileCard({ impact: null }), { increases: { amount: '100' } }],
    ['within-bounds', down, { decreases: { units: 2, amount: '8.4' } }],
    ['over-amount', down, { decreases: { amount: '8.39' } }],
    ['blocked', reconcileCard({ proposal: { status: 'blocked', reasons: ['several-lines'] } }), all],
    ['within-bounds', newRevenueCard(), { newRevenue: { units: 4 } }],
    ['over-units', newRevenueCard(), { newRevenue: { units: 3 } }],
    ['over-percent', newRevenueCard(), { newRevenue: { percent: 100 } }],
    ['not-in-policy', newRevenueCard(), { increases: {} }],
    ['condition', reconcileCard({ conditions: ['stale-psa'] }), all],
    ['condition', reconcileCard({ conditions: ['stale-vendor'] }), all],
    ['condition', noChangeCard({ conditions: ['stale-vendor'] }), all],
    ['condition', reconcileCard({ conditions: ['no-term-sku'] }), all],
    ['condition', reconcileCard({ conditions: ['multi-mapped'] }), { ...all, notWhen: ['multi-mapped'] }],
    ['within-bounds', reconcileCard({ conditions: ['multi-mapped'] }), all],
  ])('%s', (expected, card, policy) => {
    expect(reason(card, policy)).toBe(expected);
  });

  it('never decreases inside a commitment, up to its last day', () => {
    const [contribution] = counted(3).contributions;
    const committed = (committedUntil: string): Card =>
      reconcileCard({
        to: 3,
        vendor: { ...counted(3), contributions: [{ ...contribution!, committedUntil }] },
      });
    expect(reason(committed('2027-01-01'), all)).toBe('commitment');
    expect(reason(committed('2026-11-22'), all)).toBe('within-bounds');
    expect(reason(reconcileCard({ to: 3, conditions: ['committed'] }), all)).toBe('commitment');
    expect(reason(reconcileCard({ conditions: ['committed'] }), all)).toBe('within-bounds');
  });

  it('never decides on incomplete data', () => {
    const incomplete = { sources: [source({ complete: false })] };
    expect(reason(up, all, incomplete)).toBe('source-incomplete');
    expect(reason(up, all, { sources: [source({ source: 'other', complete: false })] })).toBe(
      'within-bounds',
    );
    expect(reason(up, all, { sources: [source({ source: 'cw', kind: 'psa', complete: false })] })).toBe(
      'source-incomplete',
    );
  });

  it('leaves new revenue with several candidates to a person', () => {
    const contracts = [
      { id: 'k1', name: 'Managed' },
      { id: 'k2', name: 'Backup' },
    ];
    const services = [{ id: 'mail', name: 'Mail' }];
    const card = newRevenueCard({ proposal: { status: 'add-line', units: 4, services, contracts } });
    expect(reason(card, all)).toBe('several-contracts');
  });

  it('makes decisions that decide accepts', () => {
    const cards = [up, newRevenueCard(), noChangeCard(), noCountCard()];
    const whole = reconciliation(cards);
    const { decisions, explanations } = autoDecide(whole, all);
    const review = decide(whole, decisions, { actor: 'policy', at: '2026-11-22T12:30:00Z' });
    expect(review.refused).toEqual([]);
    expect(review.accepted).toHaveLength(3);
    expect(review.open).toEqual(['card-dash']);
    expect(explanations.map(({ action }) => action)).toEqual(['approve', 'approve', 'approve', null]);
  });
});
