import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type * as z from 'zod';
import { listConnectors } from '../../scripts/connector-list.ts';
import { connectorsPage } from '../../scripts/connectors-page.ts';
import { root } from './extract.ts';

/** The schemas the connectors check their options with, by slug: kept when a connector is made. */
const schemas = vi.hoisted(() => new Map<string, z.ZodObject>());

vi.mock(import('../../src/connector/options.ts'), async (original) => {
  const module = await original();
  return {
    ...module,
    readOptions: (connector, schema, options) => {
      schemas.set(connector, schema() as unknown as z.ZodObject);
      return module.readOptions(connector, schema, options);
    },
  };
});

const page = readFileSync(join(root, 'docs/connectors.md'), 'utf8');

interface Row {
  readonly option: string;
  readonly required: string;
  readonly default: string;
}

/** The rows of the options table of a connector's section. */
function optionRows(slug: string): Row[] {
  const section = page.split(/^## /m).find((text) => text.includes(`from 'trueup/connectors/${slug}'\`.`));
  return [...(section ?? '').matchAll(/^\| `(\w+)` +\| (yes|no) +\| (.+?) +\| .+ \|$/gm)].map(
    ([, option = '', required = '', fallback = '']) => ({ option, required, default: fallback }),
  );
}

describe('docs/connectors.md', () => {
  it('is what the connectors say; `node scripts/docs.ts --pages` makes it anew', async () => {
    expect(page).toBe(await connectorsPage(root));
  }, 60_000);

  it('has every file and folder of src/connectors', async () => {
    const slugs = globSync('src/connectors/*', { cwd: root }).map((path) =>
      path.replace('src/connectors/', '').replace(/\.ts$/, ''),
    );
    const listed = await listConnectors(root);
    expect(listed.map(({ slug }) => slug).sort()).toEqual(slugs.sort());
    for (const { slug, connector } of listed) expect(connector.id).toBe(slug);
  }, 60_000);

  it('has every option a connector accepts, no other, and says which are needed and what the rest are without', async () => {
    const listed = await listConnectors(root);
    expect([...schemas.keys()].sort()).toEqual(listed.map(({ slug }) => slug).sort());
    for (const [slug, { shape }] of schemas) {
      const rows = optionRows(slug);
      expect(rows.map(({ option }) => option).sort(), slug).toEqual(Object.keys(shape).sort());
      for (const row of rows) {
        const left = (shape[row.option] as z.ZodType).safeParse(undefined);
        const about = `${slug}.${row.option}`;
        expect(row.required, about).toBe(left.success ? 'no' : 'yes');
        if (row.required === 'yes') expect(row.default, about).toBe('—');
        else if (/^(string|number|boolean)$/.test(typeof left.data)) {
          expect(row.default.split(/[,;] /)[0], about).toBe(`\`${left.data}\``);
        } else expect(row.default, about).toMatch(/./);
      }
    }
  }, 60_000);

  it('imports the factory by its name', async () => {
    const imports = [...page.matchAll(/^`(import \{ (\w+) \} from '(trueup\/connectors\/[\w-]+)')`/gm)];
    expect(imports.length).toBe(schemas.size);
    for (const [, line = '', name = '', from = ''] of imports) {
      const module: Record<string, unknown> = await import(/* @vite-ignore */ from);
      expect(typeof module[name], line).toBe('function');
    }
  }, 60_000);
});
