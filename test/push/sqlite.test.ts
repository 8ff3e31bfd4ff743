import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqlitePushStore } from 'trueup/push/sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { groupCommit } from '../../src/push/sqlite/group-commit.ts';
import { migrate, migrations } from '../../src/push/sqlite/schema.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'trueup-sqlite-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('two processes on one file', () => {
  it('read one state, whatever the other commits meanwhile', async () => {
    const file = join(dir, 'push.db');
    const store = sqlitePushStore(file);
    const at = '2026-12-01T08:00:00Z';
    const texts = { name: 'X', description: '' };
    await store.putVendor({
      id: 'v',
      ...texts,
      supportUrl: null,
      portalUrl: null,
      createdAt: at,
      updatedAt: at,
    });
    await store.putIntegration({
      ...{ id: 'i', vendorId: 'v', partnerId: 'p', partnerName: 'P', source: 'v', status: 'active' as const },
      ...{ createdAt: at, lastSyncedAt: null, openSince: null },
    });
    const own = { vendorId: 'v', integrationId: 'i', category: 'other', subcategory: 'other', active: true };
    await store.createServices(
      'v',
      'i',
      [{ id: 's', ...texts, ...own, supportArticle: null, supportContact: null }],
      9,
    );
    await store.createAccounts('i', [{ id: 'a', ...texts, active: true, arrears: false, link: null }], 9);
    await store.putCount('i', { accountId: 'a', serviceId: 's', units: 5, asOf: at }, true);

    // Statements are prepared when they are first needed: that is where the other process gets its turn.
    const other = new DatabaseSync(file);
    const { prepare } = DatabaseSync.prototype;
    const spy = vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (
      this: DatabaseSync,
      text,
    ) {
      if (text.startsWith('SELECT * FROM counts')) {
        other.exec("BEGIN; DELETE FROM counts; UPDATE integrations SET status = 'inactive'; COMMIT");
      }
      return prepare.call(this, text);
    });
    try {
      const stored = await store.read('i');
      expect([stored?.integration.status, stored?.counts.length]).toEqual(['active', 1]);
      const after = await store.read('i');
      expect([after?.integration.status, after?.counts.length]).toEqual(['inactive', 0]);
    } finally {
      spy.mockRestore();
      other.close();
      store.close();
    }
  });
});

describe('a kill without warning', () => {
  it('loses no count that was acknowledged', async () => {
    const file = join(dir, 'push.db');
    const child = spawn(process.execPath, [new URL('sqlite-child.ts', import.meta.url).pathname, file], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { port, token } = JSON.parse(line.toString()) as { port: number; token: string };
    const call = (method: string, path: string, body: unknown) =>
      fetch(`http://127.0.0.1:${port}/api/vendor-api${path}`, {
        method,
        headers: { 'gradient-token': token, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const accounts = Array.from({ length: 20 }, (_, i) => ({ id: `a${i}`, name: `A${i}` }));
    const created = await call('POST', '/organization/accounts', accounts);
    expect(created.status).toBe(201);
    const own = await call('POST', '/organization/services', [{ id: 's', name: 'S', description: '' }]);
    expect(own.status).toBe(201);

    // Eight senders raise the counts until the process dies under them. Nothing is mapped, so 404 acknowledges.
    const acknowledged = new Map<string, number>();
    let value = 0;
    const sender = async (): Promise<void> => {
      for (;;) {
        const units = ++value;
        const accountId = `a${units % accounts.length}`;
        const response = await call('POST', '/service/s/count', { accountId, unitCount: units });
        expect(response.status).toBe(404);
        acknowledged.set(accountId, Math.max(units, acknowledged.get(accountId) ?? 0));
        if (acknowledged.size === accounts.length && value > 300) child.kill('SIGKILL');
      }
    };
    const senders = await Promise.allSettled(Array.from({ length: 8 }, sender));
    expect(senders.every((one) => one.status === 'rejected' && one.reason instanceof TypeError)).toBe(true);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');

    const store = sqlitePushStore(file);
    const left = await store.read('north');
    store.close();
    expect(left?.accounts).toHaveLength(20);
    const stored = new Map(left?.counts.map((count) => [count.accountId, count.units]));
    for (const [accountId, units] of acknowledged) {
      // A later count of the same account may have been stored without its answer getting through.
      expect(stored.get(accountId)).toBeGreaterThanOrEqual(units);
    }
  });
});

describe('the file', () => {
  it('is in WAL mode with full synchronisation, and opens again with what it held', async () => {
    const file = join(dir, 'push.db');
    const first = sqlitePushStore(file);
    const vendor = { id: 'v', name: 'V', description: '', supportUrl: null, portalUrl: null };
    const at = '2026-12-01T08:00:00.000Z';
    const waiting = first.putVendor({ ...vendor, createdAt: at, updatedAt: at });
    first.close();
    await waiting;
    const db = new DatabaseSync(file);
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
    const second = sqlitePushStore(file);
    expect((await second.getVendor('v'))?.name).toBe('V');
    second.close();
  });

  it('fails in one way when it cannot be used, without showing what was in it', async () => {
    expect(() => sqlitePushStore(join(dir, 'no', 'such', 'folder', 'x.db'))).toThrow(
      expect.objectContaining({ code: 'STORE_ERROR' }),
    );
    const store = sqlitePushStore(join(dir, 'push.db'));
    const at = '2026-12-01T08:00:00.000Z';
    const orphan = {
      id: 'i',
      vendorId: 'secret-vendor',
      partnerId: 'p',
      partnerName: 'P',
      source: 's',
      status: 'pending' as const,
      createdAt: at,
      lastSyncedAt: null,
      openSince: null,
    };
    const error = await store.putIntegration(orphan).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'STORE_ERROR', retryable: true });
    expect(JSON.stringify(error)).not.toContain('secret-vendor');
    store.close();
    await expect(store.getVendor('v')).rejects.toMatchObject({ code: 'STORE_ERROR' });
    await expect(store.setStatus('i', 'active')).rejects.toMatchObject({ code: 'STORE_ERROR' });
  });
});

describe('migrations', () => {
  const version = (db: DatabaseSync) => db.prepare('PRAGMA user_version').get()?.user_version;

  it('run once each, keep the data, and wait for nobody who has run them', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db, ['CREATE TABLE t (a TEXT)']);
    db.exec("INSERT INTO t VALUES ('kept')");
    migrate(db, ['CREATE TABLE t (a TEXT)', 'ALTER TABLE t ADD COLUMN b TEXT']);
    migrate(db, ['CREATE TABLE t (a TEXT)', 'ALTER TABLE t ADD COLUMN b TEXT']);
    expect(version(db)).toBe(2);
    expect({ ...db.prepare('SELECT * FROM t').get() }).toEqual({ a: 'kept', b: null });
  });

  it('leave the file as it was when a step fails', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db);
    expect(() => migrate(db, [...migrations, 'CREATE TABLE u (a TEXT); nonsense'])).toThrow();
    expect(version(db)).toBe(migrations.length);
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'u'").get()).toEqual({ n: 0 });
    migrate(db);
  });

  it('refuse a file of a newer version', () => {
    const db = new DatabaseSync(':memory:');
    db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    expect(() => migrate(db)).toThrow(expect.objectContaining({ code: 'STORE_ERROR' }));
  });
});

describe('group commit', () => {
  it('lets one bad write fail alone', async () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    const group = groupCommit(db);
    const put = (a: number) => group.write(() => db.prepare('INSERT INTO t VALUES (?)').run(a).changes);
    const results = await Promise.allSettled([put(1), put(2), put(1), put(3)]);
    expect(results.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 3 });
  });
});
