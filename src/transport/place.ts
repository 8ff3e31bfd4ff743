import { withValueAt } from './path.ts';
import type { WireRequest } from './wire.ts';

/** Where a paging value goes: a query parameter, a header, or a place in the JSON body. Default `query`. */
export interface Place {
  readonly param: string;
  readonly in?: 'query' | 'header' | 'body';
}

/** The request with a value put where paging wants it. */
export function place(request: WireRequest, where: Place, value: string | number): WireRequest {
  switch (where.in ?? 'query') {
    case 'query':
      return { ...request, query: { ...request.query, [where.param]: value } };
    case 'header':
      return { ...request, headers: { ...request.headers, [where.param]: String(value) } };
    case 'body':
      return request.rpc
        ? { ...request, rpc: { ...request.rpc, params: withValueAt(request.rpc.params, where.param, value) } }
        : { ...request, json: withValueAt(request.json, where.param, value) };
  }
}

/** The next page by its address, which already holds the whole query. */
export function linked(request: WireRequest, url: string): WireRequest {
  const { query: _asked, ...rest } = request;
  return { ...rest, path: url };
}

/** Some links lose the parameters of the first request; without them the next page is of another list. */
export function withMissingQuery(next: string, from: string): string {
  // What is no address is refused when it is to be asked.
  if (!URL.canParse(next)) return next;
  const url = new URL(next);
  for (const [name, value] of new URL(from).searchParams) {
    if (!url.searchParams.has(name)) url.searchParams.append(name, value);
  }
  return url.href;
}

/** What makes two requests one and the same. */
export function requestKey(request: WireRequest): string {
  return JSON.stringify([request.path, request.query, request.headers, request.json, request.rpc]);
}
