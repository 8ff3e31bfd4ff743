/**
 * Throws made-up requests at a receiver on SQLite and checks after every batch that it is up, that the store is
 * whole, and that nothing crossed from one partner to the other: `node scripts/fuzz-push.ts [requests] [seed]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlitePushStore } from '../src/push/sqlite/index.ts';
import { fuzzPush } from '../test/push/fuzz.ts';

const requests = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const dir = mkdtempSync(join(tmpdir(), 'trueup-fuzz-'));
const store = sqlitePushStore(join(dir, 'push.db'));
try {
  const started = performance.now();
  const statuses = await fuzzPush(store, requests, seed);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${requests} requests, seed ${seed}, ${seconds} s; answers:`, Object.fromEntries(statuses));
} finally {
  store.close();
  rmSync(dir, { recursive: true });
}
