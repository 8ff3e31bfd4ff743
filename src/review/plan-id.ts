import { stableJson } from '../model/order.ts';
import type { PlannedAddition, PlannedChange, WritePlan } from '../model/plan.ts';
import { sha256 } from './digest.ts';

/** The part of a plan that says what is written where: equal content, equal id, so one journal and one lock. */
export type PlanContent = Pick<
  WritePlan,
  'psa' | 'connector' | 'period' | 'undoes' | 'changes' | 'additions'
>;

/** The id of a plan, worked out from its content: a plan that was edited after it was signed off has another. */
export function planId({ psa, connector, period, undoes, changes, additions }: PlanContent): string {
  return sha256(stableJson({ psa, connector, period, undoes, changes, additions })).slice(0, 32);
}

/** The id of one change: the same change has the same id in every plan of its PSA. */
export function changeId(
  psa: string,
  change: Omit<PlannedChange, 'id' | 'impact'> | Omit<PlannedAddition, 'id'>,
): string {
  return sha256(stableJson({ psa, ...change })).slice(0, 24);
}
