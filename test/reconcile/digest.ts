import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { reconcile } from '../../src/index.ts';
import { buildInput, type Sketch } from './build.ts';

/** Prints a digest of every golden case, for a process of another place to compare. */
const root = new URL('../golden/', import.meta.url).pathname;
const hash = createHash('sha256');
for (const file of globSync('*/input.json', { cwd: root }).sort()) {
  const sketch = JSON.parse(readFileSync(root + file, 'utf8')) as Sketch;
  hash.update(JSON.stringify(reconcile(buildInput(sketch))));
}
process.stdout.write(`${hash.digest('hex')} ${new Date(0).getHours()} ${Intl.NumberFormat().format(1.5)}\n`);
