import type { Options } from 'tsup';
import { entries } from './scripts/entries.ts';

const config: Options = {
  entry: Object.fromEntries(
    [...entries()].map(([name, file]) => [name === '.' ? 'index' : name.slice(2), file]),
  ),
  format: ['esm'],
  target: 'es2023',
  platform: 'neutral',
  // `#…` is chosen by the runtime that loads the package, see `imports` in package.json.
  external: [/^node:/, /^#/],
  // `node:sqlite` has no name without its prefix.
  removeNodeProtocol: false,
  dts: true,
  splitting: true,
  treeshake: true,
  clean: true,
  sourcemap: false,
};

export default config;
