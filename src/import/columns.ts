import { TrueupError } from '../model/errors.ts';
import { refuseUnknown } from '../transport/options.ts';

/** A column: its title in the header line, or its number from 0. */
export type Column = string | number;

/** Where each wanted field is, for the rows to come. */
export interface ColumnFinder<F extends string> {
  /** The trimmed cell, `''` when the file has no such column. */
  cell(cells: readonly string[], field: F): string;
  /** The field that is the id: its own column where the file has one, else the name. */
  idOf(id: F, name: F): F;
  /** Why a row cannot be read at all, or `null`. */
  misfit(cells: readonly string[]): string | null;
}

/**
 * Refuses what names no column: it would be a column that no row has, and its field the default.
 * @param who the function that is called
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function checkColumns<F extends string>(
  who: string,
  columns: Readonly<Partial<Record<F, Column>>>,
  fields: readonly F[],
): void {
  const fault = (name: string, text: string): TrueupError =>
    new TrueupError('BAD_OPTIONS', `${who}: ${text}`, { context: { option: name } });
  if (typeof columns !== 'object' || columns === null) throw fault('columns', 'columns must be an object.');
  refuseUnknown(who, 'columns.', columns, fields);
  for (const field of fields) {
    const column: Column | undefined = columns[field];
    if (column === undefined || typeof column === 'string') continue;
    if (Number.isSafeInteger(column) && column >= 0) continue;
    throw fault(
      `columns.${field}`,
      `option columns.${field} must be the title of a column or its number from 0.`,
    );
  }
}

/**
 * Finds fields by the titles given, or by their own names. Titles match whatever their case and outer blanks.
 * @throws {TrueupError} `BAD_INPUT` when a needed or named column is missing, or two columns bear its title
 */
export function findColumns<F extends string>(
  header: readonly string[] | null,
  given: Readonly<Partial<Record<F, Column>>>,
  fields: readonly F[],
  needed: readonly (readonly F[])[],
): ColumnFinder<F> {
  const titles = header?.map(plain) ?? [];
  const at = new Map<F, number>();
  for (const field of fields) {
    const wanted = given[field] ?? field;
    if (typeof wanted === 'number') at.set(field, wanted);
    else {
      const places = titles.flatMap((title, i) => (title === plain(wanted) ? [i] : []));
      if (places.length > 1) throw unclear(`The file has ${places.length} columns titled "${wanted}".`);
      if (places[0] !== undefined) at.set(field, places[0]);
      else if (given[field] !== undefined) {
        throw unclear(`The file has no column "${wanted}" (${field}). It has: ${listed(header)}.`);
      }
    }
  }
  for (const anyOf of needed) {
    if (anyOf.some((field) => at.has(field))) continue;
    throw unclear(
      `The file has no column for ${anyOf.join(' or ')}. Name it with the "columns" option. It has: ${listed(header)}.`,
    );
  }
  const width = header?.length;
  const last = Math.max(...at.values());
  return {
    cell: (cells, field) => cells[at.get(field) ?? -1]?.trim() ?? '',
    idOf: (id, name) => (at.has(id) ? id : name),
    misfit(cells) {
      if (cells.length <= last) return 'has too few cells';
      // An unquoted delimiter in a name moves all that follows it.
      if (width !== undefined && cells.slice(width).some((cell) => cell.trim() !== '')) {
        return 'has more cells than the header';
      }
      return null;
    },
  };
}

function plain(title: string): string {
  return title.trim().toLowerCase();
}

function listed(header: readonly string[] | null): string {
  return (
    header
      ?.map((title) => `"${title.trim()}"`)
      .join(', ')
      .slice(0, 500) ?? 'no header'
  );
}

function unclear(message: string): TrueupError {
  return new TrueupError('BAD_INPUT', message);
}
