import { type ErrorCode, type Receipt, TrueupError, type VendorCount, type VendorSku } from 'trueup';
import type { CallContext, VendorConnector, VendorRows } from '../../src/connector/spec.ts';

/** Ways of being wrong that real connectors have been wrong in, and the case that must notice each. */
export const flaws = {
  'takes a short page for the end': 'a server that sends less than asked is not at its end',
  'takes an error for zero rows': '503 for ever',
  'takes a missing list for zero rows': 'missing items path',
  'takes HTML for zero rows': '200 with HTML',
  'shows the token in errors': '404 is not asked again',
  'shows the secret on itself': "a pull gives back the world's own rows",
  'logs the token': "a pull gives back the world's own rows",
  'ignores abort': 'aborted at any request',
  'leaves listeners behind': 'no listener is left on the signal',
  'drops a page': 'many pages give the same rows as one',
  'ignores Retry-After': '503 with Retry-After in the date form is waited out',
  'retries 404': '404 is not asked again',
  'waits for any pause': 'a pause longer than the budget fails at once, with the time to come back',
  'does not check the total': 'declared total missed',
  'believes a total that shrinks': 'a row deleted while reading is noticed by the declared total',
  'never renews the token': 'token expires during a pull',
  'takes a repeated page for a new one': 'repeated page',
  'reads without a cap': 'oversized body',
  'does not check types': 'wrong types name path and row, not the payload',
  'forgets waiting seats': "a pull gives back the world's own rows",
  'counts trials': "a pull gives back the world's own rows",
  'guesses unknown words': 'a word the vendor never used before is kept and reported',
  'takes unknown options': 'an unknown option is refused',
  'reads the environment': 'no environment variable is read',
  'writes while reading': 'a pull only reads',
  'follows the order of rows': 'the order rows come in changes nothing',
} as const;
export type Flaw = keyof typeof flaws;

export interface HandOptions {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

type Row = Readonly<Record<string, unknown>>;
const RUNNING = ['Active', 'PendingManual', 'PendingAutomated', 'PendingCancel', 'Activated'];
const OVER = ['Cancelled', 'Converted'];
const CAP = 2 << 20;

/** A Pax8 connector by hand, with nothing of trueup's own transport: the contract's sparring partner. */
export function handConnector(options: HandOptions, flaw?: Flaw): VendorConnector {
  const known = ['baseUrl', 'clientId', 'clientSecret'];
  for (const name of known) {
    if (!(name in options)) throw new TrueupError('BAD_OPTIONS', `the option ${name} is missing`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name) && flaw !== 'takes unknown options') {
      throw new TrueupError('BAD_OPTIONS', `the option ${name} is not known`);
    }
  }
  let token: string | null = null;
  const fail = (code: ErrorCode, message: string, retryAt?: string): TrueupError =>
    new TrueupError(code, flaw === 'shows the token in errors' ? `${message} ${token}` : message, {
      ...(retryAt === undefined ? {} : { retryAt, retryable: true }),
    });

  async function once(context: CallContext, url: string, init: RequestInit): Promise<Response> {
    const { signal = undefined } = flaw === 'ignores abort' ? {} : context;
    if (signal?.aborted) throw fail('ABORTED', 'aborted');
    const own = new AbortController();
    const stop = (): void => own.abort();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const response = await context.runtime.fetch(url, { ...init, signal: own.signal });
      const text = await readText(response);
      return new Response(text, { status: response.status, headers: response.headers });
    } catch (error) {
      if (signal?.aborted) throw fail('ABORTED', 'aborted');
      throw TrueupError.is(error) ? error : fail('NETWORK', 'the connection broke');
    } finally {
      if (flaw !== 'leaves listeners behind') signal?.removeEventListener('abort', stop);
    }
  }

  async function readText(response: Response): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > CAP && flaw !== 'reads without a cap') throw fail('TOO_LARGE', `more than ${CAP} bytes`);
      parts.push(part);
    }
    return new TextDecoder().decode(Buffer.concat(parts));
  }

  async function login(context: CallContext): Promise<string> {
    const response = await once(context, `${options.baseUrl}/token`, {
      method: 'POST',
      body: JSON.stringify({
        client_id: options.clientId,
        client_secret: options.clientSecret,
        audience: 'https://api.pax8.com',
        grant_type: 'client_credentials',
      }),
    });
    if (!response.ok) throw fail('AUTH_FAILED', 'the credentials were refused');
    token = ((await response.json()) as { access_token: string }).access_token;
    if (flaw === 'logs the token')
      context.runtime.log?.({ level: 'debug', event: `got ${token}`, connector: 'hand' });
    return token;
  }

  async function get(context: CallContext, path: string, renewed = false, tries = 0): Promise<Response> {
    const bearer = token ?? (await login(context));
    const again = async (ms: number): Promise<Response> => {
      await context.runtime.sleep(ms, context.signal).catch(() => {
        throw fail('ABORTED', 'aborted');
      });
      return get(context, path, renewed, tries + 1);
    };
    let response: Response;
    try {
      response = await once(context, options.baseUrl + path, {
        headers: { authorization: `Bearer ${bearer}` },
      });
    } catch (error) {
      if (TrueupError.is(error, 'NETWORK') && tries < 3) return again(500);
      throw error;
    }
    const { status } = response;
    if (status === 401 && !renewed && flaw !== 'never renews the token') {
      token = null;
      return get(context, path, true, tries);
    }
    if (flaw === 'takes an error for zero rows' && status >= 400) {
      return Response.json({ content: [], page: { totalElements: 0, totalPages: 0 } });
    }
    if (status === 404 && flaw === 'retries 404' && tries < 3) return again(1000);
    if (status === 429 || status >= 500) {
      const asked = response.headers.get('retry-after');
      const now = Date.parse(context.runtime.now());
      let ms = asked === null ? 500 : /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now;
      if (flaw === 'ignores Retry-After') ms = 100;
      if (ms > 120_000 && flaw !== 'waits for any pause') {
        throw fail('RATE_LIMITED', 'asked to wait too long', new Date(now + ms).toISOString());
      }
      if (tries < 3) return again(ms);
    }
    const code = ({ 401: 'AUTH_FAILED', 403: 'FORBIDDEN', 404: 'NOT_FOUND' } as const)[status];
    if (!response.ok) throw fail(code ?? 'HTTP_ERROR', `status ${status}`);
    return response;
  }

  async function* list(context: CallContext, path: string): AsyncGenerator<readonly Row[]> {
    const seen = new Set<string>();
    let rows = 0;
    let most = 0;
    for (let page = 0; ; page++) {
      const response = await get(context, `${path}?size=200&page=${page}`);
      const text = await response.text();
      if (flaw === 'takes HTML for zero rows' && text.startsWith('<')) return;
      const body = parse(text);
      if (!Array.isArray(body.content)) {
        if (flaw === 'takes a missing list for zero rows') return;
        throw fail('BAD_SHAPE', `${path}: the answer has no list at content`);
      }
      const content = body.content as Row[];
      const fresh = content.filter((row) => !seen.has(String(row.id)));
      for (const [n, row] of content.entries()) {
        if (typeof row.id !== 'string' && flaw !== 'does not check types') {
          throw fail('BAD_SHAPE', `${path}: row ${n} has no id`);
        }
        seen.add(String(row.id));
      }
      if (flaw === 'takes a repeated page for a new one') rows += content.length;
      else rows += fresh.length;
      if (!(flaw === 'drops a page' && page === 1)) yield fresh;
      const { totalPages, totalElements, size } = body.page as Readonly<Record<string, number>>;
      if ((totalElements ?? 0) < most && flaw !== 'believes a total that shrinks') {
        throw fail('PULL_INCOMPLETE', `${path}: the list became smaller while it was read`);
      }
      most = totalElements ?? 0;
      const short = flaw === 'takes a short page for the end' && content.length < 200;
      if (short || page + 1 >= (totalPages ?? 0) || size === 0) {
        if (rows !== totalElements && flaw !== 'does not check the total' && !short) {
          throw fail('PULL_INCOMPLETE', `${path}: ${rows} of ${totalElements} rows came`);
        }
        return;
      }
    }
  }

  function parse(text: string): Row {
    try {
      return JSON.parse(text) as Row;
    } catch {
      throw fail('BAD_CONTENT', 'the answer is not JSON');
    }
  }

  async function* pull(context: CallContext): AsyncGenerator<VendorRows, Receipt> {
    const resources: Record<string, { rows: number; pages: number; complete: boolean }> = {};
    const problems: Receipt['problems'][number][] = [];
    const skus = new Map<string, VendorSku>();
    const tally = (name: string, rows: number): void => {
      const before = resources[name] ?? { rows: 0, pages: 0, complete: true };
      resources[name] = { rows: before.rows + rows, pages: before.pages + 1, complete: true };
    };
    const unknown = (what: string, id: unknown): void => {
      if (flaw === 'guesses unknown words') return;
      problems.push({ code: 'unknown-word', message: `${what} ${id}`, severity: 'warning' });
    };
    if (flaw === 'reads the environment') void process.env.HAND_TOKEN;
    if (flaw === 'writes while reading') {
      await context.runtime.fetch(`${options.baseUrl}/companies/1`, { method: 'PUT', body: '{}' });
    }
    for await (const rows of list(context, '/companies')) {
      tally('companies', rows.length);
      for (const row of rows)
        if (!['Active', 'Inactive', 'Deleted'].includes(String(row.status))) unknown('status', row.id);
      yield {
        resource: 'companies',
        accounts: rows.map((row) => ({
          id: String(row.id),
          name: String(row.name),
          active: row.status === 'Active',
          ...(row.externalId ? { externalIds: { psa: String(row.externalId) } } : {}),
        })),
      };
    }
    let n = 0;
    for await (const rows of list(context, '/subscriptions')) {
      tally('subscriptions', rows.length);
      const now = context.runtime.now();
      const counts: VendorCount[] = [];
      for (const row of rows) {
        const status = String(row.status);
        if (![...RUNNING, ...OVER, 'Trial', 'WaitingForDetails', 'PendingActivation'].includes(status))
          unknown('status', row.id);
        if (flaw === 'forgets waiting seats' && status !== 'Active') continue;
        if (status === 'Trial' && flaw !== 'counts trials') continue;
        if (row.billingTerm === 'One-Time' || String(row.startDate) > now) continue;
        const commitment = row.commitmentTerm as { term: string; endDate: string } | null | undefined;
        const term = commitment ? { commitment: commitment.term, billing: String(row.billingTerm) } : null;
        const id = term ? `${row.productId}:${term.commitment}:${term.billing}` : `${row.productId}:none`;
        skus.set(id, {
          id,
          name: flaw === 'follows the order of rows' ? `${row.productName} ${n}` : String(row.productName),
          family: String(row.productId),
          term,
          metrics: ['purchased'],
          defaultMetric: 'purchased',
          whenAbsent: 'no-count',
        });
        n++;
        counts.push({
          accountId: String(row.companyId),
          skuId: id,
          metric: 'purchased',
          units: Number(row.quantity),
          ref: String(row.id),
          ...(row.endDate ? { termEnd: String(row.endDate).slice(0, 10), status: 'ended' as const } : {}),
          ...(commitment && !row.endDate ? { committedUntil: commitment.endDate.slice(0, 10) } : {}),
        });
      }
      yield { resource: 'subscriptions', counts };
    }
    yield { resource: 'subscriptions', skus: [...skus.values()] };
    return { complete: true, resources, problems };
  }

  return {
    specVersion: 1,
    role: 'vendor',
    id: 'hand',
    name: 'By hand',
    ...(flaw === 'shows the secret on itself' ? { options } : {}),
    capabilities: {
      confidence: 'high',
      unconfirmed: [],
      limits: '',
      metrics: ['purchased'],
      whenAbsent: 'no-count',
      filters: [],
    },
    check: async (context) => {
      await get(context, '/companies?size=1');
      return { account: null, baseUrl: options.baseUrl };
    },
    pull,
  };
}
