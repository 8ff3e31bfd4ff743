/**
 * Counts a second into the push receiver on loopback, beside a bare `node:http` handler that stores the same
 * counts in SQLite with one commit each, and one that stores nothing: `npm run bench:push`.
 * The servers run in processes of their own. Before a time counts, each must answer as the protocol says, and
 * the receiver's file must hold exactly what was sent.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { listener } from '../examples/push-receiver/node-adapter.ts';
import { createPushReceiver, encodeToken } from '../src/push/index.ts';
import { sqlitePushStore } from '../src/push/sqlite/index.ts';

const ACCOUNTS = 500;
const SERVICES = 4;
const SENDERS = 64;
const COUNTS = Number(process.env.COUNTS ?? 20_000);
const ROUNDS = 3;
const accountIds = Array.from({ length: ACCOUNTS }, (_, i) => `a${i}`);
const serviceIds = Array.from({ length: SERVICES }, (_, i) => `s${i}`);

type Kind = 'receiver' | 'bare-sqlite' | 'bare';
interface Hello {
  readonly port: number;
  readonly token: string;
}

if (process.argv[2]) await serve(process.argv[2] as Kind, process.argv[3] ?? '');
else await measure();

/** In the child: one of the contenders, until it is killed. */
async function serve(kind: Kind, file: string): Promise<void> {
  const { handler, token } =
    kind === 'receiver' ? await receiver(file) : { handler: bare(kind === 'bare' ? null : file), token: '' };
  const server = createServer(handler);
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, token }));
  });
  process.on('message', () => process.send?.(process.cpuUsage()));
}

async function receiver(file: string) {
  const push = createPushReceiver({
    store: sqlitePushStore(file),
    limits: { requestsPerSecond: 1e9 },
  });
  await push.addVendor({ id: 'meter', name: 'Meter' });
  await push.connect({ id: 'north', vendorId: 'meter', partnerId: 'p', partnerName: 'P' });
  const token = encodeToken(await push.issueVendorKey('meter'), await push.issuePartnerKey('north'));
  const call = (path: string, body: unknown) =>
    push(
      new Request(`http://x/api/vendor-api${path}`, {
        method: 'POST',
        headers: { 'gradient-token': token },
        body: JSON.stringify(body),
      }),
    );
  await call(
    '/organization/accounts',
    accountIds.map((id) => ({ id, name: id })),
  );
  await call(
    '/organization/services',
    serviceIds.map((id) => ({ id, name: id, description: '' })),
  );
  await push.syncMapping('north', {
    specVersion: 1,
    accounts: accountIds.map((accountId) => ({ vendor: 'meter', accountId, customerId: accountId })),
    services: serviceIds.map((skuId) => ({
      id: skuId,
      skus: [{ vendor: 'meter', skuId }],
      serviceIds: [skuId],
    })),
  });
  return { handler: listener(push), token };
}

/** What one would write in ten minutes: no keys, no checks; with a file, one durable commit per count. */
function bare(file: string | null) {
  const db = file === null ? null : new DatabaseSync(file);
  db?.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db?.exec(
    'CREATE TABLE counts (account TEXT, service TEXT, units REAL, PRIMARY KEY (account, service)) WITHOUT ROWID',
  );
  const put = db?.prepare(
    'INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET units = excluded.units',
  );
  const answer = JSON.stringify({ status: 201, message: 'Success - Updated Unit Count' });
  return (incoming: IncomingMessage, outgoing: import('node:http').ServerResponse): void => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    incoming.on('end', () => {
      const { accountId, unitCount } = JSON.parse(text) as { accountId: string; unitCount: number };
      put?.run(accountId, incoming.url?.split('/')[4] ?? '', unitCount);
      outgoing.writeHead(201, { 'content-type': 'application/json' }).end(answer);
    });
  };
}

interface Sent {
  readonly accountId: string;
  readonly serviceId: string;
  readonly units: number;
}

function counts(round: number): Sent[] {
  return Array.from({ length: COUNTS }, (_, i) => ({
    accountId: accountIds[i % ACCOUNTS] ?? '',
    serviceId: serviceIds[Math.floor(i / ACCOUNTS) % SERVICES] ?? '',
    units: ((i * 7919 + round) % 100_000) / 100,
  }));
}

/** Sends all counts over keep-alive connections; every answer must be the protocol's 201. */
async function run(hello: Hello, sent: readonly Sent[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const queue = sent.entries();
  const send = (one: Sent, last: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ accountId: one.accountId, unitCount: one.units });
      const outgoing = request(
        {
          agent,
          port: hello.port,
          host: '127.0.0.1',
          method: 'POST',
          path: `/api/vendor-api/service/${one.serviceId}/count${last ? '' : '?no_build=true'}`,
          headers: {
            'gradient-token': hello.token,
            'content-type': 'application/json',
            'content-length': body.length,
          },
        },
        (incoming) => {
          let text = '';
          incoming.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          incoming.on('end', () => {
            const right =
              incoming.statusCode === 201 && (JSON.parse(text) as { status?: number }).status === 201;
            if (right) resolve();
            else reject(new Error(`${incoming.statusCode}: ${text}`));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  const started = performance.now();
  const sender = async (): Promise<void> => {
    for (const [i, one] of queue) await send(one, i === sent.length - 1);
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return seconds;
}

async function cpuSeconds(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message');
  child.send('cpu');
  const [{ user, system }] = (await answer) as [NodeJS.CpuUsage];
  return (user + system) / 1e6;
}

function holds(file: string, table: { sql: string }, sent: readonly Sent[]): void {
  const expected = new Map(sent.map((one) => [`${one.accountId} ${one.serviceId}`, one.units]));
  const db = new DatabaseSync(file);
  const rows = db.prepare(table.sql).all() as { account: string; service: string; units: number }[];
  db.close();
  const right =
    rows.length === expected.size &&
    rows.every((row) => expected.get(`${row.account} ${row.service}`) === row.units);
  if (!right) throw new Error(`${file} does not hold what was sent`);
}

async function measure(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'trueup-bench-'));
  const kinds: readonly Kind[] = ['receiver', 'bare-sqlite', 'bare'];
  const results = new Map<Kind, { seconds: number; cpu: number }[]>();
  try {
    for (const kind of kinds) {
      const file = join(dir, `${kind}.db`);
      const child = spawn(process.execPath, [new URL(import.meta.url).pathname, kind, file], {
        stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
      });
      try {
        const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
        const hello = JSON.parse(line.toString()) as Hello;
        const times: { seconds: number; cpu: number }[] = [];
        for (let round = 0; round <= ROUNDS; round++) {
          const sent = counts(round);
          const before = await cpuSeconds(child);
          const seconds = await run(hello, sent);
          const cpu = (await cpuSeconds(child)) - before;
          if (kind === 'receiver')
            holds(
              file,
              { sql: 'SELECT account_id AS account, service_id AS service, units FROM counts' },
              sent,
            );
          if (kind === 'bare-sqlite')
            holds(file, { sql: 'SELECT account, service, units FROM counts' }, sent);
          // The first round warms up.
          if (round > 0) times.push({ seconds, cpu });
        }
        results.set(kind, times);
      } finally {
        child.kill();
      }
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; ` +
      `${COUNTS} counts a round, ${SENDERS} connections, ${ROUNDS} rounds after a warm-up, server in its own process`,
  );
  console.log('contender     counts/s (median)   best   server CPU µs/count   counts/s of one core');
  for (const [kind, times] of results) {
    const rates = times.map(({ seconds }) => COUNTS / seconds).sort((a, b) => a - b);
    const cpus = times.map(({ cpu }) => (cpu / COUNTS) * 1e6).sort((a, b) => a - b);
    const middle = Math.floor(ROUNDS / 2);
    const cpu = cpus[middle] ?? 0;
    console.log(
      `${kind.padEnd(13)} ${(rates[middle] ?? 0).toFixed(0).padStart(17)} ${(rates.at(-1) ?? 0).toFixed(0).padStart(6)} ` +
        `${cpu.toFixed(1).padStart(21)} ${(1e6 / cpu).toFixed(0).padStart(22)}`,
    );
  }
}
