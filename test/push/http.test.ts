import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Desk, desk, serve } from './helpers.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function listening(limits: {
  maxBodyBytes?: number;
  bodyTimeoutMs?: number;
}): Promise<{ app: Desk; port: number }> {
  const now = (): string => '2026-12-01T08:00:00.000Z';
  const app = await desk(['north'], { limits, runtime: { now } });
  const server = await serve(app.receiver);
  close = server.close;
  return { app, port: Number(new URL(server.url).port) };
}

/** Sends raw bytes and keeps the connection open; what comes back until the other side closes. */
function raw(port: number, head: readonly string[], body: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`));
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

const post = (token: string, ...more: string[]): string[] => [
  'POST /api/vendor-api/organization/accounts HTTP/1.1',
  'Host: x',
  `GRADIENT-TOKEN: ${token}`,
  ...more,
];

describe('over node:http', () => {
  it('answers a body that never ends, and closes', async () => {
    const { app, port } = await listening({ bodyTimeoutMs: 30 });
    const answer = await raw(port, post(app.token('north'), 'Content-Length: 100'), '[{"id":');
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"statusCode":408/);
  });

  it('answers a body that is too large before it has come, and closes', async () => {
    const { app, port } = await listening({ maxBodyBytes: 1000 });
    const declared = await raw(port, post(app.token('north'), 'Content-Length: 100000000'), 'x'.repeat(2000));
    expect(declared).toMatch(/^HTTP\/1\.1 413 [\s\S]*"statusCode":413/);
    const chunked = await raw(
      port,
      post(app.token('north'), 'Transfer-Encoding: chunked'),
      `fa0\r\n${'x'.repeat(4000)}\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('answers a stranger without reading what he sends', async () => {
    const { port } = await listening({});
    const answer = await raw(port, post('nobody', 'Content-Length: 100000000'), 'x');
    expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*"Unauthorized"/);
  });

  it('goes on after a sender who hangs up, and after paths that are none', async () => {
    const { app, port } = await listening({});
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`${post(app.token('north'), 'Content-Length: 100').join('\r\n')}\r\n\r\n[`, () => {
          socket.destroy();
          resolve();
        });
      });
    });
    for (const path of ['http://evil.example/api/vendor-api/organization', '//evil.example/', '/%', '*']) {
      const answer = await raw(port, [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close'], '');
      expect(answer).toMatch(/^HTTP\/1\.1 (400|401|404) /);
    }
    const fine = await fetch(`http://127.0.0.1:${port}/api/vendor-api/organization`, {
      headers: { 'gradient-token': app.token('north') },
    });
    expect(fine.status).toBe(200);
    expect(app.events.filter((event) => event.type === 'failed')).toEqual([]);
  });
});
