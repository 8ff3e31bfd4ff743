import type { Problem } from '../model/errors.ts';
import { compareStrings, stableJson } from '../model/order.ts';
import { isUnits } from '../model/units.ts';

/** The rows of one kind, each key once, in the one order however they came. */
export interface Collected<T> {
  /** How many were handed in. */
  add(rows: readonly T[] | undefined): number;
  /** By key, so that a snapshot's bytes depend on what was read and not on when. */
  sorted(): readonly T[];
}

/**
 * Collects rows of one kind. The same row twice is one row (two lists may overlap). Two different rows of one
 * key: the one that sorts first is kept, and a problem says so.
 */
export function collect<T extends object>(
  kind: string,
  keyOf: (row: T) => string,
  report: (problem: Problem, rows: readonly T[]) => void,
): Collected<T> {
  const rows = new Map<string, T>();
  const fault = (code: string, message: string, row: T, ...others: T[]): void =>
    report({ code, message, severity: 'error', ids: { [`${kind}Id`]: keyOf(row) } }, [row, ...others]);
  return {
    add(added) {
      for (const row of added ?? []) {
        const key = keyOf(row);
        if ('units' in row && !isUnits(row.units)) {
          fault('bad-units', `the ${kind} ${key} has a quantity that is none (negative, or no number).`, row);
          continue;
        }
        const before = rows.get(key);
        if (before === undefined) {
          rows.set(key, row);
          continue;
        }
        const [mine, other] = [stableJson(before), stableJson(row)];
        if (mine === other) continue;
        if (compareStrings(other, mine) < 0) rows.set(key, row);
        const message = `two different rows have the ${kind} id ${key}; check it in the system.`;
        // Of both: the one that is not kept may be a line of another contract, which then lacks it.
        fault('duplicate-id', message, row, before);
      }
      return added?.length ?? 0;
    },
    sorted: () => [...rows].sort(([a], [b]) => compareStrings(a, b)).map(([, row]) => row),
  };
}
