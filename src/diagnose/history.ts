import type { Card } from '../model/card.ts';
import type { PlainDate } from '../model/dates.ts';
import type { Review } from '../model/decision.ts';
import { compareBy, stableJson } from '../model/order.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import type { Units } from '../model/units.ts';

/** What a card counted in one period. */
export interface PeriodPart {
  /** The `source` of the vendor snapshot. */
  readonly vendor: string;
  /** `null` when no account of the customer was linked at this vendor. */
  readonly accountId: string | null;
  readonly skuId: string;
  /** `null`: expected, and nothing came. */
  readonly units: Units | null;
}

/** One card of an earlier period. */
export interface PeriodCard {
  /** {@link CardBase.id}. */
  readonly id: string;
  /** `null`: nothing was billed. */
  readonly psa: Units | null;
  /** `null`: there was no count. */
  readonly vendor: Units | null;
  /** What made up the vendor's number. */
  readonly parts: readonly PeriodPart[];
  /** The billable units a person decided on, against the vendor's count (`no-change`, `adjust`). */
  readonly kept?: Units;
}

/** What is worth keeping of a period: small, plain JSON. Store one per period. */
export interface PeriodSummary {
  readonly specVersion: 1;
  readonly kind: 'period-summary';
  /** `2026-12` */
  readonly period: string;
  /** The date lines had to be in force on. */
  readonly on: PlainDate;
  /** {@link Reconciliation.psa}. */
  readonly psa: string;
  readonly cards: readonly PeriodCard[];
  /** SKUs that had usage and no rule, as `[vendor, skuId]`. */
  readonly unmapped: readonly (readonly [vendor: string, skuId: string])[];
  /** Accounts that had usage and no link, as `[vendor, accountId]`. */
  readonly unlinked: readonly (readonly [vendor: string, accountId: string])[];
}

/**
 * Shortens a reconciliation to what later diagnoses compare with: the numbers of each card and what made them up.
 * With the period's review, differences that a person kept are marked.
 */
export function summarize(reconciliation: Reconciliation, review?: Review): PeriodSummary {
  const kept = new Map<string, Units>();
  for (const { decision, reconciledUnits } of review?.accepted ?? []) {
    const against = decision.action === 'no-change' || decision.action === 'adjust';
    if (against && reconciledUnits !== null) kept.set(decision.cardId, reconciledUnits);
  }
  return {
    specVersion: 1,
    kind: 'period-summary',
    period: reconciliation.period,
    on: reconciliation.on,
    psa: reconciliation.psa,
    cards: reconciliation.cards.map((card) => {
      const decided = kept.get(card.id);
      return {
        id: card.id,
        psa: card.psa?.units ?? null,
        vendor: card.vendor.state === 'counted' ? card.vendor.units : null,
        parts: partsOf(card),
        ...(decided === undefined ? {} : { kept: decided }),
      };
    }),
    unmapped: reconciliation.unmapped.skus.map((sku) => [sku.vendor, sku.skuId] as const),
    unlinked: reconciliation.unmapped.accounts.map((account) => [account.vendor, account.accountId] as const),
  };
}

function partsOf(card: Card): PeriodPart[] {
  if (card.vendor.state === 'not-connected') return [];
  return card.vendor.contributions.map(({ vendor, accountId, skuId, units }) => ({
    vendor,
    accountId,
    skuId,
    units,
  }));
}

/** Earlier periods, ready to be asked. */
export interface History {
  /** The card in the periods before, latest first. */
  cards(cardId: string): readonly PeriodCard[];
  /** The card in the period just before, if that period is known. */
  previous(cardId: string): PeriodCard | undefined;
  /** True when the period before counted this SKU on any card. */
  knewSku(vendor: string, skuId: string): boolean;
  /** True when the account had usage without a link in the period before. */
  wasUnlinked(vendor: string, accountId: string): boolean;
  /** True when the SKU had usage without a rule in the period before. */
  wasUnmapped(vendor: string, skuId: string): boolean;
  readonly known: boolean;
}

const key = (a: string, b: string): string => `${a}\u0000${b}`;

/** Indexes the summaries of the same PSA that are older than `period`, for the cards asked about. */
export function openHistory(
  summaries: readonly PeriodSummary[],
  psa: string,
  period: string,
  cardIds: ReadonlySet<string>,
): History {
  // Of several in one period the last one counts, whatever order they came in.
  const sorted = summaries
    .filter((summary) => summary.psa === psa && summary.period < period)
    .sort(
      compareBy<PeriodSummary>(
        (summary) => summary.period,
        (summary) => summary.on,
        stableJson,
      ),
    );
  const earlier = [...new Map(sorted.map((summary) => [summary.period, summary])).values()].reverse();
  const byCard = new Map<string, PeriodCard[]>();
  const lastCards = new Map<string, PeriodCard>();
  earlier.forEach((summary, age) => {
    for (const card of summary.cards) {
      if (!cardIds.has(card.id)) continue;
      if (age === 0) lastCards.set(card.id, card);
      const list = byCard.get(card.id);
      if (list) list.push(card);
      else byCard.set(card.id, [card]);
    }
  });
  const last = earlier[0];
  let skus: ReadonlySet<string> | undefined;
  const unmapped = new Set(last?.unmapped.map(([vendor, skuId]) => key(vendor, skuId)));
  const unlinked = new Set(last?.unlinked.map(([vendor, accountId]) => key(vendor, accountId)));
  return {
    cards: (cardId) => byCard.get(cardId) ?? [],
    previous: (cardId) => lastCards.get(cardId),
    knewSku: (vendor, skuId) => {
      skus ??= countedSkus(last);
      return skus.has(key(vendor, skuId));
    },
    wasUnlinked: (vendor, accountId) => unlinked.has(key(vendor, accountId)),
    wasUnmapped: (vendor, skuId) => unmapped.has(key(vendor, skuId)),
    known: last !== undefined,
  };
}

function countedSkus(summary: PeriodSummary | undefined): Set<string> {
  const skus = new Set<string>();
  for (const card of summary?.cards ?? []) {
    for (const part of card.parts) skus.add(key(part.vendor, part.skuId));
  }
  return skus;
}
