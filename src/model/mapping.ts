import type { Instant } from './dates.ts';
import type { Units } from './units.ts';
import type { Metric } from './vendor.ts';

/** How vendor accounts and SKUs become PSA customers and services. Binds by id; renames break nothing. */
export interface Mapping {
  readonly specVersion: 1;
  /** At most one link per vendor account. */
  readonly accounts: readonly AccountLink[];
  /** Each SKU and each PSA service is in at most one rule. */
  readonly services: readonly ServiceRule[];
  /** Never looked at again. */
  readonly excluded?: {
    readonly customers?: readonly string[];
    readonly services?: readonly string[];
    readonly skus?: readonly SkuRef[];
  };
  readonly newRevenueOff?: { readonly customers?: readonly string[] };
}

/** A SKU of one vendor. */
export interface SkuRef {
  /** {@link VendorSnapshot.source}. */
  readonly vendor: string;
  readonly skuId: string;
}

/** One vendor account → one customer. */
export interface AccountLink {
  /** {@link VendorSnapshot.source}. */
  readonly vendor: string;
  readonly accountId: string;
  /** `null` excludes the account for good. */
  readonly customerId: string | null;
  /** Binds the account's counts to one contract of the customer. */
  readonly contractId?: string;
  /** Who linked it: a user, `auto`. */
  readonly linkedBy?: string;
  readonly linkedAt?: Instant;
  /** The account's name when it was linked, to notice renames. */
  readonly linkedName?: string;
}

/** When one customer holds several of a rule's services. */
export type Spread = 'exclusive' | 'pool' | 'replicate';

/** How a new total is split over several lines. */
export type Allocate = 'single' | 'in-order' | 'proportional';

/** Which SKUs are compared with which PSA services, and how. */
export interface ServiceRule {
  readonly id: string;
  /** Several SKUs are summed (multi-mapped). */
  readonly skus: readonly SkuRef[];
  readonly serviceIds: readonly string[];
  /** Default: each SKU's `defaultMetric`. */
  readonly metric?: Metric;
  /** Default `exclusive`. */
  readonly spread?: Spread;
  /** Default `single`. */
  readonly allocate?: Allocate;
  /** Default true for one SKU, always off for several. */
  readonly detectNewRevenue?: boolean;
  /** Default true. */
  readonly respectCommitment?: boolean;
  /** Differences up to this many units count as equal. */
  readonly tolerance?: Units;
  /** Counted units × numerator ÷ denominator; whole numbers > 0. */
  readonly ratio?: { readonly numerator: number; readonly denominator: number };
  /** Signed correction in units, at most six decimals. */
  readonly adjust?: number;
  /** Free units, subtracted; never below zero. */
  readonly included?: Units;
  readonly minimum?: Units;
  readonly maximum?: Units;
  /** To the PSA's precision. Default `up`. */
  readonly rounding?: 'up' | 'down' | 'nearest';
}
