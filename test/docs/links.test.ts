import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, root } from './extract.ts';

const withoutCode = (text: string): string =>
  text.replace(/^\s*(`{3,})[^\n]*\n[\s\S]*?^\s*\1\s*$/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors GitHub makes of a page's headings, and those written by hand. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    found.add(times === 0 ? slug : `${slug}-${times}`);
  }
  for (const [, id = ''] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(id);
  return found;
}

/** What is wrong with a link of a page, or `null`. Addresses on the web are not followed. */
function broken(page: string, target: string): string | null {
  if (/^[a-z]+:/i.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(root, file))) return `${page}: no file ${target}`;
  if (anchor === undefined || !file.endsWith('.md')) return null;
  return anchorsOf(readFileSync(join(root, file), 'utf8')).has(anchor)
    ? null
    : `${page}: no heading for ${target}`;
}

const OTHERS = ['CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'examples/README.md'];

describe('links', () => {
  it.each([...pages(), ...OTHERS])('%s leads somewhere', (page) => {
    const text = withoutCode(readFileSync(join(root, page), 'utf8'));
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    expect(targets.map((target) => broken(page, target)).filter(Boolean)).toEqual([]);
  });

  it('leads from the index to every example that can be run', () => {
    const index = readFileSync(join(root, 'examples/README.md'), 'utf8');
    const isRun = (file: string): boolean =>
      /node examples\/|npm run demo/.test(readFileSync(join(root, file), 'utf8'));
    const examples = globSync('examples/**/*.ts', { cwd: root }).filter(isRun);
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter((file) => !index.includes(`](${file.slice('examples/'.length)})`))).toEqual([]);
  });

  it('leads from the README to every page', () => {
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    expect(pages().filter((page) => page !== 'README.md' && !text.includes(`](${page})`))).toEqual([]);
  });

  it('sees a missing file and a missing heading', () => {
    expect(broken('README.md', 'docs/nowhere.md')).toMatch(/no file/);
    expect(broken('README.md', '#nowhere')).toMatch(/no heading/);
    expect(broken('README.md', '#contributing')).toBeNull();
    expect(broken('docs/dependencies.md', '../README.md#contributing')).toBeNull();
  });
});
