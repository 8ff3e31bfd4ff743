import {
  type ContractLine,
  type Mapping,
  type PeriodSummary,
  type PsaSnapshot,
  reconcile,
  type ServiceRule,
  summarize,
  type VendorAccount,
  type VendorCount,
  type VendorFilterFact,
  type VendorSku,
  type VendorSnapshot,
} from '../../src/index.ts';
import {
  createRandom,
  createWorld,
  type Random,
  worldPsaSnapshot,
  worldVendorSnapshot,
} from '../../src/testing/index.ts';

/** Everything readonly taken off: faults are put into copies. */
export type Loose<T> = T extends string
  ? T
  : T extends readonly (infer E)[]
    ? Loose<E>[]
    : T extends object
      ? { -readonly [K in keyof T]: Loose<T[K]> }
      : T;

/** What one reconciliation works from. */
export interface Month {
  psa: Loose<PsaSnapshot>;
  vendors: Loose<VendorSnapshot>[];
  mapping: Loose<Mapping>;
  asOf: string;
}

/** Now, and the same MSP in earlier months, latest first. */
export interface State {
  now: Month;
  past: Month[];
  /** Cards whose difference a person kept last month. */
  kept: string[];
  filters: Record<string, VendorFilterFact[]>;
}

/** One customer with one product: what a fault is put into. */
export interface Target {
  readonly customerId: string;
  readonly ruleId: string;
}

function device(id: string, name: string, family?: string): Loose<VendorSku> {
  return {
    id,
    name,
    ...(family === undefined ? {} : { family }),
    metrics: ['devices', 'active'],
    defaultMetric: 'devices',
    whenAbsent: 'zero',
  };
}

const products: readonly {
  readonly service: string;
  readonly rule: string;
  readonly skus: readonly Loose<VendorSku>[];
}[] = [
  {
    service: 'Managed Workstation',
    rule: 'rule-ws',
    skus: [device('ws', 'Workstation agent', 'agent'), device('ws-lite', 'Workstation agent lite', 'agent')],
  },
  { service: 'Managed Server', rule: 'rule-srv', skus: [device('srv', 'Server agent')] },
  {
    service: 'Endpoint Detection',
    rule: 'rule-edr',
    skus: [
      device('edr', 'Endpoint detection', 'edr'),
      device('edr-site', 'Endpoint detection (site licence)', 'edr'),
    ],
  },
];

/** A world that agrees: Pax8 subscriptions from the testing room, and an RMM with devices beside it. */
export function calmState(seed: string, customers: number): State {
  const world = createWorld(seed, { customers, vendors: ['pax8'], discrepancies: [] });
  const random = createRandom(`${seed}/eval`);
  const psa = structuredClone(
    worldPsaSnapshot(world, { precision: 'integer', dating: 'dated' }),
  ) as Loose<PsaSnapshot>;
  const pax8 = structuredClone(worldVendorSnapshot(world, 'pax8')) as Loose<VendorSnapshot>;
  const mapping = structuredClone(world.mapping) as Loose<Mapping>;
  const rmm = addRmm(psa, mapping, random, world.asOf);
  const now: Month = { psa, vendors: [pax8, rmm], mapping, asOf: world.asOf };
  const past = ['2026-10-20', '2026-09-20', '2026-08-20'].map((day) => {
    const month = structuredClone(now);
    month.asOf = `${day}T08:00:00Z`;
    for (const snapshot of [month.psa, ...month.vendors]) snapshot.takenAt = month.asOf;
    return month;
  });
  return {
    now,
    past,
    kept: [],
    filters: {
      rmm: [{ id: 'decommissioned', effect: 'Decommissioned devices are not listed.', direction: 'fewer' }],
    },
  };
}

function addRmm(
  psa: Loose<PsaSnapshot>,
  mapping: Loose<Mapping>,
  random: Random,
  takenAt: string,
): Loose<VendorSnapshot> {
  const accounts: Loose<VendorAccount>[] = [];
  const counts: Loose<VendorCount>[] = [];
  for (const { service, rule, skus } of products) {
    psa.services.push({ id: `svc-${rule}`, name: service, active: true });
    mapping.services.push({
      id: rule,
      skus: [{ vendor: 'rmm', skuId: skus[0]?.id ?? '' }],
      serviceIds: [`svc-${rule}`],
    });
  }
  let n = 0;
  for (const customer of psa.customers.filter((each) => each.active)) {
    const contract = psa.contracts.find(
      (each) => each.customerId === customer.id && each.status === 'active',
    );
    if (!contract) continue;
    const accountId = `site-${++n}`;
    accounts.push({
      id: accountId,
      name: random.chance(0.5) ? customer.name : customer.name.toUpperCase(),
      active: true,
    });
    mapping.accounts.push({ vendor: 'rmm', accountId, customerId: customer.id });
    for (const { rule, skus } of products) {
      if (!random.chance(0.6)) continue;
      const units = random.int(4, 60);
      const skuId = skus[0]?.id ?? '';
      counts.push({ accountId, skuId, metric: 'devices', units });
      counts.push({ accountId, skuId, metric: 'active', units: Math.max(0, units - random.int(0, 3)) });
      psa.lines.push(line(`L-${rule}-${n}`, contract.id, customer.id, `svc-${rule}`, units));
    }
  }
  return {
    specVersion: 1,
    kind: 'vendor',
    source: 'rmm',
    connector: 'rmm',
    takenAt,
    accounts,
    skus: products.flatMap((product) => product.skus.map((sku) => ({ ...sku }))),
    counts,
    receipt: { complete: true, resources: {}, problems: [] },
  };
}

export function line(
  id: string,
  contractId: string,
  customerId: string,
  serviceId: string,
  units: number,
): Loose<ContractLine> {
  return {
    id,
    contractId,
    customerId,
    serviceId,
    units,
    unitPrice: '10',
    startDate: '2026-01-01',
    endDate: null,
    active: true,
    billable: true,
  };
}

export const run = (month: Month): ReturnType<typeof reconcile> =>
  reconcile({ psa: month.psa, vendors: month.vendors, mapping: month.mapping, asOf: month.asOf });

/** Summaries of the past months; what was kept last month is marked. */
export function summaries(state: State): PeriodSummary[] {
  return state.past.map((month, age) => {
    const summary = summarize(run(month));
    if (age > 0 || state.kept.length === 0) return summary;
    return {
      ...summary,
      cards: summary.cards.map((card) =>
        state.kept.includes(card.id) && card.psa !== null ? { ...card, kept: card.psa } : card,
      ),
    };
  });
}

export const ruleOf = (month: Month, ruleId: string): Loose<ServiceRule> => {
  const rule = month.mapping.services.find((each) => each.id === ruleId);
  if (!rule) throw new RangeError(`no rule ${ruleId}`);
  return rule;
};

export const vendorOf = (month: Month, source: string): Loose<VendorSnapshot> => {
  const vendor = month.vendors.find((each) => each.source === source);
  if (!vendor) throw new RangeError(`no vendor ${source}`);
  return vendor;
};

/** The rows of the compared metric that make up the target's count. */
export function countsOf(month: Month, { customerId, ruleId }: Target): Loose<VendorCount>[] {
  const rule = ruleOf(month, ruleId);
  return rule.skus.flatMap((ref) => {
    const vendor = vendorOf(month, ref.vendor);
    const metric = rule.metric ?? vendor.skus.find((sku) => sku.id === ref.skuId)?.defaultMetric;
    const accounts = new Set(
      month.mapping.accounts
        .filter((link) => link.vendor === ref.vendor && link.customerId === customerId)
        .map((link) => link.accountId),
    );
    return vendor.counts.filter(
      (count) => accounts.has(count.accountId) && count.skuId === ref.skuId && count.metric === metric,
    );
  });
}

/** The target's lines that are billed now. */
export function linesOf(month: Month, { customerId, ruleId }: Target): Loose<ContractLine>[] {
  const services = ruleOf(month, ruleId).serviceIds;
  const running = new Set(
    month.psa.contracts.filter((each) => each.status === 'active').map((each) => each.id),
  );
  return month.psa.lines.filter(
    (each) =>
      each.customerId === customerId &&
      services.includes(each.serviceId) &&
      running.has(each.contractId) &&
      (each.endDate === null || each.endDate > month.asOf.slice(0, 10)),
  );
}
