import type { Draft, Holding } from './draft.ts';
import type { Put } from './edit.ts';
import { pastPuts } from './puts-past.ts';
import { plainPuts } from './puts-plain.ts';
import { rulePuts } from './puts-rule.ts';
import type { Discrepancy } from './types.ts';

/**
 * Puts the discrepancies in; those of a whole rule first, since they need a rule nobody else has touched.
 * @param strict throw when the world is too small for one; else it is left out
 * @throws {RangeError} when strict, and no customer is left for one
 */
export function putDiscrepancies(draft: Draft, wanted: readonly Discrepancy[], strict: boolean): void {
  for (const discrepancy of [...wanted].sort((a, b) => Number(b in rulePuts) - Number(a in rulePuts))) {
    const put = { ...plainPuts, ...pastPuts, ...rulePuts }[discrepancy];
    const done = put !== undefined && putOne(draft, discrepancy, put);
    if (strict && !done) {
      throw new RangeError(
        `no customer is left for the discrepancy ${discrepancy}; ask for more customers or other vendors`,
      );
    }
  }
}

/** Tries holdings in a fixed order until one suits. */
function putOne(draft: Draft, discrepancy: Discrepancy, put: Put): boolean {
  const order = draft.random.fork(`${discrepancy}-${draft.truth.length}`).shuffle(draft.holdings);
  const free = freeOf(draft);
  return order.some((holding) => holding.units > 3 && free(holding) && put(draft, holding));
}

/** One discrepancy a customer; those of a whole rule take only that rule. */
function freeOf(draft: Draft): (holding: Holding) => boolean {
  const customers = new Set<string>();
  const rules = new Set<string>();
  for (const { discrepancy, customerId, ruleId } of draft.truth) {
    if (discrepancy in rulePuts) rules.add(ruleId);
    else customers.add(customerId);
  }
  return ({ customerId, ruleId }) => !customers.has(customerId) && !rules.has(ruleId);
}
