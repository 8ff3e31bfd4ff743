import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sizeOf } from '../../scripts/bundle-size.ts';
import { complaints, prepareTypes } from '../../scripts/consumer-types.ts';
import { type Consumer, packedConsumer, root } from '../../scripts/packed.ts';
import { snippetsOf } from '../docs/extract.ts';

let consumer: Consumer;
beforeAll(() => {
  consumer = packedConsumer();
});
afterAll(() => rmSync(consumer.folder, { recursive: true, force: true }));

/** Runs a module in the stranger's project; what it printed, or its error. */
function run(code: string, name = 'run.mjs'): { status: number | null; printed: string; error: string } {
  writeFileSync(join(consumer.folder, name), code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [name], {
    cwd: consumer.folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, printed: stdout.trim(), error: stderr.trim() };
}

describe('the tarball', () => {
  it('holds the built library and nothing else', () => {
    const others = consumer.files.filter((file) => !/^dist\/[\w./-]+\.(js|d\.ts)$/.test(file));
    expect(others).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  });

  it('names no folder of the machine it was built on', () => {
    const found = consumer.files.filter((file) => {
      const text = readFileSync(join(consumer.folder, 'node_modules/trueup', file), 'utf8');
      return text.includes(root) || /sourceMappingURL/.test(text);
    });
    expect(found).toEqual([]);
  });

  it('installs without scripts', () => {
    const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts?: Record<string, string>;
    };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });
});

describe('every entry', () => {
  it('can be imported, shows something, and touches nothing', () => {
    const code = `
      const before = new Set(Reflect.ownKeys(globalThis));
      const found = {};
      for (const name of ${JSON.stringify(consumer.specifiers)}) found[name] = Object.keys(await import(name)).length;
      console.log(JSON.stringify({ found, added: Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String), open: process.getActiveResourcesInfo() }));`;
    const { printed, error } = run(code);
    // Node.js says so of its own SQLite, whoever imports it.
    expect(error.replace(/^.*SQLite is an experimental feature.*\n.*--trace-warnings.*$/m, '')).toBe('');
    const { found, added, open } = JSON.parse(printed) as {
      found: Record<string, number>;
      added: string[];
      open: string[];
    };
    expect(Object.entries(found).filter(([, exports]) => exports === 0)).toEqual([]);
    // zod keeps its settings there, and Node.js its connections once somebody looks at `fetch`.
    expect(added.filter((name) => !/^__zod_|undici/.test(name))).toEqual([]);
    expect(open.filter((kind) => !/Pipe|TTY|FSReq/.test(kind))).toEqual([]);
  });

  it('knows the errors of the others', () => {
    const { printed } = run(`
      import { TrueupError } from 'trueup';
      import { parseMapping } from 'trueup/schema';
      try { parseMapping(0); } catch (error) { console.log(TrueupError.is(error, 'BAD_INPUT'), error instanceof TrueupError); }`);
    expect(printed).toBe('true true');
  });

  it('has types that compile without skipping library checks', () => {
    prepareTypes(consumer);
    expect(complaints(consumer, join(root, 'node_modules/typescript/bin/tsc'))).toEqual(new Map());
  });
});

describe('a bundle for browsers', () => {
  it('can be made of every entry that needs no module of Node.js', async () => {
    const specifiers = consumer.specifiers.filter((name) => !/file-journal|sqlite/.test(name));
    const { warnings } = await build({
      stdin: {
        contents: specifiers.map((name, at) => `export * as entry${at} from '${name}';`).join('\n'),
        resolveDir: consumer.folder,
      },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
    });
    expect(specifiers).toContain('trueup/testing');
    expect(warnings).toEqual([]);
  });
});

describe('the README', () => {
  it('works pasted into an empty folder', () => {
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    for (const { at, code, noRun, output } of snippetsOf('README.md', text)) {
      if (noRun !== null) continue;
      const { status, printed, error } = run(code, 'quick-start.ts');
      expect(`${status} ${error}`, at).toBe('0 ');
      if (output !== null) expect(printed).toBe(output);
    }
  });
});

/**
 * Bytes after gzip. Raised only by a commit that says what the bytes are for.
 * `CORE` is what `reconcile` costs, rounded up; docs/architecture.md says what the aim of 8 kB would have to give up.
 */
const CORE = 12_900;
const CONNECTOR = 25_000;

describe('size', () => {
  it('keeps `reconcile` small, with no package in it', async () => {
    const { gzip, packages } = await sizeOf(consumer, 'reconcile', "export { reconcile } from 'trueup';");
    expect(packages).toEqual([]);
    expect(gzip).toBeLessThanOrEqual(CORE);
  });

  it('keeps the whole core free of zod and ky', async () => {
    const { packages } = await sizeOf(consumer, 'core', "export * from 'trueup';");
    expect(packages).toEqual([]);
  });

  it('keeps each connector small beside its packages', async () => {
    const connectors = consumer.specifiers.filter((name) => name.startsWith('trueup/connectors/'));
    const sizes = await Promise.all(
      connectors.map((name) => sizeOf(consumer, name, `export * from '${name}';`)),
    );
    expect(sizes.filter(({ own }) => own > CONNECTOR)).toEqual([]);
  });

  it('leaves out what is not used', async () => {
    const { gzip } = await sizeOf(consumer, 'one error', "export { TrueupError } from 'trueup';");
    expect(gzip).toBeLessThanOrEqual(1_000);
  });
});
