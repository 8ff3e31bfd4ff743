import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TrueupError } from '../../model/errors.ts';
import type { Mock } from './types.ts';

/** A mock behind a real socket on the loopback address. */
export interface ServedMock<Options = unknown> {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Connector options for this address. */
  readonly options: Options;
  /** Stops serving, and ends open connections. */
  readonly close: () => Promise<void>;
}

/**
 * Serves a mock over HTTP, for demos, benchmarks and other processes. Node.js, Bun and Deno.
 * @param options.latencyMs real milliseconds before each answer
 */
export async function serveMock<Options>(
  mock: Mock<Options>,
  options: { readonly port?: number; readonly latencyMs?: number } = {},
): Promise<ServedMock<Options>> {
  const { createServer } = builtin('node:http');
  const server = createServer((request, response) => {
    const go = (): void => void answer(mock, request, response);
    if (options.latencyMs) setTimeout(go, options.latencyMs);
    else go();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    options: mock.optionsFor(origin),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Asked for when it is needed, and not by an import: mocks without a socket work in browsers and workers, and their
 * bundlers refuse to build what imports `node:http` anywhere.
 */
function builtin<Name extends 'node:http' | 'node:stream/promises'>(name: Name): BuiltIns[Name] {
  const found = globalThis.process?.getBuiltinModule?.(name);
  if (!found) throw new TrueupError('UNSUPPORTED', `serveMock needs ${name}, which this runtime has not.`);
  return found as unknown as BuiltIns[Name];
}

interface BuiltIns {
  readonly 'node:http': typeof import('node:http');
  readonly 'node:stream/promises': typeof import('node:stream/promises');
}

async function answer(mock: Mock, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  try {
    const parts: Uint8Array[] = [];
    for await (const part of incoming) parts.push(part as Uint8Array);
    const method = incoming.method ?? 'GET';
    const response = await mock.fetch(`http://${incoming.headers.host}${incoming.url}`, {
      method,
      headers: new Headers(
        Object.entries(incoming.headers).flatMap(([name, value]) =>
          value === undefined || name === 'connection' ? [] : [[name, String(value)] as [string, string]],
        ),
      ),
      ...(parts.length === 0 ? {} : { body: Buffer.concat(parts) }),
      signal: gone.signal,
    });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    // A caller who reads slowly, or not at all, holds the body back; it is not piled up here.
    const { pipeline } = builtin('node:stream/promises');
    if (response.body) await pipeline(response.body as AsyncIterable<Uint8Array>, outgoing);
    else outgoing.end();
  } catch {
    // A fault broke the answer: so does the socket.
    outgoing.destroy();
  }
}
