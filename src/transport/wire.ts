import type { RateWindow } from './limiter.ts';
import type { Path } from './path.ts';
import type { RetryPolicy } from './retry.ts';

/** Values of a query string or form; `undefined` leaves the name out. */
export type Params = Readonly<Record<string, string | number | boolean | undefined>>;
/** Headers by name; the case of names does not matter. */
export type HeaderMap = Readonly<Record<string, string>>;

/** Facts an address discovery found, by name. `baseUrl` is the base of all paths. */
export type Found = Readonly<Record<string, string>>;

/** One request, as data. */
export interface WireRequest {
  /** Default: `GET`, or `POST` when there is a body. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Joined to the base URL. An absolute address must be on the base's origin or an allowed host. */
  readonly path: string;
  /** Parameters of the address. */
  readonly query?: Params;
  /** Beside those of the declaration; over them where both name one. */
  readonly headers?: HeaderMap;
  /** A JSON body. */
  readonly json?: unknown;
  /** A form body (`application/x-www-form-urlencoded`). */
  readonly form?: Params;
  /** A JSON-RPC 2.0 call: sent as `POST`, with `params` where paging and auth may add to it. */
  readonly rpc?: { readonly method: string; readonly params?: unknown };
  /** A `POST` that only reads, so it may be repeated. JSON-RPC calls need it too. */
  readonly safe?: boolean;
  /** Whose token is used, where each tenant has its own. */
  readonly tenant?: string;
  /** Another base for this request (a region's host); on an allowed host. */
  readonly baseUrl?: string;
  /** Sent without credentials. */
  readonly open?: boolean;
  /** The answer is also kept with its numbers letter by letter, for a record that is sent back whole. */
  readonly exact?: boolean;
  /** Statuses that mean "there is nothing": the answer's body is then `null`. */
  readonly absentOn?: readonly number[];
}

/** How an access token is asked for. */
export interface TokenRequest {
  /** Absolute, or joined to the base URL. */
  readonly url: string;
  /** A form body. Values named like secrets are in no message. */
  readonly form?: Params;
  /** A JSON body. Values named like secrets are in no message. */
  readonly json?: unknown;
  readonly headers?: HeaderMap;
  /** HTTP Basic credentials of the client. */
  readonly basic?: { readonly user: string; readonly password: string };
  /** Default `POST`. */
  readonly method?: 'POST' | 'GET';
}

/** Where credentials go in a request. */
export interface Placement {
  readonly headers?: HeaderMap;
  readonly query?: Params;
  /** Merged into a JSON body. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** How requests are authenticated. */
export type Auth =
  | { readonly kind: 'none' }
  /** Fixed headers (API keys). */
  | { readonly kind: 'headers'; readonly headers: HeaderMap }
  /** HTTP Basic. */
  | { readonly kind: 'basic'; readonly user: string; readonly password: string; readonly headers?: HeaderMap }
  /** Fixed query parameters. They are in no message and no log. */
  | { readonly kind: 'query'; readonly query: Params }
  /**
   * An access token that expires: OAuth client credentials, password grant, log-in calls, one token per tenant.
   * Renewed before it expires by the runtime's clock, in one flight, and once after a 401.
   */
  | {
      readonly kind: 'token';
      readonly login: TokenRequest | ((about: { tenant: string | undefined; found: Found }) => TokenRequest);
      /** Renews with the refresh token of the last answer; when that fails, `login` is used. */
      readonly refresh?: (refreshToken: string, about: { found: Found }) => TokenRequest;
      /** Default `access_token`. */
      readonly token?: Path;
      /** Default `refresh_token`. Only read with `refresh`. */
      readonly refreshToken?: Path;
      /** Where the lifetime in seconds is; or the lifetime itself. Default `expires_in`, and 300 s when it is missing. */
      readonly expires?: Path | number;
      /** Default: `Authorization: Bearer …`. */
      readonly place?: (token: string) => Placement;
    }
  /** Each answer brings the token of the next request (a sliding session). Requests go one at a time. */
  | {
      readonly kind: 'rolling';
      readonly login: TokenRequest;
      /** Where the token is in the log-in answer and in every other. */
      readonly token: Path;
      readonly place: (token: string) => Placement;
      /** Log in again after so many seconds without a request. */
      readonly idleSeconds: number;
    };

/** Finds the base URL (and other facts) before the first request. */
export interface Discovery {
  /** Absolute. */
  readonly url: string;
  /** Parameters of the address. */
  readonly query?: Params;
  /** Sent with credentials (a "who am I"). Default: without. */
  readonly auth?: boolean;
  /** Reads the answer. Return `null` when it does not tell: the call fails with `BAD_SHAPE`. */
  readonly read: (body: unknown) => ({ readonly baseUrl: string } & Found) | null;
  /** Statuses after which the address is looked up again, once (a tenant moved to another zone). */
  readonly againOn?: readonly number[];
}

/** Errors that come with status 200. */
export interface AnswerErrors {
  /** Where the sign of an error is. */
  readonly at: Path;
  /** Values at `at` that mean success. Without it, any value there (but null, '' and []) is an error. */
  readonly ok?: readonly string[];
  /** Where the vendor's code is. */
  readonly code?: Path;
  /** Codes that mean the credentials are not (or no longer) accepted. */
  readonly auth?: readonly string[];
  /** Codes that mean "slow down". */
  readonly throttled?: readonly string[];
}

/** What the system allows. Kept per connector instance. */
export interface Limits {
  /** Requests at once. */
  readonly concurrency: number;
  /** Requests allowed per time. Default: no such limit. */
  readonly windows?: readonly RateWindow[];
  /** Default: 5 tries, 120 seconds. */
  readonly retry?: RetryPolicy;
  /** The pause after a 429 without `Retry-After`. Default: growing waits from half a second. */
  readonly pauseSeconds?: number;
  /** Answers that mean "slow down" though their status says otherwise. */
  readonly throttledBy?: readonly { readonly status: number; readonly text: string }[];
  /** Seconds for one try, body included. Default 60. */
  readonly timeoutSeconds?: number;
  /** Bytes of one answer. Default 32 MiB. */
  readonly maxBytes?: number;
}

/** Everything the transport must know about a system. */
export interface TransportDeclaration {
  /** The connector's slug, for messages. */
  readonly connector: string;
  /** The base of all paths, absolute with `https://`; or how it is found. */
  readonly baseUrl: string | Discovery;
  readonly auth: Auth;
  readonly limits: Limits;
  /** Sent with every request; a function when they need what discovery found. */
  readonly headers?: HeaderMap | ((found: Found) => HeaderMap);
  /** Default `json`. */
  readonly answers?: 'json' | { readonly xml: { readonly lists: readonly string[] } };
  /** Errors that come with status 200. Default: there are none. */
  readonly errors?: AnswerErrors;
  /** Where the vendor's own words are in an error body; shown, shortened and without secrets. */
  readonly errorMessage?: readonly Path[];
  /** Header with the id of a request, for the vendor's support. */
  readonly requestIdHeader?: string;
  /** Other hosts that get the credentials: `api.example.com`, `*.example.com`. TLS only. */
  readonly hosts?: readonly string[];
  /** Further values that must not be shown: keys that are part of a path. */
  readonly secrets?: readonly string[];
}
