import type { CardLine, Contribution, NamedRef, NoCountReason } from '../model/card.ts';
import type { Instant, PlainDate } from '../model/dates.ts';
import type { Problem } from '../model/errors.ts';
import type { Mapping, SkuRef } from '../model/mapping.ts';
import type { Customer } from '../model/psa.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import type { Units } from '../model/units.ts';
import type { Metric, VendorSnapshot } from '../model/vendor.ts';

/** A SKU in a comparison, and what one unit of it stands for. */
export interface ComparedSku extends SkuRef {
  /** Which number of the SKU; default its `defaultMetric`. */
  readonly metric?: Metric;
  /** How many one unit covers: 5 for a pack of five. A whole number > 0; default 1. */
  readonly covers?: number;
}

/** One side of one row: a number, or why there is none. */
export interface ComparedSide {
  /** `null` when unknown. Zero only when a complete snapshot proves it (or the caller says so, see `absentLicenses`). */
  readonly units: Units | null;
  /** Set when `units` is `null`. `not-connected`: no snapshot was given for this side. */
  readonly reason?: NoCountReason | 'not-connected';
  /** What went into it; also listed when there is no total. */
  readonly contributions: readonly Contribution[];
}

/** One snapshot that went in, and on which side. */
export interface ComparedSource {
  /** The embedder's name of the vendor. */
  readonly source: string;
  readonly connector: string;
  /**
   * Which side it was given for: `devices` and `licenses` by {@link compareLicenses}, `bought` and `used` by {@link
   * threeWay}.
   */
  readonly side: 'devices' | 'licenses' | 'bought' | 'used';
  readonly takenAt: Instant;
  /** Read whole, no account named as incomplete. */
  readonly complete: boolean;
}

/** Usage or licences of an account that has no link; on no row. */
export interface UncomparedAccount {
  readonly vendor: string;
  readonly accountId: string;
  readonly name: string;
  readonly side: ComparedSource['side'];
  /** Over the compared SKUs. */
  readonly units: Units;
}

/** A customer as far as a comparison needs it; `psa.customers` fits. */
export type ComparedCustomer = Pick<Customer, 'id' | 'name'> &
  Partial<Pick<Customer, 'active' | 'isCustomer'>>;

/** Positive variance: `under-licensed`; negative: `over-licensed`; a side missing: `no-data`, which is not zero. */
export type LicenseStatus = 'matched' | 'under-licensed' | 'over-licensed' | 'no-data';

/** Devices that need a licence, and the licences that cover them. */
export interface LicenseService {
  readonly id: string;
  /** Default: the id. */
  readonly name?: string;
  /** The SKUs that count what needs a licence. */
  readonly devices: readonly ComparedSku[];
  /** The SKUs that count the licences. */
  readonly licenses: readonly ComparedSku[];
}

/** What {@link compareLicenses} takes. */
export interface LicenseInput {
  /** Snapshots of what is there: an RMM's device counts. */
  readonly devices: readonly VendorSnapshot[];
  /** Snapshots of what is bought: a distributor's subscriptions. */
  readonly licenses: readonly VendorSnapshot[];
  /** Its account links say whose accounts they are; its exclusions hold. Its rules are not read. */
  readonly mapping: Pick<Mapping, 'accounts' | 'excluded'>;
  /** When the comparison is made; it stands in the result. */
  readonly asOf: Instant;
  /** Names of the clients, and clients without any link. Default: the linked ones, by account name. */
  readonly customers?: readonly ComparedCustomer[];
  /**
   * What is compared with what. Default: every device SKU that reports `devices` against every licence SKU that
   * reports `purchased`, as one total per client. Totals of unlike products can cancel each other out; naming
   * the services shows it (`offsetting`).
   */
  readonly services?: readonly LicenseService[];
  /**
   * A linked account of a complete distributor snapshot has no row of a SKU whose absence proves nothing:
   * `no-data` (default) or `zero`, when the distributor is known to list every subscription.
   */
  readonly absentLicenses?: 'no-data' | 'zero';
}

/** Devices and licences of one thing. */
export interface LicenseCount {
  readonly devices: ComparedSide;
  readonly licenses: ComparedSide;
  /** Devices − licences; positive means under-licensed. `null` when a side is missing. */
  readonly variance: number | null;
  readonly status: LicenseStatus;
}

/** One client. */
export interface LicenseRow extends LicenseCount {
  readonly customer: NamedRef;
  /** Per service, when services were given; by id. */
  readonly services: readonly (LicenseCount & NamedRef)[];
  /** The total hides differences: a service of it is under- and another over-licensed. */
  readonly offsetting: boolean;
}

/** What {@link compareLicenses} returns. Plain JSON, byte-identical for the same input in any order. */
export interface LicenseComparison {
  readonly specVersion: 1;
  readonly kind: 'license-comparison';
  readonly asOf: Instant;
  /** By customer id. */
  readonly clients: readonly LicenseRow[];
  /** Clients per status. */
  readonly summary: Readonly<Record<LicenseStatus, number>> & {
    /** Devices without a licence, over the under-licensed clients. */
    readonly underLicensedUnits: number;
    /** Licences without a device, over the over-licensed clients. */
    readonly overLicensedUnits: number;
  };
  /** Accounts of compared snapshots without a link; on no row. */
  readonly unlinked: readonly UncomparedAccount[];
  readonly sources: readonly ComparedSource[];
  /** What of the input could not be used. */
  readonly problems: readonly Problem[];
}

/** One client at one time. */
export interface TrendPoint {
  readonly asOf: Instant;
  /** `null`: not known. */
  readonly devices: Units | null;
  /** `null`: not known. */
  readonly licenses: Units | null;
  /** Devices − licences; `null` when a side is missing. */
  readonly variance: number | null;
  readonly status: LicenseStatus;
}

/** One client over time, oldest first. */
export interface LicenseTrend {
  readonly customer: NamedRef;
  readonly points: readonly TrendPoint[];
}

/** One product as the distributor, its vendor and the PSA know it. */
export interface ThreeWayService {
  readonly id: string;
  /** Default: the id. */
  readonly name?: string;
  /** What the distributor sells. The metric is usually `purchased`. */
  readonly bought: readonly ComparedSku[];
  /** What its vendor counts. The metric is usually `assigned` or `active`. May be a SKU of the same source. */
  readonly used: readonly ComparedSku[];
  /** The PSA services it is billed as. */
  readonly serviceIds: readonly string[];
}

/** What {@link threeWay} takes. */
export interface ThreeWayInput {
  /** Its cards hold the lines in scope: what is billed. Made from the same PSA pull. */
  readonly reconciliation: Pick<Reconciliation, 'asOf' | 'on' | 'cards' | 'outOfScope' | 'problems'>;
  /** Snapshots of what the distributor sells. */
  readonly bought: readonly VendorSnapshot[];
  /** Snapshots of what the vendors count. The same snapshot may be on both sides. */
  readonly used: readonly VendorSnapshot[];
  /** Its account links say whose accounts they are; its exclusions hold. Its rules are not read. */
  readonly mapping: Pick<Mapping, 'accounts' | 'excluded'>;
  /** The products to compare. */
  readonly services: readonly ThreeWayService[];
  /** Names of the clients. Default: from the cards, then the accounts. */
  readonly customers?: readonly ComparedCustomer[];
}

/** What the PSA bills, over the lines in scope. */
export interface BilledSide {
  /**
   * Zero when the PSA was read whole and has no line in scope; `null` when it was not, or when the mapping excludes one
   * of the services and the client has a line of it.
   */
  readonly units: Units | null;
  /** Set when `units` is `null`. */
  readonly reason?: 'psa-incomplete' | 'service-excluded';
  /** The lines that were summed. */
  readonly lines: readonly CardLine[];
}

/** Two of the three numbers. `no-data`: one of them is missing, which is not zero. */
export interface ThreeWayPair<Verdict extends string> {
  /** The first minus the second. */
  readonly difference: number | null;
  readonly verdict: 'matched' | Verdict | 'no-data';
}

/** One client × one service. */
export interface ThreeWayRow {
  readonly customer: NamedRef;
  readonly service: NamedRef;
  readonly bought: ComparedSide;
  readonly used: ComparedSide;
  readonly billed: BilledSide;
  /** `unused`: paid for and not used. `short`: used and not bought. */
  readonly boughtUsed: ThreeWayPair<'unused' | 'short'>;
  /** `under-billed`: used and not billed. `over-billed`: billed and not used. */
  readonly usedBilled: ThreeWayPair<'under-billed' | 'over-billed'>;
  /** `under-billed`: paid for and not billed. `over-billed`: billed and not paid for. */
  readonly boughtBilled: ThreeWayPair<'under-billed' | 'over-billed'>;
  /** `differs`: some pair does. `agrees`: all three are the same. Else `no-data`. */
  readonly status: 'agrees' | 'differs' | 'no-data';
}

/** What {@link threeWay} returns. Plain JSON, byte-identical for the same input in any order. */
export interface ThreeWay {
  readonly specVersion: 1;
  readonly kind: 'three-way';
  readonly asOf: Instant;
  /** The date lines had to be in force on. */
  readonly on: PlainDate;
  /** By customer id, then service id. Only clients for whom the service is bought, used, billed or not readable. */
  readonly rows: readonly ThreeWayRow[];
  /** Rows per status, and units over the rows. */
  readonly summary: Readonly<Record<ThreeWayRow['status'], number>> & {
    /** Bought and not used. */
    readonly unusedUnits: number;
    /** Used and not bought. */
    readonly shortUnits: number;
    /** Used and not billed. */
    readonly underBilledUnits: number;
    /** Billed and not used. */
    readonly overBilledUnits: number;
  };
  /** Accounts of compared snapshots without a link; on no row. */
  readonly unlinked: readonly UncomparedAccount[];
  readonly sources: readonly ComparedSource[];
  /** What of the input could not be used. */
  readonly problems: readonly Problem[];
}
