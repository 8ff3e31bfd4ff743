import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Consumer, root } from './packed.ts';

/** How a stranger's compiler may be set up. */
interface Setting {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'nodenext, types of Node.js',
    options: { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2023'], types: ['node'] },
  },
  {
    name: 'bundler, types of the browser',
    options: { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [] },
  },
  {
    name: 'bundler, every strict option',
    options: {
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: ['node'],
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
    },
  },
];

/** Files only Node.js has use for: their types may name Node's. */
const NODE_ONLY = /\/(?:file-journal|sqlite)$/;

/** Lays out the files a compiler is run over. */
export function prepareTypes({ folder, specifiers }: Consumer): void {
  const importing = (names: readonly string[]): string =>
    names.map((name, index) => `import * as e${index} from '${name}';\nvoid e${index};\n`).join('');
  writeFileSync(join(folder, 'all.ts'), importing(specifiers));
  writeFileSync(join(folder, 'portable.ts'), importing(specifiers.filter((name) => !NODE_ONLY.test(name))));
  for (const file of globSync('test/types/*.ts', { cwd: root })) {
    copyFileSync(join(root, file), join(folder, `case-${basename(file)}`));
  }
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
}

/** Compiles the consumer with one compiler under every setting; the complaints, by setting. */
export function complaints({ folder }: Consumer, tsc: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, { name, options }] of SETTINGS.entries()) {
    const hasNode = JSON.stringify(options.types) === '["node"]';
    const config = join(folder, `tsconfig.${index}.json`);
    writeFileSync(
      config,
      JSON.stringify({
        compilerOptions: { target: 'es2023', strict: true, noEmit: true, skipLibCheck: false, ...options },
        files: [hasNode ? 'all.ts' : 'portable.ts'],
        include: ['case-*.ts'],
      }),
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', config, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) found.set(name, (stdout + stderr).trim());
  }
  return found;
}
