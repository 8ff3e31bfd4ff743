import { type Instant, isInstant } from '../model/dates.ts';
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

export function oneOf(names: Readonly<Record<string, unknown>>): string {
  return Object.keys(names).join(', ');
}

export function wrong(who: string, path: string, expected: string): TrueupError {
  return new TrueupError('BAD_INPUT', `${who}: ${path} must be ${expected}.`, { context: { path } });
}

/**
 * Refuses a decision of nobody, or of no time: both end up in the plan and its journal.
 * @throws {TrueupError} `BAD_INPUT`
 */
export function requireBy(who: string, by: { readonly actor: string; readonly at: Instant }): void {
  if (typeof by?.actor === 'string' && isInstant(by.at)) return;
  throw wrong(who, 'by', "{ actor, at }, like { actor: 'ana', at: '2026-12-01T08:00:00Z' }");
}
