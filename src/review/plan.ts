import type { Instant, PlainDate } from '../model/dates.ts';
import type { AcceptedDecision, Review } from '../model/decision.ts';
import type { Problem } from '../model/errors.ts';
import { sortedUnique } from '../model/order.ts';
import type { BlockCode, BlockedChange, EffectivePolicy, WritePlan } from '../model/plan.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import { ofKind, onlyKnown } from './checked.ts';
import { dayIn } from './effective.ts';
import { NOTHING, type PlanContext, type PlannedCard, planCard } from './plan-card.ts';
import { planId } from './plan-id.ts';

/** How a review becomes a plan. */
export interface PlanOptions {
  /** The snapshot the review was made from, or a newer one: lines that changed since are blocked. */
  readonly psa: PsaSnapshot;
  /**
   * When changes take effect; increases and decreases may differ. Default: `first-of-next-month` where the PSA dates
   * changes, else `immediate`. A PSA that cannot date a change gets every change at once, whatever is asked.
   */
  readonly effective?:
    | EffectivePolicy
    | { readonly increase: EffectivePolicy; readonly decrease: EffectivePolicy };
  /** "Today" is the day of this instant. Default: when the review was made. */
  readonly now?: Instant;
  /** IANA name of the zone "today" is in: `America/Chicago`. Default `UTC`. */
  readonly timeZone?: string;
  /**
   * `connector.capabilities`, to block now what the connector would refuse later. Default: nothing is blocked for
   * it.
   */
  readonly capabilities?: { readonly writes: string; readonly adds: boolean };
}

const OPTIONS: Readonly<Record<keyof PlanOptions, true>> = {
  psa: true,
  effective: true,
  now: true,
  timeZone: true,
  capabilities: true,
};

/**
 * Turns accepted decisions into explicit changes. A card is planned whole or not at all: when one of its lines is
 * blocked, so are the others, or the customer would be billed a number nobody decided.
 * @throws {TrueupError} `BAD_INPUT` for an option it does not know: a misspelt one would be a change on another day
 * @example planWriteBack(review, { psa, effective: { increase: 'immediate', decrease: 'first-of-next-month' } })
 */
export function planWriteBack(review: Review, options: PlanOptions): WritePlan {
  ofKind('planWriteBack', 'review', review, 'review');
  onlyKnown('planWriteBack', 'options', options, OPTIONS);
  const { psa, effective } = options;
  const today = dayIn(options.timeZone ?? 'UTC', options.now ?? review.by.at);
  const context: PlanContext = {
    review,
    psa,
    today: today ?? '',
    effective: bothWays(effective ?? (psa.dating === 'dated' ? 'first-of-next-month' : 'immediate')),
    capabilities: options.capabilities,
    ...linesById(psa),
    contracts: new Map(psa.contracts.map((contract) => [contract.id, contract])),
    services: new Set(psa.services.map(({ id }) => id)),
    taken: new Set(),
    added: new Set(),
  };
  const fault = wholePlanFault(review, options, today);
  const writes = review.accepted.filter(isWrite);
  const cards = writes.map((accepted) =>
    fault === null ? planCard(accepted, context) : blockedCard(accepted, fault),
  );
  const changes = cards.flatMap((card) => card.changes);
  const additions = cards.flatMap((card) => card.additions);
  const content = { psa: review.psa, connector: psa.connector, period: review.period, changes, additions };
  return {
    specVersion: 1,
    kind: 'plan',
    id: planId(content),
    ...content,
    by: review.by,
    blocked: cards.flatMap((card) => card.blocked),
    problems:
      fault === null
        ? undatable(
            cards.flatMap((card) => card.asked),
            context,
          )
        : [fault],
  };
}

function linesById({ lines }: PsaSnapshot): Pick<PlanContext, 'lines' | 'onContract' | 'doubled'> {
  const byId = new Map<string, PsaSnapshot['lines'][number]>();
  const onContract = new Map<string, PsaSnapshot['lines'][number][]>();
  const doubled = new Set<string>();
  for (const line of lines) {
    if (byId.has(line.id)) doubled.add(line.id);
    byId.set(line.id, line);
    const others = onContract.get(line.contractId);
    if (others === undefined) onContract.set(line.contractId, [line]);
    else others.push(line);
  }
  return { lines: byId, onContract, doubled };
}

function bothWays(effective: NonNullable<PlanOptions['effective']>): PlanContext['effective'] {
  return typeof effective === 'object' && 'increase' in effective
    ? effective
    : { increase: effective, decrease: effective };
}

/** True when the decision changes a line or adds one. */
function isWrite({ lines, addition }: AcceptedDecision): boolean {
  return addition !== undefined || lines.some((line) => line.from !== line.to);
}

/** What is wrong with the inputs as a whole; nothing can be planned then. */
function wholePlanFault(
  review: Review,
  { psa, now, timeZone }: PlanOptions,
  today: PlainDate | null,
): (Problem & { readonly code: BlockCode }) | null {
  if (psa.source !== review.psa) {
    return {
      code: 'other-psa',
      severity: 'error',
      message: `The review is for PSA ${review.psa}, the snapshot is of ${psa.source}; pass the snapshot the cards were made from.`,
      path: 'psa.source',
    };
  }
  if (today === null) {
    return {
      code: 'no-effective-date',
      severity: 'error',
      message: `There is no day for ${now ?? review.by.at} in time zone ${timeZone ?? 'UTC'}; give an ISO instant in UTC and an IANA zone name.`,
      path: 'timeZone',
    };
  }
  return null;
}

function blockedCard(
  { card, lines }: AcceptedDecision,
  { code, message }: { readonly code: BlockCode; readonly message: string },
): PlannedCard {
  const ids: readonly (string | null)[] = lines.length > 0 ? lines.map(({ lineId }) => lineId) : [null];
  const blocked: BlockedChange[] = ids.map((lineId) => ({ cardId: card.id, lineId, code, message }));
  return { ...NOTHING, blocked };
}

/** The plan says so when the PSA cannot keep the dates that were asked for. */
function undatable(asked: readonly PlainDate[], { psa, today }: PlanContext): Problem[] {
  const later = asked.filter((date) => date !== today);
  if (psa.dating === 'dated' || later.length === 0) return [];
  const dates = sortedUnique(later).join(', ');
  return [
    {
      code: 'applied-immediately',
      severity: 'warning',
      message: `PSA ${psa.source} cannot date a change: ${later.length} asked for ${dates} take effect when the plan is applied. Apply it on the day you want.`,
    },
  ];
}
