import type { CardKind, NoCountReason } from '../../model/card.ts';
import type { Instant, PlainDate } from '../../model/dates.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { Contract, ContractLine, Customer, Service } from '../../model/psa.ts';
import type { Units } from '../../model/units.ts';
import type { VendorAccount, VendorCount, VendorSku } from '../../model/vendor.ts';

/** The PSA's rows, as a snapshot would hold them. */
export interface PsaRowSet {
  readonly customers: readonly Customer[];
  readonly services: readonly Service[];
  readonly contracts: readonly Contract[];
  readonly lines: readonly ContractLine[];
}

/** A vendor's rows, as a snapshot would hold them. */
export interface VendorRowSet {
  readonly accounts: readonly VendorAccount[];
  readonly skus: readonly VendorSku[];
  readonly counts: readonly VendorCount[];
}

/** One vendor of a world. Its `source` in snapshots and in the mapping is the slug. */
export interface WorldVendor extends VendorRowSet {
  readonly slug: string;
}

/** What was put wrong. Named as the cause that `diagnose` should find, where there is one. */
export type Discrepancy =
  | 'seats-added'
  | 'seats-removed'
  | 'not-billed'
  | 'term-ended'
  | 'gone-to-zero'
  | 'account-unmapped'
  | 'sku-unmapped'
  | 'no-term-sku'
  | 'extra-contributor'
  | 'line-future'
  | 'line-ended'
  | 'cycle-none'
  | 'off-by-one'
  | 'constant-offset'
  | 'sku-renamed'
  | 'mapping-changed'
  | 'counting-changed'
  | 'zero-in-use'
  | 'wrong-sku'
  | 'same-as-last-period'
  | 'vendor-filter';

/** One discrepancy of a world, and what a reconciliation must make of it. */
export interface Truth {
  readonly discrepancy: Discrepancy;
  /** The cause `diagnose` should name; `null`: a plain difference without a mistake behind it. */
  readonly cause: string | null;
  readonly customerId: string;
  /** Slug of the vendor. */
  readonly vendor: string;
  readonly ruleId: string;
  /** The card to expect. */
  readonly expected: {
    readonly kind: CardKind;
    /** Vendor units − PSA units; `null` without a count. */
    readonly variance: number | null;
    /** Set for `no-count`. */
    readonly reason?: NoCountReason;
  };
  /** Units the vendor counts, before any quantity rule; `null` without a count. */
  readonly vendorUnits: Units | null;
  /** Units the PSA bills. */
  readonly psaUnits: Units;
  /** What proves it: the account, SKU, line or contract that was touched. */
  readonly ids: Readonly<Record<string, string>>;
}

/** A world as it was at an earlier date; what trends are read from. */
export interface WorldPeriod {
  /** When the world was so. */
  readonly asOf: Instant;
  readonly psa: PsaRowSet;
  readonly vendors: readonly WorldVendor[];
  readonly mapping: Mapping;
  /** What was decided against the vendor's count. */
  readonly kept: readonly KeptDifference[];
}

/** A difference a person decided to keep. */
export interface KeptDifference {
  readonly customerId: string;
  readonly ruleId: string;
  /** The billable units decided on. */
  readonly units: Units;
}

/** A whole MSP: what its PSA bills, what its vendors count, how they map, and where they disagree. A plain value. */
export interface World {
  /** As given to {@link createWorld}, as text. */
  readonly seed: string;
  /** When the world is looked at: always the same instant. */
  readonly asOf: Instant;
  /** The day of `asOf`. */
  readonly on: PlainDate;
  /** ISO 4217 of all prices. */
  readonly currency: string;
  readonly psa: PsaRowSet;
  readonly vendors: readonly WorldVendor[];
  readonly mapping: Mapping;
  /** Every discrepancy put in. Every other card is `no-change`. */
  readonly truth: readonly Truth[];
  /** Oldest first. Empty unless a discrepancy needs the past. */
  readonly history: readonly WorldPeriod[];
}

/** How big a world is, and what goes wrong in it. */
export interface WorldSize {
  /** How many companies the PSA has. */
  readonly customers: number;
  /** Slugs, of those that have a mock, or the profile of a vendor of your own. Default: `pax8`. */
  readonly vendors?: readonly (string | VendorProfile)[];
  /** What to put wrong, and how often (default once). Default: a mix over about a quarter of the customers. */
  readonly discrepancies?: readonly (
    | Discrepancy
    | { readonly discrepancy: Discrepancy; readonly times: number }
  )[];
}

/** A product of a vendor as a world sells it. */
export interface ProfileProduct {
  /** The PSA service that bills it. */
  readonly service: {
    readonly name: string;
    readonly code: string;
    readonly price: string;
    readonly cost: string;
  };
  /** The variants; the first is what most customers hold. All `mapped` ones are in the service's rule. */
  readonly skus: readonly (VendorSku & { readonly mapped: boolean })[];
  /** Part of the customers that use it, 0 to 1. */
  readonly share: number;
  /** How many units a customer holds; both bounds included. `decimals`: default 0. */
  readonly units: { readonly min: number; readonly max: number; readonly decimals?: number };
  /** Counts are subscriptions: they have a `ref`, may be committed, and may end. */
  readonly subscription?: boolean;
}

/** How one vendor looks in a world: what a mock of it can carry. */
export interface VendorProfile {
  readonly slug: string;
  /** The shape of its account ids. */
  readonly accountIds: 'integer' | 'uuid';
  /** Whether one company may have several accounts. Default true. */
  readonly sites?: boolean;
  /** Whether an account may carry the PSA's id of the company. Default false. */
  readonly externalIds?: boolean;
  readonly products: readonly ProfileProduct[];
}
