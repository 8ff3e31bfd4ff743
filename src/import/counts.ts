import { type Instant, isInstant } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import { compareBy } from '../model/order.ts';
import { addUnits, isUnits, type Units } from '../model/units.ts';
import type { Metric, VendorCount, VendorSnapshot } from '../model/vendor.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import { checkNumbers, NUMBER_OPTIONS, type NumberFormat, unitsCell } from './cells.ts';
import { type Column, type ColumnFinder, checkColumns, findColumns } from './columns.ts';
import { CSV_OPTIONS, type CsvFormat, csvRecords, emptyFile } from './csv.ts';
import { type BadRow, problemList } from './problems.ts';
import type { CsvInput } from './text.ts';

/** The fields of a counts file. `account`, `service` and `quantity` are all a vendor's export needs. */
export type CountField =
  | 'account'
  | 'account_id'
  | 'service'
  | 'service_id'
  | 'quantity'
  | 'metric'
  | 'as_of';

/** How a counts file is read. */
export interface ReadCountsOptions extends CsvFormat {
  /** Titles or numbers of the columns, where they differ from the fields' names. */
  readonly columns?: Readonly<Partial<Record<CountField, Column>>>;
  /** False: the first line is data, and columns go by number. Default true. */
  readonly header?: boolean;
  /** How quantities are written. Default: a decimal point, no thousands separator. */
  readonly numbers?: NumberFormat;
  /** Of rows without one, and what is compared of a service that has several. Default `billable`. */
  readonly metric?: Metric;
}

/** One good row. Without id columns a name is its own id. */
export interface CountRow {
  /** Where the row starts, from 1. */
  readonly line: number;
  /** Of the column `account_id`; without it, the name. */
  readonly accountId: string;
  readonly accountName: string;
  /** Of the column `service_id`; without it, the name. */
  readonly serviceId: string;
  readonly serviceName: string;
  /** Of the column `metric`; else the option's. */
  readonly metric: Metric;
  readonly units: Units;
  /** Of the column `as_of`, where the row has one. */
  readonly asOf?: Instant;
}

const FIELDS: readonly CountField[] = [
  'account',
  'account_id',
  'service',
  'service_id',
  'quantity',
  'metric',
  'as_of',
];

const readRules = (): OptionRules<ReadCountsOptions> => ({
  ...CSV_OPTIONS,
  columns: 'any',
  header: 'flag',
  numbers: NUMBER_OPTIONS,
  metric: 'text',
});

/**
 * The rows of a counts file, good and bad, one at a time: a file of any size in constant memory.
 * @throws {TrueupError} `BAD_INPUT` for an empty file, a missing column or the wrong encoding; `BAD_OPTIONS`
 */
export function readCounts(
  input: CsvInput,
  options: ReadCountsOptions = {},
): AsyncGenerator<CountRow | BadRow> {
  checkOptions('readCounts', options, readRules());
  return countRows('readCounts', input, options);
}

async function* countRows(
  who: string,
  input: CsvInput,
  options: ReadCountsOptions,
): AsyncGenerator<CountRow | BadRow> {
  const { columns = {}, header = true, numbers, metric = 'billable' } = options;
  checkColumns(who, columns, FIELDS);
  checkNumbers(numbers);
  const needed = [['account', 'account_id'], ['service', 'service_id'], ['quantity']] as const;
  let finder = header ? undefined : findColumns<CountField>(null, columns, FIELDS, needed);
  let any = false;
  for await (const records of csvRecords(input, options)) {
    any = true;
    for (const record of records) {
      if ('fault' in record) yield { line: record.line, bad: record.fault };
      else if (!finder) finder = findColumns(record.cells, columns, FIELDS, needed);
      else yield countRow(record.line, record.cells, finder, numbers, metric);
    }
  }
  if (!any) throw emptyFile();
}

function countRow(
  line: number,
  cells: readonly string[],
  finder: ColumnFinder<CountField>,
  numbers: NumberFormat | undefined,
  metric: Metric,
): CountRow | BadRow {
  // Cells that moved may hold another account's name: nothing of the row is believed.
  const misfit = finder.misfit(cells);
  if (misfit) return { line, bad: misfit };
  const cell = (field: CountField): string => finder.cell(cells, field);
  // Where a file has ids, a row without one is nobody's: its name would be an account beside the real one.
  const [account, service] = [finder.idOf('account_id', 'account'), finder.idOf('service_id', 'service')];
  const accountId = cell(account);
  const accountName = cell('account') || accountId;
  const serviceId = cell(service);
  const units = unitsCell(cell('quantity'), numbers);
  const asOf = cell('as_of');
  const bad = (field: CountField, reason: string): BadRow => ({
    line,
    bad: reason,
    field,
    ...(accountId === '' ? {} : { owner: accountId, ownerName: accountName }),
  });
  if (accountId === '') return bad(account, 'is empty');
  if (serviceId === '') return bad(service, 'is empty');
  if ('fault' in units) return bad('quantity', units.fault);
  if (asOf !== '' && !isInstant(asOf)) return bad('as_of', 'is not a time like 2026-12-01T08:00:00Z');
  return {
    line,
    accountId,
    accountName,
    serviceId,
    serviceName: cell('service') || serviceId,
    metric: cell('metric') || metric,
    units: units.value,
    ...(asOf === '' ? {} : { asOf }),
  };
}

/** How a counts file becomes a snapshot. */
export interface ImportCountsOptions extends ReadCountsOptions {
  /** `VendorSnapshot.source`; mappings name the vendor by it. */
  readonly source: string;
  /** When the numbers were true: when the file was exported. */
  readonly takenAt: Instant;
  /** What an account without a row of a service means. Default `no-count`: a file proves no zeros. */
  readonly whenAbsent?: 'zero' | 'no-count';
  /** Several rows of one account, service and metric. Default `report`: none of them is used. */
  readonly duplicates?: 'report' | 'sum';
  /** Problems kept in the receipt; the rest are counted. Default 100. */
  readonly maxProblems?: number;
}

const importRules = (): OptionRules<ImportCountsOptions> => ({
  ...readRules(),
  source: 'needed text',
  takenAt: 'needed',
  whenAbsent: ['zero', 'no-count'],
  duplicates: ['report', 'sum'],
  maxProblems: 'any',
});

/**
 * A vendor snapshot from a counts file. Memory grows with accounts × services, not with the file.
 * A bad row makes its account incomplete, or everything when it does not tell the account: never a zero.
 * @throws {TrueupError} as {@link readCounts}; `BAD_OPTIONS` also without a `source` or with a `takenAt` that is no instant
 */
export async function importCounts(input: CsvInput, options: ImportCountsOptions): Promise<VendorSnapshot> {
  checkOptions('importCounts', options, importRules());
  const { source, takenAt, metric = 'billable', whenAbsent = 'no-count', duplicates = 'report' } = options;
  if (!isInstant(takenAt)) throw new TrueupError('BAD_OPTIONS', 'takenAt must be like 2026-12-01T08:00:00Z.');
  const problems = problemList(options.maxProblems ?? 100, 'accountId');
  const accounts = new Map<string, string>();
  const skus = new Map<string, { name: string; metrics: Set<Metric> }>();
  const found = new Map<string, { count: VendorCount; line: number; again: boolean }>();
  let rows = 0;
  for await (const row of countRows('importCounts', input, options)) {
    rows += 1;
    if ('bad' in row) {
      problems.badRow(row);
      // Known, with numbers unknown: otherwise its customer would look like one the vendor never had.
      const { owner, ownerName } = row;
      if (owner !== undefined && !accounts.has(owner)) accounts.set(owner, ownerName ?? owner);
      continue;
    }
    const { accountId, serviceId: skuId, units, line } = row;
    if (!accounts.has(accountId)) accounts.set(accountId, row.accountName);
    const sku = skus.get(skuId) ?? { name: row.serviceName, metrics: new Set() };
    sku.metrics.add(row.metric);
    skus.set(skuId, sku);
    const key = JSON.stringify([accountId, skuId, row.metric]);
    const before = found.get(key);
    if (!before) {
      const count = { accountId, skuId, metric: row.metric, units, ...(row.asOf ? { asOf: row.asOf } : {}) };
      found.set(key, { count, line, again: false });
    } else if (duplicates === 'report') {
      before.again = true;
      problems.duplicate(line, before.line, { accountId, skuId });
    } else {
      const sum = addUnits([before.count.units, units]);
      if (sum === null || !isUnits(sum)) {
        problems.badRow({ line, bad: 'makes the sum too large', owner: accountId });
      } else before.count = { ...before.count, units: sum };
    }
  }
  const { receipt, incomplete } = problems.receipt({ counts: rows });
  return {
    specVersion: 1,
    kind: 'vendor',
    source,
    connector: 'csv',
    takenAt,
    accounts: [...accounts]
      .map(([id, name]) => ({ id, name, active: true }))
      .sort(compareBy((one) => one.id)),
    skus: [...skus]
      .map(([id, { name, metrics }]) => {
        const list = [...metrics].sort();
        const defaultMetric = metrics.has(metric) ? metric : (list[0] ?? metric);
        return { id, name, metrics: list, defaultMetric, whenAbsent };
      })
      .sort(compareBy((one) => one.id)),
    counts: [...found.values()]
      .filter((one) => !one.again)
      .map((one) => one.count)
      .sort(
        compareBy(
          (one) => one.accountId,
          (one) => one.skuId,
          (one) => one.metric,
        ),
      ),
    receipt: { ...receipt, ...(incomplete ? { incompleteAccounts: incomplete } : {}) },
  };
}
