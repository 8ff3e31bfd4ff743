import { mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';

const LOOPBACK = /^(localhost|127\.|::1$|\[::1\]$|\/)/;

/** What a run left: the lines it printed, and the hosts beyond this machine it tried to reach. */
export interface Run {
  readonly printed: string;
  readonly reached: readonly string[];
}

/**
 * Runs `work` as a stranger would: in an empty folder, its console kept, and no way to another machine.
 * The guard sits on the socket, below every client; a swallowed error still shows in `reached`.
 */
export async function sandboxed(work: () => Promise<unknown>): Promise<Run> {
  const rows: string[] = [];
  const reached: string[] = [];
  const print = (...values: unknown[]): void => {
    rows.push(format(...values));
  };
  const saved = { ...console };
  const { connect } = Socket.prototype;
  const before = { folder: process.cwd(), fetch: globalThis.fetch };
  const folder = mkdtempSync(join(tmpdir(), 'trueup-docs-'));
  try {
    process.chdir(folder);
    Object.assign(console, { log: print, info: print, warn: print, error: print });
    Socket.prototype.connect = function guarded(this: Socket, ...args: unknown[]): Socket {
      const host = hostOf(args);
      if (host === null || LOOPBACK.test(host)) return Reflect.apply(connect, this, args);
      reached.push(host);
      // A port nobody listens on: the client sees a refused connection, as behind a closed firewall.
      return Reflect.apply(connect, this, [{ host: '127.0.0.1', port: 1 }]);
    } as typeof connect;
    await work();
  } finally {
    Socket.prototype.connect = connect;
    Object.assign(console, saved);
    globalThis.fetch = before.fetch;
    process.chdir(before.folder);
    rmSync(folder, { recursive: true, force: true });
  }
  return { printed: rows.join('\n'), reached };
}

/** The host of `socket.connect(…)` in any of its forms; `null` for a pipe or no host (loopback). */
function hostOf(args: readonly unknown[]): string | null {
  // net.connect() hands its normalised arguments on as one array: [options, callback].
  const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: string; path?: string };
    return host ?? path ?? null;
  }
  return typeof args[1] === 'string' ? args[1] : null;
}
