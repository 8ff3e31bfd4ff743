import type { LicenseComparison, LicenseStatus } from '../compare/types.ts';
import type { Card, CardKind } from '../model/card.ts';
import type { Review } from '../model/decision.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { formatUnits } from '../model/units.ts';
import { licenseWords, sideUnits } from './compare-words.ts';
import { type FindingLike, findingWords, groupFindings } from './findings.ts';
import { reconciledUnits } from './reconciled.ts';
import { oneLine } from './text-width.ts';
import { unpricedWords } from './unpriced.ts';
import {
  amountWords,
  conditionWords,
  DASH,
  moneyWords,
  plural,
  problemWords,
  serviceWords,
  signed,
  stateWords,
  UNPLUGGED,
  vendorUnits,
} from './words.ts';

/** What {@link cardsMarkdown} shows. */
export interface CardsMarkdownOptions {
  /** Kinds of cards to list; default all but `no-change`. */
  readonly kinds?: readonly CardKind[];
  /** At most this many cards; the rest is counted. Default 200, because comments have a size limit. */
  readonly limit?: number;
  /** Adds the third number: what was decided. */
  readonly review?: Review;
  /** What `diagnose` found; the first finding of a card is named. */
  readonly findings?: readonly FindingLike[];
}

/** A reconciliation as Markdown for a pull request or a ticket. Ends with a line break. */
export function cardsMarkdown(reconciliation: Reconciliation, options: CardsMarkdownOptions = {}): string {
  const { summary, unmapped, problems } = reconciliation;
  const kinds = options.kinds ?? ['reconcile', 'new-revenue', 'no-count'];
  const wanted = reconciliation.cards.filter((card) => kinds.includes(card.kind));
  const shown = wanted.slice(0, Math.max(0, options.limit ?? 200));
  const money = (side: 'underBilled' | 'overBilled'): string => {
    const amounts = summary.impact
      .map((entry) => `${amountWords(entry[side].replace('-', ''))} ${entry.currency}`)
      .join(', ');
    const unpriced = unpricedWords(reconciliation, `${side}Units`);
    return [amounts, unpriced === '' ? '' : `(${unpriced})`].filter((words) => words !== '').join(' ');
  };
  return document([
    `## Reconciliation ${escapeText(reconciliation.period)} of ${escapeText(reconciliation.psa)}`,
    `As of ${reconciliation.asOf}, lines in force on ${reconciliation.on}.`,
    table(
      ['', 'Cards', 'Units', 'Money (each line per its own cycle)'],
      [
        ['Under-billed', '', signed(summary.underBilledUnits), money('underBilled')],
        ['Over-billed', '', signed(-summary.overBilledUnits), money('overBilled')],
        ['Reconcile', String(summary.cards.reconcile), '', ''],
        ['New revenue', String(summary.cards['new-revenue']), '', ''],
        ['No change', String(summary.cards['no-change']), '', ''],
        ['No count', String(summary.cards['no-count']), '', ''],
      ],
      'lrrr',
    ),
    shown.length > 0 ? cardTable(shown, options) : 'No cards to show.',
    wanted.length > shown.length ? `${plural(wanted.length - shown.length, 'more card')} not shown.` : '',
    shown.some((card) => card.kind === 'no-count')
      ? `${DASH} a count was expected and none came; it is not zero. ${UNPLUGGED} the vendor is not connected.`
      : '',
    unmapped.accounts.length + unmapped.skus.length > 0
      ? `Unmapped usage: ${plural(unmapped.accounts.length, 'account')}, ${plural(unmapped.skus.length, 'SKU')}.`
      : '',
    problems.map((problem) => `- ${escapeText(problemWords(problem))}`).join('\n'),
  ]);
}

function cardTable(cards: readonly Card[], { review, findings }: CardsMarkdownOptions): string {
  const reconciled = review === undefined ? null : reconciledUnits(review);
  const found = findings === undefined ? null : groupFindings(findings);
  return table(
    [
      'Customer',
      'Service',
      'PSA',
      'Vendor',
      ...(reconciled ? ['Reconciled'] : []),
      'Variance',
      'Impact',
      'State',
      ...(found ? ['Likely cause'] : []),
    ],
    cards.map((card) => [
      escapeText(card.customer.name),
      escapeText(serviceWords(card)),
      card.psa === null ? '' : formatUnits(card.psa.units),
      vendorUnits(card),
      ...(reconciled ? [reconciled.text(card.id)] : []),
      card.variance === null ? '' : signed(card.variance),
      card.impact === null ? '' : moneyWords(card.impact),
      escapeText(
        [stateWords(card), ...card.conditions.map((condition) => conditionWords[condition])].join('; '),
      ),
      ...(found
        ? [
            (found.get(card.id) ?? [])
              .slice(0, 1)
              .map((one) => escapeText(findingWords(one)))
              .join(''),
          ]
        : []),
    ]),
    `llrr${reconciled ? 'r' : ''}rrl${found ? 'l' : ''}`,
  );
}

/** Licences against devices as Markdown. Ends with a line break. */
export function licensesMarkdown(
  comparison: LicenseComparison,
  options: { readonly status?: readonly LicenseStatus[] } = {},
): string {
  const { summary } = comparison;
  const rows = comparison.clients.filter((row) => options.status?.includes(row.status) ?? true);
  return document([
    '## Licences against devices',
    `As of ${comparison.asOf}: ${plural(summary['under-licensed'], 'client')} under-licensed, ${summary['over-licensed']} over-licensed, ${summary.matched} matched, ${summary['no-data']} without data.`,
    rows.length > 0
      ? table(
          ['Client', 'Devices', 'Licenses', 'Variance', 'Status'],
          rows.map((row) => [
            escapeText(row.customer.name),
            sideUnits(row.devices),
            sideUnits(row.licenses),
            row.variance === null ? '' : signed(row.variance),
            licenseWords[row.status],
          ]),
          'lrrrl',
        )
      : 'No clients to show.',
  ]);
}

function document(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], align: string): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line([...align].map((one) => (one === 'r' ? '--:' : '---'))), ...rows.map(line)].join(
    '\n',
  );
}

/**
 * Text from outside, shown as written: no markup, HTML, links or table cells come of it, and on GitHub
 * no person is mentioned and no issue referred to (an invisible joiner stands behind `@`, `#` and `GH-`).
 */
export function escapeText(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>|~&$^!]/g, '\\$&')
    .replace(/:\/\//g, ':\\//')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}\\.`)
    .replace(/[@#]|\bGH-(?=\d)/gi, '$&\u2060');
}
