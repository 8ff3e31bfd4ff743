import type { CallContext, PsaConnector, VendorConnector } from '../../connector/spec.ts';
import type { Receipt } from '../../model/snapshot.ts';
import type { Mock, MockOptions, PagePart } from '../mock/types.ts';
import type { PsaRowSet, VendorRowSet } from '../world/types.ts';

/** A connector of either role: what a contract can be run against. */
export type AnyConnector = PsaConnector | VendorConnector;

/** A contract case that does not apply, and why. */
export interface Skip {
  /** Name of the case: one of {@link contractCaseNames}. */
  readonly case: string;
  readonly reason: string;
}

/** What a contract runs against. */
export interface ContractSetup<Options> {
  /** A fresh mock each time, over the same world: some 30 to 60 customers, so that every list has several pages. */
  readonly mock: (options?: MockOptions) => Mock<Options>;
  /** Options the connector can do without. The rest of the mock's options is taken as required. */
  readonly optional?: readonly (keyof Options & string)[];
  /** Cases left out, each with its reason. The mock's own are added. */
  readonly skip?: readonly Skip[];
  /** The largest body the connector takes, in bytes; the oversized case sends more. Default 32 MiB. */
  readonly maxBytes?: number;
}

/** One case. Run it in any test runner: it throws a plain `Error` when the connector breaks the contract. */
export interface ContractCase {
  readonly name: string;
  /** Set: not run, for this reason. */
  readonly skip?: string;
  /** Rejects when the connector breaks the contract. */
  readonly run: () => Promise<void>;
}

/** What a pull gave. */
export interface Pulled {
  readonly rows: Partial<PsaRowSet> & Partial<VendorRowSet>;
  /** `null` when the pull threw. */
  readonly receipt: Receipt | null;
  readonly error: unknown;
}

/** What a case works with. */
export interface Bench {
  readonly setup: ContractSetup<object>;
  readonly mock: (options?: MockOptions) => Mock<object>;
  readonly make: (options: object) => AnyConnector;
  /** Pulls everything; never throws. Checks that nothing secret shows in what came out. */
  readonly pull: (mock: Mock<object>, context?: Partial<CallContext>, options?: object) => Promise<Pulled>;
  /** The rows of an undisturbed pull. Read once. */
  readonly clean: () => Promise<{ readonly rows: Pulled['rows']; readonly requests: number }>;
}

export interface CaseDefinition {
  readonly name: string;
  /** Only for connectors of this role. */
  readonly role?: 'psa' | 'vendor';
  /** The part of a page the case's fault is in. A system without it must list the case. */
  readonly needs?: PagePart;
  readonly run: (bench: Bench) => Promise<void>;
}
