import type { Problem } from '../model/errors.ts';
import { sortedUnique } from '../model/order.ts';
import type { Receipt } from '../model/snapshot.ts';

/** A row that cannot be used. */
export interface BadRow {
  /** Where the row starts, from 1. */
  readonly line: number;
  /** What is wrong; with `field`, with that cell. */
  readonly bad: string;
  /** The field of the cell, by its own name (`quantity`), not the column's title. */
  readonly field?: string;
  /** Id of the account or contract whose row it is, when it can be told. */
  readonly owner?: string;
  /** The owner's name, where the row has one. */
  readonly ownerName?: string;
}

/** Collects what is wrong with a file: a bounded list, and whose numbers are not whole because of it. */
export interface ProblemList {
  badRow(row: BadRow): void;
  duplicate(line: number, first: number, ids: Readonly<Record<string, string>>): void;
  /** A remark that spoils nothing. */
  remark(problem: Problem): void;
  /** `incomplete`: the owners whose numbers are not whole, when that says it all. */
  receipt(rows: Readonly<Record<string, number>>): {
    readonly receipt: Receipt;
    readonly incomplete: readonly string[] | null;
  };
}

/** `ownerKind` is whose the rows are: `accountId`, `contractId`. */
export function problemList(max: number, ownerKind: string): ProblemList {
  const kept: Problem[] = [];
  const owners = new Set<string>();
  let all = 0;
  let ownerless = false;

  const remark = (problem: Problem): void => {
    all += 1;
    if (kept.length < max) kept.push(problem);
  };
  const spoil = (owner: string | undefined): void => {
    if (owner === undefined) ownerless = true;
    else owners.add(owner);
  };

  return {
    badRow({ line, bad, field, owner }) {
      spoil(owner);
      const what = BAD_RECORDS[bad] ?? `${field ? `the ${field}` : 'the row'} ${bad}`;
      remark({
        code: 'bad-row',
        severity: 'error',
        message: `Line ${line}: ${what}. The row is not used; correct it and import again.`,
        path: `line ${line}`,
        ...(owner === undefined ? {} : { ids: { [ownerKind]: owner } }),
      });
    },
    duplicate(line, first, ids) {
      spoil(ids[ownerKind]);
      remark({
        code: 'duplicate-row',
        severity: 'error',
        message: `Line ${line} repeats line ${first}. Neither is used; correct the file, or ask for the sum with duplicates: 'sum'.`,
        path: `line ${line}`,
        ids,
      });
    },
    remark,
    receipt(rows) {
      const complete = owners.size === 0 && !ownerless;
      const more = all - kept.length;
      const rest: Problem = {
        code: 'more-problems',
        severity: 'error',
        message: `${more} more problems of the file are not listed.`,
      };
      const resources = Object.fromEntries(
        Object.entries(rows).map(([name, count]) => [name, { rows: count, pages: 1, complete }]),
      );
      return {
        receipt: { complete, resources, problems: more > 0 ? [...kept, rest] : kept },
        incomplete: complete || ownerless ? null : sortedUnique(owners),
      };
    },
  };
}

const BAD_RECORDS: Readonly<Record<string, string>> = {
  quotes: 'a quote stands where none may be, and rows up to the next quote may be lost with it',
  'too-long': 'a quote is never closed, and nothing after it could be read',
};
