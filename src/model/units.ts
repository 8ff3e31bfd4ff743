/**
 * A quantity: finite, ≥ 0, at most six decimals, at most 2,000,000,000.
 * A plain JSON number outside; inside, arithmetic runs on integers scaled by 10⁶, so that 0.1 + 0.2 is 0.3.
 */
export type Units = number;

/** Units scaled by 10⁶: a safe integer. May be negative while a difference is worked out. */
export type ScaledUnits = number;

/** Decimals a quantity may have. */
export const UNIT_DECIMALS = 6;

/** 10⁶: how many scaled units make one unit. */
export const UNIT_SCALE = 1_000_000;

/**
 * The largest quantity one value may hold. Scaled it stays below 2⁵¹: up to there a quantity and its scaled
 * integer turn into each other exactly; beyond, the division by 10⁶ already loses the last decimal.
 */
export const MAX_UNITS: Units = 2_000_000_000;

/** True for a number that can be {@link Units}. */
export function isUnits(value: unknown): value is Units {
  return typeof value === 'number' && value >= 0 && value <= MAX_UNITS && isExact(value);
}

/** True when the number is the closest double to a decimal with at most six places. */
function isExact(value: number): boolean {
  const scaled = Math.round(value * UNIT_SCALE);
  return Number.isSafeInteger(scaled) && scaled / UNIT_SCALE === value;
}

/** Units → scaled integer. The caller has checked {@link isUnits} (or a difference of such). */
export function toScaled(units: number): ScaledUnits {
  // Small whole numbers are nearly all there is; their product is exact without rounding.
  return Math.round(units * UNIT_SCALE);
}

/** Scaled integer → units; the closest double, which prints as the decimal itself. Never `-0`. */
export function fromScaled(scaled: ScaledUnits): number {
  return scaled / UNIT_SCALE + 0;
}

/**
 * The exact sum of quantities, or `null` when it leaves the safe range.
 * @example addUnits([0.1, 0.2]) // => 0.3
 */
export function addUnits(values: Iterable<number>): number | null {
  let scaled = 0;
  for (const value of values) scaled += toScaled(value);
  return Number.isSafeInteger(scaled) ? fromScaled(scaled) : null;
}

/**
 * The exact difference `a − b`; signed.
 * @example subtractUnits(0.3, 0.1) // => 0.2
 */
export function subtractUnits(a: number, b: number): number {
  return fromScaled(toScaled(a) - toScaled(b));
}

/** The decimal of a quantity without exponent: `0.000001`, `12.5`, `-3`. */
export function formatUnits(units: number): string {
  return formatDecimal(toScaled(units), UNIT_DECIMALS);
}

/** `digits × 10^-scale` as a canonical decimal: no exponent, no trailing zeros, no `-0`. */
export function formatDecimal(digits: bigint | number, scale: number): string {
  const sign = digits < 0 ? '-' : '';
  const text = String(digits < 0 ? -digits : digits).padStart(scale + 1, '0');
  const point = text.length - scale;
  const fraction = text.slice(point).replace(/0+$/, '');
  return sign + text.slice(0, point) + (fraction && `.${fraction}`);
}
