import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { connectwise } from '../src/connectors/connectwise/index.ts';
import { createRuntime } from '../src/transport/runtime.ts';

/**
 * Pulls 20 000 lines over 2 000 agreements from a loopback server that takes 50 ms for each answer, and compares
 * the time with what the declared concurrency and rate allow.
 *
 *   npm run bench:pull -- --concurrency 8 --perMinute 1000000 --agreements 2000
 */
const { values: args } = parseArgs({
  options: {
    concurrency: { type: 'string', default: '8' },
    perMinute: { type: 'string', default: '1000000' },
    agreements: { type: 'string', default: '2000' },
    peer: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const LATENCY = 50;
const EACH = 10;
const concurrency = Number(args.concurrency);
const perMinute = Number(args.perMinute);
const agreements = Number(args.agreements);

const server = fork(
  new URL('pull-server.ts', import.meta.url),
  [String(agreements), String(EACH), String(LATENCY)],
  {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  },
);
const [port] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
const base = `http://127.0.0.1:${String(port).trim()}`;
const stats = async (): Promise<{ requests: number; most: number }> =>
  (await (await fetch(`${base}/stats`)).json()) as { requests: number; most: number };

const keys = { companyId: 'bench', publicKey: 'public', privateKey: 'private', clientId: 'client' };

/** Heap in MB after a collection, where node was started with `--expose-gc`. */
function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function trueup(): Promise<{ lines: number; heaps: number[] }> {
  const connector = connectwise({ ...keys, baseUrl: base, concurrency, requestsPerMinute: perMinute });
  const heaps: number[] = [];
  let lines = 0;
  // Rows are counted and let go: what is left in memory is what the connector itself holds.
  for await (const page of connector.pull({ runtime: createRuntime(), concurrency })) {
    const before = lines;
    lines += page.lines?.length ?? 0;
    const quarter = (agreements * EACH) / 4;
    if (Math.floor(before / quarter) !== Math.floor(lines / quarter)) heaps.push(heap());
  }
  return { lines, heaps };
}

/** The same addition requests by bare `fetch`: what this machine can do at all. */
async function bareFetch(): Promise<number> {
  const limit = pLimit(concurrency);
  const pages = await Promise.all(
    Array.from({ length: agreements }, (_, n) =>
      limit(async () => (await fetch(`${base}/finance/agreements/${n + 1}/additions?pageSize=1000`)).json()),
    ),
  );
  return pages.flat().length;
}

/** In its best idiom: its own pager, as many agreements at once as we take. It has no rate limit. */
async function connectwiseRest(): Promise<number | null> {
  const peer = await import('connectwise-rest' as string).catch(() => null);
  if (!peer) return null;
  const { ManageAPI } = peer.default ?? peer;
  const api = new ManageAPI({ ...keys, companyUrl: 'localhost', retry: true });
  api.instance.defaults.baseURL = base;
  const { FinanceAPI, CompanyAPI, ProcurementAPI } = api;
  await api.paginate(CompanyAPI.getCompanyCompanies, {}, {});
  await api.paginate(ProcurementAPI.getProcurementCatalog, {}, {});
  const all = (await api.paginate(FinanceAPI.getFinanceAgreements, {}, {})) as { id: number }[];
  const limit = pLimit(concurrency);
  const additions = await Promise.all(
    all.map(({ id }) =>
      limit(() => api.paginate(FinanceAPI.getFinanceAgreementsByParentIdAdditions, {}, id, {})),
    ),
  );
  return additions.flat().length;
}

/** The least time the requests can take: at once as declared, and no more than the rate lets through. */
function floor(requests: number): number {
  // Lists are read page after page; additions side by side.
  const lists = requests - agreements;
  const byConcurrency = lists * LATENCY + Math.ceil(agreements / concurrency) * LATENCY;
  const fullMinutes = Math.ceil(requests / perMinute) - 1;
  const left = requests - fullMinutes * perMinute;
  return Math.max(byConcurrency, fullMinutes * 60_000 + (left / concurrency) * LATENCY);
}

async function measure<T>(
  run: () => Promise<T>,
): Promise<{ ms: number; result: T; requests: number; most: number }> {
  await stats();
  const start = performance.now();
  const result = await run();
  return { ms: performance.now() - start, result, ...(await stats()) };
}

console.log(
  `node ${process.version} · ${cpus()[0]?.model} × ${cpus().length} · load ${loadavg()[0]?.toFixed(2)}`,
);
console.log(
  `${agreements} agreements, ${agreements * EACH} lines, ${LATENCY} ms an answer, ${concurrency} at once, ${perMinute} a minute`,
);
const ours = await measure(trueup);
const least = floor(ours.requests);
console.log(
  `trueup            ${ours.result.lines} lines  ${ours.requests} requests  at most ${ours.most} at once  ${(ours.ms / 1000).toFixed(2)} s  ` +
    `= ${((least / ours.ms) * 100).toFixed(1)} % of what the limits allow (${(least / 1000).toFixed(2)} s)`,
);
console.log(`heap at each quarter: ${ours.result.heaps.map((mb) => mb.toFixed(1)).join(' · ')} MB`);
if (args.peer) {
  const bare = await measure(bareFetch);
  console.log(
    `bare fetch        ${bare.result} lines  ${bare.requests} requests  at most ${bare.most} at once  ${(bare.ms / 1000).toFixed(2)} s`,
  );
  const theirs = await measure(connectwiseRest);
  if (theirs.result === null) console.log('connectwise-rest  not installed (npm install in bench/)');
  else {
    console.log(
      `connectwise-rest  ${theirs.result} lines  ${theirs.requests} requests  at most ${theirs.most} at once  ${(theirs.ms / 1000).toFixed(2)} s`,
    );
  }
}
server.disconnect();
