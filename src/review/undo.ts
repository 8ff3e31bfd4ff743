import type { Instant } from '../model/dates.ts';
import type { JournalEntry } from '../model/journal.ts';
import { type Money, multiplyPrice } from '../model/money.ts';
import type { BlockedChange, PlannedAddition, PlannedChange, WritePlan } from '../model/plan.ts';
import { aList, aPerson, ofKind } from './checked.ts';
import { type ChangeHistory, histories } from './history.ts';
import { changeId, planId } from './plan-id.ts';

/**
 * The plan that takes back what a plan wrote, worked out from its journal: each change from what was written to what
 * was there before, on the same date; an added line down to 0. Only what trueup itself wrote is taken back. A change
 * whose fate is open or whose line was changed since is in `blocked`; one that was never written is left out.
 * The result is a plan like any other: read, journaled (in a journal of its own) and refused on a conflict.
 * @throws {TrueupError} `BAD_INPUT` for what is no plan, no list of entries, or a `by` that does not say who and when
 * @example planUndo(plan, await journal.read(), { actor: 'ana', at })
 */
export function planUndo(
  plan: WritePlan,
  entries: readonly JournalEntry[],
  by: { readonly actor: string; readonly at: Instant },
): WritePlan {
  ofKind('planUndo', 'plan', plan, 'plan');
  aList('planUndo', 'entries', entries, "entries, as the journal's read() resolves to");
  aPerson('planUndo', by);
  const past = histories(entries.filter((entry) => entry.planId === plan.id));
  const changes: PlannedChange[] = [];
  const blocked: BlockedChange[] = [];
  const take = (
    forward: PlannedChange | PlannedAddition,
    undo: (history: ChangeHistory) => PlannedChange | null,
  ): void => {
    const history = past.get(forward.id);
    if (history === undefined || history.wrote === 'no') return;
    const change = isInPlace(history) ? undo(history) : null;
    if (change !== null) changes.push(change);
    else blocked.push(notUndone(forward, history));
  };
  for (const change of plan.changes) {
    take(change, ({ intent }) => (intent?.before === change.from ? reversed(plan, change) : null));
  }
  for (const addition of plan.additions) {
    take(addition, ({ lineId }) => (lineId === null ? null : emptied(plan, addition, lineId)));
  }
  const content = {
    psa: plan.psa,
    connector: plan.connector,
    period: plan.period,
    undoes: plan.id,
    changes,
    additions: [],
  };
  const mismatch = entries.some((entry) => entry.planId !== plan.id);
  return {
    specVersion: 1,
    kind: 'plan',
    id: planId(content),
    ...content,
    by,
    blocked,
    problems: mismatch
      ? [
          {
            code: 'other-journal',
            severity: 'error',
            message: `The journal holds entries of another plan than ${plan.id}; they were ignored. Pass the journal of this plan.`,
          },
        ]
      : [],
  };
}

/** True unless the journal shows the line changed by somebody else. */
function isInPlace({ wrote, outcome }: ChangeHistory): boolean {
  return wrote === 'yes' && outcome?.outcome !== 'conflict';
}

function reversed(plan: WritePlan, change: PlannedChange): PlannedChange {
  const { id: _id, impact, ...rest } = change;
  const what = { ...rest, from: change.to, to: change.from };
  return { id: changeId(plan.psa, what), ...what, impact: negative(impact) };
}

function emptied(plan: WritePlan, addition: PlannedAddition, lineId: string): PlannedChange {
  const { id: _id, units, ...rest } = addition;
  const what = { ...rest, lineId, from: units, to: 0 };
  return { id: changeId(plan.psa, what), ...what, impact: null };
}

function negative(impact: Money | null): Money | null {
  return impact === null ? null : { ...impact, amount: multiplyPrice(impact.amount, -1) };
}

function notUndone(
  forward: PlannedChange | PlannedAddition,
  { wrote, outcome, lineId: made }: ChangeHistory,
): BlockedChange {
  const lineId = 'lineId' in forward ? forward.lineId : made;
  return wrote === 'yes'
    ? {
        cardId: forward.cardId,
        lineId,
        code: 'line-changed',
        message: `The line was changed by somebody else after or while it was written (${outcome?.code ?? outcome?.outcome}); set it right in the PSA.`,
      }
    : {
        cardId: forward.cardId,
        lineId,
        code: 'outcome-unknown',
        message: 'Whether this change was written is not known yet; apply the plan again first, then undo.',
      };
}
