import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPlan } from 'trueup/sync';
import { fileJournal } from 'trueup/sync/file-journal';
import { expect, it, vi } from 'vitest';
import { manualClock, scenario } from './plans.ts';
import { simulatedPsa } from './simulated-psa.ts';

const steps = vi.hoisted((): string[] => []);

// The real files, with a note of every append and sync.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open = async (...args: Parameters<typeof real.open>) => {
    const file = await real.open(...args);
    return new Proxy(file, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          const result: unknown = await value.apply(target, given);
          if (name === 'appendFile' || name === 'sync') steps.push(name);
          return result;
        };
      },
    });
  };
  return { ...real, open };
});

it('syncs an entry to disk before the write it announces is sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-sync-'));
  try {
    const { plan, lines } = scenario(2);
    const psa = simulatedPsa(lines, {
      writes: 'absolute',
      fault: ({ op }) => {
        if (op === 'write') steps.push('write');
        return undefined;
      },
    });
    const journal = fileJournal(join(folder, 'plan.jsonl'));
    await applyPlan(plan, psa.connector, { journal, runtime: manualClock().runtime });
    const start = ['sync', 'sync', 'appendFile', 'sync'];
    const change = ['appendFile', 'sync', 'write', 'appendFile', 'sync'];
    expect(steps).toEqual([...start, ...change, ...change]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
