import type { Mapping, ServiceRule } from '../model/mapping.ts';
import { byRow, compareStrings } from '../model/order.ts';
import type { PsaSnapshot, Service } from '../model/psa.ts';
import type { VendorSku, VendorSnapshot } from '../model/vendor.ts';
import type { NameParts } from './names.ts';
import { compareNames } from './names-compare.ts';
import { indexNames, type NameIndex } from './names-index.ts';
import { productName, productVetoes } from './names-product.ts';
import type { ServiceCandidate, SkuCandidates, Suggestions } from './suggest.ts';

const WORTH_SHOWING = 0.3;

interface Sku {
  readonly vendor: string;
  readonly row: VendorSku;
  readonly name: NameParts;
}

const skuKey = (vendor: string, skuId: string): string => `${vendor}\u0000${skuId}`;

/** SKUs that share vendor and family are variants of one product. */
const product = (sku: Sku): string => skuKey(sku.vendor, sku.row.family ?? `\u0000${sku.row.id}`);

interface Catalogue {
  readonly services: ReadonlyMap<string, Service>;
  readonly byKey: ReadonlyMap<string, readonly Service[]>;
  readonly byCode: ReadonlyMap<string, readonly Service[]>;
  readonly keys: readonly string[];
  readonly index: NameIndex;
  readonly ruleOf: ReadonlyMap<string, string>;
}

function grouped<T>(rows: Iterable<T>, keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const list = groups.get(key);
    if (list) list.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

function openCatalogue(psa: PsaSnapshot, mapping: Mapping | undefined): Catalogue {
  const excluded = new Set(mapping?.excluded?.services);
  const rows = psa.services.filter((row) => row.active && !excluded.has(row.id)).sort(byRow);
  const byKey = grouped(rows, (row) => productName(row.name).key);
  const keys = [...byKey.keys()].filter((key) => key !== '').sort(compareStrings);
  const names = keys.map((key) => productName(byKey.get(key)?.[0]?.name ?? ''));
  return {
    services: new Map(rows.map((row) => [row.id, row])),
    byKey,
    byCode: grouped(
      rows.filter((row) => (row.code ?? '').length > 1),
      (row) => (row.code ?? '').toLowerCase(),
    ),
    keys,
    index: indexNames(names, productVetoes),
    ruleOf: new Map(
      (mapping?.services ?? []).flatMap((rule) => rule.serviceIds.map((id) => [id, rule.id] as const)),
    ),
  };
}

/** The SKU to map out of a product's variants: the only one with a term, or the only one. */
function mappable(variants: readonly Sku[]): Sku | null {
  const termed = variants.filter((sku) => sku.row.term !== null);
  return termed.length === 1 ? (termed[0] ?? null) : null;
}

/** The free service that a product's only mappable SKU is, or `null`. */
function sureService(
  sku: Sku,
  sameName: readonly (readonly Sku[])[],
  catalogue: Catalogue,
): { readonly service: Service; readonly by: 'code' | 'name' } | null {
  const free = (list: readonly Service[] | undefined): Service | null => {
    const [only] = list ?? [];
    return only && list?.length === 1 && !catalogue.ruleOf.has(only.id) ? only : null;
  };
  const byCode = catalogue.byCode.get(sku.row.id.toLowerCase());
  if (byCode) {
    const service = free(byCode);
    return service && { service, by: 'code' };
  }
  if (!sku.name.meaningful || sameName.length !== 1) return null;
  const service = free(catalogue.byKey.get(sku.name.key));
  return service && { service, by: 'name' };
}

function candidatesFor(
  sku: Sku,
  catalogue: Catalogue,
  hasTermed: boolean,
  limit: number,
): ServiceCandidate[] {
  const ranked: ServiceCandidate[] = [];
  const add = (service: Service, score: number, reasons: readonly string[]): void => {
    const notes = [...reasons];
    let points = score;
    const rule = catalogue.ruleOf.get(service.id);
    if (rule !== undefined) notes.push(`already in rule '${rule}': adding this SKU sums the counts`);
    if (sku.row.term === null && hasTermed) {
      points *= 0.8;
      notes.push('this is the variant without a term; map one with a term instead');
    }
    if (points >= WORTH_SHOWING) {
      ranked.push({ serviceId: service.id, score: Math.round(points * 1000) / 1000, reasons: notes });
    }
  };
  const byCode = catalogue.byCode.get(sku.row.id.toLowerCase()) ?? [];
  for (const service of byCode) add(service, 0.99, ["the service's code is this SKU"]);
  if (sku.name.key !== '') {
    for (const { entry, match } of catalogue.index.search(sku.name, limit + 3)) {
      const services = catalogue.byKey.get(catalogue.keys[entry] ?? '') ?? [];
      for (const service of services.slice(0, limit)) {
        if (byCode.includes(service)) continue;
        const own = compareNames(productName(service.name), sku.name, catalogue.index.weight, productVetoes);
        const twins = services.length > 1 ? [`${services.length} services have this name`] : [];
        add(service, Math.max(own.score, match.score), [...own.reasons, ...twins]);
      }
    }
  }
  return ranked.sort((a, b) => b.score - a.score || compareStrings(a.serviceId, b.serviceId)).slice(0, limit);
}

/** Rules and candidates for the SKUs without a rule. */
export function suggestServices(
  psa: PsaSnapshot,
  vendors: readonly VendorSnapshot[],
  mapping: Mapping | undefined,
  limit: number,
): Suggestions['services'] {
  const catalogue = openCatalogue(psa, mapping);
  const refs = [
    ...(mapping?.services ?? []).flatMap((rule) => rule.skus),
    ...(mapping?.excluded?.skus ?? []),
  ];
  const done = new Set(refs.map((ref) => skuKey(ref.vendor, ref.skuId)));
  const skus: Sku[] = vendors
    .flatMap((vendor) =>
      vendor.skus.map((row) => ({ vendor: vendor.source, row, name: productName(row.name) })),
    )
    .sort((a, b) => compareStrings(a.vendor, b.vendor) || byRow(a.row, b.row));
  const products = grouped(skus, product);
  // Per name, the products that carry it over all vendors: two of them would be counted twice.
  const namesakes = new Map(
    [...grouped(skus, (sku) => sku.name.key)].map(([key, list]) => [
      key,
      [...grouped(list, product).values()] as readonly (readonly Sku[])[],
    ]),
  );
  const wanted: { readonly sku: Sku; readonly serviceId: string; readonly by: 'code' | 'name' }[] = [];
  for (const variants of products.values()) {
    const sku = mappable(variants);
    const touched = variants.some((each) => done.has(skuKey(each.vendor, each.row.id)));
    if (sku === null || touched) continue;
    const sure = sureService(sku, namesakes.get(sku.name.key) ?? [], catalogue);
    if (sure) wanted.push({ sku, serviceId: sure.service.id, by: sure.by });
  }
  const claims = grouped(wanted, (want) => want.serviceId);
  const ruleIds = new Set(mapping?.services.map((rule) => rule.id));
  const rules: ServiceRule[] = [];
  const ruled = new Set<string>();
  for (const [serviceId, list] of [...claims].sort(([a], [b]) => compareStrings(a, b))) {
    const [only] = list;
    if (!only || list.length > 1) continue;
    let id = `service-${serviceId}`;
    while (ruleIds.has(id)) id += '-auto';
    ruleIds.add(id);
    ruled.add(skuKey(only.sku.vendor, only.sku.row.id));
    rules.push({ id, skus: [{ vendor: only.sku.vendor, skuId: only.sku.row.id }], serviceIds: [serviceId] });
  }
  const seen = new Map<string, ServiceCandidate[]>();
  const candidates: SkuCandidates[] = [];
  for (const sku of skus) {
    const key = skuKey(sku.vendor, sku.row.id);
    if (done.has(key) || ruled.has(key)) continue;
    const hasTermed = products.get(product(sku))?.some((each) => each.row.term !== null) ?? false;
    const noTerm = sku.row.term === null && hasTermed;
    const memo = `${noTerm ? 1 : 0}${catalogue.byCode.has(sku.row.id.toLowerCase()) ? key : ''}\u0000${sku.name.key}`;
    const ranked = seen.get(memo) ?? candidatesFor(sku, catalogue, hasTermed, limit);
    seen.set(memo, ranked);
    candidates.push({ vendor: sku.vendor, skuId: sku.row.id, ranked });
  }
  return { rules, candidates };
}
