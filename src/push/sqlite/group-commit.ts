import type { DatabaseSync } from 'node:sqlite';
import { TrueupError } from '../../model/errors.ts';

/** Runs writes in shared transactions: one flush to disk for all that arrived in one turn of the event loop. */
export interface GroupCommit {
  /** Resolves with what `work` returned once the commit is on disk. `work` is synchronous and may run twice. */
  write<T>(work: () => T): Promise<T>;
  /** Commits what is waiting. */
  flush(): void;
}

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: TrueupError) => void;
}

export function groupCommit(db: DatabaseSync): GroupCommit {
  let queue: Job[] = [];
  let scheduled = false;

  /** All jobs in one transaction; their results, or an exception with nothing changed. */
  function commit(jobs: readonly Job[]): unknown[] {
    db.exec('BEGIN IMMEDIATE');
    try {
      const results = jobs.map((job) => job.work());
      db.exec('COMMIT');
      return results;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  function settle(jobs: readonly Job[]): void {
    try {
      const results = commit(jobs);
      for (const [i, job] of jobs.entries()) job.resolve(results[i]);
    } catch (error) {
      const [only] = jobs;
      if (jobs.length === 1 && only) only.reject(storeError(error));
      // One bad write must not take the others with it.
      else for (const job of jobs) settle([job]);
    }
  }

  function flush(): void {
    scheduled = false;
    const jobs = queue;
    queue = [];
    if (jobs.length > 0) settle(jobs);
  }

  return {
    write: <T>(work: () => T): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: (value) => resolve(value as T), reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(flush);
      }),
    flush,
  };
}

/** SQLite's own message may hold values; only its code is passed on. */
export function storeError(error: unknown): TrueupError {
  if (TrueupError.is(error)) return error;
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return new TrueupError('STORE_ERROR', 'The push store failed; nothing was acknowledged.', {
    retryable: true,
    context: typeof code === 'number' ? { sqlite: code } : {},
  });
}
