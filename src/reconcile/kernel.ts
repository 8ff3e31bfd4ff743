import type { Card, OutOfScopeLine, Suppressed } from '../model/card.ts';
import type { Problem } from '../model/errors.ts';
import { problem } from '../model/problem.ts';
import { closeGroup, suppress } from './cards.ts';
import { duplicate, escapeId } from './catalogue.ts';
import { byAccount, byLine, gatherCounts, gatherLines, type Work } from './gather.ts';
import { customerScope, type OutOfScope } from './scope.ts';
import type { CustomerRows, Store } from './store.ts';
import { listRows } from './tally.ts';
import { type SkuUse, useOfSkus } from './unmapped.ts';

/** Everything worked out about one customer. Parts of different customers never depend on each other. */
export interface CustomerPart {
  readonly customerId: string;
  readonly cards: readonly Card[];
  readonly suppressed: readonly Suppressed[];
  readonly outOfScope: readonly OutOfScopeLine[];
  readonly problems: readonly Problem[];
  /** Counts of SKUs that are in no rule. */
  readonly unmapped: readonly SkuUse[];
}

/** The kernel: one customer's rows in, its cards and everything that is on no card out. */
export function workOut(store: Store, rows: CustomerRows): CustomerPart {
  const { id, info } = rows;
  if (rows.accounts.length > 1) rows.accounts.sort(byAccount);
  const scope: OutOfScope | null = rows.duplicate
    ? { reason: 'bad-row', detail: 'customer' }
    : customerScope(rows);
  const work: Work = {
    store,
    rows,
    ref: { id, name: info?.name ?? id },
    path: escapeId(id),
    scope,
    incomplete: rows.incomplete || rows.duplicate || store.psaIncomplete,
    accounts: rows.accounts,
    groups: new Map(),
    open: [],
    excludedRows: [],
    unmappedRows: [],
    cards: [],
    suppressed: [],
    outOfScope: [],
    problems: [],
  };
  if (rows.duplicate)
    work.problems.push(duplicate('customer', { customerId: id }, 'there are no cards for it'));
  if (rows.incomplete) {
    const text =
      'Lines of a contract of the customer were not read, so there are no cards for it. Pull the PSA again.';
    work.problems.push(problem('psa-incomplete', text, { customerId: id }));
  }
  gatherLines(work);
  gatherCounts(work);
  const groups = [...work.groups.values()];
  if (groups.length > 1) groups.sort((a, b) => a.unit.rank - b.unit.rank);
  for (const group of groups) closeGroup(work, group);
  if (work.outOfScope.length > 1) work.outOfScope.sort(byLine);
  if (work.excludedRows.length > 0) {
    suppress(work, 'sku-excluded', null, undefined, null, listRows(store, work.excludedRows, work.problems));
  }
  const unmapped =
    work.unmappedRows.length > 0 ? useOfSkus(store, work.unmappedRows, work.problems) : work.unmappedRows;
  const { cards, suppressed, outOfScope, problems } = work;
  return { customerId: id, cards, suppressed, outOfScope, problems, unmapped: unmapped as SkuUse[] };
}
