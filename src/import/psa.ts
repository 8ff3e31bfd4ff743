import { type Instant, isInstant, type PlainDate } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import { compareBy } from '../model/order.ts';
import type {
  BillingCycle,
  Contract,
  ContractLine,
  ContractStatus,
  Customer,
  PsaSnapshot,
  Service,
} from '../model/psa.ts';
import { addUnits, isUnits, type Units } from '../model/units.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import {
  checkNumbers,
  DATE_FORMATS,
  type DateFormat,
  dateCell,
  decimalCell,
  flagCell,
  NUMBER_OPTIONS,
  type NumberFormat,
  unitsCell,
} from './cells.ts';
import { type Column, type ColumnFinder, checkColumns, findColumns } from './columns.ts';
import { CSV_OPTIONS, type CsvFormat, csvRecords, emptyFile } from './csv.ts';
import { type BadRow, problemList } from './problems.ts';
import type { CsvInput } from './text.ts';

/** The fields of a PSA file: one row per contract line. `customer`, `service` and `quantity` are needed. */
export type PsaField = (typeof FIELDS)[number];

const FIELDS = [
  'customer',
  'customer_id',
  'contract',
  'contract_id',
  'contract_status',
  'contract_start',
  'contract_end',
  'billing_cycle',
  'service',
  'service_id',
  'service_code',
  'line_id',
  'quantity',
  'unit_price',
  'unit_cost',
  'start',
  'end',
  'active',
  'billable',
  'description',
] as const;

/** How a PSA file is read. */
export interface ReadPsaOptions extends CsvFormat {
  /** Titles or numbers of the columns, where they differ from the fields' names. */
  readonly columns?: Readonly<Partial<Record<PsaField, Column>>>;
  /** False: the first line is data, and columns go by number. Default true. */
  readonly header?: boolean;
  /** How quantities and prices are written. Default: a decimal point, no thousands separator. */
  readonly numbers?: NumberFormat;
  /** How dates are written. Default `YYYY-MM-DD`. */
  readonly dates?: DateFormat;
  /** Of rows without one. Default `monthly`. */
  readonly billingCycle?: BillingCycle;
}

/** One good row. */
export interface PsaRow {
  /** Where the row starts, from 1. */
  readonly line: number;
  /** Without an id column the name is the id. */
  readonly customer: { readonly id: string; readonly name: string };
  /** Without an id column the name is the id. */
  readonly service: { readonly id: string; readonly name: string; readonly code?: string };
  /** Without contract columns the customer's one contract: status `active`. */
  readonly contract: Omit<Contract, 'customerId'>;
  /** Of the column `line_id`; without it, made of contract and service. */
  readonly lineId: string;
  readonly units: Units;
  /** Per unit and billing cycle; decimal string. */
  readonly unitPrice?: string;
  /** Per unit and billing cycle; decimal string. */
  readonly unitCost?: string;
  /** First day; `null`: from the contract's start. */
  readonly startDate: PlainDate | null;
  /** First day no longer billed; `null`: open. */
  readonly endDate: PlainDate | null;
  /** Of the column `active`; true when empty. */
  readonly active: boolean;
  /** Of the column `billable`; true when empty. */
  readonly billable: boolean;
  readonly description?: string;
}

const CYCLES: readonly BillingCycle[] = [
  'weekly',
  'monthly',
  'quarterly',
  'semi-annual',
  'annual',
  'multi-year',
  'one-time',
  'none',
  'other',
];
const STATUSES: readonly ContractStatus[] = ['active', 'inactive', 'cancelled', 'expired'];

const readRules = (): OptionRules<ReadPsaOptions> => ({
  ...CSV_OPTIONS,
  columns: 'any',
  header: 'flag',
  numbers: NUMBER_OPTIONS,
  dates: DATE_FORMATS,
  billingCycle: CYCLES,
});

/**
 * The lines of a PSA file, good and bad, one at a time. Without id columns a name is its own id; without contract
 * columns a customer has one contract; without a line id a line is its contract and service.
 * @throws {TrueupError} `BAD_INPUT` for an empty file, a missing column or the wrong encoding; `BAD_OPTIONS`
 */
export function readPsa(input: CsvInput, options: ReadPsaOptions = {}): AsyncGenerator<PsaRow | BadRow> {
  checkOptions('readPsa', options, readRules());
  return bareRows(psaRows('readPsa', input, options));
}

async function* bareRows(rows: AsyncGenerator<PsaRow | LostRow>): AsyncGenerator<PsaRow | BadRow> {
  for await (const row of rows) {
    if ('lost' in row) {
      const { lost: _, ...bad } = row;
      yield bad;
    } else yield row;
  }
}

/** A bad row, with what it tells of its customer and contract: both are there, whatever the row billed. */
interface LostRow extends BadRow {
  readonly lost?: Pick<PsaRow, 'customer' | 'contract'>;
}

async function* psaRows(
  who: string,
  input: CsvInput,
  options: ReadPsaOptions,
): AsyncGenerator<PsaRow | LostRow> {
  const { columns = {}, header = true } = options;
  checkColumns(who, columns, FIELDS);
  checkNumbers(options.numbers);
  const needed = [['customer', 'customer_id'], ['service', 'service_id'], ['quantity']] as const;
  let finder = header ? undefined : findColumns<PsaField>(null, columns, FIELDS, needed);
  let any = false;
  for await (const records of csvRecords(input, options)) {
    any = true;
    for (const record of records) {
      if ('fault' in record) yield { line: record.line, bad: record.fault };
      else if (!finder) finder = findColumns(record.cells, columns, FIELDS, needed);
      else yield psaRow(record.line, record.cells, finder, options);
    }
  }
  if (!any) throw emptyFile();
}

function psaRow(
  line: number,
  cells: readonly string[],
  finder: ColumnFinder<PsaField>,
  options: ReadPsaOptions,
): PsaRow | LostRow {
  const misfit = finder.misfit(cells);
  if (misfit) return { line, bad: misfit };
  const cell = (field: PsaField): string => finder.cell(cells, field);
  // Where a file has ids, a row without one is nobody's: its name would be a customer beside the real one.
  const [customer, service] = [finder.idOf('customer_id', 'customer'), finder.idOf('service_id', 'service')];
  const customerId = cell(customer);
  const serviceId = cell(service);
  const contractId = cell('contract_id') || joined(customerId, cell('contract'));
  let wrong: BadRow | undefined;
  const fail = (field: PsaField, bad: string): void => {
    wrong ??= { line, bad, field, ...(customerId === '' ? {} : { owner: contractId }) };
  };
  const parsed = <T>(
    field: PsaField,
    result: { readonly value: T } | { readonly fault: string },
    otherwise: T,
  ): T => {
    if ('value' in result) return result.value;
    fail(field, result.fault);
    return otherwise;
  };
  const word = <T extends string>(field: PsaField, words: readonly T[], otherwise: T): T => {
    const text = cell(field).toLowerCase();
    if (text === '') return otherwise;
    const found = words.find((one) => one === text);
    if (!found) fail(field, `is none of ${words.join(', ')}`);
    return found ?? otherwise;
  };
  const price = (field: PsaField): string | undefined =>
    cell(field) === '' ? undefined : parsed(field, decimalCell(cell(field), options.numbers), '0');
  const date = (field: PsaField): PlainDate | null =>
    parsed(field, dateCell(cell(field), options.dates), null);

  if (customerId === '') fail(customer, 'is empty');
  if (serviceId === '') fail(service, 'is empty');
  const [unitPrice, unitCost] = [price('unit_price'), price('unit_cost')];
  const row: PsaRow = {
    line,
    customer: { id: customerId, name: cell('customer') || customerId },
    service: {
      id: serviceId,
      name: cell('service') || serviceId,
      ...(cell('service_code') ? { code: cell('service_code') } : {}),
    },
    contract: {
      id: contractId,
      name: cell('contract') || contractId,
      status: word('contract_status', STATUSES, 'active'),
      billingCycle: word('billing_cycle', CYCLES, options.billingCycle ?? 'monthly'),
      startDate: date('contract_start'),
      endDate: date('contract_end'),
    },
    lineId: cell('line_id') || joined(contractId, serviceId),
    units: parsed('quantity', unitsCell(cell('quantity'), options.numbers), 0),
    ...(unitPrice === undefined ? {} : { unitPrice }),
    ...(unitCost === undefined ? {} : { unitCost }),
    startDate: date('start'),
    endDate: date('end'),
    active: parsed('active', flagCell(cell('active'), true), true),
    billable: parsed('billable', flagCell(cell('billable'), true), true),
    ...(cell('description') ? { description: cell('description') } : {}),
  };
  if (wrong?.owner === undefined) return wrong ?? row;
  return { ...wrong, lost: { customer: row.customer, contract: row.contract } };
}

/** One id of two parts; no text in either can make two pairs look alike. */
function joined(a: string, b: string): string {
  return b === '' ? a : `${a.replaceAll('%', '%25').replaceAll('/', '%2F')}/${b}`;
}

/** How a PSA file becomes a snapshot. */
export interface ImportPsaOptions extends ReadPsaOptions {
  /** `PsaSnapshot.source`. */
  readonly source: string;
  /** When the file was exported. */
  readonly takenAt: Instant;
  /** ISO 4217, of all prices. */
  readonly currency: string;
  /** `integer` when the PSA holds whole quantities only. Default `decimal`. */
  readonly precision?: 'integer' | 'decimal';
  /** Several rows of one line. Default `report`: none of them is used. */
  readonly duplicates?: 'report' | 'sum';
  /** Problems kept in the receipt; the rest are counted. Default 100. */
  readonly maxProblems?: number;
}

const importRules = (): OptionRules<ImportPsaOptions> => ({
  ...readRules(),
  source: 'needed text',
  takenAt: 'needed',
  currency: 'needed',
  precision: ['integer', 'decimal'],
  duplicates: ['report', 'sum'],
  maxProblems: 'any',
});

/**
 * A PSA snapshot from a file, for a PSA whose API is closed. What is decided is written back by hand.
 * A bad row makes its contract incomplete, or everything when it does not tell the contract. The contract is there,
 * with what could be read of it, also when no row of it is good.
 * @throws {TrueupError} as {@link readPsa}; `BAD_OPTIONS` for a malformed option
 */
export async function importPsa(input: CsvInput, options: ImportPsaOptions): Promise<PsaSnapshot> {
  checkOptions('importPsa', options, importRules());
  const { source, takenAt, currency, precision = 'decimal', duplicates = 'report' } = options;
  if (!isInstant(takenAt)) throw new TrueupError('BAD_OPTIONS', 'takenAt must be like 2026-12-01T08:00:00Z.');
  if (!/^[A-Z]{3}$/.test(currency)) throw new TrueupError('BAD_OPTIONS', 'currency must be like USD.');
  const problems = problemList(options.maxProblems ?? 100, 'contractId');
  const customers = new Map<string, Customer>();
  const services = new Map<string, Service>();
  const contracts = new Map<string, Contract>();
  const lines = new Map<string, { line: ContractLine; at: number; again: boolean }>();
  const lost: LostRow[] = [];
  let rows = 0;
  for await (const row of psaRows('importPsa', input, options)) {
    rows += 1;
    if ('bad' in row) {
      problems.badRow(row);
      if (row.lost) lost.push(row);
      continue;
    }
    const { customer, service, lineId } = row;
    const contract: Contract = { ...row.contract, customerId: customer.id };
    first(customers, { ...customer, active: true });
    first(services, { ...service, active: true });
    const known = first(contracts, contract);
    if (JSON.stringify(known) !== JSON.stringify(contract)) {
      problems.badRow({
        line: row.line,
        bad: `tells contract ${contract.id} otherwise than before`,
        // Of another customer, the lost line is that one's, and naming the contract would only protect the first.
        ...(known.customerId === contract.customerId ? { owner: contract.id } : {}),
      });
      continue;
    }
    const before = lines.get(lineId);
    if (!before) lines.set(lineId, { line: toLine(row, contract), at: row.line, again: false });
    else if (duplicates === 'report' || !sameButUnits(before.line, toLine(row, contract))) {
      before.again = true;
      // Neither is used, so both contracts lack a line.
      problems.duplicate(row.line, before.at, { contractId: before.line.contractId, lineId });
      if (before.line.contractId !== contract.id) {
        problems.duplicate(row.line, before.at, { contractId: contract.id, lineId });
      }
    } else {
      const units = addUnits([before.line.units, row.units]);
      if (units === null || !isUnits(units)) {
        problems.badRow({ line: row.line, bad: 'makes the sum too large', owner: contract.id });
      } else before.line = { ...before.line, units };
    }
  }
  // A contract of which no row is good is there all the same. Left out, the gap could be anyone's.
  for (const { line, lost: row } of lost) {
    if (!row) continue;
    const contract = { ...row.contract, customerId: row.customer.id };
    first(customers, { ...row.customer, active: true });
    if (first(contracts, contract).customerId !== contract.customerId) {
      // The lost line is this customer's, and naming the contract would only protect the other.
      problems.badRow({ line, bad: `gives contract ${contract.id} to another customer than other rows` });
    }
  }
  const { receipt, incomplete } = problems.receipt({ lines: rows });
  const byId = compareBy<{ readonly id: string }>((one) => one.id);
  return {
    specVersion: 1,
    kind: 'psa',
    source,
    connector: 'csv',
    takenAt,
    currency,
    precision,
    dating: 'immediate',
    customers: [...customers.values()].sort(byId),
    services: [...services.values()].sort(byId),
    contracts: [...contracts.values()].sort(byId),
    lines: [...lines.values()]
      .filter((one) => !one.again)
      .map((one) => one.line)
      .sort(byId),
    receipt: { ...receipt, ...(incomplete ? { incompleteContracts: incomplete } : {}) },
  };
}

/** Adds what is new; gives what is known. */
function first<T extends { readonly id: string }>(known: Map<string, T>, one: T): T {
  const before = known.get(one.id);
  if (before) return before;
  known.set(one.id, one);
  return one;
}

/** Only rows that say the same of a line can be summed: with two prices, one of them would bill the other's units. */
function sameButUnits(a: ContractLine, b: ContractLine): boolean {
  const bare = (line: ContractLine) => JSON.stringify({ ...line, units: 0, description: '' });
  return bare(a) === bare(b);
}

function toLine(row: PsaRow, contract: Contract): ContractLine {
  return {
    id: row.lineId,
    contractId: contract.id,
    customerId: contract.customerId,
    serviceId: row.service.id,
    units: row.units,
    ...(row.unitPrice === undefined ? {} : { unitPrice: row.unitPrice }),
    ...(row.unitCost === undefined ? {} : { unitCost: row.unitCost }),
    startDate: row.startDate,
    endDate: row.endDate,
    active: row.active,
    billable: row.billable,
    ...(row.description === undefined ? {} : { description: row.description }),
  };
}
