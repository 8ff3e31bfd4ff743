import type { LicenseComparison, ThreeWay } from '../compare/types.ts';
import type { Problem } from '../model/errors.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import type { Receipt } from '../model/snapshot.ts';
import { formatUnits } from '../model/units.ts';
import { licensesPanel, threeWayPanel } from './html-compare.ts';
import { element, escapeHtml, type Html, join, MOST_ROWS, raw, table } from './html-text.ts';
import { type PageInput, scopeWords } from './page-data.ts';
import { conditionWords, DASH, plural, problemWords } from './words.ts';

interface Compared {
  readonly licenses?: LicenseComparison;
  readonly licenseHistory?: readonly LicenseComparison[];
  readonly threeWay?: ThreeWay;
}

/** A part of the page. */
interface Tab {
  readonly id: string;
  readonly label: string;
  readonly body: Html;
}

/** What is on the page below the summary. */
export function tabPanels(
  reconciliation: Reconciliation,
  history: boolean,
  { licenses, licenseHistory, threeWay, psa, vendors }: PageInput & Compared,
): Tab[] {
  const { unmapped, outOfScope, suppressed, sources } = reconciliation;
  const problems = allProblems(
    reconciliation,
    psa === undefined ? (vendors ?? []) : [psa, ...(vendors ?? [])],
  );
  return [
    { id: 'cards', label: 'Customers and cards', body: cardsPanel(reconciliation, history) },
    ...(licenses === undefined
      ? []
      : [
          {
            id: 'licences',
            label: `Licences (${licenses.clients.length})`,
            body: licensesPanel(licenses, licenseHistory ?? []),
          },
        ]),
    ...(threeWay === undefined
      ? []
      : [{ id: 'three', label: `Bought and used (${threeWay.rows.length})`, body: threeWayPanel(threeWay) }]),
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
    { id: 'problems', label: `Problems (${problems.length})`, body: problemsBlock(problems) },
  ];
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
      `<p class="legend">${DASH} a count was expected and none came; it is not zero. A crossed-out plug: the vendor is not connected. Impact is per billing cycle of its line. Positive variance is under-billed.</p>`,
    ].join(''),
  );
}

function block(title: string, note: string, body: Html): Html {
  return raw(`<div class="block"><h2>${title}</h2><p>${escapeHtml(note)}</p>${body}</div>`);
}

/** A table of at most {@link MOST_ROWS}, with a word on the rest: where they are. */
function listing(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
  rest = 'the reconciliation has them all',
): Html {
  const more = rows.length - MOST_ROWS;
  return join(
    table(label, head, rows.slice(0, MOST_ROWS), align),
    raw(more > 0 ? `<p>${plural(more, 'more row')}; ${rest}.</p>` : ''),
  );
}

const CSV = 'the CSV of what is unmapped has them all';

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
      CSV,
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
      CSV,
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
      sources.map(({ source, kind, connector, takenAt, ageHours, stale, complete, gaps, problems }) => [
        source,
        kind === 'psa' ? 'PSA' : 'vendor',
        connector,
        takenAt,
        `${Math.round(ageHours * 10) / 10} h${stale ? ', old' : ''}`,
        complete
          ? 'yes'
          : gaps
            ? `all but ${gaps} ${kind === 'psa' ? 'contract' : 'account'}${gaps > 1 ? 's' : ''}`
            : 'no',
        String(problems),
      ]),
      'llllrlr',
    ),
  );
}

/** A problem, and the source whose receipt has it; `null`: the reconciliation itself. */
type FoundProblem = readonly [source: string | null, problem: Problem];

/** Those of the reconciliation, then those that the snapshots came with: why something was not read whole. */
function allProblems(
  { problems }: Reconciliation,
  snapshots: readonly { readonly source: string; readonly receipt: Receipt }[],
): FoundProblem[] {
  return [
    ...problems.map((problem): FoundProblem => [null, problem]),
    ...snapshots.flatMap(({ source, receipt }) =>
      receipt.problems.map((problem): FoundProblem => [source, problem]),
    ),
  ];
}

function problemsBlock(problems: readonly FoundProblem[]): Html {
  return block(
    'Problems of the input',
    problems.length === 0 ? 'None.' : 'Nothing was guessed around these.',
    listing(
      'Problems of the input',
      ['Source', 'Severity', 'Code', 'What to do'],
      problems.map(([source, problem]) => [
        source ?? '',
        problem.severity,
        problem.code,
        problemWords(problem),
      ]),
      'llll',
      'the input has them all',
    ),
  );
}
