import type { Condition } from '../model/card.ts';
import { isDecimal } from '../model/money.ts';
import { isUnits } from '../model/units.ts';
import type { AutoBounds, AutoPolicy } from './auto.ts';
import { oneOf, onlyKnown, wrong } from './checked.ts';

const WHO = 'autoDecide';

const NAMES: Readonly<Record<keyof AutoPolicy, true>> = {
  noChange: true,
  increases: true,
  decreases: true,
  newRevenue: true,
  notWhen: true,
};

const BOUNDS: Readonly<Record<keyof AutoBounds, { readonly is: (value: unknown) => boolean; word: string }>> =
  {
    units: { is: isUnits, word: 'a number of at least 0 with at most six decimals' },
    percent: { is: isUnits, word: 'a number of at least 0 with at most six decimals' },
    amount: {
      is: (value) => typeof value === 'string' && isDecimal(value) && !value.startsWith('-'),
      word: "an amount as text, like '12.50'",
    },
  };

const CONDITIONS: Readonly<Record<Condition, true>> = {
  committed: true,
  'customer-inactive': true,
  'future-line': true,
  'included-twice': true,
  'multi-mapped': true,
  'no-active-contract': true,
  'no-term-sku': true,
  'not-billable': true,
  'psa-computed': true,
  'several-lines': true,
  'several-variants': true,
  'stale-psa': true,
  'stale-vendor': true,
  'within-tolerance': true,
};

/**
 * A policy comes from a file as often as from code, and a bound with a misspelt name is no bound.
 * @throws {TrueupError} `BAD_INPUT`, naming the place in the policy and what can stand there
 */
export function checkPolicy(policy: AutoPolicy): void {
  onlyKnown(WHO, 'policy', policy, NAMES);
  const { noChange, notWhen } = policy;
  if (noChange !== undefined && noChange !== null && typeof noChange !== 'boolean') {
    throw wrong(WHO, 'policy.noChange', 'true or false');
  }
  for (const name of ['increases', 'decreases', 'newRevenue'] as const) {
    const bounds = policy[name];
    // `null` in JSON is what is left out in code.
    if (bounds === undefined || bounds === null) continue;
    onlyKnown(WHO, `policy.${name}`, bounds, BOUNDS);
    for (const [key, { is, word }] of Object.entries(BOUNDS)) {
      const bound = bounds[key as keyof AutoBounds];
      if (bound !== undefined && !is(bound)) throw wrong(WHO, `policy.${name}.${key}`, word);
    }
  }
  if (notWhen === undefined || notWhen === null) return;
  if (!Array.isArray(notWhen)) throw wrong(WHO, 'policy.notWhen', 'a list of conditions');
  for (const [at, condition] of notWhen.entries()) {
    if (!Object.hasOwn(CONDITIONS, condition)) throw wrong(WHO, `policy.notWhen[${at}]`, oneOf(CONDITIONS));
  }
}
