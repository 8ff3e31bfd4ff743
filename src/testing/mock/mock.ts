import type { ContractLine } from '../../model/psa.ts';
import { createFaultDesk } from '../faults/control.ts';
import type { Fault, FaultTools } from '../faults/types.ts';
import { createRandom } from '../random.ts';
import { createTestRuntime } from '../runtime.ts';
import type { World } from '../world/types.ts';
import type {
  Mock,
  MockCall,
  MockCrash,
  MockDefinition,
  MockKit,
  MockOptions,
  MockReply,
  MockRequest,
  MockState,
  PageAsk,
  PagePart,
  PageWindow,
  Route,
} from './types.ts';

/** Starts a mock of one system over a world. For systems of trueup itself, `mockSystem` is shorter. */
export function startMock<Options>(
  definition: MockDefinition<Options>,
  given: World,
  options: MockOptions = {},
): Mock<Options> {
  const world = arranged(definition.precision === 'integer' ? whole(given) : given, options);
  const runtime = options.runtime ?? createTestRuntime({ start: world.asOf });
  const clock = options.clock ?? runtime;
  const desk = createFaultDesk();
  const requests: MockRequest[] = [];
  const secrets = new Set(definition.secrets);
  const tells = new Set<PagePart>();
  const crashes: MockCrash[] = [];
  const state: MockState = {
    lines: new Map(world.psa.lines.map((line) => [line.id, line])),
    writes: [],
  };
  const server = definition.start(world, createKit(definition.slug, state, secrets));
  const limiter = createLimiter(options.limit === true ? definition.limit : options.limit || undefined);

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const text = await request.text();
    const found = findRoute(server.routes, request.method, url.pathname);
    const kind = found?.route.kind ?? 'data';
    const hits = desk.hits({ path: url.pathname, method: request.method, kind });
    const entry = { ...logged(request, url, text, requests.length + 1, clock.now()), status: 0 };
    requests.push(entry);
    const tools: FaultTools = {
      sleep: clock.sleep,
      now: clock.now,
      expireTokens: () => server.expireTokens?.(),
      signal: request.signal,
    };
    const call: MockCall = {
      method: request.method,
      url,
      origin: url.origin,
      path: url.pathname,
      params: found?.params ?? {},
      query: url.searchParams,
      headers: request.headers,
      text,
      body: parsed(text),
      now: clock.now(),
      window: (rows, ask) => watched(windowOf(rows, ask, hits, options.pageCap), tells),
    };
    let reply = await replyTo(request, call, found?.route, hits, tools);
    const spoil: Readonly<Record<string, Fault['reply']>> = definition.spoil ?? {};
    for (const hit of hits) reply = (spoil[hit.name] ?? hit.reply)?.(reply) ?? reply;
    let response = await own(request, url.pathname, () => toResponse(reply));
    for (const hit of hits) response = (await hit.response?.(response, tools)) ?? response;
    entry.status = response.status;
    return response;
  };

  /** A caller sees no more than a broken connection; what broke is kept for whoever wrote the mock. */
  const own = async <T>(
    { method, signal }: Request,
    path: string,
    work: () => T | Promise<T>,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) crashes.push({ method, path, error });
      throw error;
    }
  };

  const replyTo = async (
    request: Request,
    call: MockCall,
    route: Route | undefined,
    hits: readonly Fault[],
    tools: FaultTools,
  ): Promise<MockReply> => {
    const wait = limiter(Date.parse(call.now));
    if (wait > 0) {
      const reply = await own(request, call.path, () =>
        server.fail({ status: 429, message: `Too many requests, wait ${wait} seconds.` }),
      );
      return { ...reply, headers: { ...reply.headers, 'retry-after': String(wait) } };
    }
    for (const hit of hits) {
      const instead = hit.before?.(tools);
      if (instead) return instead;
    }
    return own(request, call.path, () => {
      if (!route) return server.fail({ status: 404, message: `No such resource: ${call.path}` });
      const refused = route.kind === 'auth' ? null : server.authorize(call);
      return refused ? server.fail(refused) : route.answer(call);
    });
  };

  const mock: Mock<Options> = {
    slug: definition.slug,
    name: definition.name,
    role: definition.role,
    origins: definition.origins,
    options: definition.options(definition.origins[0]),
    optionsFor: definition.options,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      const response = await answer(request);
      // A caller who gave up gets no answer, as over a socket.
      request.signal.throwIfAborted();
      return response;
    },
    runtime,
    state,
    requests,
    crashes,
    get secrets() {
      return [...secrets];
    },
    faults: desk,
    tells,
    expected: server.expected,
    lacks: definition.lacks ?? [],
    enums: definition.enums ?? [],
    expireTokens: () => server.expireTokens?.(),
  };
  runtime.attach(mock);
  return mock;
}

/** What a PSA of whole numbers holds of the world. */
function whole(world: World): World {
  const lines = world.psa.lines.map((line) => ({ ...line, units: Math.ceil(line.units) }));
  return { ...world, psa: { ...world.psa, lines } };
}

/** The world as this mock serves it: as given, without rows, or in another order. */
function arranged(world: World, options: MockOptions): World {
  if (!options.empty && !options.shuffle) return world;
  const random = createRandom(`order-${world.seed}`);
  const arrange = <T>(rows: readonly T[]): T[] => (options.empty ? [] : random.shuffle(rows));
  const { customers, services, contracts, lines } = world.psa;
  return {
    ...world,
    psa: {
      customers: arrange(customers),
      services: arrange(services),
      contracts: arrange(contracts),
      lines: arrange(lines),
    },
    vendors: world.vendors.map(({ slug, accounts, skus, counts }) => ({
      slug,
      accounts: arrange(accounts),
      skus: arrange(skus),
      counts: arrange(counts),
    })),
  };
}

function createKit(slug: string, state: MockState, secrets: Set<string>): MockKit {
  const random = createRandom(`tokens-${slug}`);
  const linesOf = lineIndex(state.lines);
  const base64 = (text: string): string => btoa(text);
  return {
    state,
    linesOf,
    base64,
    token: (prefix = 'tok') => {
      const token = `${prefix}_${random.uuid().replaceAll('-', '')}`;
      secrets.add(token);
      return token;
    },
  };
}

/** Lines by contract, worked out anew after a change: reading is what mocks do nearly all the time. */
function lineIndex(lines: Map<string, ContractLine>): MockKit['linesOf'] {
  let index: Map<string, ContractLine[]> | null = null;
  for (const method of ['set', 'delete'] as const) {
    const real = lines[method].bind(lines) as (...args: unknown[]) => never;
    lines[method] = (...args: unknown[]) => {
      index = null;
      return real(...args);
    };
  }
  return (contractId) => {
    index ??= Map.groupBy(lines.values(), (line) => line.contractId);
    return index.get(contractId) ?? [];
  };
}

function logged(
  request: Request,
  url: URL,
  text: string,
  number: number,
  at: string,
): Omit<MockRequest, 'status'> {
  return {
    number,
    method: request.method,
    url: request.url,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(request.headers),
    body: text === '' ? null : (parsed(text) ?? text),
    at,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly params: Record<string, string> } | undefined {
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

/** Path and pattern are compared part by part, without regard to case; servers of the field do the same. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  const open = wanted.at(-1) === '*';
  if (open ? given.length < wanted.length - 1 : given.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part === '*') break;
    const value = given[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part.toLowerCase() !== value.toLowerCase()) return undefined;
  }
  return params;
}

function windowOf<T>(
  rows: readonly T[],
  asked: PageAsk,
  hits: readonly Fault[],
  cap: number | undefined,
): PageWindow<T> {
  let ask: PageAsk = cap === undefined ? asked : { ...asked, size: Math.min(asked.size, cap) };
  for (const hit of hits) ask = hit.ask?.(ask) ?? ask;
  const end = ask.offset + ask.size;
  let page: PageWindow<T> = {
    rows: rows.slice(ask.offset, end),
    offset: ask.offset,
    size: ask.size,
    total: rows.length,
    next: end < rows.length ? end : null,
  };
  for (const hit of hits) page = hit.page?.(page, rows) ?? page;
  return page;
}

/** The same page, which notes what is read of it. */
function watched<T>(page: PageWindow<T>, tells: Set<PagePart>): PageWindow<T> {
  const { total, next, origin, ...rest } = page;
  const telling = <V>(part: PagePart, value: V): V => {
    tells.add(part);
    return value;
  };
  return {
    ...rest,
    get total() {
      return telling('total', total);
    },
    get next() {
      return telling('next', next);
    },
    get origin() {
      return telling('origin', origin);
    },
  } as PageWindow<T>;
}

function toResponse(reply: MockReply): Response {
  const { status = 200 } = reply;
  const headers = new Headers(reply.headers);
  let body: string | null = null;
  if ('json' in reply && reply.json !== undefined) {
    body = JSON.stringify(reply.json);
    if (!headers.has('content-type'))
      headers.set('content-type', reply.type ?? 'application/json; charset=utf-8');
  } else if (reply.text !== undefined) {
    body = reply.text;
    headers.set('content-type', reply.type ?? 'text/plain; charset=utf-8');
  }
  return new Response(status === 204 || status === 304 ? null : body, { status, headers });
}

/** Seconds to wait, or 0. A sliding window, as strict as any vendor's. */
function createLimiter(
  limit: { readonly requests: number; readonly windowMs: number } | undefined,
): (now: number) => number {
  const times: number[] = [];
  return (now) => {
    if (!limit) return 0;
    while (times.length > 0 && (times[0] ?? 0) <= now - limit.windowMs) times.shift();
    if (times.length >= limit.requests) return Math.ceil(((times[0] ?? now) + limit.windowMs - now) / 1000);
    times.push(now);
    return 0;
  };
}
