import { compareBy } from '../model/order.ts';
import type {
  PushAccount,
  PushCount,
  PushIntegration,
  PushKey,
  PushService,
  PushStore,
  PushVendor,
  StoredIntegration,
} from './store.ts';

/** What one integration holds. Maps, not objects: ids are foreign text, `__proto__` included. */
interface Shelf {
  integration: PushIntegration;
  readonly accounts: Map<string, PushAccount>;
  /** The integration's own; the shared ones are the vendor's. */
  readonly services: Map<string, PushService>;
  readonly mappedServices: Set<string>;
  /** Account id → service id → count. */
  readonly counts: Map<string, Map<string, PushCount>>;
}

/** A {@link PushStore} that forgets everything with the process. For tests and trying out. */
export function memoryPushStore(): PushStore {
  const vendors = new Map<string, PushVendor>();
  const keys = new Map<string, PushKey>();
  const shelves = new Map<string, Shelf>();
  /** Vendor id → service id → what every partner of the vendor shares. */
  const shared = new Map<string, Map<string, PushService>>();

  const shelfOf = (id: string): Shelf => {
    const shelf = shelves.get(id);
    if (!shelf) throw new Error(`no integration ${id}`);
    return shelf;
  };
  const sharedOf = (vendorId: string): Map<string, PushService> => {
    const known = shared.get(vendorId) ?? new Map<string, PushService>();
    shared.set(vendorId, known);
    return known;
  };
  const knows = (shelf: Shelf, serviceId: string): boolean =>
    shelf.services.has(serviceId) || sharedOf(shelf.integration.vendorId).has(serviceId);
  const dropKeys = (kind: PushKey['kind'], ownerId: string): void => {
    for (const [id, key] of keys) if (key.kind === kind && key.ownerId === ownerId) keys.delete(id);
  };

  return {
    async putVendor(vendor) {
      const { createdAt } = vendors.get(vendor.id) ?? vendor;
      vendors.set(vendor.id, { ...vendor, createdAt });
    },
    async getVendor(vendorId) {
      return vendors.get(vendorId) ?? null;
    },
    async putIntegration(integration) {
      const shelf = shelves.get(integration.id);
      if (shelf) {
        const { partnerName, source } = integration;
        shelf.integration = { ...shelf.integration, partnerName, source };
      } else {
        shelves.set(integration.id, {
          integration,
          accounts: new Map(),
          services: new Map(),
          mappedServices: new Set(),
          counts: new Map(),
        });
      }
    },
    async getIntegration(integrationId) {
      return shelves.get(integrationId)?.integration ?? null;
    },
    async listIntegrations() {
      return [...shelves.values()].map((shelf) => shelf.integration).sort(compareBy((one) => one.id));
    },
    async setStatus(integrationId, status) {
      const shelf = shelfOf(integrationId);
      shelf.integration = { ...shelf.integration, status };
    },

    async replaceKey(key) {
      dropKeys(key.kind, key.ownerId);
      keys.set(key.id, key);
    },
    async getKey(keyId) {
      return keys.get(keyId) ?? null;
    },

    async createServices(vendorId, integrationId, added, limit) {
      const own = integrationId === null ? sharedOf(vendorId) : shelfOf(integrationId).services;
      const taken = (id: string): boolean => own.has(id) || sharedOf(vendorId).has(id);
      if (own.size + added.length > limit) return 'full';
      if (added.some((one) => taken(one.id))) return 'taken';
      if (new Set(added.map((one) => one.id)).size < added.length) return 'taken';
      for (const one of added) own.set(one.id, one);
      return 'created';
    },
    async updateServices(integrationId, patches) {
      const shelf = shelfOf(integrationId);
      const next = new Map(shelf.services);
      const changed: PushService[] = [];
      const renames: [string, string][] = [];
      for (const { serviceId, patch } of patches) {
        const before = next.get(serviceId);
        if (!before) return 'unknown';
        const after = { ...before, ...patch };
        if (after.id !== serviceId) {
          if (next.has(after.id) || sharedOf(before.vendorId).has(after.id)) return 'taken';
          next.delete(serviceId);
          renames.push([serviceId, after.id]);
        }
        next.set(after.id, after);
        changed.push(after);
      }
      refill(shelf.services, next);
      for (const [from, to] of renames) {
        if (shelf.mappedServices.delete(from)) shelf.mappedServices.add(to);
        for (const row of shelf.counts.values()) {
          const count = row.get(from);
          if (count && row.delete(from)) row.set(to, { ...count, serviceId: to });
        }
      }
      return changed;
    },
    async listServices(vendorId, integrationId) {
      const own = integrationId === null ? [] : shelfOf(integrationId).services.values();
      return [...sharedOf(vendorId).values(), ...own];
    },

    async createAccounts(integrationId, added, limit) {
      const { accounts } = shelfOf(integrationId);
      if (accounts.size + added.length > limit) return 'full';
      if (added.some((one) => accounts.has(one.id))) return 'taken';
      if (new Set(added.map((one) => one.id)).size < added.length) return 'taken';
      for (const one of added) accounts.set(one.id, one);
      return 'created';
    },
    async updateAccounts(integrationId, patches) {
      const shelf = shelfOf(integrationId);
      const next = new Map(shelf.accounts);
      const changed: PushAccount[] = [];
      const renames: [string, string][] = [];
      for (const { accountId, patch } of patches) {
        const before = next.get(accountId);
        if (!before) return 'unknown';
        const after = { ...before, ...patch };
        if (after.id !== accountId) {
          if (next.has(after.id)) return 'taken';
          next.delete(accountId);
          renames.push([accountId, after.id]);
        }
        next.set(after.id, after);
        changed.push(after);
      }
      refill(shelf.accounts, next);
      for (const [from, to] of renames) {
        const row = shelf.counts.get(from);
        if (!row) continue;
        shelf.counts.delete(from);
        shelf.counts.set(to, new Map([...row].map(([id, count]) => [id, { ...count, accountId: to }])));
      }
      return changed;
    },
    async listAccounts(integrationId) {
      return [...shelfOf(integrationId).accounts.values()];
    },

    async setMapping(integrationId, mapping) {
      const shelf = shelfOf(integrationId);
      const links = new Map(mapping.links.map(({ accountId, link }) => [accountId, link]));
      for (const [id, account] of shelf.accounts) {
        shelf.accounts.set(id, { ...account, link: links.get(id) ?? null });
      }
      shelf.mappedServices.clear();
      for (const id of mapping.serviceIds) if (knows(shelf, id)) shelf.mappedServices.add(id);
    },

    async putCount(integrationId, count, build) {
      const shelf = shelfOf(integrationId);
      const account = shelf.accounts.get(count.accountId);
      const service = knows(shelf, count.serviceId);
      const outcome = {
        account: account === undefined ? 'unknown' : account.link ? 'mapped' : 'unmapped',
        service: !service ? 'unknown' : shelf.mappedServices.has(count.serviceId) ? 'mapped' : 'unmapped',
      } as const;
      const stored = outcome.account !== 'unknown' && outcome.service !== 'unknown';
      if (stored) {
        const row = shelf.counts.get(count.accountId) ?? new Map<string, PushCount>();
        row.set(count.serviceId, count);
        shelf.counts.set(count.accountId, row);
      }
      const activated =
        outcome.account === 'mapped' &&
        outcome.service === 'mapped' &&
        shelf.integration.status === 'pending';
      shelf.integration = {
        ...shelf.integration,
        status: activated ? 'active' : shelf.integration.status,
        lastSyncedAt: stored ? count.asOf : shelf.integration.lastSyncedAt,
        openSince: build ? null : (shelf.integration.openSince ?? count.asOf),
      };
      return { ...outcome, activated };
    },

    async read(integrationId): Promise<StoredIntegration | null> {
      const shelf = shelves.get(integrationId);
      const vendor = shelf && vendors.get(shelf.integration.vendorId);
      if (!shelf || !vendor) return null;
      return {
        integration: shelf.integration,
        vendor,
        services: [...sharedOf(vendor.id).values(), ...shelf.services.values()],
        mappedServices: [...shelf.mappedServices],
        accounts: [...shelf.accounts.values()],
        counts: [...shelf.counts.values()].flatMap((row) => [...row.values()]),
      };
    },

    async disconnect(integrationId) {
      const shelf = shelfOf(integrationId);
      dropKeys('partner', integrationId);
      shelf.accounts.clear();
      shelf.services.clear();
      shelf.mappedServices.clear();
      shelf.counts.clear();
      shelf.integration = {
        ...shelf.integration,
        status: 'inactive',
        lastSyncedAt: null,
        openSince: null,
      };
    },
  };
}

function refill<T>(target: Map<string, T>, source: ReadonlyMap<string, T>): void {
  target.clear();
  for (const [key, value] of source) target.set(key, value);
}
