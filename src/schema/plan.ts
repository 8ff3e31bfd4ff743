import * as z from 'zod';
import type { ApplyOutcome, ApplyReport, WritePlan } from '../model/plan.ts';
import { bound, type Lazy } from './document.ts';
import { count, currency, date, decimal, id, instant, period, text, units } from './fields.ts';
import { problem } from './receipt.ts';

const mode = () => z.enum(['dated', 'immediate']);

const change = () =>
  z.object({
    id: id(),
    cardId: id(),
    customerId: id(),
    contractId: id(),
    lineId: id(),
    serviceId: id(),
    from: units(),
    to: units(),
    effectiveDate: date(),
    mode: mode(),
    impact: z.object({ amount: decimal(), currency: currency() }).nullable(),
  });

const addition = () =>
  z.object({
    id: id(),
    cardId: id(),
    customerId: id(),
    contractId: id(),
    serviceId: id(),
    units: units(),
    effectiveDate: date(),
    mode: mode(),
  });

const blockCode = () =>
  z.enum([
    'other-psa',
    'no-effective-date',
    'no-invoice-date',
    'period-posted',
    'before-start',
    'ended-before-effective',
    'unknown-line',
    'line-changed',
    'line-twice',
    'computed',
    'fraction-for-integer-psa',
    'does-not-add-up',
    'contract-unknown',
    'contract-closed',
    'service-unknown',
    'unsupported',
    'other-line',
    'outcome-unknown',
  ]);

const buildPlan = () =>
  z.object({
    specVersion: z.literal(1),
    kind: z.literal('plan'),
    id: id(),
    psa: id(),
    connector: id(),
    period: period(),
    by: z.object({ actor: text(), at: instant() }),
    undoes: id().optional(),
    changes: z.array(change()),
    additions: z.array(addition()),
    blocked: z.array(z.object({ cardId: id(), lineId: id().nullable(), code: blockCode(), message: text() })),
    problems: z.array(problem()),
  });

export const writePlan: Lazy<WritePlan> = /* @__PURE__ */ bound<WritePlan, ReturnType<typeof buildPlan>>(
  buildPlan,
  true,
);

const buildOutcome = () =>
  z.enum([
    'applied',
    'already-applied',
    'would-apply',
    'conflict',
    'refused',
    'failed',
    'unknown',
    'not-reached',
  ]);

/** How one change ended. */
export const outcome: Lazy<ApplyOutcome> = /* @__PURE__ */ bound<
  ApplyOutcome,
  ReturnType<typeof buildOutcome>
>(buildOutcome, true);

const buildReport = () =>
  z.object({
    specVersion: z.literal(1),
    kind: z.literal('apply-report'),
    planId: id(),
    psa: id(),
    dryRun: z.boolean(),
    startedAt: instant(),
    endedAt: instant(),
    results: z.array(
      z.object({
        changeId: id(),
        outcome: outcome(),
        before: units().nullable(),
        after: units().nullable(),
        lineId: id().optional(),
        code: text().optional(),
        message: text().optional(),
      }),
    ),
    counts: z.record(buildOutcome(), count()),
    complete: z.boolean(),
  });

export const applyReport: Lazy<ApplyReport> = /* @__PURE__ */ bound<
  ApplyReport,
  ReturnType<typeof buildReport>
>(buildReport, true);
