import { TrueupError } from '../model/errors.ts';

const ROLES: Readonly<Record<string, string>> = { psa: 'PSA', vendor: 'vendor' };

/**
 * A PSA pulled as a vendor gives no accounts and says that it is whole, so the mistake of a caller without a compiler
 * would be believed.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function requireRole(who: string, connector: unknown, role: 'psa' | 'vendor'): void {
  const { role: given, id } = (connector ?? {}) as { readonly role?: unknown; readonly id?: unknown };
  if (given === role) return;
  const other = typeof given === 'string' ? ROLES[given] : undefined;
  const what = other === undefined ? 'what was given is none' : `${String(id)} is a ${other}`;
  throw new TrueupError('BAD_OPTIONS', `${who} needs a ${ROLES[role]} connector; ${what}.`);
}
