import { existsSync, globSync } from 'node:fs';

/**
 * The public entries: export path → source file. The folders decide; `package.json` is checked against this
 * list by a test, and the build, the type paths and the test runner all read it.
 */
export function entries(root: string = new URL('..', import.meta.url).pathname): Map<string, string> {
  const rooms = ['connector', 'sync', 'push', 'import', 'report', 'schema', 'testing'];
  const found = new Map<string, string>([['.', 'src/index.ts']]);
  for (const room of rooms) found.set(`./${room}`, `src/${room}/index.ts`);
  found.set('./sync/file-journal', 'src/sync/file-journal.ts');
  found.set('./push/sqlite', 'src/push/sqlite/index.ts');
  for (const file of globSync('src/connectors/{*.ts,*/index.ts}', { cwd: root }).sort()) {
    const slug = file.replace('src/connectors/', '').replace(/(\/index)?\.ts$/, '');
    found.set(`./connectors/${slug}`, file);
  }
  return new Map([...found].filter(([, file]) => existsSync(`${root}/${file}`)));
}
