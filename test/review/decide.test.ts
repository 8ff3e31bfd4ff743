import fc from 'fast-check';
import {
  autoDecide,
  type Card,
  type Decision,
  decide,
  decisionOn,
  fingerprint,
  planUndo,
  planWriteBack,
  type Reconciliation,
  type RefusalCode,
} from 'trueup';
import { describe, expect, it } from 'vitest';
import {
  counted,
  line,
  newRevenueCard,
  noChangeCard,
  noCountCard,
  psaOf,
  reconcileCard,
  reconciliation,
} from './cards.ts';

const by = { actor: 'ana', at: '2026-11-22T12:30:00Z' };

/** Decides on the first card of a reconciliation. */
function on(
  card: Card,
  decision: Partial<Decision> & Pick<Decision, 'action'>,
  part: Partial<Reconciliation> = {},
): ReturnType<typeof decide> {
  const whole = reconciliation([card], part);
  return decide(whole, [{ cardId: card.id, fingerprint: fingerprint(card, whole), ...decision }], by);
}

const outcome = (review: ReturnType<typeof decide>): unknown =>
  review.refused[0]?.code ?? [
    review.accepted[0]?.reconciledUnits,
    review.accepted[0]?.lines.map(({ lineId, from, to }) => [lineId, from, to]),
  ];

const cards = {
  reconcile: reconcileCard(),
  'new-revenue': newRevenueCard(),
  'no-change': noChangeCard(),
  'no-count': noCountCard(),
} as const;

describe('decisionOn', () => {
  it('carries the wish and the fingerprint of the card as it is', () => {
    const card = reconcileCard();
    const whole = reconciliation([card]);
    const decision = decisionOn(card, whole, { action: 'adjust', units: 7, note: 'agreed' });
    expect(decision).toEqual({
      cardId: card.id,
      action: 'adjust',
      units: 7,
      note: 'agreed',
      fingerprint: fingerprint(card, whole),
    });
    expect(decide(whole, [decision], by).accepted[0]?.reconciledUnits).toBe(7);
  });

  it('leaves a card of any kind to be judged', () => {
    const card = noCountCard() as Card;
    const whole = reconciliation([card]);
    const { refused } = decide(whole, [decisionOn(card, whole, { action: 'approve' })], by);
    expect(refused).toMatchObject([
      { code: 'wrong-action', message: expect.stringContaining('it takes no-change, adjust, dismiss') },
    ]);
  });
});

describe('actions per kind', () => {
  const written = (lineId: string, from: number, to: number) => [to, [[lineId, from, to]]];
  const kept = (units: number) => [units, []];
  it.each<[keyof typeof cards, Decision['action'], unknown]>([
    ['reconcile', 'approve', written('l1', 5, 8)],
    ['reconcile', 'reconcile', written('l1', 5, 8)],
    ['reconcile', 'no-change', kept(5)],
    ['reconcile', 'dismiss', [null, []]],
    ['no-change', 'approve', kept(5)],
    ['no-change', 'reconcile', 'wrong-action'],
    ['no-change', 'no-change', 'wrong-action'],
    ['no-change', 'dismiss', [null, []]],
    ['no-count', 'approve', 'wrong-action'],
    ['no-count', 'reconcile', 'wrong-action'],
    ['no-count', 'no-change', kept(5)],
    ['no-count', 'dismiss', [null, []]],
    ['new-revenue', 'reconcile', 'wrong-action'],
    ['new-revenue', 'no-change', 'wrong-action'],
    ['new-revenue', 'dismiss', [null, []]],
    ['new-revenue', 'approve', 'contract-needed'],
  ])('%s takes %s', (kind, action, expected) => {
    expect(outcome(on(cards[kind], { action }))).toEqual(expected);
  });

  it.each<[keyof typeof cards, number, unknown]>([
    ['reconcile', 7, written('l1', 5, 7)],
    ['reconcile', 5, kept(5)],
    ['no-change', 0, written('l2', 5, 0)],
    ['no-count', 4, written('l3', 5, 4)],
  ])('%s is adjusted to %d', (kind, units, expected) => {
    expect(outcome(on(cards[kind], { action: 'adjust', units }))).toEqual(expected);
  });

  it('keeps what is billed when a difference within the tolerance is approved', () => {
    const close = noChangeCard({ vendor: counted(6), variance: 1, conditions: ['within-tolerance'] });
    expect(outcome(on(close, { action: 'approve' }))).toEqual([5, []]);
  });

  it('adds a line for new revenue', () => {
    const review = on(newRevenueCard(), { action: 'approve', contractId: 'k1' });
    expect(review.accepted[0]).toMatchObject({
      reconciledUnits: 4,
      lines: [],
      addition: { contractId: 'k1', serviceId: 'mail', units: 4 },
    });
    expect(
      on(newRevenueCard(), { action: 'adjust', units: 3, contractId: 'k1' }).accepted[0]?.addition?.units,
    ).toBe(3);
  });

  it('adds no line for new revenue that is none, and asks for no contract then', () => {
    for (const decision of [{ action: 'adjust', units: 0 }, { action: 'dismiss' }] as const) {
      const { accepted, refused } = on(newRevenueCard(), decision);
      expect(refused).toEqual([]);
      expect(accepted).toHaveLength(1);
      expect(accepted[0]).not.toHaveProperty('addition');
    }
  });
});

describe('refusals', () => {
  const twoLines = reconcileCard({
    psa: { units: 5, lines: [line('l1', 2), line('l2', 3)] },
    proposal: { status: 'blocked', reasons: ['several-lines'] },
    conditions: ['several-lines'],
  });
  const services = [
    { id: 'mail', name: 'Mail' },
    { id: 'mail-2', name: 'Mail, yearly' },
  ];
  const two = newRevenueCard({
    services,
    proposal: { status: 'add-line', units: 4, services, contracts: [{ id: 'k1', name: 'Managed' }] },
  });
  const computed = reconcileCard({
    conditions: ['psa-computed'],
    proposal: { status: 'blocked', reasons: ['psa-computed'] },
  });

  it.each<[RefusalCode, Card, Partial<Decision> & Pick<Decision, 'action'>, Partial<Reconciliation>?]>([
    ['card-changed', cards.reconcile, { action: 'approve', fingerprint: `2026-11.${'0'.repeat(32)}` }],
    ['card-changed', cards.reconcile, { action: 'approve', fingerprint: '' }],
    ['other-period', cards.reconcile, { action: 'approve', fingerprint: `2026-10.${'0'.repeat(32)}` }],
    // What only holds a fingerprint tells no period.
    ['card-changed', cards.reconcile, { action: 'approve', fingerprint: `x2026-10.${'0'.repeat(32)}` }],
    ['card-changed', cards.reconcile, { action: 'approve', fingerprint: `2026-10.${'0'.repeat(33)}` }],
    ['unknown-card', cards.reconcile, { action: 'approve', cardId: 'nope' }],
    ['wrong-action', cards.reconcile, { action: 'delete' as Decision['action'] }],
    ['units-missing', cards.reconcile, { action: 'adjust' }],
    ['units-invalid', cards.reconcile, { action: 'adjust', units: -1 }],
    ['units-invalid', cards.reconcile, { action: 'adjust', units: Number.NaN }],
    ['units-invalid', cards.reconcile, { action: 'adjust', units: 0.1234567 }],
    ['units-invalid', cards.reconcile, { action: 'approve', units: 7 }],
    ['fraction-for-integer-psa', cards.reconcile, { action: 'adjust', units: 4.5 }, { precision: 'integer' }],
    ['lines-needed', twoLines, { action: 'approve' }],
    ['lines-needed', twoLines, { action: 'adjust', units: 6 }],
    ['lines-do-not-sum', twoLines, { action: 'approve', lines: [{ lineId: 'l1', to: 4 }] }],
    ['lines-do-not-sum', cards.reconcile, { action: 'approve', lines: [] }],
    ['lines-invalid', twoLines, { action: 'approve', lines: [{ lineId: 'l9', to: 8 }] }],
    ['lines-invalid', twoLines, { action: 'approve', lines: 'l1' as never }],
    ['lines-invalid', twoLines, { action: 'approve', lines: [null as never] }],
    ['lines-invalid', twoLines, { action: 'approve', lines: [undefined as never] }],
    ['lines-invalid', twoLines, { action: 'no-change', lines: [{ lineId: 'l1', to: 2 }] }],
    [
      'lines-invalid',
      twoLines,
      {
        action: 'approve',
        lines: [
          { lineId: 'l1', to: 4 },
          { lineId: 'l1', to: 4 },
        ],
      },
    ],
    ['lines-invalid', twoLines, { action: 'approve', lines: [{ lineId: 'l1', to: -3 }] }],
    [
      'fraction-for-integer-psa',
      twoLines,
      {
        action: 'approve',
        lines: [
          { lineId: 'l1', to: 3.5 },
          { lineId: 'l2', to: 4.5 },
        ],
      },
      { precision: 'integer' },
    ],
    ['line-not-writable', computed, { action: 'approve', lines: [{ lineId: 'l1', to: 8 }] }],
    ['contract-unknown', cards['new-revenue'], { action: 'approve', contractId: 'k9' }],
    ['service-needed', two, { action: 'approve', contractId: 'k1' }],
    ['service-unknown', two, { action: 'approve', contractId: 'k1', serviceId: 'backup' }],
    ['lines-invalid', two, { action: 'approve', contractId: 'k1', lines: [] }],
  ])('%s', (code, card, decision, part) => {
    const review = on(card, decision, part);
    expect(review.refused.map((refusal) => refusal.code)).toEqual([code]);
    expect(review.refused[0]?.message).toMatch(/\S.*\S/);
    expect(review.accepted).toEqual([]);
    expect(review.open).toEqual([card.id]);
  });

  it('takes the quantity an action means when it is said too, and names it when another is said', () => {
    const units = (action: Decision['action'], said: number) => on(cards.reconcile, { action, units: said });
    expect(outcome(units('approve', 8))).toEqual([8, [['l1', 5, 8]]]);
    expect(outcome(units('no-change', 5))).toEqual([5, []]);
    expect(units('approve', 7).refused[0]?.message).toContain('means 8;');
    expect(units('dismiss', 7).refused[0]?.message).toContain('means no quantity;');
  });

  it('takes spelt-out lines that sum up, and keeps those not named', () => {
    const review = on(twoLines, { action: 'approve', lines: [{ lineId: 'l2', to: 6 }] });
    expect(review.accepted[0]?.lines.map(({ to }) => to)).toEqual([2, 6]);
  });

  it('takes exact fractions where the PSA does', () => {
    const lines = [
      { lineId: 'l1', to: 0.1 },
      { lineId: 'l2', to: 0.2 },
    ];
    expect(outcome(on(twoLines, { action: 'adjust', units: 0.3, lines }))).toEqual([
      0.3,
      [
        ['l1', 2, 0.1],
        ['l2', 3, 0.2],
      ],
    ]);
  });

  it('refuses the second decision on a card, and touches no other', () => {
    const whole = reconciliation([cards.reconcile, cards['no-count']]);
    const decision = (card: Card, action: Decision['action']): Decision => ({
      cardId: card.id,
      action,
      fingerprint: fingerprint(card, whole),
    });
    const review = decide(
      whole,
      [
        decision(cards['no-count'], 'approve'),
        decision(cards.reconcile, 'approve'),
        decision(cards.reconcile, 'dismiss'),
        decision(cards['no-count'], 'no-change'),
      ],
      by,
    );
    expect(review.accepted.map(({ card, decision: { action } }) => [card.id, action])).toEqual([
      ['card-1', 'approve'],
      ['card-dash', 'no-change'],
    ]);
    expect(review.refused.map(({ code }) => code)).toEqual(['wrong-action', 'second-decision']);
    expect(review.open).toEqual([]);
  });
});

describe('where new revenue goes', () => {
  const contracts = [
    { id: 'k1', name: 'Managed' },
    { id: 'k2', name: 'Backup' },
  ];
  const services = [
    { id: 'mail', name: 'Mail' },
    { id: 'mail-2', name: 'Mail, yearly' },
  ];
  const [mail] = services;
  const several = newRevenueCard({
    services,
    proposal: { status: 'add-line', units: 4, services, contracts },
  });
  const blocked = (own: typeof services): Card =>
    newRevenueCard({ services: own, proposal: { status: 'blocked', reasons: ['ended-line'] } });
  const where = (card: Card, part: Partial<Decision>): unknown => {
    const { accepted, refused } = on(card, { action: 'approve', ...part });
    const added = accepted[0]?.addition;
    return refused[0]?.code ?? [added?.contractId, added?.serviceId];
  };

  it('is any of the contracts and services that come into question', () => {
    for (const contractId of ['k1', 'k2']) {
      for (const serviceId of ['mail', 'mail-2']) {
        expect(where(several, { contractId, serviceId })).toEqual([contractId, serviceId]);
      }
    }
  });

  it('is no service of the card that no line can be added for', () => {
    const card = newRevenueCard({
      services,
      proposal: { status: 'add-line', units: 4, services: [mail!], contracts },
    });
    expect(where(card, { contractId: 'k1', serviceId: 'mail-2' })).toBe('service-unknown');
    expect(where(card, { contractId: 'k1' })).toEqual(['k1', 'mail']);
  });

  it('is what a person names where the proposal is blocked: any contract, a service of the card', () => {
    expect(where(blocked(services), { contractId: 'k9', serviceId: 'mail-2' })).toEqual(['k9', 'mail-2']);
    expect(where(blocked(services), { contractId: 'k9', serviceId: 'backup' })).toBe('service-unknown');
    expect(where(blocked(services), { contractId: 'k9' })).toBe('service-needed');
    expect(where(blocked([mail!]), { contractId: 'k9' })).toEqual(['k9', 'mail']);
    expect(where(blocked([mail!]), {})).toBe('contract-needed');
  });

  it('is not known for a card without services', () => {
    expect(where(blocked([]), { contractId: 'k1' })).toBe('service-needed');
  });
});

describe('several lines', () => {
  const lines = [line('l1', 2), line('l2', 3)];
  const split = reconcileCard({
    psa: { units: 5, lines },
    proposal: {
      status: 'ready',
      units: 8,
      lines: [
        { lineId: 'l1', from: 2, to: 4 },
        { lineId: 'l2', from: 3, to: 4 },
      ],
    },
  });
  const blocked = (reason: 'several-lines' | 'included-twice' | 'psa-computed', own = lines): Card =>
    reconcileCard({
      psa: { units: 5, lines: own },
      conditions: [reason],
      proposal: { status: 'blocked', reasons: [reason] },
    });

  it('follow a ready proposal', () => {
    expect(outcome(on(split, { action: 'approve' }))).toEqual([
      8,
      [
        ['l1', 2, 4],
        ['l2', 3, 4],
      ],
    ]);
    expect(outcome(on(split, { action: 'adjust', units: 8 }))).toEqual(
      outcome(on(split, { action: 'approve' })),
    );
  });

  it('are spelt out for another number, and the refusal says why', () => {
    const other = on(split, { action: 'adjust', units: 7 });
    expect(other.refused[0]).toMatchObject({ code: 'lines-needed' });
    expect(other.refused[0]?.message).toContain('it has 2 lines');
    const needed = on(blocked('several-lines'), { action: 'approve' }).refused[0];
    expect(needed?.message).toContain('its proposal is blocked (several-lines)');
  });

  it('are not guessed for one line whose proposal is blocked', () => {
    const one = blocked('included-twice', [line('l1', 5)]);
    expect(on(one, { action: 'approve' }).refused[0]?.code).toBe('lines-needed');
    const given = on(one, { action: 'approve', lines: [{ lineId: 'l1', to: 8 }] });
    expect(outcome(given)).toEqual([8, [['l1', 5, 8]]]);
  });

  it('need nothing when nothing changes', () => {
    for (const action of ['no-change', 'dismiss'] as const) {
      expect(outcome(on(blocked('several-lines'), { action }))).toEqual([
        action === 'dismiss' ? null : 5,
        [],
      ]);
    }
    expect(outcome(on(blocked('several-lines'), { action: 'adjust', units: 5 }))).toEqual([5, []]);
    const refused = on(blocked('several-lines'), { action: 'dismiss', lines: [] }).refused[0];
    expect(refused?.code).toBe('lines-invalid');
  });

  it('may be written beside a computed one, which the plan then blocks', () => {
    const card = blocked('psa-computed');
    expect(outcome(on(card, { action: 'approve', lines: [{ lineId: 'l1', to: 5 }] }))).toEqual([
      8,
      [
        ['l1', 2, 5],
        ['l2', 3, 3],
      ],
    ]);
    const computed = on(blocked('psa-computed', [line('l1', 5)]), {
      action: 'approve',
      lines: [{ lineId: 'l1', to: 8 }],
    });
    expect(computed.refused[0]?.message).toContain('line l1');
  });

  it('say what they sum to when they do not', () => {
    const short = on(split, { action: 'approve', lines: [{ lineId: 'l1', to: 3 }] }).refused[0];
    expect(short?.message).toContain('sum to 6, decided is 8');
    const many = Array.from({ length: 5 }, (_, i) => line(`l${i}`, 1));
    const huge = on(blocked('several-lines', many), {
      action: 'approve',
      lines: many.map(({ lineId }) => ({ lineId, to: 2_000_000_000 })),
    });
    expect(huge.refused[0]?.message).toContain('more than can be held');
  });
});

describe('conservation', () => {
  it('never accepts lines that do not sum to the reconciled units', () => {
    const quantity = fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(
        fc.array(quantity, { minLength: 1, maxLength: 4 }),
        fc.array(quantity, { maxLength: 5 }),
        quantity,
        fc.constantFrom<Decision['action']>('approve', 'reconcile', 'adjust', 'no-change'),
        (from, to, units, action) => {
          const lines = from.map((value, i) => line(`l${i}`, value));
          const total = Math.round(from.reduce((sum, value) => sum + value, 0) * 10) / 10;
          const card = reconcileCard({
            psa: { units: total, lines },
            to: units,
            proposal: { status: 'blocked', reasons: ['several-lines'] },
          });
          const review = on(card, {
            action,
            ...(action === 'adjust' ? { units } : {}),
            lines: to.map((value, i) => ({ lineId: `l${i}`, to: value })),
          });
          for (const accepted of review.accepted) {
            if (accepted.lines.length === 0) {
              expect(accepted.reconciledUnits).toBe(total);
              continue;
            }
            const sum = accepted.lines.reduce((all, { to: part }) => all + Math.round(part * 10), 0);
            expect(sum).toBe(Math.round((accepted.reconciledUnits ?? -1) * 10));
          }
          expect(review.accepted.length + review.refused.length).toBe(1);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a list from outside', () => {
  it.each([[null], [undefined], ['card-1'], [7], [[]], [{}]])('refuses %j and goes on', (entry) => {
    const card = reconcileCard();
    const whole = reconciliation([card]);
    const good = { cardId: card.id, action: 'approve', fingerprint: fingerprint(card, whole) } as const;
    const review = decide(whole, [entry as unknown as Decision, good], by);
    expect(review.refused.map(({ code }) => code)).toEqual(['unknown-card']);
    expect(review.accepted).toHaveLength(1);
  });
});

describe('who decides', () => {
  it.each([
    [undefined],
    [{}],
    [{ actor: 'ana' }],
    [{ actor: 'ana', at: 'now' }],
    [{ at: '2026-11-22T12:30:00Z' }],
    [{ actor: '', at: '2026-11-22T12:30:00Z' }],
  ])('has to be said: %j is refused', (who) => {
    expect(() => decide(reconciliation([]), [], who as never)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining('decide: by must be') }),
    );
  });
});

describe('a neighbour of the right value', () => {
  const rec = reconciliation([]);
  const auto = autoDecide(rec, {});
  const plan = planWriteBack(decide(rec, [], by), { psa: psaOf([]) });
  const any = <T>(value: unknown): T => value as T;

  it.each<[string, () => unknown, string]>([
    [
      'what autoDecide returned',
      () => decide(rec, any(auto), by),
      'decide: decisions must be a list of decisions.',
    ],
    [
      'the cards',
      () => autoDecide(any(rec.cards), {}),
      'autoDecide: reconciliation must be a reconciliation, as',
    ],
    [
      'swapped arguments',
      () => decide(any([]), any(rec), by),
      'decide: reconciliation must be a reconciliation, as',
    ],
    [
      'a reconciliation',
      () => planWriteBack(any(rec), { psa: psaOf([]) }),
      'planWriteBack: review must be a review,',
    ],
    ['a review', () => planUndo(any(decide(rec, [], by)), [], by), 'planUndo: plan must be a plan, as'],
    [
      'a promise',
      () => planUndo(plan, any(Promise.resolve([])), by),
      'planUndo: entries must be a list of entries,',
    ],
    ['a bare name', () => planUndo(plan, [], any('ana')), 'planUndo: by must be { actor, at }, like'],
  ])('is refused by name: %s', (_, call, message) => {
    expect(call).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining(message) }),
    );
  });
});
