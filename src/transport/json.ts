import { canonicalDecimal, isDecimal } from '../model/money.ts';

const LONG_NUMBER = /\d[\d.]{15}/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.]{15,}(?:[eE][+-]?\d+)?/g;

/**
 * `JSON.parse` that loses no digits: a number that a double cannot hold (a 64-bit id, a price with more than
 * 15 digits) comes as a string of its own digits. All other numbers stay numbers.
 * @throws {SyntaxError} for text that is not JSON
 */
export function parseJson(text: string): unknown {
  // Numbers of up to 15 digits survive a double; most bodies hold no longer one and pay for one scan only.
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(
    // Strings stay as they are, and what is no number, for `JSON.parse` to refuse.
    text.replace(STRING_OR_LONG_NUMBER, (token) =>
      NUMBER.test(token) && !survives(token) ? `"${token}"` : token,
    ),
  );
}

/** Stands before the digits of a number in an exact value. A noncharacter: text for interchange never holds it. */
const MARK = '\uFDD0';
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED_NUMBER = /"\uFDD0(-?\d[\d.eE+-]*)"/g;

/**
 * `JSON.parse` that keeps every number letter by letter (`24.0` stays `24.0`), for values that are sent back.
 * A number is an opaque string inside; {@link jsonText} writes it out again.
 * `undefined` for text that holds the mark itself.
 * @throws {SyntaxError} for text that is not JSON
 */
export function parseExact(text: string): unknown {
  if (text.includes(MARK) || /\\ufdd0/i.test(text)) return undefined;
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (token) => (NUMBER.test(token) ? `"${MARK}${token}"` : token)),
  );
}

/** `JSON.stringify` that writes the numbers of an exact value as they came. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(MARKED_NUMBER, '$1');
}

function survives(digits: string): boolean {
  return isDecimal(digits) && decimalText(Number(digits)) === canonicalDecimal(digits);
}

/** The shortest decimal that is this double, without exponent: `1e-7` → `0.0000001`; `null` when not finite. */
export function decimalText(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return canonicalDecimal(text);
  const digits = `${match[2]}${match[3] ?? ''}`;
  const point = 1 + Number(match[4]);
  // Written with an exponent a double is 1e21 or more, all its digits before the point; or below 1e-6, all behind it.
  const plain = point > 0 ? digits.padEnd(point, '0') : `0.${'0'.repeat(-point)}${digits}`;
  return canonicalDecimal(`${match[1]}${plain}`);
}
