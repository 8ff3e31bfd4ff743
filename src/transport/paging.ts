import { TrueupError } from '../model/errors.ts';
import type { Answer, Http, HttpCall } from './http.ts';
import { type Path, pathText, steps, valueAt } from './path.ts';
import { linked, type Place, place, requestKey, withMissingQuery } from './place.ts';
import { absolute, nextLink } from './url.ts';
import type { WireRequest } from './wire.ts';

interface Size {
  /** The page size asked for. The server may give less; that ends nothing. */
  readonly size?: Place & { readonly value: number };
}

/**
 * How the last page is known. The first rule whose value is in the answer decides; the last rule may be one
 * that needs no value (`empty`, `short`).
 */
export type End =
  /** Number of pages, the first one counted as 1. */
  | { readonly pages: Path }
  /** Number of rows of the whole list: the end is reached with the last of them. */
  | { readonly rows: Path }
  /** A flag that more follows (or, with `is: false`, that nothing follows). */
  | { readonly more: Path; readonly is?: boolean }
  /** The page after the last is empty. Costs one request, never a row. */
  | 'empty'
  /** A page shorter than the one before, or an empty one. A short first page is not trusted: the server may cap. */
  | 'short';

/** How a list is split into pages, as data. Every kind ends for its declared reason and for no other. */
export type Paging =
  /** The answer is the whole list. */
  | { readonly kind: 'none' }
  | ({ readonly kind: 'page'; readonly first: 0 | 1; readonly end: End | readonly End[] } & Place & Size)
  /** Counted in rows received, so that a smaller page than asked loses nothing. */
  | ({ readonly kind: 'offset'; readonly first?: 0 | 1; readonly end: End | readonly End[] } & Place & Size)
  /** The answer holds the next cursor; none (absent, null, empty) is the end. */
  | ({ readonly kind: 'cursor'; readonly next: Path } & Place & Size)
  /**
   * `Link` header with `rel="next"`; none is the end. With `numbered`, a page as long as asked for is no end
   * yet: a proxy or a browser may have kept the header back, so the next page is asked for by its number.
   */
  | ({ readonly kind: 'link'; readonly numbered?: Place & { readonly first: 0 | 1 } } & Size)
  /** The answer holds the address of the next page, asked with the same method and body; none is the end. */
  | ({ readonly kind: 'next-url'; readonly next: Path; readonly keepQuery?: boolean } & Size)
  /** Rows with an id above the last one seen. Ids must grow; the end is an empty page unless declared otherwise. */
  | ({ readonly kind: 'after-id'; readonly id: Path; readonly end?: End } & Place & Size);

/** One page as it came. */
export interface WirePage {
  readonly items: readonly unknown[];
  readonly body: unknown;
  /** The total the answer declares. */
  readonly total: number | undefined;
}

export interface ListRead {
  readonly resource: string;
  readonly request: WireRequest;
  /** Where the rows are. A missing place is an error, never an empty page. */
  readonly items: Path;
  /** The answer is one record: the value at `items` is the only row; `null` is none. */
  readonly single?: boolean;
  readonly paging: Paging;
  readonly total?: Path;
  /** A missing items path is an empty list (an XML list with no child). */
  readonly mayLack?: boolean;
}

/** A guard against a server that never ends: more pages than any system holds. */
const MAX_PAGES = 1_000_000;

/**
 * The pages of a list, one at a time: nothing is read ahead, nothing is kept.
 * @throws {TrueupError} `PAGE_LOOP`, `BAD_SHAPE`, `PULL_INCOMPLETE`, and all of {@link Http.send}
 */
export async function* pages(read: ListRead, http: Http, call: HttpCall): AsyncGenerator<WirePage, void> {
  const { paging, resource } = read;
  const seen = new Set<string>();
  let request: WireRequest | null = firstRequest(read.request, paging);
  const { connector } = http;
  const progress: Progress = {
    what: `${connector}: ${resource}`,
    context: { connector, resource },
    pages: 0,
    rows: 0,
    cap: 0,
    lastId: undefined,
    announced: false,
    declared: undefined,
  };
  while (request) {
    const key = requestKey(request);
    if (seen.has(key) || progress.pages >= MAX_PAGES) throw pageLoop(progress);
    seen.add(key);
    const answer: Answer = await http.send(request, call);
    // A link back to this page names it by its whole address.
    seen.add(requestKey(linked(request, answer.url)));
    // A status declared to mean "there is nothing" ends any list; no other of these comes here.
    const absent = answer.status >= 400;
    if (absent && progress.announced) throw notThere(progress, answer.status);
    const items = absent ? [] : itemsOf(answer, read, http, progress);
    progress.pages += 1;
    progress.rows += items.length;
    const total = read.total === undefined ? undefined : countAt(answer.body, read.total);
    // Worked out before the rows are handed on: a page that leads nowhere is an error, not a last page.
    request = absent ? null : nextRequest(request, read, answer, items, progress);
    yield { items, body: answer.body, total };
  }
}

interface Progress {
  /** `acme: sites`, for messages. */
  readonly what: string;
  readonly context: { readonly connector: string; readonly resource: string };
  pages: number;
  rows: number;
  /** The length of a full page as this server gives it; for the `short` rule. */
  cap: number;
  lastId: string | undefined;
  /** An answer said that there is the next page; else it is asked for to see whether there is one. */
  announced: boolean;
  /** Pages of the list, as the last answer that told them says. */
  declared: number | undefined;
}

function itemsOf(answer: Answer, read: ListRead, http: Http, progress: Progress): readonly unknown[] {
  const found = valueAt(answer.body, read.items);
  if (read.single) {
    if (answer.blank) throw missingItems(read, answer, http, progress);
    if (found === undefined && !(read.mayLack && hasParent(answer.body, read.items))) {
      throw missingItems(read, answer, http, progress);
    }
    return found === undefined || found === null ? [] : [found];
  }
  if (Array.isArray(found)) return found;
  if ((found === undefined || found === '') && read.mayLack && hasParent(answer.body, read.items)) return [];
  throw missingItems(read, answer, http, progress);
}

/** A list without children is an empty element; without the element nothing is known. */
function hasParent(body: unknown, items: Path): boolean {
  const parent = valueAt(body, steps(items).slice(0, -1));
  return parent === '' || (typeof parent === 'object' && parent !== null && !Array.isArray(parent));
}

function missingItems(read: ListRead, answer: Answer, http: Http, { what, context }: Progress): TrueupError {
  return new TrueupError(
    'BAD_SHAPE',
    `${what}: the answer has no ${read.single ? 'record' : 'list'} at ${pathText(read.items)}.`,
    {
      context: {
        ...context,
        path: pathText(read.items),
        status: answer.status,
        url: http.redact(origin(answer.url)),
      },
    },
  );
}

function origin(url: string): string {
  const { origin: host, pathname } = new URL(url);
  return host + pathname;
}

function firstRequest(request: WireRequest, paging: Paging): WireRequest {
  if (paging.kind === 'none') return request;
  const sized = paging.size ? place(request, paging.size, paging.size.value) : request;
  return paging.kind === 'page' || paging.kind === 'offset' ? place(sized, paging, paging.first ?? 0) : sized;
}

/** The request of the next page, or `null` when the declared end is reached. */
function nextRequest(
  request: WireRequest,
  read: ListRead,
  answer: Answer,
  items: readonly unknown[],
  progress: Progress,
): WireRequest | null {
  const { paging } = read;
  progress.announced = true;
  switch (paging.kind) {
    case 'none':
      return null;
    case 'page':
      if (ended(paging.end, answer, items, progress)) return null;
      return place(request, paging, paging.first + progress.pages);
    case 'offset':
      if (ended(paging.end, answer, items, progress)) return null;
      if (items.length === 0) throw pageLoop(progress);
      return place(request, paging, (paging.first ?? 0) + progress.rows);
    case 'cursor': {
      const next = valueAt(answer.body, paging.next);
      if (!isNothing(next)) return place(request, paging, String(next));
      // A full page without even the object that holds the cursor: nobody said that this is the end.
      const full = paging.size !== undefined && items.length >= paging.size.value;
      if (full && valueAt(answer.body, steps(paging.next).slice(0, -1)) === undefined) {
        throw noCursor(paging.next, progress);
      }
      return null;
    }
    case 'link': {
      const next = nextLink(answer.headers.get('link'), answer.url);
      if (next !== null) return linked(request, next);
      const full = paging.size !== undefined && items.length >= paging.size.value;
      progress.announced = false;
      return full && paging.numbered
        ? place(request, paging.numbered, paging.numbered.first + progress.pages)
        : null;
    }
    case 'next-url': {
      const next = valueAt(answer.body, paging.next);
      if (isNothing(next)) return null;
      const url = absolute(String(next), answer.url);
      return linked(request, paging.keepQuery ? withMissingQuery(url, answer.url) : url);
    }
    case 'after-id': {
      if (items.length === 0) return null;
      progress.announced = paging.end !== undefined;
      if (paging.end && ended(paging.end, answer, items, progress)) return null;
      // Each row, not the last alone: after a row out of its order, smaller ids would never be asked for.
      for (const item of items) {
        const id = valueAt(item, paging.id);
        if (typeof id !== 'string' && typeof id !== 'number') {
          if (item === items.at(-1)) throw noId(paging.id, progress);
          // The row's own check names it better.
          continue;
        }
        const text = String(id);
        if (progress.lastId !== undefined && !isAfter(text, progress.lastId)) throw pageLoop(progress);
        progress.lastId = text;
      }
      return place(request, paging, progress.lastId ?? '');
    }
    default:
      // A word from outside TypeScript: one page would be taken for all.
      throw new TrueupError(
        'BAD_OPTIONS',
        `${progress.what}: there is no paging of kind ${JSON.stringify((paging as { kind: unknown }).kind)}.`,
        { context: progress.context },
      );
  }
}

function ended(
  end: End | readonly End[],
  answer: Answer,
  items: readonly unknown[],
  progress: Progress,
): boolean {
  for (const rule of Array.isArray(end) ? (end as readonly End[]) : [end as End]) {
    if (typeof rule === 'string') {
      progress.announced = false;
      return rule === 'empty' ? items.length === 0 : isShort(items.length, progress);
    }
    if ('pages' in rule) {
      const count = countAt(answer.body, rule.pages);
      const { declared } = progress;
      progress.declared = count ?? declared;
      if (count !== undefined && declared !== undefined && count < declared) {
        throw shrunk(progress, declared, count);
      }
      // "No pages" beside rows is a number that was not worked out.
      if (count === 0 && items.length > 0) continue;
      if (count !== undefined) return progress.pages >= count;
    } else if ('rows' in rule) {
      const count = countAt(answer.body, rule.rows);
      // An empty page short of the total would be asked for without end; the total check reports it.
      if (count !== undefined) return progress.rows >= count || items.length === 0;
    } else {
      const flag = valueAt(answer.body, rule.more);
      if (typeof flag === 'boolean') return flag !== (rule.is ?? true);
    }
  }
  throw new TrueupError(
    'BAD_SHAPE',
    `${progress.what}: the answer does not tell whether more pages follow.`,
    {
      context: { ...progress.context, pages: progress.pages },
    },
  );
}

function isShort(length: number, progress: Progress): boolean {
  if (length === 0) return true;
  // A first page shorter than asked may be all there is, or a server that caps: only the next page tells.
  const full = progress.cap;
  progress.cap = Math.max(full, length);
  return length < full;
}

/** A number of pages or rows; digits in a string count too. */
function countAt(body: unknown, path: Path): number | undefined {
  const value = valueAt(body, path);
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function isNothing(next: unknown): boolean {
  return next === undefined || next === null || next === '' || next === false;
}

/** Ids that are whole numbers grow by value, others by code unit. */
function isAfter(id: string, last: string): boolean {
  const whole = /^\d+$/;
  return whole.test(id) && whole.test(last) ? BigInt(id) > BigInt(last) : id > last;
}

function pageLoop({ what, context, pages: count, rows }: Progress): TrueupError {
  return new TrueupError(
    'PAGE_LOOP',
    `${what}: the paging does not move on after page ${count} (${rows} rows).`,
    {
      context: { ...context, pages: count, rows },
    },
  );
}

function notThere({ what, context, pages: count }: Progress, status: number): TrueupError {
  return new TrueupError(
    'PULL_INCOMPLETE',
    `${what}: a page was announced after page ${count}, and there is none (${status}); pull again.`,
    { retryable: true, context: { ...context, pages: count, status } },
  );
}

/** Rows have gone, and others moved to pages already read. */
function shrunk({ what, context }: Progress, before: number, now: number): TrueupError {
  return new TrueupError(
    'PULL_INCOMPLETE',
    `${what}: the list shrank from ${before} to ${now} pages while it was read; pull again.`,
    { retryable: true, context: { ...context, before, pages: now } },
  );
}

function noCursor(path: Path, { what, context }: Progress): TrueupError {
  const text = `${what}: a full page says nothing of the next one; ${pathText(path)} is expected.`;
  return new TrueupError('BAD_SHAPE', text, { context: { ...context, path: pathText(path) } });
}

function noId(path: Path, { what, context }: Progress): TrueupError {
  return new TrueupError(
    'BAD_SHAPE',
    `${what}: the last row of a page has no ${steps(path).join('.')} to go on from.`,
    {
      context: { ...context, path: pathText(path) },
    },
  );
}
