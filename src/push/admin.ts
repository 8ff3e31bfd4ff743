import type { Instant } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import type { Mapping } from '../model/mapping.ts';
import { sortedUnique } from '../model/order.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { checkOptions } from '../transport/options.ts';
import type { Runtime } from '../transport/runtime.ts';
import type { PushEvent } from './events.ts';
import type { KeyRing, RandomBytes } from './keys.ts';
import { type ReceivedSnapshotOptions, toVendorSnapshot } from './snapshot.ts';
import {
  type PushIntegration,
  type PushScope,
  type PushStore,
  type PushVendor,
  pushScopes,
  type StoredIntegration,
} from './store.ts';
import { type IntegrationStatus, requireStatus } from './wire.ts';

/** What the embedder's own pages do: connect a vendor, issue keys, share the mapping, read what came. */
export interface PushAdmin {
  /**
   * Adds a vendor, or changes its name and text.
   * @throws {TrueupError} `BAD_INPUT` for an id that is no text of 1 to 128 characters, or without a name
   */
  addVendor(vendor: {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
  }): Promise<PushVendor>;
  /**
   * Connects a vendor to a partner (MSP); status `inactive` until the vendor has called. Of an integration that
   * exists the partner's name and the source are changed.
   * @throws {TrueupError} `BAD_INPUT` for an id that is no text of 1 to 128 characters, or without a partner or source;
   * `NOT_FOUND` without the vendor; `CONFLICT` when the integration is of another vendor or partner
   */
  connect(integration: {
    readonly id: string;
    readonly vendorId: string;
    readonly partnerId: string;
    readonly partnerName: string;
    /** `VendorSnapshot.source`; mappings name the vendor by it. Default: the vendor's id. */
    readonly source?: string;
  }): Promise<PushIntegration>;
  /**
   * The vendor's key, for all its partners. Shown once; the one before stops working.
   * @throws {TrueupError} `NOT_FOUND`
   */
  issueVendorKey(vendorId: string): Promise<string>;
  /**
   * The partner's key for one integration. Shown once; the one before stops working. Accounts, links and counts
   * stay: only {@link PushAdmin.disconnect} deletes them. `scopes`: default all of {@link pushScopes}.
   * @throws {TrueupError} `NOT_FOUND`; `BAD_OPTIONS` for a scope there is not
   */
  issuePartnerKey(
    integrationId: string,
    options?: { readonly scopes?: readonly PushScope[] },
  ): Promise<string>;
  /**
   * Tells the receiver what is mapped, so that counts of the rest answer 404 as the protocol has it. Replaces what
   * was told before; call it again whenever the mapping or the accounts change.
   * @throws {TrueupError} `NOT_FOUND`
   */
  syncMapping(integrationId: string, mapping: Mapping): Promise<SyncedMapping>;
  /** `null` when there is none with this id. */
  getIntegration(integrationId: string): Promise<PushIntegration | null>;
  /** All integrations, by id. */
  listIntegrations(): Promise<readonly PushIntegration[]>;
  /**
   * Sets the status from the embedder's side, for example `disabled`.
   * @throws {TrueupError} `NOT_FOUND`; `BAD_INPUT` for a status there is not
   */
  setStatus(integrationId: string, status: IntegrationStatus): Promise<void>;
  /**
   * Accounts, services, links and counts of an integration, as stored.
   * @throws {TrueupError} `NOT_FOUND`
   */
  read(integrationId: string): Promise<StoredIntegration>;
  /**
   * What was received, as a snapshot for `reconcile`; every count has its own `asOf`.
   * @throws {TrueupError} `NOT_FOUND`
   */
  snapshot(integrationId: string, options?: ReceivedSnapshotOptions): Promise<VendorSnapshot>;
  /**
   * Deletes what hangs on the integration: the partner's key, the accounts with their links, the counts, which
   * services are mapped, and the integration's own services. Stays: the integration itself (status `inactive`, as
   * if never synced), the vendor, its key, and the services it shares with all partners.
   * @throws {TrueupError} `NOT_FOUND`
   */
  disconnect(integrationId: string): Promise<void>;
}

/** How a mapping met what the vendor has sent; ids are sorted. */
export interface SyncedMapping {
  /** Accounts with a link now. */
  readonly accounts: readonly string[];
  /** Services some rule uses now. */
  readonly services: readonly string[];
  /** Accounts and services the vendor sent that the mapping does not use. */
  readonly unmapped: { readonly accounts: readonly string[]; readonly services: readonly string[] };
}

export function pushAdmin(parts: {
  readonly store: PushStore;
  readonly keys: KeyRing;
  readonly random: RandomBytes;
  readonly now: Runtime['now'];
  readonly tell: (event: PushEvent) => void;
}): PushAdmin {
  const { store, keys, now, tell } = parts;

  async function known(integrationId: string): Promise<StoredIntegration> {
    const stored = await store.read(integrationId);
    if (!stored) throw new TrueupError('NOT_FOUND', `There is no integration ${integrationId}.`);
    return stored;
  }

  return {
    async addVendor({ id, name, description = '' }) {
      checkId('vendor id', id);
      checkTexts({ name });
      const before = await store.getVendor(id);
      const at: Instant = now();
      const vendor: PushVendor = {
        id,
        name,
        description,
        supportUrl: before?.supportUrl ?? null,
        portalUrl: before?.portalUrl ?? null,
        createdAt: before?.createdAt ?? at,
        updatedAt: at,
      };
      await store.putVendor(vendor);
      return vendor;
    },
    async connect({ id, vendorId, partnerId, partnerName, source = vendorId }) {
      checkId('integration id', id);
      checkTexts({ partnerId, partnerName, source });
      if (!(await store.getVendor(vendorId))) {
        throw new TrueupError('NOT_FOUND', `There is no vendor ${vendorId}; add it first.`);
      }
      const before = await store.getIntegration(id);
      if (before && (before.vendorId !== vendorId || before.partnerId !== partnerId)) {
        throw new TrueupError('CONFLICT', `Integration ${id} belongs to another vendor or partner.`);
      }
      const integration: PushIntegration = {
        ...(before ?? { status: 'inactive', createdAt: now(), lastSyncedAt: null, openSince: null }),
        id,
        vendorId,
        partnerId,
        partnerName,
        source,
      };
      await store.putIntegration(integration);
      return integration;
    },
    async issueVendorKey(vendorId) {
      if (!(await store.getVendor(vendorId))) {
        throw new TrueupError('NOT_FOUND', `There is no vendor ${vendorId}.`);
      }
      const owner = { kind: 'vendor', ownerId: vendorId, scopes: [], createdAt: now() } as const;
      const { key, row } = await keys.issue(owner);
      await store.replaceKey(row);
      return key;
    },
    async issuePartnerKey(integrationId, options = {}) {
      checkOptions<typeof options>('issuePartnerKey', options, { scopes: 'any' });
      const { scopes = pushScopes } = options;
      if (!Array.isArray(scopes) || !scopes.every((scope) => pushScopes.includes(scope))) {
        const known = pushScopes.map((scope) => `"${scope}"`).join(', ');
        throw new TrueupError('BAD_OPTIONS', `issuePartnerKey: scopes must be a list of ${known}.`);
      }
      await known(integrationId);
      const owner = { kind: 'partner', ownerId: integrationId, scopes, createdAt: now() } as const;
      const { key, row } = await keys.issue(owner);
      await store.replaceKey(row);
      tell({ type: 'key-issued', integrationId, at: now() });
      return key;
    },
    async syncMapping(integrationId, mapping) {
      const stored = await known(integrationId);
      const { source } = stored.integration;
      const customers = new Map(
        mapping.accounts.filter((link) => link.vendor === source).map((link) => [link.accountId, link]),
      );
      const used = new Set(
        mapping.services.flatMap((rule) =>
          rule.skus.filter((sku) => sku.vendor === source).map((sku) => sku.skuId),
        ),
      );
      for (const sku of mapping.excluded?.skus ?? []) if (sku.vendor === source) used.delete(sku.skuId);
      const links = stored.accounts.flatMap((account) => {
        const customerId = customers.get(account.id)?.customerId ?? null;
        if (customerId === null) return [];
        // The vendor keeps seeing the same mapping id while the link leads to the same customer.
        const same = account.link?.customerId === customerId ? account.link : null;
        return [{ accountId: account.id, link: same ?? { customerId, mappingId: opaqueId(parts.random) } }];
      });
      const services = sortedUnique(stored.services.map((one) => one.id));
      const linked = new Set(links.map((one) => one.accountId));
      await store.setMapping(integrationId, { links, serviceIds: services.filter((id) => used.has(id)) });
      tell({ type: 'mapped', integrationId, at: now() });
      return {
        accounts: sortedUnique(linked),
        services: services.filter((id) => used.has(id)),
        unmapped: {
          accounts: sortedUnique(stored.accounts.map((one) => one.id)).filter((id) => !linked.has(id)),
          services: services.filter((id) => !used.has(id)),
        },
      };
    },
    getIntegration: (integrationId) => store.getIntegration(integrationId),
    listIntegrations: () => store.listIntegrations(),
    async setStatus(integrationId, status) {
      requireStatus(status);
      await known(integrationId);
      await store.setStatus(integrationId, status);
      tell({ type: 'status', integrationId, at: now(), status });
    },
    read: known,
    async snapshot(integrationId, options) {
      return toVendorSnapshot(await known(integrationId), now(), options);
    },
    async disconnect(integrationId) {
      await known(integrationId);
      await store.disconnect(integrationId);
      tell({ type: 'disconnected', integrationId, at: now() });
    },
  };
}

function checkId(what: string, id: string): void {
  if (typeof id !== 'string' || id === '' || id.length > 128) {
    throw new TrueupError('BAD_INPUT', `The ${what} must be a text of 1 to 128 characters.`);
  }
}

function checkTexts(texts: Readonly<Record<string, unknown>>): void {
  for (const [what, text] of Object.entries(texts)) {
    if (typeof text === 'string' && text !== '') continue;
    throw new TrueupError('BAD_INPUT', `${what} must be a text that is not empty.`);
  }
}

function opaqueId(random: RandomBytes): string {
  return Array.from(random(12), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
