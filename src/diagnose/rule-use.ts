import type { Card } from '../model/card.ts';

/** How the cards of one rule stand, counted once. */
export interface RuleUse {
  readonly cards: number;
  readonly differing: number;
  /** Cards that agree and count the SKU (`vendor skuId`): a fix that takes it away would break them. */
  readonly agreeingWith: ReadonlyMap<string, number>;
  /** Customers with a card that agrees. */
  readonly agreeing: ReadonlySet<string>;
  /** Cards that agree and report another metric with another number. */
  readonly agreeingByMetric: number;
  /** How many cards have which variance; `null` for no count. */
  readonly variances: ReadonlyMap<number | null, number>;
  /** Cards that differ. */
  readonly open: readonly Card[];
}

/** Counts the cards of one rule. */
export function useOf(cards: readonly Card[]): RuleUse {
  const agreeingWith = new Map<string, number>();
  const agreeing = new Set<string>();
  const variances = new Map<number | null, number>();
  const open: Card[] = [];
  let agreeingByMetric = 0;
  for (const card of cards) {
    variances.set(card.variance, (variances.get(card.variance) ?? 0) + 1);
    if (card.kind !== 'no-change') {
      open.push(card);
      continue;
    }
    agreeing.add(card.customer.id);
    if (card.observed.some(({ units }) => units !== card.vendor.counted)) agreeingByMetric++;
    for (const { vendor, skuId, units } of card.vendor.contributions) {
      const key = `${vendor}\u0000${skuId}`;
      if (units) agreeingWith.set(key, (agreeingWith.get(key) ?? 0) + 1);
    }
  }
  return {
    cards: cards.length,
    differing: open.length,
    agreeingWith,
    agreeing,
    agreeingByMetric,
    variances,
    open,
  };
}
