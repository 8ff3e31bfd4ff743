import * as z from 'zod';
import type { Decision, RefusedDecision, Review } from '../model/decision.ts';
import { card } from './card.ts';
import { bound, type Lazy } from './document.ts';
import { date, id, instant, period, text, units } from './fields.ts';

const lineSplit = () => ({ lineId: id(), to: units() });

const decisionFields = () => ({
  cardId: id(),
  action: z.enum(['approve', 'reconcile', 'no-change', 'adjust', 'dismiss']),
  fingerprint: id(),
  units: units().optional(),
  contractId: id().optional(),
  serviceId: id().optional(),
  note: text().optional(),
});

// Strict, as mappings: a screen that sends `unit` for `units` must hear of it.
const buildDecision = () =>
  z.strictObject({ ...decisionFields(), lines: z.array(z.strictObject(lineSplit())).optional() });

const decision: Lazy<Decision> = /* @__PURE__ */ bound<Decision, ReturnType<typeof buildDecision>>(
  buildDecision,
  true,
);

const buildDecisions = () => z.array(decision());

export const decisions: Lazy<readonly Decision[]> = /* @__PURE__ */ bound<
  readonly Decision[],
  ReturnType<typeof buildDecisions>
>(buildDecisions, true);

const refusalCode = () =>
  z.enum([
    'unknown-card',
    'card-changed',
    'second-decision',
    'wrong-action',
    'other-period',
    'units-missing',
    'units-invalid',
    'fraction-for-integer-psa',
    'lines-needed',
    'lines-invalid',
    'lines-do-not-sum',
    'line-not-writable',
    'contract-needed',
    'contract-unknown',
    'service-needed',
    'service-unknown',
  ]);

const buildRefused = () =>
  z.object({
    // An echo of what was sent. It was refused, so it may well not be a decision by the rules.
    decision: z.object({}) as unknown as z.ZodType<Decision>,
    code: refusalCode(),
    message: text(),
  });

const refused: Lazy<RefusedDecision> = /* @__PURE__ */ bound<
  RefusedDecision,
  ReturnType<typeof buildRefused>
>(buildRefused, true);

const accepted = () =>
  z.object({
    decision: z.object({ ...decisionFields(), lines: z.array(z.object(lineSplit())).optional() }),
    card: card(),
    reconciledUnits: units().nullable(),
    lines: z.array(z.object({ lineId: id(), contractId: id(), from: units(), to: units() })),
    addition: z.object({ contractId: id(), serviceId: id(), units: units() }).optional(),
  });

const buildReview = () =>
  z.object({
    specVersion: z.literal(1),
    kind: z.literal('review'),
    psa: id(),
    precision: z.enum(['integer', 'decimal']),
    dating: z.enum(['dated', 'immediate']),
    asOf: instant(),
    on: date(),
    period: period(),
    by: z.object({ actor: text(), at: instant() }),
    accepted: z.array(accepted()),
    refused: z.array(refused()),
    open: z.array(id()),
  });

export const review: Lazy<Review> = /* @__PURE__ */ bound<Review, ReturnType<typeof buildReview>>(
  buildReview,
  true,
);
