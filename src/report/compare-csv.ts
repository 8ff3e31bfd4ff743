import type { LicenseComparison, LicenseStatus, ThreeWay } from '../compare/types.ts';
import { licenseWords } from './compare-words.ts';
import { type CsvCell, type CsvOptions, csvRecords } from './csv.ts';

/** What {@link licensesCsv} lists. */
export interface LicensesCsvOptions extends CsvOptions {
  /** Only clients of these statuses. Default all. */
  readonly status?: readonly LicenseStatus[];
  /** One record per client and service, with a column `Service` after `Client`. Default one per client. */
  readonly perService?: boolean;
}

/** Licences against devices in the columns of BillingOne: Client, Devices, Licenses, Variance, Status. */
export function licensesCsv(
  comparison: LicenseComparison,
  options: LicensesCsvOptions = {},
): Iterable<string> {
  const counts = ['Devices', 'Licenses', 'Variance', 'Status'];
  const head = options.perService ? ['Client', 'Service', ...counts] : ['Client', ...counts];
  return { [Symbol.iterator]: () => csvRecords(head, licenseRows(comparison, options), options) };
}

function* licenseRows(
  comparison: LicenseComparison,
  { status, perService = false }: LicensesCsvOptions,
): Generator<CsvCell[], void> {
  for (const row of comparison.clients) {
    if (status !== undefined && !status.includes(row.status)) continue;
    for (const count of perService ? row.services : [row]) {
      yield [
        row.customer.name,
        ...('name' in count ? [count.name] : []),
        count.devices.units,
        count.licenses.units,
        count.variance,
        licenseWords[count.status],
      ];
    }
  }
}

const THREE_WAY_HEAD = [
  'Client',
  'Service',
  'Bought',
  'Used',
  'Billed',
  'Bought - used',
  'Bought / used',
  'Used - billed',
  'Used / billed',
  'Bought - billed',
  'Bought / billed',
  'Status',
] as const;

/** Bought, used and billed with the verdict of each pair. */
export function threeWayCsv(comparison: ThreeWay, options: CsvOptions = {}): Iterable<string> {
  return { [Symbol.iterator]: () => csvRecords(THREE_WAY_HEAD, threeWayRows(comparison), options) };
}

function* threeWayRows(comparison: ThreeWay): Generator<CsvCell[], void> {
  for (const row of comparison.rows) {
    yield [
      row.customer.name,
      row.service.name,
      row.bought.units,
      row.used.units,
      row.billed.units,
      ...[row.boughtUsed, row.usedBilled, row.boughtBilled].flatMap((pair) => [
        pair.difference,
        pair.verdict,
      ]),
      row.status,
    ];
  }
}
