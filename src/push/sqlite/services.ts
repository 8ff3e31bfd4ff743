import type { SQLInputValue } from 'node:sqlite';
import type { PushService, PushStore, ServicePatch } from '../store.ts';
import type { Database } from './database.ts';
import { patchRows, tooMany } from './patch.ts';
import { toService } from './rows.ts';

type ServiceMethods = Pick<PushStore, 'createServices' | 'updateServices' | 'listServices'>;

/** The service half of the store. */
export function sqliteServices(db: Database): ServiceMethods {
  return {
    createServices: (vendorId, integrationId, services, limit) =>
      db.write(() => {
        const owner = integrationId ?? '';
        if (tooMany(db.one(COUNT_SERVICES, vendorId, owner), services.length, limit)) return 'full' as const;
        const ids = new Set(services.map((service) => service.id));
        const taken = [...ids].some((id) => db.one(FIND_SERVICE, vendorId, id, owner));
        if (taken || ids.size < services.length) return 'taken' as const;
        for (const service of services) db.run(INSERT_SERVICE, ...serviceValues(service));
        return 'created' as const;
      }),
    updateServices: (integrationId, patches) =>
      db.write(() => {
        const vendorId = vendorIdOf(db, integrationId);
        return patchRows<ServicePatch, PushService>(
          db,
          patches.map(({ serviceId, patch }) => ({ id: serviceId, patch })),
          {
            find: (id) => {
              const row = db.one(
                'SELECT * FROM services WHERE vendor_id = ? AND integration_id = ? AND id = ?',
                vendorId,
                integrationId,
                id,
              );
              return row && toService(row);
            },
            taken: (id) => db.one(FIND_SERVICE, vendorId, id, integrationId) !== undefined,
            put: (id, next) => {
              db.run(
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
                db.run(
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
    listServices: (vendorId, integrationId) => db.read(() => servicesOf(db, vendorId, integrationId)),
  };
}

/** The shared services of a vendor, and the own ones of an integration. */
export function servicesOf(db: Database, vendorId: string, integrationId: string | null): PushService[] {
  return db
    .all(
      "SELECT * FROM services WHERE vendor_id = ? AND integration_id IN ('', ?)",
      vendorId,
      integrationId ?? '',
    )
    .map(toService);
}

export function vendorIdOf(db: Database, integrationId: string): string {
  return String(db.one('SELECT vendor_id FROM integrations WHERE id = ?', integrationId)?.vendor_id ?? '');
}

/** Of a vendor, a service id and an integration: whether the integration sees such a service. */
export const FIND_SERVICE: string =
  "SELECT 1 FROM services WHERE vendor_id = ? AND id = ? AND integration_id IN ('', ?)";
const COUNT_SERVICES = 'SELECT count(*) AS n FROM services WHERE vendor_id = ? AND integration_id = ?';
const INSERT_SERVICE = 'INSERT INTO services VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

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
