import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listConnectors } from '../../scripts/connector-list.ts';
import { connectorsPage } from '../../scripts/connectors-page.ts';
import { root } from './extract.ts';

describe('docs/connectors.md', () => {
  it('is what the connectors say; `node scripts/docs.ts --pages` makes it anew', async () => {
    expect(readFileSync(join(root, 'docs/connectors.md'), 'utf8')).toBe(await connectorsPage(root));
  }, 60_000);

  it('has every file and folder of src/connectors', async () => {
    const slugs = globSync('src/connectors/*', { cwd: root }).map((path) =>
      path.replace('src/connectors/', '').replace(/\.ts$/, ''),
    );
    const listed = await listConnectors(root);
    expect(listed.map(({ slug }) => slug).sort()).toEqual(slugs.sort());
    for (const { slug, connector } of listed) expect(connector.id).toBe(slug);
  }, 60_000);
});
