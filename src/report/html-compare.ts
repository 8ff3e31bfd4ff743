import { licenseTrend } from '../compare/licenses.ts';
import type {
  ComparedSide,
  LicenseComparison,
  LicenseCount,
  LicenseRow,
  LicenseStatus,
  LicenseTrend,
  ThreeWay,
  ThreeWayRow,
} from '../compare/types.ts';
import { formatUnits } from '../model/units.ts';
import { licenseWords, sideReason, sideUnits, verdictWords } from './compare-words.ts';
import {
  escapeHtml,
  grouped,
  type Html,
  isolated,
  type MarkupRow,
  MOST_ROWS,
  markupTable,
  type Tile,
  tileMarkup,
} from './html-text.ts';
import { barsOf } from './page/bars.ts';
import { DASH, plural, signed } from './words.ts';

const TONES: Readonly<Record<LicenseStatus, Tile['tone']>> = {
  'under-licensed': 'under',
  'over-licensed': 'over',
  matched: 'agree',
  'no-data': 'none',
};

/** Licences against devices: tiles that filter, clients with the largest variance first, services inside. */
export function licensesPanel(comparison: LicenseComparison, history: readonly LicenseComparison[]): Html {
  const { summary, clients, asOf } = comparison;
  const earlier = history.filter((one) => one.asOf < asOf);
  const trends = new Map(
    earlier.length === 0
      ? []
      : licenseTrend([...earlier, comparison]).map((trend) => [trend.customer.id, trend] as const),
  );
  const tile = (status: LicenseStatus, label: string, sub: string): Tile => ({
    tone: TONES[status],
    label,
    big: String(summary[status]),
    unit: summary[status] === 1 ? 'client' : 'clients',
    sub,
    data: 'status',
    value: status,
  });
  const tiles = [
    tile(
      'under-licensed',
      'Under-licensed',
      `${formatUnits(summary.underLicensedUnits)} devices without a licence`,
    ),
    tile(
      'over-licensed',
      'Over-licensed',
      `${formatUnits(summary.overLicensedUnits)} licences without a device`,
    ),
    tile('matched', 'Properly licensed', 'counts align'),
    tile('no-data', 'No data', 'a side is missing, which is not zero'),
  ];
  const rows = [...clients]
    .sort((a, b) => Math.abs(b.variance ?? 0) - Math.abs(a.variance ?? 0))
    .map(
      (row): MarkupRow => ({
        status: row.status,
        cells: [
          client(row, trends.get(row.customer.id)),
          side(row.devices),
          side(row.licenses),
          delta(row.variance),
          badge(row),
          ...(trends.size > 0 ? [bars(trends.get(row.customer.id))] : []),
        ],
      }),
    );
  const head = ['Client', 'Devices', 'Licenses', 'Variance', 'Status', ...(trends.size > 0 ? ['Trend'] : [])];
  return panel('licence-rows', 'Licences against devices', asOf, tiles, head, rows, 'lrrrll');
}

/** Bought, used and billed: tiles that filter by verdict. */
export function threeWayPanel(comparison: ThreeWay): Html {
  const { summary, rows, asOf } = comparison;
  const tile = (tone: Tile['tone'], label: string, units: number, value: string): Tile => ({
    tone,
    label,
    big: formatUnits(units),
    unit: 'units',
    sub: plural(rows.filter((row) => verdictsOf(row).includes(value)).length, 'row'),
    data: 'status',
    value,
  });
  const tiles = [
    tile('over', 'Bought, not used', summary.unusedUnits, 'bought-unused'),
    tile('under', 'Used, not bought', summary.shortUnits, 'bought-short'),
    tile('under', 'Used, not billed', summary.underBilledUnits, 'used-under-billed'),
    tile('over', 'Billed, not used', summary.overBilledUnits, 'used-over-billed'),
  ];
  const head = [
    'Client',
    'Service',
    'Bought',
    'Used',
    'Billed',
    'Bought / used',
    'Used / billed',
    'Bought / billed',
  ];
  const body = rows.map(
    (row): MarkupRow => ({
      status: verdictsOf(row).join(' '),
      cells: [
        isolated(row.customer.name),
        isolated(row.service.name),
        side(row.bought),
        side(row.used),
        row.billed.units === null ? unknown(DASH, billedReason(row.billed)) : units(row.billed.units),
        verdict(row.boughtUsed),
        verdict(row.usedBilled),
        verdict(row.boughtBilled),
      ],
    }),
  );
  return panel('three-rows', 'Bought, used and billed', asOf, tiles, head, body, 'llrrrlll');
}

const billedReason = ({ reason }: ThreeWayRow['billed']): string =>
  reason === 'service-excluded' ? 'a service of it is excluded' : 'PSA not fully read';

function verdictsOf({ boughtUsed, usedBilled, boughtBilled }: ThreeWayRow): string[] {
  return [`bought-${boughtUsed.verdict}`, `used-${usedBilled.verdict}`, `both-${boughtBilled.verdict}`];
}

function panel(
  id: string,
  title: string,
  asOf: string,
  tiles: readonly Tile[],
  head: readonly string[],
  rows: readonly MarkupRow[],
  align: string,
): Html {
  const rest = rows.length - MOST_ROWS;
  return [
    `<div class="summary" role="group" aria-label="${title}: filters" data-table="${id}">`,
    ...tiles.map(tileMarkup),
    `</div><div class="block"><h2>${title}</h2><p>As of ${escapeHtml(asOf)}.</p>`,
    rows.length === 0
      ? '<p>Nothing to show.</p>'
      : markupTable(title, head, rows.slice(0, MOST_ROWS), align, id),
    rest > 0 ? `<p>${plural(rest, 'more row')}; the CSV has them all.</p>` : '',
    '</div>',
  ].join('');
}

const units = (value: number): Html => grouped(formatUnits(value));

const unknown = (sign: string, why: string): Html =>
  `<span class="symbol" title="${escapeHtml(why)}"><span aria-hidden="true">${sign}</span><span class="unseen">${escapeHtml(why)}</span></span>`;

const side = (one: ComparedSide): Html =>
  one.units === null ? unknown(sideUnits(one), sideReason(one)) : units(one.units);

function delta(variance: number | null): Html {
  if (variance === null) return '';
  const tone = variance === 0 ? 'even' : variance > 0 ? 'under' : 'over';
  return `<span class="delta ${tone}">${signed(variance).replace('-', '\u2212')}</span>`;
}

function badge(count: LicenseCount & Partial<Pick<LicenseRow, 'offsetting'>>): Html {
  const tones = { under: 'under', over: 'over', agree: 'no-change', none: 'no-count', new: '' };
  const note = count.offsetting ? ' <span class="chip">services cancel out</span>' : '';
  return `<span class="badge ${tones[TONES[count.status]]}">${licenseWords[count.status]}</span>${note}`;
}

/** The client; services and earlier numbers inside, when there are any. */
function client(row: LicenseRow, trend: LicenseTrend | undefined): Html {
  const services = row.services.map(
    (one) =>
      `<li>${isolated(one.name)}: ${side(one.devices)} devices, ${side(one.licenses)} licences ${delta(one.variance)} ${badge(one)}</li>`,
  );
  const past = (trend?.points ?? []).map(
    (point) =>
      `<li>${escapeHtml(point.asOf.slice(0, 10))}: ${point.devices === null ? DASH : units(point.devices)} devices, ${point.licenses === null ? DASH : units(point.licenses)} licences ${delta(point.variance)}</li>`,
  );
  const inside = [
    services.length === 0 ? '' : `<ul class="inside">${services.join('')}</ul>`,
    past.length === 0 ? '' : `<ul class="inside">${past.join('')}</ul>`,
  ].join('');
  const name = isolated(row.customer.name === '' ? '(no name)' : row.customer.name);
  return inside === '' ? name : `<details><summary>${name}</summary>${inside}</details>`;
}

function bars(trend: LicenseTrend | undefined): Html {
  const points = (trend?.points ?? []).map(({ variance }) =>
    variance === null ? null : ([Math.max(0, variance), Math.max(0, -variance)] as const),
  );
  const rects = barsOf(points, 72, 26).map(
    (bar) =>
      `<rect class="${bar.class}" x="${bar.x}" y="${bar.y}" width="${bar.width}" height="${bar.height}" rx="1"/>`,
  );
  return `<svg class="trend" viewBox="0 0 72 26" width="72" height="26" aria-hidden="true" focusable="false"><path class="axis" d="M0 13H72"/>${rects.join('')}</svg>`;
}

function verdict({
  difference,
  verdict: word,
}: {
  readonly difference: number | null;
  readonly verdict: keyof typeof verdictWords;
}): Html {
  if (difference === null) return `<span class="muted">${verdictWords[word]}</span>`;
  if (difference === 0) return `<span class="delta even">${verdictWords[word]}</span>`;
  const tone = word === 'under-billed' || word === 'short' ? 'under' : 'over';
  return `<span class="delta ${tone}">${verdictWords[word]} ${units(Math.abs(difference))}</span>`;
}
