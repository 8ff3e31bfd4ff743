import type { BlockReason, Proposal, ProposedLine } from '../model/card.ts';
import { addDecimals, isDecimal, type Money, multiplyPrice } from '../model/money.ts';
import { problem } from '../model/problem.ts';
import type { ContractLine, NativeRules } from '../model/psa.ts';
import { fromScaled, type ScaledUnits, toScaled } from '../model/units.ts';
import { allocateUnits } from './allocate.ts';
import type { Unit } from './catalogue.ts';
import type { Work } from './gather.ts';
import type { Held } from './store.ts';
import { grainOf } from './tally.ts';

export const NOTHING: Proposal = /* @__PURE__ */ Object.freeze({ status: 'none' });

/** The change that makes the lines sum to `units`, or why a person has to say how. */
export function proposeUnits(
  { store, problems }: Work,
  unit: Unit,
  lines: readonly Held[],
  units: ScaledUnits,
  reasons: readonly BlockReason[],
): { readonly proposal: Proposal; readonly impact: Money | null } {
  const { spread = 'exclusive', allocate = 'single' } = unit.rule ?? {};
  const blocked: BlockReason[] = [];
  if (spread === 'exclusive' && hasVariants(lines)) blocked.push('several-variants');
  // To copy the count to each service and to split it are two wishes at once: refuse rather than guess.
  const how = spread === 'replicate' ? 'single' : allocate;
  if (lines.length > 1 && how === 'single') blocked.push('several-lines');
  if (lines.some(({ line }) => line.native?.computed)) blocked.push('psa-computed');
  if (isIncludedTwice(unit, lines)) blocked.push('included-twice');
  blocked.push(...reasons);
  if (blocked.length > 0) return { proposal: { status: 'blocked', reasons: blocked }, impact: null };
  const current = lines.map(({ line }) => toScaled(line.units));
  const parts = how === 'single' ? [units] : allocateUnits(how, units, current, grainOf(store));
  const changed: ProposedLine[] = [];
  const amounts: (string | null)[] = [];
  const currencies = new Set<string>();
  for (const [i, { line, contract }] of lines.entries()) {
    const to = fromScaled(parts[i] ?? 0);
    if (to === line.units) continue;
    changed.push({ lineId: line.id, from: line.units, to });
    const amount = lineImpact(line, to);
    amounts.push(amount);
    if (amount === null && line.unitPrice !== undefined) {
      const ids = { lineId: line.id, customerId: line.customerId };
      problems.push(
        problem('bad-price', 'The price is no plain decimal, so there is no impact.', ids, 'warning'),
      );
    }
    currencies.add(contract.info.currency ?? store.input.psa.currency);
  }
  const [currency] = currencies;
  if (currency === undefined || currencies.size > 1) {
    return { proposal: { status: 'blocked', reasons: ['several-currencies'] }, impact: null };
  }
  const known = amounts.filter((amount) => amount !== null);
  return {
    proposal: { status: 'ready', units: fromScaled(units), lines: changed },
    impact: known.length === amounts.length ? { amount: addDecimals(known), currency } : null,
  };
}

/** Lines of more than one service: variants of one product. */
export function hasVariants(lines: readonly Held[]): boolean {
  return lines.some(({ line }) => line.serviceId !== lines[0]?.line.serviceId);
}

/** Free units that the rule and the PSA would both take off. */
export function isIncludedTwice(unit: Unit, lines: readonly Held[]): boolean {
  return Boolean(unit.rule?.included) && lines.some(({ line }) => line.native?.included);
}

/** The change of what the PSA will invoice, after its own rules; `'0'` when never invoiced, `null` without a usable price. */
export function lineImpact(line: ContractLine, to: number): string | null {
  if (!line.billable) return '0';
  if (!isDecimal(line.unitPrice)) return null;
  const change = billed(line.native, toScaled(to)) - billed(line.native, toScaled(line.units));
  return multiplyPrice(line.unitPrice, fromScaled(change));
}

function billed({ included = 0, minimum = 0, maximum }: NativeRules = {}, units: ScaledUnits): ScaledUnits {
  const least = Math.max(units - toScaled(included), toScaled(minimum), 0);
  return maximum === undefined ? least : Math.min(least, toScaled(maximum));
}
