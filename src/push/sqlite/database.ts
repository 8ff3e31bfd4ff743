import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type GroupCommit, groupCommit, storeError } from './group-commit.ts';
import type { Row } from './rows.ts';
import { migrate } from './schema.ts';

/** An open file: prepared statements by their text, shared commits for writes. */
export interface Database {
  /** Changes rows. */
  run(text: string, ...values: SQLInputValue[]): void;
  one(text: string, ...values: SQLInputValue[]): Row | undefined;
  all(text: string, ...values: SQLInputValue[]): Row[];
  /** One statement sees one committed state. */
  read<T>(work: () => T): Promise<T>;
  /** {@link read} of several statements: another process commits nothing between them. */
  readWhole<T>(work: () => T): Promise<T>;
  /** Durable once resolved; `work` is synchronous. */
  readonly write: GroupCommit['write'];
  /** Runs `work`; when it refuses, what it changed is undone. */
  undoable<T>(work: () => T, refused: (result: T) => boolean): T;
  close(): void;
}

/** @throws {TrueupError} `STORE_ERROR` */
export function openDatabase(file: string): Database {
  const db = open(file);
  const group = groupCommit(db);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const sql = (text: string): ReturnType<DatabaseSync['prepare']> => {
    const known = statements.get(text) ?? db.prepare(text);
    statements.set(text, known);
    return known;
  };
  const read = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      throw storeError(error);
    }
  };
  return {
    run(text, ...values) {
      sql(text).run(...values);
    },
    one: (text, ...values) => sql(text).get(...values),
    all: (text, ...values) => sql(text).all(...values),
    read,
    readWhole: (work) =>
      read(() => {
        db.exec('BEGIN');
        try {
          return work();
        } finally {
          db.exec('COMMIT');
        }
      }),
    write: group.write,
    undoable(work, refused) {
      db.exec('SAVEPOINT undoable');
      const result = work();
      db.exec(refused(result) ? 'ROLLBACK TO undoable; RELEASE undoable' : 'RELEASE undoable');
      return result;
    },
    close() {
      group.flush();
      if (db.isOpen) db.close();
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file);
    db.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON',
    );
    migrate(db);
    return db;
  } catch (error) {
    throw storeError(error);
  }
}
