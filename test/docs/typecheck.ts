import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root, type Snippet } from './extract.ts';

const folder = join(root, 'test/docs/.generated');

/** Writes each snippet as a module of its own; the paths come back in the same order. */
export function writeModules(snippets: readonly Snippet[]): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return snippets.map((snippet) => {
    const name = `${snippet.page.replace(/[^a-z0-9]+/gi, '-')}-${snippet.line}.ts`;
    const path = join(folder, name);
    writeFileSync(path, `${snippet.code}\n`);
    return path;
  });
}

/**
 * Type-checks the files in one program, with the project's own strict options: a snippet that compiles here
 * compiles for a stranger. Returns the messages per file, at the file's own lines.
 */
export function typeErrors(files: readonly string[]): Map<string, { line: number; message: string }[]> {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config.config, include: [] }, ts.sys, root);
  const program = ts.createProgram([...files], {
    ...options,
    // A snippet is no library: what it exports needs no written type, and it may come without an import.
    isolatedDeclarations: false,
    declaration: false,
    moduleDetection: ts.ModuleDetectionKind.Force,
  });
  const wanted = new Set(files);
  const found = new Map<string, { line: number; message: string }[]>();
  for (const file of program.getSourceFiles().filter(({ fileName }) => wanted.has(fileName))) {
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    found.set(
      file.fileName,
      diagnostics.map(({ start, messageText }) => ({
        line: file.getLineAndCharacterOfPosition(start ?? 0).line,
        message: ts.flattenDiagnosticMessageText(messageText, '\n'),
      })),
    );
  }
  return found;
}
