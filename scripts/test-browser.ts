/**
 * Opens the report page in headless Chromium (`test/browser/`). Uses `CHROMIUM` or the system's; installs Debian's
 * when it may; else says why it skips.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function findChromium(): string | null {
  const known = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return known.find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Why Chromium could not be installed, or `null` when it was. */
function install(): string | null {
  if (process.getuid?.() !== 0) return 'not root, so it cannot be installed';
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'there is no apt-get to install it with';
  console.log('Installing chromium …');
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status } = spawnSync('apt-get', words, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) return `apt-get ${words[0]} failed`;
  }
  return findChromium() === null ? 'apt-get installed no chromium' : null;
}

const why = findChromium() === null ? install() : null;
const chromium = findChromium();
if (chromium === null) {
  console.log(`Skipped: no Chromium found, and ${why}. Set CHROMIUM to its path.`);
} else {
  const file = new URL('../test/browser/page.browser.ts', import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', file], {
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM: chromium },
  });
  process.exitCode = status ?? 1;
}
