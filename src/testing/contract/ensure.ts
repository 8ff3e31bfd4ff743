import { type ErrorCode, TrueupError } from '../../model/errors.ts';
import { stableJson } from '../../model/order.ts';
import { reveal } from './secrets.ts';
import type { Bench, Pulled } from './types.ts';

/** @throws {Error} with the message when the condition does not hold */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** What went wrong, in one short line. */
export function said(error: unknown): string {
  if (TrueupError.is(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The pull failed with one of the codes. */
export function ensureError(
  pulled: Pulled,
  codes: readonly ErrorCode[],
): asserts pulled is Pulled & { readonly error: TrueupError } {
  ensure(
    pulled.receipt === null,
    `expected an error (${codes.join(' or ')}), but the pull ended ${pulled.receipt?.complete ? 'complete' : 'incomplete'}`,
  );
  ensure(TrueupError.is(pulled.error), `expected a TrueupError, got ${said(pulled.error)}`);
  const { code } = pulled.error;
  ensure(codes.includes(code), `expected ${codes.join(' or ')}, got ${said(pulled.error)}`);
}

/** The pull failed with one of the codes, or says itself that it is not complete. Never a whole-looking pull. */
export function ensureNotWhole(pulled: Pulled, codes: readonly ErrorCode[]): void {
  if (pulled.receipt === null) {
    ensureError(pulled, codes);
    return;
  }
  ensure(!pulled.receipt.complete, 'the pull ended complete though its data was not whole');
  const { incompleteAccounts = [], incompleteContracts = [], problems } = pulled.receipt;
  ensure(
    problems.length + incompleteAccounts.length + incompleteContracts.length > 0,
    'an incomplete receipt must say what is missing',
  );
}

/** The pull ended complete with the same rows as an undisturbed one. */
export async function ensureSame(bench: Bench, pulled: Pulled): Promise<void> {
  ensure(pulled.receipt !== null, `the pull failed: ${said(pulled.error)}`);
  ensure(pulled.receipt.complete, `the receipt is not complete: ${stableJson(pulled.receipt.problems)}`);
  const clean = await bench.clean();
  for (const kind of Object.keys({ ...clean.rows, ...pulled.rows }) as (keyof Pulled['rows'])[]) {
    const [was, is] = [clean.rows[kind] ?? [], pulled.rows[kind] ?? []];
    if (stableJson(was) === stableJson(is)) continue;
    throw new Error(
      `${kind} differ from an undisturbed pull: ${was.length} rows before, ${is.length} now${firstOf('gone', was, is)}${firstOf('new', is, was)}`,
    );
  }
}

/** The first row of one list that the other has not, shortened. */
function firstOf(word: string, rows: readonly unknown[], others: readonly unknown[]): string {
  const known = new Set(others.map((row) => stableJson(row)));
  const row = rows.map((one) => stableJson(one)).find((one) => !known.has(one));
  if (row === undefined) return '';
  return `; ${word}: ${row.length > 160 ? `${row.slice(0, 160)}…` : row}`;
}

/** Either the same rows, or an honest failure; never other rows under a complete receipt. */
export async function ensureSameOrHonest(
  bench: Bench,
  pulled: Pulled,
  codes: readonly ErrorCode[],
): Promise<void> {
  if (pulled.receipt?.complete) await ensureSame(bench, pulled);
  else ensureNotWhole(pulled, codes);
}

/** Nothing of the mock's secrets is in the value, wherever one could look. */
export function ensureNoSecrets(value: unknown, secrets: readonly string[], where: string): void {
  const text = reveal(value);
  for (const secret of secrets) {
    const shown = [secret, encodeURIComponent(secret)].some((form) => text.includes(form));
    // The message names the length only: a test log is a log too.
    ensure(!shown, `${where} shows a secret (${secret.length} characters)`);
  }
}
