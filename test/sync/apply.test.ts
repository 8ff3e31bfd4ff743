import {
  decide,
  decisionOn,
  type JournalEntry,
  planUndo,
  planWriteBack,
  type ReconcileCard,
  TrueupError,
  type WritePlan,
} from 'trueup';
import { checkApplyReport, checkJournal } from 'trueup/schema';
import { type ApplyOptions, applyPlan, type Journal, memoryJournal } from 'trueup/sync';
import { describe, expect, it } from 'vitest';
import { planId } from '../../src/review/plan-id.ts';
import { line, psaOf, reconcileCard, reconciliation } from '../review/cards.ts';
import { manualClock, scenario } from './plans.ts';
import {
  type Fault,
  type SimulatedLine,
  type SimulatedPsa,
  type SimulatedPsaOptions,
  simulatedPsa,
} from './simulated-psa.ts';

const MINUTE = 60_000;

interface Bench {
  readonly plan: WritePlan;
  readonly psa: ReturnType<typeof simulatedPsa>;
  readonly journal: Journal;
  readonly clock: ReturnType<typeof manualClock>;
  run(options?: Partial<ApplyOptions>): ReturnType<typeof applyPlan>;
}

/** A plan, a PSA that fails as told (by operation and line), and a clock. */
function bench(
  count: number,
  faults: Readonly<Record<string, Fault | readonly Fault[]>> = {},
  options: Partial<SimulatedPsaOptions> & {
    readonly addition?: boolean;
    readonly change?: (line: SimulatedLine) => SimulatedLine;
  } = {},
): Bench {
  const { addition = false, change = (line) => line, ...rest } = options;
  const { plan, lines } = scenario(count, { addition, dating: rest.dating ?? 'immediate' });
  const queues = new Map(Object.entries(faults).map(([key, list]) => [key, [list].flat() as Fault[]]));
  const psa = simulatedPsa(lines.map(change), {
    writes: 'absolute',
    fault: ({ op, lineId }) => queues.get(lineId === null ? op : `${op} ${lineId}`)?.shift(),
    ...rest,
  });
  const journal = memoryJournal();
  const clock = manualClock();
  const run: Bench['run'] = (extra = {}) =>
    applyPlan(plan, psa.connector, { journal, runtime: clock.runtime, ...extra });
  return { plan, psa, journal, clock, run };
}

const outcomes = (report: Awaited<ReturnType<typeof applyPlan>>): unknown =>
  report.results.map(({ outcome, code }) => (code === undefined ? outcome : `${outcome}: ${code}`));

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (TrueupError.is(error) ? error.code : 'foreign'),
  );

describe('applyPlan', () => {
  it('writes every change once, reads it back and says so', async () => {
    const { psa, journal, run } = bench(3, {}, { addition: true });
    const report = await run();
    expect(report.complete).toBe(true);
    expect(report.results.map(({ outcome, before, after }) => [outcome, before, after])).toEqual([
      ['applied', 5, 8],
      ['applied', 6, 9],
      ['applied', 7, 10],
      ['applied', null, 4],
    ]);
    const entries = await journal.read();
    expect(entries.map(({ type }) => type)).toEqual([
      'start',
      ...Array.from({ length: 4 }, () => ['intent', 'outcome']).flat(),
    ]);
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(['ana']));
    expect(entries[1]).toMatchObject({ type: 'intent', at: '2026-11-22T12:00:00.000Z', before: 5, to: 8 });
    const again = await run({ actor: 'bob' });
    expect(again.counts['already-applied']).toBe(4);
    expect(psa.landings).toHaveLength(4);
    // A look that finds what the journal says leaves no entry but the start of the run.
    expect((await journal.read()).slice(entries.length)).toMatchObject([{ type: 'start', actor: 'bob' }]);
  });

  it('writes nothing in a dry run, to the PSA or the journal', async () => {
    const { psa, journal, run } = bench(2, {}, { addition: true, writes: 'delta' });
    psa.set('l2', 99);
    const report = await run({ dryRun: true });
    expect(outcomes(report)).toEqual(['would-apply', 'conflict: line-changed', 'would-apply']);
    expect([report.dryRun, report.complete]).toEqual([true, false]);
    expect(psa.landings).toEqual([]);
    expect(await journal.read()).toEqual([]);
  });

  it('goes on after a change that fails', async () => {
    const { run } = bench(4, { 'read l1': 'lost-before', 'write l2': 'refused', 'write l3': 'lost-before' });
    expect(outcomes(await run())).toEqual([
      'failed: TIMEOUT',
      'refused: REFUSED',
      'unknown: may-still-land',
      'applied',
    ]);
    expect(outcomes(await run())).toEqual(['applied', 'applied', 'applied', 'already-applied']);
  });

  it.each<[string, Fault, string]>([
    ['write l2', 'auth', 'failed: AUTH_FAILED'],
    ['read l2', 'auth', 'failed: AUTH_FAILED'],
    ['write l2', 'rate-limited', 'failed: RATE_LIMITED'],
  ])('stops at what every change would meet (%s: %s)', async (call, fault, said) => {
    const { psa, run } = bench(4, { [call]: fault });
    expect(outcomes(await run())).toEqual(['applied', said, 'not-reached', 'not-reached']);
    expect((await run()).complete).toBe(true);
    expect(psa.landings).toHaveLength(4);
  });

  it('reports progress and ends between changes when aborted', async () => {
    const { plan, psa, run } = bench(10_000);
    const controller = new AbortController();
    const seen: number[] = [];
    const report = await run({
      signal: controller.signal,
      onProgress: ({ done, total, planId: id, result }) => {
        expect([total, id, result.changeId]).toEqual([10_000, plan.id, plan.changes[done - 1]?.id]);
        seen.push(done);
        if (done === 300) controller.abort();
      },
    });
    expect(seen).toHaveLength(10_000);
    expect(report.counts).toMatchObject({ applied: 300, 'not-reached': 9_700 });
    expect(psa.landings).toHaveLength(300);
  });

  it('finishes a change that was begun when the abort comes', async () => {
    const controller = new AbortController();
    const { psa, run } = bench(2, {}, { beforeLanding: () => controller.abort() });
    expect(outcomes(await run({ signal: controller.signal }))).toEqual(['applied', 'not-reached']);
    expect(psa.landings).toHaveLength(1);
  });

  it('says that a connector cannot add lines', async () => {
    const { run } = bench(1, {}, { addition: true, adds: false });
    expect(outcomes(await run())).toEqual(['applied', 'refused: UNSUPPORTED']);
  });

  it('tells nothing of a foreign error but its name', async () => {
    const { plan, psa, journal } = bench(1);
    const readLine = () => Promise.reject(new RangeError('token=hunter2'));
    const report = await applyPlan(plan, { ...psa.connector, readLine }, { journal });
    expect(JSON.stringify([report, await journal.read()])).not.toContain('hunter2');
    expect(report.results[0]).toMatchObject({ outcome: 'failed', code: 'UNEXPECTED' });
  });
});

describe('at the door', () => {
  const { plan, psa, journal } = bench(2);
  const { connector } = psa;
  const edited = { ...plan, changes: plan.changes.map((change) => ({ ...change, to: 500 })) };
  const resigned = (part: Partial<WritePlan>): WritePlan => {
    const next = { ...plan, ...part };
    return { ...next, id: planId(next) };
  };
  const half = resigned({ changes: plan.changes.map((change) => ({ ...change, to: 4.5 })) });
  const capabilities = (part: object) => ({
    ...connector,
    capabilities: { ...connector.capabilities, ...part },
  });
  const entry: JournalEntry = {
    type: 'start',
    seq: 0,
    planId: 'other',
    at: '2026-11-22T12:00:00Z',
    actor: 'ana',
    psa: 'cw',
    connector: 'simulated',
  };

  it.each<[string, string, WritePlan, typeof connector, Partial<ApplyOptions>]>([
    ['PLAN_MISMATCH', 'another connector', plan, { ...connector, id: 'halopsa' }, {}],
    ['PLAN_MISMATCH', 'another PSA of the kind', plan, connector, { source: 'cw-2' }],
    ['PLAN_MISMATCH', 'a fraction for whole numbers', half, capabilities({ precision: 'integer' }), {}],
    ['PLAN_MISMATCH', 'a PSA that dates changes', plan, capabilities({ dating: 'dated' }), {}],
    ['BAD_INPUT', 'a plan that was edited', edited, connector, {}],
    ['BAD_INPUT', 'a change twice', resigned({ changes: [...plan.changes, ...plan.changes] }), connector, {}],
    [
      'BAD_INPUT',
      'no quantity',
      resigned({ changes: plan.changes.map((c) => ({ ...c, to: -1 })) }),
      connector,
      {},
    ],
    ['BAD_INPUT', 'a plan by nobody', { ...plan, by: undefined } as unknown as WritePlan, connector, {}],
    ...['', 42, { name: 'ana' }].map((actor): [string, string, WritePlan, typeof connector, object] => [
      'BAD_OPTIONS',
      `the actor ${JSON.stringify(actor)}`,
      plan,
      connector,
      { actor },
    ]),
    ['BAD_INPUT', 'something else', { ...plan, kind: 'review' } as unknown as WritePlan, connector, {}],
    ['BAD_OPTIONS', 'no journal', plan, connector, { journal: undefined as never }],
    ...[Number.NaN, -1, '5', null].map((wait): [string, string, WritePlan, typeof connector, object] => [
      'BAD_OPTIONS',
      `a wait of ${wait}`,
      plan,
      connector,
      { settleAfterMs: wait },
    ]),
    ['BAD_INPUT', 'nothing', null as unknown as WritePlan, connector, {}],
    ['UNSUPPORTED', 'a connector that only reads', plan, capabilities({ writes: 'none' }), {}],
    ['JOURNAL_MISMATCH', 'the journal of another plan', plan, connector, { journal: memoryJournal([entry]) }],
    ['JOURNAL_MISMATCH', 'the same, dry', plan, connector, { journal: memoryJournal([entry]), dryRun: true }],
  ])('%s: %s', async (code, _what, given, to, options) => {
    expect(await codeOf(applyPlan(given, to, { journal, ...options }))).toBe(code);
    expect(psa.calls).toEqual([]);
    expect(await journal.read()).toEqual([]);
  });

  it('JOURNAL_LOCKED: a second run at the same time', async () => {
    const { psa: racing, run } = bench(3);
    const [first, second] = await Promise.all([run(), codeOf(run())]);
    expect([first.complete, second]).toEqual([true, 'JOURNAL_LOCKED']);
    expect(racing.landings).toHaveLength(3);
  });

  it('writes nothing that could not be announced', async () => {
    const { psa: quiet, journal: kept, run } = bench(2);
    const full = (): Promise<never> => Promise.reject(new TrueupError('STORE_ERROR', 'disk full'));
    const broken: Journal = {
      ...kept,
      open: async (id) => ({
        ...(await kept.open(id)),
        append: (e) => (e.type === 'intent' ? full() : Promise.resolve()),
      }),
    };
    expect(await codeOf(run({ journal: broken }))).toBe('STORE_ERROR');
    expect(quiet.landings).toEqual([]);
    // The lock was given back.
    expect((await run()).complete).toBe(true);
  });
});

describe('lines that are not as planned', () => {
  it.each<[string, Partial<SimulatedLine>, 'dated' | 'immediate', string]>([
    ['no longer active', { active: false }, 'immediate', 'conflict: line-inactive'],
    ['invoiced meanwhile', { billedThrough: '2026-12-31' }, 'dated', 'refused: period-posted'],
    ['invoiced, undated', { billedThrough: '2026-12-31' }, 'immediate', 'applied'],
    ['invoiced before', { billedThrough: '2026-11-30' }, 'dated', 'applied'],
    ['computed', { computed: true }, 'immediate', 'refused: computed'],
  ])('%s', async (_what, part, dating, said) => {
    const { run } = bench(1, {}, { dating, change: (line) => ({ ...line, ...part }) });
    expect(outcomes(await run())).toEqual([said]);
  });

  it('are gone', async () => {
    const { psa, run } = bench(1);
    psa.lines.clear();
    expect(outcomes(await run())).toEqual(['conflict: line-gone']);
  });

  it('hold what is no quantity: left alone, and written down as none', async () => {
    const { psa, journal, run } = bench(2, {}, { addition: true });
    psa.set('l1', -1);
    psa.set('l2', 6.0000001);
    psa.lines.set('other', { id: 'other', contractId: 'k1', serviceId: 'mail', units: -4 });
    const report = await run();
    expect(report.results.map(({ outcome, code, before }) => [outcome, code, before])).toEqual([
      ['conflict', 'line-changed', null],
      ['conflict', 'line-changed', null],
      ['conflict', 'line-exists', null],
    ]);
    expect(report.results[0]?.message).toContain('holds -1, the plan saw 5');
    expect(psa.landings).toEqual([]);
    expect(checkApplyReport(report).ok).toBe(true);
    expect(checkJournal(await journal.read()).ok).toBe(true);
  });

  it('are not added next to one that is there', async () => {
    const { psa, run } = bench(1, {}, { addition: true });
    psa.lines.set('other', { id: 'other', contractId: 'k1', serviceId: 'mail', units: 9 });
    expect(outcomes(await run())).toEqual(['applied', 'conflict: line-exists']);
    expect(psa.lines.size).toBe(2);
  });

  it('were written and changed since: left alone for good', async () => {
    const { psa, run } = bench(2);
    await run();
    psa.set('l1', 5);
    psa.set('l2', 50);
    expect(outcomes(await run())).toEqual(['conflict: changed-back', 'conflict: changed-since']);
    expect(psa.landings).toHaveLength(2);
  });
});

describe('the day of a change', () => {
  /** Which days the connector is asked about, and the day it is to begin a line on. */
  async function days(
    dating: 'dated' | 'immediate',
    now: string,
    options: Partial<ApplyOptions> = {},
  ): Promise<unknown> {
    const { plan, psa, journal } = bench(1, {}, { addition: true, dating });
    const { connector } = psa;
    const asked: Record<string, string> = {};
    const said = await applyPlan(
      plan,
      {
        ...connector,
        readLine: (line, context) => {
          asked.read = line.on;
          return connector.readLine(line, context);
        },
        findLines: async (where, context) => {
          asked.find = where.on;
          return (await connector.findLines?.(where, context)) ?? [];
        },
        addLine: async (line, context) => {
          asked.add = line.on;
          return (await connector.addLine?.(line, context)) ?? { lineId: '' };
        },
      },
      { journal, runtime: manualClock(now).runtime, ...options },
    );
    expect(said.complete).toBe(true);
    return asked;
  }

  it('is the one planned where the PSA dates changes', async () => {
    const day = '2026-12-01';
    expect(await days('dated', '2026-12-20T12:00:00Z')).toEqual({ read: day, find: day, add: day });
  });

  // The plan is of 22 November. Lines that began by then, anywhere on earth, may be the ones to be added.
  it.each<[string, string | undefined, object]>([
    ['2026-11-22T12:00:00Z', undefined, { read: '2026-11-22', find: '2026-11-23', add: '2026-11-22' }],
    ['2026-12-01T07:00:00Z', undefined, { read: '2026-12-01', find: '2026-12-01', add: '2026-12-01' }],
    [
      '2026-12-01T03:00:00Z',
      'America/Chicago',
      { read: '2026-11-30', find: '2026-12-01', add: '2026-11-30' },
    ],
    ['2026-11-30T23:00:00Z', 'Asia/Tokyo', { read: '2026-12-01', find: '2026-12-01', add: '2026-12-01' }],
    ['2026-11-21T08:00:00Z', undefined, { read: '2026-11-22', find: '2026-11-22', add: '2026-11-22' }],
  ])('is the day it is applied where the PSA does not: at %s in %s', async (now, timeZone, asked) => {
    expect(await days('immediate', now, timeZone === undefined ? {} : { timeZone })).toEqual(asked);
  });
});

describe('a card of several lines', () => {
  /** One plan of two cards: lines `a1`, `a2` and `a3` of the first, `b1` of the second. */
  function cards(faults: Readonly<Record<string, Fault[]>> = {}, options: Partial<SimulatedPsaOptions> = {}) {
    const two = (id: string, units: readonly number[], to: readonly number[]): ReconcileCard => {
      const lines = units.map((each, i) => ({ ...line(`${id}${i + 1}`, each, `k-${id}`) }));
      const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
      return reconcileCard({
        id,
        to: sum(to),
        psa: { units: sum(units), lines },
        proposal: {
          status: 'ready',
          units: sum(to),
          lines: lines.map(({ lineId, units: from }, i) => ({ lineId, from, to: to[i] ?? 0 })),
        },
      });
    };
    const all = [two('a', [10, 5, 1], [13, 7, 2]), two('b', [4], [6])];
    const whole = reconciliation(all);
    const decisions = all.map((card) => decisionOn(card, whole, { action: 'approve' }));
    const review = decide(whole, decisions, { actor: 'ana', at: '2026-11-22T12:00:00Z' });
    const made = planWriteBack(review, { psa: psaOf(all) });
    const psa = simulatedPsa(
      psaOf(all).lines.map(({ id, contractId, units }) => ({ id, contractId, serviceId: 'mail', units })),
      { writes: 'absolute', fault: ({ op, lineId }) => faults[`${op} ${lineId}`]?.shift(), ...options },
    );
    const journal = memoryJournal();
    const { runtime } = manualClock();
    const run = (extra: Partial<ApplyOptions> = {}, of = made) =>
      applyPlan(of, psa.connector, { journal, runtime, ...extra });
    return { plan: made, psa, journal, run };
  }
  const held = 'conflict: other-line';

  it.each<[string, (psa: SimulatedPsa) => void, string]>([
    ['was changed', (psa) => psa.set('a2', 10), 'conflict: line-changed'],
    ['is gone', (psa) => psa.lines.delete('a2'), 'conflict: line-gone'],
    [
      'is computed',
      (psa) => psa.lines.set('a2', { ...psa.lines.get('a2')!, computed: true }),
      'refused: computed',
    ],
  ])('is not begun when one of them %s', async (_what, meddle, said) => {
    for (const dryRun of [true, false]) {
      const { psa, journal, run } = cards();
      meddle(psa);
      const other = dryRun ? 'would-apply' : 'applied';
      expect(outcomes(await run({ dryRun }))).toEqual([held, said, held, other]);
      expect(psa.landings.map(({ lineId }) => lineId)).toEqual(dryRun ? [] : ['b1']);
      if (dryRun) continue;
      // Nothing new to say the next time, and nothing to take back.
      const before = (await journal.read()).length;
      expect(outcomes(await run())).toEqual([held, said, held, 'already-applied']);
      expect(await journal.read()).toHaveLength(before + 1);
    }
  });

  it('is written when all are as planned, or there already', async () => {
    const { psa, run } = cards();
    psa.set('a2', 7);
    expect(outcomes(await run())).toEqual(['applied', 'already-applied', 'applied', 'applied']);
    expect((await run()).complete).toBe(true);
  });

  it('goes on where it was begun, and is held where it was not', async () => {
    const { psa, run } = cards({ 'write a2': ['refused'], 'write a3': ['refused'] });
    expect(outcomes(await run())).toEqual(['applied', 'refused: REFUSED', 'refused: REFUSED', 'applied']);
    psa.set('a3', 9);
    expect(outcomes(await run())).toEqual([
      'already-applied',
      held,
      'conflict: line-changed',
      'already-applied',
    ]);
    psa.set('a3', 1);
    expect((await run()).complete).toBe(true);
  });

  it('that cannot be read says so in its turn', async () => {
    const { run } = cards({ 'read a2': ['lost-before', 'lost-before'] });
    expect(outcomes(await run())).toEqual(['applied', 'failed: TIMEOUT', 'applied', 'applied']);
    expect((await run()).complete).toBe(true);
  });

  it('is taken back line by line', async () => {
    const { plan, psa, journal, run } = cards();
    await run();
    psa.set('a2', 99);
    const undo = planUndo(plan, await journal.read(), { actor: 'bob', at: '2026-11-23T09:00:00Z' });
    const report = await run({ journal: memoryJournal() }, undo);
    expect(outcomes(report)).toEqual(['applied', 'conflict: line-changed', 'applied', 'applied']);
  });
});

describe('a write without an answer', () => {
  it('is settled by reading back', async () => {
    const { psa, run } = bench(1, { 'write l1': 'lost-after' }, { writes: 'delta' });
    expect(outcomes(await run())).toEqual(['applied: found-on-read-back']);
    expect(psa.landings).toHaveLength(1);
  });

  it('that lands while the line is looked at again counts as applied', async () => {
    const { psa, clock, run } = bench(1, { 'write l1': 'lost-late' }, { writes: 'delta' });
    const sleep = async (): Promise<void> => psa.land();
    expect(outcomes(await run({ runtime: { ...clock.runtime, sleep } }))).toEqual([
      'applied: found-on-read-back',
    ]);
  });

  it('is repeated where that is harmless, and only after a while where it is a difference', async () => {
    for (const writes of ['absolute', 'delta'] as const) {
      const { psa, clock, run } = bench(1, { 'write l1': 'lost-before' }, { writes });
      expect(outcomes(await run())).toEqual(['unknown: may-still-land']);
      const soon = outcomes(await run());
      expect(soon).toEqual(writes === 'delta' ? ['unknown: may-still-land'] : ['applied']);
      clock.advance(15 * MINUTE);
      expect((await run()).complete).toBe(true);
      expect(psa.landings).toHaveLength(1);
    }
  });

  it('is never repeated when the caller says so', async () => {
    const { psa, clock, run } = bench(1, { 'write l1': 'lost-before' }, { writes: 'delta' });
    const settleAfterMs = Number.POSITIVE_INFINITY;
    await run({ settleAfterMs });
    clock.advance(1_000 * MINUTE);
    expect(outcomes(await run({ settleAfterMs }))).toEqual(['unknown: may-still-land']);
    expect(psa.landings).toEqual([]);
  });

  it('and an outside change at the same time is left to a person, also when the line looks right again', async () => {
    const { psa, clock, run } = bench(
      1,
      { 'write l1': 'lost-after' },
      { writes: 'delta', beforeLanding: () => psa.set('l1', 7) },
    );
    expect(outcomes(await run())).toEqual(['unknown: changed-meanwhile']);
    expect(psa.lines.get('l1')?.units).toBe(10);
    psa.set('l1', 5);
    clock.advance(60 * MINUTE);
    expect(outcomes(await run())).toEqual(['unknown: changed-meanwhile']);
    expect(psa.landings).toHaveLength(1);
    psa.set('l1', 8);
    expect(outcomes(await run())).toEqual(['applied: found-on-resume']);
  });

  it('and a line that was touched since is left alone, where the PSA has revisions', async () => {
    for (const [writes, said] of [
      ['absolute', 'conflict'],
      ['delta', 'unknown'],
    ] as const) {
      const { psa, clock, run } = bench(1, { 'write l1': 'lost-before' }, { writes, revisions: true });
      await run();
      psa.set('l1', 6);
      psa.set('l1', 5);
      clock.advance(60 * MINUTE);
      expect(outcomes(await run())).toEqual([`${said}: touched-since`]);
      expect(psa.landings).toEqual([]);
    }
  });

  it('holds the other lines of the document until it can no longer set them back', async () => {
    const { psa, clock, run } = bench(3, { 'write l1': 'lost-late' }, { writes: 'whole-document' });
    // l1 and l2 are on one contract, l3 on another.
    expect(outcomes(await run())).toEqual([
      'unknown: may-still-land',
      'not-reached: document-unsettled',
      'applied',
    ]);
    clock.advance(MINUTE);
    expect(outcomes(await run())).toEqual(['applied', 'not-reached: document-unsettled', 'already-applied']);
    psa.land();
    clock.advance(15 * MINUTE);
    expect(outcomes(await run())).toEqual(['already-applied', 'applied', 'already-applied']);
    expect([...psa.lines.values()].map(({ units }) => units)).toEqual([8, 9, 10]);
  });

  it('that lands after the whole window is what no client can prevent with differences', async () => {
    const { psa, clock, run } = bench(1, { 'write l1': 'lost-late' }, { writes: 'delta' });
    await run();
    clock.advance(15 * MINUTE);
    expect(outcomes(await run())).toEqual(['applied']);
    psa.land();
    expect(psa.lines.get('l1')?.units).toBe(11);
    // It cannot be prevented, but the next run finds it.
    expect(outcomes(await run())).toEqual(['conflict: changed-since']);
  });
});

describe('a write the PSA accepted', () => {
  it('but that an outside change met is reported', async () => {
    const { psa, run } = bench(1, {}, { writes: 'delta', beforeLanding: () => psa.set('l1', 7) });
    const report = await run();
    expect(outcomes(report)).toEqual(['conflict: changed-meanwhile']);
    expect(report.results[0]).toMatchObject({ before: 5, after: 10 });
    expect(outcomes(await run())).toEqual(['conflict: changed-since']);
    expect(psa.landings).toHaveLength(1);
  });

  it.each(['absolute', 'delta'] as const)(
    'but that does not show is never sent again as a difference (%s)',
    async (writes) => {
      const { plan, psa, journal, clock } = bench(1, {}, { writes });
      let sent = 0;
      const connector = {
        ...psa.connector,
        setQuantity: async () => {
          sent += 1;
        },
      };
      const run = () => applyPlan(plan, connector, { journal, runtime: clock.runtime });
      expect(outcomes(await run())).toEqual(['unknown: accepted-not-visible']);
      clock.advance(60 * MINUTE);
      expect(outcomes(await run())).toEqual(['unknown: accepted-not-visible']);
      expect(sent).toBe(writes === 'delta' ? 1 : 2);
    },
  );

  it('but that cannot be read back is found on the next run', async () => {
    const lost: Fault[] = ['lost-before', 'lost-before', 'lost-before'];
    let reads = 0;
    const { psa, run } = bench(
      1,
      {},
      {
        writes: 'delta',
        fault: ({ op }) => (op === 'read' && ++reads > 1 ? lost.shift() : undefined),
      },
    );
    expect(outcomes(await run())).toEqual(['unknown: not-read-back']);
    const report = await run();
    expect(report.results).toMatchObject([
      { outcome: 'applied', before: 5, after: 8, code: 'found-on-resume' },
    ]);
    expect(psa.landings).toHaveLength(1);
  });

  it('for a new line gives its id, also when found later', async () => {
    const { psa, run, journal } = bench(1, { add: 'lost-after' }, { addition: true });
    expect((await run()).results[1]).toMatchObject({
      outcome: 'applied',
      lineId: 'new-1',
      before: null,
      after: 4,
    });
    expect((await run()).results[1]).toMatchObject({ outcome: 'already-applied', lineId: 'new-1' });
    expect(psa.lines.size).toBe(2);
    expect((await journal.read()).some((entry) => 'lineId' in entry && entry.lineId === 'new-1')).toBe(true);
  });
});

describe('the options of applyPlan', () => {
  /** As a caller without a compiler writes them, or one who put them into a variable first. */
  const told = (options: object, change: object = {}) => {
    const { plan, psa, journal, clock } = bench(1);
    const connector = { ...psa.connector, ...change };
    const run = applyPlan(plan, connector, { journal, runtime: clock.runtime, ...options } as ApplyOptions);
    return run.then(
      () => ({ message: 'it ran', landings: psa.landings.length }),
      (error: unknown) => ({
        ...(error as TrueupError),
        message: String(error),
        landings: psa.landings.length,
      }),
    );
  };

  it('has no word for a dry run but one, and no half of it', async () => {
    expect(await told({ dryrun: true })).toMatchObject({
      code: 'BAD_OPTIONS',
      message: expect.stringMatching(
        /applyPlan: unknown option dryrun; did you mean dryRun\? There are journal, dryRun, source,/,
      ),
      context: { option: 'dryrun' },
      landings: 0,
    });
    for (const dryRun of [0, '', null, 'false']) {
      expect(await told({ dryRun })).toMatchObject({
        message: expect.stringContaining('option dryRun must be true or false.'),
        landings: 0,
      });
    }
    expect(await told({ dryRun: undefined })).toMatchObject({ message: 'it ran', landings: 1 });
  });

  it('let a runtime hold more than it needs, and are needed', async () => {
    expect(await told({ runtime: { ...manualClock().runtime, advance: 5 } })).toMatchObject({ landings: 1 });
    const { plan, psa } = bench(1);
    for (const options of [undefined, null, memoryJournal, 'journal.jsonl']) {
      const run = applyPlan(plan, psa.connector, options as unknown as ApplyOptions);
      expect(await codeOf(run)).toBe('BAD_OPTIONS');
    }
  });

  it.each([{ timeZone: 'Mars/Olympus' }, { runtime: { ...manualClock().runtime, now: () => 'yesterday' } }])(
    'name a day: %j',
    async (options) => {
      expect(await told(options)).toMatchObject({
        code: 'BAD_OPTIONS',
        message: expect.stringContaining('timeZone must be an IANA name'),
        landings: 0,
      });
    },
  );

  it('do not make a PSA of a vendor', async () => {
    expect(await told({}, { role: 'vendor', id: 'pax8' })).toMatchObject({
      code: 'BAD_OPTIONS',
      message: expect.stringContaining('applyPlan needs a PSA connector; pax8 is a vendor.'),
      landings: 0,
    });
  });
});
