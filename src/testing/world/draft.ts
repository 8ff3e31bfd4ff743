import type { AccountLink, ServiceRule } from '../../model/mapping.ts';
import type { Contract, ContractLine, Customer, Service } from '../../model/psa.ts';
import type { VendorAccount, VendorCount, VendorSku } from '../../model/vendor.ts';
import { createRandom, type Random } from '../random.ts';
import { companyName, driftedName } from './names.ts';
import type { KeptDifference, ProfileProduct, Truth, VendorProfile } from './types.ts';

type Draftable<T> = { -readonly [K in keyof T]: T[K] };

/** One customer using one product: what a discrepancy is put into. */
export interface Holding {
  readonly customerId: string;
  readonly contractId: string;
  readonly vendor: string;
  readonly product: ProfileProduct;
  readonly serviceId: string;
  readonly ruleId: string;
  readonly skuId: string;
  readonly accountIds: readonly string[];
  readonly lineIds: readonly string[];
  readonly units: number;
}

/** The rows of a world while it is being made. */
export interface DraftRows {
  readonly customers: Draftable<Customer>[];
  readonly services: Draftable<Service>[];
  readonly contracts: Draftable<Contract>[];
  readonly lines: Draftable<ContractLine>[];
  readonly vendors: {
    readonly slug: string;
    readonly profile: VendorProfile;
    readonly accounts: Draftable<VendorAccount>[];
    readonly skus: VendorSku[];
    readonly counts: Draftable<VendorCount>[];
  }[];
  readonly links: Draftable<AccountLink>[];
  readonly rules: Draftable<ServiceRule>[];
}

/** A world while it is being made. */
export interface Draft extends DraftRows {
  readonly random: Random;
  readonly holdings: Holding[];
  readonly truth: Truth[];
  /** The earlier periods, in which everything still agreed; discrepancies that lasted are put in here too. */
  past: DraftRows | null;
  /** Differences a person decided to keep in the last period. */
  readonly kept: KeptDifference[];
  /** Numeric, as every PSA of the field has them; gaps, so that nothing counts on 1, 2, 3. */
  readonly nextId: () => string;
}

/** An MSP in which everything agrees. */
export function draftWorld(seed: string, customers: number, profiles: readonly VendorProfile[]): Draft {
  const random = createRandom(seed);
  let id = 1000;
  const ids = random.fork('ids');
  const draft: Draft = {
    random,
    customers: [],
    services: [],
    contracts: [],
    lines: [],
    vendors: [],
    links: [],
    rules: [],
    holdings: [],
    truth: [],
    past: null,
    kept: [],
    nextId: () => {
      id += ids.int(1, 7);
      return String(id);
    },
  };
  addCustomers(draft, customers);
  for (const profile of profiles) addVendor(draft, profile);
  addNoise(draft);
  return draft;
}

/** The draft's past: a copy of its rows as they are when it is first asked for. */
export function keepPast(draft: Draft): void {
  const { customers, services, contracts, lines, vendors, links, rules } = draft;
  draft.past = structuredClone({ customers, services, contracts, lines, vendors, links, rules });
}

function addCustomers(draft: Draft, count: number): void {
  const random = draft.random.fork('customers');
  for (let n = 0; n < count; n++) {
    const customer = { id: draft.nextId(), name: companyName(random, n), active: true };
    draft.customers.push(customer);
    draft.contracts.push({
      id: draft.nextId(),
      customerId: customer.id,
      name: 'Managed Services 2026',
      status: 'active',
      billingCycle: random.chance(0.85) ? 'monthly' : 'quarterly',
      startDate: `202${random.int(3, 5)}-0${random.int(1, 9)}-01`,
      endDate: random.chance(0.6) ? null : '2027-12-31',
    });
  }
}

function addVendor(draft: Draft, profile: VendorProfile): void {
  const random = draft.random.fork(profile.slug);
  const vendor: Draft['vendors'][number] = {
    slug: profile.slug,
    profile,
    accounts: [],
    skus: [],
    counts: [],
  };
  draft.vendors.push(vendor);
  const services = profile.products.map((product) => {
    const serviceId = draft.nextId();
    const { name, code } = product.service;
    draft.services.push({ id: serviceId, name, code, active: true });
    const ruleId = `rule-${code.toLowerCase()}`;
    draft.rules.push({
      id: ruleId,
      skus: product.skus.filter((sku) => sku.mapped).map((sku) => ({ vendor: profile.slug, skuId: sku.id })),
      serviceIds: [serviceId],
    });
    for (const { mapped: _, ...sku } of product.skus) vendor.skus.push(sku);
    return { product, serviceId, ruleId };
  });
  let number = 100;
  const contracts = new Map(draft.contracts.map((one) => [one.customerId, one.id]));
  for (const customer of draft.customers) {
    const contractId = contracts.get(customer.id) ?? '';
    const held = services.filter(({ product }) => random.chance(product.share));
    if (held.length === 0) continue;
    const sites = profile.sites !== false && random.chance(0.08) ? 2 : 1;
    const accountIds = Array.from({ length: sites }, (_, site) => {
      number += random.int(1, 9);
      const accountId = profile.accountIds === 'uuid' ? random.uuid() : String(number);
      const name = driftedName(random, customer.name) + (site === 0 ? '' : ' - Branch');
      const known = profile.externalIds === true && random.chance(0.3);
      vendor.accounts.push({
        id: accountId,
        name,
        active: true,
        ...(known ? { externalIds: { psa: customer.id } } : {}),
      });
      draft.links.push({ vendor: profile.slug, accountId, customerId: customer.id, linkedName: name });
      return accountId;
    });
    for (const { product, serviceId, ruleId } of held) {
      const customerId = customer.id;
      hold(draft, random, vendor, { customerId, contractId, accountIds, product, serviceId, ruleId });
    }
  }
  vendor.accounts.push({
    id: profile.accountIds === 'uuid' ? random.uuid() : String(number + 50),
    name: 'Our own office (internal)',
    active: true,
  });
  vendor.accounts.push({
    id: profile.accountIds === 'uuid' ? random.uuid() : String(number + 60),
    name: 'Former Client Ltd',
    active: false,
  });
  for (const { id } of vendor.accounts.slice(-2)) {
    draft.links.push({ vendor: profile.slug, accountId: id, customerId: null });
  }
}

/** Gives a customer a product: counts at the vendor and lines in the PSA that agree. */
function hold(
  draft: Draft,
  random: Random,
  vendor: Draft['vendors'][number],
  what: Pick<Holding, 'customerId' | 'contractId' | 'accountIds' | 'product' | 'serviceId' | 'ruleId'>,
): void {
  const { product } = what;
  const variants = product.skus.filter((sku) => sku.mapped);
  const sku = variants[random.chance(0.8) ? 0 : variants.length - 1];
  if (!sku) return;
  const scale = 10 ** (product.units.decimals ?? 0);
  let units = 0;
  for (const accountId of what.accountIds) {
    const part = random.int(product.units.min * scale, product.units.max * scale) / scale;
    units = Math.round((units + part) * scale) / scale;
    vendor.counts.push(...countsOf(random, product, sku, accountId, part));
  }
  const parts = units >= 4 && Number.isInteger(units) && random.chance(0.05) ? [units - 2, 2] : [units];
  const lineIds = parts.map((part) => addLine(draft, product, what, what.contractId, part));
  draft.holdings.push({
    ...what,
    vendor: vendor.slug,
    skuId: sku.id,
    lineIds,
    units,
  });
}

/** The rows of one account and SKU: one per metric the SKU reports. */
export function countsOf(
  random: Random,
  product: ProfileProduct,
  sku: VendorSku,
  accountId: string,
  units: number,
): VendorCount[] {
  const ref = product.subscription ? random.uuid() : undefined;
  const committed = product.subscription && sku.term ? `2027-0${random.int(1, 9)}-15` : undefined;
  return sku.metrics.map((metric) => ({
    accountId,
    skuId: sku.id,
    metric,
    units: metric === sku.defaultMetric ? units : Math.max(0, units - random.int(0, 2)),
    ...(ref === undefined ? {} : { ref }),
    ...(committed === undefined ? {} : { committedUntil: committed }),
  }));
}

/** A running line; returns its id. */
export function addLine(
  draft: Draft,
  product: ProfileProduct,
  where: { readonly customerId: string; readonly serviceId: string },
  contractId: string,
  units: number,
): string {
  const id = draft.nextId();
  draft.lines.push({
    id,
    contractId,
    customerId: where.customerId,
    serviceId: where.serviceId,
    units,
    unitPrice: product.service.price,
    unitCost: product.service.cost,
    startDate: '2026-01-01',
    endDate: null,
    active: true,
    billable: Number(id) % 13 !== 0,
    description: product.service.name,
    // Every few lines have free units or are not invoiced; neither changes what the seats are.
    ...(Number(id) % 11 === 0 ? { native: { included: 1 } } : {}),
  });
  return id;
}

/** What every PSA also holds and no reconciliation may trip over: history, dead contracts, old customers. */
function addNoise(draft: Draft): void {
  const random = draft.random.fork('noise');
  const lines = new Map(draft.lines.map((line) => [line.id, line]));
  const firstLines = new Map(draft.lines.map((line) => [line.customerId, line]));
  for (const [n, holding] of draft.holdings.entries()) {
    const line = lines.get(holding.lineIds[0] ?? '');
    // A line that was ended and started again with another quantity: history, not a second line.
    if (line && n % 9 === 4) {
      draft.lines.push({
        ...line,
        id: draft.nextId(),
        units: 1,
        startDate: '2025-01-01',
        endDate: '2026-01-01',
      });
    }
  }
  for (const [n, customer] of [...draft.customers].entries()) {
    const line = firstLines.get(customer.id);
    if (!line || n % 6 !== 3) continue;
    const contract = {
      id: draft.nextId(),
      customerId: customer.id,
      name: 'Managed Services 2024',
      status: random.chance(0.5) ? ('cancelled' as const) : ('expired' as const),
      billingCycle: 'monthly' as const,
      startDate: '2024-01-01',
      endDate: '2024-12-31',
    };
    draft.contracts.push(contract);
    draft.lines.push({
      ...line,
      id: draft.nextId(),
      contractId: contract.id,
      units: random.int(1, 9),
      startDate: '2024-01-01',
    });
  }
  draft.customers.push({ id: draft.nextId(), name: 'Closed Customer Ltd', active: false });
}
