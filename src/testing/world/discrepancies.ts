import { TrueupError } from '../../model/errors.ts';
import { choices } from '../../transport/options.ts';
import type { Draft, Holding } from './draft.ts';
import type { Put } from './edit.ts';
import { pastPuts } from './puts-past.ts';
import { plainPuts } from './puts-plain.ts';
import { rulePuts } from './puts-rule.ts';
import type { Discrepancy } from './types.ts';

/**
 * Puts the discrepancies in; those of a whole rule first, since they need a rule nobody else has touched.
 * @param strict throw when the world is too small for one; else it is left out
 * @throws {TrueupError} `BAD_OPTIONS` for one that is unknown; when strict, and no customer is left for one
 */
export function putDiscrepancies(draft: Draft, wanted: readonly Discrepancy[], strict: boolean): void {
  const puts: Readonly<Record<string, Put | undefined>> = { ...plainPuts, ...pastPuts, ...rulePuts };
  const order = draft.random.fork('order').shuffle(draft.holdings);
  for (const discrepancy of [...wanted].sort((a, b) => Number(b in rulePuts) - Number(a in rulePuts))) {
    const put = Object.hasOwn(puts, discrepancy) ? puts[discrepancy] : undefined;
    if (put === undefined) {
      const others = choices(String(discrepancy), Object.keys(puts).sort());
      throw new TrueupError('BAD_OPTIONS', `no discrepancy is called ${discrepancy}${others}`);
    }
    if (!putOne(draft, order, discrepancy, put) && strict) {
      throw new TrueupError(
        'BAD_OPTIONS',
        `no customer is left for the discrepancy ${discrepancy}; ask for more customers or other vendors`,
      );
    }
  }
}

/** Tries holdings from a place of its own, in a fixed order, until one suits. */
function putOne(draft: Draft, order: readonly Holding[], discrepancy: Discrepancy, put: Put): boolean {
  const free = freeOf(draft);
  const from = draft.random.fork(`${discrepancy}-${draft.truth.length}`).int(0, order.length);
  for (let n = 0; n < order.length; n++) {
    const holding = order[(from + n) % order.length];
    if (holding && holding.units > 3 && free(holding) && put(draft, holding)) return true;
  }
  return false;
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
