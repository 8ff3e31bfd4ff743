import type { BlockReason, Card, CardKind, Condition, NoCountReason } from '../model/card.ts';
import type { Action } from '../model/decision.ts';
import type { Problem } from '../model/errors.ts';
import type { Money } from '../model/money.ts';
import { formatUnits } from '../model/units.ts';

/** A count that was expected and did not come. */
export const DASH = '—';

/** No snapshot of the vendor was given. */
export const UNPLUGGED = '⊘';

export const kindWords: Readonly<Record<CardKind, string>> = {
  reconcile: 'Reconcile',
  'new-revenue': 'New revenue',
  'no-change': 'No change',
  'no-count': 'No count',
};

export const reasonWords: Readonly<Record<NoCountReason, string>> = {
  'service-unmapped': 'no rule for the service',
  'account-unmapped': 'account not linked',
  'term-ended': 'term ended',
  'not-reported': 'not reported',
  'source-incomplete': 'vendor not fully read',
};

export const conditionWords: Readonly<Record<Condition, string>> = {
  'multi-mapped': 'several SKUs summed',
  'within-tolerance': 'within tolerance',
  'no-term-sku': 'no-term SKU mapped',
  'stale-psa': 'PSA data is old',
  'stale-vendor': 'vendor data is old',
  'several-lines': 'several lines',
  'several-variants': 'several service variants',
  'psa-computed': 'quantity computed by the PSA',
  'included-twice': 'included units applied twice',
  'not-billable': 'not billable',
  committed: 'held up by a commitment',
  'future-line': 'a future line exists',
  'customer-inactive': 'customer is inactive',
  'no-active-contract': 'no active contract',
};

export const blockWords: Readonly<Record<BlockReason, string>> = {
  'several-lines': 'several lines: say how to split',
  'several-variants': 'several service variants: say which one',
  'psa-computed': 'the PSA computes this quantity itself',
  'included-twice': 'rule and PSA both take included units off',
  'no-active-contract': 'no active contract to add the line to',
  'future-line': 'a line for it starts later',
  'customer-inactive': 'the customer is inactive',
  'ended-line': 'a line for it has ended',
  'billed-elsewhere': 'a line that is not compared bills it too',
  'orphan-line': 'a line for it is on an unknown contract',
  'no-active-service': 'no active service to add a line for',
  'several-currencies': 'lines in several currencies',
};

export const actionWords: Readonly<Record<Action, string>> = {
  approve: 'approved',
  reconcile: 'vendor is right',
  'no-change': 'PSA is right',
  adjust: 'adjusted',
  dismiss: 'dismissed',
};

/** The vendor number: digits, a dash for no count, a crossed plug for not connected. Never 0 for unknown. */
export function vendorUnits(card: Card): string {
  if (card.vendor.state === 'counted') return formatUnits(card.vendor.units);
  return card.vendor.state === 'no-count' ? DASH : UNPLUGGED;
}

/** Kind, and for a missing count why. */
export function stateWords(card: Card): string {
  if (card.kind !== 'no-count') return kindWords[card.kind];
  return card.vendor.state === 'not-connected'
    ? `Not connected: ${card.vendor.vendors.join(', ')}`
    : `No count: ${reasonWords[card.vendor.reason]}`;
}

/** `+3`, `-2.5`, `0`. */
export function signed(units: number): string {
  return units > 0 ? `+${formatUnits(units)}` : formatUnits(units);
}

/** A decimal with grouped thousands and at least two places; no digit is dropped: `1,234.50`, `0.125`. */
export function amountWords(amount: string): string {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const sign = amount.startsWith('-') ? '-' : '';
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction.padEnd(2, '0')}`;
}

export function moneyWords(money: Money): string {
  return `${amountWords(money.amount)} ${money.currency}`;
}

/** Names of the card's services. */
export function serviceWords(card: Card): string {
  return card.services.map((service) => service.name).join(' / ');
}

/** `1 card`, `3 cards`. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What is wrong and what to do, with the ids the message does not name: `… Keep one. (accountId "A7")`. */
export function problemWords({ message, ids = {} }: Problem): string {
  const said = new Set(message.split(/[\s"'(),;:]+|\.(?=\s|$)/));
  const rest = Object.entries(ids).filter(([, id]) => !said.has(id));
  if (rest.length === 0) return message;
  return `${message} (${rest.map(([name, id]) => `${name} "${id}"`).join(', ')})`;
}
