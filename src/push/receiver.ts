import { TrueupError } from '../model/errors.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import { createRuntime, type Runtime } from '../transport/runtime.ts';
import { type PushAdmin, pushAdmin } from './admin.ts';
import { type Refusal, readJson } from './body.ts';
import { type PushEvent, teller } from './events.ts';
import { cryptoRandom, keyRing, type RandomBytes } from './keys.ts';
import { rateGate } from './rate.ts';
import type { Reply, Route } from './route.ts';
import { routes } from './routes.ts';
import type { PushIntegration, PushStore } from './store.ts';
import { TOKEN_HEADER } from './wire.ts';
import { type WireShapes, wireShapes } from './wire-shapes.ts';

/** Where a receiver keeps things, and its bounds. */
export interface PushReceiverOptions {
  /** `memoryPushStore()`, `sqlitePushStore(file)` of `trueup/push/sqlite`, or your own. */
  readonly store: PushStore;
  /** What comes before `/vendor-api` in the path. Default `/api`, as Gradient has it. */
  readonly basePath?: string;
  /**
   * Mixed into the hashes of keys (HMAC-SHA-256), so that a stolen store alone is worth less. At least 16
   * characters. Keep it: without it all keys fail. Default: plain SHA-256.
   */
  readonly pepper?: string;
  /** Bounds of what one partner may send; each has a default. */
  readonly limits?: PushLimits;
  /** Told after each change is durable. What it throws or returns is ignored. */
  readonly onEvent?: (event: PushEvent) => unknown;
  /** The clock and the waiting, for tests. */
  readonly runtime?: Partial<Pick<Runtime, 'now' | 'sleep'>>;
  /** Source of keys and mapping ids. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: RandomBytes;
}

/** Bounds of what one partner may send. */
export interface PushLimits {
  /** Over it: 429 with `Retry-After`. At least 1. Default 100, as Gradient's. */
  readonly requestsPerSecond?: number;
  /** Over it: 413. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** A body that takes longer: 408. Default 10 000. */
  readonly bodyTimeoutMs?: number;
  /** Accounts of one integration. Default 100 000. */
  readonly maxAccounts?: number;
  /** Services of one vendor, and own services of one integration. Default 10 000. */
  readonly maxServices?: number;
}

const OPTIONS: OptionRules<PushReceiverOptions> = {
  store: 'needed',
  basePath: 'any',
  pepper: 'any',
  limits: {
    requestsPerSecond: 'any',
    maxBodyBytes: 'any',
    bodyTimeoutMs: 'any',
    maxAccounts: 'any',
    maxServices: 'any',
  },
  onEvent: 'any',
  runtime: 'any',
  randomBytes: 'any',
};

/** Answers requests of the push protocol; the rest of it is for the embedder's own use. */
export interface PushReceiver extends PushAdmin {
  /** One request of the protocol. Never rejects. */
  (request: Request): Promise<Response>;
}

/**
 * The push protocol, served from your own process. A web-standard handler: mount it in Hono, Bun, Deno, a worker,
 * or `node:http` with a few lines of adapter (see docs/receive.md).
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function createPushReceiver(options: PushReceiverOptions): PushReceiver {
  checkOptions('createPushReceiver', options, OPTIONS);
  const { store, limits = {} } = options;
  const runtime = createRuntime(options.runtime);
  const base = checkBase(options.basePath ?? '/api');
  const bounds = {
    maxBodyBytes: positive('maxBodyBytes', limits.maxBodyBytes ?? 1_048_576),
    bodyTimeoutMs: positive('bodyTimeoutMs', limits.bodyTimeoutMs ?? 10_000),
  };
  const caps = {
    accounts: positive('maxAccounts', limits.maxAccounts ?? 100_000),
    services: positive('maxServices', limits.maxServices ?? 10_000),
  };
  const perSecond = positive('requestsPerSecond', limits.requestsPerSecond ?? 100);
  // A budget that never holds one request lets none through.
  if (perSecond < 1) throw new TrueupError('BAD_OPTIONS', 'limits.requestsPerSecond must be at least 1.');
  const allowed = rateGate(perSecond, runtime.now);
  const random = options.randomBytes ?? cryptoRandom;
  const keys = keyRing(options.pepper, random);
  const tell = teller(options.onEvent);
  const table = routes();
  let shapes: WireShapes | undefined;

  async function answer(request: Request, seen: { integration?: PushIntegration }): Promise<Reply | Refusal> {
    const opened = await keys.open(request.headers.get(TOKEN_HEADER), store);
    const integration = opened ? await store.getIntegration(opened.integrationId) : null;
    if (!opened || !integration || integration.vendorId !== opened.vendorId) return UNAUTHORIZED;
    seen.integration = integration;
    if (!allowed(integration.id)) return { status: 429, message: 'Too Many Requests' };

    const url = new URL(request.url);
    const path = segmentsBelow(`${base}/vendor-api`, url.pathname);
    if (path === 'malformed') return { status: 400, message: 'The path is not valid.' };
    const found = path && match(table, request.method, path);
    if (!found) return NOT_FOUND;
    if ('status' in found) return found;
    const { route, params } = found;
    if (!opened.scopes.includes(route.scope)) {
      return { status: 403, message: `The key has no scope "${route.scope}".` };
    }
    const body = route.hasBody ? await readJson(request, bounds, runtime.sleep) : { value: undefined };
    if ('status' in body) return body;
    shapes ??= wireShapes();
    return route.run({
      store,
      shapes,
      now: runtime.now,
      tell,
      caps,
      integration,
      params,
      query: url.searchParams,
      body: body.value,
    });
  }

  async function handle(request: Request): Promise<Response> {
    const seen: { integration?: PushIntegration } = {};
    try {
      const result = await answer(request, seen);
      if (!('message' in result)) return respond(result.status, result.body);
      const { status, message } = result;
      if (EARLY.has(status)) {
        tell({ type: 'refused', integrationId: seen.integration?.id ?? null, at: runtime.now(), status });
      }
      return respond(status, { statusCode: status, message });
    } catch (error) {
      const integrationId = seen.integration?.id ?? null;
      tell({ type: 'failed', integrationId, at: runtime.now(), error });
      return respond(500, { statusCode: 500, message: 'Internal Server Error' });
    }
  }

  return Object.assign(handle, pushAdmin({ store, keys, random, now: runtime.now, tell }));
}

const UNAUTHORIZED: Refusal = { status: 401, message: 'Unauthorized' };
const NOT_FOUND: Refusal = { status: 404, message: 'Not Found' };
/** Refusals an embedder may want to watch; a 404 of an unmapped count is everyday business. */
const EARLY: ReadonlySet<number> = /* @__PURE__ */ new Set([401, 403, 408, 413, 429]);

function respond(status: number, body: unknown): Response {
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  };
  if (status === 429) headers['retry-after'] = '1';
  return new Response(JSON.stringify(body), { status, headers });
}

/** The decoded segments below the prefix, `null` when the path lies elsewhere. */
function segmentsBelow(prefix: string, pathname: string): readonly string[] | null | 'malformed' {
  if (pathname !== prefix && !pathname.startsWith(`${prefix}/`)) return null;
  const rest = pathname.slice(prefix.length + 1).replace(/\/$/, '');
  try {
    return rest === '' ? [] : rest.split('/').map(decodeURIComponent);
  } catch {
    return 'malformed';
  }
}

function match(
  table: readonly Route[],
  method: string,
  path: readonly string[],
): { readonly route: Route; readonly params: readonly string[] } | Refusal {
  const here = table.filter(
    (route) =>
      route.path.length === path.length &&
      route.path.every((part, i) => (part === '*' ? path[i] !== '' : part === path[i])),
  );
  const route = here.find((one) => one.method === method);
  if (!route) return here.length > 0 ? { status: 405, message: 'Method Not Allowed' } : NOT_FOUND;
  return { route, params: path.filter((_, i) => route.path[i] === '*') };
}

function checkBase(path: string): string {
  const base = path.replace(/\/$/, '');
  if (base !== '' && !/^(\/[A-Za-z0-9._~-]+)+$/.test(base)) {
    throw new TrueupError('BAD_OPTIONS', `basePath must be like "/api", not "${path}".`);
  }
  return base;
}

function positive(name: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0) {
    throw new TrueupError('BAD_OPTIONS', `limits.${name} must be a number above 0.`);
  }
  return value;
}
