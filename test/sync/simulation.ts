import { type ApplyReport, TrueupError, type WritePlan } from '../../src/index.ts';
import { applyPlan, type Journal, memoryJournal } from '../../src/sync/index.ts';
import { createRandom, type Random } from '../../src/testing/random.ts';
import { manualClock, type Scenario, scenario } from './plans.ts';
import { type Call, type Fault, type SimulatedPsa, simulatedPsa } from './simulated-psa.ts';

/** What one seeded schedule of faults did, and every promise it broke. */
interface ScheduleResult {
  readonly seed: number;
  readonly writes: 'absolute' | 'delta' | 'whole-document';
  readonly runs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly doubleWrites: number;
  readonly lostWrites: number;
  /** Written again after somebody else set the line back to the planned start, which no reading can tell. */
  readonly reversals: number;
  /** Other broken promises, in words. */
  readonly broken: readonly string[];
}

const SETTLE_MS = 15 * 60_000;
const WRITE_FAULTS: readonly Fault[] = [
  'lost-before',
  'lost-after',
  'lost-late',
  'lost-late',
  'refused',
  'kill-before',
  'kill-after',
  'kill-late',
  'kill-late',
  'auth',
  'rate-limited',
];
const READ_FAULTS: readonly Fault[] = ['lost-before', 'lost-before', 'kill-before', 'auth', 'rate-limited'];

interface World {
  readonly random: Random;
  readonly psa: SimulatedPsa;
  readonly made: Scenario;
  readonly clock: ReturnType<typeof manualClock>;
  readonly faults: Record<string, number>;
  /** How often the outside writer changed a line. */
  readonly outside: Map<string, number>;
  readonly revisions: boolean;
  readonly outsider: boolean;
  /** True while faults are on. */
  stormy: boolean;
  journal: Journal;
  /** Dies when called; renewed for every run. */
  kill: () => void;
  dead: boolean;
}

/** Runs one schedule: stormy runs with faults, kills, races and an outside writer, then calm ones to the end. */
async function runSchedule(seed: number): Promise<ScheduleResult> {
  const world = createWorld(seed);
  const { random, psa, clock, made } = world;
  const reports: ApplyReport[] = [];
  const storms = random.int(1, 5);
  for (let i = 0; i < storms; i++) {
    reports.push(...(await runOnce(world)));
    // Short enough that what was lost in the first storm can still land in the last one.
    clock.advance(random.pick([1_000, 60_000, 2 * 60_000]));
    if (random.chance(0.5)) psa.land();
    if (random.chance(0.2)) clock.advance(settleAfterLanding(psa));
  }
  world.stormy = false;
  // Whatever still was on its way arrives before the window closes: that is what the window is for.
  clock.advance(settleAfterLanding(psa));
  const calm: ApplyReport[] = [];
  for (let i = 0; i < 3; i++) {
    calm.push(...(await runOnce(world)));
    clock.advance(SETTLE_MS);
  }
  const outcome = await check(world, [...reports, ...calm], calm.at(-1));
  return {
    seed,
    writes: psa.connector.capabilities.writes as ScheduleResult['writes'],
    runs: storms + 3,
    faults: world.faults,
    ...outcome,
    ...(made.plan.changes.length === 0 ? { broken: ['no changes'] } : {}),
  };
}

function settleAfterLanding(psa: SimulatedPsa): number {
  psa.land();
  return SETTLE_MS;
}

function createWorld(seed: number): World {
  const random = createRandom(seed);
  const writes = random.pick(['absolute', 'delta', 'whole-document'] as const);
  const dating = random.pick(['dated', 'immediate'] as const);
  const made = scenario(random.int(1, 6), { dating, addition: random.chance(0.4), down: true });
  const rate = random.pick([0, 0.2, 0.5]);
  const outsider = random.chance(0.4);
  const revisions = random.chance(0.5);
  const world: World = {
    random,
    made,
    clock: manualClock(),
    faults: {},
    outside: new Map(),
    revisions,
    outsider,
    stormy: true,
    journal: memoryJournal(),
    kill: () => {},
    dead: false,
    psa: simulatedPsa(made.lines, {
      writes,
      dating,
      revisions,
      fault: (call) => pickFault(world, call, rate),
      beforeLanding: (lineId) => {
        if (outsider && world.stormy && random.chance(0.1)) meddle(world, lineId);
      },
      killed: () => {
        world.dead = true;
        world.kill();
      },
    }),
  };
  return world;
}

function pickFault(world: World, { op, lineId }: Call, rate: number): Fault | undefined {
  const { random, faults } = world;
  if (world.dead) throw new Error('a dead process made a call');
  if (!world.stormy) return undefined;
  if (lineId !== null && world.outsider && random.chance(0.06)) meddle(world, lineId);
  if (!random.chance(rate)) return undefined;
  const writes = op === 'write' || op === 'add';
  // Reads are many; most of what can go wrong should go wrong with writes.
  if (!writes && random.chance(0.7)) return undefined;
  const fault = random.pick(writes ? WRITE_FAULTS : READ_FAULTS);
  const name = `${op}: ${fault}`;
  faults[name] = (faults[name] ?? 0) + 1;
  return fault;
}

/** Somebody else changes a line of the plan. */
function meddle(world: World, lineId: string): void {
  const { random, psa, outside, faults } = world;
  const now = psa.lines.get(lineId)?.units ?? 0;
  const units = random.pick([now + 1, now + 2, Math.max(0, now - 1), 77]);
  psa.set(lineId, units);
  outside.set(lineId, (outside.get(lineId) ?? 0) + 1);
  faults['outside change'] = (faults['outside change'] ?? 0) + 1;
}

/** One run of the plan, maybe against a second one; ends when it ends or its process dies. */
async function runOnce(world: World): Promise<ApplyReport[]> {
  const { psa, made, clock, random } = world;
  world.dead = false;
  const death = new Promise<'dead'>((resolve) => {
    world.kill = () => resolve('dead');
  });
  const journal = mortal(world);
  const start = (): Promise<ApplyReport | 'locked'> =>
    applyPlan(made.plan, psa.connector, { journal, runtime: clock.runtime, settleAfterMs: SETTLE_MS }).catch(
      (error: unknown) => {
        if (TrueupError.is(error, 'JOURNAL_LOCKED')) return 'locked' as const;
        throw error;
      },
    );
  const race = random.chance(0.2);
  const first = start();
  const second = race ? start() : undefined;
  const ended = await Promise.race([Promise.all([first, second]), death]);
  if (ended === 'dead') {
    // The process is gone: what was durable stays, the lock file's owner is dead.
    world.journal = memoryJournal(await world.journal.read());
    return [];
  }
  if (race) {
    world.faults['second run at the same time'] = (world.faults['second run at the same time'] ?? 0) + 1;
    if (ended[1] !== 'locked') throw new Error(`seed: two runs held one journal`);
  }
  return ended.filter((report): report is ApplyReport => typeof report === 'object');
}

/** The journal of a process that can die around an append: before it is durable, or just after. */
function mortal(world: World): Journal {
  const { random, faults } = world;
  const journal = world.journal;
  const dies = (where: string): boolean => {
    if (!world.stormy || !random.chance(0.04)) return false;
    faults[`killed ${where}`] = (faults[`killed ${where}`] ?? 0) + 1;
    world.dead = true;
    world.kill();
    return true;
  };
  return {
    read: () => journal.read(),
    open: async (planId) => {
      const session = await journal.open(planId);
      return {
        entries: session.entries,
        close: () => session.close(),
        append: async (entry) => {
          if (dies(`before the ${entry.type} was journaled`)) return await new Promise<never>(() => {});
          await session.append(entry);
          if (dies(`after the ${entry.type} was journaled`)) return await new Promise<never>(() => {});
        },
      };
    },
  };
}

/** The promises of applyPlan, checked against what really happened in the PSA. */
async function check(
  world: World,
  reports: readonly ApplyReport[],
  last: ApplyReport | undefined,
): Promise<Pick<ScheduleResult, 'doubleWrites' | 'lostWrites' | 'reversals' | 'broken'>> {
  const { psa, made } = world;
  const { plan } = made;
  const delta = psa.connector.capabilities.writes === 'delta';
  const entries = await world.journal.read();
  const broken: string[] = [];
  let doubleWrites = 0;
  let lostWrites = 0;
  let reversals = 0;
  const finalOf = (id: string) => last?.results.find(({ changeId }) => changeId === id);
  entries.forEach((entry, i) => {
    const next = entries[i + 1];
    if (entry.type !== 'intent' || next === undefined || next.type === 'start') return;
    if (next.type !== 'outcome' || next.changeId !== entry.changeId)
      broken.push(`${entry.changeId}: no outcome`);
  });
  const intents = (id: string): number =>
    entries.filter((entry) => entry.type === 'intent' && entry.changeId === id).length;

  for (const change of plan.changes) {
    const line = psa.lines.get(change.lineId);
    const landed = psa.landings.filter((landing) => landing.lineId === change.lineId);
    const moved = landed.filter(({ before, after }) => before !== after);
    const touched = touchedByOthers(world, change.lineId);
    const final = finalOf(change.id);
    if (delta ? landed.length > 1 : !touched && moved.length > 1) {
      if (indistinguishable(world, change)) reversals += 1;
      else doubleWrites += 1;
    }
    if (landed.length > intents(change.id)) broken.push(`${change.id}: a write without an intent`);
    if (!touched && line?.units !== change.from && line?.units !== change.to) {
      broken.push(`${change.id}: line at ${line?.units}, neither ${change.from} nor ${change.to}`);
    }
    if (!touched && line?.units !== change.to) lostWrites += 1;
    const claims = final?.outcome === 'applied' || final?.outcome === 'already-applied';
    if (claims && line?.units !== change.to) lostWrites += 1;
    if (!touched && !claims) broken.push(`${change.id}: not finished: ${final?.outcome} ${final?.code}`);
    broken.push(...hiddenMeddling(world, change, reports));
  }
  for (const addition of plan.additions) {
    const added = psa.landings.filter(({ op }) => op === 'add').length;
    if (added > 1) doubleWrites += 1;
    if (added === 0) lostWrites += 1;
    if (added > intents(addition.id)) broken.push(`${addition.id}: a line without an intent`);
    if (finalOf(addition.id)?.outcome !== 'already-applied') broken.push(`${addition.id}: not finished`);
  }
  return { doubleWrites, lostWrites, reversals, broken };
}

/**
 * Somebody else's change that leaves the line at exactly the planned start, although our write is in it: without a
 * revision of the line no reading can tell that from a write that never arrived.
 */
function indistinguishable(
  { psa, outside, revisions }: World,
  change: WritePlan['changes'][number],
): boolean {
  if (revisions || !outside.has(change.lineId)) return false;
  const landed = psa.landings.filter(({ lineId }) => lineId === change.lineId);
  // Between each write and the next, the line once read as if nothing had been written.
  return landed
    .slice(1)
    .every((next, i) =>
      psa.trail
        .slice((landed[i]?.trail ?? 0) - 1, next.trail)
        .some(({ lineId, units }) => lineId === change.lineId && units === change.from),
    );
}

/** A whole document that lands late also sets lines back that somebody else changed: those are touched too. */
function touchedByOthers({ outside, psa, made }: World, lineId: string): boolean {
  if (outside.has(lineId)) return true;
  if (psa.connector.capabilities.writes !== 'whole-document') return false;
  const contractId = psa.lines.get(lineId)?.contractId;
  return made.lines.some((line) => line.contractId === contractId && outside.has(line.id));
}

/** With differences, an outside change between read and write leaves a number nobody planned: it must be reported. */
function hiddenMeddling(
  { psa, made, outside }: World,
  change: WritePlan['changes'][number],
  reports: readonly ApplyReport[],
): string[] {
  if (psa.connector.capabilities.writes !== 'delta') return [];
  const [landing, second] = psa.landings.filter(({ lineId }) => lineId === change.lineId);
  if (landing === undefined || landing.before === change.from) return [];
  // Written again after a reversal nobody can tell: counted there.
  if (second !== undefined) return [];
  // A second outside change may have set it right again.
  if ((outside.get(change.lineId) ?? 0) > 1) return [];
  const said = reports
    .flatMap(({ results }) => results)
    .filter(({ changeId }) => changeId === change.id)
    .map(({ outcome }) => outcome);
  // The line never was at the planned quantity, so no run may say it was.
  const claimed = said.some((outcome) => outcome === 'applied' || outcome === 'already-applied');
  if (!claimed && said.some((outcome) => outcome === 'conflict' || outcome === 'unknown')) return [];
  return [
    `${change.id}: ${made.plan.id} an outside change between read and write was not reported (${said})`,
  ];
}

/** Many schedules, summed. */
export interface SimulationTotals {
  readonly schedules: number;
  readonly runs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly doubleWrites: number;
  readonly lostWrites: number;
  readonly reversals: number;
  /** The broken promises, with their seeds. */
  readonly broken: readonly string[];
}

export async function simulate(first: number, schedules: number): Promise<SimulationTotals> {
  const faults: Record<string, number> = {};
  const broken: string[] = [];
  let runs = 0;
  let doubleWrites = 0;
  let lostWrites = 0;
  let reversals = 0;
  for (let seed = first; seed < first + schedules; seed++) {
    const result = await runSchedule(seed);
    runs += result.runs;
    doubleWrites += result.doubleWrites;
    lostWrites += result.lostWrites;
    reversals += result.reversals;
    for (const [name, count] of Object.entries(result.faults)) faults[name] = (faults[name] ?? 0) + count;
    broken.push(...result.broken.map((what) => `seed ${seed} (${result.writes}): ${what}`));
    if (result.doubleWrites > 0) broken.push(`seed ${seed} (${result.writes}): double write`);
    if (result.lostWrites > 0) broken.push(`seed ${seed} (${result.writes}): lost write`);
  }
  return { schedules, runs, faults, doubleWrites, lostWrites, reversals, broken };
}
