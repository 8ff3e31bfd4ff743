import type { Problem } from '../model/errors.ts';
import { compareStrings, stableJson } from '../model/order.ts';

/** The rows of one kind, each key once, in the one order however they came. */
export interface Collected<T> {
  add(rows: readonly T[] | undefined): number;
  readonly size: number;
  /** By key, so that a snapshot's bytes depend on what was read and not on when. */
  sorted(): readonly T[];
}

/**
 * Collects rows of one kind. The same row twice is one row (two lists may overlap). Two different rows of one
 * key: the one that sorts first is kept, and a problem says so.
 */
export function collect<T>(
  kind: string,
  keyOf: (row: T) => string,
  report: (problem: Problem) => void,
): Collected<T> {
  const rows = new Map<string, T>();
  return {
    add(added) {
      for (const row of added ?? []) {
        const key = keyOf(row);
        const before = rows.get(key);
        if (before === undefined) {
          rows.set(key, row);
          continue;
        }
        const [mine, other] = [stableJson(before), stableJson(row)];
        if (mine === other) continue;
        if (compareStrings(other, mine) < 0) rows.set(key, row);
        report({
          code: 'duplicate-id',
          message: `two different rows have the ${kind} id ${key}; one was kept. Check the ${kind} in the system.`,
          severity: 'error',
          ids: { [`${kind}Id`]: key },
        });
      }
      return added?.length ?? 0;
    },
    get size() {
      return rows.size;
    },
    sorted: () => [...rows].sort(([a], [b]) => compareStrings(a, b)).map(([, row]) => row),
  };
}
