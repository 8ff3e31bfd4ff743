import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

/** Runs an example until it says where it listens; its port is in what it printed. */
async function start(file: string, port: number, store = ':memory:'): Promise<Record<string, string>> {
  const child = spawn(process.execPath, [file, store, String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  let text = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('Push to')) resolve();
    });
  });
  return Object.fromEntries(
    [...text.matchAll(/(VENDOR_KEY|PARTNER_KEY)=(\S+)/g)].map((match) => [match[1], match[2]]),
  );
}

async function run(file: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  await once(child, 'close');
  return text;
}

describe('the examples', () => {
  it.each(['node', 'hono'])('push into the %s receiver', async (name) => {
    const port = await freePort();
    const keys = await start(`examples/push-receiver/${name}.ts`, port);
    const base = `http://127.0.0.1:${port}`;
    const first = await run('examples/push-client/push.ts', [`${base}/api`], keys);
    expect(first).toContain('integration: pending');
    expect(first).toContain('created: 2 accounts, 1 services');
    expect(first).toContain('taken: 0, not mapped yet: 2');
    if (name === 'node') {
      const wrong = { ...keys, PARTNER_KEY: 'wrong' };
      expect(await run('examples/push-client/push.ts', [`${base}/api`], wrong)).toContain('stopped:');
      return;
    }
    await fetch(`${base}/map-all`, { method: 'POST' });
    const second = await run('examples/push-client/push.ts', [`${base}/api`], keys);
    expect(second).toContain('taken: 2, not mapped yet: 0');
    const snapshot = (await (await fetch(`${base}/snapshot`)).json()) as { counts: { units: number }[] };
    expect(snapshot.counts.map((count) => count.units)).toEqual([4, 0]);
  });

  it('keep the keys over a restart of the receiver', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trueup-example-'));
    try {
      const [file, store] = ['examples/push-receiver/node.ts', join(folder, 'push.db')];
      const keys = await start(file, await freePort(), store);
      const [first] = running.splice(-1);
      first?.kill();
      await once(first as ChildProcess, 'close');
      const port = await freePort();
      expect(await start(file, port, store)).toEqual({});
      const pushed = await run('examples/push-client/push.ts', [`http://127.0.0.1:${port}/api`], keys);
      expect(pushed).toContain('not mapped yet: 2');
    } finally {
      for (const child of running.splice(0)) child.kill();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
