import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entries } from '../scripts/entries.ts';

/** The floors, top first. A room imports only rooms above it. */
const floors = [
  'model',
  'mapping',
  'reconcile',
  'diagnose',
  'review',
  'compare',
  'report',
  'schema',
  'transport',
  'connector',
  'connectors',
  'sync',
  'push',
  'import',
  'testing',
];
const core = floors.slice(0, floors.indexOf('schema'));

/** The only files that may touch what the pure rooms must not. */
const allowed: Readonly<Record<string, { readonly pattern: RegExp; readonly files: readonly RegExp[] }>> = {
  'the clock': {
    pattern: /\bDate\.now\(|new Date\(\)|performance\.now\(/,
    files: [/^transport\/runtime\.ts$/, /^push\/sqlite\//],
  },
  randomness: { pattern: /\bMath\.random\(/, files: [/^transport\/runtime\.ts$/] },
  'the locale': {
    pattern: /localeCompare|toLocale|Intl\./,
    files: [/^report\//, /^review\/effective\.ts$/],
  },
  'Node modules': {
    pattern: /from 'node:/,
    files: [/^sync\/file-(journal|lock)\.ts$/, /^push\/sqlite\//, /^testing\//],
  },
  zod: {
    pattern: /from 'zod'/,
    files: [/^schema\//, /^connector\//, /^connectors\//, /^push\//, /^import\//],
  },
  ky: { pattern: /from 'ky'/, files: [/^transport\//, /^push\//] },
};

const root = new URL('..', import.meta.url).pathname;
/** The code of a source file, without its comments. */
const codeOf = (file: string): string =>
  readFileSync(join(root, 'src', file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

const files = globSync('src/**/*.ts', { cwd: root }).map((file) => file.replace(/^src\//, ''));

interface Import {
  readonly file: string;
  readonly target: string;
}

function imports(): Import[] {
  return files.flatMap((file) => {
    const text = codeOf(file);
    return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map((match) => ({
      file,
      target: normalize(join(dirname(file), match[1] ?? '')),
    }));
  });
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');
const connectorOf = (file: string): string => (file.split('/')[1] ?? '').replace(/\.ts$/, '');

/** Why an import breaks the floor order, or `null`. */
function brokenFloor({ file, target }: Import): string | null {
  const from = roomOf(file);
  const to = roomOf(target);
  if (from === '') return null;
  if (from === to) {
    return from === 'connectors' && connectorOf(file) !== connectorOf(target)
      ? `${file} imports another connector: ${target}`
      : null;
  }
  if (to === '') return `${file} imports the entry ${target}`;
  if (from === 'connectors' && to !== 'connector' && to !== 'model') {
    return `${file} imports ${target}; connectors see connector/ and model/ only`;
  }
  return floors.indexOf(to) < floors.indexOf(from) ? null : `${file} imports ${target}, a lower floor`;
}

describe('architecture', () => {
  it('has only known rooms', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => room !== '' && !floors.includes(room))).toEqual(
      [],
    );
  });

  it('keeps the floor order', () => {
    expect(imports().map(brokenFloor).filter(Boolean)).toEqual([]);
  });

  it('notices a broken floor', () => {
    expect(brokenFloor({ file: 'model/units.ts', target: 'reconcile/index.ts' })).toMatch(/lower floor/);
    expect(brokenFloor({ file: 'connectors/a.ts', target: 'connectors/b.ts' })).toMatch(/another connector/);
    expect(brokenFloor({ file: 'connectors/a.ts', target: 'transport/http.ts' })).toMatch(/connector\//);
    expect(brokenFloor({ file: 'review/plan.ts', target: 'model/units.ts' })).toBeNull();
  });

  it.each(Object.entries(allowed))(
    'touches %s only where that is its job',
    (_what, { pattern, files: ok }) => {
      const found = files.filter((file) => !ok.some((rule) => rule.test(file)) && pattern.test(codeOf(file)));
      expect(found).toEqual([]);
    },
  );

  it('keeps the core free of packages', () => {
    const found = files
      .filter((file) => core.includes(roomOf(file)))
      .flatMap((file) =>
        [...codeOf(file).matchAll(/from '([^.'][^']*)'/g)]
          .map((match) => match[1] ?? '')
          .map((name) => `${file}: ${name}`),
      );
    expect(found).toEqual([]);
  });

  it('has no default exports, enums or namespaces', () => {
    const found = files.filter((file) =>
      /^export default|^\s*(export )?(const )?enum |^\s*(export )?namespace /m.test(codeOf(file)),
    );
    expect(found).toEqual([]);
  });

  it('publishes every entry the folders hold, and no other', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
    const published = Object.keys(manifest.exports).filter((name) => name !== './package.json');
    const expected = [...entries(root).keys()].filter((name) => !name.startsWith('./connectors/'));
    expect(published.sort()).toEqual([...expected, './connectors/*'].sort());
  });
});
