import type { Card } from '../model/card.ts';
import type { PlainDate } from '../model/dates.ts';
import type { AcceptedDecision, Review } from '../model/decision.ts';
import type {
  BlockCode,
  BlockedChange,
  EffectivePolicy,
  PlannedAddition,
  PlannedChange,
} from '../model/plan.ts';
import type { Contract, ContractLine, PsaSnapshot } from '../model/psa.ts';
import { addUnits, formatUnits, isUnits, subtractUnits, type Units } from '../model/units.ts';
import { lineImpact } from '../reconcile/propose.ts';
import { effectiveDate } from './effective.ts';
import { changeId } from './plan-id.ts';
import { isWhole } from './refusal.ts';

/** What planning one card needs to know. */
export interface PlanContext {
  readonly review: Review;
  readonly psa: PsaSnapshot;
  readonly today: PlainDate;
  readonly effective: { readonly increase: EffectivePolicy; readonly decrease: EffectivePolicy };
  readonly capabilities: { readonly writes: string; readonly adds: boolean } | undefined;
  readonly lines: ReadonlyMap<string, ContractLine>;
  /** The lines of each contract. */
  readonly onContract: ReadonlyMap<string, readonly ContractLine[]>;
  /** Ids that more than one line has. */
  readonly doubled: ReadonlySet<string>;
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly services: ReadonlySet<string>;
  /** Lines that this plan already changes. */
  readonly taken: Set<string>;
  /** Contract and service of lines that this plan already adds. */
  readonly added: Set<string>;
}

/** One card's part of the plan: either all its changes, or why there are none. */
export interface PlannedCard {
  readonly changes: readonly PlannedChange[];
  readonly additions: readonly PlannedAddition[];
  readonly blocked: readonly BlockedChange[];
  /** The dates the policies asked for. */
  readonly asked: readonly PlainDate[];
}

interface Block {
  readonly code: BlockCode;
  readonly message: string;
}

interface When {
  readonly asked: PlainDate;
  readonly effectiveDate: PlainDate;
  readonly mode: 'dated' | 'immediate';
}

type CardLineChange = AcceptedDecision['lines'][number];

export function planCard(accepted: AcceptedDecision, context: PlanContext): PlannedCard {
  const { card, addition } = accepted;
  const cardId = card.id;
  const uneven = doesNotAddUp(accepted);
  if (uneven !== null) return { ...NOTHING, blocked: [{ cardId, lineId: null, ...uneven }] };
  if (addition !== undefined) return planAddition(accepted, addition, context);
  const changing = accepted.lines.filter((line) => line.from !== line.to);
  const planned = changing.map((line) => ({ line, result: planLine(accepted, line, context) }));
  const made = planned.flatMap(({ result }) => ('change' in result ? [result] : []));
  if (made.length < planned.length) return { ...NOTHING, blocked: blockedLines(cardId, planned) };
  for (const { lineId } of changing) context.taken.add(lineId);
  return {
    ...NOTHING,
    changes: made.map(({ change }) => change),
    asked: made.map(({ asked }) => asked),
  };
}

export const NOTHING: PlannedCard = { changes: [], additions: [], blocked: [], asked: [] };

/** The blocked lines with their reasons, and the good ones that are held back with them. */
function blockedLines(
  cardId: string,
  planned: readonly { readonly line: CardLineChange; readonly result: Block | object }[],
): BlockedChange[] {
  return planned.map(({ line, result }) => ({
    cardId,
    lineId: line.lineId,
    ...('code' in result
      ? { code: result.code, message: result.message }
      : {
          code: 'other-line',
          message: `Another line of card ${cardId} is blocked; a card is written whole or not at all.`,
        }),
  }));
}

/** Conservation: the lines of a card, or the one to be added, sum to its reconciled units. */
function doesNotAddUp({ card, lines, addition, reconciledUnits }: AcceptedDecision): Block | null {
  const parts = addition === undefined ? lines : [{ from: 0, to: addition.units }, ...lines];
  const total = addUnits(parts.map(({ to }) => to));
  if (total === reconciledUnits && parts.every(({ from, to }) => isUnits(from) && isUnits(to))) return null;
  return {
    code: 'does-not-add-up',
    message: `The lines of card ${card.id} do not sum to its reconciled units; make the review anew with decide().`,
  };
}

function planLine(
  { card }: AcceptedDecision,
  line: CardLineChange,
  context: PlanContext,
): Block | { readonly change: PlannedChange; readonly asked: PlainDate } {
  const { review, psa } = context;
  const known = context.lines.get(line.lineId);
  const contract = context.contracts.get(line.contractId);
  if (known === undefined || contract === undefined || known.contractId !== line.contractId) {
    return block(
      'unknown-line',
      `Line ${line.lineId} of contract ${line.contractId} is not in the snapshot.`,
    );
  }
  const fault =
    lineFault(line, known, context) ??
    changedFault(card, known, contract, context) ??
    newcomer(card, known.contractId, card.psa?.lines.map(({ serviceId }) => serviceId) ?? [], context);
  if (fault !== null) return fault;
  const delta = subtractUnits(line.to, line.from);
  const when = whenever(delta > 0 ? 'increase' : 'decrease', contract, context);
  if ('code' in when) return when;
  const closed = dateFault(when, known, contract);
  if (closed !== null) return closed;
  const what = {
    cardId: card.id,
    customerId: known.customerId,
    contractId: known.contractId,
    lineId: line.lineId,
    serviceId: known.serviceId,
    from: line.from,
    to: line.to,
    effectiveDate: when.effectiveDate,
    mode: when.mode,
  };
  const amount = lineImpact(known, line.to);
  const impact = amount === null ? null : { amount, currency: contract.currency ?? psa.currency };
  return { change: { id: changeId(review.psa, what), ...what, impact }, asked: when.asked };
}

function lineFault(line: CardLineChange, known: ContractLine, context: PlanContext): Block | null {
  if (context.capabilities?.writes === 'none') {
    return block('unsupported', `PSA ${context.psa.source} is read only for this connector.`);
  }
  if (known.native?.computed === true) {
    return block('computed', `The PSA computes the quantity of line ${known.id}; it is never written.`);
  }
  if (known.units !== line.from) {
    return block(
      'line-changed',
      `Line ${known.id} holds ${formatUnits(known.units)}, the card showed ${formatUnits(line.from)}; reconcile again.`,
    );
  }
  if (context.taken.has(known.id)) {
    return block('line-twice', `Line ${known.id} is already changed by another card of this plan.`);
  }
  return fraction(line.to, context);
}

/** What else may have changed in a newer snapshot, so that the line is no longer the one that was looked at. */
function changedFault(
  card: Card,
  known: ContractLine,
  contract: Contract,
  { doubled }: PlanContext,
): Block | null {
  const again = 'since the card was made; reconcile again.';
  if (doubled.has(known.id)) {
    return block('line-changed', `Line ${known.id} is in the snapshot more than once; correct the rows.`);
  }
  const shown = card.psa?.lines.find(({ lineId }) => lineId === known.id);
  if (shown?.serviceId !== known.serviceId || card.customer.id !== known.customerId) {
    return block('line-changed', `Line ${known.id} is of another service or customer ${again}`);
  }
  if (!known.active) return block('line-changed', `Line ${known.id} was switched off ${again}`);
  return contract.status === 'active'
    ? null
    : block('contract-closed', `Contract ${contract.id} became ${contract.status} ${again}`);
}

/**
 * A line that a newer snapshot has beside those of the card: what was decided would be billed on top of it. A card names
 * every line of its services on its contracts, in scope or out.
 */
function newcomer(
  card: Card,
  contractId: string,
  serviceIds: readonly string[],
  { onContract, doubled, today }: PlanContext,
): Block | null {
  const named = [...(card.psa?.lines ?? []), ...(card.outOfScopeLines ?? [])];
  const beside = onContract
    .get(contractId)
    ?.find(
      ({ id, serviceId, customerId, active, units, endDate }) =>
        serviceIds.includes(serviceId) &&
        customerId === card.customer.id &&
        active &&
        units > 0 &&
        (endDate === null || endDate > today) &&
        !doubled.has(id) &&
        !named.some(({ lineId }) => lineId === id),
    );
  if (beside === undefined) return null;
  const { id, serviceId } = beside;
  return block(
    'line-changed',
    `Line ${id} bills service ${serviceId} on contract ${contractId} too, and the card does not show it; reconcile again.`,
  );
}

function fraction(units: Units, { psa }: PlanContext): Block | null {
  return psa.precision === 'integer' && !isWhole(units)
    ? block(
        'fraction-for-integer-psa',
        `PSA ${psa.source} takes whole numbers; ${formatUnits(units)} is none.`,
      )
    : null;
}

/** The date of a change. A PSA that cannot date it applies it today, whatever the policy asks. */
function whenever(
  direction: 'increase' | 'decrease',
  contract: Contract,
  context: PlanContext,
): When | Block {
  const { psa, today } = context;
  const asked = effectiveDate(context.effective[direction], today, contract.nextInvoiceDate);
  if (!asked.ok) return block(asked.code, `${asked.message} (contract ${contract.id})`);
  return psa.dating === 'dated'
    ? { asked: asked.date, effectiveDate: asked.date, mode: 'dated' }
    : { asked: asked.date, effectiveDate: today, mode: 'immediate' };
}

/** Never into a posted period, before the line began or after it ended. */
function dateFault(
  { effectiveDate: date, mode }: When,
  line: ContractLine,
  contract: Contract,
): Block | null {
  const start = [line.startDate, contract.startDate].find((day) => day !== null && day > date);
  // An undated quantity is what the next invoice uses: it has no start and no posted period to fall into.
  if (mode === 'dated' && start !== undefined) {
    return block('before-start', `${date} is before line ${line.id} starts (${start}).`);
  }
  if (mode === 'dated' && line.billedThrough !== undefined && date <= line.billedThrough) {
    return block(
      'period-posted',
      `Line ${line.id} is invoiced through ${line.billedThrough}; ${date} is in that period. Choose a later date.`,
    );
  }
  const lineOver = line.endDate !== null && line.endDate <= date;
  const contractOver = contract.endDate !== null && contract.endDate < date;
  return lineOver || contractOver
    ? block(
        'ended-before-effective',
        `Line ${line.id} has ended (${line.endDate ?? contract.endDate}) before ${date}.`,
      )
    : null;
}

function planAddition(
  { card }: AcceptedDecision,
  addition: NonNullable<AcceptedDecision['addition']>,
  context: PlanContext,
): PlannedCard {
  const { contractId, serviceId, units } = addition;
  const refused = (fault: Block): PlannedCard => ({
    ...NOTHING,
    blocked: [{ cardId: card.id, lineId: null, ...fault }],
  });
  const contract = context.contracts.get(contractId);
  if (contract === undefined || contract.customerId !== card.customer.id) {
    return refused(
      block(
        'contract-unknown',
        `Customer ${card.customer.id} has no contract ${contractId} in the snapshot.`,
      ),
    );
  }
  const when = whenever('increase', contract, context);
  if ('code' in when) return refused(when);
  const fault =
    additionFault(addition, contract, when.effectiveDate, context) ??
    newcomer(card, contractId, [addition.serviceId], context);
  if (fault !== null) return refused(fault);
  context.added.add(placeOf(addition));
  const what = {
    cardId: card.id,
    customerId: contract.customerId,
    contractId,
    serviceId,
    units,
    effectiveDate: when.effectiveDate,
    mode: when.mode,
  };
  return {
    ...NOTHING,
    additions: [{ id: changeId(context.review.psa, what), ...what }],
    asked: [when.asked],
  };
}

function additionFault(
  addition: NonNullable<AcceptedDecision['addition']>,
  contract: Contract,
  date: PlainDate,
  context: PlanContext,
): Block | null {
  const { serviceId, units } = addition;
  if (context.capabilities?.adds === false) {
    return block(
      'unsupported',
      `The connector of PSA ${context.psa.source} cannot add lines; add it in the PSA.`,
    );
  }
  if (!context.services.has(serviceId)) {
    return block('service-unknown', `Service ${serviceId} is not in the snapshot.`);
  }
  const before = contract.startDate !== null && contract.startDate > date;
  const after = contract.endDate !== null && contract.endDate < date;
  if (contract.status !== 'active' || before || after) {
    return block('contract-closed', `Contract ${contract.id} is not active on ${date}.`);
  }
  // A second line with the same quantity would be taken for the first when it is looked for, and never be billed.
  if (context.added.has(placeOf(addition))) {
    return block(
      'line-twice',
      `Another card of this plan already adds a line for service ${serviceId} to contract ${contract.id}.`,
    );
  }
  return fraction(units, context);
}

function placeOf({ contractId, serviceId }: NonNullable<AcceptedDecision['addition']>): string {
  return JSON.stringify([contractId, serviceId]);
}

function block(code: BlockCode, message: string): Block {
  return { code, message };
}
