import type { Card, Condition, NewRevenueCard, NoCountCard } from '../model/card.ts';
import type { Action, Decision } from '../model/decision.ts';
import { compareDecimals } from '../model/money.ts';
import type { Reconciliation, SourceStatus } from '../model/reconciliation.ts';
import { formatUnits, toScaled, type Units } from '../model/units.ts';
import { ofKind } from './checked.ts';
import { decisionOn } from './decision-on.ts';
import { checkPolicy } from './policy.ts';

/** How far a policy may go without a person. Every bound given must hold. */
export interface AutoBounds {
  /** Units more or less, at most. */
  readonly units?: Units;
  /** Of the PSA units, at most, up to six decimals; a card at 0 units is never within a percentage. */
  readonly percent?: number;
  /** Amount per billing cycle, at most; decimal string. A card without a price is not within it. */
  readonly amount?: string;
}

/** What may be decided unattended. Plain data; what is left out is left to a person. */
export interface AutoPolicy {
  /** Cards without a difference (or within tolerance) are approved unless this is false. Default true. */
  readonly noChange?: boolean;
  /** Approve changes that bill more, within these bounds. Default: left to a person. `{}`: any size. */
  readonly increases?: AutoBounds;
  /**
   * Approve changes that bill less, within these bounds; never below units still under commitment, unless the rule
   * says `respectCommitment: false` and compares another number than the one committed. Default: left to a person.
   */
  readonly decreases?: AutoBounds;
  /**
   * Approve new revenue within these bounds, when exactly one contract and one service come into question. Use
   * `units` only: new revenue has no price and no billed units, so with `amount` every card is left as `no-price`,
   * and with `percent` as `over-percent`. Default: left to a person.
   */
  readonly newRevenue?: AutoBounds;
  /** More conditions that leave a card to a person. Stale data and doubtful counts always do. Default: none. */
  readonly notWhen?: readonly Condition[];
}

/** Why a policy decided a card, or left it. */
export type AutoReason =
  | 'no-difference'
  | 'within-bounds'
  | 'condition'
  | 'source-incomplete'
  | 'no-count'
  | 'blocked'
  | 'commitment'
  | 'not-in-policy'
  | 'over-units'
  | 'over-percent'
  | 'over-amount'
  | 'no-price'
  | 'several-contracts';

/** What the policy did with one card, and why. */
export interface AutoExplanation {
  readonly cardId: string;
  /** `null`: left to a person. */
  readonly action: Action | null;
  /** Why, for programs. */
  readonly reason: AutoReason;
  /** Why, for people. */
  readonly message: string;
}

/** What a policy decided, and why, for every card. Feed `decisions` to `decide`. */
export interface AutoDecisions {
  /** The approvals, each with its reason as `note`. */
  readonly decisions: readonly Decision[];
  /** One per card, in the order of the cards. */
  readonly explanations: readonly AutoExplanation[];
}

/** Conditions no policy can decide under: old data, likely wrong counts, or a quantity the PSA rules on itself. */
const NEVER: readonly Condition[] = [
  'stale-psa',
  'stale-vendor',
  'no-term-sku',
  'psa-computed',
  'included-twice',
  'several-variants',
  'future-line',
  'customer-inactive',
];

type CountedCard = Exclude<Card, NoCountCard>;
type Verdict = readonly [reason: AutoReason, message: string];

/**
 * Decides what a policy may decide, and says why for every card. It only ever approves what a card shows; it never
 * adjusts, dismisses or splits, and never decides on stale or incomplete data.
 * @throws {TrueupError} `BAD_INPUT` for a policy with a word it does not know or a bound that is none
 * @example autoDecide(reconciliation, { increases: { units: 5 }, decreases: { units: 2, percent: 10 } })
 */
export function autoDecide(reconciliation: Reconciliation, policy: AutoPolicy): AutoDecisions {
  ofKind('autoDecide', 'reconciliation', reconciliation, 'reconciliation');
  checkPolicy(policy);
  const decisions: Decision[] = [];
  const explanations: AutoExplanation[] = [];
  for (const card of reconciliation.cards) {
    const held = hold(card, reconciliation, policy);
    const [reason, message] = held ?? approval(card);
    explanations.push({ cardId: card.id, action: held === null ? 'approve' : null, reason, message });
    if (held === null) {
      const wish = { action: 'approve', ...onlyTarget(card), note: message } as const;
      decisions.push(decisionOn(card, reconciliation, wish));
    }
  }
  return { decisions, explanations };
}

/** Why a card is left to a person; `null` when the policy takes it. */
function hold(card: Card, reconciliation: Reconciliation, policy: AutoPolicy): Verdict | null {
  const { conditions, proposal } = card;
  if (card.kind === 'no-count') return ['no-count', 'There is no count to compare with.'];
  const condition = conditions.find((found) => NEVER.includes(found) || policy.notWhen?.includes(found));
  if (condition !== undefined) return ['condition', `The card has the condition ${condition}.`];
  // Whoever is named in a receipt as not read has no card with a count; the others are whole.
  const open = reconciliation.sources.find(
    ({ complete, gaps, ...source }) => !complete && !gaps && concerns(card, source),
  );
  if (open !== undefined) return ['source-incomplete', `The data of ${open.source} is not complete.`];
  if (proposal.status === 'blocked') {
    return ['blocked', `The proposal is blocked: ${proposal.reasons.join(', ')}.`];
  }
  if (card.kind === 'no-change') {
    return policy.noChange === false ? ['not-in-policy', 'The policy leaves equal cards to a person.'] : null;
  }
  const variance = card.variance;
  if (card.kind === 'new-revenue') return newRevenue(card, policy.newRevenue);
  if (variance < 0 && isCommitted(card, reconciliation)) {
    return ['commitment', 'Units are still under commitment; a decrease needs a person.'];
  }
  const what = variance > 0 ? 'increases' : 'decreases';
  return within(card, policy[what], what);
}

/** A PSA's data is behind every card, a vendor's behind those it contributes to. */
function concerns(
  { vendor: side }: CountedCard,
  { kind, source }: Pick<SourceStatus, 'kind' | 'source'>,
): boolean {
  return kind === 'psa' || side.contributions.some(({ vendor }) => vendor === source);
}

function isCommitted({ conditions, vendor }: CountedCard, { on }: Reconciliation): boolean {
  if (conditions.includes('committed')) return true;
  return vendor.contributions.some(
    ({ committedUntil }) => committedUntil !== undefined && committedUntil > on,
  );
}

function newRevenue(card: NewRevenueCard, bounds: AutoBounds | undefined): Verdict | null {
  const { proposal } = card;
  if (proposal.status !== 'add-line' || proposal.contracts.length !== 1 || proposal.services.length !== 1) {
    return ['several-contracts', 'More than one contract or service comes into question.'];
  }
  return within(card, bounds, 'new revenue');
}

/** Where new revenue goes; the other cards have their lines. */
function onlyTarget({ proposal }: Card): Pick<Decision, 'contractId' | 'serviceId'> {
  if (proposal.status !== 'add-line') return {};
  const [contract] = proposal.contracts;
  const [service] = proposal.services;
  return {
    ...(contract === undefined ? {} : { contractId: contract.id }),
    ...(service === undefined ? {} : { serviceId: service.id }),
  };
}

function within(card: Card, bounds: AutoBounds | undefined, what: string): Verdict | null {
  // A policy read from JSON may say `null` for what is left out.
  if (bounds === undefined || bounds === null) {
    return ['not-in-policy', `The policy leaves ${what} to a person.`];
  }
  const change = Math.abs(card.variance ?? 0);
  const billed = card.psa?.units ?? 0;
  if (bounds.units !== undefined && change > bounds.units) {
    return ['over-units', `${formatUnits(change)} units are more than ${formatUnits(bounds.units)}.`];
  }
  // At 0 billed units any change is more than any percentage.
  if (bounds.percent !== undefined && isMore(change, bounds.percent, billed)) {
    return ['over-percent', `The change is more than ${bounds.percent} % of ${formatUnits(billed)}.`];
  }
  return bounds.amount === undefined ? null : withinAmount(card, bounds.amount);
}

/** More than so many percent; multiplied out in whole numbers, so that nothing is rounded. */
function isMore(change: Units, percent: number, billed: Units): boolean {
  return (
    BigInt(toScaled(change)) * BigInt(toScaled(100)) > BigInt(toScaled(percent)) * BigInt(toScaled(billed))
  );
}

function withinAmount(card: Card, bound: string): Verdict | null {
  if (card.impact === null) return ['no-price', 'The change has no price to compare with the bound.'];
  const amount = card.impact.amount.replace('-', '');
  if (compareDecimals(amount, bound) <= 0) return null;
  return ['over-amount', `${amount} ${card.impact.currency} is more than ${bound}.`];
}

function approval(card: Card): Verdict {
  if (card.kind === 'no-change') return ['no-difference', 'The numbers agree.'];
  return ['within-bounds', `${formatUnits(card.variance ?? 0)} units, within the bounds of the policy.`];
}
