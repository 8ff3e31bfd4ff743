import type { Card, Contribution } from '../model/card.ts';
import type { Review } from '../model/decision.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { type CsvCell, type CsvOptions, csvRecords } from './csv.ts';
import { reconciledUnits } from './reconciled.ts';

const CARD_HEAD = [
  'Customer',
  'Customer ID',
  'Service',
  'Service ID',
  'Rule',
  'Contract ID',
  'Kind',
  'PSA units',
  'Vendor units',
  'Vendor state',
  'Reason',
  'Variance',
  'Impact',
  'Currency',
  'Conditions',
  'Proposal',
  'Proposed units',
  'Proposed lines',
  'Blocked by',
  'Reconciled units',
  'Action',
  'Contributions',
  'Card ID',
] as const;

/** What {@link cardsCsv} adds. */
export interface CardsCsvOptions extends CsvOptions {
  /** Fills the columns `Reconciled units` and `Action`. */
  readonly review?: Review;
}

/**
 * Every card with its conditions, one record each. An unknown number is an empty cell beside the reason, never 0.
 * Lazy: a million cards take the memory of one.
 * @example
 * await pipeline(Readable.from(cardsCsv(reconciliation.cards)), createWriteStream('cards.csv'));
 */
export function cardsCsv(cards: Iterable<Card>, options: CardsCsvOptions = {}): Iterable<string> {
  return { [Symbol.iterator]: () => csvRecords(CARD_HEAD, cardRows(cards, options.review), options) };
}

function* cardRows(cards: Iterable<Card>, review: Review | undefined): Generator<CsvCell[], void> {
  const reconciled = review === undefined ? null : reconciledUnits(review);
  for (const card of cards) {
    const { vendor, proposal } = card;
    const decided = reconciled?.of(card.id) ?? null;
    yield [
      card.customer.name,
      card.customer.id,
      card.services.map((service) => service.name).join(' / '),
      card.services.map((service) => service.id).join(' '),
      card.ruleId,
      card.contractId ?? null,
      card.kind,
      card.psa?.units ?? null,
      vendor.state === 'counted' ? vendor.units : null,
      vendor.state,
      vendor.state === 'no-count' ? vendor.reason : null,
      card.variance,
      card.impact === null ? null : { decimal: card.impact.amount },
      card.impact?.currency ?? null,
      card.conditions.join(' '),
      proposal.status,
      proposal.status === 'ready' || proposal.status === 'add-line' ? proposal.units : null,
      proposal.status === 'ready'
        ? proposal.lines.map(({ lineId, from, to }) => `${lineId}: ${from} > ${to}`).join('; ')
        : null,
      proposal.status === 'blocked' ? proposal.reasons.join(' ') : null,
      decided?.units ?? null,
      decided?.action ?? null,
      vendor.state === 'not-connected'
        ? vendor.vendors.join(' ')
        : vendor.contributions.map(contribution).join('; '),
      card.id,
    ];
  }
}

function contribution({ vendor, accountId, skuId, metric, units, reason }: Contribution): string {
  return `${vendor} ${accountId ?? '-'} ${skuId} ${metric}: ${units ?? reason ?? '-'}`;
}

const UNMAPPED_HEAD = [
  'What',
  'Vendor',
  'ID',
  'Name',
  'SKU ID',
  'Metric',
  'Units',
  'Accounts',
  'Mapped family',
] as const;

/** Usage nobody mapped, so that it can be worked through in a spreadsheet. */
export function unmappedCsv(
  unmapped: Reconciliation['unmapped'],
  options: CsvOptions = {},
): Iterable<string> {
  return { [Symbol.iterator]: () => csvRecords(UNMAPPED_HEAD, unmappedRows(unmapped), options) };
}

function* unmappedRows({ accounts, skus }: Reconciliation['unmapped']): Generator<CsvCell[], void> {
  for (const { vendor, accountId, name, counts } of accounts) {
    if (counts.length === 0) yield ['account', vendor, accountId, name, null, null, null, null, null];
    for (const { skuId, metric, units } of counts) {
      yield ['account', vendor, accountId, name, skuId, metric, units, null, null];
    }
  }
  for (const { vendor, skuId, name, family, counts } of skus) {
    if (counts.length === 0) yield ['sku', vendor, skuId, name, skuId, null, null, null, family ?? null];
    for (const { metric, units, accounts: count } of counts) {
      yield ['sku', vendor, skuId, name, skuId, metric, units, count, family ?? null];
    }
  }
}
