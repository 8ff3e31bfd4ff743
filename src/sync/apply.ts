import type { CallContext, PsaConnector } from '../connector/spec.ts';
import { dateOf, epochMs, type Instant } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import type { AppliedChange, ApplyOutcome, ApplyReport, WritePlan } from '../model/plan.ts';
import { dayIn } from '../review/effective.ts';
import { type ChangeHistory, histories, remember, UNTOUCHED } from '../review/history.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import { createRuntime, type Runtime } from '../transport/runtime.ts';
import { cardGuard } from './apply-card.ts';
import { type ChangeRun, holdChange, runChange } from './apply-change.ts';
import { requireFit } from './apply-door.ts';
import { additionTask, canAdd, changeTask, type Days, type Task } from './apply-task.ts';
import { type Journal, type JournalSession, requirePlan } from './journal.ts';
import { requireRole } from './role.ts';

/** How a plan is applied. */
export interface ApplyOptions {
  /** One per plan. A dry run only reads it. */
  readonly journal: Journal;
  /** Reads everything and says what would happen; writes nothing, to the PSA or the journal. Default false: it writes. */
  readonly dryRun?: boolean;
  /** Which PSA `connector` talks to, as named when its snapshot was pulled; another plan's is PLAN_MISMATCH. */
  readonly source?: string;
  /** Who runs it, for the journal. Default: who made the plan. */
  readonly actor?: string;
  /** Checked between changes; a change that was begun is finished. */
  readonly signal?: AbortSignal;
  /** Told after each change. What it throws ends the run; run the plan again. */
  readonly onProgress?: (progress: ApplyProgress) => void;
  /**
   * How long a write without an answer may still land, in milliseconds. Until then it is not sent again where a
   * second one would count twice: on PSAs that take differences (`writes: 'delta'`), and for new lines. Where a
   * write sends the whole document (`writes: 'whole-document'`) the next run may write the same line again,
   * but other lines of the document wait as long: they are `not-reached`, with the code `document-unsettled`; run
   * the plan again later. `Infinity`: never, a person decides. Default 15 minutes.
   */
  readonly settleAfterMs?: number;
  /**
   * IANA name of the zone "today" is in, as for `planWriteBack`: where the PSA cannot date a change, lines are looked
   * at as of today, and a new line begins today, or on the day of the plan when that is later. Default `UTC`.
   */
  readonly timeZone?: string;
  /** Parts of the outside world to replace: `fetch` (a proxy), `now`, `sleep`, `random`, `log`. */
  readonly runtime?: Partial<Runtime>;
}

const OPTIONS: OptionRules<ApplyOptions> = {
  journal: 'any',
  dryRun: 'flag',
  source: 'text',
  actor: 'text',
  signal: 'any',
  onProgress: 'any',
  settleAfterMs: 'any',
  timeZone: 'text',
  runtime: 'any',
};

/** Where a run of a plan stands: told after each change. */
export interface ApplyProgress {
  readonly planId: string;
  /** Changes and additions dealt with so far, this one included. */
  readonly done: number;
  /** Changes and additions of the plan. */
  readonly total: number;
  /** How this one ended. */
  readonly result: AppliedChange;
}

/** Errors that would meet every other change too. */
const STOPS: readonly string[] = ['AUTH_FAILED', 'RATE_LIMITED'];

/**
 * Writes a plan to the PSA: at most once per change, one after the other, safe to run again. Every change is read
 * first, announced in the journal, written, read back. A card one of whose lines is not as planned is not begun; else
 * one failing change does not stop the others, but refused credentials or a rate limit past the budget do.
 * @throws {TrueupError} before the first write: BAD_OPTIONS, PLAN_MISMATCH, BAD_INPUT (a plan that was edited), UNSUPPORTED,
 * JOURNAL_LOCKED, JOURNAL_MISMATCH, JOURNAL_CORRUPT; at any time STORE_ERROR when the journal cannot be written.
 */
export async function applyPlan(
  plan: WritePlan,
  connector: PsaConnector,
  options: ApplyOptions,
): Promise<ApplyReport> {
  requireUsable(options);
  requireRole('applyPlan', connector, 'psa');
  requireFit(plan, connector, options.source);
  const runtime = createRuntime(options.runtime);
  const startedAt = runtime.now();
  const days = daysAt(startedAt, options.timeZone);
  const dryRun = options.dryRun ?? false;
  const session = dryRun ? await dryJournal(options.journal, plan.id) : await options.journal.open(plan.id);
  try {
    const results = await runAll(plan, connector, options, { session, runtime, dryRun, days });
    return report(plan, dryRun, startedAt, runtime.now(), results);
  } finally {
    await session.close();
  }
}

/** A misspelt `dryRun` would write, and a wait that is no number would end the caution about writes that may still land. */
function requireUsable(options: Partial<ApplyOptions> = {}): void {
  checkOptions('applyPlan', options, OPTIONS);
  const { journal, settleAfterMs = 0 } = options;
  if (typeof journal?.open !== 'function') {
    throw new TrueupError('BAD_OPTIONS', 'applyPlan needs a journal: fileJournal(path), or one of your own.');
  }
  if (typeof settleAfterMs !== 'number' || !(settleAfterMs >= 0)) {
    throw new TrueupError(
      'BAD_OPTIONS',
      'settleAfterMs must be a number of milliseconds from 0, or Infinity.',
    );
  }
}

/** The zone furthest ahead is at UTC+14. */
const FURTHEST_AHEAD_MS = 14 * 3_600_000;

function daysAt(now: Instant, timeZone = 'UTC'): Days {
  const today = dayIn(timeZone, now);
  if (today !== null)
    return { today, latest: dateOf(new Date(epochMs(now) + FURTHEST_AHEAD_MS).toISOString()) };
  throw new TrueupError(
    'BAD_OPTIONS',
    'applyPlan knows no day: timeZone must be an IANA name, like America/Chicago, and runtime.now must give an ISO instant in UTC.',
  );
}

interface Run {
  readonly session: JournalSession;
  readonly runtime: Runtime;
  readonly dryRun: boolean;
  readonly days: Days;
}

async function runAll(
  plan: WritePlan,
  connector: PsaConnector,
  options: ApplyOptions,
  { session, runtime, dryRun, days }: Run,
): Promise<AppliedChange[]> {
  const { signal, onProgress } = options;
  const context: CallContext = { runtime };
  const past = histories(session.entries);
  const run: ChangeRun = {
    context,
    readContext: signal === undefined ? context : { ...context, signal },
    dryRun,
    settleAfterMs: options.settleAfterMs ?? 15 * 60_000,
    journal: journalWriter(session, plan.id, options.actor ?? plan.by.actor, runtime, past),
  };
  if (!dryRun) await run.journal({ type: 'start', psa: plan.psa, connector: plan.connector });
  const jobs = tasks(plan, connector, days);
  const held = heldDocuments(jobs, past, run);
  const guard = cardGuard(
    jobs.flatMap(({ cardId, task }) => (cardId === null || task === null ? [] : [{ cardId, task }])),
    past,
    run,
  );
  const results: AppliedChange[] = [];
  let stop: string | undefined;
  for (const { id, task } of jobs) {
    if (stop === undefined && signal?.aborted === true) stop = 'ABORTED';
    let result: AppliedChange;
    if (stop !== undefined) result = notReached(id, stop);
    else if (task === null) result = cannotAdd(id, connector);
    else if (held(task)) result = documentHeld(id);
    else {
      const history = past.get(id) ?? UNTOUCHED;
      const standing = await guard(task);
      result =
        standing === null
          ? await runChange(task, history, run)
          : await holdChange(task, history, run, standing);
    }
    if (stop === undefined && result.code !== undefined && STOPS.includes(result.code)) stop = result.code;
    results.push(result);
    onProgress?.({ planId: plan.id, done: results.length, total: jobs.length, result });
  }
  return results;
}

interface Job {
  readonly id: string;
  /** The card that is written whole; `null` for an addition, which is all its card writes. */
  readonly cardId: string | null;
  /** `null`: the connector cannot do it. */
  readonly task: Task | null;
}

function tasks(plan: WritePlan, connector: PsaConnector, days: Days): Job[] {
  return [
    ...plan.changes.map((change) => ({
      id: change.id,
      // What was written is taken back line by line, as far as it is still there.
      cardId: plan.undoes === undefined ? change.cardId : null,
      task: changeTask(change, connector, days),
    })),
    ...plan.additions.map((addition) => ({
      id: addition.id,
      cardId: null,
      task: canAdd(connector) ? additionTask(addition, connector, days) : null,
    })),
  ];
}

/**
 * Where a write sends the whole document, one that got no answer may land late and set every other line back to what
 * it was. Until that can no longer happen, no other line of that document is written.
 */
function heldDocuments(
  jobs: readonly Job[],
  past: ReadonlyMap<string, ChangeHistory>,
  { settleAfterMs, context, dryRun }: ChangeRun,
): (task: Task) => boolean {
  const members = new Map<string, string[]>();
  for (const { id, task } of jobs) {
    if (task?.document !== undefined) members.set(task.document, [...(members.get(task.document) ?? []), id]);
  }
  return ({ id, document }) => {
    if (document === undefined || dryRun) return false;
    const now = epochMs(context.runtime.now());
    const mayLand = (at: Instant): boolean => now - epochMs(at) < settleAfterMs;
    return (members.get(document) ?? []).some(
      (other) => other !== id && past.get(other)?.unanswered.some(mayLand) === true,
    );
  };
}

/** A dry run reads what is known and leaves no trace. */
async function dryJournal(journal: Journal, planId: string): Promise<JournalSession> {
  const entries = await journal.read();
  requirePlan(entries, planId);
  return { entries, append: async () => {}, close: async () => {} };
}

function journalWriter(
  session: JournalSession,
  planId: string,
  actor: string,
  runtime: Runtime,
  past: Map<string, ChangeHistory>,
): ChangeRun['journal'] {
  let seq = session.entries.length;
  return async (entry) => {
    const full = { seq: seq++, planId, at: runtime.now(), actor, ...entry };
    await session.append(full);
    remember(past, full);
  };
}

function notReached(changeId: string, stop: string): AppliedChange {
  const message =
    stop === 'ABORTED' ? 'The caller aborted before this change.' : `Stopped before this change: ${stop}.`;
  return { changeId, outcome: 'not-reached', before: null, after: null, message };
}

function documentHeld(changeId: string): AppliedChange {
  return {
    changeId,
    outcome: 'not-reached',
    before: null,
    after: null,
    code: 'document-unsettled',
    message:
      'A write to another line of the same document got no answer and may still land; run the plan again later.',
  };
}

function cannotAdd(changeId: string, connector: PsaConnector): AppliedChange {
  return {
    changeId,
    outcome: 'refused',
    before: null,
    after: null,
    code: 'UNSUPPORTED',
    message: `The ${connector.name} connector cannot add lines; add it in the PSA.`,
  };
}

function report(
  plan: WritePlan,
  dryRun: boolean,
  startedAt: Instant,
  endedAt: Instant,
  results: readonly AppliedChange[],
): ApplyReport {
  const counts: Record<ApplyOutcome, number> = {
    applied: 0,
    'already-applied': 0,
    'would-apply': 0,
    conflict: 0,
    refused: 0,
    failed: 0,
    unknown: 0,
    'not-reached': 0,
  };
  for (const { outcome } of results) counts[outcome] += 1;
  return {
    specVersion: 1,
    kind: 'apply-report',
    planId: plan.id,
    psa: plan.psa,
    dryRun,
    startedAt,
    endedAt,
    results,
    counts,
    complete: counts.applied + counts['already-applied'] === results.length,
  };
}
