import { decide, fingerprint, planWriteBack, reconcile } from 'trueup';
import {
  parseDecisions,
  parseMapping,
  parsePsaSnapshot,
  parseReconciliation,
  parseReview,
  parseVendorSnapshot,
  parseWritePlan,
} from 'trueup/schema';
import { createWorld, worldPsaSnapshot, worldVendorSnapshot } from 'trueup/testing';
import { describe, expect, it } from 'vitest';

/** Through another process and back. */
const sent = <T>(value: T): unknown => JSON.parse(JSON.stringify(value));

describe('the whole line', () => {
  it.each([1, 2, 3])('passes every check at every stop, world %i', (seed) => {
    const world = createWorld(`schema-${seed}`, 'medium');
    const psa = parsePsaSnapshot(sent(worldPsaSnapshot(world)));
    const vendors = world.vendors.map(({ slug }) =>
      parseVendorSnapshot(sent(worldVendorSnapshot(world, slug))),
    );
    const mapping = parseMapping(sent(world.mapping));
    const made = reconcile({ psa, vendors, mapping, asOf: world.asOf });
    const reconciliation = parseReconciliation(sent(made));
    expect(reconciliation).toEqual(made);
    expect(new Set(made.cards.map(({ kind }) => kind)).size).toBe(4);

    const decisions = made.cards.map((card) => ({
      cardId: card.id,
      action: 'approve' as const,
      fingerprint: fingerprint(card, made),
    }));
    const odd = [{ cardId: 'x', action: 'approve' as const, fingerprint: 'f', units: -1 }];
    const review = decide(reconciliation, [...parseDecisions(sent(decisions)), ...odd], {
      actor: 'sam',
      at: world.asOf,
    });
    // A refused decision is echoed as it came, and the review still reads back.
    expect(parseReview(sent(review))).toEqual(review);
    expect(review.accepted.length).toBeGreaterThan(0);
    const plan = planWriteBack(review, { psa });
    expect(parseWritePlan(sent(plan))).toEqual(plan);
    expect(plan.changes.length).toBeGreaterThan(0);
  });
});
