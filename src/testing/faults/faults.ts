import type { PageWindow } from '../mock/types.ts';
import { breakBody, replaceBody, slowBody, stallBody } from './body.ts';
import type { Fault } from './types.ts';

/** Every way of going wrong that trueup is tested against. Inject with `mock.faults.inject(faults.html())`. */
export const faults: {
  /** An error status in place of the answer; `retryAfter` in seconds, or `{ dateInMs }` for the date form. */
  readonly status: (
    status: number,
    options?: { readonly retryAfter?: number | { readonly dateInMs: number }; readonly body?: string },
  ) => Fault;
  /** No answer at all: the connection is refused. */
  readonly refused: () => Fault;
  /** The connection breaks in the middle of the body. */
  readonly reset: () => Fault;
  /** The body ends early though the connection closes well. */
  readonly truncated: () => Fault;
  /** 200 with a log-in page. */
  readonly html: () => Fault;
  /** The body comes in two parts, `ms` apart by the runtime's clock. */
  readonly slow: (ms: number) => Fault;
  /** The body never ends; only an abort or a time-out gets out. */
  readonly stalled: () => Fault;
  /** A body of at least this many bytes; white space before the real one, so it would still parse. */
  readonly oversized: (bytes: number) => Fault;
  /** The rows of the page before, again. */
  readonly repeatedPage: () => Fault;
  /** A row was inserted before this page: it starts with the last row of the page before. Nothing is lost. */
  readonly shiftedBack: () => Fault;
  /** A row before this page was deleted: one row is skipped and never seen. */
  readonly shiftedOn: () => Fault;
  /** The server sends fewer rows than asked; more pages follow. Use with `times: Infinity`. */
  readonly shortPages: (size: number) => Fault;
  /** A page without rows that is not the last. */
  readonly emptyPage: () => Fault;
  /** The next page is said to be this one again. */
  readonly repeatedCursor: () => Fault;
  /** More rows are declared than come. Use with `times: Infinity`. */
  readonly totalMissed: (by?: number) => Fault;
  /** The link to the next page points to another host. */
  readonly crossOrigin: (origin?: string) => Fault;
  /** Every field of the first row holds an object. */
  readonly wrongTypes: () => Fault;
  /** The list is not where it should be. */
  readonly missingItems: () => Fault;
  /** One field of the first row holds a word the system never used before. */
  readonly unknownWord: (field: string, word?: string) => Fault;
  /** Every token is refused from this request on, until a new one is asked for. */
  readonly expiredToken: () => Fault;
} = {
  status: (status, options = {}) => ({
    name: `status ${status}`,
    before: (tools) => {
      const { retryAfter, body } = options;
      const headers: Record<string, string> = {};
      if (typeof retryAfter === 'number') headers['retry-after'] = String(retryAfter);
      else if (retryAfter) {
        headers['retry-after'] = new Date(Date.parse(tools.now()) + retryAfter.dateInMs).toUTCString();
      }
      return { status, headers, text: body ?? '', type: 'text/plain' };
    },
  }),
  refused: () => ({
    name: 'refused',
    before: () => {
      throw new TypeError('fetch failed');
    },
  }),
  reset: () => ({ name: 'reset', response: breakBody }),
  truncated: () => ({
    name: 'truncated',
    response: (response) => replaceBody(response, (text) => text.slice(0, Math.floor(text.length / 2))),
  }),
  html: () => ({
    name: 'html',
    reply: () => ({
      status: 200,
      type: 'text/html; charset=utf-8',
      text: '<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>',
    }),
  }),
  slow: (ms) => ({ name: 'slow', response: (response, tools) => slowBody(response, tools, ms) }),
  stalled: () => ({ name: 'stalled', response: stallBody }),
  oversized: (bytes) => ({
    name: 'oversized',
    response: (response) => replaceBody(response, (text) => text, bytes),
  }),
  repeatedPage: () => ({
    name: 'repeatedPage',
    // Rows of the page before, but the way on is this page's own.
    page: (page, rows) => ({ ...page, rows: rows.slice(Math.max(0, page.offset - page.size), page.offset) }),
  }),
  shiftedBack: () => ({
    name: 'shiftedBack',
    page: (page, rows) => ({ ...page, rows: [...rows.slice(page.offset - 1, page.offset), ...page.rows] }),
  }),
  shiftedOn: () => ({ name: 'shiftedOn', page: (page) => ({ ...page, rows: page.rows.slice(1) }) }),
  shortPages: (size) => ({
    name: 'shortPages',
    ask: (ask) => ({ ...ask, size: Math.min(ask.size, size) }),
  }),
  emptyPage: () => ({
    name: 'emptyPage',
    // The page's rows are not lost: the next page begins where this one did.
    page: (page) => ({ ...page, rows: [], next: page.offset }),
  }),
  repeatedCursor: () => ({ name: 'repeatedCursor', page: (page) => ({ ...page, next: page.offset }) }),
  totalMissed: (by = 1) => ({
    name: 'totalMissed',
    page: (page) => ({ ...page, total: page.total + by }),
  }),
  crossOrigin: (origin = 'https://elsewhere.example') => ({
    name: 'crossOrigin',
    page: <T>(page: PageWindow<T>): PageWindow<T> => ({ ...page, origin }),
  }),
  wrongTypes: () => ({
    name: 'wrongTypes',
    reply: (reply) => ({
      ...reply,
      json: editFirstRow(reply.json, (row) =>
        Object.fromEntries(Object.keys(row).map((key) => [key, { unexpected: true }])),
      ),
    }),
  }),
  missingItems: () => ({
    name: 'missingItems',
    reply: (reply) => ({ ...reply, json: withoutList(reply.json) }),
  }),
  unknownWord: (field, word = 'SomethingNew') => ({
    name: 'unknownWord',
    reply: (reply) => ({ ...reply, json: editFirstRow(reply.json, (row) => ({ ...row, [field]: word })) }),
  }),
  expiredToken: () => ({
    name: 'expiredToken',
    before: (tools) => {
      tools.expireTokens();
      return undefined;
    },
  }),
};

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changes the first row of the first list in a JSON body, wherever the list is. */
function editFirstRow(body: unknown, edit: (row: Json) => Json): unknown {
  if (Array.isArray(body)) {
    const [first, ...rest] = body;
    return isObject(first) ? [edit(first), ...rest] : body;
  }
  if (!isObject(body)) return body;
  const key = listKey(body);
  return key === undefined ? body : { ...body, [key]: editFirstRow(body[key], edit) };
}

function withoutList(body: unknown): unknown {
  if (Array.isArray(body)) return { message: 'ok' };
  if (!isObject(body)) return body;
  const key = listKey(body);
  if (key === undefined) return {};
  const { [key]: list, ...rest } = body;
  return Array.isArray(list) ? rest : { ...rest, [key]: withoutList(list) };
}

/** The key that leads to the first list: a list itself, or an object with one inside. */
function listKey(body: Json): string | undefined {
  return (
    Object.keys(body).find((key) => Array.isArray(body[key])) ??
    Object.keys(body).find((key) => isObject(body[key]) && listKey(body[key] as Json) !== undefined)
  );
}
