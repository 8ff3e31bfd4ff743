import type { Card, Counted, Reconciliation, Review } from 'trueup';

/** A counted vendor side without rules. */
function counted(units: number, vendor = 'rmm'): Counted {
  return {
    state: 'counted',
    units,
    counted: units,
    contributions: [
      { vendor, accountId: 'a-1', skuId: 'sku-1', metric: 'devices', units, basis: 'reported', ref: 'ref-1' },
    ],
    trace: [{ rule: 'sum', from: units, to: units }],
  };
}

export interface CardInput {
  readonly customer?: string;
  readonly service?: string;
  readonly psa?: number | null;
  readonly vendor?: number | 'no-count' | 'not-connected';
  readonly price?: string | null;
  readonly conditions?: Card['conditions'];
  readonly proposal?: Card['proposal'];
}

/** A card by hand, as `reconcile` would make it. */
export function card(id: string, input: CardInput = {}): Card {
  const { customer = 'Acme', service = 'Backup', psa = 10, vendor = 12, price = '2.5' } = input;
  const base = {
    id,
    customer: { id: `c-${customer}`, name: customer },
    services: [{ id: `s-${service}`, name: service }],
    ruleId: `r-${service}`,
    observed: [{ vendor: 'rmm', metric: 'devices', units: typeof vendor === 'number' ? vendor : 0 }],
    conditions: input.conditions ?? [],
  };
  const side =
    psa === null
      ? null
      : {
          units: psa,
          lines: [
            {
              lineId: `l-${id}`,
              contractId: 'k-1',
              serviceId: `s-${service}`,
              units: psa,
              ...(price === null ? {} : { unitPrice: price }),
            },
          ],
        };
  if (typeof vendor !== 'number') {
    return {
      ...base,
      kind: 'no-count',
      psa: side ?? { units: 0, lines: [] },
      vendor:
        vendor === 'no-count'
          ? { state: 'no-count', reason: 'not-reported', contributions: [] }
          : { state: 'not-connected', vendors: ['rmm'] },
      variance: null,
      impact: null,
      proposal: { status: 'none' },
    };
  }
  const variance = vendor - (psa ?? 0);
  const impact =
    price === null || psa === null ? null : { amount: String(variance * Number(price)), currency: 'USD' };
  if (side === null || psa === null) {
    return {
      ...base,
      kind: 'new-revenue',
      psa: null,
      vendor: counted(vendor),
      variance,
      impact: null,
      proposal: input.proposal ?? {
        status: 'add-line',
        units: vendor,
        services: base.services,
        contracts: [{ id: 'k-1', name: 'Managed services' }],
      },
    };
  }
  if (variance === 0) {
    return {
      ...base,
      kind: 'no-change',
      psa: side,
      vendor: counted(vendor),
      variance,
      impact: null,
      proposal: { status: 'none' },
    };
  }
  return {
    ...base,
    kind: 'reconcile',
    psa: side,
    vendor: counted(vendor),
    variance,
    impact,
    proposal: input.proposal ?? {
      status: 'ready',
      units: vendor,
      lines: [{ lineId: `l-${id}`, from: psa, to: vendor }],
    },
  };
}

/** A reconciliation around cards, with totals that fit them. */
export function reconciliation(cards: readonly Card[], more: Partial<Reconciliation> = {}): Reconciliation {
  const count = (kind: Card['kind']): number => cards.filter((one) => one.kind === kind).length;
  const proposals = (status: Card['proposal']['status']): number =>
    cards.filter((one) => one.proposal.status === status).length;
  const sum = (sign: 1 | -1): number =>
    cards.reduce((total, one) => total + Math.max(0, sign * (one.variance ?? 0)), 0);
  const money = (sign: 1 | -1): string =>
    String(cards.reduce((total, one) => total + Math.max(0, sign * Number(one.impact?.amount ?? 0)), 0));
  return {
    specVersion: 1,
    kind: 'reconciliation',
    asOf: '2026-12-01T08:00:00Z',
    on: '2026-12-01',
    period: '2026-12',
    psa: 'psa-main',
    precision: 'integer',
    dating: 'dated',
    cards,
    summary: {
      cards: {
        reconcile: count('reconcile'),
        'new-revenue': count('new-revenue'),
        'no-change': count('no-change'),
        'no-count': count('no-count'),
      },
      proposals: {
        none: proposals('none'),
        ready: proposals('ready'),
        'add-line': proposals('add-line'),
        blocked: proposals('blocked'),
      },
      underBilledUnits: sum(1),
      overBilledUnits: sum(-1),
      impact: cards.some((one) => one.impact)
        ? [{ currency: 'USD', underBilled: money(1), overBilled: money(-1) === '0' ? '0' : `-${money(-1)}` }]
        : [],
      linesInScope: cards.length,
      linesOutOfScope: 0,
    },
    unmapped: { accounts: [], skus: [] },
    suppressed: [],
    outOfScope: [],
    sources: [
      {
        source: 'psa-main',
        kind: 'psa',
        connector: 'connectwise',
        takenAt: '2026-12-01T07:00:00Z',
        ageHours: 1,
        stale: false,
        complete: true,
        problems: 0,
      },
      {
        source: 'rmm',
        kind: 'vendor',
        connector: 'ninjaone',
        takenAt: '2026-12-01T07:30:00Z',
        ageHours: 0.5,
        stale: false,
        complete: true,
        problems: 0,
      },
    ],
    problems: [],
    ...more,
  };
}

/** Names made to break reports. */
export const nastyNames: readonly string[] = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  "=cmd|' /C calc'!A0",
  '+1-555',
  '-5',
  '@SUM(A1)',
  '"quoted", and; more',
  'two\nlines\r\nthree',
  'tab\tbed',
  '\u202Eevil\u202C right-to-left',
  'شركة ألفا \u200F(Alpha)',
  '日本語カンパニー株式会社',
  '👩‍👩‍👧‍👦 Family 🇩🇪 e\u0301lan',
  '| pipe | `code` *bold* [link](http://x)',
  '\u001b[31mred\u001b[0m',
  'lone \ud800 surrogate',
  '',
];

/** A review in which one card was adjusted to `units`. */
export function reviewOf(one: Card, units: number): Review {
  return {
    specVersion: 1,
    kind: 'review',
    psa: 'psa-main',
    precision: 'integer',
    dating: 'dated',
    asOf: '2026-12-01T08:00:00Z',
    on: '2026-12-01',
    period: '2026-12',
    by: { actor: 'Kim', at: '2026-12-01T09:00:00Z' },
    accepted: [
      {
        decision: { cardId: one.id, action: 'adjust', fingerprint: 'f', units },
        card: one,
        reconciledUnits: units,
        lines: [],
      },
    ],
    refused: [],
    open: [],
  };
}
