import type {
  AccountLink,
  Contract,
  ContractLine,
  Customer,
  Mapping,
  PsaSnapshot,
  VendorSnapshot,
} from 'trueup';
import { type AccountRow, type CountRow, read } from './contender.ts';
import { rules, services, vendors } from './data.ts';

/** The data set as trueup's own values; what every in-process JavaScript contender starts from. */
export interface Values {
  readonly psa: PsaSnapshot;
  readonly vendors: VendorSnapshot[];
  readonly mapping: Mapping;
}

export const takenAt = '2026-11-22T00:00:00Z';

export async function loadValues(folder: string): Promise<Values> {
  const customers: Customer[] = [];
  const contracts: Contract[] = [];
  const lines: ContractLine[] = [];
  const links: AccountLink[] = [];
  const perVendor = new Map(
    vendors.map((vendor) => [vendor, { accounts: [] as AccountRow[], counts: [] as CountRow[] }]),
  );
  await read<Customer>(`${folder}/customers.ndjson`, (row) => customers.push(row));
  await read<Contract>(`${folder}/contracts.ndjson`, (row) => contracts.push(row));
  await read<ContractLine>(`${folder}/lines.ndjson`, (row) => lines.push(row));
  await read<AccountRow>(`${folder}/accounts.ndjson`, (row) => {
    perVendor.get(row.vendor)!.accounts.push(row);
    links.push({ vendor: row.vendor, accountId: row.id, customerId: row.customerId });
  });
  await read<CountRow>(`${folder}/counts.ndjson`, (row) => perVendor.get(row.vendor)!.counts.push(row));
  const receipt = { complete: true, resources: {}, problems: [] };
  const skus = rules().flatMap((rule) => rule.skus);
  return {
    psa: {
      specVersion: 1,
      kind: 'psa',
      source: 'psa',
      connector: 'bench',
      takenAt,
      currency: 'USD',
      precision: 'decimal',
      dating: 'immediate',
      customers,
      services: Array.from({ length: services }, (_, s) => ({
        id: `svc-${s}`,
        name: `Service ${s}`,
        active: true,
      })),
      contracts,
      lines,
      receipt,
    },
    vendors: vendors.map((vendor) => ({
      specVersion: 1,
      kind: 'vendor',
      source: vendor,
      connector: 'bench',
      takenAt,
      accounts: perVendor.get(vendor)!.accounts,
      skus: skus
        .filter((sku) => sku.vendor === vendor)
        .map(({ skuId }) => ({
          id: skuId,
          name: skuId,
          metrics: ['devices'],
          defaultMetric: 'devices',
          whenAbsent: 'zero' as const,
        })),
      counts: perVendor.get(vendor)!.counts,
      receipt,
    })),
    mapping: {
      specVersion: 1,
      accounts: links,
      services: rules().map((rule) => ({
        id: rule.id,
        skus: rule.skus,
        serviceIds: [rule.serviceId],
        allocate: 'in-order' as const,
      })),
    },
  };
}
