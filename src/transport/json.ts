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
    // What is no number stays as it is, for `JSON.parse` to refuse.
    text.replace(STRING_OR_LONG_NUMBER, (token) =>
      token.startsWith('"') || !NUMBER.test(token) || survives(token) ? token : `"${token}"`,
    ),
  );
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
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return canonicalDecimal(`${match[1]}${whole}${fraction === '' ? '' : `.${fraction}`}`);
}
