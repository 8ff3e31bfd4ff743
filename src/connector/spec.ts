import type { PlainDate } from '../model/dates.ts';
import type { Contract, ContractLine, Customer, Service } from '../model/psa.ts';
import type { Receipt } from '../model/snapshot.ts';
import type { Units } from '../model/units.ts';
import type { Metric, VendorAccount, VendorCount, VendorSku } from '../model/vendor.ts';
import type { Runtime } from '../transport/runtime.ts';

/** What every call into a connector gets. The caller (`trueup/sync`) fills in the defaults. */
export interface CallContext {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
  /** Requests at once, at most; the connector's own limit still holds. */
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
  readonly source: string;
}

/** Facts both roles declare; `docs/connectors.md` is made from them. */
export interface ConnectorFacts {
  readonly confidence: Confidence;
  /** Facts of the system no source confirms; each is an option with a safe default. */
  readonly unconfirmed: readonly string[];
  /** The documented limit the transport keeps to, in words. */
  readonly limits: string;
  /** Public address of the system's API documentation. */
  readonly documentation?: string;
}

export interface PsaCapabilities extends ConnectorFacts {
  readonly precision: 'integer' | 'decimal';
  readonly dating: 'dated' | 'immediate';
  /** What a quantity write is on the wire. `none`: read only. */
  readonly writes: 'absolute' | 'delta' | 'whole-document' | 'none';
  /** True when `addLine` exists. */
  readonly adds: boolean;
  /** What the reads leave out, in words. Empty: everything. */
  readonly partialReads: readonly string[];
}

export interface VendorCapabilities extends ConnectorFacts {
  readonly metrics: readonly Metric[];
  readonly whenAbsent: 'zero' | 'no-count' | 'per-sku';
  /** Whether the SKUs read are all there are (`catalogue` of the snapshot). Default `whole`. */
  readonly catalogue?: 'whole' | 'in-use';
  readonly filters: readonly VendorFilter[];
}

/** Who the credentials belong to, as far as the system tells. */
export interface CheckResult {
  readonly account: string | null;
  readonly baseUrl: string;
  readonly version?: string;
}

/** Rows of one page. One wire read may give rows of several kinds. */
export interface PsaRows {
  /** The wire resource the page belongs to, for progress. */
  readonly resource: string;
  readonly total?: number;
  readonly customers?: readonly Customer[];
  readonly services?: readonly Service[];
  readonly contracts?: readonly Contract[];
  readonly lines?: readonly ContractLine[];
}

export interface VendorRows {
  readonly resource: string;
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
  /** For dated PSAs: the day whose quantity is asked. */
  readonly on: PlainDate;
}

/** A line as the PSA holds it now. */
export interface LineState {
  readonly lineId: string;
  readonly contractId: string;
  /** In force on {@link LineRef.on} where the PSA dates changes, else now. */
  readonly units: Units;
  readonly active: boolean;
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
  readonly to: Units;
  /** {@link LineRef.on} is the effective date. */
  readonly mode: 'dated' | 'immediate';
}

/** A line to be created. */
export interface LineAddition {
  readonly contractId: string;
  readonly customerId: string;
  readonly serviceId: string;
  readonly units: Units;
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
  /** Tests the connection with the cheapest read. */
  check(context: CallContext): Promise<CheckResult>;
  /** Rows page by page; returns the receipt. Throws a TrueupError when nothing trustworthy can be said. */
  pull(context: CallContext): AsyncGenerator<PsaRows, Receipt>;
  /** The line now, or `null` when it is gone. */
  readLine(line: LineRef, context: CallContext): Promise<LineState | null>;
  /**
   * One write, never repeated by itself. The caller has read the line and reads it back.
   * Throws REFUSED (or another 4xx code) only when the PSA certainly wrote nothing.
   */
  setQuantity(change: QuantityChange, context: CallContext): Promise<void>;
  /** Creates a line; returns its id. Only with `capabilities.adds`. */
  addLine?(addition: LineAddition, context: CallContext): Promise<{ readonly lineId: string }>;
  /** Lines of a contract for one service, to find out whether an addition already happened. With `addLine`. */
  findLines?(
    where: { readonly contractId: string; readonly serviceId: string; readonly on: PlainDate },
    context: CallContext,
  ): Promise<readonly LineState[]>;
}

/** Spec v1 of a vendor adapter. Made with `defineVendorConnector`, or by hand. */
export interface VendorConnector {
  readonly specVersion: 1;
  readonly role: 'vendor';
  readonly id: string;
  readonly name: string;
  readonly capabilities: VendorCapabilities;
  check(context: CallContext): Promise<CheckResult>;
  pull(context: CallContext): AsyncGenerator<VendorRows, Receipt>;
}
