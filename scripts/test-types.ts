/** Compiles a stranger's project against the packed types, with every supported TypeScript. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { complaints, prepareTypes } from './consumer-types.ts';
import { packedConsumer, root } from './packed.ts';

const VERSIONS = ['5.9', '6.0', '7.0'];
const cache = join(root, 'node_modules/.cache/trueup-typescript');

/** The compiler of one version, fetched by npm once; `null` when it cannot be had. */
function compiler(version: string): string | null {
  const folder = join(cache, version);
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) {
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--prefix', folder, '--no-fund', '--no-audit', `typescript@~${version}.0`];
    if (spawnSync('npm', args, { stdio: 'ignore' }).status !== 0) return null;
  }
  return existsSync(tsc) ? tsc : null;
}

const consumer = packedConsumer();
let failed = false;
try {
  prepareTypes(consumer);
  for (const version of VERSIONS) {
    const tsc = compiler(version);
    if (!tsc) {
      console.log(`TypeScript ${version}: skipped, npm could not fetch it`);
      continue;
    }
    const manifest = join(cache, version, 'node_modules/typescript/package.json');
    const installed = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
    const found = complaints(consumer, tsc);
    console.log(`TypeScript ${installed}: ${found.size === 0 ? 'ok' : 'FAILED'}`);
    for (const [setting, text] of found) console.log(`  ${setting}\n${text.replace(/^/gm, '    ')}`);
    failed ||= found.size > 0;
  }
} finally {
  rmSync(consumer.folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
