import { type ChangeHistory, UNTOUCHED } from '../review/history.ts';
import { type ChangeRun, rulesOf } from './apply-change.ts';
import { beforeWrite, type Standing } from './apply-rules.ts';
import type { Task } from './apply-task.ts';

/** A change of a plan, and the card it is of. */
export interface CardChange {
  readonly cardId: string;
  readonly task: Task;
}

/**
 * A card of several lines is begun only when none of them is in the way of it: with one line written and another that
 * somebody changed, the customer would be billed a number nobody decided. The lines of a card are looked at once,
 * before the first is written.
 * @returns why a change is held, or `null`
 */
export function cardGuard(
  changes: readonly CardChange[],
  past: ReadonlyMap<string, ChangeHistory>,
  run: ChangeRun,
): (task: Task) => Promise<Standing | null> {
  const cardOf = new Map(changes.map(({ cardId, task }) => [task.id, cardId]));
  const cards = Map.groupBy(changes, ({ cardId }) => cardId);
  const looked = new Map<string, Promise<ReadonlyMap<string, Standing | null>>>();
  const historyOf = ({ id }: Task): ChangeHistory => past.get(id) ?? UNTOUCHED;

  async function standings(tasks: readonly Task[]): Promise<ReadonlyMap<string, Standing | null>> {
    const found = new Map<string, Standing | null>();
    for (const task of tasks) {
      try {
        const seen = await task.look(run.readContext);
        found.set(task.id, beforeWrite(seen, historyOf(task), rulesOf(task, run)));
      } catch {
        // What cannot be read now is read again in its turn, which tells why.
      }
    }
    return found;
  }

  return async (task) => {
    const cardId = cardOf.get(task.id) ?? '';
    const members = cards.get(cardId) ?? [];
    if (members.length < 2) return null;
    const known = looked.get(cardId) ?? standings(members.map((member) => member.task));
    looked.set(cardId, known);
    const all = await known;
    const blocks = (standing: Standing | null): boolean =>
      standing?.outcome === 'conflict' || standing?.outcome === 'refused';
    // Only what would be written now, and never was: the rest says itself how it stands.
    const fresh = all.get(task.id) === null && historyOf(task).wrote === 'no';
    if (!fresh || ![...all.values()].some(blocks)) return null;
    return {
      outcome: 'conflict',
      wrote: 'no',
      code: 'other-line',
      message: `Another line of card ${cardId} is not as planned; a card is written whole or not at all.`,
    };
  };
}
