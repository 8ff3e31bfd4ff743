import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { entries } from '../../scripts/entries.ts';
import { root } from './extract.ts';

const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config.config, include: [] }, ts.sys, root);

/** `entry: name` of every export without a text of its own; tags alone tell nobody what it is. */
function silent(files: ReadonlyMap<string, string>, program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  return [...files].flatMap(([entry, file]) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} is no module`);
    return checker
      .getExportsOfModule(module)
      .filter((name) => textOf(name, checker) === '')
      .map(({ name }) => `${entry}: ${name}`);
  });
}

/** The comment on the declaration, however many times it was passed on. */
function textOf(name: ts.Symbol, checker: ts.TypeChecker): string {
  const own = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name;
  return ts.displayPartsToString(own.getDocumentationComment(checker)).trim();
}

/** The same of a file that exists only here. */
function silentIn(text: string): string[] {
  const alone = { noLib: true, types: [] };
  const host = ts.createCompilerHost(alone);
  host.getSourceFile = (name) =>
    name === '/one.ts' ? ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true) : undefined;
  return silent(new Map([['one', '/one.ts']]), ts.createProgram(['/one.ts'], alone, host)).sort();
}

describe('doc comments', () => {
  it('stand on every export of every entry', () => {
    const files = new Map([...entries(root)].map(([entry, file]) => [entry, join(root, file)]));
    expect(files.size).toBeGreaterThan(15);
    expect(silent(files, ts.createProgram([...files.values()], options))).toEqual([]);
  }, 120_000);

  it('are missed where there is none, or tags only', () => {
    const text = `
      /** Says what it is. */
      export const told = 1;
      export const untold = 2;
      /** @throws {Error} always */
      export function tagged(): never { throw new Error(); }
      export interface Bare {}`;
    expect(silentIn(text)).toEqual(['one: Bare', 'one: tagged', 'one: untold']);
  });
});
