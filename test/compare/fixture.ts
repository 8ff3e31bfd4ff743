import type { AccountLink, VendorCount, VendorSku, VendorSnapshot } from 'trueup';

export interface SnapshotInput {
  readonly counts?: readonly (Partial<VendorCount> & Pick<VendorCount, 'accountId' | 'units'>)[];
  readonly accounts?: readonly string[];
  readonly skus?: readonly Partial<VendorSku>[];
  readonly receipt?: Partial<VendorSnapshot['receipt']>;
  readonly takenAt?: string;
}

function snapshot(source: string, sku: VendorSku, input: SnapshotInput): VendorSnapshot {
  return {
    specVersion: 1,
    kind: 'vendor',
    source,
    connector: source,
    takenAt: input.takenAt ?? '2026-12-01T07:00:00Z',
    accounts: (input.accounts ?? ['a1', 'a2', 'a3']).map((id) => ({
      id,
      name: `Account ${id}`,
      active: true,
    })),
    skus: (input.skus ?? [{}]).map((one) => ({ ...sku, ...one })),
    counts: (input.counts ?? []).map((count) => ({ skuId: sku.id, metric: sku.defaultMetric, ...count })),
    receipt: { complete: true, resources: {}, problems: [], ...input.receipt },
  };
}

/** An RMM: no devices listed means none. */
export const rmm = (input: SnapshotInput = {}): VendorSnapshot =>
  snapshot(
    'rmm',
    { id: 'device', name: 'Device', metrics: ['devices'], defaultMetric: 'devices', whenAbsent: 'zero' },
    input,
  );

/** A distributor: no row proves nothing. */
export const distributor = (input: SnapshotInput = {}): VendorSnapshot =>
  snapshot(
    'pax8',
    { id: 'seat', name: 'Seat', metrics: ['purchased'], defaultMetric: 'purchased', whenAbsent: 'no-count' },
    input,
  );

/** a1 → c1, a2 → c2, … at both. */
export const links = (count = 3): AccountLink[] =>
  ['rmm', 'pax8'].flatMap((vendor) =>
    Array.from({ length: count }, (_, at) => ({
      vendor,
      accountId: `a${at + 1}`,
      customerId: `c${at + 1}`,
    })),
  );
