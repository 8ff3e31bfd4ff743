import type { Instant, PlainDate } from './dates.ts';
import type { Receipt } from './snapshot.ts';
import type { Units } from './units.ts';

/**
 * Which number of the vendor a count is: bought ≠ assigned ≠ active.
 * Connectors use the listed words where they fit; other kebab-case words are allowed.
 */
export type Metric =
  | 'purchased'
  | 'assigned'
  | 'enabled'
  | 'active'
  | 'billable'
  | 'protected'
  | 'devices'
  | 'users'
  | 'storage-gb'
  | (string & {});

/** What a vendor counts, as of one pull or push. Plain JSON; the order of the arrays carries no meaning. */
export interface VendorSnapshot {
  readonly specVersion: 1;
  readonly kind: 'vendor';
  /** The embedder's name for this vendor instance; mappings refer to it. */
  readonly source: string;
  /** The connector's slug: `pax8`, `csv`, `push`, … */
  readonly connector: string;
  /** When the pull began, the file was exported, or the received counts were read. */
  readonly takenAt: Instant;
  readonly accounts: readonly VendorAccount[];
  readonly skus: readonly VendorSku[];
  /**
   * `in-use`: `skus` are those somebody holds, so a rule's SKU that is not there is one nobody holds. Default
   * `whole`: all there are, so such a SKU is a mistake in the mapping and gives no number.
   */
  readonly catalogue?: 'whole' | 'in-use';
  readonly counts: readonly VendorCount[];
  /** What was read, and whether that is all. */
  readonly receipt: Receipt;
}

/** A tenant, organization, site or company as the vendor knows it. */
export interface VendorAccount {
  readonly id: string;
  readonly name: string;
  /** False: an account without rows proves no zero. */
  readonly active: boolean;
  /** The account above it, where the vendor has a tree. */
  readonly parentId?: string;
  /** Ids of this company elsewhere, by system (`psa`, `microsoft-365`, …). */
  readonly externalIds?: Readonly<Record<string, string>>;
  /** Mail or web domains of the company, for suggesting links. */
  readonly domains?: readonly string[];
}

/** Commitment and billing term of a SKU variant, in the vendor's words: `1-Year`, `Monthly`. */
export interface Term {
  /** How long the customer is bound. */
  readonly commitment: string;
  /** How often the vendor invoices. */
  readonly billing: string;
}

/** Something a vendor counts. Variants by term are SKUs of their own, grouped by `family`. */
export interface VendorSku {
  readonly id: string;
  readonly name: string;
  /** What all variants of one product share. Absent: there are no variants. */
  readonly family?: string;
  /** `null`: the no-term variant. Absent: the vendor has no terms. */
  readonly term?: Term | null;
  /** The metrics this SKU can report. */
  readonly metrics: readonly Metric[];
  /** The metric compared when a rule names none. */
  readonly defaultMetric: Metric;
  /**
   * What it means when a complete snapshot has no count of this SKU for a known account:
   * `zero` (a device class: none listed means none) or `no-count` (a subscription: ended, or not theirs).
   */
  readonly whenAbsent: 'zero' | 'no-count';
}

/** One number of one account, SKU and metric. Several rows of one key need distinct `ref`s and are summed. */
export interface VendorCount {
  readonly accountId: string;
  readonly skuId: string;
  /** Which number it is; one of the SKU's `metrics`. */
  readonly metric: Metric;
  /** The number itself, not a difference; 0 is a number too. */
  readonly units: Units;
  /** The vendor's own id of what was counted (a subscription), for tracing. */
  readonly ref?: string;
  /** When this number was true, where it differs from the snapshot's `takenAt`. */
  readonly asOf?: Instant;
  /** `ended`: the term is over; the row is evidence, not a count. Default `active`. */
  readonly status?: 'active' | 'ended';
  /** Last day of the subscription's term, for people; `status` says whether the row counts. */
  readonly termEnd?: PlainDate;
  /** Units cannot be reduced before this day. */
  readonly committedUntil?: PlainDate;
}
