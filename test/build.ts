import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

/** The examples import the built library by its name: it is built when it is older than its source. */
export function setup(): void {
  if (built() < Math.max(...globSync('src/**/*.ts', { cwd: root }).map((file) => age(file)))) {
    execFileSync('npm', ['run', '-s', 'build:js'], { cwd: root, stdio: 'inherit' });
  }
}

const age = (file: string): number => statSync(`${root}${file}`).mtimeMs;

function built(): number {
  const files = globSync('dist/**/*.js', { cwd: root });
  return files.length === 0 ? 0 : Math.min(...files.map((file) => age(file)));
}
