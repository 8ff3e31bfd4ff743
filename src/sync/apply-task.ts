import type { CallContext, LineState, PsaConnector } from '../connector/spec.ts';
import type { PlainDate } from '../model/dates.ts';
import type { PlannedAddition, PlannedChange } from '../model/plan.ts';
import { formatUnits, isUnits, type Units } from '../model/units.ts';
import type { Seen } from './apply-rules.ts';

/** One change or addition, as the protocol of `applyPlan` sees it. */
export interface Task {
  readonly id: string;
  readonly to: Units;
  /** Sending it twice gives the same result. */
  readonly repeatable: boolean;
  /** Set when a write sends all lines of this contract. */
  readonly document?: string;
  /** Looks at the PSA. */
  look(context: CallContext): Promise<Seen>;
  /** Sends the one write; for an addition gives the new line's id. */
  write(context: CallContext): Promise<string | undefined>;
}

/** The days of a run. */
export interface Days {
  /** Today, in the zone the caller is in. */
  readonly today: PlainDate;
  /** The latest day it is anywhere: no line of any run begins after it. */
  readonly latest: PlainDate;
}

/** What the PSA cannot date takes effect when it is applied, though never before the day it was planned for. */
function dayOf(
  { effectiveDate, mode }: Pick<PlannedChange, 'effectiveDate' | 'mode'>,
  now: PlainDate,
): PlainDate {
  return mode === 'dated' || effectiveDate > now ? effectiveDate : now;
}

export function changeTask(change: PlannedChange, connector: PsaConnector, { today }: Days): Task {
  const { from, to, mode } = change;
  const ref = {
    lineId: change.lineId,
    contractId: change.contractId,
    customerId: change.customerId,
    serviceId: change.serviceId,
    on: dayOf(change, today),
  };
  return {
    id: change.id,
    to,
    repeatable: connector.capabilities.writes !== 'delta',
    ...(connector.capabilities.writes === 'whole-document' ? { document: change.contractId } : {}),
    look: async (context) => seenLine(await connector.readLine(ref, context), change),
    write: async (context) => {
      await connector.setQuantity({ ...ref, from, to, mode }, context);
      return undefined;
    },
  };
}

function seenLine(line: LineState | null, change: PlannedChange): Seen {
  if (line === null) {
    return {
      at: 'closed',
      units: null,
      code: 'line-gone',
      message: `Line ${change.lineId} is not in the PSA any more.`,
    };
  }
  const units = comparable(line.units);
  const revision = line.revision === undefined ? {} : { revision: line.revision };
  const seen = (at: Seen['at'], code?: string, message?: string): Seen => ({
    at,
    units,
    ...revision,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
  });
  if (units === change.to) return seen('target');
  if (!line.active) return seen('closed', 'line-inactive', `Line ${change.lineId} is no longer active.`);
  if (line.computed === true) {
    return seen('closed', 'computed', `The PSA computes the quantity of line ${change.lineId} itself.`);
  }
  if (
    change.mode === 'dated' &&
    line.billedThrough !== undefined &&
    change.effectiveDate <= line.billedThrough
  ) {
    return seen(
      'closed',
      'period-posted',
      `Line ${change.lineId} is invoiced through ${line.billedThrough}; plan a later date.`,
    );
  }
  if (units === change.from) return seen('start');
  return seen(
    'elsewhere',
    'line-changed',
    `Line ${change.lineId} holds ${formatUnits(line.units)}, the plan saw ${formatUnits(change.from)}; it is left alone.`,
  );
}

/** What a person may have put into a PSA, like a credit of −1, is no quantity to compare with or to write down. */
function comparable(units: number): Units | null {
  return isUnits(units) ? units : null;
}

/** Reads and writes of a connector that can add lines. */
export type AddingConnector = PsaConnector & Required<Pick<PsaConnector, 'addLine' | 'findLines'>>;

export function canAdd(connector: PsaConnector): connector is AddingConnector {
  return connector.capabilities.adds && connector.addLine !== undefined && connector.findLines !== undefined;
}

export function additionTask(
  addition: PlannedAddition,
  connector: AddingConnector,
  { today, latest }: Days,
): Task {
  const { contractId, customerId, serviceId, units } = addition;
  const place = { contractId, serviceId, on: dayOf(addition, latest) };
  return {
    id: addition.id,
    to: units,
    repeatable: false,
    ...(connector.capabilities.writes === 'whole-document' ? { document: contractId } : {}),
    look: async (context) => seenLines(await connector.findLines(place, context), addition),
    write: async (context) => {
      const line = { contractId, customerId, serviceId, units, on: dayOf(addition, today) };
      return (await connector.addLine(line, context)).lineId;
    },
  };
}

/** There must be no line yet, or exactly the one that was to be added. Anything else could bill twice. */
function seenLines(lines: readonly LineState[], addition: PlannedAddition): Seen {
  const live = lines.filter((line) => line.active);
  const [only] = live;
  if (only === undefined) return { at: 'start', units: null };
  if (live.length === 1 && only.units === addition.units) {
    return { at: 'target', units: only.units, lineId: only.lineId };
  }
  return {
    at: 'elsewhere',
    units: comparable(only.units),
    code: 'line-exists',
    message: `Contract ${addition.contractId} already bills service ${addition.serviceId} (line ${only.lineId}: ${formatUnits(only.units)}); nothing is added.`,
  };
}
