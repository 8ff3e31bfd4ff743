import type { MockCall, MockFailure, PageWindow } from './types.ts';

/** Reads a whole-number query parameter, or says what is wrong with it. */
export function intParam(
  call: MockCall,
  name: string,
  fallback: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number | MockFailure {
  const text = call.query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max
    ? value
    : { status: 400, message: `${name} must be a whole number from ${min} to ${max}`, field: name };
}

/** Pages by number: `page` counts from `base`. What is above `maxSize` is cut to it, as most servers do. */
export function pageByNumber<T>(
  call: MockCall,
  rows: readonly T[],
  how: {
    readonly page: string;
    readonly base: 0 | 1;
    readonly size?: string;
    readonly defaultSize: number;
    readonly maxSize: number;
  },
): PageWindow<T> | MockFailure {
  const size = how.size === undefined ? how.defaultSize : intParam(call, how.size, how.defaultSize, 1);
  const page = intParam(call, how.page, how.base, how.base);
  if (typeof size !== 'number') return size;
  if (typeof page !== 'number') return page;
  // The server's own cap decides where page n starts, so the window is asked for its size first.
  const granted = call.window<T>([], { offset: 0, size: Math.min(size, how.maxSize) }).size;
  return call.window(rows, { offset: (page - how.base) * granted, size: granted });
}

/** Pages by the last id seen: rows with a greater id. */
export function pageAfter<T>(
  call: MockCall,
  rows: readonly T[],
  how: {
    readonly after: string;
    readonly size: string;
    readonly defaultSize: number;
    readonly maxSize: number;
    readonly id: (row: T) => number;
  },
): PageWindow<T> | MockFailure {
  const size = intParam(call, how.size, how.defaultSize, 1);
  const after = intParam(call, how.after, 0, 0);
  if (typeof size !== 'number') return size;
  if (typeof after !== 'number') return after;
  const sorted = [...rows].sort((a, b) => how.id(a) - how.id(b));
  const offset = sorted.findIndex((row) => how.id(row) > after);
  return call.window(sorted, {
    offset: offset < 0 ? sorted.length : offset,
    size: Math.min(size, how.maxSize),
  });
}

/** Pages by an opaque cursor the server gave; `token(page)` is the next one. */
export function pageByCursor<T>(
  call: MockCall,
  rows: readonly T[],
  how: {
    readonly cursor: string | null;
    readonly size: number;
  },
): PageWindow<T> | MockFailure {
  if (how.cursor === null) return call.window(rows, { offset: 0, size: how.size });
  const offset = Number(/^c(\d+)$/.exec(decoded(how.cursor))?.[1] ?? Number.NaN);
  if (!Number.isInteger(offset)) return { status: 400, message: 'The page token is not valid.' };
  return call.window(rows, { offset, size: how.size });
}

/** The opaque cursor of the next page, or `null` at the end. */
export function cursorOf(page: PageWindow<unknown>): string | null {
  return page.next === null ? null : btoa(`c${page.next}`).replaceAll('=', '');
}

function decoded(cursor: string): string {
  try {
    return atob(cursor);
  } catch {
    return '';
  }
}

/** The request's own URL with other query parameters, on the origin the page says (a fault may say another). */
export function linkTo(
  call: MockCall,
  page: PageWindow<unknown>,
  query: Readonly<Record<string, string | number>>,
): string {
  const url = new URL(call.url.pathname + call.url.search, page.origin ?? call.origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url.href;
}

/** True for a failure in place of a page. */
export function isFailure(value: object): value is MockFailure {
  return 'status' in value && 'message' in value;
}
