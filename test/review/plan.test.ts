import {
  type BlockCode,
  type Card,
  type Decision,
  decide,
  decisionOn,
  type EffectivePolicy,
  fingerprint,
  type PlanOptions,
  type PsaSnapshot,
  planWriteBack,
  type Review,
  type WritePlan,
} from 'trueup';
import { afterEach, describe, expect, it } from 'vitest';
import { line, newRevenueCard, psaOf, reconcileCard, reconciliation } from './cards.ts';

const by = { actor: 'ana', at: '2026-11-22T12:30:00Z' };

function review(card: Card, decision: Partial<Decision> = {}, psa: Partial<PsaSnapshot> = {}): Review {
  const whole = reconciliation([card], {
    precision: psa.precision ?? 'decimal',
    dating: psa.dating ?? 'immediate',
  });
  const given = { cardId: card.id, action: 'approve' as const, fingerprint: fingerprint(card, whole) };
  return decide(whole, [{ ...given, ...decision }], by);
}

function plan(
  card: Card,
  options: Omit<PlanOptions, 'psa'> = {},
  psa: Partial<PsaSnapshot> = {},
  decision: Partial<Decision> = {},
): WritePlan {
  return planWriteBack(review(card, decision, psa), { psa: psaOf([card], psa), ...options });
}

const dates = ({ changes }: WritePlan): unknown =>
  changes.map((change) => [change.effectiveDate, change.mode]);
const dated = { dating: 'dated' } as const;

describe('the plan', () => {
  it('says line, from, to, date and money', () => {
    const made = plan(reconcileCard(), {}, dated);
    expect(made.changes).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        cardId: 'card-1',
        customerId: 'c1',
        contractId: 'k1',
        lineId: 'l1',
        serviceId: 'mail',
        from: 5,
        to: 8,
        effectiveDate: '2026-12-01',
        mode: 'dated',
        impact: { amount: '12.6', currency: 'USD' },
      },
    ]);
    expect(made).toMatchObject({
      psa: 'cw',
      connector: 'simulated',
      period: '2026-11',
      by,
      blocked: [],
      problems: [],
    });
  });

  it('has an id of its content: the same for the same changes, another for any other', () => {
    const id = plan(reconcileCard()).id;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(plan(reconcileCard()).id).toBe(id);
    expect(plan(reconcileCard(), { now: '2026-11-23T00:00:00Z' }).id).not.toBe(id);
    expect(plan(reconcileCard({ to: 9 })).id).not.toBe(id);
  });

  it('leaves out what writes nothing', () => {
    const made = plan(reconcileCard(), {}, {}, { action: 'dismiss' });
    expect([made.changes, made.additions, made.blocked]).toEqual([[], [], []]);
  });

  it('leaves out lines that stay as they are, also where it could write nothing at all', () => {
    const made = review(reconcileCard());
    const [accepted] = made.accepted;
    const lines = accepted!.lines.map((entry) => ({ ...entry, to: entry.from }));
    const kept = { ...made, accepted: [{ ...accepted!, reconciledUnits: 5, lines }] };
    for (const source of ['cw', 'cw-2']) {
      const { changes, blocked } = planWriteBack(kept, { psa: psaOf([reconcileCard()], { source }) });
      expect([changes, blocked]).toEqual([[], []]);
    }
  });

  it('writes a fraction where the PSA takes one', () => {
    const made = plan(reconcileCard(), {}, {}, { action: 'adjust', units: 4.5 });
    expect(made.changes.map(({ from, to }) => [from, to])).toEqual([[5, 4.5]]);
    expect(made.blocked).toEqual([]);
  });

  it('adds a line for new revenue', () => {
    const made = plan(newRevenueCard(), {}, dated, { contractId: 'k1' });
    expect(made.additions).toMatchObject([
      { contractId: 'k1', serviceId: 'mail', units: 4, effectiveDate: '2026-12-01', mode: 'dated' },
    ]);
  });
});

describe('effective dates', () => {
  const up = reconcileCard();
  const down = reconcileCard({ to: 3 });

  it('default to what the PSA can do', () => {
    expect(dates(plan(up, {}, dated))).toEqual([['2026-12-01', 'dated']]);
    expect(dates(plan(up))).toEqual([['2026-11-22', 'immediate']]);
    // Nothing was asked for that the PSA cannot do.
    expect(plan(up).problems).toEqual([]);
  });

  it.each<[EffectivePolicy, string]>([
    ['first-of-next-month', '2026-12-01'],
    ['first-of-this-month', '2026-11-01'],
    ['immediate', '2026-11-22'],
    [{ date: '2027-02-28' }, '2027-02-28'],
  ])('%j', (effective, date) => {
    expect(dates(plan(up, { effective }, dated))).toEqual([[date, 'dated']]);
  });

  it('differ for increases and decreases', () => {
    const effective = { increase: 'immediate', decrease: 'first-of-next-month' } as const;
    expect(dates(plan(up, { effective }, dated))).toEqual([['2026-11-22', 'dated']]);
    expect(dates(plan(down, { effective }, dated))).toEqual([['2026-12-01', 'dated']]);
  });

  it('take the next invoice date from the contract', () => {
    const contracts = psaOf([up]).contracts.map((contract) => ({
      ...contract,
      nextInvoiceDate: '2026-12-15',
    }));
    const effective = 'next-invoice-date';
    expect(dates(plan(up, { effective }, { ...dated, contracts }))).toEqual([['2026-12-15', 'dated']]);
    expect(plan(up, { effective }, dated).blocked.map(({ code }) => code)).toEqual(['no-invoice-date']);
  });

  it('are said not to hold where the PSA cannot date a change', () => {
    const made = plan(up, { effective: 'first-of-next-month' });
    expect(dates(made)).toEqual([['2026-11-22', 'immediate']]);
    expect(made.problems).toMatchObject([{ code: 'applied-immediately', severity: 'warning' }]);
    expect(made.problems[0]?.message).toContain('2026-12-01');
    expect(plan(up, { effective: 'immediate' }).problems).toEqual([]);
  });

  it.each<[string, string, EffectivePolicy, string]>([
    ['2026-12-31T23:30:00Z', 'UTC', 'first-of-next-month', '2027-01-01'],
    ['2026-12-31T23:30:00Z', 'Asia/Tokyo', 'first-of-next-month', '2027-02-01'],
    ['2027-01-01T03:00:00Z', 'America/Chicago', 'first-of-this-month', '2026-12-01'],
    ['2027-01-31T12:00:00Z', 'UTC', 'first-of-next-month', '2027-02-01'],
    ['2028-02-29T12:00:00Z', 'UTC', 'first-of-next-month', '2028-03-01'],
    ['2028-02-29T23:59:59.999Z', 'Pacific/Auckland', 'immediate', '2028-03-01'],
    ['2028-02-29T10:00:00Z', 'Pacific/Pago_Pago', 'immediate', '2028-02-28'],
    // Days on which these zones skip midnight.
    ['2026-09-06T03:30:00Z', 'America/Santiago', 'immediate', '2026-09-05'],
    ['2026-09-06T04:30:00Z', 'America/Santiago', 'immediate', '2026-09-06'],
    ['2011-12-30T10:30:00Z', 'Pacific/Apia', 'immediate', '2011-12-31'],
    ['2026-11-22T00:15:00Z', 'Asia/Kathmandu', 'first-of-this-month', '2026-11-01'],
  ])('at %s in %s, %j is %s', (now, timeZone, effective, date) => {
    expect(dates(plan(up, { now, timeZone, effective }, dated))).toEqual([[date, 'dated']]);
  });

  describe('do not depend on the zone of the machine', () => {
    const before = process.env.TZ;
    afterEach(() => {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    });
    it.each(['UTC', 'America/Santiago', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata'])(
      '%s',
      (zone) => {
        process.env.TZ = zone;
        for (const now of ['2026-08-31T23:59:59Z', '2026-09-06T04:00:00Z', '2028-02-29T00:00:00Z']) {
          const of = (timeZone: string): unknown =>
            dates(plan(up, { now, timeZone, effective: 'first-of-next-month' }, dated));
          expect([of('UTC'), of('America/Santiago')]).toEqual(
            {
              '2026-08-31T23:59:59Z': [[['2026-09-01', 'dated']], [['2026-09-01', 'dated']]],
              '2026-09-06T04:00:00Z': [[['2026-10-01', 'dated']], [['2026-10-01', 'dated']]],
              '2028-02-29T00:00:00Z': [[['2028-03-01', 'dated']], [['2028-03-01', 'dated']]],
            }[now],
          );
        }
      },
    );
  });
});

describe('what is blocked', () => {
  const up = reconcileCard();
  const psa = psaOf([up]);
  const [only] = psa.lines;
  const [contract] = psa.contracts;
  const withLine = (part: object) => ({ ...dated, lines: [{ ...only!, ...part }] });
  const withContract = (part: object) => ({ ...dated, contracts: [{ ...contract!, ...part }] });
  const now = '2026-11-22T12:00:00Z';
  const half = { action: 'adjust' as const, units: 4.5 };

  it.each<[BlockCode, Partial<PsaSnapshot>, Omit<PlanOptions, 'psa'>?]>([
    ['period-posted', withLine({ billedThrough: '2026-12-31' })],
    ['period-posted', withLine({ billedThrough: '2026-12-01' })],
    ['period-posted', withLine({ billedThrough: '2026-11-30' }), { effective: 'first-of-this-month' }],
    ['before-start', withLine({ startDate: '2026-12-02' })],
    ['before-start', withContract({ startDate: '2027-01-01' })],
    ['ended-before-effective', withLine({ endDate: '2026-12-01' })],
    ['ended-before-effective', withContract({ endDate: '2026-11-30' })],
    ['unknown-line', { ...dated, lines: [] }],
    ['unknown-line', { ...dated, contracts: [] }],
    ['line-changed', withLine({ units: 6 })],
    ['computed', withLine({ native: { computed: true } })],
    ['other-psa', { ...dated, source: 'cw-2' }],
    ['no-effective-date', dated, { timeZone: 'Mars/Olympus' }],
    ['no-effective-date', dated, { now: 'yesterday' }],
    ['no-effective-date', dated, { effective: { date: '2026-02-30' } }],
    ['no-effective-date', dated, { effective: 'some-day' as EffectivePolicy }],
    [
      'no-effective-date',
      dated,
      { effective: { increase: null as unknown as EffectivePolicy, decrease: 'immediate' } },
    ],
    ['unsupported', dated, { capabilities: { writes: 'none', adds: false } }],
  ])('%s', (code, part, options) => {
    const made = plan(up, { now, ...options }, part);
    expect(made.changes).toEqual([]);
    expect(made.blocked.map((entry) => [entry.lineId, entry.code])).toEqual([['l1', code]]);
  });

  it.each<[BlockCode, string, Partial<PsaSnapshot>, Omit<PlanOptions, 'psa'>, string]>([
    ['other-psa', 'psa.source', { source: 'cw-2' }, {}, 'for PSA cw, the snapshot is of cw-2'],
    ['no-effective-date', 'timeZone', {}, { now: 'yesterday' }, 'no day for yesterday in time zone UTC'],
    [
      'no-effective-date',
      'timeZone',
      {},
      { timeZone: 'Mars/Olympus' },
      'no day for 2026-11-22T12:30:00Z in time zone Mars/Olympus',
    ],
  ])(
    'is everything when nothing can be planned, and the plan says why: %s',
    (code, path, part, options, why) => {
      for (const card of [up, newRevenueCard()]) {
        const made = plan(card, options, part, card === up ? {} : { contractId: 'k1' });
        expect([made.changes, made.additions]).toEqual([[], []]);
        const message = expect.stringContaining(why);
        const lineId = card === up ? 'l1' : null;
        expect(made.blocked).toEqual([{ cardId: card.id, lineId, code, message }]);
        expect(made.problems).toEqual([{ code, severity: 'error', message, path }]);
      }
    },
  );

  it('is nothing on the day after the posted period, on the last day of a contract, or undated', () => {
    expect(plan(up, { now }, withLine({ billedThrough: '2026-11-30' })).blocked).toEqual([]);
    expect(plan(up, { now }, withContract({ endDate: '2026-12-01' })).blocked).toEqual([]);
    expect(
      plan(up, { now }, { ...withLine({ billedThrough: '2026-12-31' }), dating: 'immediate' }).blocked,
    ).toEqual([]);
  });

  it('says the day something ended: of the line, else of the contract', () => {
    const message = (part: Partial<PsaSnapshot>) => plan(up, { now }, part).blocked[0]?.message;
    expect(message(withLine({ endDate: '2026-11-29' }))).toContain('has ended (2026-11-29)');
    expect(message(withContract({ endDate: '2026-11-30' }))).toContain('has ended (2026-11-30)');
  });

  it('is no line that ends later, and no whole quantity of a PSA that takes only those', () => {
    expect(plan(up, { now }, withLine({ endDate: '2026-12-02' })).changes).toHaveLength(1);
    expect(plan(up, { now }, { ...dated, precision: 'integer' }).changes).toHaveLength(1);
    const fresh = plan(newRevenueCard(), { now }, { precision: 'integer' }, { contractId: 'k1' });
    expect(fresh.additions).toHaveLength(1);
  });

  it('warns of no date: only what is written is applied at once', () => {
    const later = { now, effective: 'first-of-next-month' } as const;
    expect(plan(up, later, { lines: [] }).problems).toEqual([]);
    const fresh = plan(newRevenueCard(), later, {}, { contractId: 'k1' });
    expect(fresh.problems).toMatchObject([{ code: 'applied-immediately' }]);
  });

  it('includes a fraction for an integer PSA, also when the review was made elsewhere', () => {
    const made = planWriteBack(review(up, half), { psa: psaOf([up], { precision: 'integer' }) });
    expect(made.blocked.map(({ code }) => code)).toEqual(['fraction-for-integer-psa']);
  });

  it('includes a review whose lines do not sum up', () => {
    const made = review(up);
    const [accepted] = made.accepted;
    const tampered = { ...made, accepted: [{ ...accepted!, reconciledUnits: 7 }] };
    expect(planWriteBack(tampered, { psa }).blocked.map(({ code }) => code)).toEqual(['does-not-add-up']);
  });

  it.each([7, -4, Number.NaN])('includes a review whose new line is not what was decided: %d', (units) => {
    const made = review(newRevenueCard(), { contractId: 'k1' });
    const [accepted] = made.accepted;
    const addition = { ...accepted!.addition!, units };
    for (const reconciledUnits of units < 0 || Number.isNaN(units) ? [4, units] : [4]) {
      const tampered = { ...made, accepted: [{ ...accepted!, addition, reconciledUnits }] };
      const { additions, blocked } = planWriteBack(tampered, { psa });
      expect([additions, blocked.map(({ code }) => code)]).toEqual([[], ['does-not-add-up']]);
    }
  });

  it('holds a whole card back when one of its lines is blocked', () => {
    const two = reconcileCard({
      psa: { units: 5, lines: [line('l1', 2), line('l2', 3)] },
      proposal: { status: 'blocked', reasons: ['several-lines'] },
    });
    const lines = psaOf([two]).lines.map((entry) =>
      entry.id === 'l2' ? { ...entry, native: { computed: true } } : entry,
    );
    const to = [
      { lineId: 'l1', to: 3 },
      { lineId: 'l2', to: 5 },
    ];
    const made = plan(two, {}, { lines }, { lines: to });
    expect(made.changes).toEqual([]);
    expect(made.blocked.map(({ lineId, code }) => [lineId, code])).toEqual([
      ['l1', 'other-line'],
      ['l2', 'computed'],
    ]);
  });

  it.each<[BlockCode, Partial<PsaSnapshot>, Omit<PlanOptions, 'psa'>?]>([
    ['contract-unknown', { contracts: [] }],
    ['contract-unknown', withContract({ customerId: 'c2' })],
    ['contract-closed', withContract({ status: 'cancelled' })],
    ['contract-closed', withContract({ endDate: '2026-11-30' })],
    ['service-unknown', { services: [] }],
    ['unsupported', {}, { capabilities: { writes: 'absolute', adds: false } }],
  ])('%s, for new revenue', (code, part, options) => {
    const made = plan(newRevenueCard(), { now, ...options }, { ...dated, ...part }, { contractId: 'k1' });
    expect([made.additions, made.blocked.map((entry) => entry.code)]).toEqual([[], [code]]);
  });

  it('includes new revenue without a date, or of a fraction', () => {
    const invoice = plan(newRevenueCard(), { effective: 'next-invoice-date' }, dated, { contractId: 'k1' });
    expect(invoice.blocked.map((entry) => entry.code)).toEqual(['no-invoice-date']);
    const card = newRevenueCard();
    const review_ = review(card, { contractId: 'k1', action: 'adjust', units: 1.5 });
    const made = planWriteBack(review_, { psa: psaOf([card], { precision: 'integer' }) });
    expect(made.blocked.map((entry) => entry.code)).toEqual(['fraction-for-integer-psa']);
  });

  it('is no new line on the first or last day of its contract', () => {
    for (const part of [{ startDate: '2026-12-01' }, { endDate: '2026-12-01' }]) {
      expect(
        plan(newRevenueCard(), { now }, withContract(part), { contractId: 'k1' }).additions,
      ).toHaveLength(1);
    }
    const early = plan(newRevenueCard(), { now }, withContract({ startDate: '2026-12-02' }), {
      contractId: 'k1',
    });
    expect(early.blocked.map((entry) => entry.code)).toEqual(['contract-closed']);
  });

  it('is no change on the first day of a line, nor one that has no start to fall before', () => {
    expect(plan(up, { now }, withLine({ startDate: '2026-12-01' })).changes).toHaveLength(1);
    expect(plan(up, { now }, withContract({ startDate: '2026-12-01' })).changes).toHaveLength(1);
    const later = { ...withLine({ startDate: '2027-01-01' }), dating: 'immediate' } as const;
    expect(plan(up, { now }, later).changes).toHaveLength(1);
  });

  it('includes a line of another contract, and a line that two cards change', () => {
    const moved = plan(up, { now }, withLine({ contractId: 'k2' }));
    expect(moved.blocked.map((entry) => entry.code)).toEqual(['unknown-line']);
    const twin = { ...up, id: 'card-2' };
    const whole = reconciliation([up, twin]);
    const decisions = [up, twin].map((card) => ({
      cardId: card.id,
      action: 'approve' as const,
      fingerprint: fingerprint(card, whole),
    }));
    const made = planWriteBack(decide(whole, decisions, by), { psa });
    expect(made.changes.map(({ cardId }) => cardId)).toEqual(['card-1']);
    expect(made.blocked.map(({ cardId, code }) => [cardId, code])).toEqual([['card-2', 'line-twice']]);
  });
});

describe('several cards of new revenue', () => {
  const services = [
    { id: 'mail', name: 'Mail' },
    { id: 'backup', name: 'Backup' },
  ];
  const contracts = [
    { id: 'k1', name: 'Managed' },
    { id: 'k2', name: 'Backup' },
  ];
  // Of accounts that are bound to a contract, and of accounts that are bound to none.
  const cards = ['bound', 'free'].map((id) =>
    newRevenueCard({ id, services, proposal: { status: 'add-line', units: 4, services, contracts } }),
  );
  const added = (...places: readonly { readonly contractId: string; readonly serviceId: string }[]) => {
    const whole = reconciliation(cards);
    const decisions = cards.map((card, i) => decisionOn(card, whole, { action: 'approve', ...places[i] }));
    const base = psaOf(cards);
    const known = contracts.map((contract) => ({ ...base.contracts[0]!, ...contract }));
    const all = services.map((service) => ({ ...service, active: true }));
    const psa = { ...base, contracts: known, services: all };
    const made = planWriteBack(decide(whole, decisions, by), { psa });
    return [
      made.additions.map(({ cardId }) => cardId),
      made.blocked.map(({ cardId, code }) => [cardId, code]),
    ];
  };

  it('never add the same service to a contract twice: the second line could not be told from the first', () => {
    const place = { contractId: 'k1', serviceId: 'mail' };
    expect(added(place, place)).toEqual([['bound'], [['free', 'line-twice']]]);
  });

  it('add to several contracts, and several services to one', () => {
    const first = { contractId: 'k1', serviceId: 'mail' };
    expect(added(first, { contractId: 'k2', serviceId: 'mail' })).toEqual([['bound', 'free'], []]);
    expect(added(first, { contractId: 'k1', serviceId: 'backup' })).toEqual([['bound', 'free'], []]);
  });
});

describe('a card of several lines', () => {
  const two = reconcileCard({
    psa: { units: 5, lines: [line('l1', 2), line('l2', 3)] },
    proposal: { status: 'ready', units: 8, lines: [{ lineId: 'l2', from: 3, to: 6 }] },
  });

  it('changes only the lines that differ', () => {
    expect(plan(two).changes.map(({ lineId, from, to }) => [lineId, from, to])).toEqual([['l2', 3, 6]]);
  });

  it('is written line by line also where they bill different services', () => {
    const mixed = reconcileCard({
      psa: { units: 5, lines: [line('l1', 2), { ...line('l2', 3), serviceId: 'mail-2' }] },
      proposal: { status: 'ready', units: 8, lines: [{ lineId: 'l2', from: 3, to: 6 }] },
    });
    expect(plan(mixed).changes.map(({ lineId, serviceId }) => [lineId, serviceId])).toEqual([
      ['l2', 'mail-2'],
    ]);
  });

  it('is not written on a line that it did not show', () => {
    const psa = psaOf([two, reconcileCard({ psa: { units: 1, lines: [line('l9', 1)] } })]);
    const strange = { lineId: 'l9', contractId: 'k1', from: 1, to: 8 };
    for (const made of [review(two), review(newRevenueCard(), { action: 'dismiss' })]) {
      const [accepted] = made.accepted;
      const tampered = { ...made, accepted: [{ ...accepted!, reconciledUnits: 8, lines: [strange] }] };
      const { changes, blocked } = planWriteBack(tampered, { psa });
      expect(changes).toEqual([]);
      expect(blocked.map(({ lineId, code }) => [lineId, code])).toEqual([['l9', 'line-changed']]);
    }
  });

  it('is not written with a quantity that is none', () => {
    const made = review(two);
    const [accepted] = made.accepted;
    for (const to of [Number.NaN, -1]) {
      const lines = accepted!.lines.map((entry) => ({ ...entry, to: entry.lineId === 'l2' ? to : 8 - to }));
      const tampered = { ...made, accepted: [{ ...accepted!, lines }] };
      const blocked = planWriteBack(tampered, { psa: psaOf([two]) }).blocked;
      expect(blocked.map(({ code }) => code)).toEqual(['does-not-add-up']);
    }
  });
});

describe('money', () => {
  const impact = (part: object): unknown => {
    const card = reconcileCard();
    const lines = psaOf([card]).lines.map((entry) => ({ ...entry, ...part }));
    return plan(card, {}, { lines }).changes[0]?.impact;
  };

  it('is the change times the price, in the currency of the contract', () => {
    expect(impact({ unitPrice: '0.1' })).toEqual({ amount: '0.3', currency: 'USD' });
    const card = reconcileCard({ to: 3 });
    const contracts = psaOf([card]).contracts.map((contract) => ({ ...contract, currency: 'EUR' }));
    expect(plan(card, {}, { contracts }).changes[0]?.impact).toEqual({ amount: '-8.4', currency: 'EUR' });
  });

  it('is unknown without a price, and none where nothing is invoiced', () => {
    expect([impact({ unitPrice: undefined }), impact({ unitPrice: '4,20' })]).toEqual([null, null]);
    expect(impact({ billable: false })).toEqual({ amount: '0', currency: 'USD' });
  });

  it('is what the card says: what the PSA invoices after its own rules', () => {
    expect(impact({ native: { minimum: 10 } })).toEqual({ amount: '0', currency: 'USD' });
    expect(impact({ native: { included: 6 } })).toEqual({ amount: '8.4', currency: 'USD' });
    expect(impact({ native: { maximum: 6 } })).toEqual({ amount: '4.2', currency: 'USD' });
  });
});

describe('a newer snapshot', () => {
  const card = reconcileCard();
  const [first] = psaOf([card]).lines;
  const beside = (part: object = {}): Partial<PsaSnapshot> => ({
    lines: [first!, { ...first!, id: 'l9', units: 2, ...part }],
  });

  it('with another line of the service beside the one decided on: both together are billed', () => {
    const made = plan(card, {}, beside());
    expect(made.changes).toEqual([]);
    expect(made.blocked).toMatchObject([
      {
        lineId: 'l1',
        code: 'line-changed',
        message:
          'Line l9 bills service mail on contract k1 too, and the card does not show it; reconcile again.',
      },
    ]);
    const fresh = plan(newRevenueCard(), {}, beside(), { contractId: 'k1' });
    expect(fresh.additions).toEqual([]);
    expect(fresh.blocked).toMatchObject([{ lineId: null, code: 'line-changed' }]);
    // One that begins later was on no card either.
    expect(plan(card, {}, beside({ startDate: '2026-12-01' })).blocked).toHaveLength(1);
    expect(plan(card, {}, beside({ endDate: '2026-11-23' })).blocked).toHaveLength(1);
    expect(plan(card, {}, { lines: beside().lines!.toReversed() }).blocked).toHaveLength(1);
  });

  it.each([
    { serviceId: 'backup' },
    { contractId: 'k2' },
    { customerId: 'c2' },
    { active: false },
    { units: 0 },
    { endDate: '2026-11-22' },
  ])('with another line that is not billed beside it: %j', (part) => {
    expect(plan(card, {}, beside(part)).changes).toHaveLength(1);
  });

  it('with a line the card names as out of scope', () => {
    const outOfScopeLines = [{ lineId: 'l9', reason: 'line-future' }] as const;
    expect(plan(reconcileCard({ outOfScopeLines }), {}, beside()).changes).toHaveLength(1);
  });

  const codes = (part: object, contract: object = {}): unknown => {
    const { lines, contracts } = psaOf([card]);
    const made = plan(
      card,
      {},
      {
        lines: lines.map((row) => ({ ...row, ...part })),
        contracts: contracts.map((row) => ({ ...row, ...contract })),
      },
    );
    return [made.changes.length, made.blocked.map(({ code }) => code)];
  };

  it('blocks what is no longer the line that was looked at', () => {
    expect(codes({})).toEqual([1, []]);
    expect(codes({ active: false })).toEqual([0, ['line-changed']]);
    expect(codes({ serviceId: 'backup' })).toEqual([0, ['line-changed']]);
    expect(codes({ customerId: 'c2' })).toEqual([0, ['line-changed']]);
    expect(codes({}, { status: 'cancelled' })).toEqual([0, ['contract-closed']]);
    const { lines } = psaOf([card]);
    const made = plan(card, {}, { lines: [...lines, ...lines] });
    expect(made.blocked.map(({ code }) => code)).toEqual(['line-changed']);
  });
});

describe('an option with a misspelt name', () => {
  it.each([['timezone'], ['effectve'], ['capability']])('is refused, and not ignored: %s', (name) => {
    expect(() => plan(reconcileCard(), { [name]: 'x' })).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: `planWriteBack: options must be an object that has only psa, effective, now, timeZone, capabilities, not ${name}.`,
      }),
    );
  });
});
