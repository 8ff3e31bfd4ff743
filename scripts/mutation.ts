/**
 * Mutation testing, by hand: `npm run mutation -- [--concurrency 2] [room or file …]`.
 * Without arguments: reconcile, review and transport, where a wrong line costs money. Each room is judged by its own
 * tests. The reports: reports/mutation/<room>.html and .json. What a run found is kept beside them: the next one
 * tries only what changed.
 * Stryker is fetched by npm into a cache on the first run; nobody else needs it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const VERSION = '10.1.1';
const GOAL = 85;

const root = new URL('..', import.meta.url).pathname;
const cache = join(root, 'node_modules/.cache/trueup-stryker');
const modules = join(cache, 'node_modules/@stryker-mutator');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '1' } },
});
const wanted = positionals.length > 0 ? positionals : ['reconcile', 'review', 'transport'];

if (!existsSync(join(modules, 'vitest-runner/package.json'))) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
  // Without its peers: the runner is to find the vitest of this project, one folder up.
  const packages = [`@stryker-mutator/core@${VERSION}`, `@stryker-mutator/vitest-runner@${VERSION}`];
  const args = ['install', '--prefix', cache, '--legacy-peer-deps', '--no-fund', '--no-audit', ...packages];
  const { status } = spawnSync('npm', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('npm could not fetch Stryker');
}

/** Mutates a room, or one file of it; false when the score is below the goal. */
function mutate(target: string): boolean {
  const isFile = target.endsWith('.ts');
  const room = isFile ? (target.split('/')[1] ?? '') : target;
  const config = join(cache, 'stryker.config.json');
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'vitest',
      plugins: [join(modules, 'vitest-runner/dist/src/index.js')],
      mutate: [isFile ? target : `src/${room}/**/*.ts`],
      coverageAnalysis: 'perTest',
      incremental: true,
      incrementalFile: `reports/mutation/${room}.incremental.json`,
      concurrency: Number(values.concurrency),
      tempDirName: '.stryker-tmp',
      ignorePatterns: ['dist', 'docs', 'bench', 'reports'],
      reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
      clearTextReporter: { allowColor: false, reportTests: false },
      htmlReporter: { fileName: `reports/mutation/${room}.html` },
      jsonReporter: { fileName: `reports/mutation/${room}.json` },
      thresholds: { high: 95, low: GOAL, break: GOAL },
      vitest: { configFile: 'scripts/mutation.vitest.config.ts' },
      // Messages are for people; that they read well no test can say.
      mutator: { excludedMutations: ['StringLiteral'] },
    }),
  );
  const { status } = spawnSync(process.execPath, [join(modules, 'core/bin/stryker.js'), 'run', config], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TRUEUP_ROOM: room },
  });
  return status === 0;
}

process.exitCode = wanted.map(mutate).every(Boolean) ? 0 : 1;
