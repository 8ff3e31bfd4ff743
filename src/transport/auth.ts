import { epochMs } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import { valueAt } from './path.ts';
import { headerSecrets, type Redactor } from './redact.ts';
import type { Runtime } from './runtime.ts';
import { type SingleFlight, singleFlight } from './single-flight.ts';
import type { Auth, Found, Placement, TokenRequest } from './wire.ts';

/** Credentials for one request, and a stamp to say which ones were refused. */
interface Credentials {
  readonly placement: Placement;
  readonly stamp: number;
}

interface AuthCall {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
  readonly found: Found;
}

export interface Authenticator {
  credentials(tenant: string | undefined, call: AuthCall): Promise<Credentials>;
  /** The credentials of `stamp` were refused. True when asking again gives others. */
  refused(tenant: string | undefined, stamp: number): boolean;
  /** Sees every answer: a rolling session takes its next token from it. */
  seen(body: unknown, runtime: Runtime): void;
}

interface Session {
  readonly flight: SingleFlight<string>;
  token: string | undefined;
  refreshToken: string | undefined;
  /** ms since 1970; renewed from then on. */
  renewAt: number;
  stamp: number;
  /** The last tokens: an answer under way may still name one that has been replaced. */
  readonly shown: string[];
}

/** Tokens of one session that stay secret in messages. */
const TOKENS_KEPT_SECRET = 8;

type Login = (request: TokenRequest, runtime: Runtime, signal: AbortSignal) => Promise<unknown>;

/** Without a declared lifetime a token is asked for anew after five minutes. */
const DEFAULT_LIFETIME_SECONDS = 300;

/** Holds the tokens of one connector instance. `login` sends a token request and gives the answer's body. */
export function createAuthenticator(
  auth: Auth,
  connector: string,
  redactor: Redactor,
  login: Login,
): Authenticator {
  if (auth.kind !== 'token' && auth.kind !== 'rolling') {
    const fixed = { placement: fixedPlacement(auth, redactor), stamp: 0 };
    return { credentials: async () => fixed, refused: () => false, seen: () => {} };
  }
  const sessions = new Map<string, Session>();
  const sessionOf = (tenant: string | undefined): Session => {
    const key = tenant ?? '';
    let session = sessions.get(key);
    if (!session) {
      session = {
        flight: singleFlight(),
        token: undefined,
        refreshToken: undefined,
        renewAt: 0,
        stamp: 0,
        shown: [],
      };
      sessions.set(key, session);
    }
    return session;
  };

  const hide = (session: Session, token: string): void => {
    if (session.shown.includes(token)) return;
    redactor.add(token);
    session.shown.push(token);
    const old = session.shown.splice(0, session.shown.length - TOKENS_KEPT_SECRET);
    for (const one of old) redactor.drop(one);
  };

  const keep = (session: Session, token: unknown, seconds: number, runtime: Runtime): string => {
    if (typeof token !== 'string' || token === '') {
      throw new TrueupError('BAD_SHAPE', `${connector}: the log-in answer holds no token.`, {
        context: { connector },
      });
    }
    hide(session, token);
    session.token = token;
    session.stamp += 1;
    session.renewAt = epochMs(runtime.now()) + seconds * 1000;
    return token;
  };

  const renew = async (
    session: Session,
    tenant: string | undefined,
    call: AuthCall,
    signal: AbortSignal,
  ): Promise<string> => {
    if (auth.kind === 'rolling') {
      const body = await login(auth.login, call.runtime, signal);
      return keep(session, valueAt(body, auth.token), auth.idleSeconds, call.runtime);
    }
    const fresh = typeof auth.login === 'function' ? auth.login({ tenant, found: call.found }) : auth.login;
    const old = session.refreshToken;
    session.refreshToken = undefined;
    const body =
      auth.refresh && old !== undefined
        ? await login(auth.refresh(old, { found: call.found }), call.runtime, signal).catch((error) => {
            if (!TrueupError.is(error, 'AUTH_FAILED')) throw error;
            return login(fresh, call.runtime, signal);
          })
        : await login(fresh, call.runtime, signal);
    const next = auth.refresh ? valueAt(body, auth.refreshToken ?? 'refresh_token') : undefined;
    if (typeof next === 'string') {
      hide(session, next);
      session.refreshToken = next;
    }
    return keep(
      session,
      valueAt(body, auth.token ?? 'access_token'),
      lifetime(auth.expires, body),
      call.runtime,
    );
  };

  return {
    async credentials(tenant, call) {
      const session = sessionOf(tenant);
      const { runtime, signal } = call;
      const kept = epochMs(runtime.now()) < session.renewAt ? session.token : undefined;
      const token = kept ?? (await session.flight.run((own) => renew(session, tenant, call, own), signal));
      const place = auth.place ?? bearer;
      return { placement: place(token), stamp: session.stamp };
    },
    refused(tenant, stamp) {
      const session = sessionOf(tenant);
      // Others may have renewed it while this request was under way.
      if (session.stamp === stamp) session.token = undefined;
      return true;
    },
    seen(body, runtime) {
      if (auth.kind !== 'rolling') return;
      const next = valueAt(body, auth.token);
      if (typeof next === 'string' && next !== '')
        keep(sessionOf(undefined), next, auth.idleSeconds, runtime);
    },
  };
}

/** Seconds until renewal: the lifetime less a tenth of it, at most a minute. */
function lifetime(expires: Extract<Auth, { kind: 'token' }>['expires'], body: unknown): number {
  const found = typeof expires === 'number' ? expires : Number(valueAt(body, expires ?? 'expires_in'));
  const seconds = Number.isFinite(found) && found > 0 ? found : DEFAULT_LIFETIME_SECONDS;
  return seconds - Math.min(60, seconds / 10);
}

function bearer(token: string): Placement {
  return { headers: { authorization: `Bearer ${token}` } };
}

function fixedPlacement(
  auth: Exclude<Auth, { kind: 'token' } | { kind: 'rolling' }>,
  redactor: Redactor,
): Placement {
  switch (auth.kind) {
    case 'none':
      return {};
    case 'headers':
      redactor.add(...headerSecrets(auth.headers));
      return { headers: auth.headers };
    case 'basic': {
      const authorization = basicHeader(auth.user, auth.password);
      redactor.add(auth.password, authorization.slice(6), ...headerSecrets(auth.headers ?? {}));
      return { headers: { ...auth.headers, authorization } };
    }
    case 'query':
      redactor.add(...Object.values(auth.query).map((value) => String(value)));
      return { query: auth.query };
  }
}

/** The value of an HTTP Basic header, of any Unicode text. */
export function basicHeader(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
