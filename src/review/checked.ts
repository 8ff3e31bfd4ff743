import { isInstant } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';

/**
 * Refuses an object with a name that would be ignored.
 * @param names what it may have
 * @throws {TrueupError} `BAD_INPUT`
 */
export function onlyKnown(
  who: string,
  path: string,
  value: unknown,
  names: Readonly<Record<string, unknown>>,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(who, path, 'an object');
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined)
    throw wrong(who, path, `an object that has only ${oneOf(names)}, not ${unknown}`);
}

/** Refuses what is not the value of the step before: a neighbour of the right one is often at hand. */
export function ofKind(
  who: string,
  path: string,
  value: { readonly kind?: string } | null | undefined,
  kind: 'reconciliation' | 'review' | 'plan',
): void {
  if (value?.kind !== kind) throw wrong(who, path, `a ${kind}, as ${MADE_BY[kind]} returns it`);
}

const MADE_BY = { reconciliation: 'reconcile', review: 'decide', plan: 'planWriteBack' } as const;

/** Refuses what is no list, a promise of one above all. */
export function aList(who: string, path: string, value: unknown, of: string): void {
  if (!Array.isArray(value)) throw wrong(who, path, `a list of ${of}`);
}

/** Refuses a person without a name, or a time that is none: both end up in plans and journals. */
export function aPerson(
  who: string,
  by: { readonly actor?: unknown; readonly at?: unknown } | undefined,
): void {
  if (typeof by?.actor !== 'string' || by.actor === '' || !isInstant(by.at)) {
    throw wrong(who, 'by', "{ actor, at }, like { actor: 'ana', at: '2026-12-01T08:00:00Z' }");
  }
}

export function oneOf(names: Readonly<Record<string, unknown>>): string {
  return Object.keys(names).join(', ');
}

export function wrong(who: string, path: string, expected: string): TrueupError {
  return new TrueupError('BAD_INPUT', `${who}: ${path} must be ${expected}.`, { context: { path } });
}
