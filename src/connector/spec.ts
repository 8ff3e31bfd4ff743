import type { PlainDate } from '../model/dates.ts';
import type { Contract, ContractLine, Customer, Service } from '../model/psa.ts';
import type { Receipt } from '../model/snapshot.ts';
import type { Units } from '../model/units.ts';
import type { Metric, VendorAccount, VendorCount, VendorSku } from '../model/vendor.ts';
import type { Runtime } from '../transport/runtime.ts';

/** What every call into a connector gets. The caller (`trueup/sync`) fills in the defaults. */
export interface CallContext {
  /** Network, clock, waiting and log to use. */
  readonly runtime: Runtime;
  /** Ends the call with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** Requests at once, at most; the connector's own limit still holds. Default: that limit. */
  readonly concurrency?: number;
}

/** How sure a fact about a system is. */
export type Confidence = 'high' | 'medium' | 'low';

/** A filter of the vendor that makes its count differ from what its portal shows. Facts for `diagnose`. */
export interface VendorFilter {
  readonly id: string;
  /** One sentence: what is left out, and where to look. */
  readonly effect: string;
  /** Usual direction seen in counts: the API reports fewer or more than the portal. */
  readonly direction: 'fewer' | 'more' | 'either';
  /** Where the fact is from. */
  readonly source: string;
}

/** Facts both roles declare; `docs/connectors.md` is made from them. */
export interface ConnectorFacts {
  /** How sure the connector as a whole is. */
  readonly confidence: Confidence;
  /** Facts of the system no source confirms; each is an option with a safe default, or errs on the safe side. */
  readonly unconfirmed: readonly string[];
  /** The documented limit the transport keeps to, in words. */
  readonly limits: string;
  /** Public address of the system's API documentation. */
  readonly documentation?: string;
}

/** What a PSA and its API can do, as facts. `planWriteBack` and `applyPlan` keep to them. */
export interface PsaCapabilities extends ConnectorFacts {
  /** `integer`: quantities of this PSA are whole numbers. */
  readonly precision: 'integer' | 'decimal';
  /** `dated`: a quantity change can be given a date. `immediate`: a write takes effect at once. */
  readonly dating: 'dated' | 'immediate';
  /**
   * What a quantity write is on the wire. `absolute`: the new quantity. `delta`: the difference, so it is never
   * repeated on a guess. `whole-document`: all lines of the contract. `none`: read only.
   */
  readonly writes: 'absolute' | 'delta' | 'whole-document' | 'none';
  /** True when `addLine` exists. */
  readonly adds: boolean;
  /** What the reads leave out, in words. Empty: everything. */
  readonly partialReads: readonly string[];
}

/** What a vendor's API tells, as facts. */
export interface VendorCapabilities extends ConnectorFacts {
  /** Every metric some SKU of it may report. */
  readonly metrics: readonly Metric[];
  /** What a count that is not there means ({@link VendorSku.whenAbsent}); `per-sku`: it differs. */
  readonly whenAbsent: 'zero' | 'no-count' | 'per-sku';
  /** Whether the SKUs read are all there are (`catalogue` of the snapshot). Default `whole`. */
  readonly catalogue?: 'whole' | 'in-use';
  /** What makes its counts differ from its portal. Empty: nothing is known. */
  readonly filters: readonly VendorFilter[];
}

/** Who the credentials belong to, as far as the system tells. */
export interface CheckResult {
  /** Name or id of the owner of the credentials; `null` when the system does not tell. */
  readonly account: string | null;
  /** The address in use, without secrets. */
  readonly baseUrl: string;
  /** Of the system, where it tells. */
  readonly version?: string;
}

/** Rows of one page. One wire read may give rows of several kinds. */
export interface PsaRows {
  /** The wire resource the page belongs to, for progress. */
  readonly resource: string;
  /** Rows of the whole resource, where the system declares them. */
  readonly total?: number;
  readonly customers?: readonly Customer[];
  readonly services?: readonly Service[];
  readonly contracts?: readonly Contract[];
  readonly lines?: readonly ContractLine[];
}

/** Rows of one page. One wire read may give rows of several kinds. */
export interface VendorRows {
  /** The wire resource the page belongs to, for progress. */
  readonly resource: string;
  /** Rows of the whole resource, where the system declares them. */
  readonly total?: number;
  readonly accounts?: readonly VendorAccount[];
  readonly skus?: readonly VendorSku[];
  readonly counts?: readonly VendorCount[];
}

/** Names a line to the PSA. */
export interface LineRef {
  readonly lineId: string;
  readonly contractId: string;
  readonly customerId: string;
  readonly serviceId: string;
  /** For dated PSAs: the day whose quantity is asked. Else today, or the day the change was planned for when that is later. */
  readonly on: PlainDate;
}

/** A line as the PSA holds it now. */
export interface LineState {
  readonly lineId: string;
  readonly contractId: string;
  /** In force on {@link LineRef.on} where the PSA dates changes, else now. */
  readonly units: Units;
  /** False: the line bills nothing any more and is not written. One that is still to begin is active. */
  readonly active: boolean;
  /** The last day already invoiced or posted, where the PSA tells. */
  readonly billedThrough?: PlainDate;
  /** True when the PSA computes the quantity itself. */
  readonly computed?: boolean;
  /**
   * Differs after every write to this line, and only then: a row version or last-changed stamp of the line itself.
   * Absent where the PSA has none; a stamp of the whole document does not fit, other lines change it.
   */
  readonly revision?: string;
}

/** An absolute quantity to be set, from the caller's side. */
export interface QuantityChange extends LineRef {
  /** What was read just before; delta PSAs write `to − from`. */
  readonly from: Units;
  /** The quantity the line shall hold. */
  readonly to: Units;
  /** `dated`: {@link LineRef.on} is the effective date. */
  readonly mode: 'dated' | 'immediate';
}

/** A line to be created. */
export interface LineAddition {
  readonly contractId: string;
  readonly customerId: string;
  readonly serviceId: string;
  /** Quantity of the new line. */
  readonly units: Units;
  /** First day of the new line, where the PSA takes one. */
  readonly on: PlainDate;
}

/** Spec v1 of a PSA adapter. Made with `definePsaConnector`, or by hand. */
export interface PsaConnector {
  readonly specVersion: 1;
  readonly role: 'psa';
  /** The slug. */
  readonly id: string;
  /** The system's own name. */
  readonly name: string;
  readonly capabilities: PsaCapabilities;
  /** ISO 4217 of prices whose contract names none. */
  readonly currency: string;
  /**
   * Tests the connection with the cheapest read.
   * @throws {TrueupError} the codes of the transport: `AUTH_FAILED`, `FORBIDDEN`, `NETWORK`, `ABORTED`, …
   */
  check(context: CallContext): Promise<CheckResult>;
  /**
   * Rows page by page; returns the receipt.
   * @throws {TrueupError} when nothing trustworthy can be said: the codes of the transport, `PULL_INCOMPLETE`,
   * `PAGE_LOOP`, `BAD_SHAPE`, …
   */
  pull(context: CallContext): AsyncGenerator<PsaRows, Receipt>;
  /**
   * The line now, or `null` when it is gone.
   * @throws {TrueupError} the codes of the transport; `UNSUPPORTED` when the connector cannot read a line
   */
  readLine(line: LineRef, context: CallContext): Promise<LineState | null>;
  /**
   * One write, never repeated by itself. The caller has read the line and reads it back.
   * @throws {TrueupError} `REFUSED`, `CONFLICT`, `FORBIDDEN`, `NOT_FOUND` or `UNSUPPORTED` only when the PSA
   * certainly wrote nothing; else the codes of the transport
   */
  setQuantity(change: QuantityChange, context: CallContext): Promise<void>;
  /**
   * Creates a line; returns its id. Only with `capabilities.adds`.
   * @throws {TrueupError} as `setQuantity`
   */
  addLine?(addition: LineAddition, context: CallContext): Promise<{ readonly lineId: string }>;
  /**
   * Lines of a contract for one service, to find out whether an addition already happened: those that began by `on`,
   * with the rest left out or not active. With `addLine`.
   * @throws {TrueupError} the codes of the transport
   */
  findLines?(
    where: { readonly contractId: string; readonly serviceId: string; readonly on: PlainDate },
    context: CallContext,
  ): Promise<readonly LineState[]>;
}

/** Spec v1 of a vendor adapter. Made with `defineVendorConnector`, or by hand. */
export interface VendorConnector {
  readonly specVersion: 1;
  readonly role: 'vendor';
  /** The slug. */
  readonly id: string;
  /** The system's own name. */
  readonly name: string;
  /** Facts about the vendor and its API. */
  readonly capabilities: VendorCapabilities;
  /**
   * Tests the connection with the cheapest read.
   * @throws {TrueupError} the codes of the transport: `AUTH_FAILED`, `FORBIDDEN`, `NETWORK`, `ABORTED`, …
   */
  check(context: CallContext): Promise<CheckResult>;
  /**
   * Rows page by page; returns the receipt.
   * @throws {TrueupError} when nothing trustworthy can be said: the codes of the transport, `PULL_INCOMPLETE`,
   * `PAGE_LOOP`, `BAD_SHAPE`, …
   */
  pull(context: CallContext): AsyncGenerator<VendorRows, Receipt>;
}
