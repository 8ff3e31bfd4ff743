import { usableRules } from '../mapping/rules.ts';
import type { NamedRef } from '../model/card.ts';
import { hoursBetween, type Instant, isInstant } from '../model/dates.ts';
import type { Problem } from '../model/errors.ts';
import type { ServiceRule } from '../model/mapping.ts';
import { compareStrings, sortedUnique } from '../model/order.ts';
import { problem } from '../model/problem.ts';
import type { Service } from '../model/psa.ts';
import type { Receipt } from '../model/snapshot.ts';
import type { VendorSku } from '../model/vendor.ts';
import type { ReconcileInput } from './input.ts';

/** What one card is about, before the customer: a rule, or a PSA service no rule covers. */
export interface Unit {
  readonly rule: ServiceRule | null;
  readonly id: string;
  /** The end of the card id. */
  readonly path: string;
  /** Place in the one order. */
  rank: number;
  /** By id. */
  readonly services: readonly NamedRef[];
  /** Those of {@link services} that could get a new line. */
  readonly sellable: readonly NamedRef[];
  /** By source; each with the SKUs of the rule there, by id. */
  readonly sources: readonly { readonly vendor: Vendor; readonly skus: readonly Sku[] }[];
  /** Several SKUs are summed. */
  readonly several: boolean;
}

export interface Sku {
  readonly vendor: Vendor;
  readonly id: string;
  readonly info: VendorSku | undefined;
  unit: Unit | null;
  excluded: boolean;
  /** The metric compared; `undefined` when nothing says which. */
  metric: string | undefined;
  /** The no-term variant of a family that has terms. */
  noTerm: boolean;
  /** Described twice: nothing about it is sure. */
  duplicate: boolean;
}

/** A vendor source: given, or only named by the mapping. */
export interface Vendor {
  readonly source: string;
  connected: boolean;
  /** The whole snapshot can be trusted, but for {@link gaps}. */
  complete: boolean;
  /** Accounts whose counts could not be read. */
  readonly gaps: Set<string>;
  stale: boolean;
  /** Its SKUs are those somebody holds, not all there are. */
  listsUsedOnly: boolean;
  readonly skus: Map<string, Sku>;
}

interface ServiceEntry {
  /** Absent when only a rule names it. */
  readonly info: Service | undefined;
  readonly unit: Unit;
  readonly excluded: boolean;
}

/** Everything that is the same for every customer. */
export interface Catalogue {
  readonly services: ReadonlyMap<string, ServiceEntry>;
  readonly vendors: Map<string, Vendor>;
  readonly excludedCustomers: ReadonlySet<string>;
  readonly newRevenueOff: ReadonlySet<string>;
  readonly stalePsa: boolean;
  readonly problems: readonly Problem[];
}

export function buildCatalogue(input: ReconcileInput): Catalogue {
  const { psa, mapping } = input;
  const infos = new Map<string, Service>();
  const twice: string[] = [];
  for (const service of psa.services) {
    const known = infos.get(service.id);
    if (known) twice.push(service.id);
    // Only the name and the flag hang on it; the lesser one is the same whatever the order of the rows.
    if (!known || serviceKey(service) < serviceKey(known)) infos.set(service.id, service);
  }
  const { rules, problems } = usableRules(mapping);
  for (const { id: ruleId, serviceIds } of rules) {
    if (serviceIds.some((id) => infos.has(id))) continue;
    // A list made of lines lacks services that nobody holds yet; a misspelt id looks the same.
    const text =
      'The PSA has none of the services of the rule: all that it counts looks unbilled. Check their ids.';
    problems.push(problem('rule-never-matches', text, { ruleId }, 'warning'));
  }
  for (const serviceId of twice)
    problems.push(duplicate('service', { serviceId }, 'its name may be the wrong one'));
  const vendors = buildVendors(input, problems);
  for (const ref of mapping.excluded?.skus ?? [])
    skuOf(vendorOf(vendors, ref.vendor), ref.skuId).excluded = true;
  const excluded = new Set(mapping.excluded?.services);
  const services = new Map<string, ServiceEntry>();
  const units: Unit[] = [];
  const add = (rule: ServiceRule | null, unitId: string): void => {
    const unit = buildUnit(rule, unitId, infos, excluded, vendors);
    units.push(unit);
    for (const { id } of unit.services) {
      services.set(id, { info: infos.get(id), unit, excluded: excluded.has(id) });
    }
  };
  for (const rule of rules) add(rule, rule.id);
  for (const id of infos.keys()) if (!services.has(id)) add(null, id);
  units.sort((a, b) => compareStrings(a.id, b.id) || compareStrings(a.path, b.path));
  for (const [rank, unit] of units.entries()) unit.rank = rank;
  return {
    services,
    vendors,
    excludedCustomers: new Set(mapping.excluded?.customers),
    newRevenueOff: new Set(mapping.newRevenueOff?.customers),
    stalePsa: isStale(psa.takenAt, input.asOf, input.policy?.stalePsaAfterHours),
    problems,
  };
}

/** `/` and `%` are what card ids are built with; escaped, no two cards share an id. */
export function escapeId(id: string): string {
  return id.replace(/[%/]/g, encodeURIComponent);
}

/** True when older than the bound, when nothing says how old, or when the bound is no number. */
export function isStale(takenAt: Instant, asOf: Instant, hours: number | undefined): boolean {
  return !(isInstant(takenAt) && hoursBetween(takenAt, asOf) <= (hours ?? 24));
}

/** True when the rows can be trusted, but for the named gaps. A receipt that contradicts itself is not believed. */
export function isWhole(receipt: Receipt, gaps: readonly string[] | undefined): boolean {
  if (gaps?.length) return true;
  return receipt.complete && Object.values(receipt.resources).every((resource) => resource.complete);
}

export function duplicate(what: string, ids: Record<string, string>, then: string): Problem {
  return problem('duplicate-id', `The ${what} is there more than once; ${then}. Keep one.`, ids);
}

/** The SKU, made up when a count or a rule names one the snapshot does not describe. */
export function skuOf(vendor: Vendor, id: string): Sku {
  const known = vendor.skus.get(id);
  return known ?? addSku(vendor, id, undefined);
}

export function vendorOf(vendors: Map<string, Vendor>, source: string): Vendor {
  const known = vendors.get(source);
  if (known) return known;
  const vendor: Vendor = {
    source,
    connected: false,
    complete: false,
    gaps: new Set(),
    stale: false,
    listsUsedOnly: false,
    skus: new Map(),
  };
  vendors.set(source, vendor);
  return vendor;
}

function addSku(vendor: Vendor, id: string, info: VendorSku | undefined): Sku {
  const metric = info?.defaultMetric;
  const sku: Sku = {
    vendor,
    id,
    info,
    unit: null,
    excluded: false,
    metric,
    noTerm: false,
    duplicate: false,
  };
  vendor.skus.set(id, sku);
  return sku;
}

function buildVendors({ vendors, asOf, policy }: ReconcileInput, problems: Problem[]): Map<string, Vendor> {
  const built = new Map<string, Vendor>();
  for (const { source, takenAt, receipt, skus, catalogue } of vendors) {
    const vendor = vendorOf(built, source);
    if (vendor.connected) {
      problems.push(duplicate('vendor snapshot', { vendor: source }, 'no count of it is used'));
    }
    vendor.complete = !vendor.connected && isWhole(receipt, receipt.incompleteAccounts);
    vendor.connected = true;
    vendor.listsUsedOnly = catalogue === 'in-use';
    vendor.stale ||= isStale(takenAt, asOf, policy?.staleVendorAfterHours);
    for (const id of receipt.incompleteAccounts ?? []) vendor.gaps.add(id);
    if (!vendor.complete) {
      problems.push(
        problem(
          'vendor-incomplete',
          'The vendor was not fully read; none of its counts are used. Pull it again.',
          {
            vendor: source,
          },
        ),
      );
    }
    const termed = new Set<string>();
    for (const info of skus) {
      const known = vendor.skus.get(info.id);
      // Of two descriptions the lesser one, so that the order of the rows never shows.
      if (!known || JSON.stringify(info) < JSON.stringify(known.info)) addSku(vendor, info.id, info);
      if (known) {
        skuOf(vendor, info.id).duplicate = true;
        problems.push(duplicate('SKU', { vendor: source, skuId: info.id }, 'no count of it is used'));
      }
      if (info.family !== undefined && info.term) termed.add(info.family);
    }
    for (const { id, term, family } of skus) {
      if (term === null && family !== undefined && termed.has(family)) skuOf(vendor, id).noTerm = true;
    }
  }
  return built;
}

/** What cards of the rule are about; without a rule, those of one service. */
function buildUnit(
  rule: ServiceRule | null,
  id: string,
  infos: ReadonlyMap<string, Service>,
  excluded: ReadonlySet<string>,
  vendors: Map<string, Vendor>,
): Unit {
  const {
    serviceIds,
    skus: refs,
    metric,
  }: Pick<ServiceRule, 'serviceIds' | 'skus' | 'metric'> = rule ?? { serviceIds: [id], skus: [] };
  const ids = sortedUnique(serviceIds);
  const named = (serviceId: string): NamedRef => ({
    id: serviceId,
    name: infos.get(serviceId)?.name ?? serviceId,
  });
  const sources: { vendor: Vendor; skus: Sku[] }[] = [];
  let count = 0;
  for (const source of sortedUnique(refs.map((ref) => ref.vendor))) {
    const vendor = vendorOf(vendors, source);
    const skuIds = sortedUnique(refs.filter((ref) => ref.vendor === source).map((ref) => ref.skuId));
    const skus = skuIds.map((skuId) => skuOf(vendor, skuId)).filter((sku) => !sku.excluded);
    if (skus.length > 0) sources.push({ vendor, skus });
    count += skuIds.length;
  }
  const unit: Unit = {
    rule,
    id,
    path: `/${rule ? 'rule' : 'service'}/${escapeId(id)}`,
    rank: 0,
    services: ids.map(named),
    sellable: ids.filter((serviceId) => infos.get(serviceId)?.active && !excluded.has(serviceId)).map(named),
    sources,
    several: count > 1,
  };
  for (const { skus } of sources) {
    for (const sku of skus) {
      sku.unit = unit;
      sku.metric = metric ?? sku.metric;
    }
  }
  return unit;
}

function serviceKey(service: Service): string {
  return JSON.stringify([service.active, service.name]);
}
