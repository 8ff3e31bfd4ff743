import type { Step, StepRule } from '../model/card.ts';
import type { ServiceRule } from '../model/mapping.ts';
import {
  formatUnits,
  fromScaled,
  MAX_UNITS,
  type ScaledUnits,
  toScaled,
  UNIT_SCALE,
} from '../model/units.ts';

/** An exact quantity `whole + part / den`, in scaled units; `den` is the ratio's denominator. */
interface Exact {
  readonly whole: ScaledUnits;
  readonly part: number;
}

const LIMIT = MAX_UNITS * UNIT_SCALE;

/**
 * The rule's quantity rules, in their fixed order, on the plain sum.
 * @param floor the `purchased` units under commitment, before the ratio
 * @param grain the PSA's smallest quantity: one unit, or one scaled unit
 * @returns `null` when the number leaves the range of units
 */
export function applyRules(
  rule: ServiceRule,
  sum: ScaledUnits,
  floor: ScaledUnits,
  grain: ScaledUnits,
): { readonly units: ScaledUnits; readonly trace: Step[]; readonly committed: boolean } | null {
  const { ratio, adjust = 0, included = 0, minimum, maximum, rounding = 'up' } = rule;
  const trace: Step[] = [{ rule: 'sum', from: 0, to: fromScaled(sum) }];
  let value: Exact = { whole: sum, part: 0 };
  const den = ratio?.denominator ?? 1;
  const step = (name: StepRule, next: Exact, by: string): boolean => {
    if (next.whole === value.whole && next.part === value.part) return false;
    trace.push({ rule: name, from: fromScaled(value.whole), to: fromScaled(next.whole), by });
    value = next;
    return true;
  };
  if (ratio) step('ratio', times(sum, ratio), `${ratio.numerator}/${den}`);
  if (sum > LIMIT || floor > LIMIT || value.whole > LIMIT) return null;
  if (adjust) step('adjust', plus(value, adjust), formatUnits(adjust));
  if (included) step('included', plus(value, -included), formatUnits(included));
  if (minimum !== undefined && value.whole < toScaled(minimum)) {
    step('minimum', { whole: toScaled(minimum), part: 0 }, formatUnits(minimum));
  }
  if (maximum !== undefined && value.whole >= toScaled(maximum)) {
    step('maximum', { whole: toScaled(maximum), part: 0 }, formatUnits(maximum));
  }
  let committed = false;
  if (floor > 0 && rule.respectCommitment !== false) {
    const least = ratio ? times(floor, ratio) : { whole: floor, part: 0 };
    if (value.whole < least.whole || (value.whole === least.whole && value.part < least.part)) {
      committed = step('committed', least, formatUnits(fromScaled(floor)));
    }
  }
  step('round', round(value, den, grain, rounding), rounding);
  return value.whole > LIMIT ? null : { units: value.whole, trace, committed };
}

/** Exact: the product may pass 2⁵³ before it is divided. */
function times(
  units: ScaledUnits,
  ratio: { readonly numerator: number; readonly denominator: number },
): Exact {
  const { numerator, denominator } = ratio;
  const product = units * numerator;
  if (Number.isSafeInteger(product)) {
    const part = product % denominator;
    return { whole: (product - part) / denominator, part };
  }
  const exact = BigInt(units) * BigInt(numerator);
  const den = BigInt(denominator);
  return { whole: Number(exact / den), part: Number(exact % den) };
}

/** Whole scaled units never move the part; nothing goes below zero. */
function plus(value: Exact, units: number): Exact {
  const whole = value.whole + toScaled(units);
  return whole < 0 ? { whole: 0, part: 0 } : { whole, part: value.part };
}

function round(value: Exact, den: number, grain: ScaledUnits, how: 'up' | 'down' | 'nearest'): Exact {
  const over = value.whole % grain;
  if (over === 0 && value.part === 0) return value;
  const down = value.whole - over;
  // At least half a grain; the part alone can only decide when a grain is one scaled unit.
  const half = over * 2 >= grain || (grain === 1 && value.part * 2 >= den);
  return { whole: how === 'up' || (how === 'nearest' && half) ? down + grain : down, part: 0 };
}
