import { dateOf, type Instant, isInstant, isPlainDate, type PlainDate } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import type { Mapping } from '../model/mapping.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import type { Policy } from '../model/reconciliation.ts';
import type { Receipt } from '../model/snapshot.ts';
import type { VendorSnapshot } from '../model/vendor.ts';

/** Everything `reconcile` works from. Plain values; the order of the arrays carries no meaning. */
export interface ReconcileInput {
  readonly psa: PsaSnapshot;
  /** One snapshot per source. A source that is named by the mapping and not given is `not-connected`. */
  readonly vendors: readonly VendorSnapshot[];
  readonly mapping: Mapping;
  /** Now, as the caller sees it: there is no clock inside. */
  readonly asOf: Instant;
  /** The date lines have to be in force on. Default: the day of `asOf`. */
  readonly on?: PlainDate;
  /** Default: data older than 24 hours is stale. */
  readonly policy?: Policy;
  /** Set by `partition`: only the customers of this part are worked out. */
  readonly part?: InputPart;
}

/** Which customers belong to a part: those whose id hashes to `index` of `of`. */
export interface InputPart {
  /** From 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly of: number;
}

/** The largest table of customers, contracts or accounts: what one Map holds. Lines and counts have no such bound. */
const MAX_KEYS = 2 ** 24 - 1;

/**
 * The date the lines are judged on.
 * @throws {TrueupError} `BAD_INPUT` when nothing can be worked out at all: no valid `asOf` or `on`, another
 * spec version, or a table larger than a Map.
 */
export function checkInput(input: ReconcileInput): PlainDate {
  const { psa, vendors, mapping, asOf, part } = input;
  const on = input.on ?? dateOf(String(asOf));
  if (!isInstant(asOf)) throw bad('asOf', 'an ISO 8601 instant in UTC, like 2026-12-01T08:00:00Z');
  if (!isPlainDate(on)) throw bad('on', 'a day, like 2026-12-01');
  checkValue('psa', psa, 'psa', ['customers', 'contracts', 'services', 'lines']);
  checkValue('mapping', mapping, undefined, ['accounts', 'services']);
  if (!Array.isArray(vendors)) throw bad('vendors', 'a list');
  for (const [at, vendor] of vendors.entries()) {
    checkValue(`vendors[${at}]`, vendor, 'vendor', ['accounts', 'skus', 'counts']);
  }
  if (
    part &&
    !([part.index, part.of].every(Number.isSafeInteger) && part.index >= 0 && part.index < part.of)
  ) {
    throw bad('part', 'an index below its count');
  }
  return on;
}

/** A forgotten `await`, a text nobody parsed, two snapshots in each other's place: said here, not met by chance. */
function checkValue(path: string, value: object | null, kind: string | undefined, tables: string[]): void {
  const found = value as Readonly<Record<string, unknown>> | null | undefined;
  if (found?.specVersion !== 1 || found.kind !== kind) {
    throw bad(path, `${kind ? `a ${kind} snapshot` : 'a mapping'} of specVersion 1`);
  }
  if (kind && !(found.receipt as Partial<Receipt> | undefined)?.resources)
    throw bad(`${path}.receipt`, 'there');
  for (const table of tables) {
    const rows = found[table];
    if (!Array.isArray(rows)) throw bad(`${path}.${table}`, 'a list');
    // Lines and counts have no such bound.
    if (rows.length > MAX_KEYS && !/lines|counts/.test(table)) {
      throw bad(
        `${path}.${table}`,
        `of at most ${MAX_KEYS} rows; split it by customer and merge the results`,
      );
    }
  }
  // What joins the tables; the rows themselves are looked at one by one.
  const [table = ''] = tables;
  const at = (found[table] as { id?: unknown }[]).findIndex(({ id }) => kind && typeof id !== 'string');
  if (at >= 0) throw bad(`${path}.${table}[${at}].id`, 'a text; trueup/schema checks values from outside');
}

function bad(path: string, expected: string): TrueupError {
  return new TrueupError('BAD_INPUT', `reconcile: ${path} must be ${expected}.`, { context: { path } });
}

/** A stable number for an id (FNV-1a), the same on every machine. */
export function hashId(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** True when the part (or the whole) is the one that works this id out. */
export function inPart(id: string, part: InputPart | undefined): boolean {
  return part === undefined || hashId(id) % part.of === part.index;
}
