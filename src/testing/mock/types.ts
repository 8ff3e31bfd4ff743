import type { Instant } from '../../model/dates.ts';
import type { ContractLine } from '../../model/psa.ts';
import type { Units } from '../../model/units.ts';
import type { Runtime } from '../../transport/runtime.ts';
import type { FaultControl } from '../faults/types.ts';
import type { TestRuntime } from '../runtime.ts';
import type { PsaRowSet, VendorProfile, VendorRowSet, World } from '../world/types.ts';

/** One request a mock received. */
export interface MockRequest {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, else the text; `null` without a body. */
  readonly body: unknown;
  /** What was answered; 0: no answer (a broken connection). */
  readonly status: number;
  /** Virtual time of arrival. */
  readonly at: Instant;
}

/** What a route answers, before it becomes bytes. */
export interface MockReply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, as `type`; for XML and the like. */
  readonly text?: string;
  /** The content type. Default: JSON for `json`, plain text for `text`. */
  readonly type?: string;
}

/** A request on its way to a route. */
export interface MockCall {
  readonly method: string;
  readonly url: URL;
  /** Scheme and host the caller used; absolute links in answers start with it. */
  readonly origin: string;
  /** Path of the address, without the query. */
  readonly path: string;
  /** Named parts of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The body as it came. */
  readonly text: string;
  /** The body as JSON; `undefined` when it is none. */
  readonly body: unknown;
  /** Virtual time of arrival. */
  readonly now: Instant;
  /** Cuts rows into a page. All mocks cut through here, so that page faults work in every dialect. */
  readonly window: <T>(rows: readonly T[], ask: PageAsk) => PageWindow<T>;
}

/** Which page was asked for, in the common coin of all paging styles. */
export interface PageAsk {
  /** Index of the first row. */
  readonly offset: number;
  /** Rows asked for. */
  readonly size: number;
}

/** A page. */
export interface PageWindow<T> {
  readonly rows: readonly T[];
  readonly offset: number;
  /** What the server granted; it may cap what was asked. */
  readonly size: number;
  /** The total the server declares. */
  readonly total: number;
  /** Index of the next page's first row; `null` at the end. */
  readonly next: number | null;
  /** Set by a fault: links to the next page point here. */
  readonly origin?: string;
}

/** A part of a page that a dialect may have no word for. */
export type PagePart = 'total' | 'next' | 'origin';

/** One address of a system. */
export interface Route {
  readonly method: string;
  /** `/finance/agreements/:agreementId/additions`; `*` at the end takes the rest. */
  readonly path: string;
  /** `auth` routes need no credentials and get no data faults. Default `data`. */
  readonly kind?: 'auth' | 'data';
  /** What the system answers. */
  readonly answer: (call: MockCall) => MockReply | Promise<MockReply>;
}

/** Why a request goes wrong, from which a system makes its own error body. */
export interface MockFailure {
  readonly status: number;
  readonly message: string;
  /** The field at fault, where there is one. */
  readonly field?: string;
}

/** A quantity write a mock PSA took. */
export interface MockWrite {
  readonly lineId: string;
  /** Quantity before. */
  readonly from: Units;
  /** Quantity after. */
  readonly to: Units;
  /** The date it was written for, in a PSA that dates changes. */
  readonly on?: string;
}

/** What a mock holds and lets a test see. Lives as long as the mock; the world stays as it was. */
export interface MockState {
  /** The PSA's lines now. Empty for vendors. */
  readonly lines: Map<string, ContractLine>;
  /** Quantity writes a PSA took, in order. Empty for vendors. */
  readonly writes: MockWrite[];
}

/** The rows a perfect pull through this dialect gives. A field the dialect cannot carry is left out. */
export interface MockExpected {
  readonly psa?: { readonly [K in keyof PsaRowSet]: readonly Partial<PsaRowSet[K][number]>[] };
  readonly vendor?: { readonly [K in keyof VendorRowSet]: readonly Partial<VendorRowSet[K][number]>[] };
}

/** What a running mock of one system is made of. */
export interface MockServer {
  /** The addresses it answers at; the first that fits is taken. */
  readonly routes: readonly Route[];
  /** `null` when the credentials are good. */
  readonly authorize: (call: MockCall) => MockFailure | null;
  /** An error in the system's own words. */
  readonly fail: (failure: MockFailure) => MockReply;
  /** What a perfect pull gives. */
  readonly expected: MockExpected;
  /** Forgets every token given out; the next call with one is refused. Without tokens: absent. */
  readonly expireTokens?: () => void;
}

/** A vendor's field that holds one of a list of words, for the fault that sends a word not on it. */
export interface EnumField {
  /** Paths of the requests whose rows have the field. */
  readonly path: RegExp;
  /** Name of the field in each row. */
  readonly field: string;
}

/** How a system is mocked: its addresses, credentials, errors and routes. {@link startMock} runs it over a world. */
export interface MockDefinition<Options = unknown> {
  readonly slug: string;
  readonly name: string;
  readonly role: 'psa' | 'vendor';
  /** Every origin the system uses; the first is the default one. Answers depend on the path, never on the origin. */
  readonly origins: readonly [string, ...string[]];
  /** A PSA of whole numbers: it is given the world with every quantity rounded up. Default `decimal`. */
  readonly precision?: 'integer' | 'decimal';
  /** Vendors: how the system looks in a world. Hand it to `createWorld` as one of the `vendors`. */
  readonly profile?: VendorProfile;
  /** Connector options that work against the mock when it answers at this origin. */
  readonly options: (origin: string) => Options;
  /** Parts of the options (and what is made from them) that may never show. Tokens given out are added. */
  readonly secrets: readonly string[];
  /** The limit the system states, enforced when a test asks for it. */
  readonly limit?: { readonly requests: number; readonly windowMs: number };
  /** Contract cases this dialect cannot have, and why. */
  readonly lacks?: readonly { readonly case: string; readonly reason: string }[];
  /** Default: there are none. */
  readonly enums?: readonly EnumField[];
  /** How an answer is spoilt where it is not JSON; by the name of the fault. Bodies in JSON need none. */
  readonly spoil?: {
    readonly wrongTypes?: (reply: MockReply) => MockReply;
    readonly missingItems?: (reply: MockReply) => MockReply;
  };
  /**
   * Makes the running mock. Everything that is answered and expected comes from this world and from nowhere else:
   * it may be without rows (`empty`), and its rows may come in another order (`shuffle`). No id may be made from a
   * row's place.
   */
  readonly start: (world: World, kit: MockKit) => MockServer;
}

/** What a mock gets from the kit. */
export interface MockKit {
  /** What the mock holds; its writes change it. */
  readonly state: MockState;
  /** The lines of a contract as they are now. */
  readonly linesOf: (contractId: string) => ContractLine[];
  /** A token to give out; it is added to the secrets. */
  readonly token: (prefix?: string) => string;
  /** Base64 of ASCII text, as HTTP Basic wants it. */
  readonly base64: (text: string) => string;
}

/** How a mock behaves beside its dialect. */
export interface MockOptions {
  /** The real clock and waiting, for a mock behind a socket. Default: the runtime's. */
  readonly clock?: Pick<Runtime, 'now' | 'sleep'>;
  /** Shared by the mocks of one test. Default: a new one. */
  readonly runtime?: TestRuntime;
  /** The server sends at most this many rows a page, whatever is asked. Default: the system's own cap. */
  readonly pageCap?: number;
  /** A system without a row. Default false. */
  readonly empty?: boolean;
  /** Rows come in another order, as from a server that promises none. Default false. */
  readonly shuffle?: boolean;
  /** Answer 429 past the system's stated limit (or this one), by the runtime's clock. Default false. */
  readonly limit?: boolean | { readonly requests: number; readonly windowMs: number };
}

/** A request a mock broke on by itself, without a fault. */
export interface MockCrash {
  readonly method: string;
  readonly path: string;
  readonly error: unknown;
}

/** A running mock. */
export interface Mock<Options = unknown> {
  readonly slug: string;
  readonly name: string;
  readonly role: 'psa' | 'vendor';
  /** Every origin it answers for; the first is the default one. */
  readonly origins: readonly string[];
  /** For the connector: the mock's own address and made-up credentials. */
  readonly options: Options;
  /** The same for another address, as when the mock is served over a socket. */
  readonly optionsFor: (origin: string) => Options;
  /** Answers in process; a drop-in for the global `fetch`. */
  readonly fetch: typeof globalThis.fetch;
  /** A runtime whose `fetch` reaches this mock, with a virtual clock. */
  readonly runtime: TestRuntime;
  /** What the PSA holds now, and what was written. */
  readonly state: MockState;
  /** Every request so far, in order. */
  readonly requests: readonly MockRequest[];
  /** What the mock's own routes threw: faults of the mock. A caller sees a broken connection (`NETWORK`). */
  readonly crashes: readonly MockCrash[];
  /** What may never be seen outside a request. */
  readonly secrets: readonly string[];
  /** Puts faults in, and says which fired. */
  readonly faults: FaultControl;
  /** The parts of pages the routes have asked for so far. A fault in another part is never seen. */
  readonly tells: ReadonlySet<PagePart>;
  /** What a perfect pull through this dialect gives. */
  readonly expected: MockExpected;
  /** Contract cases this dialect cannot have, and why. */
  readonly lacks: readonly { readonly case: string; readonly reason: string }[];
  /** Fields of words, for the fault that sends an unknown one. */
  readonly enums: readonly EnumField[];
  /** Refuses every token given out so far. */
  readonly expireTokens: () => void;
}
