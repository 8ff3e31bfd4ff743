import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Consumer } from './packed.ts';

/** What one import costs a stranger. */
export interface Size {
  readonly name: string;
  /** Minified and compressed, with everything it pulls in. */
  readonly gzip: number;
  /** The same without the packages it depends on. */
  readonly own: number;
  /** The packages in the bundle. */
  readonly packages: readonly string[];
}

/** Bundles one statement of a stranger's as a browser or worker build would. */
export async function sizeOf(consumer: Consumer, name: string, statement: string): Promise<Size> {
  const whole = await bundle(consumer, statement, []);
  const own = await bundle(consumer, statement, whole.packages);
  return { name, gzip: whole.gzip, own: own.gzip, packages: whole.packages };
}

async function bundle(
  { folder }: Consumer,
  statement: string,
  external: readonly string[],
): Promise<{ gzip: number; packages: string[] }> {
  const result = await build({
    stdin: { contents: statement, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // A bundle with splitting puts what several entries share in files of its own; here each entry pays for all of it.
    external: [
      'node:*',
      ...(external.length > 0 ? ['#*'] : []),
      ...external.flatMap((name) => [name, `${name}/*`]),
    ],
    legalComments: 'none',
    logLevel: 'silent',
  });
  const packages = new Set<string>();
  for (const [file, { bytesInOutput }] of Object.entries(
    Object.values(result.metafile.outputs)[0]?.inputs ?? {},
  )) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
    if (bytesInOutput > 0 && name !== undefined && name !== 'trueup') packages.add(name);
  }
  return { gzip: gzipSync(result.outputFiles[0]?.contents ?? '').length, packages: [...packages].sort() };
}

/** Milliseconds a new Node.js process takes to import one module; the best of several. */
export function importTime({ folder }: Consumer, specifier: string, rounds = 5): number {
  const file = join(folder, 'import-time.mjs');
  writeFileSync(
    file,
    `const from = performance.now();\nawait import(${JSON.stringify(specifier)});\nconsole.log(performance.now() - from);\n`,
  );
  const times = Array.from({ length: rounds }, () => {
    const { stdout } = spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
    return Number(stdout);
  });
  return Math.min(...times);
}
