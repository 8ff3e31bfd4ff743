import { TrueupError } from '../model/errors.ts';
import type { Runtime } from '../transport/runtime.ts';

export interface PushRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | boolean>>;
  readonly json?: unknown;
  readonly safe?: boolean;
}

export interface PushHttp {
  send(
    request: PushRequest,
    call: { readonly runtime: Runtime; readonly signal?: AbortSignal | undefined; readonly resource: string },
  ): Promise<{ readonly body: unknown }>;
}

export function pushHttp(options: {
  baseUrl: string;
  token: string;
  header: string;
  secrets: readonly string[];
  requestsPerSecond: number;
  concurrency: number;
}): PushHttp {
  return {
    async send({ method, path, query, json }, { runtime, signal }) {
      const search = query
        ? `?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`
        : '';
      const response = await runtime.fetch(`${options.baseUrl}/${path}${search}`, {
        method: method ?? 'GET',
        headers: { 'gradient-token': options.token, 'content-type': 'application/json' },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(signal ? { signal } : {}),
      });
      const text = await response.text();
      if (!response.ok) {
        const { status } = response;
        const code =
          status === 401
            ? 'AUTH_FAILED'
            : status === 403
              ? 'FORBIDDEN'
              : status === 404
                ? 'NOT_FOUND'
                : 'HTTP_ERROR';
        throw new TrueupError(code, text, { context: { status } });
      }
      return { body: text === '' ? null : JSON.parse(text) };
    },
  };
}
