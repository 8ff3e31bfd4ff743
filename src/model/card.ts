import type { Instant, PlainDate } from './dates.ts';
import type { Problem } from './errors.ts';
import type { Money } from './money.ts';
import type { Units } from './units.ts';
import type { Metric } from './vendor.ts';

/** What {@link Card} a customer's service gets. Not to be confused with conditions (on it) and actions (of a person). */
export type CardKind = 'reconcile' | 'new-revenue' | 'no-change' | 'no-count';

/** Why a count that was expected did not come. */
export type NoCountReason =
  | 'service-unmapped'
  | 'account-unmapped'
  | 'term-ended'
  | 'not-reported'
  | 'source-incomplete';

/** Facts about a card that a person should see before acting. */
export type Condition =
  | 'multi-mapped'
  | 'within-tolerance'
  | 'no-term-sku'
  | 'stale-psa'
  | 'stale-vendor'
  | 'several-lines'
  | 'several-variants'
  | 'psa-computed'
  | 'included-twice'
  | 'not-billable'
  | 'committed'
  | 'future-line'
  | 'customer-inactive'
  | 'no-active-contract';

/** One count (or the proven or missing lack of one) that went into the vendor units. */
export interface Contribution {
  readonly vendor: string;
  /** `null` when no account of the customer is linked at this vendor. */
  readonly accountId: string | null;
  readonly skuId: string;
  readonly metric: Metric;
  /** `null` only when `basis` is `missing`. */
  readonly units: Units | null;
  /**
   * `reported`: a row of the vendor. `absent-zero`: a complete snapshot without a row, and absence means zero.
   * `missing`: nothing to count, see `reason`.
   */
  readonly basis: 'reported' | 'absent-zero' | 'missing';
  readonly reason?: NoCountReason;
  /** The vendor's id of what was counted. */
  readonly ref?: string;
  readonly asOf?: Instant;
  readonly termEnd?: PlainDate;
  readonly committedUntil?: PlainDate;
}

/** The quantity rules, in the order they are applied. */
export type StepRule =
  | 'sum'
  | 'ratio'
  | 'adjust'
  | 'included'
  | 'minimum'
  | 'maximum'
  | 'committed'
  | 'round';

/** One quantity rule that changed the value (the `sum` is always kept). */
export interface Step {
  readonly rule: StepRule;
  /** Before the rule; six decimals, so after a ratio it may be shortened (the exact value is carried inside). */
  readonly from: number;
  readonly to: number;
  /** The rule's own number: the minimum, the free units, `1/5`. */
  readonly by?: string;
}

/** A PSA line on a card. */
export interface CardLine {
  readonly lineId: string;
  readonly contractId: string;
  readonly serviceId: string;
  readonly units: Units;
  readonly unitPrice?: string;
}

/** The PSA side of a card. */
export interface PsaSide {
  /** Sum over the lines. */
  readonly units: Units;
  /** In (contract start, contract id, line id) order. */
  readonly lines: readonly CardLine[];
}

/** A number was received, zero included, or proven to be zero. */
export interface Counted {
  readonly state: 'counted';
  /** After all quantity rules; what is compared and proposed. */
  readonly units: Units;
  /** Before the rules: the plain sum of the contributions. */
  readonly counted: Units;
  readonly contributions: readonly Contribution[];
  readonly trace: readonly Step[];
  /** The `purchased` rows still under commitment, when they raised the number (the `committed` step). */
  readonly commitments?: readonly Contribution[];
}

/** A number was expected and did not come. The parts that did come are listed; they are no total. */
export interface NoCount {
  readonly state: 'no-count';
  readonly reason: NoCountReason;
  readonly contributions: readonly Contribution[];
}

/** The rule names vendors, and no snapshot of any of them was given. */
export interface NotConnected {
  readonly state: 'not-connected';
  readonly vendors: readonly string[];
}

export type VendorSide = Counted | NoCount | NotConnected;

/** Why a proposal is blocked; a person must spell the lines out. */
export type BlockReason =
  | 'several-lines'
  | 'several-variants'
  | 'psa-computed'
  | 'included-twice'
  | 'no-active-contract'
  | 'future-line'
  | 'customer-inactive'
  | 'ended-line'
  | 'billed-elsewhere'
  | 'orphan-line'
  | 'no-active-service'
  | 'several-currencies';

/** What the card would write. Never a guess: when the split is not decided, `blocked` says why. */
export type Proposal =
  | { readonly status: 'none' }
  | {
      readonly status: 'ready';
      readonly units: Units;
      /** Only lines that change. They and the unchanged ones sum to `units` (each service, when replicated). */
      readonly lines: readonly ProposedLine[];
    }
  | {
      readonly status: 'add-line';
      readonly units: Units;
      /** The services a line could be added for, and the customer's active contracts it could go on. */
      readonly services: readonly NamedRef[];
      readonly contracts: readonly NamedRef[];
    }
  | { readonly status: 'blocked'; readonly reasons: readonly BlockReason[] };

export interface ProposedLine {
  readonly lineId: string;
  readonly from: Units;
  readonly to: Units;
}

/** An id with the name a person knows it by. */
export interface NamedRef {
  readonly id: string;
  readonly name: string;
}

/** What every card carries. */
export interface CardBase {
  /** Stable over runs: made from customer, rule or service, and contract ids. */
  readonly id: string;
  readonly customer: NamedRef;
  /** The PSA services the card is about, by id. */
  readonly services: readonly NamedRef[];
  /** `null`: no rule covers the service. */
  readonly ruleId: string | null;
  /** Set when an account link binds the counts to one contract. */
  readonly contractId?: string;
  /** Every metric received for the card's SKUs, summed per vendor and metric, side by side. */
  readonly observed: readonly { readonly vendor: string; readonly metric: Metric; readonly units: Units }[];
  /** In the one order. */
  readonly conditions: readonly Condition[];
  readonly proposal: Proposal;
  /** Lines of this service that are out of scope, named so that nobody bills twice. */
  readonly outOfScopeLines?: readonly { readonly lineId: string; readonly reason: ScopeReason }[];
}

/** Counted, and different. */
export interface ReconcileCard extends CardBase {
  readonly kind: 'reconcile';
  readonly psa: PsaSide;
  readonly vendor: Counted;
  /** Vendor units − PSA units; positive means under-billed. */
  readonly variance: number;
  /** The proposal's change × unit price per billing cycle of each line; `null` without proposal or price. */
  readonly impact: Money | null;
}

/** Counted above zero, and nothing in scope bills it. */
export interface NewRevenueCard extends CardBase {
  readonly kind: 'new-revenue';
  readonly psa: null;
  readonly vendor: Counted;
  readonly variance: number;
  readonly impact: Money | null;
}

/** Counted, and equal or within tolerance. */
export interface NoChangeCard extends CardBase {
  readonly kind: 'no-change';
  readonly psa: PsaSide;
  readonly vendor: Counted;
  /** Not zero only within tolerance. */
  readonly variance: number;
  readonly impact: Money | null;
}

/** Billed, and no number to compare with. */
export interface NoCountCard extends CardBase {
  readonly kind: 'no-count';
  readonly psa: PsaSide;
  readonly vendor: NoCount | NotConnected;
  readonly variance: null;
  readonly impact: null;
}

/** One customer × one rule (× service when replicated, × contract when bound). Discriminated on `kind`. */
export type Card = ReconcileCard | NewRevenueCard | NoChangeCard | NoCountCard;

/** The first rule a PSA line failed, in this order. */
export type ScopeReason =
  | 'orphan'
  | 'customer-inactive'
  | 'not-a-customer'
  | 'contract-inactive'
  | 'contract-cancelled'
  | 'not-recurring'
  | 'contract-future'
  | 'contract-ended'
  | 'line-future'
  | 'line-ended'
  | 'line-inactive'
  | 'service-excluded'
  | 'customer-excluded'
  /** The row itself is unusable (a quantity that is none, an id that exists twice): see `problems`. */
  | 'bad-row'
  /** Rows that belong beside it are unusable or were not read, so no card can be made. */
  | 'psa-incomplete';

/** A PSA line that is on no card, and why. */
export interface OutOfScopeLine {
  readonly lineId: string;
  readonly contractId: string;
  readonly customerId: string;
  readonly serviceId: string;
  /** `null`: the row held no usable quantity. */
  readonly units: Units | null;
  readonly reason: ScopeReason;
  /** The id, status or date that failed. */
  readonly detail?: string;
}

/** Usage of a vendor account that has no link. */
export interface UnmappedAccount {
  readonly vendor: string;
  readonly accountId: string;
  readonly name: string;
  readonly active: boolean;
  /** Per SKU and metric, summed. */
  readonly counts: readonly { readonly skuId: string; readonly metric: Metric; readonly units: Units }[];
}

/** Usage of a SKU that is in no rule, over all accounts. */
export interface UnmappedSku {
  readonly vendor: string;
  readonly skuId: string;
  readonly name: string;
  /** Set when a sibling variant of the same family is mapped. */
  readonly family?: string;
  readonly counts: readonly { readonly metric: Metric; readonly units: Units; readonly accounts: number }[];
  /** Per mapped customer, in the SKU's default metric. */
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
  readonly customerId: string | null;
  readonly ruleId: string | null;
  readonly contractId?: string;
  /** After the rule's quantity rules where a rule applies; `null` when there is no total. */
  readonly units: Units | null;
  readonly contributions: readonly Contribution[];
}

/** One snapshot that went in. */
export interface SourceStatus {
  readonly source: string;
  readonly kind: 'psa' | 'vendor';
  readonly connector: string;
  readonly takenAt: Instant;
  /** Age at `asOf`, in hours; negative when taken later. */
  readonly ageHours: number;
  readonly stale: boolean;
  readonly complete: boolean;
  readonly problems: number;
}

/** Totals over the cards. Units are sums over unlike services: good for a trend, not for an invoice. */
export interface Summary {
  readonly cards: Readonly<Record<CardKind, number>>;
  readonly proposals: Readonly<Record<Proposal['status'], number>>;
  /** Sum of positive variances of reconcile and new-revenue cards. */
  readonly underBilledUnits: number;
  /** Sum of negative variances, as a positive number. */
  readonly overBilledUnits: number;
  /** Sum of positive and of negative impacts, per currency, by currency code. */
  readonly impact: readonly {
    readonly currency: string;
    readonly underBilled: string;
    readonly overBilled: string;
  }[];
  readonly linesInScope: number;
  readonly linesOutOfScope: number;
}

/** What `reconcile` returns. Plain JSON, byte-identical for the same input in any order. */
export interface Reconciliation {
  readonly specVersion: 1;
  readonly kind: 'reconciliation';
  readonly asOf: Instant;
  /** The date lines had to be in force on. */
  readonly on: PlainDate;
  /** The billing period of `on`: `2026-12`. */
  readonly period: string;
  /** {@link PsaSnapshot.source}. */
  readonly psa: string;
  readonly precision: 'integer' | 'decimal';
  readonly dating: 'dated' | 'immediate';
  /** By customer id, rule or service id, service, contract id. */
  readonly cards: readonly Card[];
  readonly summary: Summary;
  readonly unmapped: { readonly accounts: readonly UnmappedAccount[]; readonly skus: readonly UnmappedSku[] };
  readonly suppressed: readonly Suppressed[];
  readonly outOfScope: readonly OutOfScopeLine[];
  readonly sources: readonly SourceStatus[];
  /** Set on the result of one part of a `partition`: which of how many. Only all of them together are the whole. */
  readonly part?: { readonly index: number; readonly of: number };
  readonly problems: readonly Problem[];
}

/** Bounds an embedder may set. Plain data. */
export interface Policy {
  /** Older than this many hours at `asOf`: condition `stale-psa`. Default 24. */
  readonly stalePsaAfterHours?: number;
  /** Default 24. */
  readonly staleVendorAfterHours?: number;
}
