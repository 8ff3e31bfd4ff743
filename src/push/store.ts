import type { Instant } from '../model/dates.ts';
import type { Units } from '../model/units.ts';
import type { IntegrationStatus } from './wire.ts';

/** What a partner's key may do. `read` is asked for by every GET. */
export type PushScope = 'read' | 'status' | 'accounts' | 'services' | 'counts' | 'profile';

/** Every {@link PushScope}; what a key may do unless told otherwise. */
export const pushScopes: readonly PushScope[] = [
  'read',
  'status',
  'accounts',
  'services',
  'counts',
  'profile',
];

/** An integration's maker: who counts. One vendor serves any number of partners. */
export interface PushVendor {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Help page of the vendor, as it told; `null`: it did not. */
  readonly supportUrl: string | null;
  /** Page of the vendor where the integration is set up, as it told; `null`: it did not. */
  readonly portalUrl: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** One vendor connected to one partner (MSP). Accounts, links and counts hang on it. */
export interface PushIntegration {
  readonly id: string;
  readonly vendorId: string;
  readonly partnerId: string;
  /** As the vendor sees the partner. */
  readonly partnerName: string;
  /** The name mappings know this vendor by: `VendorSnapshot.source`. */
  readonly source: string;
  readonly status: IntegrationStatus;
  readonly createdAt: Instant;
  /** Of the last count that was stored, mapped or not; `null`: none yet. */
  readonly lastSyncedAt: Instant | null;
  /** Set while a push has begun (`no_build=true`) and its last count (without it) has not come. */
  readonly openSince: Instant | null;
}

/** An issued key. The key itself is not kept anywhere. */
export interface PushKey {
  readonly id: string;
  /** A call needs one of each. */
  readonly kind: 'vendor' | 'partner';
  /** The vendor's id, or the integration's. */
  readonly ownerId: string;
  /** Hex digest of the key. */
  readonly hash: string;
  /** What the partner's key may do; empty for a vendor's key. */
  readonly scopes: readonly PushScope[];
  readonly createdAt: Instant;
}

/** Something that is counted. */
export interface PushService {
  readonly id: string;
  readonly vendorId: string;
  /** `null`: shared by every partner of the vendor. Else only this integration sees it. */
  readonly integrationId: string | null;
  readonly name: string;
  readonly description: string;
  /** One of {@link serviceCategories}. */
  readonly category: string;
  /** One of {@link serviceSubcategories}. */
  readonly subcategory: string;
  /** Address of a help page. */
  readonly supportArticle: string | null;
  /** Whom to ask. */
  readonly supportContact: string | null;
  /** As the vendor says. */
  readonly active: boolean;
}

/** A customer as the vendor knows it; the id is the vendor's own. */
export interface PushAccount {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** As the vendor says. */
  readonly active: boolean;
  /** The protocol's `isArrears`: billed after the period. Stored and shown, not used. */
  readonly arrears: boolean;
  /** `null`: not mapped. */
  readonly link: PushLink | null;
}

/** That an account belongs to a customer of the PSA. */
export interface PushLink {
  /** The PSA customer. */
  readonly customerId: string;
  /** What the vendor is shown instead of the customer's id. */
  readonly mappingId: string;
}

/** The fields of an account a vendor may change. What is absent stays; `id` renames. */
export interface AccountPatch {
  /** The new id; the link and the counts move along. */
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly active?: boolean;
  readonly arrears?: boolean;
}

/** The fields of an integration's own service a vendor may change. What is absent stays; `id` renames. */
export interface ServicePatch {
  /** The new id; the mapping and the counts move along. */
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly active?: boolean;
}

/** A number as received. It replaces the one before: counts are absolute. */
export interface PushCount {
  readonly accountId: string;
  readonly serviceId: string;
  readonly units: Units;
  /** When it was received; the protocol has no field for a date. */
  readonly asOf: Instant;
}

/** How a count met the integration's accounts, services and mapping. Stored unless one is `unknown`. */
export interface CountOutcome {
  /** `unknown`: there is no such account. */
  readonly account: 'mapped' | 'unmapped' | 'unknown';
  /** `unknown`: the integration sees no such service. */
  readonly service: 'mapped' | 'unmapped' | 'unknown';
  /** True when this count took the integration from `pending` to `active`. */
  readonly activated: boolean;
}

/** Everything of one integration at one moment. */
export interface StoredIntegration {
  readonly integration: PushIntegration;
  readonly vendor: PushVendor;
  /** Shared ones of the vendor and the integration's own. */
  readonly services: readonly PushService[];
  /** Ids of the services some rule uses. */
  readonly mappedServices: readonly string[];
  readonly accounts: readonly PushAccount[];
  readonly counts: readonly PushCount[];
}

/**
 * Where the receiver keeps things. Every method is atomic, and a write's promise resolves only when the write
 * would survive a crash: what is acknowledged is durable. Methods never see a key, only its hash.
 * Two come with trueup: `memoryPushStore`, and `sqlitePushStore` of `trueup/push/sqlite`.
 */
export interface PushStore {
  /** Adds, or replaces the one with this id; `createdAt` stays that of the first. */
  putVendor(vendor: PushVendor): Promise<void>;
  /** `null` when there is none. */
  getVendor(vendorId: string): Promise<PushVendor | null>;
  /** Adds; of one that exists only the partner's name and the source change. */
  putIntegration(integration: PushIntegration): Promise<void>;
  /** `null` when there is none. */
  getIntegration(integrationId: string): Promise<PushIntegration | null>;
  /** By id. */
  listIntegrations(): Promise<readonly PushIntegration[]>;
  /** Sets the status of one integration. */
  setStatus(integrationId: string, status: IntegrationStatus): Promise<void>;

  /** Makes this the only key of its owner. */
  replaceKey(key: PushKey): Promise<void>;
  /** By the id that is part of the key; `null` when there is none, or it was replaced. */
  getKey(keyId: string): Promise<PushKey | null>;

  /**
   * All or none. `taken`: an id is there already, or twice among them. `full`: more than `limit` would exist for
   * the owner (the vendor for shared ones, `integrationId` `null`).
   */
  createServices(
    vendorId: string,
    integrationId: string | null,
    services: readonly PushService[],
    limit: number,
  ): Promise<'created' | 'taken' | 'full'>;
  /** The integration's own services only; all or none. `unknown`: there is no such service; `taken`: the new id is. */
  updateServices(
    integrationId: string,
    patches: readonly { readonly serviceId: string; readonly patch: ServicePatch }[],
  ): Promise<readonly PushService[] | 'unknown' | 'taken'>;
  /** The shared ones and the integration's own; with `null` the shared ones only. In any order. */
  listServices(vendorId: string, integrationId: string | null): Promise<readonly PushService[]>;

  /** All or none. `taken`: an id is there already, or twice among them. `full`: more than `limit` would exist. */
  createAccounts(
    integrationId: string,
    accounts: readonly PushAccount[],
    limit: number,
  ): Promise<'created' | 'taken' | 'full'>;
  /**
   * All or none. Changing the id moves the link and the counts along. `unknown`: there is no such account; `taken`:
   * the new id is.
   */
  updateAccounts(
    integrationId: string,
    patches: readonly { readonly accountId: string; readonly patch: AccountPatch }[],
  ): Promise<readonly PushAccount[] | 'unknown' | 'taken'>;
  /** In any order. */
  listAccounts(integrationId: string): Promise<readonly PushAccount[]>;

  /** Replaces all links and mapped services of the integration; ids that do not exist are left out. */
  setMapping(
    integrationId: string,
    mapping: {
      readonly links: readonly { readonly accountId: string; readonly link: PushLink }[];
      readonly serviceIds: readonly string[];
    },
  ): Promise<void>;

  /**
   * Stores a count, notes the time on the integration, and makes a `pending` integration `active` at its first
   * mapped count. `build` false opens a push, true closes it, whatever becomes of the count itself.
   */
  putCount(integrationId: string, count: PushCount, build: boolean): Promise<CountOutcome>;

  /** One consistent read, or `null` when there is no such integration. */
  read(integrationId: string): Promise<StoredIntegration | null>;

  /**
   * Deletes the partner's key, accounts with links, own services, mapped services and counts. The integration
   * stays: status `inactive`, `lastSyncedAt` and `openSince` `null`.
   */
  disconnect(integrationId: string): Promise<void>;
}
