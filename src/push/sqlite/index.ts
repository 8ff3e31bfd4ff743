import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { AccountPatch, PushAccount, PushService, PushStore, ServicePatch } from '../store.ts';
import { groupCommit, storeError } from './group-commit.ts';
import { type Row, toAccount, toCount, toIntegration, toKey, toService, toVendor } from './rows.ts';
import { migrate } from './schema.ts';

/** A {@link PushStore} in one file. */
export interface SqlitePushStore extends PushStore {
  /** Commits what is waiting and lets go of the file. */
  close(): void;
}

/**
 * Keeps the receiver's data in one SQLite file with Node's own `node:sqlite` (Node 22.13 or newer; no package).
 * WAL mode with full synchronisation: what is acknowledged survives a kill and a power cut. Writes that arrive
 * together share one commit. `:memory:` works too.
 * @throws {TrueupError} `STORE_ERROR` when the file cannot be opened or was made by a newer version.
 */
export function sqlitePushStore(file: string): SqlitePushStore {
  const db = open(file);
  const group = groupCommit(db);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const sql = (text: string): ReturnType<DatabaseSync['prepare']> => {
    const known = statements.get(text) ?? db.prepare(text);
    statements.set(text, known);
    return known;
  };
  const run = (text: string, ...values: SQLInputValue[]): number | bigint => sql(text).run(...values).changes;
  const one = (text: string, ...values: SQLInputValue[]): Row | undefined => sql(text).get(...values);
  const all = (text: string, ...values: SQLInputValue[]): Row[] => sql(text).all(...values);

  /** Reads are synchronous and between transactions, so each sees one committed state. */
  const read = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      throw storeError(error);
    }
  };
  const vendorIdOf = (integrationId: string): string =>
    String(one('SELECT vendor_id FROM integrations WHERE id = ?', integrationId)?.vendor_id ?? '');
  const servicesOf = (vendorId: string, integrationId: string): PushService[] =>
    all(SERVICES, vendorId, integrationId).map(toService);
  const accountsOf = (integrationId: string): PushAccount[] =>
    all('SELECT * FROM accounts WHERE integration_id = ?', integrationId).map(toAccount);

  /** Patches rows one by one; a refusal undoes the ones before. */
  function patched<P extends { readonly id?: string }, T extends { readonly id: string }>(
    patches: readonly { readonly id: string; readonly patch: P }[],
    table: {
      find(id: string): T | undefined;
      taken(id: string): boolean;
      put(id: string, next: T): void;
    },
  ): T[] | 'unknown' | 'taken' {
    db.exec('SAVEPOINT patches');
    const refuse = <R>(reason: R): R => {
      db.exec('ROLLBACK TO patches; RELEASE patches');
      return reason;
    };
    const changed: T[] = [];
    for (const { id, patch } of patches) {
      const before = table.find(id);
      if (!before) return refuse('unknown');
      const after = { ...before, ...patch };
      if (after.id !== id && table.taken(after.id)) return refuse('taken');
      table.put(id, after);
      changed.push(after);
    }
    db.exec('RELEASE patches');
    return changed;
  }

  return {
    putVendor: (vendor) =>
      group.write(() => {
        run(
          `INSERT INTO vendors VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
           name = excluded.name, description = excluded.description, support_url = excluded.support_url,
           portal_url = excluded.portal_url, updated_at = excluded.updated_at`,
          vendor.id,
          vendor.name,
          vendor.description,
          vendor.supportUrl,
          vendor.portalUrl,
          vendor.createdAt,
          vendor.updatedAt,
        );
      }),
    getVendor: (vendorId) =>
      read(() => {
        const row = one('SELECT * FROM vendors WHERE id = ?', vendorId);
        return row ? toVendor(row) : null;
      }),
    putIntegration: (integration) =>
      group.write(() => {
        run(
          `INSERT INTO integrations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
           partner_name = excluded.partner_name, source = excluded.source`,
          integration.id,
          integration.vendorId,
          integration.partnerId,
          integration.partnerName,
          integration.source,
          integration.status,
          integration.createdAt,
          integration.lastSyncedAt,
          integration.openSince,
        );
      }),
    getIntegration: (integrationId) =>
      read(() => {
        const row = one('SELECT * FROM integrations WHERE id = ?', integrationId);
        return row ? toIntegration(row) : null;
      }),
    listIntegrations: () => read(() => all('SELECT * FROM integrations ORDER BY id').map(toIntegration)),
    setStatus: (integrationId, status) =>
      group.write(() => {
        run('UPDATE integrations SET status = ? WHERE id = ?', status, integrationId);
      }),

    replaceKey: (key) =>
      group.write(() => {
        run('DELETE FROM keys WHERE kind = ? AND owner_id = ?', key.kind, key.ownerId);
        run(
          'INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?)',
          key.id,
          key.kind,
          key.ownerId,
          key.hash,
          key.scopes.join(' '),
          key.createdAt,
        );
      }),
    getKey: (keyId) =>
      read(() => {
        const row = one('SELECT * FROM keys WHERE id = ?', keyId);
        return row ? toKey(row) : null;
      }),

    createServices: (vendorId, integrationId, services, limit) =>
      group.write(() => {
        const owner = integrationId ?? '';
        if (tooMany(one(COUNT_SERVICES, vendorId, owner), services.length, limit)) return 'full' as const;
        const ids = new Set(services.map((service) => service.id));
        const taken = [...ids].some((id) => one(FIND_SERVICE, vendorId, id, owner));
        if (taken || ids.size < services.length) return 'taken' as const;
        for (const service of services) run(INSERT_SERVICE, ...serviceValues(service));
        return 'created' as const;
      }),
    updateServices: (integrationId, patches) =>
      group.write(() => {
        const vendorId = vendorIdOf(integrationId);
        return patched<ServicePatch, PushService>(
          patches.map(({ serviceId, patch }) => ({ id: serviceId, patch })),
          {
            find: (id) => {
              const row = one(
                'SELECT * FROM services WHERE vendor_id = ? AND integration_id = ? AND id = ?',
                vendorId,
                integrationId,
                id,
              );
              return row && toService(row);
            },
            taken: (id) => one(FIND_SERVICE, vendorId, id, integrationId) !== undefined,
            put: (id, next) => {
              run(
                `UPDATE services SET id = ?, name = ?, description = ?, active = ?
                 WHERE vendor_id = ? AND integration_id = ? AND id = ?`,
                next.id,
                next.name,
                next.description,
                next.active ? 1 : 0,
                vendorId,
                integrationId,
                id,
              );
              if (next.id === id) return;
              for (const table of ['mapped_services', 'counts']) {
                run(
                  `UPDATE OR REPLACE ${table} SET service_id = ? WHERE integration_id = ? AND service_id = ?`,
                  next.id,
                  integrationId,
                  id,
                );
              }
            },
          },
        );
      }),
    listServices: (vendorId, integrationId) => read(() => servicesOf(vendorId, integrationId ?? '')),

    createAccounts: (integrationId, accounts, limit) =>
      group.write(() => {
        const known = one('SELECT count(*) AS n FROM accounts WHERE integration_id = ?', integrationId);
        if (tooMany(known, accounts.length, limit)) return 'full' as const;
        const ids = new Set(accounts.map((account) => account.id));
        if (ids.size < accounts.length) return 'taken' as const;
        if ([...ids].some((id) => one(FIND_ACCOUNT, integrationId, id))) return 'taken' as const;
        for (const account of accounts) {
          run(
            'INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
            integrationId,
            account.id,
            account.name,
            account.description,
            account.active ? 1 : 0,
            account.arrears ? 1 : 0,
            account.link?.customerId ?? null,
            account.link?.mappingId ?? null,
          );
        }
        return 'created' as const;
      }),
    updateAccounts: (integrationId, patches) =>
      group.write(() =>
        patched<AccountPatch, PushAccount>(
          patches.map(({ accountId, patch }) => ({ id: accountId, patch })),
          {
            find: (id) => {
              const row = one(FIND_ACCOUNT, integrationId, id);
              return row && toAccount(row);
            },
            taken: (id) => one(FIND_ACCOUNT, integrationId, id) !== undefined,
            put: (id, next) => {
              run(
                `UPDATE accounts SET id = ?, name = ?, description = ?, active = ?, arrears = ?
                 WHERE integration_id = ? AND id = ?`,
                next.id,
                next.name,
                next.description,
                next.active ? 1 : 0,
                next.arrears ? 1 : 0,
                integrationId,
                id,
              );
              if (next.id === id) return;
              run(
                'UPDATE counts SET account_id = ? WHERE integration_id = ? AND account_id = ?',
                next.id,
                integrationId,
                id,
              );
            },
          },
        ),
      ),
    listAccounts: (integrationId) => read(() => accountsOf(integrationId)),

    setMapping: (integrationId, mapping) =>
      group.write(() => {
        const vendorId = vendorIdOf(integrationId);
        run(
          'UPDATE accounts SET customer_id = NULL, mapping_id = NULL WHERE integration_id = ?',
          integrationId,
        );
        for (const { accountId, link } of mapping.links) {
          run(
            'UPDATE accounts SET customer_id = ?, mapping_id = ? WHERE integration_id = ? AND id = ?',
            link.customerId,
            link.mappingId,
            integrationId,
            accountId,
          );
        }
        run('DELETE FROM mapped_services WHERE integration_id = ?', integrationId);
        for (const id of new Set(mapping.serviceIds)) {
          if (!one(FIND_SERVICE, vendorId, id, integrationId)) continue;
          run('INSERT INTO mapped_services VALUES (?, ?)', integrationId, id);
        }
      }),

    putCount: (integrationId, count, build) =>
      group.write(() => {
        const account = one(
          'SELECT customer_id FROM accounts WHERE integration_id = ? AND id = ?',
          integrationId,
          count.accountId,
        );
        const service = one(COUNTED_SERVICE, integrationId, count.serviceId);
        const status = String(service?.status);
        const outcome = {
          account: account === undefined ? 'unknown' : account.customer_id === null ? 'unmapped' : 'mapped',
          service: service?.known !== 1 ? 'unknown' : service.mapped === 1 ? 'mapped' : 'unmapped',
        } as const;
        const stored = outcome.account !== 'unknown' && outcome.service !== 'unknown';
        const activated =
          outcome.account === 'mapped' && outcome.service === 'mapped' && status === 'pending';
        if (stored) {
          run(
            `INSERT INTO counts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
             units = excluded.units, as_of = excluded.as_of`,
            integrationId,
            count.accountId,
            count.serviceId,
            count.units,
            count.asOf,
          );
        }
        run(
          `UPDATE integrations SET status = ?, last_synced_at = coalesce(?, last_synced_at),
           open_since = CASE WHEN ? THEN NULL ELSE coalesce(open_since, ?) END WHERE id = ?`,
          activated ? 'active' : status,
          stored ? count.asOf : null,
          build ? 1 : 0,
          count.asOf,
          integrationId,
        );
        return { ...outcome, activated };
      }),

    read: (integrationId) =>
      read(() => {
        const integration = one('SELECT * FROM integrations WHERE id = ?', integrationId);
        const vendor =
          integration && one('SELECT * FROM vendors WHERE id = ?', String(integration.vendor_id));
        if (!integration || !vendor) return null;
        return {
          integration: toIntegration(integration),
          vendor: toVendor(vendor),
          services: servicesOf(String(vendor.id), integrationId),
          mappedServices: all(
            'SELECT service_id FROM mapped_services WHERE integration_id = ?',
            integrationId,
          ).map((row) => String(row.service_id)),
          accounts: accountsOf(integrationId),
          counts: all('SELECT * FROM counts WHERE integration_id = ?', integrationId).map(toCount),
        };
      }),

    disconnect: (integrationId) =>
      group.write(() => {
        run("DELETE FROM keys WHERE kind = 'partner' AND owner_id = ?", integrationId);
        for (const table of ['counts', 'mapped_services', 'accounts', 'services']) {
          run(`DELETE FROM ${table} WHERE integration_id = ?`, integrationId);
        }
        run(
          "UPDATE integrations SET status = 'inactive', last_synced_at = NULL, open_since = NULL WHERE id = ?",
          integrationId,
        );
      }),

    close() {
      group.flush();
      if (db.isOpen) db.close();
    },
  };
}

const SERVICES = "SELECT * FROM services WHERE vendor_id = ? AND integration_id IN ('', ?)";
const FIND_SERVICE = "SELECT 1 FROM services WHERE vendor_id = ? AND id = ? AND integration_id IN ('', ?)";
const COUNT_SERVICES = 'SELECT count(*) AS n FROM services WHERE vendor_id = ? AND integration_id = ?';
const INSERT_SERVICE = 'INSERT INTO services VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
const FIND_ACCOUNT = 'SELECT * FROM accounts WHERE integration_id = ? AND id = ?';
/** Of an integration and a service id: the status, whether the service exists, whether it is mapped. */
const COUNTED_SERVICE = `SELECT i.status,
  EXISTS (SELECT 1 FROM services s WHERE s.vendor_id = i.vendor_id AND s.id = p.service
    AND s.integration_id IN ('', i.id)) AS known,
  EXISTS (SELECT 1 FROM mapped_services m WHERE m.integration_id = i.id AND m.service_id = p.service) AS mapped
  FROM (SELECT ? AS integration, ? AS service) p JOIN integrations i ON i.id = p.integration`;

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

function tooMany(row: Row | undefined, added: number, limit: number): boolean {
  return Number(row?.n ?? 0) + added > limit;
}

function serviceValues(service: PushService): SQLInputValue[] {
  return [
    service.vendorId,
    service.integrationId ?? '',
    service.id,
    service.name,
    service.description,
    service.category,
    service.subcategory,
    service.supportArticle,
    service.supportContact,
    service.active ? 1 : 0,
  ];
}
