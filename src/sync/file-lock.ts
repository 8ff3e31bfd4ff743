import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { TrueupError } from '../model/errors.ts';

/** Who holds a lock file. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** The process's start, in the kernel's ticks, where it tells: a pid alone may be used again. */
  readonly started: string | null;
  readonly token: string;
}

/**
 * Takes the lock file, or takes it over from a process of this machine that is gone.
 * @returns gives it back
 * @throws {TrueupError} JOURNAL_LOCKED when another run holds it, or it cannot be told
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    started: (await statOf(process.pid))?.started ?? null,
    token: randomUUID(),
  };
  // Written aside and put in place whole: nobody ever reads half a lock.
  const aside = `${path}.${me.token}`;
  await writeFile(aside, JSON.stringify(me), { flag: 'wx' });
  try {
    if (!(await placed(aside, path))) await takeOver(aside, path);
  } finally {
    await unlink(aside).catch(() => {});
  }
  return async () => {
    if ((await holderOf(path))?.token === me.token) await unlink(path);
  };
}

/** A hard link is made or not made, also when two processes try at once. */
async function placed(aside: string, path: string): Promise<boolean> {
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
  }
  // A file system without hard links: made or not made as well, but for a moment it is empty.
  try {
    await writeFile(path, await readFile(aside), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces a dead process's lock. A second lock makes sure that only one run does so at a time. */
async function takeOver(aside: string, path: string): Promise<void> {
  const gate = `${path}.takeover`;
  const holder = await holderOf(path);
  if (holder === null || (await isAlive(holder))) throw locked(path, holder);
  // A process may have died behind the gate as well.
  if (!(await placed(aside, gate))) await takeOver(aside, gate);
  try {
    // Looked at again behind the gate: somebody may have taken over, or given back, in between.
    const now = await holderOf(path);
    if (now?.token !== holder.token) throw locked(path, now);
    await rename(gate, path);
  } catch (error) {
    await unlink(gate).catch(() => {});
    throw error;
  }
}

function locked(path: string, holder: Holder | null): TrueupError {
  const who = holder === null ? 'Another run' : `Process ${holder.pid} on ${holder.host}`;
  return new TrueupError(
    'JOURNAL_LOCKED',
    `${who} holds the journal (${path}); wait for it to end, or delete the lock file when no such process runs.`,
    {
      retryable: true,
      context: { path, ...(holder === null ? {} : { pid: holder.pid, host: holder.host }) },
    },
  );
}

async function holderOf(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

/** True unless the process is certainly gone: another machine's cannot be asked. */
async function isAlive({ pid, host, started }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    // Signal 0 asks whether the process is there and does nothing to it.
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
  const now = await statOf(pid);
  if (now === null) return true;
  // Dead, and only not yet asked for by its parent: in a container without an init it stays so for good.
  if (now.state === 'Z' || now.state === 'X') return false;
  return started === null || started === now.started;
}

/** The state of a process and when it started, from Linux's `/proc`; `null` elsewhere. */
async function statOf(pid: number): Promise<{ readonly state: string; readonly started: string } | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Fields 3 and 22; the name in field 2 may hold spaces and parentheses, so count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
