import type { CallContext } from '../connector/spec.ts';
import { TrueupError } from '../model/errors.ts';
import type { JournalEntry, JournalIntent, JournalOutcome } from '../model/journal.ts';
import type { AppliedChange } from '../model/plan.ts';
import type { ChangeHistory } from '../review/history.ts';
import {
  afterAccepted,
  afterLost,
  afterRefused,
  beforeWrite,
  type Seen,
  type Standing,
  type WriteRules,
} from './apply-rules.ts';
import type { Task } from './apply-task.ts';

type Unsigned<T> = T extends JournalEntry ? Omit<T, 'seq' | 'planId' | 'at' | 'actor'> : never;

/** What one change needs of the run it is in. */
export interface ChangeRun {
  /** Without the caller's signal: a write that was begun is seen through. */
  readonly context: CallContext;
  readonly readContext: CallContext;
  readonly dryRun: boolean;
  readonly settleAfterMs: number;
  /** Resolves when the entry is durable. */
  readonly journal: (entry: Unsigned<JournalEntry>) => Promise<void>;
}

/** Codes that mean the PSA certainly wrote nothing. */
const REFUSALS: readonly string[] = [
  'REFUSED',
  'CONFLICT',
  'FORBIDDEN',
  'NOT_FOUND',
  'UNSUPPORTED',
  'BAD_OPTIONS',
  'BAD_INPUT',
];

/** The same, but there is no use in asking the PSA anything more. */
const CLOSED_DOORS: readonly string[] = ['AUTH_FAILED', 'RATE_LIMITED'];

/** Waits before looking again when an accepted or lost write does not show yet, in milliseconds. */
const LOOK_AGAIN_AFTER: readonly number[] = [500, 2_000];

/** One change: look, decide, announce, write, look again, write down what came of it. */
export async function runChange(task: Task, past: ChangeHistory, run: ChangeRun): Promise<AppliedChange> {
  let seen: Seen;
  try {
    seen = await task.look(run.readContext);
  } catch (error) {
    const standing = unread(error, past);
    const result = entry(task, standing, null, null);
    return standing.outcome === 'not-reached' ? result : await settle(result, standing, run, lastWord(past));
  }
  const rules = rulesOf(task, run);
  const standing = beforeWrite(seen, past, rules);
  if (standing !== null) {
    // Found on resume: what was read before that write is in the journal, what is read now came of it.
    const result =
      standing.outcome === 'applied' && past.intent !== null
        ? entry(task, standing, { ...seen, units: past.intent.before }, seen)
        : entry(task, standing, seen, null);
    return await settle(result, standing, run, lastWord(past));
  }
  if (run.dryRun) return entry(task, { outcome: 'would-apply', wrote: past.wrote }, seen, null);
  return await write(task, past, run, seen, rules);
}

/** How the PSA takes the write of a change, now. */
export function rulesOf({ repeatable }: Task, { settleAfterMs, context }: ChangeRun): WriteRules {
  return { repeatable, settleAfterMs, now: context.runtime.now() };
}

/** A change that is not even looked at, and why. */
export function holdChange(
  task: Task,
  past: ChangeHistory,
  run: ChangeRun,
  standing: Standing,
): Promise<AppliedChange> {
  return settle(entry(task, standing, null, null), standing, run, lastWord(past));
}

async function write(
  task: Task,
  past: ChangeHistory,
  run: ChangeRun,
  seen: Seen,
  rules: WriteRules,
): Promise<AppliedChange> {
  const intent: Unsigned<JournalIntent> = {
    type: 'intent',
    changeId: task.id,
    before: seen.units,
    to: task.to,
    ...(seen.revision === undefined ? {} : { revision: seen.revision }),
  };
  await run.journal(intent);
  let failure: Failure | null = null;
  let made: string | undefined;
  try {
    made = await task.write(run.context);
  } catch (error) {
    failure = describe(error);
  }
  const after = await lookBack(task, run, failure);
  const standing = fate(failure, after, past, rules);
  return await settle(entry(task, standing, seen, after, made), standing, run);
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What became of the write. */
function fate(failure: Failure | null, after: Seen | null, past: ChangeHistory, rules: WriteRules): Standing {
  if (failure === null) return afterAccepted(after);
  if (CLOSED_DOORS.includes(failure.code)) return { outcome: 'failed', wrote: past.wrote, ...failure };
  if (REFUSALS.includes(failure.code)) return afterRefused(after, past, failure.code, failure.message);
  return afterLost(after, rules);
}

/** Reads the line after a write; looks again when the old quantity shows. `null`: it could not be read. */
async function lookBack(task: Task, run: ChangeRun, failure: Failure | null): Promise<Seen | null> {
  if (failure !== null && CLOSED_DOORS.includes(failure.code)) return null;
  const refused = failure !== null && REFUSALS.includes(failure.code);
  let seen: Seen | null = null;
  for (const wait of refused ? [0] : [0, ...LOOK_AGAIN_AFTER]) {
    if (wait > 0) await run.context.runtime.sleep(wait);
    try {
      seen = await task.look(run.context);
    } catch {
      // The write's fate is what is asked; why the read failed does not change it.
      continue;
    }
    if (seen.at !== 'start') return seen;
  }
  return seen;
}

/** Writes the outcome down and reports it. A look that only confirms what the journal says leaves no entry. */
async function settle(
  result: AppliedChange,
  { wrote }: Standing,
  run: ChangeRun,
  confirms?: JournalOutcome | null,
): Promise<AppliedChange> {
  const outcome: Unsigned<JournalOutcome> = { type: 'outcome', ...result, wrote };
  if (!run.dryRun && !(confirms && saysTheSame(outcome, confirms))) await run.journal(outcome);
  return result;
}

function saysTheSame(now: Unsigned<JournalOutcome>, last: JournalOutcome): boolean {
  const done = (outcome: AppliedChange['outcome']): string =>
    outcome === 'applied' ? 'already-applied' : outcome;
  return now.wrote === last.wrote && done(now.outcome) === done(last.outcome) && now.code === last.code;
}

/** The journal's last word on a change, unless a write was announced after it. */
function lastWord({ outcome, intent }: ChangeHistory): JournalOutcome | null {
  return outcome !== null && (intent === null || intent.seq < outcome.seq) ? outcome : null;
}

function entry(
  task: Task,
  standing: Standing,
  seen: Seen | null,
  after: Seen | null,
  made?: string,
): AppliedChange {
  const { outcome, code, message } = standing;
  const lineId = after?.lineId ?? made ?? seen?.lineId;
  return {
    changeId: task.id,
    outcome,
    before: seen?.units ?? null,
    after: after?.units ?? null,
    ...(lineId === undefined ? {} : { lineId }),
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
  };
}

/** A line that could not be read: nothing was written now, but an earlier write may be open. */
function unread(error: unknown, past: ChangeHistory): Standing {
  const failure = describe(error);
  if (failure.code === 'ABORTED') {
    return { outcome: 'not-reached', wrote: past.wrote, message: 'The caller aborted before this change.' };
  }
  const open = past.wrote === 'maybe' || past.wrote === 'accepted';
  return { outcome: open ? 'unknown' : 'failed', wrote: past.wrote, ...failure };
}

function describe(error: unknown): Failure {
  if (TrueupError.is(error)) return { code: error.code, message: error.message };
  // A foreign error's text may hold anything, also secrets.
  return { code: 'UNEXPECTED', message: `Unexpected ${error instanceof Error ? error.name : typeof error}.` };
}
