/** Prints what each entry costs: bytes after gzip, and the time to import it. Needs `npm run build`. */
import { rmSync } from 'node:fs';
import { importTime, sizeOf } from './bundle-size.ts';
import { packedConsumer } from './packed.ts';

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

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
