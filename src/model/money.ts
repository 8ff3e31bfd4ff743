import { formatDecimal, toScaled, UNIT_DECIMALS } from './units.ts';

/**
 * An amount in one currency. `amount` is a canonical decimal: no exponent, no leading `+`,
 * no trailing zeros (`12.5`, `-0.005`, `0`). Exact: nothing in trueup rounds money.
 */
export interface Money {
  /** Signed decimal string. */
  readonly amount: string;
  /** ISO 4217 code, upper case. */
  readonly currency: string;
}

/** A decimal as `digits × 10^-scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** True for a plain decimal string (`-12.50`); no exponent, no thousands separator, no leading zeros. */
export function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64 && DECIMAL.test(value);
}

/**
 * Price × a signed quantity, exact.
 * @param price decimal string per unit; the caller has checked {@link isDecimal}
 * @example multiplyPrice('4.20', 3) // => '12.6'
 */
export function multiplyPrice(price: string, units: number): string {
  const { digits, scale } = parse(price);
  return formatDecimal(digits * BigInt(toScaled(units)), scale + UNIT_DECIMALS);
}

/** The exact sum of decimal strings, canonical. */
export function addDecimals(values: Iterable<string>): string {
  let digits = 0n;
  let scale = 0;
  for (const value of values) {
    const next = parse(value);
    const common = Math.max(scale, next.scale);
    digits = rescale(digits, scale, common) + rescale(next.digits, next.scale, common);
    scale = common;
  }
  return formatDecimal(digits, scale);
}

/** −1, 0 or 1 as decimal `a` is less than, equal to or greater than `b`. `1.50` equals `1.5`. */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 {
  const left = parse(a);
  const right = parse(b);
  const common = Math.max(left.scale, right.scale);
  const l = rescale(left.digits, left.scale, common);
  const r = rescale(right.digits, right.scale, common);
  return l < r ? -1 : l > r ? 1 : 0;
}

/** The canonical form of a decimal string: `12.50` → `12.5`, `-0` → `0`. */
export function canonicalDecimal(value: string): string {
  const { digits, scale } = parse(value);
  return formatDecimal(digits, scale);
}

function parse(value: string): Decimal {
  const point = value.indexOf('.');
  if (point < 0) return { digits: BigInt(value), scale: 0 };
  return { digits: BigInt(value.slice(0, point) + value.slice(point + 1)), scale: value.length - point - 1 };
}

function rescale(digits: bigint, from: number, to: number): bigint {
  return from === to ? digits : digits * 10n ** BigInt(to - from);
}
