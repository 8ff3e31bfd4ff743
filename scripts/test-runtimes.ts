/**
 * Runs one program, from the packed library, in every runtime trueup promises; each must print the same digest.
 * A runtime that is not there is skipped with its reason. Needs `npm run build`.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { chromium } from 'playwright-core';
import { packedConsumer, root } from './packed.ts';

/** Not a failure: the runtime cannot be had on this machine. */
class Absent extends Error {}

const bin = join(root, 'node_modules/.bin');
const consumer = packedConsumer();
const { folder } = consumer;

const source = readFileSync(join(root, 'scripts/runtime-program.ts'), 'utf8');
const { code } = await transform(source, { loader: 'ts', format: 'esm' });
writeFileSync(join(folder, 'program.mjs'), code);
writeFileSync(
  join(folder, 'main.mjs'),
  "import { program } from './program.mjs';\nconsole.log(await program());\n",
);

/** Runs the unbundled program: the runtime resolves the package itself. */
function command(file: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, [...args, 'main.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (error || status !== 0) throw new Error(`${error?.message ?? `exit ${status}`}\n${stderr}`);
  return stdout.trim();
}

/** One file for runtimes without a module resolver; Node.js modules must not be needed. */
async function bundled(entry: string): Promise<string> {
  const result = await build({
    stdin: { contents: entry, resolveDir: folder },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'no-node',
        setup(plugin) {
          // Imports nothing uses are dropped, as bundlers for the web do; one that is used stays and fails there.
          plugin.onResolve({ filter: /^node:/ }, ({ path }) => ({
            path,
            external: true,
            sideEffects: false,
          }));
        },
      },
    ],
  });
  return result.outputFiles[0]?.text ?? '';
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Another major version of Node.js, fetched by npm once. */
function node(major: number): string {
  const cache = join(root, `node_modules/.cache/trueup-node-${major}`);
  const file = join(cache, 'node_modules/node/bin/node');
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    const args = ['install', '--prefix', cache, '--no-fund', '--no-audit', `node@${major}`];
    if (spawnSync('npm', args, { stdio: 'ignore' }).status !== 0 || !existsSync(file)) {
      throw new Absent(`npm could not fetch node@${major}`);
    }
  }
  return file;
}

async function workerd(): Promise<string> {
  const port = await freePort();
  const worker = `import { program } from './program.mjs';
export default { async fetch() { try { return new Response(await program()); } catch (error) { return new Response(String(error?.stack), { status: 500 }); } } };`;
  writeFileSync(join(folder, 'worker.mjs'), await bundled(worker));
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (modules = [(name = "worker", esModule = embed "worker.mjs")], compatibilityDate = "2026-11-01"))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  );
  const process = spawn(join(bin, 'workerd'), ['serve', 'config.capnp'], { cwd: folder, stdio: 'pipe' });
  try {
    return await answerOf(process, `http://127.0.0.1:${port}/`);
  } finally {
    process.kill('SIGKILL');
  }
}

/** What a server says once it listens. */
async function answerOf(server: ChildProcess, address: string): Promise<string> {
  let errors = '';
  server.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  for (let tries = 0; tries < 100; tries += 1) {
    if (server.exitCode !== null) break;
    const response = await fetch(address).catch(() => null);
    if (response) {
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(errors || 'it never answered');
}

async function browser(): Promise<string> {
  const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
    .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim())
    .find((path) => path !== '');
  if (!executablePath) throw new Absent('no chromium on the PATH');
  const page = await bundled("import { program } from './program.mjs';\nwindow.program = program;");
  // A loopback address: the browser's cryptography is there for secure origins only.
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? page : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const instance = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const tab = await instance.newPage();
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(String(error)));
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const run = 'window.program ? window.program() : null';
    const digest = (await tab.evaluate(run)) as string | null;
    if (digest === null) throw new Error(errors.join('\n') || 'the page did not load the program');
    return digest;
  } finally {
    await instance.close();
    server.close();
  }
}

const version = (file: string): string =>
  execFileSync(file, ['--version'], { encoding: 'utf8' }).split('\n')[0]?.trim() ?? '';

const runtimes: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['Node.js 22', () => command(node(22), [])],
  [`Node.js ${process.versions.node}`, () => command(process.execPath, [])],
  [`Bun ${version(join(bin, 'bun'))}`, () => command(join(bin, 'bun'), ['run'])],
  [
    version(join(bin, 'deno')).replace(/ \(.*/, ''),
    () =>
      command(join(bin, 'deno'), [
        'run',
        '--no-remote',
        '--node-modules-dir=manual',
        '--allow-read',
        '--allow-env',
      ]),
  ],
  ['workerd', workerd],
  ['Chromium', browser],
];

const digests = new Set<string>();
let failed = false;
try {
  for (const [name, run] of runtimes) {
    try {
      const digest = await run();
      digests.add(digest);
      console.log(`${name.padEnd(16)} ${digest}`);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      failed ||= !(error instanceof Absent);
      console.log(`${name.padEnd(16)} ${error instanceof Absent ? 'skipped: ' : 'FAILED: '}${text}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (digests.size > 1) console.log('FAILED: the digests differ');
process.exitCode = failed || digests.size !== 1 ? 1 : 0;
