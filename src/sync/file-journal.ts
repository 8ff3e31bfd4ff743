import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrueupError } from '../model/errors.ts';
import type { JournalEntry } from '../model/journal.ts';
import { takeLock } from './file-lock.ts';
import { type Journal, requirePlan } from './journal.ts';
import { isEntry, parseJournal } from './journal-lines.ts';

/**
 * A journal in a file: one JSON line per entry, appended and synced to disk before the write it announces is sent.
 * Beside it, while a run holds it, a lock file (`<path>.lock`); one left by a process that died is taken over.
 * Use one file per plan, on a disk of this machine: network shares often do not keep a sync's promise.
 * @example fileJournal(`journals/${plan.id}.jsonl`)
 */
export function fileJournal(path: string): Journal {
  return {
    read: async () => parseJournal(await contentOf(path), path).entries,
    open: async (planId) => {
      await stored(path, () => mkdir(dirname(path), { recursive: true }));
      const unlock = await stored(path, () => takeLock(`${path}.lock`));
      try {
        const { entries, goodBytes } = parseJournal(await contentOf(path), path);
        requirePlan(entries, planId);
        const file = await stored(path, () => openForAppend(path, goodBytes));
        let end = goodBytes;
        return {
          entries,
          append: async (entry: JournalEntry) => {
            end = await stored(path, () => writeLine(file, entry, end));
          },
          close: () =>
            stored(path, async () => {
              try {
                await file.close();
              } finally {
                await unlock();
              }
            }),
        };
      } catch (error) {
        await unlock();
        throw error;
      }
    },
  };
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0);
    throw storeError(path, error);
  }
}

/** Opens the file and cuts off a torn last line: it was never acknowledged, so the write it announces was never sent. */
async function openForAppend(path: string, goodBytes: number): Promise<FileHandle> {
  const file = await open(path, 'a+');
  try {
    await file.truncate(goodBytes);
    await file.sync();
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A new file is only safe when its folder's entry is, too. */
async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle;
  try {
    folder = await open(path, 'r');
  } catch (error) {
    // Windows does not open folders; it keeps their entries itself.
    if (['EISDIR', 'EPERM', 'EACCES'].includes(codeOf(error))) return;
    throw error;
  }
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(codeOf(error))) throw error;
  } finally {
    await folder.close();
  }
}

/** Appends one line and syncs it; returns the new end. A line that could not be written whole is cut off again. */
async function writeLine(file: FileHandle, entry: JournalEntry, end: number): Promise<number> {
  // An entry that could not be read again would lock the plan for good, with its writes in the PSA.
  if (!isEntry(entry)) {
    throw new TrueupError(
      'BAD_INPUT',
      'This is no journal entry: every quantity must be a number, the actor a text and the time an instant in UTC. Correct the connector or runtime that gave it.',
    );
  }
  const line = Buffer.from(`${JSON.stringify(entry)}\n`);
  try {
    await file.appendFile(line);
    await file.sync();
  } catch (error) {
    await file.truncate(end).catch(() => {});
    throw error;
  }
  return end + line.length;
}

async function stored<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw TrueupError.is(error) ? error : storeError(path, error);
  }
}

function storeError(path: string, error: unknown): TrueupError {
  const code = codeOf(error);
  return new TrueupError(
    'STORE_ERROR',
    `The journal ${path} could not be read or written (${code}); free the disk or fix the rights, then run the plan again.`,
    { context: { path, code } },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
