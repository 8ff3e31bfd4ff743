/**
 * Builds the script and style of the report page into `src/report/page.generated.ts`.
 * Run it after a change in `src/report/page/`; a test fails while the two differ.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { build, transform } from 'esbuild';

const room = new URL('../src/report/', import.meta.url).pathname;

/** The built script and style, each with the hash a content security policy allows it by. */
export interface BuiltPage {
  readonly pageScript: string;
  readonly pageScriptHash: string;
  readonly pageStyle: string;
  readonly pageStyleHash: string;
}

export async function buildPage(): Promise<BuiltPage> {
  const bundled = await build({
    entryPoints: [`${room}page/main.ts`],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    charset: 'ascii',
    legalComments: 'none',
    // A dollar and a brace in a plain string look like a mistake to the linter.
    supported: { 'template-literal': false },
    logLevel: 'error',
  });
  const script = bundled.outputFiles[0]?.text.trim() ?? '';
  const css = readFileSync(`${room}page/page.css`, 'utf8');
  const style = (
    await transform(css, { loader: 'css', minify: true, charset: 'ascii', logLevel: 'error' })
  ).code.trim();
  if (/<\/(script|style)/i.test(script + style)) throw new Error('The page code would end its own tag.');
  return {
    pageScript: script,
    pageScriptHash: hash(script),
    pageStyle: style,
    pageStyleHash: hash(style),
  };
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

if (import.meta.main) {
  const built = await buildPage();
  const lines = [
    '// Made by scripts/build-page.ts from src/report/page/. Do not edit.',
    ...Object.entries(built).map(([name, text]) => {
      // As the formatter wants it: short values on the same line.
      const line = `export const ${name}: string = ${quote(text)};`;
      return line.length <= 110 ? line : line.replace(' = ', ' =\n  ');
    }),
    '',
  ];
  writeFileSync(`${room}page.generated.ts`, lines.join('\n'));
  console.log(`script ${built.pageScript.length} bytes, style ${built.pageStyle.length} bytes`);
}
