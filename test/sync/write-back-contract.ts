import type {
  ApplyReport,
  ContractLine,
  JournalEntry,
  PlannedAddition,
  PlannedChange,
  WritePlan,
} from 'trueup';
import type { PsaConnector } from 'trueup/connector';
import { applyPlan, type Journal, memoryJournal } from 'trueup/sync';
import { createWorld, type Fault, type FaultWhen, faults, type Mock } from 'trueup/testing';
import { describe, expect, it, vi } from 'vitest';
import { changeId, planId } from '../../src/review/plan-id.ts';

/** One PSA adapter and the mock of its system. */
export interface WriteBackSubject {
  readonly name: string;
  /** A new mock over a world; every case gets its own. */
  readonly mock: (world: ReturnType<typeof createWorld>) => Mock;
  /** A new connector to it: a restarted process has nothing of the old one. */
  readonly connect: (mock: Mock) => PsaConnector;
  /** Which requests are quantity writes. */
  readonly write: Pick<FaultWhen, 'method' | 'path'>;
  /** Which requests add a line; left out where the connector cannot. */
  readonly add?: Pick<FaultWhen, 'method' | 'path'>;
  /** How the system says no. Default: status 400. */
  readonly refusal?: () => Fault;
  /** Which line is changed. Default: the first whole one of at least two units that runs. */
  readonly pick?: (line: ContractLine) => boolean;
}

const SETTLE_MS = 15 * 60_000;

interface Stage {
  readonly mock: Mock;
  readonly line: ContractLine;
  readonly plan: WritePlan;
  readonly change: PlannedChange;
  readonly journal: Journal;
  run(options?: { readonly journal?: Journal }): Promise<ApplyReport>;
  /** The line's quantity in the system now. */
  units(): number | undefined;
}

/** The write half of a PSA adapter, proven on its mock through applyPlan. */
export function describeWriteBack(subject: WriteBackSubject): void {
  const world = createWorld(`write-back-${subject.name}`, 'small');
  // As the system itself names them: one may number its contracts in its own way.
  const running = new Set(
    subject
      .mock(world)
      .expected.psa?.contracts.filter(
        ({ status, endDate }) => status === 'active' && (!endDate || endDate > '2027-06-01'),
      )
      .map(({ id }) => id),
  );

  function stage(change: Partial<Pick<PlannedChange, 'to'>> = {}): Stage {
    const mock = subject.mock(world);
    const line = [...mock.state.lines.values()].find(
      (entry) =>
        (subject.pick?.(entry) ?? true) &&
        running.has(entry.contractId) &&
        entry.active &&
        entry.endDate === null &&
        (entry.startDate === null || entry.startDate < '2026-11-01') &&
        entry.native?.computed !== true &&
        Number.isInteger(entry.units) &&
        entry.units >= 2,
    );
    if (line === undefined) throw new Error('the world has no line to write');
    const plan = planFor(subject.connect(mock), line, change.to ?? line.units + 3);
    const [planned] = plan.changes;
    if (planned === undefined) throw new Error('an empty plan');
    const journal = memoryJournal();
    return {
      mock,
      line,
      plan,
      change: planned,
      journal,
      // A connector of its own each time, as after a restart.
      run: (options = {}) =>
        applyPlan(plan, subject.connect(mock), {
          journal: options.journal ?? journal,
          runtime: mock.runtime,
          settleAfterMs: SETTLE_MS,
        }),
      units: () => mock.state.lines.get(line.id)?.units,
    };
  }

  const outcomes = (report: ApplyReport): unknown =>
    report.results.map(({ outcome, code }) => [outcome, code]);
  const settle = (at: Stage): Promise<void> => at.mock.runtime.sleep(SETTLE_MS);
  const setOutside = (at: Stage, units: number): void => {
    at.mock.state.lines.set(at.line.id, { ...at.line, units });
  };

  describe(`${subject.name}: a change`, () => {
    it.each([3, -1])('is written once, read back, and found on the next run (%d)', async (by) => {
      const first = stage();
      const at = stage({ to: first.line.units + by });
      const others = [...at.mock.state.lines.values()].filter(({ id }) => id !== at.line.id);
      const report = await at.run();
      expect(report.results).toMatchObject([
        { outcome: 'applied', before: at.change.from, after: at.change.to },
      ]);
      expect(at.units()).toBe(at.change.to);
      expect(at.mock.state.writes).toHaveLength(1);
      expect(outcomes(await at.run())).toEqual([['already-applied', undefined]]);
      expect(at.mock.state.writes).toHaveLength(1);
      // Nothing else moved.
      expect([...at.mock.state.lines.values()].filter(({ id }) => id !== at.line.id)).toEqual(others);
    });

    it('that somebody else already made is left alone', async () => {
      const at = stage();
      setOutside(at, at.change.to);
      expect(outcomes(await at.run())).toEqual([['already-applied', undefined]]);
      expect(at.mock.state.writes).toEqual([]);
    });

    it('to a line that changed meanwhile is left alone', async () => {
      const at = stage();
      setOutside(at, at.change.from + 1);
      expect(outcomes(await at.run())).toEqual([['conflict', 'line-changed']]);
      expect(at.mock.state.writes).toEqual([]);
    });

    it('to a line that is gone is left alone', async () => {
      const at = stage();
      at.mock.state.lines.delete(at.line.id);
      expect(outcomes(await at.run())).toEqual([['conflict', 'line-gone']]);
      expect(at.mock.state.writes).toEqual([]);
    });

    it('that the system refuses is reported, and may be applied later', async () => {
      const at = stage();
      at.mock.faults.inject(subject.refusal?.() ?? faults.status(400), subject.write);
      expect(outcomes(await at.run())).toEqual([['refused', 'REFUSED']]);
      expect(at.units()).toBe(at.change.from);
      expect(outcomes(await at.run())).toEqual([['applied', undefined]]);
      expect(at.mock.state.writes).toHaveLength(1);
    });

    it('stops at refused credentials', async () => {
      const at = stage();
      at.mock.faults.inject(faults.status(401), { ...subject.write, times: Number.POSITIVE_INFINITY });
      expect(outcomes(await at.run())).toEqual([['failed', 'AUTH_FAILED']]);
      expect(at.mock.state.writes).toEqual([]);
      at.mock.faults.clear();
      expect(outcomes(await at.run())).toEqual([['applied', undefined]]);
    });

    it.each<[string, Fault]>([
      ['a connection that broke', faults.reset()],
      ['half an answer', faults.truncated()],
    ])('that was written, but answered by %s, is settled by reading', async (_what, fault) => {
      const at = stage();
      at.mock.faults.inject(fault, subject.write);
      const [result] = (await at.run()).results;
      expect(result?.outcome).toBe('applied');
      expect(at.units()).toBe(at.change.to);
      expect(outcomes(await at.run())).toEqual([['already-applied', undefined]]);
      expect(at.mock.state.writes).toHaveLength(1);
    });

    it('that was written, but timed out, is settled by reading', async () => {
      const at = stage();
      at.mock.faults.inject(faults.stalled(), subject.write);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const run = at.run();
        await vi.advanceTimersByTimeAsync(10 * 60_000);
        expect(outcomes(await run)).toEqual([['applied', 'found-on-read-back']]);
      } finally {
        vi.useRealTimers();
      }
      expect(at.mock.state.writes).toHaveLength(1);
    });

    it.each<[string, Fault]>([
      ['a server error', faults.status(503)],
      ['a refused connection', faults.refused()],
    ])(
      'that met %s and does not show is not sent again before it can no longer land',
      async (_what, fault) => {
        const at = stage();
        at.mock.faults.inject(fault, subject.write);
        expect(outcomes(await at.run())).toEqual([['unknown', 'may-still-land']]);
        const delta = subject.connect(at.mock).capabilities.writes === 'delta';
        if (delta) {
          expect(outcomes(await at.run())).toEqual([['unknown', 'may-still-land']]);
          expect(at.mock.state.writes).toEqual([]);
        }
        await settle(at);
        expect(outcomes(await at.run())).toEqual([['applied', undefined]]);
        expect(at.mock.state.writes).toHaveLength(1);
      },
    );
  });

  describe(`${subject.name}: a restart after a kill`, () => {
    const steps = ['start', 'intent', 'outcome'].flatMap((entry) =>
      ['before', 'after'].map((when) => [when, entry] as const),
    );
    it.each(steps)('%s the %s was journaled finishes the plan with one write', async (when, entry) => {
      const at = stage();
      await killedRun(at, (step, type) => step === when && type === entry);
      const delta = subject.connect(at.mock).capabilities.writes === 'delta';
      if (delta && when === 'after' && entry === 'intent') await settle(at);
      const journal = memoryJournal(await at.journal.read());
      expect((await at.run({ journal })).complete).toBe(true);
      expect(at.units()).toBe(at.change.to);
      expect(at.mock.state.writes).toHaveLength(1);
      expect((await at.run({ journal })).counts['already-applied']).toBe(1);
    });
  });

  const add = subject.add;
  if (add === undefined) return;

  describe(`${subject.name}: a new line`, () => {
    function newLine(): { readonly at: Stage; readonly plan: WritePlan; run(): Promise<ApplyReport> } {
      const at = stage();
      const taken = new Set(
        [...at.mock.state.lines.values()]
          .filter(({ contractId }) => contractId === at.line.contractId)
          .map(({ serviceId }) => serviceId),
      );
      const service = world.psa.services.find(({ id, active }) => active && !taken.has(id));
      if (service === undefined) throw new Error('every service is on the contract');
      const plan = additionFor(subject.connect(at.mock), at.line, service.id);
      const run = (): Promise<ApplyReport> =>
        applyPlan(plan, subject.connect(at.mock), {
          journal: at.journal,
          runtime: at.mock.runtime,
          settleAfterMs: SETTLE_MS,
        });
      return { at, plan, run };
    }

    it('is made once and found on the next run', async () => {
      const { at, run } = newLine();
      const report = await run();
      expect(report.results).toMatchObject([{ outcome: 'applied', after: 4 }]);
      expect(at.mock.state.lines.get(report.results[0]?.lineId ?? '')?.units).toBe(4);
      expect(outcomes(await run())).toEqual([['already-applied', undefined]]);
      expect(at.mock.state.writes).toHaveLength(1);
    });

    it('that somebody else made between the plan and this run is not made again', async () => {
      const { at, plan, run } = newLine();
      const { contractId = '', serviceId = '', effectiveDate = '' } = plan.additions[0] ?? {};
      await at.mock.runtime.sleep(20 * 86_400_000);
      const startDate = '2026-12-01';
      expect(startDate > effectiveDate && startDate < at.mock.runtime.now()).toBe(true);
      at.mock.state.lines.set('777', { ...at.line, id: '777', contractId, serviceId, units: 4, startDate });
      expect(outcomes(await run())).toEqual([['already-applied', undefined]]);
      expect(at.mock.state.writes).toEqual([]);
    });

    it('that was made without an answer is found, not made again', async () => {
      const { at, run } = newLine();
      at.mock.faults.inject(faults.reset(), add);
      expect(outcomes(await run())).toEqual([['applied', 'found-on-read-back']]);
      expect((await run()).complete).toBe(true);
      expect(at.mock.state.writes).toHaveLength(1);
    });

    it('that was not made and got no answer waits until it can no longer appear', async () => {
      const { at, run } = newLine();
      at.mock.faults.inject(faults.status(503), add);
      expect(outcomes(await run())).toEqual([['unknown', 'may-still-land']]);
      expect(outcomes(await run())).toEqual([['unknown', 'may-still-land']]);
      await settle(at);
      expect((await run()).complete).toBe(true);
      expect(at.mock.state.writes).toHaveLength(1);
    });
  });
}

/** A plan of one change; what planWriteBack would have made. */
function planFor(connector: PsaConnector, line: ContractLine, to: number): WritePlan {
  const what = {
    cardId: 'card-1',
    customerId: line.customerId,
    contractId: line.contractId,
    lineId: line.id,
    serviceId: line.serviceId,
    from: line.units,
    to,
    ...timing(connector),
  };
  return plan(connector, [{ id: changeId('psa', what), ...what, impact: null }], []);
}

function additionFor(connector: PsaConnector, line: ContractLine, serviceId: string): WritePlan {
  const what = {
    cardId: 'card-1',
    customerId: line.customerId,
    contractId: line.contractId,
    serviceId,
    units: 4,
    ...timing(connector),
  };
  return plan(connector, [], [{ id: changeId('psa', what), ...what }]);
}

function timing({ capabilities }: PsaConnector): Pick<PlannedChange, 'effectiveDate' | 'mode'> {
  return capabilities.dating === 'dated'
    ? { effectiveDate: '2026-12-01', mode: 'dated' }
    : { effectiveDate: '2026-11-20', mode: 'immediate' };
}

function plan(
  connector: PsaConnector,
  changes: readonly PlannedChange[],
  additions: readonly PlannedAddition[],
): WritePlan {
  const content = { psa: 'psa', connector: connector.id, period: '2026-11', changes, additions };
  return {
    specVersion: 1,
    kind: 'plan',
    id: planId(content),
    ...content,
    by: { actor: 'ana', at: '2026-11-20T08:00:00Z' },
    blocked: [],
    problems: [],
  };
}

/** A run whose process dies around one journal entry: the call never ends, what was durable stays. */
async function killedRun(
  at: Stage,
  dies: (when: 'before' | 'after', type: JournalEntry['type']) => boolean,
): Promise<void> {
  await new Promise<void>((dead, failed) => {
    const never = (): Promise<never> => {
      dead();
      return new Promise<never>(() => {});
    };
    const journal: Journal = {
      read: () => at.journal.read(),
      open: async (id) => {
        const session = await at.journal.open(id);
        return {
          ...session,
          append: async (entry) => {
            if (dies('before', entry.type)) return await never();
            await session.append(entry);
            if (dies('after', entry.type)) return await never();
          },
        };
      },
    };
    at.run({ journal }).then(() => failed(new Error('nothing killed the run')), failed);
  });
}
