import type { PsaConnector } from '../connector/spec.ts';
import { TrueupError } from '../model/errors.ts';
import type { WritePlan } from '../model/plan.ts';
import { isUnits } from '../model/units.ts';
import { planId } from '../review/plan-id.ts';
import { isWhole } from '../review/refusal.ts';

/**
 * Everything that can be refused before the first write.
 * @throws {TrueupError} BAD_INPUT, PLAN_MISMATCH, UNSUPPORTED
 */
export function requireFit(plan: WritePlan, connector: PsaConnector, source: string | undefined): void {
  if (plan?.kind !== 'plan' || plan.specVersion !== 1) {
    throw new TrueupError(
      'BAD_INPUT',
      'This is not a write plan of specVersion 1; pass what planWriteBack returned.',
    );
  }
  // Not part of the id; a journal that does not say who could not be read again.
  if (typeof plan.by?.actor !== 'string') {
    throw new TrueupError('BAD_INPUT', `Plan ${plan.id} does not say who made it, in by.actor; plan anew.`);
  }
  if (plan.id !== planId(plan)) {
    throw new TrueupError(
      'BAD_INPUT',
      `Plan ${plan.id} was edited after it was made; change the decisions and plan anew.`,
      { context: { planId: plan.id } },
    );
  }
  requireSamePsa(plan, connector, source);
  const writes = [...plan.changes, ...plan.additions];
  const ids = new Set(writes.map(({ id }) => id));
  if (ids.size !== writes.length) {
    throw new TrueupError('BAD_INPUT', `Plan ${plan.id} holds one change twice; plan anew.`);
  }
  if (plan.changes.length > 0 && connector.capabilities.writes === 'none') {
    throw new TrueupError('UNSUPPORTED', `The ${connector.name} connector is read only.`);
  }
  const numbers = [...plan.changes.map(({ to }) => to), ...plan.additions.map(({ units }) => units)];
  const bad = numbers.find((units) => !isUnits(units));
  if (bad !== undefined) {
    throw new TrueupError('BAD_INPUT', `Plan ${plan.id} holds a quantity that is none: ${String(bad)}.`);
  }
  const fraction = numbers.find((units) => !isWhole(units));
  if (connector.capabilities.precision === 'integer' && fraction !== undefined) {
    throw new TrueupError(
      'PLAN_MISMATCH',
      `Plan ${plan.id} writes ${String(fraction)}, but ${connector.name} takes whole numbers; plan with its own snapshot.`,
    );
  }
  if (writes.some(({ mode }) => mode !== connector.capabilities.dating)) {
    throw new TrueupError(
      'PLAN_MISMATCH',
      `Plan ${plan.id} was made for a PSA that dates changes differently from ${connector.name}; plan with its own snapshot.`,
    );
  }
}

function requireSamePsa(plan: WritePlan, connector: PsaConnector, source: string | undefined): void {
  if (plan.connector !== connector.id) {
    throw new TrueupError(
      'PLAN_MISMATCH',
      `The plan is for a ${plan.connector} PSA, the connector is ${connector.id}; use the connector it was made for.`,
      { context: { plan: plan.connector, connector: connector.id } },
    );
  }
  if (source !== undefined && source !== plan.psa) {
    throw new TrueupError(
      'PLAN_MISMATCH',
      `The plan is for PSA ${plan.psa}, the connector talks to ${source}; use the connector it was made for.`,
      { context: { plan: plan.psa, source } },
    );
  }
}
