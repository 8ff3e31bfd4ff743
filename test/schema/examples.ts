import type {
  ApplyReport,
  Card,
  Contribution,
  Decision,
  JournalEntry,
  Mapping,
  NewRevenueCard,
  NoChangeCard,
  NoCountCard,
  PsaSnapshot,
  ReconcileCard,
  Reconciliation,
  Review,
  VendorSnapshot,
  WritePlan,
} from 'trueup';
import type { DocumentName } from 'trueup/schema';

/** A type with every optional field there: a field the model gains must be added to the examples. */
type Whole<T> = T extends string | number | boolean | null
  ? T
  : T extends readonly (infer Item)[]
    ? Whole<Item>[]
    : { [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> };

const at = '2026-12-01T08:00:00Z';
const problem = {
  code: 'psa-incomplete',
  message: 'Contract K9 could not be read.',
  severity: 'warning',
  ids: { contractId: 'K9' },
  path: 'contracts[8]',
} as const;
const receipt = {
  complete: false,
  resources: { lines: { rows: 1, pages: 1, complete: false } },
  problems: [problem],
  incompleteAccounts: ['A9'],
  incompleteContracts: ['K9'],
};

const psaSnapshot: Whole<PsaSnapshot> = {
  specVersion: 1,
  kind: 'psa',
  source: 'my-psa',
  connector: 'csv',
  takenAt: at,
  currency: 'USD',
  precision: 'decimal',
  dating: 'dated',
  customers: [
    {
      id: 'C1',
      name: 'Acme',
      active: true,
      isCustomer: true,
      externalIds: { pax8: 'p-1' },
      domains: ['acme.example'],
    },
  ],
  services: [{ id: 'S1', name: 'Backup', code: 'BKP', active: true }],
  contracts: [
    {
      id: 'K1',
      customerId: 'C1',
      name: 'Managed services',
      status: 'active',
      billingCycle: 'monthly',
      startDate: '2024-02-29',
      endDate: null,
      currency: 'EUR',
      nextInvoiceDate: '2027-01-01',
    },
  ],
  lines: [
    {
      id: 'L1',
      contractId: 'K1',
      customerId: 'C1',
      serviceId: 'S1',
      units: 12.5,
      unitPrice: '4.20',
      unitCost: '-0.005',
      startDate: null,
      endDate: '2027-01-01',
      active: true,
      billable: true,
      billedThrough: '2026-11-30',
      native: { included: 1, minimum: 0, maximum: 100, computed: false },
      description: '',
    },
  ],
  receipt,
};

const vendorSnapshot: Whole<VendorSnapshot> = {
  specVersion: 1,
  kind: 'vendor',
  source: 'backup-vendor',
  connector: 'push',
  takenAt: '2026-12-01T08:00:00.123Z',
  accounts: [
    {
      id: 'A1',
      name: 'Acme Inc.',
      active: true,
      parentId: 'A0',
      externalIds: { psa: 'C1' },
      domains: ['acme.example'],
    },
  ],
  catalogue: 'in-use',
  skus: [
    {
      id: 'SKU1',
      name: 'Backup, yearly',
      family: 'backup',
      term: { commitment: '1-Year', billing: 'Monthly' },
      metrics: ['purchased', 'seats-of-our-own'],
      defaultMetric: 'purchased',
      whenAbsent: 'no-count',
    },
  ],
  counts: [
    {
      accountId: 'A1',
      skuId: 'SKU1',
      metric: 'purchased',
      units: 0,
      ref: 'sub-7',
      asOf: at,
      status: 'active',
      termEnd: '2027-06-30',
      committedUntil: '2027-06-30',
    },
  ],
  receipt,
};

const mapping: Whole<Mapping> = {
  specVersion: 1,
  accounts: [
    {
      vendor: 'backup-vendor',
      accountId: 'A1',
      customerId: 'C1',
      contractId: 'K1',
      linkedBy: 'auto',
      linkedAt: at,
      linkedName: 'Acme Inc.',
    },
  ],
  services: [
    {
      id: 'R1',
      skus: [{ vendor: 'backup-vendor', skuId: 'SKU1' }],
      serviceIds: ['S1'],
      metric: 'assigned',
      spread: 'pool',
      allocate: 'in-order',
      detectNewRevenue: false,
      respectCommitment: true,
      tolerance: 0.5,
      ratio: { numerator: 1, denominator: 5 },
      adjust: -1,
      included: 1,
      minimum: 1,
      maximum: 100,
      rounding: 'up',
    },
  ],
  excluded: {
    customers: ['C9'],
    services: ['S9'],
    skus: [{ vendor: 'backup-vendor', skuId: 'SKU9' }],
  },
  newRevenueOff: { customers: ['C8'] },
};

const contribution: Whole<Contribution> = {
  vendor: 'backup-vendor',
  accountId: 'A1',
  skuId: 'SKU1',
  metric: 'purchased',
  units: 14,
  basis: 'reported',
  reason: 'term-ended',
  ref: 'sub-7',
  asOf: at,
  termEnd: '2027-06-30',
  committedUntil: '2027-06-30',
};
const cardBase = {
  id: 'card-1',
  customer: { id: 'C1', name: 'Acme' },
  services: [{ id: 'S1', name: 'Backup' }],
  ruleId: 'R1',
  contractId: 'K1',
  observed: [{ vendor: 'backup-vendor', metric: 'purchased', units: 14 }],
  outOfScopeLines: [{ lineId: 'L9', reason: 'line-future' as const }],
};
const psa = {
  units: 12.5,
  lines: [{ lineId: 'L1', contractId: 'K1', serviceId: 'S1', units: 12.5, unitPrice: '4.20' }],
};
const vendor = {
  state: 'counted' as const,
  units: 14,
  counted: 14,
  contributions: [contribution],
  commitments: [contribution],
  trace: [{ rule: 'sum' as const, from: 0, to: 14, by: '1' }],
};
const impact = { amount: '6.3', currency: 'USD' };
const reconcileCard: Whole<ReconcileCard> = {
  ...cardBase,
  kind: 'reconcile',
  psa,
  vendor,
  variance: 1.5,
  impact,
  conditions: ['multi-mapped'],
  proposal: { status: 'ready', units: 14, lines: [{ lineId: 'L1', from: 12.5, to: 14 }] },
};
const newRevenueCard: Whole<NewRevenueCard> = {
  ...cardBase,
  kind: 'new-revenue',
  psa: null,
  vendor,
  variance: 14,
  impact: null,
  conditions: [],
  proposal: {
    status: 'add-line',
    units: 14,
    services: [{ id: 'S1', name: 'Backup' }],
    contracts: [{ id: 'K1', name: 'Managed services' }],
  },
};
const noChangeCard: Whole<NoChangeCard> = {
  ...cardBase,
  kind: 'no-change',
  psa,
  vendor,
  variance: -0.5,
  impact: null,
  conditions: ['within-tolerance'],
  proposal: { status: 'none' },
};
const noCountCard: Whole<NoCountCard> = {
  ...cardBase,
  kind: 'no-count',
  psa,
  vendor: { state: 'no-count', reason: 'term-ended', contributions: [contribution] },
  variance: null,
  impact: null,
  conditions: [],
  proposal: { status: 'blocked', reasons: ['several-lines'] },
};
const notConnectedCard: Whole<NoCountCard> = {
  ...noCountCard,
  vendor: { state: 'not-connected', vendors: ['backup-vendor'] },
};
const cards: Whole<Card>[] = [reconcileCard, newRevenueCard, noChangeCard, noCountCard, notConnectedCard];

const reconciliation: Whole<Reconciliation> = {
  specVersion: 1,
  kind: 'reconciliation',
  asOf: at,
  on: '2026-12-01',
  period: '2026-12',
  psa: 'my-psa',
  precision: 'decimal',
  dating: 'dated',
  part: { index: 0, of: 4 },
  cards,
  summary: {
    cards: { reconcile: 1, 'new-revenue': 1, 'no-change': 1, 'no-count': 2 },
    proposals: { none: 1, ready: 1, 'add-line': 1, blocked: 2 },
    underBilledUnits: 15.5,
    overBilledUnits: 0.5,
    impact: [{ currency: 'USD', underBilled: '6.3', overBilled: '0' }],
    linesInScope: 1,
    linesOutOfScope: 1,
  },
  unmapped: {
    accounts: [
      {
        vendor: 'backup-vendor',
        accountId: 'A7',
        name: 'Seven',
        active: true,
        counts: [{ skuId: 'SKU1', metric: 'purchased', units: 3 }],
      },
    ],
    skus: [
      {
        vendor: 'backup-vendor',
        skuId: 'SKU7',
        name: 'Backup, monthly',
        family: 'backup',
        counts: [{ metric: 'purchased', units: 3, accounts: 1 }],
        customers: [{ customerId: 'C1', units: 3 }],
      },
    ],
  },
  suppressed: [
    {
      reason: 'rule-off',
      customerId: 'C1',
      ruleId: 'R1',
      contractId: 'K1',
      units: 2,
      contributions: [contribution],
    },
  ],
  outOfScope: [
    {
      lineId: 'L9',
      contractId: 'K1',
      customerId: 'C1',
      serviceId: 'S1',
      units: 1,
      reason: 'line-future',
      detail: '2027-01-01',
    },
  ],
  sources: [
    {
      source: 'my-psa',
      kind: 'psa',
      connector: 'csv',
      takenAt: at,
      ageHours: 0.5,
      stale: false,
      complete: false,
      gaps: 2,
      problems: 1,
    },
  ],
  problems: [problem],
};

const decision: Whole<Decision> = {
  cardId: 'card-1',
  action: 'adjust',
  fingerprint: 'f-1',
  units: 13,
  lines: [{ lineId: 'L1', to: 13 }],
  contractId: 'K1',
  serviceId: 'S1',
  note: 'one admin account',
};

const review: Whole<Review> = {
  specVersion: 1,
  kind: 'review',
  psa: 'my-psa',
  precision: 'decimal',
  dating: 'dated',
  asOf: at,
  on: '2026-12-01',
  period: '2026-12',
  by: { actor: 'sam', at },
  accepted: [
    {
      decision,
      card: reconcileCard,
      reconciledUnits: 13,
      lines: [{ lineId: 'L1', contractId: 'K1', from: 12.5, to: 13 }],
      addition: { contractId: 'K1', serviceId: 'S1', units: 13 },
    },
  ],
  refused: [{ decision, code: 'second-decision', message: 'card-1 was decided before' }],
  open: ['card-2'],
};

const writePlan: Whole<WritePlan> = {
  specVersion: 1,
  kind: 'plan',
  id: 'plan-1',
  psa: 'my-psa',
  connector: 'csv',
  period: '2026-12',
  by: { actor: 'sam', at },
  undoes: 'plan-0',
  changes: [
    {
      id: 'change-1',
      cardId: 'card-1',
      customerId: 'C1',
      contractId: 'K1',
      lineId: 'L1',
      serviceId: 'S1',
      from: 12.5,
      to: 13,
      effectiveDate: '2027-01-01',
      mode: 'dated',
      impact,
    },
  ],
  additions: [
    {
      id: 'change-2',
      cardId: 'card-2',
      customerId: 'C1',
      contractId: 'K1',
      serviceId: 'S1',
      units: 2,
      effectiveDate: '2027-01-01',
      mode: 'dated',
    },
  ],
  blocked: [{ cardId: 'card-3', lineId: 'L3', code: 'computed', message: 'the PSA works L3 out itself' }],
  problems: [problem],
};

const applyReport: Whole<ApplyReport> = {
  specVersion: 1,
  kind: 'apply-report',
  planId: 'plan-1',
  psa: 'my-psa',
  dryRun: false,
  startedAt: at,
  endedAt: at,
  results: [
    {
      changeId: 'change-1',
      outcome: 'applied',
      before: 12.5,
      after: 13,
      lineId: 'L1',
      code: 'x',
      message: 'written',
    },
  ],
  counts: {
    applied: 1,
    'already-applied': 0,
    'would-apply': 0,
    conflict: 0,
    refused: 0,
    failed: 0,
    unknown: 0,
    'not-reached': 0,
  },
  complete: true,
};

const entry = { seq: 0, planId: 'plan-1', at, actor: 'sam' };
const journal: Whole<JournalEntry>[] = [
  { ...entry, type: 'start', psa: 'my-psa', connector: 'csv' },
  {
    ...entry,
    type: 'intent',
    changeId: 'change-1',
    before: null,
    to: 13,
    revision: 'r-1',
  },
  {
    ...entry,
    type: 'outcome',
    changeId: 'change-1',
    outcome: 'applied',
    before: 12.5,
    after: 13,
    wrote: 'yes',
    lineId: 'L1',
    code: 'x',
    message: 'written',
  },
];

/** One value of each document, with every field it can have. */
export const examples: Readonly<Record<DocumentName, unknown>> = {
  'psa-snapshot': psaSnapshot,
  'vendor-snapshot': vendorSnapshot,
  mapping,
  decisions: [decision],
  reconciliation,
  review,
  'write-plan': writePlan,
  'apply-report': applyReport,
  journal,
};
