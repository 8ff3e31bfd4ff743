import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPlan } from 'trueup/sync';
import { fileJournal } from 'trueup/sync/file-journal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock, scenario } from './plans.ts';
import { simulatedPsa } from './simulated-psa.ts';

/** A PSA whose one line lives in a file, so that it outlives the process that writes it. */
const child = (folder: string, step: string): string => `
  const { readFileSync, writeFileSync } = await import('node:fs');
  const { applyPlan } = await import(${JSON.stringify(new URL('../../src/sync/apply.ts', import.meta.url).href)});
  const { fileJournal } = await import(${JSON.stringify(new URL('../../src/sync/file-journal.ts', import.meta.url).href)});
  const { plan, capabilities } = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'plan.json'))}, 'utf8'));
  const psa = ${JSON.stringify(join(folder, 'psa.json'))};
  const read = () => JSON.parse(readFileSync(psa, 'utf8'));
  const die = () => { process.stdout.write('now'); return new Promise(() => setInterval(() => {}, 1000)); };
  let written = false;
  const connector = {
    specVersion: 1, role: 'psa', id: 'simulated', name: 'Simulated', capabilities, currency: 'USD',
    readLine: async ({ lineId, contractId }) => {
      if (written && ${JSON.stringify(step)} === 'before the read back') await die();
      return { lineId, contractId, units: read().units, active: true };
    },
    setQuantity: async ({ from, to }) => {
      if (${JSON.stringify(step)} === 'before the write') await die();
      const { units, writes } = read();
      writeFileSync(psa, JSON.stringify({ units: units + to - from, writes: writes + 1 }));
      written = true;
      if (${JSON.stringify(step)} === 'after the write') await die();
    },
  };
  const journal = fileJournal(${JSON.stringify(join(folder, 'plan.jsonl'))});
  const open = async (id) => {
    const session = await journal.open(id);
    return { ...session, append: async (entry) => {
      if (entry.type === 'intent' && ${JSON.stringify(step)} === 'before the intent') await die();
      if (entry.type === 'outcome' && ${JSON.stringify(step)} === 'before the outcome') await die();
      await session.append(entry);
    } };
  };
  await applyPlan(plan, connector, { journal: { ...journal, open } });
  process.exit(1);`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-killed-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a process killed with SIGKILL', () => {
  it.each([
    'before the intent',
    'before the write',
    'after the write',
    'before the read back',
    'before the outcome',
  ])(
    '%s leaves a journal another process finishes the plan from, with one difference applied',
    async (step) => {
      const { plan, lines } = scenario(1);
      const [change] = plan.changes;
      const psa = simulatedPsa(lines, { writes: 'delta' });
      const { capabilities } = psa.connector;
      await writeFile(join(folder, 'plan.json'), JSON.stringify({ plan, capabilities }));
      await writeFile(join(folder, 'psa.json'), JSON.stringify({ units: change?.from, writes: 0 }));
      await killAt(child(folder, step));

      const journal = fileJournal(join(folder, 'plan.jsonl'));
      const left = JSON.parse(await readFile(join(folder, 'psa.json'), 'utf8')) as {
        units: number;
        writes: number;
      };
      psa.set('l1', left.units);
      // Long after, so that a lost write can no longer land.
      const { runtime } = manualClock('2099-01-01T00:00:00Z');
      const report = await applyPlan(plan, psa.connector, { journal, runtime });
      expect(report.complete).toBe(true);
      expect(psa.lines.get('l1')?.units).toBe(change?.to);
      expect(left.writes + psa.landings.length).toBe(1);
    },
  );

  async function killAt(code: string): Promise<void> {
    const process_ = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise((resolve) => process_.once('exit', resolve));
    await new Promise((resolve, reject) => {
      process_.stdout.once('data', resolve);
      process_.once('exit', () => reject(new Error('the process ended by itself')));
    });
    process_.kill('SIGKILL');
    await gone;
  }
});
