/**
 * What every runtime runs (see test-runtimes.ts): a PSA and a vendor pulled from mocks in their own dialects, values
 * checked, everybody reconciled. The digest of the result must be the same everywhere.
 */
import { decide, decisionOn, planWriteBack, reconcile } from 'trueup';
import { connectwise } from 'trueup/connectors/connectwise';
import { pax8 } from 'trueup/connectors/pax8';
import { parseMapping, parsePsaSnapshot, parseReconciliation } from 'trueup/schema';
import { pullPsa, pullVendor } from 'trueup/sync';
import { createWorld, mockSystem, worldVendorSnapshot } from 'trueup/testing';

export async function program(): Promise<string> {
  const world = createWorld('runtimes', 'medium');
  const psaMock = mockSystem('connectwise', world);
  const vendorMock = mockSystem('pax8', world);
  const psa = await pullPsa(connectwise(psaMock.options), { runtime: psaMock.runtime });
  const pulled = await pullVendor(pax8(vendorMock.options), { runtime: vendorMock.runtime });
  const others = world.vendors.map(({ slug }) => slug).filter((slug) => slug !== 'pax8');
  const reconciliation = reconcile({
    psa: parsePsaSnapshot(psa),
    vendors: [pulled, ...others.map((slug) => worldVendorSnapshot(world, slug))],
    mapping: parseMapping(world.mapping),
    asOf: world.asOf,
  });
  const ready = reconciliation.cards.filter((card) => card.proposal.status === 'ready');
  const review = decide(
    parseReconciliation(JSON.parse(JSON.stringify(reconciliation))),
    ready.map((card) => decisionOn(card, reconciliation, { action: 'approve' })),
    { actor: 'runtimes', at: world.asOf },
  );
  const plan = planWriteBack(review, { psa });
  const bytes = new TextEncoder().encode(JSON.stringify([reconciliation, plan]));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 32)} (${reconciliation.cards.length} cards, ${plan.changes.length} changes)`;
}
