import type { Allocate } from '../model/mapping.ts';
import type { ScaledUnits } from '../model/units.ts';

/**
 * Splits a new total over lines that hold `current`, in their order. The parts always sum to the total.
 * `in-order`: lines keep their units, the last ones take the difference.
 * `proportional`: by their present shares, largest remainder first, ties by order; equal shares when all hold 0.
 * @param grain parts are multiples of it, as far as the total is
 */
export function allocateUnits(
  how: Exclude<Allocate, 'single'>,
  total: ScaledUnits,
  current: readonly ScaledUnits[],
  grain: ScaledUnits,
): ScaledUnits[] {
  return how === 'in-order' ? inOrder(total, current) : proportional(total, current, grain);
}

function inOrder(total: ScaledUnits, current: readonly ScaledUnits[]): ScaledUnits[] {
  let left = total;
  const parts = current.map((units) => {
    const part = Math.min(units, left);
    left -= part;
    return part;
  });
  const last = parts.length - 1;
  if (last >= 0) parts[last] = (parts[last] ?? 0) + left;
  return parts;
}

function proportional(
  total: ScaledUnits,
  current: readonly ScaledUnits[],
  grain: ScaledUnits,
): ScaledUnits[] {
  const all = current.some((units) => units > 0) ? current.map(BigInt) : current.map(() => 1n);
  const sum = all.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return [];
  const grains = BigInt(Math.floor(total / grain));
  const shares = all.map((weight, index) => ({
    index,
    part: (grains * weight) / sum,
    rest: (grains * weight) % sum,
  }));
  let left = Number(grains - shares.reduce((a, share) => a + share.part, 0n));
  const parts = shares.map((share) => Number(share.part) * grain);
  // What no whole grain holds goes with the first remainder; a total of whole grains has none.
  let dust = total % grain;
  // Sorting is stable: equal remainders stay in the order of the lines.
  for (const { index } of shares.sort((a, b) => Number(b.rest - a.rest))) {
    parts[index] = (parts[index] ?? 0) + (left > 0 ? grain : 0) + dust;
    left -= 1;
    dust = 0;
  }
  return parts;
}
