import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld, mockSystem, type ServedMock, serveMock } from 'trueup/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'trueup-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly code: number | null;
  readonly text: string;
}

/** Runs an example as its head says, in a folder of its own or in the project. */
function run(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`examples/${file}`, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

describe('examples', () => {
  it.each(['demo.ts', 'diagnose.ts', 'explain-a-card.ts', 'two-psas-eight-vendors.ts', 'write-back.ts'])(
    '%s runs to its end',
    async (file) => {
      const { code, text } = await run(file);
      expect(text).not.toBe('');
      expect(code, text).toBe(0);
    },
  );

  it('report.ts writes every report', async () => {
    const { code, text } = await run('report.ts', [folder]);
    expect(code, text).toBe(0);
    for (const name of ['report.html', 'report.md', 'cards.csv', 'unmapped.csv']) {
      expect(existsSync(join(folder, name)), name).toBe(true);
    }
  });

  describe('connectwise-pax8.ts', () => {
    const world = createWorld('examples', {
      customers: 12,
      discrepancies: [{ discrepancy: 'seats-added', times: 2 }],
    });
    const cw = mockSystem('connectwise', world);
    const mapping = join(folder, 'mapping.json');
    let servers: ServedMock[] = [];
    let env: Record<string, string> = {};

    beforeAll(async () => {
      const psa = await serveMock(cw);
      const vendor = await serveMock(mockSystem('pax8', world));
      servers = [psa, vendor];
      env = {
        CW_BASE_URL: psa.options.baseUrl ?? '',
        CW_COMPANY_ID: psa.options.companyId,
        CW_PUBLIC_KEY: psa.options.publicKey,
        CW_PRIVATE_KEY: psa.options.privateKey,
        CW_CLIENT_ID: psa.options.clientId,
        PAX8_BASE_URL: vendor.options.baseUrl,
        PAX8_CLIENT_ID: vendor.options.clientId,
        PAX8_CLIENT_SECRET: vendor.options.clientSecret,
      };
    });
    afterAll(() => Promise.all(servers.map((server) => server.close())));

    it('says what is missing', async () => {
      const { code, text } = await run('connectwise-pax8.ts');
      expect(code).toBe(2);
      expect(text).toMatch(/Set CW_SITE/);
    });

    it('suggests a mapping, shows what it would write, and writes only when told to', async () => {
      const first = await run('connectwise-pax8.ts', [mapping], env);
      expect(first.code, first.text).toBe(0);
      expect(JSON.parse(readFileSync(mapping, 'utf8'))).toMatchObject({ specVersion: 1 });

      const dry = await run('connectwise-pax8.ts', [mapping], env);
      expect(dry.code, dry.text).toBe(0);
      expect(dry.text).toMatch(/Nothing was written/);
      expect(cw.state.writes).toEqual([]);

      const real = await run('connectwise-pax8.ts', [mapping, '--apply'], env);
      expect(real.code, real.text).toBe(0);
      expect(cw.state.writes).not.toEqual([]);
      expect(cw.state.writes.length).toBe((dry.text.match(/ → /g) ?? []).length);
    });
  });
});
