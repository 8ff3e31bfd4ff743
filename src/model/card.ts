import type { Instant, PlainDate } from './dates.ts';
import type { Money } from './money.ts';
import type { Units } from './units.ts';
import type { Metric } from './vendor.ts';

/**
 * What the comparison found. Not to be confused with conditions (facts on a {@link Card}) and actions (of a
 * person).
 */
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
  /** The `source` of the vendor snapshot. */
  readonly vendor: string;
  /** `null` when no account of the customer is linked at this vendor. */
  readonly accountId: string | null;
  /** The vendor's id of what is counted. */
  readonly skuId: string;
  /** Which number of the vendor it is; `unknown` when neither rule nor SKU names one. */
  readonly metric: Metric;
  /** `null` only when `basis` is `missing`. */
  readonly units: Units | null;
  /**
   * `reported`: a row of the vendor. `absent-zero`: a complete snapshot without a row, and absence means zero.
   * `missing`: nothing to count, see `reason`.
   */
  readonly basis: 'reported' | 'absent-zero' | 'missing';
  /** Why nothing was counted. Set when `basis` is `missing` and the reason is known. */
  readonly reason?: NoCountReason;
  /** The vendor's id of what was counted. */
  readonly ref?: string;
  /** When this number was true, where it differs from the snapshot's `takenAt`. */
  readonly asOf?: Instant;
  /** Last day of the subscription's term, as the vendor gives it. */
  readonly termEnd?: PlainDate;
  /** Units cannot be reduced before this day. */
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
  /** Which rule it was. */
  readonly rule: StepRule;
  /** Before the rule; six decimals, so after a ratio it may be shortened (the exact value is carried inside). */
  readonly from: number;
  /** After the rule; six decimals. */
  readonly to: number;
  /** The rule's own number: the minimum, the free units, `1/5`. */
  readonly by?: string;
}

/** A PSA line on a card. */
export interface CardLine {
  readonly lineId: string;
  readonly contractId: string;
  readonly serviceId: string;
  /** Quantity on the line now. */
  readonly units: Units;
  /** Per unit and billing cycle of the line; decimal string. Absent: the PSA gave none. */
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
  /** What was summed, by vendor, account, SKU and metric. */
  readonly contributions: readonly Contribution[];
  /** The quantity rules that changed the value, in the order they were applied; the first is the `sum`. */
  readonly trace: readonly Step[];
  /** The `purchased` rows still under commitment, when they raised the number (the `committed` step). */
  readonly commitments?: readonly Contribution[];
}

/** A number was expected and did not come. The parts that did come are listed; they are no total. */
export interface NoCount {
  readonly state: 'no-count';
  /** The worst reason, when several hold. */
  readonly reason: NoCountReason;
  /** The parts that came and the parts that did not, by vendor, account and SKU. */
  readonly contributions: readonly Contribution[];
}

/** The rule names vendors, and no snapshot of any of them was given. */
export interface NotConnected {
  readonly state: 'not-connected';
  /** The `source` names the rule asks for, sorted by code unit. */
  readonly vendors: readonly string[];
}

/** The vendor side of a card: a number, no number, or no vendor at all. Discriminated on `state`. */
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

/** One line the proposal changes. */
export interface ProposedLine {
  readonly lineId: string;
  /** Quantity on the line now. */
  readonly from: Units;
  /** Quantity proposed. */
  readonly to: Units;
}

/** An id with the name a person knows it by. */
export interface NamedRef {
  readonly id: string;
  readonly name: string;
}

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

/** What every card carries. */
export interface CardBase {
  /** Stable over runs: made from customer, rule or service, and contract ids. */
  readonly id: string;
  /** The PSA customer. */
  readonly customer: NamedRef;
  /** The PSA services the card is about, by id. */
  readonly services: readonly NamedRef[];
  /** `null`: no rule covers the service. */
  readonly ruleId: string | null;
  /** Set when an account link binds the counts to one contract. */
  readonly contractId?: string;
  /** Every metric received for the card's SKUs, summed per vendor and metric, side by side. */
  readonly observed: readonly { readonly vendor: string; readonly metric: Metric; readonly units: Units }[];
  /** Sorted by code unit. */
  readonly conditions: readonly Condition[];
  /** What would be written; `none` on cards without a difference or without a count. */
  readonly proposal: Proposal;
  /**
   * Lines of this service that are out of scope, named so that nobody bills twice. Absent: there are none. By line
   * id.
   */
  readonly outOfScopeLines?: readonly { readonly lineId: string; readonly reason: ScopeReason }[];
}

/** Counted, and different. */
export interface ReconcileCard extends CardBase {
  readonly kind: 'reconcile';
  /** What the lines in scope bill. */
  readonly psa: PsaSide;
  /** What the vendors count. */
  readonly vendor: Counted;
  /** Vendor units − PSA units; positive means under-billed. */
  readonly variance: number;
  /**
   * The proposal's change of the invoiced units × unit price, per billing cycle of each line; lines that are never
   * invoiced add 0. `null` without a ready proposal, or when a line that changes has no usable price.
   */
  readonly impact: Money | null;
}

/** Counted above zero, and nothing in scope bills it. */
export interface NewRevenueCard extends CardBase {
  readonly kind: 'new-revenue';
  /** `null`: no line in scope bills it. */
  readonly psa: null;
  /** What the vendors count. */
  readonly vendor: Counted;
  /** The whole count, as nothing is billed; positive. */
  readonly variance: number;
  /** Always `null`: a line that does not exist has no price. */
  readonly impact: Money | null;
}

/** Counted, and equal or within tolerance. */
export interface NoChangeCard extends CardBase {
  readonly kind: 'no-change';
  /** What the lines in scope bill. */
  readonly psa: PsaSide;
  /** What the vendors count. */
  readonly vendor: Counted;
  /** Vendor units − PSA units. Not zero only within the rule's tolerance. */
  readonly variance: number;
  /** Always `null`: nothing is proposed. */
  readonly impact: Money | null;
}

/** Billed, and no number to compare with. */
export interface NoCountCard extends CardBase {
  readonly kind: 'no-count';
  /** What the lines in scope bill. */
  readonly psa: PsaSide;
  /** Why there is no number. */
  readonly vendor: NoCount | NotConnected;
  /** `null`: an unknown count differs by no number. */
  readonly variance: null;
  /** `null`: nothing is proposed. */
  readonly impact: null;
}

/** One customer × one rule (× service when replicated, × contract when bound). Discriminated on `kind`. */
export type Card = ReconcileCard | NewRevenueCard | NoChangeCard | NoCountCard;
