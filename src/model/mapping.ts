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
  /** Never looked at again: customer ids, PSA service ids, and SKUs. */
  readonly excluded?: {
    readonly customers?: readonly string[];
    readonly services?: readonly string[];
    readonly skus?: readonly SkuRef[];
  };
  /**
   * Customers for whom no new revenue is looked for, by id. What they use and is not billed is in `suppressed` with
   * the reason `customer-off`. Default: none.
   */
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
  /** When it was linked. */
  readonly linkedAt?: Instant;
  /** The account's name when it was linked, to notice renames. */
  readonly linkedName?: string;
}

/**
 * When one customer holds several of a rule's services. `exclusive`: their units are summed, and a person says
 * which line changes (`several-variants`). `pool`: together they bill the one count. `replicate`: each bills the
 * whole count, on a card of its own.
 */
export type Spread = 'exclusive' | 'pool' | 'replicate';

/**
 * How a new total is split over several lines. `single`: not at all, a person splits it. `in-order`: each line
 * keeps what it bills; more goes on the last line, less is taken off the last ones first. `proportional`: by what
 * each bills now.
 */
export type Allocate = 'single' | 'in-order' | 'proportional';

/** Which SKUs are compared with which PSA services, and how. */
export interface ServiceRule {
  /** Unique in the mapping; part of card ids, so keep it. */
  readonly id: string;
  /** Several SKUs are summed (multi-mapped). */
  readonly skus: readonly SkuRef[];
  /** PSA services that bill these SKUs; at least one. Several: see `spread`. */
  readonly serviceIds: readonly string[];
  /** Default: each SKU's `defaultMetric`. */
  readonly metric?: Metric;
  /** Default `exclusive`. */
  readonly spread?: Spread;
  /** Default `single`. */
  readonly allocate?: Allocate;
  /** Default true for one SKU, always off for several. */
  readonly detectNewRevenue?: boolean;
  /** True: the number is never below the `purchased` units still under commitment. Default true. */
  readonly respectCommitment?: boolean;
  /** Differences up to this many units count as equal. Default 0. */
  readonly tolerance?: Units;
  /** Counted units × numerator ÷ denominator; whole numbers > 0. */
  readonly ratio?: { readonly numerator: number; readonly denominator: number };
  /** Signed correction in units, at most six decimals. */
  readonly adjust?: number;
  /** Free units, subtracted; never below zero. */
  readonly included?: Units;
  /** Bill at least so many units; applied after `ratio`, `adjust` and `included`. Default: no minimum. */
  readonly minimum?: Units;
  /**
   * Bill at most so many units; applied after `minimum`, and only units under commitment may go above it. Default:
   * no maximum.
   */
  readonly maximum?: Units;
  /** To the PSA's precision. Default `up`. */
  readonly rounding?: 'up' | 'down' | 'nearest';
}
