import type { PageCard, PageData, PageTrend } from './data.ts';
import { KINDS, STATES } from './data.ts';

/** A card as the list needs it. */
export interface Card {
  readonly at: number;
  readonly id: string;
  readonly customer: Customer;
  readonly service: string;
  readonly kind: (typeof KINDS)[number];
  readonly psa: number | null;
  readonly state: (typeof STATES)[number];
  readonly vendor: number | null;
  readonly reconciled: number | null;
  /** What a person did; empty while undecided. */
  readonly action: string;
  readonly variance: number | null;
  readonly amount: string | null;
  readonly currency: string;
  readonly stateWords: string;
  readonly conditions: readonly string[];
  readonly tuple: PageCard;
  /** Lower case, for the search. */
  readonly haystack: string;
}

export interface Customer {
  readonly name: string;
  readonly id: string;
  readonly trend: readonly PageTrend[];
}

export interface Page {
  readonly cards: readonly Card[];
  readonly periods: readonly string[];
  readonly reviewed: boolean;
  readonly text: (at: number) => string;
}

export function readPage(data: PageData): Page {
  const text = (at: number): string => data.strings[at] ?? '';
  const customers = data.customers.map(([name, id, trend]) => ({ name: text(name), id: text(id), trend }));
  const nobody: Customer = { name: '', id: '', trend: [] };
  const cards = data.cards.map((tuple, at): Card => {
    const [
      id,
      customerAt,
      service,
      kind,
      psa,
      state,
      vendor,
      reconciled,
      action,
      variance,
      amount,
      currency,
    ] = tuple;
    const customer = customers[customerAt] ?? nobody;
    return {
      at,
      id: text(id),
      customer,
      service: text(service),
      kind: KINDS[kind] ?? 'no-count',
      psa,
      state: STATES[state] ?? 'no-count',
      vendor,
      reconciled,
      action: text(action),
      variance,
      amount: amount < 0 ? null : text(amount),
      currency: text(currency),
      stateWords: text(tuple[12]),
      conditions: tuple[13].map(text),
      tuple,
      haystack: `${customer.name}\n${customer.id}\n${text(service)}\n${text(id)}`.toLowerCase(),
    };
  });
  return { cards, periods: data.periods, reviewed: data.reviewed, text };
}
