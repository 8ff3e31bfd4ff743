import type { Policy } from '../model/card.ts';
import { dateOf, type Instant, isInstant, isPlainDate, type PlainDate } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import type { Mapping } from '../model/mapping.ts';
import type { PsaSnapshot } from '../model/psa.ts';
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
  if ([psa, mapping, ...vendors].some((value) => value.specVersion !== 1)) throw bad('specVersion', '1');
  if (part && !(Number.isSafeInteger(part.of) && part.index >= 0 && part.index < part.of)) {
    throw bad('part', 'an index below its count');
  }
  for (const table of [psa.customers, psa.contracts, mapping.accounts, ...vendors.map((v) => v.accounts)]) {
    if (table.length > MAX_KEYS) {
      throw bad('table', `of at most ${MAX_KEYS} rows; split it by customer and merge the results`);
    }
  }
  return on;
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
