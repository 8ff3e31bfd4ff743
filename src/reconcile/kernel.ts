import type { Card } from '../model/card.ts';
import type { Problem } from '../model/errors.ts';
import { problem } from '../model/problem.ts';
import type { OutOfScopeLine, Suppressed } from '../model/reconciliation.ts';
import { closeGroup, suppress } from './cards.ts';
import { duplicate, escapeId } from './catalogue.ts';
import { byAccount, byLine, gatherCounts, gatherLines, type Work } from './gather.ts';
import { customerScope, out } from './scope.ts';
import type { CustomerRows, Store } from './store.ts';
import { listRows } from './tally.ts';
import { type SkuUse, useOfSkus } from './unmapped.ts';

/** Everything worked out about one customer. Parts of different customers never depend on each other. */
export interface CustomerPart {
  readonly customerId: string;
  /** In the order of {@link Reconciliation.cards}. */
  readonly cards: readonly Card[];
  /** The customer's counts that are on no card on purpose. */
  readonly suppressed: readonly Suppressed[];
  /** The customer's lines on no card, by line id. */
  readonly outOfScope: readonly OutOfScopeLine[];
  /** The customer's rows that could not be used. */
  readonly problems: readonly Problem[];
  /** Counts of SKUs that are in no rule. */
  readonly unmapped: readonly SkuUse[];
}

/** The part while it is made. */
interface MutablePart extends Pick<Work, 'cards' | 'suppressed' | 'outOfScope' | 'problems'> {
  readonly customerId: string;
  unmapped: readonly SkuUse[];
}

/** The kernel: one customer's rows in, its cards and everything that is on no card out. */
export function workOut(store: Store, rows: CustomerRows): CustomerPart {
  const { id, info } = rows;
  rows.accounts.sort(byAccount);
  const scope = rows.duplicate ? out('bad-row', 'customer') : customerScope(rows);
  const part: MutablePart = {
    customerId: id,
    cards: [],
    suppressed: [],
    outOfScope: [],
    problems: [],
    unmapped: [],
  };
  const { problems, outOfScope } = part;
  const work: Work = {
    ...part,
    store,
    rows,
    ref: { id, name: info?.name ?? id },
    path: escapeId(id),
    scope,
    incomplete: rows.incomplete || rows.duplicate || store.psaIncomplete,
    stray: false,
    groups: new Map(),
    open: [],
    excludedRows: [],
    unmappedRows: [],
  };
  if (rows.duplicate) problems.push(duplicate('customer', { customerId: id }, 'there are no cards for it'));
  if (rows.incomplete) {
    const text =
      'Lines of a contract of the customer were not read, so there are no cards for it. Pull the PSA again.';
    problems.push(problem('psa-incomplete', text, { customerId: id }));
  }
  gatherLines(work);
  gatherCounts(work);
  const groups = [...work.groups.values()].sort((a, b) => a.unit.rank - b.unit.rank);
  for (const group of groups) closeGroup(work, group);
  outOfScope.sort(byLine);
  if (work.excludedRows.length > 0) {
    suppress(work, 'sku-excluded', null, undefined, null, listRows(work, work.excludedRows));
  }
  part.unmapped = useOfSkus(work, work.unmappedRows);
  return part;
}
