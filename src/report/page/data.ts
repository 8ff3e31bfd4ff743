/** What the page embeds: cards as tuples, every string an index into one table, so that 20 000 cards stay small. */
export interface PageData {
  readonly strings: readonly string[];
  /** Earlier billing periods and, last, this one. */
  readonly periods: readonly string[];
  /** False: no review was given, and the reconciled numbers are all open. */
  readonly reviewed: boolean;
  readonly customers: readonly PageCustomer[];
  readonly cards: readonly PageCard[];
}

/** An index into {@link PageData.strings}; −1 for none. */
export type Text = number;

type PageCustomer = readonly [name: Text, id: Text, trend: readonly PageTrend[]];

/** Under- and over-billed units of one period; `null`: nothing was counted. */
export type PageTrend = readonly [under: number, over: number] | null;

/** Kinds by index. */
export const KINDS = ['reconcile', 'new-revenue', 'no-change', 'no-count'] as const;

/** What stands for the vendor number: digits, a dash, a crossed plug. */
export const STATES = ['counted', 'no-count', 'not-connected'] as const;

export type PageCard = readonly [
  id: Text,
  customer: number,
  service: Text,
  kind: number,
  psa: number | null,
  state: number,
  vendor: number | null,
  reconciled: number | null,
  action: Text,
  variance: number | null,
  amount: Text,
  currency: Text,
  stateWords: Text,
  conditions: readonly Text[],
  detail: PageDetail,
];

type PageDetail = readonly [
  rule: Text,
  contract: Text,
  proposal: Text,
  proposed: readonly (readonly [line: Text, from: number, to: number])[],
  lines: readonly PageLine[],
  contributions: readonly PageContribution[],
  trace: readonly (readonly [rule: Text, by: Text, from: number, to: number])[],
  observed: readonly (readonly [vendor: Text, metric: Text, units: number])[],
  commitments: readonly PageContribution[],
  outOfScope: readonly (readonly [line: Text, reason: Text])[],
  findings: readonly (readonly [cause: Text, message: Text, certain: 0 | 1, units: number | null])[],
];

type PageLine = readonly [
  line: Text,
  contract: Text,
  contractId: Text,
  service: Text,
  units: number,
  price: Text,
];

export type PageContribution = readonly [
  vendor: Text,
  account: Text,
  accountId: Text,
  sku: Text,
  skuId: Text,
  metric: Text,
  units: number | null,
  basis: Text,
  note: Text,
];
