import * as z from 'zod';
import type { Card, Contribution } from '../model/card.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { bound, type Lazy } from './document.ts';
import { count, currency, date, decimal, id, instant, metric, period, text, units } from './fields.ts';
import { problem } from './receipt.ts';

const noCountReason = () =>
  z.enum(['service-unmapped', 'account-unmapped', 'term-ended', 'not-reported', 'source-incomplete']);

const scopeReason = () =>
  z.enum([
    'orphan',
    'customer-inactive',
    'not-a-customer',
    'contract-inactive',
    'contract-cancelled',
    'not-recurring',
    'contract-future',
    'contract-ended',
    'line-future',
    'line-ended',
    'line-inactive',
    'service-excluded',
    'customer-excluded',
    'bad-row',
    'psa-incomplete',
  ]);

const condition = () =>
  z.enum([
    'multi-mapped',
    'within-tolerance',
    'no-term-sku',
    'stale-psa',
    'stale-vendor',
    'several-lines',
    'several-variants',
    'psa-computed',
    'included-twice',
    'not-billable',
    'committed',
    'future-line',
    'customer-inactive',
    'no-active-contract',
  ]);

const blockReason = () =>
  z.enum([
    'several-lines',
    'several-variants',
    'psa-computed',
    'included-twice',
    'no-active-contract',
    'future-line',
    'customer-inactive',
    'ended-line',
    'billed-elsewhere',
    'orphan-line',
    'no-active-service',
    'several-currencies',
  ]);

const suppressReason = () =>
  z.enum([
    'multi-mapped',
    'rule-off',
    'customer-off',
    'customer-excluded',
    'service-excluded',
    'sku-excluded',
    'account-excluded',
    'customer-unknown',
    'contract-unknown',
    'psa-incomplete',
    'no-count',
    'zero',
  ]);

const named = () => z.object({ id: id(), name: text() });
const money = () => z.object({ amount: decimal(), currency: currency() });

const buildContribution = () =>
  z.object({
    vendor: id(),
    accountId: id().nullable(),
    skuId: id(),
    metric: metric(),
    units: units().nullable(),
    basis: z.enum(['reported', 'absent-zero', 'missing']),
    reason: noCountReason().optional(),
    ref: id().optional(),
    asOf: instant().optional(),
    termEnd: date().optional(),
    committedUntil: date().optional(),
  });

const contribution: Lazy<Contribution> = /* @__PURE__ */ bound<
  Contribution,
  ReturnType<typeof buildContribution>
>(buildContribution, true);

const psaSide = () =>
  z.object({
    units: units(),
    lines: z.array(
      z.object({
        lineId: id(),
        contractId: id(),
        serviceId: id(),
        units: units(),
        unitPrice: decimal().optional(),
      }),
    ),
  });

const counted = () =>
  z.object({
    state: z.literal('counted'),
    units: units(),
    counted: units(),
    contributions: z.array(contribution()),
    commitments: z.array(contribution()).optional(),
    trace: z.array(
      z.object({
        rule: z.enum(['sum', 'ratio', 'adjust', 'included', 'minimum', 'maximum', 'committed', 'round']),
        from: z.number(),
        to: z.number(),
        by: text().optional(),
      }),
    ),
  });

const uncounted = () =>
  z.discriminatedUnion('state', [
    z.object({
      state: z.literal('no-count'),
      reason: noCountReason(),
      contributions: z.array(contribution()),
    }),
    z.object({ state: z.literal('not-connected'), vendors: z.array(id()) }),
  ]);

const proposal = () =>
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('none') }),
    z.object({
      status: z.literal('ready'),
      units: units(),
      lines: z.array(z.object({ lineId: id(), from: units(), to: units() })),
    }),
    z.object({
      status: z.literal('add-line'),
      units: units(),
      services: z.array(named()),
      contracts: z.array(named()),
    }),
    z.object({ status: z.literal('blocked'), reasons: z.array(blockReason()) }),
  ]);

const base = () => ({
  id: id(),
  customer: named(),
  services: z.array(named()),
  ruleId: id().nullable(),
  contractId: id().optional(),
  observed: z.array(z.object({ vendor: id(), metric: metric(), units: units() })),
  conditions: z.array(condition()),
  proposal: proposal(),
  outOfScopeLines: z.array(z.object({ lineId: id(), reason: scopeReason() })).optional(),
});

const compared = () => ({
  ...base(),
  vendor: counted(),
  variance: z.number(),
  impact: money().nullable(),
});

const buildCard = () =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('reconcile'), psa: psaSide(), ...compared() }),
    z.object({ kind: z.literal('new-revenue'), psa: z.null(), ...compared() }),
    z.object({ kind: z.literal('no-change'), psa: psaSide(), ...compared() }),
    z.object({
      kind: z.literal('no-count'),
      ...base(),
      psa: psaSide(),
      vendor: uncounted(),
      variance: z.null(),
      impact: z.null(),
    }),
  ]);

export const card: Lazy<Card> = /* @__PURE__ */ bound<Card, ReturnType<typeof buildCard>>(buildCard, true);

const summary = () =>
  z.object({
    cards: z.record(z.enum(['reconcile', 'new-revenue', 'no-change', 'no-count']), count()),
    proposals: z.record(z.enum(['none', 'ready', 'add-line', 'blocked']), count()),
    underBilledUnits: z.number(),
    overBilledUnits: z.number(),
    impact: z.array(z.object({ currency: currency(), underBilled: decimal(), overBilled: decimal() })),
    linesInScope: count(),
    linesOutOfScope: count(),
  });

const unmapped = () =>
  z.object({
    accounts: z.array(
      z.object({
        vendor: id(),
        accountId: id(),
        name: text(),
        active: z.boolean(),
        counts: z.array(z.object({ skuId: id(), metric: metric(), units: units() })),
      }),
    ),
    skus: z.array(
      z.object({
        vendor: id(),
        skuId: id(),
        name: text(),
        family: id().optional(),
        counts: z.array(z.object({ metric: metric(), units: units(), accounts: count() })),
        customers: z.array(z.object({ customerId: id(), units: units() })),
      }),
    ),
  });

const buildReconciliation = () =>
  z.object({
    specVersion: z.literal(1),
    kind: z.literal('reconciliation'),
    asOf: instant(),
    on: date(),
    period: period(),
    psa: id(),
    precision: z.enum(['integer', 'decimal']),
    dating: z.enum(['dated', 'immediate']),
    part: z.object({ index: count(), of: count() }).optional(),
    cards: z.array(card()),
    summary: summary(),
    unmapped: unmapped(),
    suppressed: z.array(
      z.object({
        reason: suppressReason(),
        customerId: id().nullable(),
        ruleId: id().nullable(),
        contractId: id().optional(),
        units: units().nullable(),
        contributions: z.array(contribution()),
      }),
    ),
    outOfScope: z.array(
      z.object({
        lineId: id(),
        contractId: id(),
        customerId: id(),
        serviceId: id(),
        units: units().nullable(),
        reason: scopeReason(),
        detail: text().optional(),
      }),
    ),
    sources: z.array(
      z.object({
        source: id(),
        kind: z.enum(['psa', 'vendor']),
        connector: id(),
        takenAt: instant(),
        ageHours: z.number(),
        stale: z.boolean(),
        complete: z.boolean(),
        gaps: count().optional(),
        problems: count(),
      }),
    ),
    problems: z.array(problem()),
  });

export const reconciliation: Lazy<Reconciliation> = /* @__PURE__ */ bound<
  Reconciliation,
  ReturnType<typeof buildReconciliation>
>(buildReconciliation, true);
