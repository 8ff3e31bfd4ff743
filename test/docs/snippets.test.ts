import { beforeAll, describe, expect, it } from 'vitest';
import { allSnippets, snippetsOf } from './extract.ts';
import { sandboxed } from './sandbox.ts';
import { typeErrors, writeModules } from './typecheck.ts';

const snippets = allSnippets();
const files = writeModules(snippets);
let errors: ReturnType<typeof typeErrors>;

// One program for all pages: the library is parsed once.
beforeAll(() => {
  errors = typeErrors(files);
}, 120_000);

describe.each(snippets.map((snippet, index) => ({ ...snippet, file: files[index] ?? '' })))(
  '$at',
  (snippet) => {
    it('compiles', () => {
      const found = errors.get(snippet.file)?.map(({ line, message }) => {
        return `${snippet.page}:${snippet.line + line}: ${message}`;
      });
      expect(found).toEqual([]);
    });

    it.skipIf(snippet.noRun !== null)('runs', async () => {
      const { printed, reached } = await sandboxed(() => import(/* @vite-ignore */ snippet.file));
      expect(reached).toEqual([]);
      if (snippet.output !== null) expect(printed).toBe(snippet.output);
    });
  },
);

describe('the snippet runner', () => {
  const fence = '```';
  const page = (info: string, after = ''): string =>
    `# Page\n\n${fence}${info}\nconst a = 1;\n${fence}\n${after}`;

  it('finds the code, its line and its output', () => {
    const text = page('ts', `\n${fence}text output\n1\n${fence}\n`);
    expect(snippetsOf('docs/a.md', text)).toEqual([
      { at: 'docs/a.md:4', page: 'docs/a.md', line: 4, code: 'const a = 1;', noRun: null, output: '1' },
    ]);
  });

  it('takes no-run with a reason only', () => {
    expect(snippetsOf('a.md', page('ts no-run needs an account'))[0]?.noRun).toBe('needs an account');
    expect(() => snippetsOf('a.md', page('ts no-run'))).toThrow(/needs a reason/);
  });

  it('lets no block escape by another name', () => {
    expect(() => snippetsOf('a.md', page('typescript'))).toThrow(/write code as/);
    expect(() => snippetsOf('a.md', page('ts norun'))).toThrow(/unknown tag/);
    expect(() => snippetsOf('a.md', `${fence}ts\nconst a = 1;`)).toThrow(/never closed/);
  });

  it('stops a call to another machine', async () => {
    const { reached } = await sandboxed(() => fetch('https://example.com/').catch(() => undefined));
    expect(reached).toEqual(['example.com']);
  });

  it('lets a call to this machine through', async () => {
    const { reached } = await sandboxed(() => fetch('http://127.0.0.1:1/').catch(() => undefined));
    expect(reached).toEqual([]);
  });
});
