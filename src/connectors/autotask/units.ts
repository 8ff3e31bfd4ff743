import * as z from 'zod';
import { day, id, quantity } from '../../connector/index.ts';
import type { PlainDate } from '../../model/dates.ts';

/** A line is a service or a bundle of services on a contract; each has its own entities and field names. */
export interface LineKind {
  /** Before the ids of this kind, so that a bundle and a service are never one. */
  readonly prefix: '' | 'bundle:';
  readonly catalogue: string;
  readonly lines: string;
  readonly units: string;
  readonly adjustments: string;
  readonly serviceField: string;
  readonly lineField: string;
}

export const serviceLines: LineKind = {
  prefix: '',
  catalogue: 'Services',
  lines: 'ContractServices',
  units: 'ContractServiceUnits',
  adjustments: 'ContractServiceAdjustments',
  serviceField: 'serviceID',
  lineField: 'contractServiceID',
};

export const bundleLines: LineKind = {
  prefix: 'bundle:',
  catalogue: 'ServiceBundles',
  lines: 'ContractServiceBundles',
  units: 'ContractServiceBundleUnits',
  adjustments: 'ContractServiceBundleAdjustments',
  serviceField: 'serviceBundleID',
  lineField: 'contractServiceBundleID',
};

/** The quantity of one line from one day to another, both included. */
export interface UnitRow {
  readonly id: string;
  readonly contractId: string;
  /** Id of the line, without prefix. */
  readonly line: string;
  readonly startDate: PlainDate;
  readonly endDate: PlainDate;
  readonly units: number;
  /** The period has been approved and posted: it is invoiced. */
  readonly posted: boolean;
}

export function unitRow(kind: LineKind): z.ZodType<UnitRow> {
  return z
    .object({
      id: id(),
      contractID: id(),
      startDate: date(),
      endDate: date(),
      units: quantity(),
      approveAndPostDate: z.string().nullish(),
    })
    .and(z.object({ [kind.lineField]: id() }))
    .transform((row) => ({
      id: row.id,
      contractId: row.contractID,
      line: row[kind.lineField] ?? '',
      startDate: row.startDate,
      endDate: row.endDate,
      units: row.units,
      posted: Boolean(row.approveAndPostDate),
    }));
}

/** A day that must be there. */
function date(): z.ZodType<PlainDate> {
  return day().refine((found) => found !== null, 'a date is expected') as z.ZodType<PlainDate>;
}

/** What the rows of one line say as of a day. */
export interface Standing {
  readonly units: number;
  /** First day, where the line began within the rows; else `null`. */
  readonly startDate: PlainDate | null;
  /** First day without a row, where the line ended within the rows; else `null`. */
  readonly endDate: PlainDate | null;
  /** Last day of the last posted row. */
  readonly billedThrough: PlainDate | null;
}

/** The days whose rows a pull asks for. The first of the next month is always among them. */
export interface Window {
  readonly from: PlainDate;
  readonly to: PlainDate;
}

export function windowAround(today: PlainDate): Window {
  return { from: addDays(today, -31), to: addDays(today, 31) };
}

/** The row in force on a day. An adjustment splits a period: of two that cover the day, the later start holds, else the later id. */
export function inForce(rows: readonly UnitRow[], on: PlainDate): UnitRow | undefined {
  return rows
    .filter(({ startDate, endDate }) => startDate <= on && on <= endDate)
    .sort(byStart)
    .at(-1);
}

/**
 * A line on a day, by its rows within a window. In force: that row. Else the next to come, else the last there was;
 * the dates then say that it is not in force. No row: `null`.
 */
export function standing(rows: readonly UnitRow[], on: PlainDate, window: Window): Standing | null {
  const sorted = [...rows].sort(byStart);
  const now = inForce(sorted, on);
  const row = now ?? sorted.find(({ startDate }) => startDate > on) ?? sorted.at(-1);
  if (row === undefined) return null;
  const first = now === undefined ? row.startDate : (sorted[0]?.startDate ?? row.startDate);
  const last = latest(sorted.map(({ endDate }) => endDate)) ?? row.endDate;
  return {
    units: row.units,
    // A row before the first, or after the last, would be within the window too.
    startDate: first > window.from ? first : null,
    endDate: last < window.to ? addDays(last, 1) : null,
    billedThrough: latest(sorted.filter(({ posted }) => posted).map(({ endDate }) => endDate)),
  };
}

/** By first day; rows that begin on one day in the order they were made, whatever order they are listed in. */
function byStart(a: UnitRow, b: UnitRow): number {
  if (a.startDate !== b.startDate) return a.startDate < b.startDate ? -1 : 1;
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

function latest(days: readonly PlainDate[]): PlainDate | null {
  return days.reduce<PlainDate | null>((a, b) => (a !== null && a > b ? a : b), null);
}

function addDays(from: PlainDate, days: number): PlainDate {
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
