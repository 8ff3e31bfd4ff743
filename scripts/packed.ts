import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entries } from './entries.ts';

export const root: string = new URL('..', import.meta.url).pathname;

/** A stranger's project with the packed tarball installed. */
export interface Consumer {
  readonly folder: string;
  /** The files of the tarball, as `dist/index.js`. */
  readonly files: readonly string[];
  /** What a stranger can import: `trueup`, `trueup/sync`, … */
  readonly specifiers: readonly string[];
}

/**
 * Packs the built library and unpacks it in a new project, its dependencies linked from here: no registry is asked.
 * The caller removes the folder.
 */
export function packedConsumer(): Consumer {
  // A build without declarations is quicker, and what the examples leave behind.
  if (!existsSync(join(root, 'dist/index.d.ts'))) {
    execFileSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const folder = mkdtempSync(join(tmpdir(), 'trueup-consumer-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'trueup'), { recursive: true });
  execFileSync('tar', [
    '-xzf',
    join(folder, filename),
    '-C',
    join(modules, 'trueup'),
    '--strip-components=1',
  ]);
  link(modules, 'trueup');
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name: 'consumer', private: true, type: 'module' }, null, 2)}\n`,
  );
  return {
    folder,
    files: files.map(({ path }) => path).sort(),
    specifiers: [...entries(root).keys()].map((name) => `trueup${name.slice(1)}`),
  };
}

/** Links what a package of the consumer depends on, and the peers that are here. */
function link(modules: string, name: string): void {
  const manifest = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
    peerDependencies?: Record<string, string>;
  };
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    symlinkSync(join(root, 'node_modules', dependency), join(modules, dependency));
  }
}
