import type { PushStore } from '../store.ts';
import { accountsOf, sqliteAccounts } from './accounts.ts';
import { openDatabase } from './database.ts';
import { toCount, toIntegration, toKey, toVendor } from './rows.ts';
import { FIND_SERVICE, servicesOf, sqliteServices, vendorIdOf } from './services.ts';

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
  const db = openDatabase(file);
  return {
    putVendor: (vendor) =>
      db.write(() => {
        db.run(
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
      db.read(() => {
        const row = db.one('SELECT * FROM vendors WHERE id = ?', vendorId);
        return row ? toVendor(row) : null;
      }),
    putIntegration: (integration) =>
      db.write(() => {
        db.run(
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
      db.read(() => {
        const row = db.one('SELECT * FROM integrations WHERE id = ?', integrationId);
        return row ? toIntegration(row) : null;
      }),
    listIntegrations: () =>
      db.read(() => db.all('SELECT * FROM integrations ORDER BY id').map(toIntegration)),
    setStatus: (integrationId, status) =>
      db.write(() => {
        db.run('UPDATE integrations SET status = ? WHERE id = ?', status, integrationId);
      }),

    replaceKey: (key) =>
      db.write(() => {
        db.run('DELETE FROM keys WHERE kind = ? AND owner_id = ?', key.kind, key.ownerId);
        db.run(
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
      db.read(() => {
        const row = db.one('SELECT * FROM keys WHERE id = ?', keyId);
        return row ? toKey(row) : null;
      }),

    ...sqliteServices(db),
    ...sqliteAccounts(db),
    setMapping: (integrationId, mapping) =>
      db.write(() => {
        const vendorId = vendorIdOf(db, integrationId);
        db.run(
          'UPDATE accounts SET customer_id = NULL, mapping_id = NULL WHERE integration_id = ?',
          integrationId,
        );
        for (const { accountId, link } of mapping.links) {
          db.run(
            'UPDATE accounts SET customer_id = ?, mapping_id = ? WHERE integration_id = ? AND id = ?',
            link.customerId,
            link.mappingId,
            integrationId,
            accountId,
          );
        }
        db.run('DELETE FROM mapped_services WHERE integration_id = ?', integrationId);
        for (const id of new Set(mapping.serviceIds)) {
          if (!db.one(FIND_SERVICE, vendorId, id, integrationId)) continue;
          db.run('INSERT INTO mapped_services VALUES (?, ?)', integrationId, id);
        }
      }),

    putCount: (integrationId, count, build) =>
      db.write(() => {
        const account = db.one(
          'SELECT customer_id FROM accounts WHERE integration_id = ? AND id = ?',
          integrationId,
          count.accountId,
        );
        const service = db.one(COUNTED_SERVICE, integrationId, count.serviceId);
        const status = String(service?.status);
        const outcome = {
          account: account === undefined ? 'unknown' : account.customer_id === null ? 'unmapped' : 'mapped',
          service: service?.known !== 1 ? 'unknown' : service.mapped === 1 ? 'mapped' : 'unmapped',
        } as const;
        const stored = outcome.account !== 'unknown' && outcome.service !== 'unknown';
        const activated =
          outcome.account === 'mapped' && outcome.service === 'mapped' && status === 'pending';
        if (stored) {
          db.run(
            `INSERT INTO counts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
             units = excluded.units, as_of = excluded.as_of`,
            integrationId,
            count.accountId,
            count.serviceId,
            count.units,
            count.asOf,
          );
        }
        db.run(
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
      db.readWhole(() => {
        const integration = db.one('SELECT * FROM integrations WHERE id = ?', integrationId);
        const vendor =
          integration && db.one('SELECT * FROM vendors WHERE id = ?', String(integration.vendor_id));
        if (!integration || !vendor) return null;
        return {
          integration: toIntegration(integration),
          vendor: toVendor(vendor),
          services: servicesOf(db, String(vendor.id), integrationId),
          mappedServices: db
            .all('SELECT service_id FROM mapped_services WHERE integration_id = ?', integrationId)
            .map((row) => String(row.service_id)),
          accounts: accountsOf(db, integrationId),
          counts: db.all('SELECT * FROM counts WHERE integration_id = ?', integrationId).map(toCount),
        };
      }),

    disconnect: (integrationId) =>
      db.write(() => {
        db.run("DELETE FROM keys WHERE kind = 'partner' AND owner_id = ?", integrationId);
        for (const table of ['counts', 'mapped_services', 'accounts', 'services']) {
          db.run(`DELETE FROM ${table} WHERE integration_id = ?`, integrationId);
        }
        db.run(
          "UPDATE integrations SET status = 'inactive', last_synced_at = NULL, open_since = NULL WHERE id = ?",
          integrationId,
        );
      }),

    close: () => db.close(),
  };
}

/** Of an integration and a service id: the status, whether the service exists, whether it is mapped. */
const COUNTED_SERVICE = `SELECT i.status,
  EXISTS (SELECT 1 FROM services s WHERE s.vendor_id = i.vendor_id AND s.id = p.service
    AND s.integration_id IN ('', i.id)) AS known,
  EXISTS (SELECT 1 FROM mapped_services m WHERE m.integration_id = i.id AND m.service_id = p.service) AS mapped
  FROM (SELECT ? AS integration, ? AS service) p JOIN integrations i ON i.id = p.integration`;
