import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PsaConnector, VendorConnector } from '../src/connector/index.ts';
import { createWorld, type Mock, mockSlugs, mockSystem, vendorSlugs } from '../src/testing/index.ts';
import { entries } from './entries.ts';

/** One connector of `src/connectors`, made with the options of its mock. */
export interface ListedConnector {
  readonly slug: string;
  readonly connector: PsaConnector | VendorConnector;
  readonly mock: Mock<object>;
  /** Lines of its files, comments and blank lines included. */
  readonly lines: number;
}

/** Every connector there is, in the order of the slugs. A connector without a mock is an error. */
export async function listConnectors(root: string): Promise<readonly ListedConnector[]> {
  const found: ListedConnector[] = [];
  for (const [entry, file] of entries(root)) {
    const slug = /^\.\/connectors\/(.+)$/.exec(entry)?.[1];
    if (slug === undefined) continue;
    const known = mockSlugs.find((one) => one === slug);
    if (known === undefined) throw new Error(`${file} has no mock in src/testing/mocks`);
    const world = createWorld('docs', {
      customers: 8,
      vendors: vendorSlugs.includes(slug) ? [slug] : [],
      discrepancies: [],
    });
    const mock: Mock<object> = mockSystem(known, world);
    const module: object = await import(pathToFileURL(join(root, file)).href);
    const make = Object.values(module).find((value) => typeof value === 'function');
    found.push({ slug, connector: make(mock.options), mock, lines: linesOf(root, file) });
  }
  return found;
}

function linesOf(root: string, file: string): number {
  const files = file.endsWith('/index.ts') ? globSync(`${dirname(file)}/**/*.ts`, { cwd: root }) : [file];
  return files
    .map((one) => readFileSync(join(root, one), 'utf8').split('\n').length - 1)
    .reduce((a, b) => a + b, 0);
}
