import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { dataSet } from './data.ts';

/**
 * Compares ways to reconcile the same rows. Every round runs every contender in a process of its own, forwards
 * and then backwards; a contender whose answer differs from the reference gets no time.
 *
 *   npm run bench -- --size 100k --rounds 7 --from memory
 */
const { values: args } = parseArgs({
  options: {
    size: { type: 'string', default: '100k' },
    rounds: { type: 'string', default: '7' },
    from: { type: 'string', default: 'both' },
    only: { type: 'string' },
  },
});

interface Timing {
  readonly load: number;
  readonly join: number;
  readonly emit: number;
  readonly total: number;
  readonly import: number;
  readonly peak: number;
  readonly digest: string;
}

interface Entry {
  readonly label: string;
  readonly file: string;
  readonly env?: Record<string, string>;
}

const entries: readonly Entry[] = [
  { label: 'interned join, by hand (the same cards)', file: 'interned' },
  { label: 'trueup', file: 'ours' },
  { label: 'naive Map join (rows, no cards)', file: 'naive' },
  { label: 'lodash groupBy (rows, no cards)', file: 'lodash' },
  { label: 'DuckDB, one thread', file: 'duckdb', env: { BENCH_THREADS: '1' } },
  { label: 'DuckDB, its own threads', file: 'duckdb' },
  { label: 'SQLite (node:sqlite)', file: 'sqlite' },
  { label: 'Polars, one thread', file: 'polars', env: { POLARS_MAX_THREADS: '1' } },
  { label: 'Polars, its own threads', file: 'polars' },
].filter((entry) => !args.only || args.only.split(',').includes(entry.file));

const lines = Number(args.size.replace(/k$/i, '000').replace(/m$/i, '000000'));
const rounds = Number(args.rounds);
const here = new URL('.', import.meta.url).pathname;
const { folder } = await dataSet(`${tmpdir()}/trueup-bench`, lines);

function once(entry: Entry, from: string): Timing {
  const output = execFileSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--expose-gc',
      '--max-old-space-size=16000',
      `${here}child.ts`,
      entry.file,
      folder,
      from,
    ],
    { env: { ...process.env, ...entry.env }, maxBuffer: 1 << 20 },
  );
  return JSON.parse(output.toString()) as Timing;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function table(from: string): void {
  const runs = entries.map(() => [] as Timing[]);
  for (let round = 0; round < rounds; round++) {
    const order = entries.map((_, index) => index);
    if (round % 2 === 1) order.reverse();
    for (const index of order) runs[index]?.push(once(entries[index] as Entry, from));
    process.stderr.write(`\r${from}: round ${round + 1} of ${rounds} `);
  }
  process.stderr.write('\n');
  const reference = runs[0]?.[0]?.digest;
  const base = runs[0] ?? [];
  // The first round warms the file cache and is dropped where there are others.
  const kept = (timings: readonly Timing[]): readonly Timing[] =>
    timings.length > 1 ? timings.slice(1) : timings;
  const of = (timings: readonly Timing[], key: keyof Timing): number =>
    median(kept(timings).map((timing) => timing[key] as number));
  const ms = (value: number): string => value.toFixed(0);
  console.log(
    `\n### ${lines.toLocaleString('en')} lines, ${from === 'files' ? 'from NDJSON files' : 'from rows in memory'}\n`,
  );
  console.log(
    '| contender | load ms | join ms | emit ms | total ms (min) | total ÷ ours | peak MB | peak ÷ by hand | answer |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---|');
  const ours = runs[entries.findIndex((entry) => entry.file === 'ours')] ?? base;
  entries.forEach((entry, index) => {
    const timings = runs[index] ?? [];
    if (timings.some((timing) => timing.digest !== reference)) {
      console.log(`| ${entry.label} | | | | | | | | wrong |`);
      return;
    }
    const min = Math.min(...kept(timings).map((timing) => timing.total));
    console.log(
      `| ${entry.label} | ${ms(of(timings, 'load'))} | ${ms(of(timings, 'join'))} | ${ms(of(timings, 'emit'))} | ${ms(of(timings, 'total'))} (${ms(min)}) | ${(of(timings, 'total') / of(ours, 'total')).toFixed(2)} | ${ms(of(timings, 'peak') / 1e6)} | ${(of(timings, 'peak') / of(base, 'peak')).toFixed(2)} | same |`,
    );
  });
  console.log(
    `\ntrueup's join ÷ the interned join by hand: ${(of(ours, 'join') / of(base, 'join')).toFixed(2)}`,
  );
}

const busy = loadavg()[0] ?? 0;
const version = (name: string): string => {
  const manifest = JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, 'utf8')) as {
    version: string;
  };
  return `${name} ${manifest.version}`;
};
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${busy.toFixed(1)} at the start; ${['@duckdb/node-api', 'nodejs-polars', 'lodash'].map(version).join(', ')}; ${rounds} rounds, medians.`,
);
if (busy > cpus().length / 2) console.log('The machine is busy: only the ratios of one table mean anything.');
for (const from of args.from === 'both' ? ['memory', 'files'] : [args.from]) table(from);
