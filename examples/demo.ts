/**
 * The whole line against built-in mocks: pull, reconcile, decide, plan, apply, pull again.
 * Run it with `npm run demo`; it needs no credentials and talks to this machine only.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import {
  type Card,
  type Decision,
  decide,
  decisionOn,
  diagnose,
  planWriteBack,
  type Reconciliation,
  reconcile,
} from 'trueup';
import { connectwise } from 'trueup/connectors/connectwise';
import { ninjaone } from 'trueup/connectors/ninjaone';
import { pax8 } from 'trueup/connectors/pax8';
import { cardsTable, reportHtml } from 'trueup/report';
import { applyPlan, memoryJournal, type PullProgress, pullPsa, pullVendor } from 'trueup/sync';
import { createWorld, mockSystem, serveMock } from 'trueup/testing';

// One made-up MSP, and what went wrong in it. Each of its systems is served in its own dialect, but for Huntress,
// which is not connected yet: of its services only the training is looked at.
const world = createWorld('demo', {
  customers: 14,
  vendors: ['pax8', 'ninjaone', 'huntress'],
  discrepancies: [
    { discrepancy: 'seats-added', times: 5 },
    { discrepancy: 'seats-removed', times: 3 },
    { discrepancy: 'not-billed', times: 2 },
    'term-ended',
    'account-unmapped',
    'line-future',
  ],
});
const later = world.psa.services.filter(({ code }) => code === 'EDR' || code === 'ITDR').map(({ id }) => id);
const mapping = { ...world.mapping, excluded: { services: later } };

const [psaServer, pax8Server, ninjaServer] = await Promise.all([
  serveMock(mockSystem('connectwise', world)),
  serveMock(mockSystem('pax8', world)),
  serveMock(mockSystem('ninjaone', world)),
]);
const psaConnector = connectwise(psaServer.options);
const vendors = [pax8(pax8Server.options), ninjaone(ninjaServer.options)];

// The made-up MSP lives on a made-up day; time passes from there.
const started = performance.now();
const now = () => new Date(Date.parse(world.asOf) + performance.now() - started).toISOString();

const live = process.stdout.isTTY === true;
const clearLine = (): unknown => live && process.stdout.write('\r\u001b[K');
function onProgress({ source, resource, rows, total }: PullProgress): void {
  clearLine();
  if (live)
    process.stdout.write(`  ${source}: ${resource} ${rows}${total === undefined ? '' : ` of ${total}`}`);
}

async function look() {
  const options = { onProgress, runtime: { now } };
  const [psa, ...snapshots] = await Promise.all([
    pullPsa(psaConnector, { source: 'psa', ...options }),
    ...vendors.map((vendor) => pullVendor(vendor, options)),
  ]);
  clearLine();
  const input = { psa, vendors: snapshots, mapping };
  return { ...input, reconciliation: reconcile({ ...input, asOf: now() }) };
}

/** Approves what the card itself can carry out; everything else waits for a person. */
function approve(card: Card, reconciliation: Reconciliation): Decision[] {
  const decision = decisionOn(card, reconciliation, { action: 'approve' });
  if (card.proposal.status === 'ready') return [decision];
  if (card.proposal.status !== 'add-line' || card.proposal.contracts.length > 1) return [];
  return card.proposal.contracts.map((contract) => ({ ...decision, contractId: contract.id }));
}

try {
  console.log('Pulling ConnectWise, Pax8 and NinjaOne …');
  const before = await look();
  const width = process.stdout.columns ?? 120;
  console.log(cardsTable(before.reconciliation, { color: live, width }));

  const findings = diagnose(before);
  await mkdir('.trueup', { recursive: true });
  await writeFile('.trueup/demo.html', reportHtml(before.reconciliation, { ...before, findings }));
  console.log('The same as a page: .trueup/demo.html');

  const decisions = before.reconciliation.cards.flatMap((card) => approve(card, before.reconciliation));
  const review = decide(before.reconciliation, decisions, { actor: 'demo', at: now() });
  const plan = planWriteBack(review, { psa: before.psa, capabilities: psaConnector.capabilities });
  console.log(
    `Approved: changed lines ${plan.changes.length}, new lines ${plan.additions.length}. Applying …`,
  );
  const { counts, complete } = await applyPlan(plan, psaConnector, {
    journal: memoryJournal(),
    source: 'psa',
    runtime: { now },
  });
  console.log(`  applied ${counts.applied}, conflicts ${counts.conflict}, refused ${counts.refused}`);

  console.log('Pulling again …');
  const after = await look();
  const settled = new Set(review.accepted.map(({ card }) => card.id));
  const left = after.reconciliation.cards.filter((card) => settled.has(card.id) && card.kind !== 'no-change');
  console.log(
    left.length === 0
      ? `All ${settled.size} approved cards are gone: PSA and vendors agree on ${after.reconciliation.summary.cards['no-change']} cards now.`
      : `Still open: ${left.map((card) => card.id).join(', ')}`,
  );
  process.exitCode = left.length === 0 && complete ? 0 : 1;
} finally {
  await Promise.all([psaServer, pax8Server, ninjaServer].map((server) => server.close()));
}
