import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { entries } from '../../scripts/entries.ts';

const root = new URL('../..', import.meta.url).pathname;

it('works in node:test as the page says', () => {
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8');
  const code = /```ts no-run node --test runs it\n([\s\S]*?)```/.exec(page)?.[1];
  const sources = entries(root);
  const module = (code ?? '').replace(/'trueup(\/[^']+)?'/g, (_, path: string | undefined) => {
    return `'${root}${sources.get(path === undefined ? '.' : `.${path}`)}'`;
  });
  const folder = mkdtempSync(join(tmpdir(), 'trueup-runner-'));
  try {
    writeFileSync(join(folder, 'own.test.mts'), module);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const printed = execFileSync(process.execPath, ['--test', 'own.test.mts'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(printed).toMatch(/pass 1\b/);
    expect(printed).toMatch(/fail 0\b/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
