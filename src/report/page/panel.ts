import type { Card, Page } from './cards.ts';
import type { PageContribution } from './data.ts';
import { byId, h, name } from './dom.ts';
import { moneyWords, signedWords, totalMoney, unitWords } from './format.ts';
import { badge, reconciledNumber, varianceCell, vendorNumber } from './rows.ts';
import { trendBars } from './trend.ts';
import type { GroupRow, Row } from './view.ts';

type Cell = Node | string;

/** Fills the dialog with a card or a customer. */
export function fillPanel(row: Row, page: Page): void {
  const inside = row.type === 'card' ? cardDetail(row.card, page) : customerDetail(row, page);
  byId('panel-body').replaceChildren(...inside);
  byId('panel-body').scrollTop = 0;
}

function cardDetail(card: Card, page: Page): HTMLElement[] {
  const { text } = page;
  const [
    rule,
    contract,
    proposal,
    proposed,
    lines,
    contributions,
    trace,
    observed,
    commitments,
    outOfScope,
    findings,
  ] = card.tuple[14];
  const say = (at: number): string => (at < 0 ? '' : text(at));
  return [
    h('p', { class: 'eyebrow' }, name(card.customer.name)),
    h('h2', { id: 'panel-title', tabindex: '-1' }, name(card.service)),
    h(
      'p',
      { class: 'chips' },
      badge(card),
      ...(card.kind === 'no-count' ? [h('span', { class: 'chip' }, card.stateWords)] : []),
      ...card.conditions.map((condition) => h('span', { class: 'chip' }, condition)),
    ),
    h(
      'dl',
      { class: 'numbers' },
      number('PSA', card.psa === null ? symbolNone() : unitWords(card.psa)),
      number('Vendor', vendorNumber(card)),
      number('Reconciled', reconciledNumber(card), card.reconciled === null ? '' : card.action),
      number(
        'Variance',
        card.variance === null ? symbolNone() : varianceCell(card.variance, card.kind !== 'no-change'),
      ),
      number('Impact', card.amount === null ? symbolNone() : moneyWords(card.amount, card.currency)),
    ),
    ...section(
      'Proposal',
      h('p', {}, say(proposal)),
      table(
        ['Line', 'From', 'To'],
        proposed.map(([line, from, to]) => [code(say(line)), unitWords(from), unitWords(to)]),
        'lrr',
      ),
    ),
    ...section(
      'Diagnosis',
      findings.length === 0
        ? null
        : h(
            'ul',
            { class: 'findings' },
            ...findings.map(([cause, message, certain, units]) =>
              h(
                'li',
                {},
                h(
                  'span',
                  { class: certain ? 'badge certain' : 'badge perhaps' },
                  certain ? 'Certain' : 'Perhaps',
                ),
                ' ',
                h('strong', {}, say(cause)),
                units === null ? '' : ` explains ${signedWords(units)}`,
                h('br'),
                name(say(message)),
              ),
            ),
          ),
    ),
    ...section(
      'PSA lines',
      table(
        ['Line', 'Contract', 'Service', 'Units', 'Price'],
        lines.map(([line, on, onId, service, units, price]) => [
          code(say(line)),
          known(say(on), say(onId)),
          name(say(service)),
          unitWords(units),
          say(price),
        ]),
        'lllrr',
      ),
    ),
    ...section('Vendor contributions', partsTable(contributions, say)),
    ...section('Units under commitment', partsTable(commitments, say)),
    ...section(
      'How the vendor number came about',
      table(
        ['Rule', 'By', 'From', 'To'],
        trace.map(([step, by, from, to]) => [say(step), say(by), unitWords(from), unitWords(to)]),
        'llrr',
      ),
    ),
    ...section(
      'All metrics received',
      table(
        ['Vendor', 'Metric', 'Units'],
        observed.map(([vendor, metric, units]) => [name(say(vendor)), say(metric), unitWords(units)]),
        'llr',
      ),
    ),
    ...section(
      'Lines out of scope',
      table(
        ['Line', 'Why'],
        outOfScope.map(([line, reason]) => [code(say(line)), say(reason)]),
        'll',
      ),
    ),
    h(
      'p',
      { class: 'ids' },
      'Card ',
      code(card.id),
      ...(rule < 0 ? [] : [' · rule ', code(say(rule))]),
      ...(contract < 0 ? [] : [' · bound to contract ', name(say(contract))]),
    ),
  ];
}

function customerDetail({ customer, cards }: GroupRow, page: Page): HTMLElement[] {
  const sum = (sign: 1 | -1): number =>
    cards
      .filter((card) => card.kind !== 'no-change')
      .reduce((total, card) => total + Math.max(0, sign * (card.variance ?? 0)), 0);
  const money = (sign: 1 | -1): string => totalMoney(cards, sign).join(' ');
  return [
    h('p', { class: 'eyebrow' }, 'Customer'),
    h('h2', { id: 'panel-title', tabindex: '-1' }, name(customer.name)),
    h(
      'dl',
      { class: 'numbers' },
      number('Under-billed', unitWords(sum(1)), money(1)),
      number('Over-billed', unitWords(sum(-1)), money(-1)),
      number('Cards', String(cards.length)),
    ),
    ...section(
      'Trend',
      h('div', { class: 'chart' }, trendBars(customer.trend, Math.max(120, customer.trend.length * 32), 96)),
      table(
        ['Period', 'Under-billed', 'Over-billed'],
        page.periods.map((period, at) => {
          const point = customer.trend[at] ?? null;
          return [
            period,
            point === null ? symbolNone() : unitWords(point[0]),
            point === null ? symbolNone() : unitWords(point[1]),
          ];
        }),
        'lrr',
      ),
    ),
    ...section(
      'Cards',
      table(
        ['Service', 'PSA', 'Vendor', 'Variance', 'State'],
        cards.map((card) => [
          name(card.service),
          card.psa === null ? '' : unitWords(card.psa),
          vendorNumber(card),
          varianceCell(card.variance, card.kind !== 'no-change'),
          badge(card),
        ]),
        'lrrrl',
      ),
    ),
    h('p', { class: 'ids' }, 'Customer ', code(customer.id)),
  ];
}

function partsTable(parts: readonly PageContribution[], say: (at: number) => string): HTMLElement | null {
  return table(
    ['Vendor', 'Account', 'SKU', 'Metric', 'Units', 'Basis'],
    parts.map(([vendor, account, accountId, sku, skuId, metric, units, basis, note]) => [
      name(say(vendor)),
      account < 0 ? 'none linked' : known(say(account), say(accountId)),
      known(say(sku), say(skuId)),
      say(metric),
      units === null ? symbolNone() : unitWords(units),
      h('span', {}, say(basis), note < 0 ? null : h('span', { class: 'note' }, say(note))),
    ]),
    'llllrl',
  );
}

const symbolNone = (): HTMLElement => h('span', { class: 'open' }, 'none');

const code = (text: string): HTMLElement => h('code', {}, h('bdi', {}, text));

/** A name with its id below. */
function known(title: string, id: string): HTMLElement {
  return h('span', {}, name(title), title === id ? null : h('span', { class: 'note' }, code(id)));
}

function number(label: string, value: Cell, note = ''): HTMLElement {
  return h(
    'div',
    {},
    h('dt', {}, label),
    h('dd', {}, value, note === '' ? null : h('span', { class: 'note' }, note)),
  );
}

/** A heading with what is under it; nothing when there is nothing. */
function section(title: string, ...children: (HTMLElement | null)[]): HTMLElement[] {
  const inside = children.filter((child) => child !== null);
  for (const one of inside) {
    // A table may be wider than the panel; then the keyboard must be able to scroll it.
    if (one.className !== 'scroll') continue;
    one.tabIndex = 0;
    one.setAttribute('role', 'group');
    one.setAttribute('aria-label', title);
  }
  return inside.length === 0 ? [] : [h('section', {}, h('h3', {}, title), ...inside)];
}

function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  align: string,
): HTMLElement | null {
  if (rows.length === 0) return null;
  const side = (at: number): Record<string, string> => (align[at] === 'r' ? { class: 'num' } : {});
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...head.map((word, at) => h('th', { scope: 'col', ...side(at) }, word)))),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((one, at) => h('td', side(at), one))))),
    ),
  );
}
