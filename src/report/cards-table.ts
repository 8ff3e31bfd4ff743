import type { Card, CardKind } from '../model/card.ts';
import type { Review } from '../model/decision.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { formatUnits } from '../model/units.ts';
import { reconciledUnits } from './reconciled.ts';
import { type Column, cut, layOut, type Paint, paint, type TextOptions, wrap } from './table.ts';
import { oneLine } from './text-width.ts';
import { unpricedWords } from './unpriced.ts';
import {
  amountWords,
  conditionWords,
  DASH,
  kindWords,
  moneyWords,
  plural,
  problemWords,
  serviceWords,
  signed,
  stateWords,
  UNPLUGGED,
  vendorUnits,
} from './words.ts';

/** What {@link cardsTable} shows. */
export interface CardsTableOptions extends TextOptions {
  /** Kinds of cards to list; default all but `no-change`. */
  readonly kinds?: readonly CardKind[];
  /** At most this many cards; the rest is counted below the table. Default 50. */
  readonly limit?: number;
  /** Adds the third number: what was decided. */
  readonly review?: Review;
}

/**
 * A reconciliation as text for a terminal: totals first, then one line per card. Ends with a line break.
 * @example
 * process.stdout.write(cardsTable(reconciliation, { width: process.stdout.columns, color: process.stdout.isTTY }));
 */
export function cardsTable(reconciliation: Reconciliation, options: CardsTableOptions = {}): string {
  const kinds = options.kinds ?? ['reconcile', 'new-revenue', 'no-count'];
  const wanted = reconciliation.cards.filter((card) => kinds.includes(card.kind));
  const shown = wanted.slice(0, Math.max(0, options.limit ?? 50));
  const lines = [
    ...head(reconciliation, options),
    '',
    ...(shown.length > 0 ? layOut(shown, columns(shown, options.review), options) : ['No cards to show.']),
    '',
    ...foot(reconciliation, wanted, shown, kinds, options),
  ];
  return `${lines.map((line) => (line.includes('\u001b') ? line : cut(line, options))).join('\n')}\n`;
}

function head(reconciliation: Reconciliation, options: TextOptions): string[] {
  const { summary, unmapped } = reconciliation;
  const color = options.color ?? false;
  const money = (side: 'underBilled' | 'overBilled'): string => {
    const amounts = summary.impact
      .filter((entry) => entry[side] !== '0')
      .map((entry) => `  ${amountWords(entry[side].replace('-', ''))} ${entry.currency}`)
      .join('');
    const unpriced = unpricedWords(reconciliation, `${side}Units`);
    return unpriced === '' ? amounts : `${amounts}${amounts === '' ? ' ' : ''} (${unpriced})`;
  };
  const line = (label: string, units: string, rest: string, how: Paint): string =>
    paint(cut(`${label.padEnd(14)}${units.padStart(10)} ${rest}`, options), how, color);
  const cards = (kind: CardKind): string => (summary.cards[kind] === 1 ? 'card' : 'cards');
  const title = `Reconciliation ${reconciliation.period} of ${oneLine(reconciliation.psa)}`;
  return [
    paint(cut(title, options), 'bold', color),
    `as of ${reconciliation.asOf}, lines in force on ${reconciliation.on}`,
    '',
    line('Under-billed', signed(summary.underBilledUnits), `units${money('underBilled')}`, 'red'),
    line('Over-billed', signed(-summary.overBilledUnits), `units${money('overBilled')}`, 'yellow'),
    line('Agree', String(summary.cards['no-change']), cards('no-change'), 'green'),
    line('No count', String(summary.cards['no-count']), cards('no-count'), 'plain'),
    line(
      'Unmapped',
      String(unmapped.accounts.length),
      `${unmapped.accounts.length === 1 ? 'account' : 'accounts'}, ${plural(unmapped.skus.length, 'SKU')}`,
      'plain',
    ),
  ];
}

const kindPaint: Readonly<Record<CardKind, Paint>> = {
  reconcile: 'yellow',
  'new-revenue': 'cyan',
  'no-change': 'green',
  'no-count': 'dim',
};

function columns(cards: readonly Card[], review: Review | undefined): Column<Card>[] {
  const first = new Set<Card>();
  let last: string | null = null;
  for (const card of cards) {
    if (card.customer.id !== last) first.add(card);
    last = card.customer.id;
  }
  const reconciled = review === undefined ? null : reconciledUnits(review);
  return [
    // A customer's name stands once, above its cards.
    { head: 'Customer', text: (card) => (first.has(card) ? card.customer.name : ''), shrinkTo: 20 },
    { head: 'Service', text: serviceWords, shrinkTo: 20 },
    { head: 'PSA', align: 'right', text: (card) => (card.psa === null ? '' : formatUnits(card.psa.units)) },
    { head: 'Vendor', align: 'right', text: vendorUnits },
    ...(reconciled === null
      ? []
      : [
          {
            head: 'Reconciled',
            align: 'right',
            text: (card: Card) => reconciled.text(card.id),
            drop: 1,
          } as const,
        ]),
    {
      head: 'Variance',
      align: 'right',
      text: (card) => (card.variance === null ? '' : signed(card.variance)),
      paint: (card) =>
        card.variance === null || card.variance === 0 ? 'plain' : card.variance > 0 ? 'red' : 'yellow',
    },
    {
      head: 'Impact',
      align: 'right',
      text: (card) => (card.impact === null ? '' : moneyWords(card.impact)),
      drop: 2,
    },
    { head: 'State', text: stateWords, paint: (card) => kindPaint[card.kind], shrinkTo: 10, drop: 3 },
    {
      head: 'Conditions',
      text: (card) => card.conditions.map((condition) => conditionWords[condition]).join(', '),
      paint: () => 'dim',
      shrinkTo: 12,
      drop: 4,
    },
  ];
}

function foot(
  reconciliation: Reconciliation,
  wanted: readonly Card[],
  shown: readonly Card[],
  kinds: readonly CardKind[],
  options: TextOptions,
): string[] {
  const lines: string[] = [];
  if (shown.length < wanted.length)
    lines.push(`${plural(wanted.length - shown.length, 'more card')} not shown.`);
  for (const kind of ['reconcile', 'new-revenue', 'no-change', 'no-count'] as const) {
    const count = reconciliation.summary.cards[kind];
    if (!kinds.includes(kind) && count > 0)
      lines.push(`${plural(count, `"${kindWords[kind]}" card`)} not listed.`);
  }
  const missing = new Set(shown.filter((card) => card.kind === 'no-count').map((card) => card.vendor.state));
  if (missing.has('no-count')) lines.push(`${DASH}  a count was expected and none came; it is not zero`);
  if (missing.has('not-connected')) lines.push(`${UNPLUGGED}  the vendor is not connected`);
  for (const problem of reconciliation.problems.slice(0, 10)) {
    lines.push(...wrap(`! ${oneLine(problemWords(problem))}`, options));
  }
  const more = reconciliation.problems.length - 10;
  if (more > 0) lines.push(`! ${plural(more, 'more problem')}`);
  return lines;
}
