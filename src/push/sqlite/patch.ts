import type { Database } from './database.ts';
import type { Row } from './rows.ts';

/** Rows of one kind, by id. */
interface Table<T> {
  find(id: string): T | undefined;
  taken(id: string): boolean;
  put(id: string, next: T): void;
}

/** Patches rows one by one; a refusal undoes the ones before. */
export function patchRows<P extends { readonly id?: string }, T extends { readonly id: string }>(
  db: Database,
  patches: readonly { readonly id: string; readonly patch: P }[],
  table: Table<T>,
): T[] | 'unknown' | 'taken' {
  const patchAll = (): T[] | 'unknown' | 'taken' => {
    const changed: T[] = [];
    for (const { id, patch } of patches) {
      const before = table.find(id);
      if (!before) return 'unknown';
      const after = { ...before, ...patch };
      if (after.id !== id && table.taken(after.id)) return 'taken';
      table.put(id, after);
      changed.push(after);
    }
    return changed;
  };
  return db.undoable(patchAll, (result) => typeof result === 'string');
}

/** True when more than `limit` would exist; `known` is a `count(*) AS n`. */
export function tooMany(row: Row | undefined, added: number, limit: number): boolean {
  return Number(row?.n ?? 0) + added > limit;
}
