import type {
  Contract,
  ContractLine,
  Customer,
  Mapping,
  Policy,
  PsaSnapshot,
  Receipt,
  ReconcileInput,
  Service,
  VendorAccount,
  VendorCount,
  VendorSku,
  VendorSnapshot,
} from '../../src/index.ts';

type Some<T, K extends keyof T> = Partial<T> & Pick<T, K>;

/** A reconcile input with only what matters written out; the rest is filled in by {@link buildInput}. */
export interface Sketch {
  readonly psa?: Partial<Omit<PsaSnapshot, 'customers' | 'services' | 'contracts' | 'lines' | 'receipt'>> & {
    readonly customers?: readonly Some<Customer, 'id'>[];
    readonly services?: readonly Some<Service, 'id'>[];
    readonly contracts?: readonly Some<Contract, 'id'>[];
    readonly lines?: readonly Some<ContractLine, 'id' | 'units'>[];
    readonly receipt?: Partial<Receipt>;
  };
  readonly vendors?: readonly SketchVendor[];
  readonly mapping?: Partial<Mapping>;
  readonly asOf?: string;
  readonly on?: string;
  readonly policy?: Policy;
}

type SketchVendor = Partial<Omit<VendorSnapshot, 'accounts' | 'skus' | 'counts' | 'receipt'>> & {
  readonly accounts?: readonly Some<VendorAccount, 'id'>[];
  readonly skus?: readonly Some<VendorSku, 'id'>[];
  readonly counts?: readonly Some<VendorCount, 'units'>[];
  readonly receipt?: Partial<Receipt>;
};

const receipt: Receipt = { complete: true, resources: {}, problems: [] };
const takenAt = '2026-12-01T07:00:00Z';

/** Acme (`acme`) with one running contract (`msa`), the service `m365`; vendor `pax8` with account `acme-1`, SKU `bp`. */
export function buildInput(sketch: Sketch = {}): ReconcileInput {
  const { psa = {}, vendors = [{}], mapping = {}, ...rest } = sketch;
  return {
    asOf: '2026-12-01T08:00:00Z',
    ...rest,
    psa: {
      specVersion: 1,
      kind: 'psa',
      source: 'psa',
      connector: 'test',
      takenAt,
      currency: 'USD',
      precision: 'decimal',
      dating: 'dated',
      ...psa,
      customers: (psa.customers ?? [{ id: 'acme', name: 'Acme' }]).map((row) => ({
        name: row.id,
        active: true,
        ...row,
      })),
      services: (psa.services ?? [{ id: 'm365', name: 'Microsoft 365' }]).map((row) => ({
        name: row.id,
        active: true,
        ...row,
      })),
      contracts: (psa.contracts ?? [{ id: 'msa', name: 'Managed services' }]).map((row) => ({
        customerId: 'acme',
        name: row.id,
        status: 'active',
        billingCycle: 'monthly',
        startDate: '2026-01-01',
        endDate: null,
        ...row,
      })),
      lines: (psa.lines ?? []).map((row) => ({
        contractId: 'msa',
        customerId: 'acme',
        serviceId: 'm365',
        startDate: null,
        endDate: null,
        active: true,
        billable: true,
        ...row,
      })),
      receipt: { ...receipt, ...psa.receipt },
    },
    vendors: vendors.map((vendor) => ({
      specVersion: 1,
      kind: 'vendor',
      source: 'pax8',
      connector: 'test',
      takenAt,
      ...vendor,
      accounts: (vendor.accounts ?? [{ id: 'acme-1', name: 'Acme Inc' }]).map((row) => ({
        name: row.id,
        active: true,
        ...row,
      })),
      skus: (vendor.skus ?? [{ id: 'bp', name: 'Business Premium' }]).map((row) => ({
        name: row.id,
        metrics: ['purchased', 'assigned'],
        defaultMetric: 'purchased',
        whenAbsent: 'no-count',
        ...row,
      })),
      counts: (vendor.counts ?? []).map((row) => ({
        accountId: 'acme-1',
        skuId: 'bp',
        metric: 'purchased',
        ...row,
      })),
      receipt: { ...receipt, ...vendor.receipt },
    })),
    mapping: {
      specVersion: 1,
      accounts: mapping.accounts ?? [{ vendor: 'pax8', accountId: 'acme-1', customerId: 'acme' }],
      services: mapping.services ?? [
        { id: 'rule', skus: [{ vendor: 'pax8', skuId: 'bp' }], serviceIds: ['m365'] },
      ],
      ...(mapping.excluded ? { excluded: mapping.excluded } : {}),
      ...(mapping.newRevenueOff ? { newRevenueOff: mapping.newRevenueOff } : {}),
    },
  };
}
