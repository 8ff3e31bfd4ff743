import type { CardKind, Reconciliation } from '../model/card.ts';
import { addUnits, formatUnits } from '../model/units.ts';
import { element, embedJson, escapeHtml, type Html, join, raw, table } from './html-text.ts';
import { pageScript, pageScriptHash, pageStyle, pageStyleHash } from './page.generated.ts';
import { type PageInput, pageData, scopeWords } from './page-data.ts';
import { amountWords, conditionWords, DASH, plural, signed } from './words.ts';

/** What {@link reportHtml} shows beside the cards. */
export interface ReportHtmlOptions extends PageInput {
  /** The heading; default `Reconciliation, December 2026`. */
  readonly title?: string;
}

/** Rows of a plain table in the page; the CSV has them all. */
const MOST_ROWS = 1000;

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
  const tabs = tabPanels(reconciliation, data.periods.length > 1);
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
    `${escapeHtml(reconciliation.psa)} · lines in force on ${escapeHtml(reconciliation.on)} · as of ${escapeHtml(
      reconciliation.asOf.replace('T', ' ').replace(/(:\d\d)(:\d\d(\.\d+)?)?Z$/, '$1 UTC'),
    )}`,
  );
}

function summary({ summary: totals, cards }: Reconciliation): Html {
  const money = (side: 'underBilled' | 'overBilled'): string =>
    totals.impact
      .filter((entry) => entry[side] !== '0')
      .map((entry) => `${amountWords(entry[side].replace('-', ''))} ${entry.currency}`)
      .join(' + ');
  const unitsOf = (kind: CardKind): string =>
    formatUnits(
      addUnits(cards.filter((card) => card.kind === kind).map((card) => Math.abs(card.variance ?? 0))) ?? 0,
    );
  const tile = (filter: string, label: string, big: string, unit: string, sub: string): string =>
    `<button type="button" class="tile ${filter}" data-filter="${filter}" aria-pressed="false"><span class="label">${label}</span><span class="big">${escapeHtml(group(big))} <small>${unit}</small></span><span class="sub">${escapeHtml(sub)}</span></button>`;
  return raw(
    [
      '<div class="summary" role="group" aria-label="Summary, and filters of the list">',
      tile(
        'under',
        'Under-billed',
        signed(totals.underBilledUnits),
        'units',
        money('underBilled') || 'no priced change',
      ),
      tile(
        'over',
        'Over-billed',
        signed(-totals.overBilledUnits),
        'units',
        money('overBilled') || 'no priced change',
      ),
      tile(
        'new',
        'New revenue',
        unitsOf('new-revenue'),
        'units',
        plural(totals.cards['new-revenue'], 'card'),
      ),
      tile(
        'agree',
        'In agreement',
        String(totals.cards['no-change']),
        'cards',
        'PSA and vendor say the same',
      ),
      tile('none', 'No count', String(totals.cards['no-count']), 'cards', 'unknown, not zero'),
      '</div>',
    ].join(''),
  );
}

const group = (digits: string): string =>
  digits.replace(/^-/, '\u2212').replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

interface Tab {
  readonly id: string;
  readonly label: string;
  readonly body: Html;
}

function tabPanels(reconciliation: Reconciliation, history: boolean): Tab[] {
  const { unmapped, outOfScope, suppressed, sources, problems } = reconciliation;
  const tabs: Tab[] = [
    { id: 'cards', label: 'Customers and cards', body: cardsPanel(reconciliation, history) },
    {
      id: 'unmapped',
      label: `Unmapped (${unmapped.accounts.length + unmapped.skus.length})`,
      body: join(unmappedAccounts(reconciliation), unmappedSkus(reconciliation)),
    },
    {
      id: 'scope',
      label: `Not on a card (${outOfScope.length + suppressed.length})`,
      body: join(outOfScopeBlock(reconciliation), suppressedBlock(reconciliation)),
    },
    {
      id: 'sources',
      label: `Sources (${sources.length})`,
      body: sourcesBlock(reconciliation),
    },
    { id: 'problems', label: `Problems (${problems.length})`, body: problemsBlock(reconciliation) },
  ];
  return tabs;
}

function cardsPanel({ cards }: Reconciliation, history: boolean): Html {
  const conditions = [...new Set(cards.flatMap((card) => card.conditions))]
    .map((condition) => conditionWords[condition])
    .sort();
  const head: readonly (readonly [string, string, string])[] = [
    ['name', 'what', 'Customer and service'],
    ['', 'trendcell', 'Trend'],
    ['psa', 'num psa', 'PSA'],
    ['vendor', 'num vendor', 'Vendor'],
    ['reconciled', 'num reconciled', 'Reconciled'],
    ['variance', 'num variance', 'Variance'],
    ['impact', 'num impact', 'Impact'],
    ['state', 'state', 'State'],
  ];
  return raw(
    [
      '<div class="tools">',
      '<label class="unseen" for="search">Search customers, services and ids</label><input type="search" id="search" placeholder="Search customer, service, id" autocomplete="off" spellcheck="false">',
      '<label class="unseen" for="condition">Condition</label><select id="condition"><option value="">Any condition</option>',
      ...conditions.map((words) => element('option', words)),
      '</select>',
      '<label><input type="checkbox" id="grouped" checked autocomplete="off"> By customer</label>',
      '<button type="button" class="quiet" id="fold-all">Fold all</button>',
      '<span id="shown" role="status"></span>',
      '</div>',
      '<noscript><p class="block">The list needs JavaScript. Nothing is loaded or sent.</p></noscript>',
      `<div id="grid"${history ? '' : ' class="flat-trend"'} role="treegrid" aria-label="Customers and cards" tabindex="0" aria-readonly="true">`,
      '<div role="rowgroup"><div class="head" role="row" aria-rowindex="1">',
      ...head.map(([key, kind, label]) =>
        key === ''
          ? `<div role="columnheader" class="${kind}">${label}</div>`
          : `<div role="columnheader" class="${kind}" data-sort="${key}" aria-sort="none"><button type="button">${label}</button></div>`,
      ),
      '</div></div>',
      '<div id="rows" role="rowgroup"></div>',
      '<p id="nothing" hidden>No card matches.</p>',
      '</div>',
      `<p class="legend">${DASH} a count was expected and none came; it is not zero. A crossed-out plug: the vendor is not connected. Impact is per billing cycle. Positive variance is under-billed.</p>`,
    ].join(''),
  );
}

function block(title: string, note: string, body: Html): Html {
  return raw(`<div class="block"><h2>${title}</h2><p>${escapeHtml(note)}</p>${body}</div>`);
}

/** A table of at most {@link MOST_ROWS}, with a word on the rest. */
function listing(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
): Html {
  const rest = rows.length - MOST_ROWS;
  return join(
    table(label, head, rows.slice(0, MOST_ROWS), align),
    raw(rest > 0 ? `<p>${plural(rest, 'more row')}; the CSV has them all.</p>` : ''),
  );
}

function unmappedAccounts({ unmapped }: Reconciliation): Html {
  return block(
    'Vendor accounts without a customer',
    unmapped.accounts.length === 0
      ? 'None.'
      : 'Usage of these accounts is on no card. Link them, or exclude them for good.',
    listing(
      'Vendor accounts without a customer',
      ['Vendor', 'Account', 'Id', 'Usage'],
      unmapped.accounts.map(({ vendor, name, accountId, counts }) => [
        vendor,
        name,
        accountId,
        counts.map(({ skuId, metric, units }) => `${formatUnits(units)} ${skuId} (${metric})`).join(', '),
      ]),
      'llll',
    ),
  );
}

function unmappedSkus({ unmapped }: Reconciliation): Html {
  return block(
    'SKUs without a rule',
    unmapped.skus.length === 0
      ? 'None.'
      : 'Counts of these SKUs are on no card. Add them to a rule, or exclude them.',
    listing(
      'SKUs without a rule',
      ['Vendor', 'SKU', 'Id', 'Units', 'Note'],
      unmapped.skus.map(({ vendor, name, skuId, family, counts }) => [
        vendor,
        name,
        skuId,
        counts
          .map(
            ({ metric, units, accounts }) =>
              `${formatUnits(units)} ${metric} in ${plural(accounts, 'account')}`,
          )
          .join(', '),
        family === undefined ? '' : 'a variant of it is mapped',
      ]),
      'lllll',
    ),
  );
}

function outOfScopeBlock({ outOfScope }: Reconciliation): Html {
  return block(
    'PSA lines out of scope',
    outOfScope.length === 0 ? 'None.' : 'Each line with the first rule it failed.',
    listing(
      'PSA lines out of scope',
      ['Line', 'Contract', 'Customer', 'Service', 'Units', 'Why'],
      outOfScope.map(({ lineId, contractId, customerId, serviceId, units, reason, detail }) => [
        lineId,
        contractId,
        customerId,
        serviceId,
        units === null ? DASH : formatUnits(units),
        detail === undefined ? scopeWords[reason] : `${scopeWords[reason]} (${detail})`,
      ]),
      'llllrl',
    ),
  );
}

function suppressedBlock({ suppressed }: Reconciliation): Html {
  return block(
    'Counts held back',
    suppressed.length === 0
      ? 'None.'
      : 'Usage that nothing bills and that made no new-revenue card, and why.',
    listing(
      'Counts held back',
      ['Customer', 'Rule', 'Units', 'Why'],
      suppressed.map(({ customerId, ruleId, units, reason }) => [
        customerId ?? '',
        ruleId ?? '',
        units === null ? DASH : formatUnits(units),
        reason,
      ]),
      'llrl',
    ),
  );
}

function sourcesBlock({ sources }: Reconciliation): Html {
  return block(
    'Sources',
    'What was read, and when.',
    listing(
      'Sources',
      ['Source', 'Kind', 'Connector', 'Taken at', 'Age', 'Complete', 'Problems'],
      sources.map(({ source, kind, connector, takenAt, ageHours, stale, complete, problems }) => [
        source,
        kind === 'psa' ? 'PSA' : 'vendor',
        connector,
        takenAt,
        `${Math.round(ageHours * 10) / 10} h${stale ? ', old' : ''}`,
        complete ? 'yes' : 'no',
        String(problems),
      ]),
      'llllrlr',
    ),
  );
}

function problemsBlock({ problems }: Reconciliation): Html {
  return block(
    'Problems of the input',
    problems.length === 0 ? 'None.' : 'Nothing was guessed around these.',
    listing(
      'Problems of the input',
      ['Severity', 'Code', 'What to do'],
      problems.map(({ severity, code, message }) => [severity, code, message]),
      'lll',
    ),
  );
}
