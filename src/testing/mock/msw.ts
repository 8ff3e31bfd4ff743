import type { Mock } from './types.ts';

/** The part of msw's `http` that is used; handing it in keeps msw out of this library's imports. */
export interface MswHttp<Handler> {
  readonly all: (
    path: string,
    resolver: (info: { readonly request: Request }) => Promise<Response>,
  ) => Handler;
}

/**
 * Request handlers for msw: every request to a mock's origins is answered by it.
 * @param http `http` of `msw`
 * @example setupServer(...mswHandlers(http, psa, vendor))
 */
export function mswHandlers<Handler>(http: MswHttp<Handler>, ...mocks: readonly Mock[]): Handler[] {
  return mocks.flatMap((mock) =>
    mock.origins.map((origin) => http.all(`${origin}/*`, ({ request }) => mock.fetch(request))),
  );
}
