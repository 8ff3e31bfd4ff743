import { stableJson } from '../../model/order.ts';
import type { MockExpected } from '../mock/types.ts';
import type { Pulled } from './types.ts';

type Row = Readonly<Record<string, unknown>>;

const KEYS: Readonly<Record<string, readonly string[]>> = {
  customers: ['id'],
  services: ['id'],
  contracts: ['id'],
  lines: ['id'],
  accounts: ['id'],
  skus: ['id'],
  counts: ['accountId', 'skuId', 'metric', 'ref'],
};

/**
 * Where pulled rows differ from the world's. Every field of an expected row must be equal in the pulled one, which
 * may hold more. Only rows that no reconciliation needs may be missing; no row may be there that the world has not.
 */
export function differences(expected: MockExpected, pulled: Pulled['rows']): string[] {
  const found: string[] = [];
  const want = { ...expected.psa, ...expected.vendor } as Readonly<Record<string, readonly Row[]>>;
  for (const [kind, keys] of Object.entries(KEYS)) {
    const rows = want[kind] ?? [];
    const have = new Map(
      (((pulled as Row)[kind] ?? []) as readonly Row[]).map((row) => [keyOf(row, keys), row]),
    );
    for (const row of rows) {
      const key = keyOf(row, keys);
      const pulledRow = have.get(key);
      have.delete(key);
      if (pulledRow) found.push(...fieldDifferences(`${kind} ${key}`, row, pulledRow));
      else if (!dispensable(kind, row, want)) found.push(`${kind} ${key} is missing`);
    }
    for (const [key, row] of have) {
      if (kind !== 'skus' || isCounted(row, pulled)) found.push(`${kind} ${key} is not in the world`);
    }
  }
  return found;
}

function keyOf(row: Row, keys: readonly string[]): string {
  return keys.map((key) => String(row[key] ?? '')).join('/');
}

function fieldDifferences(name: string, want: Row, have: Row): string[] {
  return Object.entries(want)
    .filter(([key, value]) => value !== undefined && stableJson(value) !== stableJson(have[key] ?? null))
    .map(
      ([key, value]) => `${name}: ${key} should be ${stableJson(value)}, is ${stableJson(have[key] ?? null)}`,
    );
}

/** Rows a connector may leave out: what is dead in the PSA, and SKUs nobody counts. */
function dispensable(kind: string, row: Row, want: Readonly<Record<string, readonly Row[]>>): boolean {
  switch (kind) {
    case 'customers':
    case 'services':
    case 'accounts':
      return row.active === false;
    case 'contracts':
      return row.status !== 'active';
    case 'lines': {
      const contract = want.contracts?.find((one) => one.id === row.contractId);
      return contract === undefined || contract.status !== 'active';
    }
    case 'counts':
      return row.status === 'ended';
    case 'skus':
      return !(want.counts ?? []).some((count) => count.skuId === row.id && count.status !== 'ended');
    default:
      return false;
  }
}

function isCounted(sku: Row, pulled: Pulled['rows']): boolean {
  return (pulled.counts ?? []).some((count) => count.skuId === sku.id);
}
