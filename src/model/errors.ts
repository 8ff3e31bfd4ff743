/**
 * Every code an exception of trueup can carry. `docs/errors.md` has one anchor per code.
 * Problems (values, not exceptions) have codes of their own: {@link Problem.code}.
 */
export type ErrorCode =
  | 'BAD_OPTIONS'
  | 'BAD_INPUT'
  | 'AUTH_FAILED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'HTTP_ERROR'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'BAD_CONTENT'
  | 'BAD_SHAPE'
  | 'TOO_LARGE'
  | 'PAGE_LOOP'
  | 'PULL_INCOMPLETE'
  | 'CROSS_ORIGIN'
  | 'VENDOR_ERROR'
  | 'REFUSED'
  | 'CONFLICT'
  | 'UNSUPPORTED'
  | 'JOURNAL_LOCKED'
  | 'JOURNAL_MISMATCH'
  | 'JOURNAL_CORRUPT'
  | 'PLAN_MISMATCH'
  | 'STORE_ERROR';

/** What each {@link ErrorCode} means and what to do. The docs page is made from this table. */
export const errorCodes: Readonly<Record<ErrorCode, { readonly meaning: string; readonly fix: string }>> = {
  BAD_OPTIONS: {
    meaning: 'An option is missing, unknown or malformed.',
    fix: 'Correct the option the message names.',
  },
  BAD_INPUT: {
    meaning: 'A value handed in does not have the documented shape.',
    fix: 'Correct the value at the path the message names.',
  },
  AUTH_FAILED: {
    meaning: 'The system refused the credentials (401).',
    fix: 'Check the credentials and whether they were revoked or have expired.',
  },
  FORBIDDEN: {
    meaning: 'The credentials are known but may not do this (403).',
    fix: "Give the API user the permission for what the message names. Where a certain permission is known to be needed, the doc comment of the connector's options names it.",
  },
  NOT_FOUND: {
    meaning: 'The address or record does not exist (404).',
    fix: 'Check the base URL and the id in the message.',
  },
  RATE_LIMITED: {
    meaning:
      'The system asked to slow down (429, or its own word for it), and all tries are used, or the pause it asks for is longer than the retry budget. A write is tried once only.',
    fix: 'Call again after `retryAt`; where that is absent the system named no time, so wait some minutes.',
  },
  HTTP_ERROR: {
    meaning: 'The system answered with an error status.',
    fix: 'Read the status and the request id; retry when `retryable` is true.',
  },
  NETWORK: {
    meaning: 'The connection failed or broke before the answer was whole.',
    fix: 'Check the network by the code in the message (a DNS name, a certificate, a proxy); the call may be repeated when `retryable` is true.',
  },
  TIMEOUT: {
    meaning: 'No whole answer arrived within the time limit.',
    fix: 'Try again later. A connector of your own sets the limit with `limits.timeoutSeconds`.',
  },
  ABORTED: { meaning: 'The caller aborted.', fix: 'Nothing: this was asked for.' },
  BAD_CONTENT: {
    meaning: 'The answer is not of the expected kind (HTML, cut-off JSON, broken XML).',
    fix: 'Check the base URL, a proxy or a log-in page in between.',
  },
  BAD_SHAPE: {
    meaning: 'The answer parsed but lacks a needed field, or a field has the wrong type.',
    fix: 'Compare the path in the message with the API; report it if the API changed.',
  },
  TOO_LARGE: {
    meaning: 'A body is larger than the cap.',
    fix: 'Ask for smaller pages where the connector has an option for it. A connector of your own sets the cap with `limits.maxBytes`.',
  },
  PAGE_LOOP: {
    meaning: 'The system gave a page cursor a second time.',
    fix: 'Pull again; if it repeats, report it to the vendor.',
  },
  PULL_INCOMPLETE: {
    meaning: 'The rows received do not add up to what the system declared.',
    fix: 'Pull again; rows may have changed while they were read.',
  },
  CROSS_ORIGIN: {
    meaning:
      'A link or redirect was not followed: it leads to another origin, or it is a redirect of a write (of anything but a `GET`), one without an address, or the sixth in a row.',
    fix: 'Check the base URL; credentials never leave their origin.',
  },
  VENDOR_ERROR: {
    meaning: 'The system reported an error inside a successful answer.',
    fix: 'Read the vendor code in the message.',
  },
  REFUSED: {
    meaning: 'The system refused a write.',
    fix: 'Read the reason; change the line in the PSA or adjust the decision.',
  },
  CONFLICT: {
    meaning: 'The record is not in the state the caller saw.',
    fix: 'Pull again and decide anew.',
  },
  UNSUPPORTED: {
    meaning: 'The connector cannot do this.',
    fix: 'See the capabilities in docs/connectors.md.',
  },
  JOURNAL_LOCKED: {
    meaning: 'Another run holds the journal.',
    fix: 'Wait for the other run to finish.',
  },
  JOURNAL_MISMATCH: {
    meaning: 'The journal belongs to another plan.',
    fix: 'Use one journal per plan.',
  },
  JOURNAL_CORRUPT: {
    meaning: 'A journal entry before the last cannot be read.',
    fix: 'Restore the journal file; do not apply without it.',
  },
  PLAN_MISMATCH: {
    meaning: 'The plan was made for another PSA.',
    fix: 'Use the connector the plan was made for.',
  },
  STORE_ERROR: {
    meaning: 'A store or journal could not be read or written.',
    fix: 'See the context. What was not stored was not acknowledged. A write to the PSA is sent only after its intent is stored; run the plan again: it looks before it writes.',
  },
};

/** A value that is safe to print and to send to another process. */
export type SafeValue =
  | string
  | number
  | boolean
  | null
  | readonly SafeValue[]
  | { readonly [key: string]: SafeValue };

// By symbol, not by class: bundlers and two installed versions make several classes of one name.
const BRAND: unique symbol = /* @__PURE__ */ Symbol.for('trueup.error');

/** What a {@link TrueupError} can carry beside its code and message. */
export interface TrueupErrorInit {
  /** True when the same call may succeed later without any change. Default false. */
  readonly retryable?: boolean;
  /** Ids, paths, statuses: never a secret, a payload or a full URL with its query. */
  readonly context?: Readonly<Record<string, SafeValue>>;
  /** When `retryable`: not before this instant. */
  readonly retryAt?: string;
}

/**
 * The one exception class. It never carries a foreign error as `cause`: `util.inspect` prints causes,
 * and HTTP clients keep requests (with their tokens) on theirs.
 */
export class TrueupError extends Error {
  override readonly name = 'TrueupError';
  /** What went wrong; listed with meaning and fix in `docs/errors.md`. */
  readonly code: ErrorCode;
  /** True when the same call may succeed later without any change. */
  readonly retryable: boolean;
  /** Ids, paths, statuses; `{}` when there is nothing to add. */
  readonly context: Readonly<Record<string, SafeValue>>;
  /** Not before this instant (ISO 8601, UTC); `undefined` when the system named none. */
  readonly retryAt: string | undefined;

  constructor(code: ErrorCode, message: string, init: TrueupErrorInit = {}) {
    super(message);
    Object.defineProperty(this, BRAND, { value: true });
    this.code = code;
    this.retryable = init.retryable ?? false;
    this.context = init.context ?? {};
    this.retryAt = init.retryAt;
  }

  /** True for any TrueupError, also one made by another copy of the library; with `code`, only for that code. */
  static is(error: unknown, code?: ErrorCode): error is TrueupError {
    return (
      typeof error === 'object' &&
      error !== null &&
      BRAND in error &&
      (code === undefined || (error as unknown as TrueupError).code === code)
    );
  }

  /** A plain value for logs and queues. */
  toJSON(): {
    readonly name: string;
    readonly code: ErrorCode;
    readonly message: string;
    readonly retryable: boolean;
    readonly context: Readonly<Record<string, SafeValue>>;
    readonly retryAt?: string;
  } {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      context: this.context,
      ...(this.retryAt === undefined ? {} : { retryAt: this.retryAt }),
    };
  }
}

/**
 * Bad input to a pure function, as a value. Functions that find one go on with the rest:
 * nothing is lost, nothing is guessed.
 */
export interface Problem {
  /** Stable, kebab-case. Listed with meaning and fix in `docs/errors.md`. */
  readonly code: string;
  /** One sentence: what is wrong, where, what to do. */
  readonly message: string;
  /** `error`: what it is about is not used. `warning`: it is used, and a person should look. */
  readonly severity: 'error' | 'warning';
  /** Ids that the problem is about, by role (`lineId`, `contractId`, `skuId`, …). */
  readonly ids?: Readonly<Record<string, string>>;
  /** Where in the input: `lines[12].units`, `row 4`. */
  readonly path?: string;
}
