import type { DatabaseSync } from 'node:sqlite';
import { TrueupError } from '../../model/errors.ts';

/**
 * The steps from an empty file to the current schema, in order; `user_version` counts the ones taken.
 * A released step is never edited: a change is a further step.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE vendors (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL,
    support_url TEXT, portal_url TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE integrations (
    id TEXT PRIMARY KEY, vendor_id TEXT NOT NULL REFERENCES vendors (id),
    partner_id TEXT NOT NULL, partner_name TEXT NOT NULL, source TEXT NOT NULL, status TEXT NOT NULL,
    created_at TEXT NOT NULL, last_synced_at TEXT, open_since TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE keys (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner_id TEXT NOT NULL, hash TEXT NOT NULL,
    scopes TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (kind, owner_id)
  ) STRICT, WITHOUT ROWID;

  -- integration_id '' : shared by every partner of the vendor.
  CREATE TABLE services (
    vendor_id TEXT NOT NULL REFERENCES vendors (id), integration_id TEXT NOT NULL, id TEXT NOT NULL,
    name TEXT NOT NULL, description TEXT NOT NULL, category TEXT NOT NULL, subcategory TEXT NOT NULL,
    support_article TEXT, support_contact TEXT, active INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, integration_id, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE accounts (
    integration_id TEXT NOT NULL REFERENCES integrations (id), id TEXT NOT NULL,
    name TEXT NOT NULL, description TEXT NOT NULL, active INTEGER NOT NULL, arrears INTEGER NOT NULL,
    customer_id TEXT, mapping_id TEXT,
    PRIMARY KEY (integration_id, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE mapped_services (
    integration_id TEXT NOT NULL REFERENCES integrations (id), service_id TEXT NOT NULL,
    PRIMARY KEY (integration_id, service_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE counts (
    integration_id TEXT NOT NULL REFERENCES integrations (id),
    account_id TEXT NOT NULL, service_id TEXT NOT NULL, units REAL NOT NULL, as_of TEXT NOT NULL,
    PRIMARY KEY (integration_id, account_id, service_id)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Takes the steps a file still lacks, each whole or not at all.
 * @throws {TrueupError} `STORE_ERROR` for a file made by a newer version.
 */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  const version = versionOf(db);
  if (version > steps.length) {
    throw new TrueupError(
      'STORE_ERROR',
      `The push store has schema ${version}; this version knows ${steps.length}. Update trueup.`,
    );
  }
  for (const [i, step] of steps.entries()) {
    if (i < version) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      // Another process may have taken the step while this one waited for the lock.
      if (versionOf(db) === i) db.exec(`${step}; PRAGMA user_version = ${i + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
