import { isDecimal } from '../model/money.ts';
import { formatUnits } from '../model/units.ts';

/** How CSV is written. */
export interface CsvOptions {
  /** Default `,`. Spreadsheets of many European locales want `;`. */
  readonly delimiter?: ',' | ';' | '\t';
  /** Start with a byte order mark, so that Excel reads UTF-8. Default false. */
  readonly bom?: boolean;
  /**
   * Text that a spreadsheet would run as a formula (`=`, `+`, `-`, `@` first, also full width or after blanks)
   * gets a `'` in front. Default true; switch it off only for a file no spreadsheet opens.
   */
  readonly escapeFormulas?: boolean;
}

/** Text, a quantity, an exact decimal, or nothing. */
export type CsvCell = string | number | null | { readonly decimal: string };

/** Most cells; neither a formula nor in need of quotes. */
const PLAIN = /^[A-Za-z0-9](?:[\w .:>()/-]*[\w.:>()/-])?$/;
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;
const QUOTE = /[",;\t\r\n]|^\s|\s$/;

/** RFC 4180, one record a step, so that a file of any length takes no memory. */
export function* csvRecords(
  head: readonly string[],
  rows: Iterable<readonly CsvCell[]>,
  options: CsvOptions = {},
): Generator<string, void> {
  const { delimiter = ',', escapeFormulas = true } = options;
  const record = (cells: readonly CsvCell[]): string =>
    `${cells.map((cell) => field(cell, escapeFormulas)).join(delimiter)}\r\n`;
  yield (options.bom ? '\ufeff' : '') + record(head);
  for (const row of rows) yield record(row);
}

function field(cell: CsvCell, escapeFormulas: boolean): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return formatUnits(cell);
  // A number written here is a number; only text can be a formula.
  if (typeof cell === 'object' && isDecimal(cell.decimal)) return cell.decimal;
  if (typeof cell === 'string' && PLAIN.test(cell)) return cell;
  const text = (typeof cell === 'object' ? String(cell.decimal) : cell).toWellFormed();
  const safe = escapeFormulas && FORMULA.test(text) ? `'${text}` : text;
  return QUOTE.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
