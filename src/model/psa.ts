import type { Instant, PlainDate } from './dates.ts';
import type { Receipt } from './snapshot.ts';
import type { Units } from './units.ts';

/** What a PSA bills, as of one pull. Plain JSON; the order of the arrays carries no meaning. */
export interface PsaSnapshot {
  readonly specVersion: 1;
  readonly kind: 'psa';
  /** The embedder's name for this PSA instance; part of every plan. */
  readonly source: string;
  /** The connector's slug: `connectwise`, `csv`, … */
  readonly connector: string;
  /** When the pull began, or the file was exported. */
  readonly takenAt: Instant;
  /** ISO 4217; of every price whose contract names no other. */
  readonly currency: string;
  /** `integer`: quantities of this PSA are whole numbers. */
  readonly precision: 'integer' | 'decimal';
  /** `dated`: a quantity change can be given a date. `immediate`: a write takes effect at once. */
  readonly dating: 'dated' | 'immediate';
  readonly customers: readonly Customer[];
  readonly services: readonly Service[];
  readonly contracts: readonly Contract[];
  readonly lines: readonly ContractLine[];
  /** What was read, and whether that is all. */
  readonly receipt: Receipt;
}

/** A company in the PSA. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  /** False: no longer a going concern in the PSA; its lines are out of scope. */
  readonly active: boolean;
  /** False when the PSA types its companies and this one is no customer (a lead, a vendor). Absent: no types. */
  readonly isCustomer?: boolean;
  /** Ids of this company elsewhere, by system (`pax8`, `microsoft-365`, …). */
  readonly externalIds?: Readonly<Record<string, string>>;
  /** Mail or web domains of the company, for suggesting links. */
  readonly domains?: readonly string[];
}

/** A billable service or product of the PSA's catalogue. */
export interface Service {
  readonly id: string;
  readonly name: string;
  /** The PSA's own product code or SKU, where it has one. */
  readonly code?: string;
  /** False: no new line is offered for it; lines there are stay in scope. */
  readonly active: boolean;
}

/** Where a contract stands. Only lines of `active` ones are in scope; `expired` counts as ended. */
export type ContractStatus = 'active' | 'inactive' | 'cancelled' | 'expired';

/**
 * How often a contract is invoiced; prices are per cycle. `none` and `one-time` are out of scope (`not-recurring`).
 * `multi-year`: more than one year. `other`: recurring, in a rhythm that is not listed.
 */
export type BillingCycle =
  | 'weekly'
  | 'monthly'
  | 'quarterly'
  | 'semi-annual'
  | 'annual'
  | 'multi-year'
  | 'one-time'
  | 'none'
  | 'other';

/** A recurring agreement of one customer. */
export interface Contract {
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly status: ContractStatus;
  readonly billingCycle: BillingCycle;
  /** First day; `null`: always was. */
  readonly startDate: PlainDate | null;
  /** Last day, included; `null`: open. */
  readonly endDate: PlainDate | null;
  /** ISO 4217, where it differs from the snapshot's. */
  readonly currency?: string;
  /** Where the PSA tells; asked for by the effective date `next-invoice-date`. */
  readonly nextInvoiceDate?: PlainDate;
}

/** What a PSA itself does with a line's quantity. Read first, so that nothing is applied twice. */
export interface NativeRules {
  /** Units included in the price: the PSA bills `units − included`. */
  readonly included?: Units;
  /** The PSA bills at least so many units, after `included`. */
  readonly minimum?: Units;
  /** The PSA bills at most so many units, after `included` and `minimum`. */
  readonly maximum?: Units;
  /** True: the PSA works the quantity out itself; it is never written. */
  readonly computed?: boolean;
}

/** One billed service on one contract: an addition, contract service, recurring line. */
export interface ContractLine {
  readonly id: string;
  readonly contractId: string;
  readonly customerId: string;
  readonly serviceId: string;
  /** Gross quantity on the line, before the PSA's own `included`. */
  readonly units: Units;
  /** Per unit and billing cycle; decimal string. */
  readonly unitPrice?: string;
  /** Per unit and billing cycle; decimal string. */
  readonly unitCost?: string;
  /** First day; `null`: from the contract's start. */
  readonly startDate: PlainDate | null;
  /** First day no longer billed; `null`: open. */
  readonly endDate: PlainDate | null;
  /** False: switched off; the line is out of scope. */
  readonly active: boolean;
  /** False: on the contract but never invoiced. */
  readonly billable: boolean;
  /** The last day already invoiced or posted, where the PSA tells. */
  readonly billedThrough?: PlainDate;
  /** Absent: the PSA bills `units` as they are. */
  readonly native?: NativeRules;
  /** The text on the line, for people. */
  readonly description?: string;
}
