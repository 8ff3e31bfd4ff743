import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JournalEntry, TrueupError } from 'trueup';
import { applyPlan, type JournalSession } from 'trueup/sync';
import { fileJournal } from 'trueup/sync/file-journal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock, scenario } from './plans.ts';
import { simulatedPsa } from './simulated-psa.ts';

let folder: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-journal-'));
  path = join(folder, 'deep', 'plan.jsonl');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const entry = (seq: number, planId = 'plan-1'): JournalEntry => ({
  type: 'intent',
  seq,
  planId,
  at: '2026-11-22T12:00:00Z',
  actor: 'ana ü',
  changeId: `change-${seq}`,
  before: 5,
  to: 8,
});

async function fill(count: number): Promise<void> {
  const session = await fileJournal(path).open('plan-1');
  for (let seq = 0; seq < count; seq++) await session.append(entry(seq));
  await session.close();
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (TrueupError.is(error) ? error.code : String(error)),
  );

describe('fileJournal', () => {
  it('keeps one JSON line per entry and leaves nothing else behind', async () => {
    await fill(3);
    expect((await readFile(path, 'utf8')).split('\n')).toEqual(
      [0, 1, 2].map((seq) => JSON.stringify(entry(seq))).concat(''),
    );
    expect(await fileJournal(path).read()).toEqual([entry(0), entry(1), entry(2)]);
    expect(await readdir(join(folder, 'deep'))).toEqual(['plan.jsonl']);
    expect(await fileJournal(join(folder, 'none.jsonl')).read()).toEqual([]);
  });

  it('takes nothing that it could not read again', async () => {
    const session = await fileJournal(path).open('plan-1');
    await session.append(entry(0));
    for (const part of [{ actor: 42 }, { at: 'yesterday' }, { before: '5' }]) {
      const code = session.append({ ...entry(1), ...part } as JournalEntry).catch((error) => error.code);
      expect(await code).toBe('BAD_INPUT');
    }
    await session.append(entry(1));
    await session.close();
    expect(await fileJournal(path).read()).toEqual([entry(0), entry(1)]);
  });

  it('recovers from a last line torn at any byte, and goes on', async () => {
    await fill(2);
    const whole = await readFile(path);
    const start = whole.indexOf(0x0a) + 1;
    for (let cut = start; cut < whole.length; cut++) {
      await writeFile(path, whole.subarray(0, cut));
      const session = await fileJournal(path).open('plan-1');
      expect(session.entries).toEqual([entry(0)]);
      await session.append(entry(1));
      await session.close();
      expect(await readFile(path)).toEqual(whole);
    }
  });

  it('recovers from a last line that a power cut left as zeros', async () => {
    await fill(1);
    const whole = await readFile(path);
    await appendFile(path, Buffer.from([...Array.from({ length: 40 }, () => 0), 0x0a]));
    const session = await fileJournal(path).open('plan-1');
    expect(session.entries).toEqual([entry(0)]);
    await session.close();
    expect(await readFile(path)).toEqual(whole);
  });

  it.each<[string, (lines: string[]) => string[]]>([
    ['a middle line that is no JSON', ([a, , c]) => [a!, '{"type":"int', c!]],
    ['a middle line that is no entry', ([a, , c]) => [a!, '{"type":"intent","seq":1}', c!]],
    ['a time that is none', ([a, b, c]) => [a!, b!.replace('2026-11-22T12:00:00Z', 'noon'), c!]],
    [
      'a word nobody knows about a write',
      ([a, b, c]) => [
        a!,
        b!.replace('"intent"', '"outcome"').replace('}', ',"outcome":"applied","after":8,"wrote":"perhaps"}'),
        c!,
      ],
    ],
    ['a missing middle line', ([a, , c]) => [a!, c!]],
    ['a doubled line', ([a, b]) => [a!, b!, b!]],
    ['a last line that was acknowledged and is no JSON', ([a, b]) => [a!, b!, '{"type":"int']],
  ])('refuses %s', async (_what, damage) => {
    await fill(3);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const damaged = `${damage(lines).join('\n')}\n`;
    await writeFile(path, damaged);
    expect(await codeOf(fileJournal(path).open('plan-1'))).toBe('JOURNAL_CORRUPT');
    expect(await codeOf(fileJournal(path).read())).toBe('JOURNAL_CORRUPT');
    expect(await readFile(path, 'utf8')).toBe(damaged);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it.each(['{"specVersion":1,"kind":"plan"}', '{"se', 'Dear Ana', '{}'].map((text, at) => [text, at !== 1]))(
    'empties no other file: %s',
    async (text, foreign) => {
      await fill(0);
      await writeFile(path, text);
      expect(await codeOf(fileJournal(path).read())).toBe(foreign ? 'JOURNAL_CORRUPT' : 'none');
      if (!foreign) return;
      expect(await codeOf(fileJournal(path).open('plan-1'))).toBe('JOURNAL_CORRUPT');
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('refuses the journal of another plan', async () => {
    await fill(1);
    expect(await codeOf(fileJournal(path).open('plan-2'))).toBe('JOURNAL_MISMATCH');
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('says which file when the disk refuses', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(fileJournal(join(folder, 'file', 'plan.jsonl')).open('plan-1'))).toBe('STORE_ERROR');
  });

  it('holds the intent before the write is sent, and the outcome after', async () => {
    const { plan, lines } = scenario(2);
    const journal = fileJournal(path);
    const psa = simulatedPsa(lines, {
      writes: 'absolute',
      fault: ({ op }) => {
        if (op === 'write') lastAtWrite.push('pending');
        return undefined;
      },
    });
    const lastAtWrite: string[] = [];
    const connector = {
      ...psa.connector,
      setQuantity: async (...args: Parameters<typeof psa.connector.setQuantity>) => {
        const onDisk = (await readFile(path, 'utf8')).trimEnd().split('\n').at(-1) ?? '';
        expect(JSON.parse(onDisk)).toMatchObject({ type: 'intent', before: args[0].from, to: args[0].to });
        await psa.connector.setQuantity(...args);
      },
    };
    const report = await applyPlan(plan, connector, { journal, runtime: manualClock().runtime });
    expect(report.complete).toBe(true);
    expect(lastAtWrite).toHaveLength(2);
    expect((await journal.read()).map(({ type }) => type)).toEqual([
      'start',
      'intent',
      'outcome',
      'intent',
      'outcome',
    ]);
    expect((await applyPlan(plan, connector, { journal })).counts['already-applied']).toBe(2);
  });
});

describe('the lock', () => {
  it('keeps a second run out and lets it in afterwards', async () => {
    const session = await fileJournal(path).open('plan-1');
    expect(await codeOf(fileJournal(path).open('plan-1'))).toBe('JOURNAL_LOCKED');
    await session.close();
    expect(
      await codeOf(
        fileJournal(path)
          .open('plan-1')
          .then((next) => next.close()),
      ),
    ).toBe('none');
  });

  it('of a living process holds, of a killed one is taken over', async () => {
    const child = await holdLockElsewhere();
    expect(await codeOf(fileJournal(path).open('plan-1'))).toBe('JOURNAL_LOCKED');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    // Of many that try at once, one gets it.
    const tries = await Promise.all(
      Array.from({ length: 12 }, () =>
        fileJournal(path)
          .open('plan-1')
          .catch((error: unknown) => error),
      ),
    );
    const winners = tries.filter((won): won is JournalSession => !TrueupError.is(won));
    expect(winners).toHaveLength(1);
    expect(tries.filter((error) => TrueupError.is(error, 'JOURNAL_LOCKED'))).toHaveLength(11);
    await winners[0]?.close();
    expect((await readdir(join(folder, 'deep'))).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('of another machine holds: its process cannot be asked', async () => {
    await fill(1);
    const lock = { pid: 999_999_999, host: 'elsewhere', started: null, token: 'x' };
    await writeFile(`${path}.lock`, JSON.stringify(lock));
    expect(await codeOf(fileJournal(path).open('plan-1'))).toBe('JOURNAL_LOCKED');
  });

  it.runIf(process.platform === 'linux')('of an earlier process with the same id is taken over', async () => {
    await fill(1);
    const lock = { pid: process.pid, host: hostname(), started: '1', token: 'x' };
    await writeFile(`${path}.lock`, JSON.stringify(lock));
    const session = await fileJournal(path).open('plan-1');
    expect(session.entries).toHaveLength(1);
    await session.close();
  });

  it.runIf(process.platform === 'linux')('of a dead process nobody has buried is taken over', async () => {
    await fill(1);
    // The shell becomes a program that asks for no child: the dead one stays in the table of processes.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(parent);
    const pid = await new Promise<number>((resolve) => {
      parent.stdout?.once('data', (text) => resolve(Number(String(text))));
    });
    const stat = (): Promise<string> => readFile(`/proc/${pid}/stat`, 'utf8');
    await expect.poll(stat).toMatch(/\) Z /);
    const started = (await stat()).split(') ')[1]?.split(' ')[19] ?? null;
    await writeFile(`${path}.lock`, JSON.stringify({ pid, host: hostname(), started, token: 'x' }));
    const session = await fileJournal(path).open('plan-1');
    await session.close();
  });

  it.runIf(process.platform === 'linux')(
    'of a process that died while it took one over is taken over',
    async () => {
      await fill(1);
      const dead = (token: string): string =>
        JSON.stringify({ pid: process.pid, host: hostname(), started: '1', token });
      await writeFile(`${path}.lock`, dead('x'));
      await writeFile(`${path}.lock.takeover`, dead('y'));
      const tries = await Promise.allSettled(
        Array.from({ length: 12 }, () => fileJournal(path).open('plan-1')),
      );
      const winners = tries.flatMap((won) => (won.status === 'fulfilled' ? [won.value] : []));
      expect(winners).toHaveLength(1);
      await winners[0]?.close();
      expect((await readdir(join(folder, 'deep'))).filter((name) => name.includes('lock'))).toEqual([]);
    },
  );

  it('that cannot be read holds', async () => {
    await fill(1);
    await writeFile(`${path}.lock`, '');
    expect(await codeOf(fileJournal(path).open('plan-1'))).toBe('JOURNAL_LOCKED');
  });

  /** Another process that opens the journal and waits to be killed. */
  async function holdLockElsewhere(): Promise<ChildProcess> {
    const source = new URL('../../src/sync/file-journal.ts', import.meta.url).href;
    const code = `
      const { fileJournal } = await import(${JSON.stringify(source)});
      await fileJournal(${JSON.stringify(path)}).open('plan-1');
      process.stdout.write('held');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await new Promise((resolve, reject) => {
      child.stdout?.once('data', resolve);
      child.once('exit', reject);
    });
    return child;
  }
});
