/**
 * Prints what each entry costs (bytes after gzip, and the time to import it; needs `npm run build`), and how many lines
 * each connector has. `--lines`: the lines only.
 */
import { rmSync } from 'node:fs';
import { importTime, sizeOf } from './bundle-size.ts';
import { listConnectors } from './connector-list.ts';
import { packedConsumer } from './packed.ts';

if (!process.argv.includes('--lines')) await printEntries();
await printLines();

async function printEntries(): Promise<void> {
  const consumer = packedConsumer();
  try {
    const rows = [
      await sizeOf(consumer, '{ reconcile }', "export { reconcile } from 'trueup';"),
      ...(await Promise.all(
        consumer.specifiers.map((name) => sizeOf(consumer, name, `export * from '${name}';`)),
      )),
    ];
    console.log('gzip      own  import  entry');
    for (const { name, gzip, own, packages } of rows) {
      const time = name.startsWith('{') ? '' : `${importTime(consumer, name).toFixed(0)} ms`;
      const cells = [kB(gzip).padStart(7), kB(own).padStart(8), time.padStart(7)];
      console.log(
        `${cells.join(' ')}  ${name}${packages.length === 0 ? '' : ` (with ${packages.join(', ')})`}`,
      );
    }
  } finally {
    rmSync(consumer.folder, { recursive: true, force: true });
  }
}

async function printLines(): Promise<void> {
  console.log('lines  connector');
  const listed = await listConnectors(new URL('..', import.meta.url).pathname);
  for (const { slug, lines } of listed) console.log(`${String(lines).padStart(5)}  ${slug}`);
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
