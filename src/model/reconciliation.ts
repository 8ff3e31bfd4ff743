import type { Card, CardKind, Contribution, Proposal, ScopeReason } from './card.ts';
import type { Instant, PlainDate } from './dates.ts';
import type { Problem } from './errors.ts';
import type { Units } from './units.ts';
import type { Metric } from './vendor.ts';

/** A PSA line that is on no card, and why. */
export interface OutOfScopeLine {
  readonly lineId: string;
  readonly contractId: string;
  readonly customerId: string;
  readonly serviceId: string;
  /** `null`: the row held no usable quantity. */
  readonly units: Units | null;
  /** The first rule of the scope the line fails. */
  readonly reason: ScopeReason;
  /** The id, status or date that failed. */
  readonly detail?: string;
}

/** Usage of a vendor account that has no link. */
export interface UnmappedAccount {
  /** The `source` of the vendor snapshot. */
  readonly vendor: string;
  readonly accountId: string;
  /** The account's name; its id when the snapshot does not list the account. */
  readonly name: string;
  /** As the vendor says; false when the snapshot does not list the account. */
  readonly active: boolean;
  /** Per SKU and metric, summed. */
  readonly counts: readonly { readonly skuId: string; readonly metric: Metric; readonly units: Units }[];
}

/**
 * Usage of a SKU that is in no rule: over all accounts, linked or not, but not of excluded accounts (those are in
 * `suppressed`).
 */
export interface UnmappedSku {
  /** The `source` of the vendor snapshot. */
  readonly vendor: string;
  readonly skuId: string;
  /** The SKU's name; its id when the snapshot does not list the SKU. */
  readonly name: string;
  /** Set when a sibling variant of the same family is mapped. */
  readonly family?: string;
  /** Per metric, summed, with the number of accounts that have a count; by metric. */
  readonly counts: readonly { readonly metric: Metric; readonly units: Units; readonly accounts: number }[];
  /** Per mapped customer, in the SKU's default metric; by customer id. */
  readonly customers: readonly { readonly customerId: string; readonly units: Units }[];
}

/** Why usage that nothing bills made no new-revenue card. */
export type SuppressReason =
  | 'multi-mapped'
  | 'rule-off'
  | 'customer-off'
  | 'customer-excluded'
  | 'service-excluded'
  | 'sku-excluded'
  | 'account-excluded'
  | 'customer-unknown'
  | 'contract-unknown'
  | 'psa-incomplete'
  | 'no-count'
  | 'zero';

/** Counts that are on no card on purpose. */
export interface Suppressed {
  readonly reason: SuppressReason;
  /** `null`: an account that is excluded. */
  readonly customerId: string | null;
  /** The rule whose counts these are; `null` when none uses them. */
  readonly ruleId: string | null;
  /** The contract the account link binds the counts to. */
  readonly contractId?: string;
  /** After the rule's quantity rules where a rule applies; `null` when there is no total. */
  readonly units: Units | null;
  /** The counts, as they came. */
  readonly contributions: readonly Contribution[];
}

/** One snapshot that went in. */
export interface SourceStatus {
  /** The embedder's name of the PSA or vendor. */
  readonly source: string;
  readonly kind: 'psa' | 'vendor';
  /** The connector's slug. */
  readonly connector: string;
  /** When the snapshot was taken. */
  readonly takenAt: Instant;
  /** Age at `asOf`, in hours, to two decimals; negative when taken later. */
  readonly ageHours: number;
  /** Older than the policy allows, or without a valid `takenAt`. */
  readonly stale: boolean;
  /** Read whole: no resource cut off, and no account or contract named as incomplete. */
  readonly complete: boolean;
  /**
   * How many accounts (of a PSA: contracts) the receipt names as not read. Their customers have no count or no cards;
   * everybody else's data is whole. Absent: none is named, and when not complete nobody's data is sure.
   */
  readonly gaps?: number;
  /** How many problems the receipt lists. */
  readonly problems: number;
}

/**
 * Totals over the cards. Units are sums over unlike services, and money is a sum per currency whatever the billing
 * cycle (monthly and annual amounts are added as they are): good for a trend, not for an invoice.
 */
export interface Summary {
  /** Cards per kind. */
  readonly cards: Readonly<Record<CardKind, number>>;
  /** Cards per status of their proposal. */
  readonly proposals: Readonly<Record<Proposal['status'], number>>;
  /** Sum of positive variances of reconcile and new-revenue cards. */
  readonly underBilledUnits: number;
  /** Sum of negative variances, as a positive number. */
  readonly overBilledUnits: number;
  /**
   * Sum of positive and of negative impacts, both as positive decimal strings, per currency, by currency code.
   * Cards without an impact (new revenue, blocked, no price) add nothing.
   */
  readonly impact: readonly {
    readonly currency: string;
    readonly underBilled: string;
    readonly overBilled: string;
  }[];
  /** Lines on cards. */
  readonly linesInScope: number;
  /** Lines on no card; `outOfScope` lists them. */
  readonly linesOutOfScope: number;
}

/** What `reconcile` returns. Plain JSON, byte-identical for the same input in any order. */
export interface Reconciliation {
  readonly specVersion: 1;
  readonly kind: 'reconciliation';
  /** The caller's "now", from the input. */
  readonly asOf: Instant;
  /** The date lines had to be in force on. */
  readonly on: PlainDate;
  /** The billing period of `on`: `2026-12`. */
  readonly period: string;
  /** {@link PsaSnapshot.source}. */
  readonly psa: string;
  /** {@link PsaSnapshot.precision}. */
  readonly precision: 'integer' | 'decimal';
  /** {@link PsaSnapshot.dating}. */
  readonly dating: 'dated' | 'immediate';
  /**
   * By customer id, then rule or service id, then contract id (the card without one first), then service id (rules
   * that `replicate`). All sorted by code unit.
   */
  readonly cards: readonly Card[];
  /** Totals over the cards. */
  readonly summary: Summary;
  /**
   * Usage the mapping does not cover: accounts without a link, by vendor and account id; SKUs in no rule, by vendor
   * and SKU id.
   */
  readonly unmapped: { readonly accounts: readonly UnmappedAccount[]; readonly skus: readonly UnmappedSku[] };
  /** Counts that are on no card on purpose: first those of excluded accounts, then by customer id. */
  readonly suppressed: readonly Suppressed[];
  /** PSA lines on no card: by customer id, then line id. */
  readonly outOfScope: readonly OutOfScopeLine[];
  /** The snapshots that went in: the PSA, then the vendors by source. */
  readonly sources: readonly SourceStatus[];
  /** Set on the result of one part of a `partition`: which of how many. Only all of them together are the whole. */
  readonly part?: { readonly index: number; readonly of: number };
  /** Rows and mapping entries that could not be used, and what to do about them. */
  readonly problems: readonly Problem[];
}

/** Bounds an embedder may set. Plain data. */
export interface Policy {
  /** Older than this many hours at `asOf`: condition `stale-psa`. Default 24. */
  readonly stalePsaAfterHours?: number;
  /** Older than this many hours at `asOf`: condition `stale-vendor`. Default 24. */
  readonly staleVendorAfterHours?: number;
}
