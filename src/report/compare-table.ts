import type {
  ComparedSide,
  LicenseComparison,
  LicenseRow,
  LicenseStatus,
  ThreeWay,
  ThreeWayRow,
} from '../compare/types.ts';
import { formatUnits } from '../model/units.ts';
import { licenseWords, sideReason, sideUnits, verdictWords } from './compare-words.ts';
import { type Column, cut, layOut, type Paint, type TextOptions, wrap } from './table.ts';
import { oneLine } from './text-width.ts';
import { DASH, plural, problemWords, signed } from './words.ts';

/** What {@link licensesTable} shows. */
export interface LicensesTableOptions extends TextOptions {
  /** Only clients of these statuses. Default all. */
  readonly status?: readonly LicenseStatus[];
  /** A line per service below each client. Default false. */
  readonly perService?: boolean;
}

const statusPaint: Readonly<Record<LicenseStatus, Paint>> = {
  matched: 'green',
  'under-licensed': 'red',
  'over-licensed': 'yellow',
  'no-data': 'dim',
};

/** Licences against devices as text for a terminal. Ends with a line break. */
export function licensesTable(comparison: LicenseComparison, options: LicensesTableOptions = {}): string {
  const { summary } = comparison;
  const rows = comparison.clients.filter((row) => options.status?.includes(row.status) ?? true);
  type Line = Omit<LicenseRow, 'customer' | 'services'> & { readonly name: string };
  const lines = rows.flatMap((row): Line[] => [
    { ...row, name: row.customer.name },
    ...(options.perService
      ? row.services.map((one) => ({ ...one, name: `  ${one.name}`, offsetting: false }))
      : []),
  ]);
  const columns: Column<Line>[] = [
    { head: 'Client', text: (line) => line.name, shrinkTo: 12 },
    { head: 'Devices', align: 'right', text: (line) => sideUnits(line.devices) },
    { head: 'Licenses', align: 'right', text: (line) => sideUnits(line.licenses) },
    {
      head: 'Variance',
      align: 'right',
      text: (line) => (line.variance === null ? '' : signed(line.variance)),
      paint: (line) => statusPaint[line.status],
    },
    { head: 'Status', text: (line) => licenseWords[line.status], paint: (line) => statusPaint[line.status] },
    { head: 'Note', text: licenseNote, paint: () => 'dim', shrinkTo: 10, drop: 1 },
  ];
  return text(
    [
      `Licences against devices, as of ${comparison.asOf}`,
      '',
      `Under-licensed  ${plural(summary['under-licensed'], 'client')}, ${formatUnits(summary.underLicensedUnits)} units`,
      `Over-licensed   ${plural(summary['over-licensed'], 'client')}, ${formatUnits(summary.overLicensedUnits)} units`,
      `Matched         ${plural(summary.matched, 'client')}`,
      `No data         ${plural(summary['no-data'], 'client')}`,
      '',
      ...(lines.length > 0 ? layOut(lines, columns, options) : ['No clients to show.']),
      ...comparison.problems.flatMap((problem) => wrap(`! ${oneLine(problemWords(problem))}`, options)),
    ],
    options,
  );
}

function licenseNote(line: Pick<LicenseRow, 'devices' | 'licenses' | 'offsetting'>): string {
  if (line.offsetting) return 'services cancel each other out';
  const why = (name: string, side: ComparedSide): string[] =>
    sideReason(side) === '' ? [] : [`${name}: ${sideReason(side)}`];
  return [...why('devices', line.devices), ...why('licences', line.licenses)].join(', ');
}

/** Bought, used and billed as text for a terminal. Ends with a line break. */
export function threeWayTable(comparison: ThreeWay, options: TextOptions = {}): string {
  const { summary } = comparison;
  const verdict =
    (
      pick: (row: ThreeWayRow) => {
        readonly difference: number | null;
        readonly verdict: keyof typeof verdictWords;
      },
    ) =>
    (row: ThreeWayRow): string => {
      const { difference, verdict: word } = pick(row);
      return difference === null || difference === 0
        ? verdictWords[word]
        : `${verdictWords[word]} ${formatUnits(Math.abs(difference))}`;
    };
  const columns: Column<ThreeWayRow>[] = [
    { head: 'Client', text: (row) => row.customer.name, shrinkTo: 12 },
    { head: 'Service', text: (row) => row.service.name, shrinkTo: 12 },
    { head: 'Bought', align: 'right', text: (row) => sideUnits(row.bought) },
    { head: 'Used', align: 'right', text: (row) => sideUnits(row.used) },
    {
      head: 'Billed',
      align: 'right',
      text: (row) => (row.billed.units === null ? DASH : formatUnits(row.billed.units)),
    },
    { head: 'Bought/used', text: verdict((row) => row.boughtUsed), drop: 2 },
    { head: 'Used/billed', text: verdict((row) => row.usedBilled), drop: 1 },
    { head: 'Bought/billed', text: verdict((row) => row.boughtBilled), drop: 3 },
  ];
  return text(
    [
      `Bought, used and billed, as of ${comparison.asOf}`,
      '',
      `Bought, not used  ${formatUnits(summary.unusedUnits)} units`,
      `Used, not bought  ${formatUnits(summary.shortUnits)} units`,
      `Used, not billed  ${formatUnits(summary.underBilledUnits)} units`,
      `Billed, not used  ${formatUnits(summary.overBilledUnits)} units`,
      '',
      ...(comparison.rows.length > 0 ? layOut(comparison.rows, columns, options) : ['Nothing to show.']),
      ...comparison.problems.flatMap((problem) => wrap(`! ${oneLine(problemWords(problem))}`, options)),
    ],
    options,
  );
}

function text(lines: readonly string[], options: TextOptions): string {
  return `${lines.map((line) => (line.includes('\u001b') ? line : cut(line, options))).join('\n')}\n`;
}
