import { jsonText } from './json.ts';
import { withValueAt } from './path.ts';
import type { HeaderMap, Params, Placement, WireRequest } from './wire.ts';

/** The method a request goes out with. */
export function methodOf(request: WireRequest): string {
  return request.method ?? (hasBody(request) ? 'POST' : 'GET');
}

function hasBody(request: WireRequest): boolean {
  return request.json !== undefined || request.form !== undefined || request.rpc !== undefined;
}

/** Method and body as they go out; credentials that belong into the body are put there. */
export function outgoing(
  request: WireRequest,
  placement: Placement,
): { readonly method: string; readonly body?: string } {
  const method = methodOf(request);
  if (request.form) return { method, body: formText(request.form) };
  const json = request.rpc ? { jsonrpc: '2.0', id: '1', ...request.rpc } : request.json;
  if (json === undefined) return { method };
  const body = Object.entries(placement.body ?? {}).reduce<unknown>(
    (whole, [name, value]) => withValueAt(whole, [name], value),
    json,
  );
  return { method, body: jsonText(body) };
}

/** All headers of a request, names in lower case. Credentials win over what is declared. */
export function headersOf(request: WireRequest, placement: Placement, fixed: HeaderMap): HeaderMap {
  const type = request.form
    ? 'application/x-www-form-urlencoded'
    : hasBody(request)
      ? 'application/json'
      : undefined;
  return {
    accept: 'application/json, */*;q=0.1',
    ...(type === undefined ? {} : { 'content-type': type }),
    ...lowerCase(fixed),
    ...lowerCase(request.headers ?? {}),
    ...lowerCase(placement.headers ?? {}),
  };
}

function lowerCase(headers: HeaderMap): HeaderMap {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The address with its query parameters set; one without any is left as it came, letter by letter. */
export function withQuery(address: string, query: Params): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return address;
  const url = new URL(address);
  for (const [name, value] of entries) url.searchParams.set(name, String(value));
  // A literal plus is encoded, so every plus left is a blank; not all servers read it as one.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}

function formText(form: Params): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (value !== undefined) params.set(name, String(value));
  return params.toString();
}

/** The values of a log-in body that look like secrets by their name. */
export function secretsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'string'
      ? /secret|password|token|key|assertion|code/i.test(name)
        ? [value]
        : []
      : secretsOf(value),
  );
}
