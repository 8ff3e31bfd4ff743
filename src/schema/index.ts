/**
 * Checks for the values of the main line: read back from a store, posted by a screen, sent by a queue.
 * `parseX` throws, `checkX` returns problems; both hand back the very value they were given.
 *
 * Mappings and decisions are strict, since people write them: an unknown field is a fault. Everything trueup
 * itself writes may carry more fields than it knows, and keeps them.
 * @module
 */

import type { Decision, Review } from '../model/decision.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { Mapping } from '../model/mapping.ts';
import type { ApplyReport, WritePlan } from '../model/plan.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { reconciliation } from './card.ts';
import { type Checked, check, parse } from './check.ts';
import type { Lazy } from './document.ts';
import { journal } from './journal.ts';
import { type JsonSchema, toJsonSchema } from './json.ts';
import { mapping } from './mapping.ts';
import { applyReport, writePlan } from './plan.ts';
import { decisions, review } from './review.ts';
import { psaSnapshot, vendorSnapshot } from './snapshots.ts';

export type { Checked, JsonSchema };

/** The values that have a schema. */
export type DocumentName =
  | 'psa-snapshot'
  | 'vendor-snapshot'
  | 'mapping'
  | 'decisions'
  | 'reconciliation'
  | 'review'
  | 'write-plan'
  | 'apply-report'
  | 'journal';

const documents: Readonly<Record<DocumentName, Lazy<unknown>>> = {
  'psa-snapshot': psaSnapshot,
  'vendor-snapshot': vendorSnapshot,
  mapping,
  decisions,
  reconciliation,
  review,
  'write-plan': writePlan,
  'apply-report': applyReport,
  journal,
};

/**
 * The JSON Schema (draft 2020-12) of a value, to validate it elsewhere or to show an editor.
 * Looser than the check itself where JSON Schema has no word: a day that exists, at most six decimals.
 */
export function jsonSchema(name: DocumentName): JsonSchema {
  return toJsonSchema(documents[name], name);
}

/**
 * A PSA snapshot from outside, checked.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parsePsaSnapshot(value: unknown): PsaSnapshot {
  return parse(psaSnapshot, 'PSA snapshot', value);
}

/** {@link parsePsaSnapshot} that does not throw. */
export function checkPsaSnapshot(value: unknown): Checked<PsaSnapshot> {
  return check(psaSnapshot, value);
}

/**
 * A vendor snapshot from outside, checked.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseVendorSnapshot(value: unknown): VendorSnapshot {
  return parse(vendorSnapshot, 'vendor snapshot', value);
}

/** {@link parseVendorSnapshot} that does not throw. */
export function checkVendorSnapshot(value: unknown): Checked<VendorSnapshot> {
  return check(vendorSnapshot, value);
}

/**
 * A mapping from outside, checked. Unknown fields are faults.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseMapping(value: unknown): Mapping {
  return parse(mapping, 'mapping', value);
}

/** {@link parseMapping} that does not throw. */
export function checkMapping(value: unknown): Checked<Mapping> {
  return check(mapping, value);
}

/**
 * A list of decisions from outside, checked one by one. Unknown fields are faults.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseDecisions(value: unknown): readonly Decision[] {
  return parse(decisions, 'decisions', value);
}

/** {@link parseDecisions} that does not throw. */
export function checkDecisions(value: unknown): Checked<readonly Decision[]> {
  return check(decisions, value);
}

/**
 * A reconciliation from outside, checked.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseReconciliation(value: unknown): Reconciliation {
  return parse(reconciliation, 'reconciliation', value);
}

/** {@link parseReconciliation} that does not throw. */
export function checkReconciliation(value: unknown): Checked<Reconciliation> {
  return check(reconciliation, value);
}

/**
 * A review from outside, checked.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseReview(value: unknown): Review {
  return parse(review, 'review', value);
}

/** {@link parseReview} that does not throw. */
export function checkReview(value: unknown): Checked<Review> {
  return check(review, value);
}

/**
 * A write plan from outside, checked.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseWritePlan(value: unknown): WritePlan {
  return parse(writePlan, 'write plan', value);
}

/** {@link parseWritePlan} that does not throw. */
export function checkWritePlan(value: unknown): Checked<WritePlan> {
  return check(writePlan, value);
}

/**
 * An apply report from outside, checked.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseApplyReport(value: unknown): ApplyReport {
  return parse(applyReport, 'apply report', value);
}

/** {@link parseApplyReport} that does not throw. */
export function checkApplyReport(value: unknown): Checked<ApplyReport> {
  return check(applyReport, value);
}

/**
 * The entries of a plan's journal from outside, checked one by one.
 * @throws {TrueupError} `BAD_INPUT`, naming the path and the ids of the row; the first problems are in its context
 */
export function parseJournal(value: unknown): readonly JournalEntry[] {
  return parse(journal, 'journal', value);
}

/** {@link parseJournal} that does not throw. */
export function checkJournal(value: unknown): Checked<readonly JournalEntry[]> {
  return check(journal, value);
}
