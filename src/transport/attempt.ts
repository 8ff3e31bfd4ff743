import type { KyInstance } from 'ky';
import { TrueupError } from '../model/errors.ts';
import { abortable, abortedError } from './abort.ts';
import { readText } from './body.ts';
import type { Runtime } from './runtime.ts';

/** What goes over the wire in one try. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole answer, body read. */
export interface Incoming {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface AttemptLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** A fault of the network may be tried again: the request only reads. */
  readonly repeatable: boolean;
}

/** How a request is named in messages. */
export interface Named {
  /** `acme: GET https://host/path`, without secrets. */
  readonly what: string;
  readonly context: Readonly<Record<string, string>>;
}

/**
 * One try: send, read the whole body, under a time limit and a byte cap. Foreign errors end here: they hold
 * the request with its credentials, so only their kind goes on.
 * @throws {TrueupError} `ABORTED`, `TIMEOUT`, `NETWORK`, `TOO_LARGE`
 */
export async function attempt(
  ky: KyInstance,
  out: Outgoing,
  limits: AttemptLimits,
  runtime: Runtime,
  signal: AbortSignal | undefined,
  { what, context }: Named,
): Promise<Incoming> {
  const headers = checkedHeaders(out.headers, context);
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, limits.timeoutMs);
  const onAbort = (): void => controller.abort();
  signal?.addEventListener('abort', onAbort);
  try {
    if (signal?.aborted) throw abortedError();
    const exchange = async (): Promise<Incoming> => {
      const response = await ky(out.url, {
        method: out.method,
        headers,
        body: out.body ?? null,
        signal: controller.signal,
        fetch: runtime.fetch,
      });
      const text = await readText(response, limits.maxBytes);
      if (text === null) {
        throw new TrueupError('TOO_LARGE', `${what} answered with more than ${limits.maxBytes} bytes.`, {
          context,
        });
      }
      return { status: response.status, headers: response.headers, text };
    };
    // An embedder's own `fetch` may be deaf to the signal; the time limit and the abort hold all the same.
    return await abortable(exchange(), controller.signal);
  } catch (error) {
    const retryable = limits.repeatable;
    if (timedOut) {
      const seconds = limits.timeoutMs / 1000;
      throw new TrueupError('TIMEOUT', `${what} gave no whole answer within ${seconds} s.`, {
        retryable,
        context,
      });
    }
    if (TrueupError.is(error)) throw error;
    const fault = faultOf(error);
    throw new TrueupError('NETWORK', `${what} gave no whole answer (${fault}).`, {
      retryable,
      context: { ...context, fault },
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    // Whatever is left of an answer nobody reads is let go.
    controller.abort();
  }
}

/**
 * What kind of fault it was: the code of the innermost error that has one (`ENOTFOUND`, `CERT_HAS_EXPIRED`), else the
 * name of the innermost error. Never a message: it may hold an address with its query, or a header.
 */
function faultOf(error: unknown): string {
  let name = 'unknown';
  let code: string | undefined;
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth += 1) {
    if (/^[A-Z]\w{2,40}$/i.test(inner.name)) ({ name } = inner);
    const { code: own } = inner as { readonly code?: unknown };
    if (typeof own === 'string' && /^[A-Z]\w{2,40}$/i.test(own)) code = own;
  }
  return code ?? name;
}

/** A value no header can hold comes from an option; the error of `Headers` would print it. */
function checkedHeaders(
  headers: Readonly<Record<string, string>>,
  context: Readonly<Record<string, string>>,
): Headers {
  const checked = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value);
    } catch {
      throw new TrueupError('BAD_OPTIONS', `The header ${name} cannot hold the value given for it.`, {
        context: { ...context, header: name },
      });
    }
  }
  return checked;
}
