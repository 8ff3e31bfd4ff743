import { type Contender, digest } from './contender.ts';
import { loadValues } from './rows.ts';

/** One contender, one round, in a process of its own. Prints one JSON line. */
const [name = '', folder = '', from = 'files'] = process.argv.slice(2);
const started = performance.now();
const { contender } = (await import(`./contenders/${name}.ts`)) as { contender: () => Contender };
const run = contender();
const imports = performance.now() - started;
const values = from === 'memory' ? await loadValues(folder) : null;
globalThis.gc?.();
const imported = performance.now();
if (values) await run.take(values);
else await run.load(folder);
const loaded = performance.now();
await run.join();
const joined = performance.now();
const rows = await run.emit();
const emitted = performance.now();
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(
  `${JSON.stringify({
    import: imports,
    load: loaded - imported,
    join: joined - loaded,
    emit: emitted - joined,
    total: emitted - imported,
    peak,
    digest: digest(rows),
  })}\n`,
);
process.exit(0);
