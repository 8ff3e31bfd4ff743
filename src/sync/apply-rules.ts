import { epochMs, type Instant } from '../model/dates.ts';
import type { JournalOutcome } from '../model/journal.ts';
import type { ApplyOutcome } from '../model/plan.ts';
import type { Units } from '../model/units.ts';
import type { ChangeHistory } from '../review/history.ts';

/** What a read of the PSA shows about one change. */
export interface Seen {
  /** `target`: as decided. `start`: as when the decision was made. `elsewhere`: neither. `closed`: not to be written. */
  readonly at: 'target' | 'start' | 'elsewhere' | 'closed';
  readonly units: Units | null;
  readonly revision?: string;
  readonly lineId?: string;
  /** For `elsewhere` and `closed`. */
  readonly code?: string;
  readonly message?: string;
}

/** How a change stands after a look at the PSA or after a write. */
export interface Standing {
  readonly outcome: ApplyOutcome;
  readonly wrote: JournalOutcome['wrote'];
  readonly code?: string;
  readonly message?: string;
}

/** How a PSA takes a write. */
export interface WriteRules {
  /** True when sending the same write twice gives the same result: an absolute quantity, not a difference or a new line. */
  readonly repeatable: boolean;
  /** How long a write without an answer may still land, in milliseconds. */
  readonly settleAfterMs: number;
  readonly now: Instant;
}

/** Before a write: what to do, given what the PSA shows and what the journal knows. `null`: write. */
export function beforeWrite(seen: Seen, past: ChangeHistory, rules: WriteRules): Standing | null {
  if (seen.at === 'target') return standingAtTarget(past);
  if (seen.at === 'start') return standingAtStart(seen, past, rules);
  const { wrote } = past;
  if (wrote === 'no') return elsewhere(seen, 'no');
  if (wrote === 'maybe') return rules.repeatable ? elsewhere(seen, 'maybe') : undecidable(seen, 'maybe');
  return {
    outcome: 'conflict',
    wrote: 'yes',
    code: 'changed-since',
    message: `This change was written before; since then the line was changed to ${seen.units ?? 'nothing'}. It is left alone.`,
  };
}

function standingAtTarget({ wrote }: ChangeHistory): Standing {
  // A write that was announced and is now there: it landed, or somebody set the same number. Both are done.
  return wrote === 'no' || wrote === 'yes'
    ? { outcome: 'already-applied', wrote }
    : { outcome: 'applied', wrote: 'yes', code: 'found-on-resume' };
}

function standingAtStart(seen: Seen, past: ChangeHistory, rules: WriteRules): Standing | null {
  const { wrote, intent } = past;
  if (wrote === 'no') return null;
  if (wrote === 'yes') {
    return {
      outcome: 'conflict',
      wrote,
      code: 'changed-back',
      message: 'This change was written before; since then the line was set back. It is left alone.',
    };
  }
  const touched =
    seen.revision !== undefined && intent?.revision !== undefined && seen.revision !== intent.revision;
  if (touched) {
    return {
      outcome: rules.repeatable ? 'conflict' : 'unknown',
      wrote,
      code: 'touched-since',
      message:
        'A write was sent, and the line was touched since, but shows the old quantity. Look at its history.',
    };
  }
  if (rules.repeatable) return null;
  if (wrote === 'accepted') {
    return {
      outcome: 'unknown',
      wrote,
      code: 'accepted-not-visible',
      message: 'The PSA accepted the write, but it does not show. It is not sent again; look in the PSA.',
    };
  }
  if (past.disturbed) return undecidable(seen, 'maybe');
  const waited = intent === null ? 0 : epochMs(rules.now) - epochMs(intent.at);
  return waited >= rules.settleAfterMs ? null : mayStillLand(rules);
}

/** After a write the PSA accepted. */
export function afterAccepted(seen: Seen | null): Standing {
  if (seen === null) {
    return {
      outcome: 'unknown',
      wrote: 'accepted',
      code: 'not-read-back',
      message: 'The PSA accepted the write, but the line could not be read back; run the plan again.',
    };
  }
  if (seen.at === 'target') return { outcome: 'applied', wrote: 'yes' };
  if (seen.at === 'start') {
    return {
      outcome: 'unknown',
      wrote: 'accepted',
      code: 'accepted-not-visible',
      message:
        'The PSA accepted the write, but the line still shows the old quantity; run the plan again later.',
    };
  }
  return {
    outcome: 'conflict',
    wrote: 'yes',
    code: 'changed-meanwhile',
    message: `The write was accepted, but the line reads ${seen.units ?? 'nothing'}: somebody changed it at the same time. Check it in the PSA.`,
  };
}

/** After a write without a trustworthy answer: a time-out, a broken connection, a server error. */
export function afterLost(seen: Seen | null, rules: WriteRules): Standing {
  if (seen === null) return { ...mayStillLand(rules), code: 'not-read-back' };
  if (seen.at === 'target') return { outcome: 'applied', wrote: 'yes', code: 'found-on-read-back' };
  if (seen.at === 'start') return mayStillLand(rules);
  return rules.repeatable
    ? { ...elsewhere(seen, 'maybe'), outcome: 'conflict', code: 'changed-meanwhile' }
    : undecidable(seen, 'maybe');
}

/** After the PSA said no. */
export function afterRefused(
  seen: Seen | null,
  past: ChangeHistory,
  code: string,
  message: string,
): Standing {
  if (seen?.at === 'target')
    return { outcome: 'already-applied', wrote: past.wrote, code: 'found-on-read-back' };
  return { outcome: 'refused', wrote: past.wrote, code, message };
}

function elsewhere(seen: Seen, wrote: 'no' | 'maybe'): Standing {
  const refused = seen.at === 'closed' && (seen.code === 'computed' || seen.code === 'period-posted');
  return {
    outcome: refused ? 'refused' : 'conflict',
    wrote,
    code: seen.code ?? 'line-changed',
    message: seen.message ?? `The line holds ${seen.units ?? 'nothing'}; it is left alone.`,
  };
}

function undecidable(seen: Seen, wrote: 'maybe'): Standing {
  return {
    outcome: 'unknown',
    wrote,
    code: 'changed-meanwhile',
    message: `A write was sent and somebody else changed the line (now ${seen.units ?? 'gone'}): whether it landed cannot be told. It is not sent again; settle it in the PSA.`,
  };
}

function mayStillLand({ repeatable, settleAfterMs }: WriteRules): Standing {
  return {
    outcome: 'unknown',
    wrote: 'maybe',
    code: 'may-still-land',
    message: repeatable
      ? 'A write was sent and no answer came; it does not show. Run the plan again.'
      : `A write was sent and no answer came; it does not show, but may still land. Run the plan again after ${Math.ceil(settleAfterMs / 60_000)} minutes.`,
  };
}
