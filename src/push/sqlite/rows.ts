import type { SQLOutputValue } from 'node:sqlite';
import type {
  PushAccount,
  PushCount,
  PushIntegration,
  PushKey,
  PushScope,
  PushService,
  PushVendor,
} from '../store.ts';
import type { IntegrationStatus } from '../wire.ts';

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

const text = (row: Row, name: string): string => String(row[name]);
const textOrNull = (row: Row, name: string): string | null => (row[name] === null ? null : text(row, name));
const flag = (row: Row, name: string): boolean => row[name] === 1;

export function toVendor(row: Row): PushVendor {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    description: text(row, 'description'),
    supportUrl: textOrNull(row, 'support_url'),
    portalUrl: textOrNull(row, 'portal_url'),
    createdAt: text(row, 'created_at'),
    updatedAt: text(row, 'updated_at'),
  };
}

export function toIntegration(row: Row): PushIntegration {
  return {
    id: text(row, 'id'),
    vendorId: text(row, 'vendor_id'),
    partnerId: text(row, 'partner_id'),
    partnerName: text(row, 'partner_name'),
    source: text(row, 'source'),
    status: text(row, 'status') as IntegrationStatus,
    createdAt: text(row, 'created_at'),
    lastSyncedAt: textOrNull(row, 'last_synced_at'),
    openSince: textOrNull(row, 'open_since'),
  };
}

export function toKey(row: Row): PushKey {
  return {
    id: text(row, 'id'),
    kind: text(row, 'kind') as PushKey['kind'],
    ownerId: text(row, 'owner_id'),
    hash: text(row, 'hash'),
    scopes: text(row, 'scopes').split(' ').filter(Boolean) as PushScope[],
    createdAt: text(row, 'created_at'),
  };
}

export function toService(row: Row): PushService {
  return {
    id: text(row, 'id'),
    vendorId: text(row, 'vendor_id'),
    integrationId: row.integration_id === '' ? null : text(row, 'integration_id'),
    name: text(row, 'name'),
    description: text(row, 'description'),
    category: text(row, 'category'),
    subcategory: text(row, 'subcategory'),
    supportArticle: textOrNull(row, 'support_article'),
    supportContact: textOrNull(row, 'support_contact'),
    active: flag(row, 'active'),
  };
}

export function toAccount(row: Row): PushAccount {
  const customerId = textOrNull(row, 'customer_id');
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    description: text(row, 'description'),
    active: flag(row, 'active'),
    arrears: flag(row, 'arrears'),
    link: customerId === null ? null : { customerId, mappingId: text(row, 'mapping_id') },
  };
}

export function toCount(row: Row): PushCount {
  return {
    accountId: text(row, 'account_id'),
    serviceId: text(row, 'service_id'),
    units: Number(row.units),
    asOf: text(row, 'as_of'),
  };
}
