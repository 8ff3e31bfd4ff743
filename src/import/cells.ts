import { isPlainDate, type PlainDate } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import { canonicalDecimal } from '../model/money.ts';
import { isUnits, type Units } from '../model/units.ts';
import type { OptionRules } from '../transport/options.ts';

/** How numbers are written. Nothing is guessed: `1,500` is one and a half to one half of the world. */
export interface NumberFormat {
  /** Default `.`. */
  readonly decimal?: '.' | ',';
  /** Only what is declared here is taken for a thousands separator. Default: none. */
  readonly thousands?: ',' | '.' | ' ' | "'";
}

export const NUMBER_OPTIONS: OptionRules<NumberFormat> = {
  decimal: ['.', ','],
  thousands: [',', '.', ' ', "'"],
};

/** How dates are written. Default `YYYY-MM-DD`. */
export type DateFormat = 'YYYY-MM-DD' | 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'DD.MM.YYYY';

export const DATE_FORMATS: readonly DateFormat[] = ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY'];

/** A cell's value, or what is wrong with it. */
export type Cell<T> = { readonly value: T } | { readonly fault: string };

const fault = (text: string): { readonly fault: string } => ({ fault: text });

/**
 * Refuses one mark for both jobs: `1.500` would be fifteen hundred, and `1.50` beside it one and a half.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function checkNumbers({ decimal = '.', thousands }: NumberFormat = {}): void {
  if (thousands !== decimal) return;
  throw new TrueupError(
    'BAD_OPTIONS',
    `numbers: "${decimal}" cannot be both the decimal and the thousands separator; name both.`,
  );
}

/** A number as a canonical decimal; signed. */
export function decimalCell(text: string, format: NumberFormat = {}): Cell<string> {
  const { decimal = '.', thousands } = format;
  let digits = text.trim();
  if (digits === '') return fault('is empty');
  if (thousands !== undefined) {
    // A thousands space is often a no-break or narrow one.
    const mark = thousands === ' ' ? '[ \\u00a0\\u202f]' : `\\${thousands}`;
    const grouped = new RegExp(`^[+-]?\\d{1,3}(?:${mark}\\d{3})+(?=$|\\${decimal}\\d)`).exec(digits)?.[0];
    if (grouped) digits = grouped.replaceAll(new RegExp(mark, 'g'), '') + digits.slice(grouped.length);
  }
  const match = new RegExp(`^([+-]?)0*(\\d+)(?:\\${decimal}(\\d+))?$`).exec(digits);
  if (!match || digits.length > 40) return fault('is not a number');
  const [, sign, whole, fraction] = match;
  return {
    value: canonicalDecimal(
      `${sign === '-' ? '-' : ''}${whole}${fraction === undefined ? '' : `.${fraction}`}`,
    ),
  };
}

/** A quantity. An empty cell is a fault and never 0. */
export function unitsCell(text: string, format?: NumberFormat): Cell<Units> {
  // Nearly every quantity is a small whole number.
  if (/^\d{1,9}$/.test(text)) return { value: Number(text) };
  const cell = decimalCell(text, format);
  if ('fault' in cell) return cell;
  if (cell.value.startsWith('-')) return fault('is negative');
  if ((cell.value.split('.')[1]?.length ?? 0) > 6) return fault('has more than six decimals');
  const value = Number(cell.value);
  return isUnits(value) ? { value } : fault('is too large');
}

export function dateCell(text: string, format: DateFormat = 'YYYY-MM-DD'): Cell<PlainDate | null> {
  const date = text.trim();
  if (date === '') return { value: null };
  const order = format.split(/[-/.]/);
  const mark = format.replaceAll(/[YMD]/g, '')[0] ?? '-';
  const parts = date.split(mark);
  const part = (name: string): string => (parts[order.indexOf(name)] ?? '').padStart(2, '0');
  const iso = `${part('YYYY')}-${part('MM')}-${part('DD')}`;
  return parts.length === 3 && isPlainDate(iso) ? { value: iso } : fault(`is not a date like ${format}`);
}

/** Yes or no; empty is `otherwise`. */
export function flagCell(text: string, otherwise: boolean): Cell<boolean> {
  const word = text.trim().toLowerCase();
  if (word === '') return { value: otherwise };
  if (['true', 'yes', 'y', '1'].includes(word)) return { value: true };
  if (['false', 'no', 'n', '0'].includes(word)) return { value: false };
  return fault('is neither yes nor no');
}
