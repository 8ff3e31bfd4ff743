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
    ['over-percent', up, { increases: { percent: 59.9 } }],
    [
      'over-percent',
      reconcileCard({ psa: { units: 0, lines: [line('l1', 0)] }, to: 1 }),
      { increases: { percent: 500 } },
    ],
    ['over-amount', up, { increases: { amount: '12.59' } }],
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

  it('bounds a percentage exactly', () => {
    // In doubles 0.07 × 100 is more than 7.
    const card = reconcileCard({ psa: { units: 1, lines: [line('l1', 1)] }, to: 1.07 });
    expect(reason(card, { increases: { percent: 7 } })).toBe('within-bounds');
    expect(reason(card, { increases: { percent: 6.999999 } })).toBe('over-percent');
  });

  it.each<[unknown, string]>([
    [
      { increases: { unit: 1 } },
      'policy.increases must be an object that has only units, percent, amount, not unit',
    ],
    [{ increase: { units: 1 } }, 'policy must be an object that has only noChange, increases, decreases'],
    [{ decreases: true }, 'policy.decreases must be an object'],
    [{ newRevenue: [] }, 'policy.newRevenue must be an object'],
    [{ increases: { units: '5' } }, 'policy.increases.units must be a number'],
    [{ increases: { units: Number.NaN } }, 'policy.increases.units'],
    [{ increases: { percent: -1 } }, 'policy.increases.percent'],
    [{ increases: { amount: 12.5 } }, "policy.increases.amount must be an amount as text, like '12.50'"],
    [{ increases: { amount: 'much' } }, 'policy.increases.amount'],
    [{ increases: { amount: '-1' } }, 'policy.increases.amount'],
    [{ notWhen: 'stale-psa' }, 'policy.notWhen must be a list'],
    [{ notWhen: ['stale-psa', 'stale'] }, 'policy.notWhen[1] must be committed, customer-inactive'],
    [{ noChange: 'no' }, 'policy.noChange must be true or false'],
    [null, 'policy must be an object'],
  ])('refuses the policy %j: a bound that is not understood is no bound', (policy, message) => {
    expect(() => autoDecide(reconciliation([up]), policy as AutoPolicy)).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: expect.stringContaining(message),
        context: { path: message.split(' ', 1)[0] },
      }),
    );
  });

  it('takes null for what is left out, as JSON writes it', () => {
    const policy = {
      noChange: null,
      increases: {},
      decreases: null,
      newRevenue: null,
      notWhen: null,
    } as never;
    expect(reason(up, policy)).toBe('within-bounds');
    expect(reason(down, policy)).toBe('not-in-policy');
    expect(reason(noChangeCard(), policy)).toBe('no-difference');
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

  it('never decreases when only a part of what is counted is under commitment', () => {
    const [free] = counted(3).contributions;
    const contributions = [free!, { ...free!, skuId: 's2', committedUntil: '2027-01-01' }];
    const card = (to: number): Card => reconcileCard({ to, vendor: { ...counted(to), contributions } });
    expect(reason(card(3), all)).toBe('commitment');
    expect(reason(card(8), all)).toBe('within-bounds');
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

  it('decides beside tenants that could not be read: they are named, and have no count of their own', () => {
    expect(reason(up, all, { sources: [source({ complete: false, gaps: 1 })] })).toBe('within-bounds');
  });

  it('never decides when one of several vendors behind the count is incomplete', () => {
    const [first] = counted(8).contributions;
    const contributions = [first!, { ...first!, vendor: 'ninja' }];
    const card = reconcileCard({ vendor: { ...counted(8), contributions } });
    for (const open of ['pax8', 'ninja']) {
      const sources = ['pax8', 'ninja'].map((name) => source({ source: name, complete: name !== open }));
      expect(reason(card, all, { sources })).toBe('source-incomplete');
    }
    expect(reason(card, all, { sources: [source({}), source({ source: 'ninja' })] })).toBe('within-bounds');
  });

  it('leaves new revenue with several candidates to a person', () => {
    const contracts = [
      { id: 'k1', name: 'Managed' },
      { id: 'k2', name: 'Backup' },
    ];
    const services = [
      { id: 'mail', name: 'Mail' },
      { id: 'mail-2', name: 'Mail, yearly' },
    ];
    const card = (some: number, many: number): Card =>
      newRevenueCard({
        proposal: {
          status: 'add-line',
          units: 4,
          contracts: contracts.slice(0, some),
          services: services.slice(0, many),
        },
      });
    expect(reason(card(2, 1), all)).toBe('several-contracts');
    expect(reason(card(1, 2), all)).toBe('several-contracts');
    expect(reason(card(1, 1), all)).toBe('within-bounds');
    // Nothing to choose from is nothing to decide either.
    expect(reason(newRevenueCard({ proposal: { status: 'none' } }), all)).toBe('several-contracts');
  });

  it('says where new revenue goes, and of a billed card only that it is approved', () => {
    const cards = [newRevenueCard(), up, noChangeCard()];
    const { decisions } = autoDecide(reconciliation(cards), all);
    const fingerprint = expect.any(String);
    expect(decisions).toStrictEqual([
      {
        cardId: 'card-new',
        action: 'approve',
        contractId: 'k1',
        serviceId: 'mail',
        note: '4 units, within the bounds of the policy.',
        fingerprint,
      },
      {
        cardId: 'card-1',
        action: 'approve',
        note: '3 units, within the bounds of the policy.',
        fingerprint,
      },
      { cardId: 'card-same', action: 'approve', note: 'The numbers agree.', fingerprint },
    ]);
  });

  it('says which part of the policy a change would need', () => {
    const message = (card: Card): string | undefined =>
      autoDecide(reconciliation([card]), {}).explanations[0]?.message;
    expect(message(up)).toBe('The policy leaves increases to a person.');
    expect(message(down)).toBe('The policy leaves decreases to a person.');
    expect(message(newRevenueCard())).toBe('The policy leaves new revenue to a person.');
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
