import type { LicenseComparison, ThreeWay } from '../compare/types.ts';
import type { CardKind } from '../model/card.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { addUnits, formatUnits } from '../model/units.ts';
import { tabPanels } from './html-tabs.ts';
import { embedJson, escapeHtml, type Html, isolated, raw, type Tile, tileMarkup } from './html-text.ts';
import { pageScript, pageScriptHash, pageStyle, pageStyleHash } from './page.generated.ts';
import { type PageInput, pageData } from './page-data.ts';
import { unpricedWords } from './unpriced.ts';
import { amountWords, plural, signed } from './words.ts';

/** What {@link reportHtml} shows beside the cards. */
export interface ReportHtmlOptions extends PageInput {
  /** The heading; default `Reconciliation, December 2026`. */
  readonly title?: string;
  /** Adds a tab: licences against devices. */
  readonly licenses?: LicenseComparison;
  /** Earlier ones, any order: the trend per client. */
  readonly licenseHistory?: readonly LicenseComparison[];
  /** Adds a tab: bought, used and billed. */
  readonly threeWay?: ThreeWay;
}

/**
 * One self-contained HTML page: summary, a list of customers and cards to filter, sort and open, what is unmapped
 * and out of scope. It loads nothing and sends nothing (a content security policy forbids it), every name is text,
 * and the same input gives the same bytes.
 * @example
 * await writeFile('report.html', reportHtml(reconciliation, { psa, vendors, findings, history }));
 */
export function reportHtml(reconciliation: Reconciliation, options: ReportHtmlOptions = {}): string {
  const title = options.title ?? `Reconciliation, ${periodWords(reconciliation.period)}`;
  const data = pageData(reconciliation, options);
  const tabs = tabPanels(reconciliation, data.periods.length > 1, options);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${pageScriptHash}'; style-src '${pageStyleHash}'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(title)} – ${escapeHtml(reconciliation.psa)}</title>`,
    `<style>${pageStyle}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#grid">Skip to the cards</a>',
    '<header class="top">',
    `<div><h1>${escapeHtml(title)}</h1><p>${subtitle(reconciliation)}</p></div>`,
    '<button type="button" class="quiet" id="theme">Light / dark</button>',
    '</header>',
    '<main>',
    summary(reconciliation),
    '<div class="tabs" role="tablist" aria-label="Report">',
    ...tabs.map(
      ({ id, label }, at) =>
        `<button type="button" role="tab" id="tab-${id}" aria-controls="${id}" aria-selected="${at === 0}" tabindex="${at === 0 ? 0 : -1}">${escapeHtml(label)}</button>`,
    ),
    '</div>',
    ...tabs.map(
      ({ id, body }, at) =>
        `<section role="tabpanel" id="${id}" aria-labelledby="tab-${id}"${at === 0 ? '' : ' hidden'}>${body}</section>`,
    ),
    '</main>',
    '<dialog id="panel" aria-labelledby="panel-title">',
    '<div class="bar"><button type="button" class="quiet" id="previous">Previous card</button><button type="button" class="quiet" id="next">Next card</button><button type="button" class="quiet" id="close">Close</button></div>',
    '<div id="panel-body"></div>',
    '</dialog>',
    `<script type="application/json" id="data">${embedJson(data)}</script>`,
    `<script>${pageScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

function periodWords(period: string): string {
  const [year = '', month = ''] = period.split('-');
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? period : `${name} ${year}`;
}

function subtitle(reconciliation: Reconciliation): Html {
  return raw(
    `${isolated(reconciliation.psa)} · lines in force on ${escapeHtml(reconciliation.on)} · as of ${escapeHtml(
      reconciliation.asOf.replace('T', ' ').replace(/(:\d\d)(:\d\d(\.\d+)?)?Z$/, '$1 UTC'),
    )}`,
  );
}

function summary(reconciliation: Reconciliation): Html {
  const { summary: totals, cards } = reconciliation;
  const money = (side: 'underBilled' | 'overBilled'): string =>
    totals.impact
      .filter((entry) => entry[side] !== '0')
      .map((entry) => `${amountWords(entry[side].replace('-', ''))} ${entry.currency}`)
      .join(' + ');
  const unitsOf = (kind: CardKind): string =>
    formatUnits(
      addUnits(cards.filter((card) => card.kind === kind).map((card) => Math.abs(card.variance ?? 0))) ?? 0,
    );
  const kinds = totals.cards;
  const tile = (
    tone: Tile['tone'],
    label: string,
    [big, unit]: readonly [string, string],
    sub: string,
  ): Tile => ({ tone, label, big, unit, sub, data: 'filter', value: tone });
  const priced = (side: 'underBilled' | 'overBilled'): string => {
    const unpriced = unpricedWords(reconciliation, `${side}Units`);
    return [money(side) || 'no priced change', unpriced === '' ? '' : `(${unpriced})`].join(' ').trim();
  };
  const tiles = [
    tile('under', 'Under-billed', [signed(totals.underBilledUnits), 'units'], priced('underBilled')),
    tile('over', 'Over-billed', [signed(-totals.overBilledUnits), 'units'], priced('overBilled')),
    tile('new', 'New revenue', [unitsOf('new-revenue'), 'units'], plural(kinds['new-revenue'], 'card')),
    tile('agree', 'In agreement', [String(kinds['no-change']), 'cards'], 'PSA and vendor say the same'),
    tile('none', 'No count', [String(kinds['no-count']), 'cards'], 'unknown, not zero'),
  ];
  return raw(
    [
      '<div class="summary" role="group" aria-label="Summary, and filters of the list">',
      ...tiles.map(tileMarkup),
      '</div>',
    ].join(''),
  );
}
