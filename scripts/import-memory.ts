/**
 * Reads a made-up CSV of many megabytes and shows that memory stands still: `node scripts/import-memory.ts [MB]`.
 */
import { readCounts } from '../src/import/index.ts';

const megabytes = Number(process.argv[2] ?? 500);

async function* file(): AsyncGenerator<string> {
  yield 'account,service,quantity\n';
  const block = Array.from(
    { length: 1000 },
    (_, i) => `Customer ${i},"Managed server, gold",${i % 200}\n`,
  ).join('');
  for (let sent = 0; sent < megabytes * 1e6; sent += block.length) yield block;
}

const started = performance.now();
let rows = 0;
let peak = 0;
for await (const row of readCounts(file())) {
  if ('bad' in row) throw new Error(`line ${row.line}: ${row.bad}`);
  if (++rows % 100_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${megabytes} MB, ${rows} rows, ${seconds.toFixed(1)} s (${(megabytes / seconds).toFixed(1)} MB/s), ` +
    `heap at most ${(peak / 1e6).toFixed(0)} MB, resident at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
);
