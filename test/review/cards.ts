import type {
  CardLine,
  Counted,
  NewRevenueCard,
  NoChangeCard,
  NoCountCard,
  PsaSnapshot,
  ReconcileCard,
  Reconciliation,
} from 'trueup';

/** Cards written by hand: these tests are about decisions, not about how cards come to be. */

export const counted = (units: number): Counted => ({
  state: 'counted',
  units,
  counted: units,
  contributions: [
    { vendor: 'pax8', accountId: 'a1', skuId: 's1', metric: 'purchased', units, basis: 'reported' },
  ],
  trace: [{ rule: 'sum', from: 0, to: units }],
});

export const line = (lineId: string, units: number, contractId = 'k1'): CardLine => ({
  lineId,
  contractId,
  serviceId: 'mail',
  units,
  unitPrice: '4.20',
});

const base = {
  customer: { id: 'c1', name: 'Northwind' },
  services: [{ id: 'mail', name: 'Mail' }],
  ruleId: 'r1',
  observed: [],
  conditions: [],
} as const;

const sum = (lines: readonly CardLine[]): number => lines.reduce((total, { units }) => total + units, 0);

/** Differs: one line by default, ready to be set to what the vendor counts. */
export function reconcileCard(part: Partial<ReconcileCard> & { readonly to?: number } = {}): ReconcileCard {
  const { to = 8, ...rest } = part;
  const lines = rest.psa?.lines ?? [line('l1', 5)];
  const from = sum(lines);
  const [first] = lines;
  return {
    ...base,
    id: 'card-1',
    kind: 'reconcile',
    psa: { units: from, lines },
    vendor: counted(to),
    variance: to - from,
    impact: { amount: '12.6', currency: 'USD' },
    proposal: {
      status: 'ready',
      units: to,
      lines:
        first === undefined
          ? []
          : [{ lineId: first.lineId, from: first.units, to: to - (from - first.units) }],
    },
    ...rest,
  };
}

export function newRevenueCard(part: Partial<NewRevenueCard> = {}): NewRevenueCard {
  return {
    ...base,
    id: 'card-new',
    kind: 'new-revenue',
    psa: null,
    vendor: counted(4),
    variance: 4,
    impact: null,
    proposal: {
      status: 'add-line',
      units: 4,
      services: [{ id: 'mail', name: 'Mail' }],
      contracts: [{ id: 'k1', name: 'Managed' }],
    },
    ...part,
  };
}

export function noChangeCard(part: Partial<NoChangeCard> = {}): NoChangeCard {
  return {
    ...base,
    id: 'card-same',
    kind: 'no-change',
    psa: { units: 5, lines: [line('l2', 5)] },
    vendor: counted(5),
    variance: 0,
    impact: null,
    proposal: { status: 'none' },
    ...part,
  };
}

export function noCountCard(part: Partial<NoCountCard> = {}): NoCountCard {
  return {
    ...base,
    id: 'card-dash',
    kind: 'no-count',
    psa: { units: 5, lines: [line('l3', 5)] },
    vendor: { state: 'no-count', reason: 'not-reported', contributions: [] },
    variance: null,
    impact: null,
    proposal: { status: 'none' },
    ...part,
  };
}

export function reconciliation(
  cards: Reconciliation['cards'],
  part: Partial<Reconciliation> = {},
): Reconciliation {
  return {
    specVersion: 1,
    kind: 'reconciliation',
    asOf: '2026-11-22T12:00:00Z',
    on: '2026-11-22',
    period: '2026-11',
    psa: 'cw',
    precision: 'decimal',
    dating: 'immediate',
    cards,
    summary: {
      cards: { reconcile: 0, 'new-revenue': 0, 'no-change': 0, 'no-count': 0 },
      proposals: { none: 0, ready: 0, 'add-line': 0, blocked: 0 },
      underBilledUnits: 0,
      overBilledUnits: 0,
      impact: [],
      linesInScope: 0,
      linesOutOfScope: 0,
    },
    unmapped: { accounts: [], skus: [] },
    suppressed: [],
    outOfScope: [],
    sources: [],
    problems: [],
    ...part,
  };
}

/** A snapshot that holds the lines of the cards, and one contract more. */
export function psaOf(cards: Reconciliation['cards'], part: Partial<PsaSnapshot> = {}): PsaSnapshot {
  const lines = cards.flatMap((card) =>
    (card.psa?.lines ?? []).map((entry) => ({
      id: entry.lineId,
      contractId: entry.contractId,
      customerId: card.customer.id,
      serviceId: entry.serviceId,
      units: entry.units,
      ...(entry.unitPrice === undefined ? {} : { unitPrice: entry.unitPrice }),
      startDate: null,
      endDate: null,
      active: true,
      billable: true,
    })),
  );
  const contractIds = new Set(['k1', ...lines.map(({ contractId }) => contractId)]);
  return {
    specVersion: 1,
    kind: 'psa',
    source: 'cw',
    connector: 'simulated',
    takenAt: '2026-11-22T11:00:00Z',
    currency: 'USD',
    precision: 'decimal',
    dating: 'immediate',
    customers: [{ id: 'c1', name: 'Northwind', active: true }],
    services: [{ id: 'mail', name: 'Mail', active: true }],
    contracts: [...contractIds].map((id) => ({
      id,
      customerId: 'c1',
      name: id,
      status: 'active',
      billingCycle: 'monthly',
      startDate: null,
      endDate: null,
    })),
    lines,
    receipt: { complete: true, resources: {}, problems: [] },
    ...part,
  };
}
