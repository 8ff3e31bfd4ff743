import type { Card, Customer } from './cards.ts';

export type Filter = 'all' | 'under' | 'over' | 'new' | 'agree' | 'none';
export type SortKey = 'name' | 'psa' | 'vendor' | 'reconciled' | 'variance' | 'impact' | 'state';

/** What the person asked to see. */
export interface Wish {
  readonly filter: Filter;
  readonly search: string;
  readonly condition: string;
  readonly sort: SortKey;
  readonly down: boolean;
  readonly grouped: boolean;
  /** Customer ids whose cards are folded away. */
  readonly folded: ReadonlySet<string>;
}

export interface GroupRow {
  readonly type: 'customer';
  readonly customer: Customer;
  readonly cards: readonly Card[];
  readonly open: boolean;
}

export interface CardRow {
  readonly type: 'card';
  readonly card: Card;
  readonly level: 1 | 2;
}

export type Row = GroupRow | CardRow;

const filters: Readonly<Record<Filter, (card: Card) => boolean>> = {
  all: () => true,
  under: (card) => card.kind !== 'no-change' && (card.variance ?? 0) > 0,
  over: (card) => card.kind !== 'no-change' && (card.variance ?? 0) < 0,
  new: (card) => card.kind === 'new-revenue',
  agree: (card) => card.kind === 'no-change',
  none: (card) => card.kind === 'no-count',
};

/** The cards that pass the filter, the search and the condition. */
export function pick(cards: readonly Card[], wish: Wish): Card[] {
  const passes = filters[wish.filter];
  const words = wish.search.toLowerCase().split(/\s+/).filter(Boolean);
  return cards.filter(
    (card) =>
      passes(card) &&
      (wish.condition === '' || card.conditions.includes(wish.condition)) &&
      words.every((word) => card.haystack.includes(word)),
  );
}

/** The rows to show, in order. */
export function arrange(cards: readonly Card[], wish: Wish): Row[] {
  const order = cardOrder(wish);
  if (!wish.grouped) return [...cards].sort(order).map((card) => ({ type: 'card', card, level: 1 }));
  const byCustomer = new Map<Customer, Card[]>();
  for (const card of cards) {
    const found = byCustomer.get(card.customer);
    if (found) found.push(card);
    else byCustomer.set(card.customer, [card]);
  }
  const groups = [...byCustomer].map(([customer, own]) => ({
    customer,
    cards: own,
    by: groupValue(own, wish.sort),
  }));
  groups.sort((a, b) =>
    wish.sort === 'name'
      ? compareText(a.customer.name, b.customer.name, wish.down)
      : compareNumber(a.by, b.by, wish.down),
  );
  return groups.flatMap(({ customer, cards: own }): Row[] => {
    const open = !wish.folded.has(customer.id);
    const inside = open ? own.sort(order).map((card): Row => ({ type: 'card', card, level: 2 })) : [];
    return [{ type: 'customer', customer, cards: own, open }, ...inside];
  });
}

function cardOrder({ sort, down, grouped }: Wish): (a: Card, b: Card) => number {
  if (sort === 'name') {
    return (a, b) =>
      (grouped ? 0 : compareText(a.customer.name, b.customer.name, down)) ||
      compareText(a.service, b.service, down) ||
      a.at - b.at;
  }
  if (sort === 'state') return (a, b) => compareText(a.stateWords, b.stateWords, down) || a.at - b.at;
  return (a, b) => compareNumber(cardValue(a, sort), cardValue(b, sort), down) || a.at - b.at;
}

function cardValue(card: Card, sort: SortKey): number | null {
  if (sort === 'psa') return card.psa;
  if (sort === 'vendor') return card.vendor;
  if (sort === 'reconciled') return card.reconciled;
  // By size: a large over-billing matters as much as a large under-billing. Only for the order; what is shown is exact.
  const value = sort === 'variance' ? card.variance : card.amount;
  return value === null ? null : Math.abs(Number(value));
}

/** A customer stands where the sum of the cards puts it; by state, where the number of open cards does. */
function groupValue(cards: readonly Card[], sort: SortKey): number | null {
  if (sort === 'name') return null;
  if (sort === 'state') return cards.filter((card) => card.kind !== 'no-change').length;
  const values = cards.map((card) => cardValue(card, sort)).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** Unknown goes last, whichever way the rest is sorted. */
function compareNumber(a: number | null, b: number | null, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return down ? b - a : a - b;
}

function compareText(a: string, b: string, down: boolean): number {
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  const order = left < right ? -1 : left > right ? 1 : 0;
  return down ? -order : order;
}
