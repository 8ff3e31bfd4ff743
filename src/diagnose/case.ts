import { companyName, type NameParts } from '../mapping/names.ts';
import type { Contribution } from '../model/card.ts';
import type { SafeValue } from '../model/errors.ts';
import type { ServiceRule } from '../model/mapping.ts';
import { formatUnits, subtractUnits } from '../model/units.ts';
import type { CustomerRows, Evidence } from './evidence.ts';
import type { PeriodCard } from './history.ts';
import { gapOf } from './recheck.ts';
import type { Cause, Fix, OpenCard } from './types.ts';

/** One card with what is known about it. */
export interface Case {
  readonly card: OpenCard;
  /** Vendor − PSA units, not 0. Without a count: minus what is billed. */
  readonly gap: number;
  readonly rule: ServiceRule | null;
  readonly rows: CustomerRows;
  /** The customer's name. */
  readonly name: NameParts;
  readonly contributions: readonly Contribution[];
  readonly evidence: Evidence;
  /** The card one period before. */
  readonly previous: PeriodCard | undefined;
  /** The card in earlier periods, latest first. */
  readonly earlier: readonly PeriodCard[];
}

/** A possible cause before it is tried and ranked. */
export interface Draft {
  /** How much the evidence other than the units speaks for it, 0 to 1. */
  readonly prior: number;
  readonly fix: Fix;
  /** What the finding is about; of several findings about one thing, only the likeliest stays. */
  readonly subject: string;
  readonly evidence: Readonly<Record<string, SafeValue>>;
  /**
   * `units`: the fix is tried, and how much of the gap it closes decides. `agree`: tried only for certainty.
   * `none`: nothing to try.
   */
  readonly test: 'units' | 'agree' | 'none';
  /** False when evidence is too thin to be called certain, whatever the numbers say. */
  readonly sure: boolean;
  /** The score when the fix by itself closes nothing of the gap. Default: no finding. */
  readonly otherwise?: number;
  /** Cards that agree now and would not with the fix. */
  readonly breaks?: number;
  /** Units explained, where that is known without trying. */
  readonly units?: number | null;
  readonly message: string;
}

/** One cause: what it means, and how to find it. Pure. */
export interface CauseModule {
  readonly cause: Cause;
  /** What a person notices first, for the troubleshooting page. */
  readonly symptom: string;
  /** What is going on. */
  readonly meaning: string;
  /** What the evidence is. */
  readonly look: string;
  /** What to do. */
  readonly fix: string;
  find(kase: Case): readonly Draft[];
}

/** Builds the case of a card, or `null` when its customer is not in the snapshot. */
export function openCase(card: OpenCard, evidence: Evidence): Case | null {
  const rows = evidence.customers.get(card.customer.id);
  const gap = gapOf(card);
  if (!rows || gap === 0) return null;
  return {
    card,
    gap,
    rule: card.ruleId === null ? null : (evidence.rules.get(card.ruleId) ?? null),
    rows,
    name: companyName(rows.customer.name),
    contributions: card.vendor.state === 'not-connected' ? [] : card.vendor.contributions,
    evidence,
    previous: evidence.history.previous(card.id),
    earlier: evidence.history.cards(card.id),
  };
}

/** The vendor count now; 0 where none came. */
export function vendorUnits({ card }: Case): number {
  return card.vendor.state === 'counted' ? card.vendor.units : 0;
}

/** The billed units now. */
export function psaUnits({ card }: Case): number {
  return card.psa?.units ?? 0;
}

/** Periods in a row, up to the last, with just this difference. */
export function streak({ card, earlier }: Case): number {
  let length = 0;
  for (const { psa, vendor } of earlier) {
    if (psa === null || vendor === null || subtractUnits(vendor, psa) !== card.variance) break;
    length++;
  }
  return length;
}

/** True when the number went down by so much that growth or leavers do not explain it. */
export function isSharpDrop(before: number, now: number): boolean {
  return before - now >= 2 && now <= before * 0.7;
}

/** True when the number went up by so much. */
export function isSharpClimb(before: number, now: number): boolean {
  return now - before >= 2 && now >= before * 1.25;
}

/** `3 units`, `1 unit`. */
export function unitsText(units: number): string {
  const size = Math.abs(units);
  return `${formatUnits(size)} ${size === 1 ? 'unit' : 'units'}`;
}

/** The units a contribution brought, 0 for none. */
export function unitsOf(part: Contribution): number {
  return part.units ?? 0;
}
