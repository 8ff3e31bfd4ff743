/**
 * Makes what the docs get from the source: docs/connectors.md, docs/errors.md, docs/troubleshooting.md, and the API reference under docs/api.
 * `--pages`: the pages only.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorsPage } from './connectors-page.ts';
import { entries } from './entries.ts';
import { errorsPage } from './errors-page.ts';
import { troubleshootingPage } from './troubleshooting-page.ts';

/** Types behind a public one that nobody has to name. */
const INNER = [
  'Call',
  'FIELDS',
  'MappedPage',
  'MockDefinitions',
  'OptionsOf',
  'Place',
  'ReadSession',
  'Size',
];

const root = new URL('..', import.meta.url).pathname;
writeFileSync(join(root, 'docs/connectors.md'), await connectorsPage(root));
writeFileSync(join(root, 'docs/errors.md'), errorsPage(root));
writeFileSync(join(root, 'docs/troubleshooting.md'), troubleshootingPage());

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
      // A clone may have no remote that a source could be linked at.
      '--disableSources',
      ...INNER.flatMap((name) => ['--intentionallyNotExported', name]),
      '--treatWarningsAsErrors',
    ],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
