import type { Problem } from './errors.ts';
import { byKey, stableJson } from './order.ts';

/** A problem as a value. Ids, never array positions: the same input in another order names the same problem. */
export function problem(
  code: string,
  message: string,
  ids?: Readonly<Record<string, string>>,
  severity: Problem['severity'] = 'error',
): Problem {
  return { code, message, severity, ...(ids && { ids }) };
}

/** Each distinct problem once, in the one order. */
export function sortProblems(problems: Iterable<Problem>): Problem[] {
  const byText = new Map<string, Problem>();
  for (const entry of problems) byText.set(stableJson(entry), entry);
  return [...byText].sort(byKey).map(([, entry]) => entry);
}
