import { epochMs } from '../model/dates.ts';
import type { Runtime } from '../transport/runtime.ts';

/**
 * A budget of requests per second and integration. Only integrations with a good token are counted,
 * so strangers can neither fill the map nor use up somebody's budget.
 */
export function rateGate(perSecond: number, now: Runtime['now']): (integrationId: string) => boolean {
  const budgets = new Map<string, { tokens: number; at: number }>();
  return (integrationId) => {
    const at = epochMs(now());
    const budget = budgets.get(integrationId) ?? { tokens: perSecond, at };
    const refilled = budget.tokens + (Math.max(0, at - budget.at) / 1000) * perSecond;
    const tokens = Math.min(perSecond, refilled);
    if (tokens < 1) {
      budgets.set(integrationId, { tokens, at });
      return false;
    }
    budgets.set(integrationId, { tokens: tokens - 1, at });
    return true;
  };
}
