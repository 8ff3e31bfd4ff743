import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestRuntime, type TestRuntime } from 'trueup/testing';
import { afterEach } from 'vitest';
import { createHttp, type Http, type HttpCall } from '../../src/transport/http.ts';
import type { TransportDeclaration } from '../../src/transport/wire.ts';

/** A request as the server got it. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

type Answer = (seen: Seen, response: ServerResponse) => Reply | Promise<Reply | undefined> | undefined;

export interface TestServer {
  readonly base: string;
  readonly seen: readonly Seen[];
}

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real HTTP server on this machine, closed after the test. `undefined`: the answer is written by hand. */
export async function serve(answer: Answer): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one: Seen = {
      method: request.method ?? '',
      url: new URL(request.url ?? '', base()),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    seen.push(one);
    const reply = await answer(one, response);
    if (!reply) return;
    response.writeHead(reply.status ?? 200, {
      'content-type': reply.json === undefined ? 'text/plain' : 'application/json',
      ...reply.headers,
    });
    response.end(reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json));
  });
  const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { base: base(), seen };
}

/** The real network with a virtual clock. */
export function testCall(signal?: AbortSignal): HttpCall & { readonly runtime: TestRuntime } {
  const runtime = { ...createTestRuntime(), fetch: globalThis.fetch };
  return { runtime, resource: 'rows', ...(signal && { signal }) };
}

/** A transport with generous limits, but for what the test declares. */
export function testHttp(baseUrl: string, declaration: Partial<TransportDeclaration> = {}): Http {
  return createHttp({
    connector: 'acme',
    baseUrl,
    auth: { kind: 'none' },
    limits: { concurrency: 8 },
    ...declaration,
  });
}

/** The error a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error as Record<string, unknown>,
  );
}
