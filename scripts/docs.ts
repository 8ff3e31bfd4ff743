/**
 * Makes what the docs get from the source: docs/errors.md, and the API reference under docs/api.
 * `--pages`: the pages only.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from './entries.ts';
import { errorsPage } from './errors-page.ts';

const root = new URL('..', import.meta.url).pathname;
writeFileSync(join(root, 'docs/errors.md'), errorsPage(root));

if (!process.argv.includes('--pages')) {
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  const { status } = spawnSync(
    process.execPath,
    [
      typedoc,
      ...[...entries(root).values()].flatMap((file) => ['--entryPoints', file]),
      '--out',
      'docs/api',
      '--name',
      'trueup',
      '--readme',
      'README.md',
      '--excludeInternal',
      '--treatWarningsAsErrors',
    ],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
