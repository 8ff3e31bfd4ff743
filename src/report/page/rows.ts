import type { Card, Page } from './cards.ts';
import { h, name, plug, symbol } from './dom.ts';
import { moneyWords, signedWords, totalMoney, unitWords } from './format.ts';
import { trendBars } from './trend.ts';
import type { CardRow, GroupRow, Row } from './view.ts';

const KIND_LABELS: Readonly<Record<Card['kind'], string>> = {
  reconcile: 'Reconcile',
  'new-revenue': 'New revenue',
  'no-change': 'No change',
  'no-count': 'No count',
};

/** The vendor number: digits, a dash or a crossed plug. Never 0 for unknown. */
export function vendorNumber(card: Card): HTMLElement | string {
  if (card.state === 'counted') return unitWords(card.vendor ?? 0);
  return card.state === 'no-count' ? symbol('—', 'no count') : symbol(plug(), 'not connected');
}

export function reconciledNumber(card: Card): HTMLElement | string {
  if (card.reconciled !== null) return unitWords(card.reconciled);
  // Cards that agree wait for nobody.
  const words = card.action === '' && card.kind !== 'no-change' ? 'open' : card.action;
  return h('span', { class: 'open' }, words);
}

export function badge(card: Card): HTMLElement {
  const tone = card.kind === 'reconcile' ? ((card.variance ?? 0) < 0 ? 'over' : 'under') : card.kind;
  return h('span', { class: `badge ${tone}` }, KIND_LABELS[card.kind]);
}

export function varianceCell(variance: number | null, changes: boolean): HTMLElement | string {
  if (variance === null) return '';
  const tone = !changes || variance === 0 ? 'even' : variance > 0 ? 'under' : 'over';
  return h('span', { class: `delta ${tone}` }, signedWords(variance));
}

const cell = (kind: string, ...children: (Node | string)[]): HTMLElement =>
  h('div', { role: 'gridcell', class: `cell ${kind}` }, ...children);

/** One row of the list; `at` counts from 0 below the head. */
export function rowElement(row: Row, at: number, page: Page): HTMLElement {
  const element = row.type === 'customer' ? customerRow(row, page) : cardRow(row);
  element.id = `row-${at}`;
  element.dataset.at = String(at);
  element.setAttribute('role', 'row');
  element.setAttribute('aria-rowindex', String(at + 2));
  return element;
}

function customerRow({ customer, cards, open }: GroupRow, page: Page): HTMLElement {
  const changing = cards.filter((card) => card.kind !== 'no-change' && card.variance !== null);
  const under = changing.reduce((sum, card) => sum + Math.max(0, card.variance ?? 0), 0);
  const over = changing.reduce((sum, card) => sum + Math.min(0, card.variance ?? 0), 0);
  const unknown = cards.filter((card) => card.kind === 'no-count').length;
  const fold = h('span', { class: 'fold', 'aria-hidden': 'true' });
  const counts = [
    `${cards.length} ${cards.length === 1 ? 'card' : 'cards'}`,
    ...(unknown > 0 ? [`${unknown} without count`] : []),
  ];
  return h(
    'div',
    { class: 'row customer', 'aria-level': '1', 'aria-expanded': String(open) },
    cell('what', fold, h('span', { class: 'title' }, name(customer.name))),
    cell('trendcell', ...(page.periods.length > 1 ? [trendBars(customer.trend, 72, 26)] : [])),
    cell('num psa'),
    cell('num vendor'),
    cell('num reconciled'),
    cell(
      'num variance',
      ...(under > 0 ? [varianceCell(under, true)] : []),
      ...(under > 0 && over < 0 ? [' '] : []),
      ...(over < 0 ? [varianceCell(over, true)] : []),
    ),
    cell('num impact', totalMoney(cards).join(' ')),
    cell('state', h('span', { class: 'muted' }, counts.join(', '))),
  );
}

function cardRow({ card, level }: CardRow): HTMLElement {
  const title = h('span', { class: 'title' }, name(card.service));
  const owner = level === 1 ? [h('span', { class: 'owner' }, name(card.customer.name))] : [];
  return h(
    'div',
    { class: `row card level${level}`, 'aria-level': String(level) },
    cell('what', ...owner, title),
    cell('trendcell'),
    cell('num psa', card.psa === null ? '' : unitWords(card.psa)),
    cell('num vendor', vendorNumber(card)),
    cell('num reconciled', reconciledNumber(card)),
    cell('num variance', varianceCell(card.variance, card.kind !== 'no-change')),
    cell('num impact', card.amount === null ? '' : moneyWords(card.amount, card.currency)),
    cell(
      'state',
      badge(card),
      ...card.conditions.slice(0, 1).map((condition) => h('span', { class: 'chip' }, condition)),
      ...(card.conditions.length > 1
        ? [h('span', { class: 'chip more' }, `+${card.conditions.length - 1}`)]
        : []),
    ),
  );
}
