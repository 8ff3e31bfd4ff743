import type { RefusalCode } from '../model/decision.ts';
import type { Units } from '../model/units.ts';

/** A value, or why there is none. */
export type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

export function refuse(
  code: RefusalCode,
  message: string,
): { readonly ok: false; readonly code: RefusalCode; readonly message: string } {
  return { ok: false, code, message };
}

export function isWhole(units: Units): boolean {
  return Number.isSafeInteger(units);
}
