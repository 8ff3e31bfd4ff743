import {
  diagnose,
  type Mapping,
  type PsaSnapshot,
  reconcile,
  suggestMapping,
  type VendorSnapshot,
} from '../../src/index.ts';
import { createRandom } from '../../src/testing/index.ts';

const takenAt = '2026-12-01T08:00:00Z';
const receipt = { complete: true, resources: {}, problems: [] };

/** How long one thing took. */
export interface Timing {
  readonly what: string;
  readonly milliseconds: number;
  /** Of the processor: what the machine's other work does not change (garbage collection on all threads is in it). */
  readonly processor: number;
}

function time<T>(what: string, run: () => T): { readonly timing: Timing; readonly value: T } {
  const start = performance.now();
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  return {
    timing: { what, milliseconds: performance.now() - start, processor: (user + system) / 1000 },
    value,
  };
}

/** Diagnosis in a world of a million lines, and names of five thousand against five thousand. */
export function measureSpeed(): Timing[] {
  const names = nameLists(5000);
  const suggested = time('suggestMapping, 5 000 × 5 000 names that all differ by a letter', () =>
    suggestMapping({ psa: names.psa, vendors: [names.vendor] }),
  );
  const big = bigWorld(50_000, 20, 1000);
  const input = { psa: big.psa, vendors: [big.vendor], mapping: big.mapping };
  const reconciled = time('reconcile, 1 000 000 lines × 1 000 000 counts', () =>
    reconcile({ ...input, asOf: takenAt }),
  );
  const open = reconciled.value.cards.filter((card) => card.kind !== 'no-change').length;
  const diagnosed = time(`diagnose, ${open} cards that differ among 1 000 000`, () =>
    diagnose({ ...input, reconciliation: reconciled.value }),
  );
  return [suggested.timing, reconciled.timing, diagnosed.timing];
}

function nameLists(size: number): { readonly psa: PsaSnapshot; readonly vendor: VendorSnapshot } {
  const random = createRandom('names');
  const word = (): string =>
    Array.from(
      { length: random.int(2, 4) },
      () => random.pick([...'bcdfghjklmnprst']) + random.pick([...'aeiou']),
    ).join('');
  const trades = ['Dental', 'Legal', 'Logistics', 'Design', 'Foods', 'Motors', 'Clinic', 'Partners'];
  const names = Array.from(
    { length: size },
    () => `${word()} ${word()} ${random.pick(trades)} ${random.pick(['Ltd', 'LLC', 'Inc'])}`,
  );
  const typo = (name: string): string => {
    const at = random.int(0, name.length - 1);
    return `${name.slice(0, at)}x${name.slice(at + 1)}`;
  };
  return {
    psa: psaOf(
      names.map((name, i) => ({ id: `c${i}`, name, active: true })),
      [],
      [],
      [],
    ),
    vendor: vendorOf(
      names.map((name, i) => ({ id: `a${i}`, name: typo(name), active: true })),
      [],
      [],
    ),
  };
}

function psaOf(
  customers: PsaSnapshot['customers'],
  services: PsaSnapshot['services'],
  contracts: PsaSnapshot['contracts'],
  lines: PsaSnapshot['lines'],
): PsaSnapshot {
  const base = {
    specVersion: 1,
    kind: 'psa',
    source: 'psa',
    connector: 'eval',
    takenAt,
    currency: 'USD',
  } as const;
  return { ...base, precision: 'integer', dating: 'dated', customers, services, contracts, lines, receipt };
}

function vendorOf(
  accounts: VendorSnapshot['accounts'],
  skus: VendorSnapshot['skus'],
  counts: VendorSnapshot['counts'],
): VendorSnapshot {
  return {
    specVersion: 1,
    kind: 'vendor',
    source: 'rmm',
    connector: 'eval',
    takenAt,
    accounts,
    skus,
    counts,
    receipt,
  };
}

/** Customers with one line and one count per service; in `open` of them a part is on an account without a link. */
function bigWorld(
  customers: number,
  services: number,
  open: number,
): { readonly psa: PsaSnapshot; readonly vendor: VendorSnapshot; readonly mapping: Mapping } {
  const ids = Array.from({ length: customers }, (_, i) => `c${i}`);
  const skus = Array.from({ length: services }, (_, i) => `s${i}`);
  const each = <T>(make: (customer: string, i: number, sku: string, j: number) => T): T[] =>
    ids.flatMap((customer, i) => skus.map((sku, j) => make(customer, i, sku, j)));
  const psa = psaOf(
    ids.map((id, i) => ({ id, name: `Customer ${i} Trading`, active: true })),
    skus.map((id) => ({ id, name: `Service ${id}`, active: true })),
    ids.map((id) => ({
      id: `k-${id}`,
      customerId: id,
      name: 'Managed',
      status: 'active',
      billingCycle: 'monthly',
      startDate: null,
      endDate: null,
    })),
    each((customerId, i, serviceId, j) => ({
      id: `${i}-${j}`,
      contractId: `k-${customerId}`,
      customerId,
      serviceId,
      units: 5 + ((i + j) % 7),
      startDate: null,
      endDate: null,
      active: true,
      billable: true,
    })),
  );
  const counts = each((_customer, i, skuId, j) => ({
    accountId: `a${i}`,
    skuId,
    metric: 'devices',
    units: 5 + ((i + j) % 7) - (i < open && j === 0 ? 2 : 0),
  }));
  for (let i = 0; i < open; i++)
    counts.push({ accountId: `b${i}`, skuId: 's0', metric: 'devices', units: 2 });
  const accounts = [
    ...ids.map((_, i) => ({ id: `a${i}`, name: `Customer ${i} Trading`, active: true })),
    ...ids
      .slice(0, open)
      .map((_, i) => ({ id: `b${i}`, name: `Customer ${i} Trading, warehouse`, active: true })),
  ];
  const vendor = vendorOf(
    accounts,
    skus.map((id) => ({ id, name: id, metrics: ['devices'], defaultMetric: 'devices', whenAbsent: 'zero' })),
    counts,
  );
  const mapping: Mapping = {
    specVersion: 1,
    accounts: ids.map((customerId, i) => ({ vendor: 'rmm', accountId: `a${i}`, customerId })),
    services: skus.map((id) => ({ id: `r-${id}`, skus: [{ vendor: 'rmm', skuId: id }], serviceIds: [id] })),
  };
  return { psa, vendor, mapping };
}
