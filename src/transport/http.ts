import ky, { type KyInstance } from 'ky';
import { TrueupError } from '../model/errors.ts';
import { attempt, type Outgoing } from './attempt.ts';
import { basicHeader, createAuthenticator } from './auth.ts';
import { decode } from './body.ts';
import { answerError, statusError } from './failure.ts';
import { parseExact } from './json.ts';
import { createLimiter } from './limiter.ts';
import { createRedactor, headerSecrets } from './redact.ts';
import { headersOf, methodOf, outgoing, secretsOf, withQuery } from './request.ts';
import { withRetries } from './retry.ts';
import type { Runtime } from './runtime.ts';
import { singleFlight } from './single-flight.ts';
import { absolute, isAbsolute, isHome, joinUrl } from './url.ts';
import type { Found, HeaderMap, TransportDeclaration, WireRequest } from './wire.ts';

/** What one call of a connector runs under. */
export interface HttpCall {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
  /** What is read or written, for messages. */
  readonly resource: string;
}

/** A whole, decoded answer. */
export interface Answer {
  readonly status: number;
  /** The address asked, with its query: for resolving links, never for messages. */
  readonly url: string;
  readonly headers: Headers;
  /** `null`: empty, or a status of {@link WireRequest.absentOn}. */
  readonly body: unknown;
  /** The body was empty though the status (any but 204) promised one: nothing is said, not that there is nothing. */
  readonly blank?: boolean;
  /** With {@link WireRequest.exact}: the body to send back, numbers as they came. */
  readonly exact?: unknown;
}

/** All HTTP of one connector instance. Holds its tokens, limits and discovered address; shares none. */
export interface Http {
  /** The connector's slug, for messages. */
  readonly connector: string;
  send(request: WireRequest, call: HttpCall): Promise<Answer>;
  /** The base URL in use, for people. */
  baseUrl(call: HttpCall): Promise<string>;
  /** Replaces secrets in a text that may end in a message. */
  redact(text: string): string;
}

interface Exchange {
  readonly url: string;
  readonly out: Omit<Outgoing, 'url' | 'headers'>;
  readonly headers: HeaderMap;
  readonly repeatable: boolean;
  readonly login: boolean;
  readonly absentOn?: readonly number[] | undefined;
  readonly exact?: boolean;
}

const MAX_REDIRECTS = 5;

/** @throws {TrueupError} `BAD_OPTIONS` for a `baseUrl` (or the address it is looked up at) that is not absolute */
export function createHttp(declaration: TransportDeclaration): Http {
  const { connector, limits } = declaration;
  requireAbsolute(declaration);
  const redactor = createRedactor();
  redactor.add(...(declaration.secrets ?? []));
  const limiter = createLimiter(limits.concurrency, limits.windows ?? []);
  // A rolling session has one valid token at a time: each request waits for the answer to the one before.
  const inTurn = declaration.auth.kind === 'rolling' ? createLimiter(1, []) : undefined;
  const client: KyInstance = ky.create({
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    redirect: 'manual',
  });

  /** One exchange, redirects on the same origin included. The limiter counts each of its requests. */
  const exchange = async (exchanged: Exchange, call: HttpCall): Promise<Answer> => {
    const { out, repeatable, login } = exchanged;
    let { url } = exchanged;
    for (let hop = 0; ; hop += 1) {
      const what = `${connector}: ${out.method} ${redactor.url(url)}`;
      const context = { connector, resource: call.resource, method: out.method, url: redactor.url(url) };
      const target = url;
      const incoming = await limiter.run(
        () =>
          attempt(
            client,
            { ...out, url: target, headers: exchanged.headers },
            {
              timeoutMs: (limits.timeoutSeconds ?? 60) * 1000,
              maxBytes: limits.maxBytes ?? 32 * 1024 * 1024,
              repeatable,
            },
            call.runtime,
            call.signal,
            { what, context },
          ),
        call.runtime,
        call.signal,
      );
      const { status, headers } = incoming;
      call.runtime.log?.({ level: 'debug', event: 'answer', connector, resource: call.resource, status });
      const requestId = headers.get(declaration.requestIdHeader ?? 'x-request-id');
      const about = requestId === null ? context : { ...context, requestId: redactor.text(requestId) };
      if (isRedirect(status)) {
        const location = headers.get('location');
        const next = absolute(location ?? '', url);
        if (location === null || !isHome(next, url, []) || hop >= MAX_REDIRECTS || out.method !== 'GET') {
          throw new TrueupError('CROSS_ORIGIN', `${what} was redirected; the redirect was not followed.`, {
            context: { ...about, status },
          });
        }
        url = next;
        continue;
      }
      if (exchanged.absentOn?.includes(status)) return { status, url, headers, body: null };
      const decoded = await decode(incoming.text, headers.get('content-type'), declaration.answers ?? 'json');
      if (status >= 300) {
        const body = 'body' in decoded ? decoded.body : incoming.text.slice(0, 2000);
        const now = call.runtime.now();
        throw statusError(
          { status, headers, body, what, context: about, repeatable, login, now },
          declaration,
          redactor,
        );
      }
      if ('fault' in decoded) {
        throw new TrueupError('BAD_CONTENT', `${what} answered with ${decoded.fault}.`, {
          context: { ...about, status },
        });
      }
      const now = call.runtime.now();
      const failed = answerError(
        { body: decoded.body, what, context: { ...about, status }, repeatable, login, now },
        declaration,
        redactor,
      );
      if (failed) throw failed;
      if (incoming.text.trim() === '') return { status, url, headers, body: null, blank: status !== 204 };
      if (!exchanged.exact) return { status, url, headers, body: decoded.body };
      const exact = parseExact(incoming.text);
      if (exact !== undefined) return { status, url, headers, body: decoded.body, exact };
      throw new TrueupError(
        'BAD_CONTENT',
        `${what} answered with text that cannot be sent back as it came.`,
        {
          context: { ...about, status },
        },
      );
    }
  };

  const authenticator = createAuthenticator(
    declaration.auth,
    connector,
    redactor,
    async (token, runtime, signal) => {
      const basic = token.basic && { authorization: basicHeader(token.basic.user, token.basic.password) };
      redactor.add(
        token.basic?.password,
        basic?.authorization.slice(6),
        ...secretsOf(token.form),
        ...secretsOf(token.json),
        ...headerSecrets(token.headers ?? {}),
      );
      const call = { runtime, signal, resource: 'token', connector, repeatable: true };
      const base = /^https?:/i.test(token.url) ? token.url : (await discovered(call)).baseUrl;
      const request: WireRequest = {
        path: '',
        method: token.method ?? 'POST',
        ...(token.form && { form: token.form }),
        json: token.json,
      };
      const url = joinUrl(base, token.url);
      const answer = await withRetries(
        () =>
          exchange(
            {
              url,
              out: outgoing(request, {}),
              headers: headersOf(request, {}, { ...fixedHeaders({}), ...token.headers, ...basic }),
              repeatable: true,
              login: true,
            },
            call,
          ),
        limits.retry ?? {},
        limiter,
        call,
      );
      return answer.body;
    },
  );

  let found: (Found & { readonly baseUrl: string }) | undefined;
  const discovery = singleFlight<Found & { readonly baseUrl: string }>();

  const discovered = async (call: HttpCall): Promise<Found & { readonly baseUrl: string }> => {
    const { baseUrl: how } = declaration;
    if (typeof how === 'string') return { baseUrl: how };
    if (found) return found;
    return discovery.run(async (signal) => {
      const own: HttpCall = { runtime: call.runtime, signal, resource: 'discovery' };
      const request: WireRequest = { path: how.url, open: !how.auth, ...(how.query && { query: how.query }) };
      const { body } = await authorised(request, how.url, {}, own);
      const facts = how.read(body);
      if (!facts) {
        throw new TrueupError(
          'BAD_SHAPE',
          `${connector}: the address of the API could not be found out; check the options that name the tenant.`,
          {
            context: { connector, url: redactor.url(how.url) },
          },
        );
      }
      for (const [name, fact] of Object.entries(facts)) {
        const isAddress = name === 'baseUrl' || /^[a-z]+:\/\//i.test(fact);
        if (isAddress && !isHome(fact, how.url, declaration.hosts ?? [])) {
          throw crossOrigin(fact, 'discovery');
        }
      }
      found = facts;
      return facts;
    }, call.signal);
  };

  const crossOrigin = (url: string, resource: string): TrueupError =>
    new TrueupError(
      'CROSS_ORIGIN',
      URL.canParse(url)
        ? `${connector}: ${redactor.url(url)} is on another origin and was not asked.`
        : `${connector}: an address without https:// was not asked.`,
      {
        context: { connector, resource, url: redactor.url(url) },
      },
    );

  const fixedHeaders = (facts: Found): HeaderMap =>
    typeof declaration.headers === 'function' ? declaration.headers(facts) : (declaration.headers ?? {});

  /** Sends with credentials; refused ones are renewed once. */
  const authorised = async (
    request: WireRequest,
    address: string,
    facts: Found,
    call: HttpCall,
  ): Promise<Answer> => {
    const repeatable = request.safe === true || methodOf(request) === 'GET';
    for (let renewed = false; ; renewed = true) {
      const { placement, stamp } = request.open
        ? { placement: {}, stamp: 0 }
        : await authenticator.credentials(request.tenant, { ...call, found: facts });
      const exchanged: Exchange = {
        url: withQuery(address, { ...request.query, ...placement.query }),
        out: outgoing(request, placement),
        headers: headersOf(request, placement, fixedHeaders(facts)),
        repeatable,
        login: false,
        absentOn: request.absentOn,
        exact: request.exact === true,
      };
      try {
        const answer = await withRetries(() => exchange(exchanged, call), limits.retry ?? {}, limiter, {
          ...call,
          connector,
          repeatable,
        });
        if (!request.open) authenticator.seen(answer.body, call.runtime);
        return answer;
      } catch (error) {
        // A 401 says that nothing was done, so even a write may be sent again with a new token.
        const stale = !renewed && !request.open && TrueupError.is(error, 'AUTH_FAILED');
        if (!stale || !authenticator.refused(request.tenant, stamp)) throw error;
      }
    }
  };

  const send = async (request: WireRequest, call: HttpCall): Promise<Answer> => {
    /** The base it was sent to; none as long as none is found. */
    let asked: string | undefined;
    const ask = async (): Promise<Answer> => {
      const facts = await discovered(call);
      asked = facts.baseUrl;
      const address = joinUrl(request.baseUrl ?? facts.baseUrl, request.path);
      if (!isHome(address, facts.baseUrl, declaration.hosts ?? [])) throw crossOrigin(address, call.resource);
      const sent = (): Promise<Answer> => authorised(request, address, facts, call);
      return inTurn ? inTurn.run(sent, call.runtime, call.signal) : sent();
    };
    /** Looks the address up again after a status that may mean it has changed. */
    const moved = async (status: number): Promise<boolean> => {
      const { baseUrl: how } = declaration;
      if (typeof how === 'string' || !how.againOn?.includes(status) || asked === undefined) return false;
      // Another request may have looked it up meanwhile, or may be about to.
      if (found?.baseUrl === asked) found = undefined;
      return (await discovered(call)).baseUrl !== asked;
    };
    let answer: Answer;
    try {
      answer = await ask();
    } catch (error) {
      if (!TrueupError.is(error) || !(await moved(Number(error.context.status)))) throw error;
      return ask();
    }
    // At an old address everything is absent: a line that is not found there has not gone.
    return (await moved(answer.status)) ? ask() : answer;
  };

  return {
    connector,
    send,
    baseUrl: async (call) => (await discovered(call)).baseUrl,
    redact: redactor.text,
  };
}

function requireAbsolute({ connector, baseUrl }: TransportDeclaration): void {
  const [name, url] = typeof baseUrl === 'object' ? ['baseUrl.url', baseUrl.url] : ['baseUrl', baseUrl];
  if (isAbsolute(url)) return;
  throw new TrueupError(
    'BAD_OPTIONS',
    `${connector}: ${name} must be an absolute http(s) address, like https://api.example.com.`,
    { context: { connector, option: name } },
  );
}

function isRedirect(status: number): boolean {
  // 0: a browser hides the redirect it was told not to follow.
  return status === 0 || (status >= 300 && status < 400 && status !== 304);
}
