/**
 * The whole line against built-in mocks: pull, reconcile, decide, plan, apply, pull again.
 * Run it with `npm run demo`; it needs no credentials and talks to this machine only.
 */
import {
  type Card,
  type Decision,
  decide,
  fingerprint,
  planWriteBack,
  type Reconciliation,
  reconcile,
} from 'trueup';
import { connectwise } from 'trueup/connectors/connectwise';
import { pax8 } from 'trueup/connectors/pax8';
import { cardsTable } from 'trueup/report';
import { applyPlan, memoryJournal, type PullProgress, pullPsa, pullVendor } from 'trueup/sync';
import { createWorld, mockSystem, serveMock } from 'trueup/testing';

// One made-up MSP, served in the dialect of each system.
const world = createWorld('demo', 'small');
const psaServer = await serveMock(mockSystem('connectwise', world));
const vendorServer = await serveMock(mockSystem('pax8', world));
const psaConnector = connectwise(psaServer.options);

// The made-up MSP lives on a made-up day; time passes from there.
const started = performance.now();
const now = () => new Date(Date.parse(world.asOf) + performance.now() - started).toISOString();

const live = process.stdout.isTTY === true;
function progress({ source, resource, rows, total }: PullProgress): void {
  const text = `  ${source}: ${resource} ${rows}${total === undefined ? '' : ` of ${total}`}`;
  if (live) process.stdout.write(`\r\u001b[K${text}`);
}

async function look() {
  const options = { onProgress: progress, runtime: { now } };
  const [psa, vendor] = await Promise.all([
    pullPsa(psaConnector, { source: 'psa', ...options }),
    pullVendor(pax8(vendorServer.options), { source: 'pax8', ...options }),
  ]);
  if (live) process.stdout.write('\r\u001b[K');
  return { psa, reconciliation: reconcile({ psa, vendors: [vendor], mapping: world.mapping, asOf: now() }) };
}

/** Approves what the card itself can carry out; everything else waits for a person. */
function approve(card: Card, reconciliation: Reconciliation): Decision[] {
  const base = {
    cardId: card.id,
    action: 'approve',
    fingerprint: fingerprint(card, reconciliation),
  } as const;
  if (card.proposal.status === 'ready') return [base];
  if (card.proposal.status === 'add-line' && card.proposal.contracts.length === 1) {
    return card.proposal.contracts.map((contract) => ({ ...base, contractId: contract.id }));
  }
  return [];
}

try {
  console.log('Pulling ConnectWise and Pax8 …');
  const before = await look();
  const width = process.stdout.columns ?? 120;
  console.log(cardsTable(before.reconciliation, { color: live, width }));

  const decisions = before.reconciliation.cards.flatMap((card) => approve(card, before.reconciliation));
  const review = decide(before.reconciliation, decisions, { actor: 'demo', at: now() });
  const plan = planWriteBack(review, { psa: before.psa, capabilities: psaConnector.capabilities });
  console.log(
    `Approved: changed lines ${plan.changes.length}, new lines ${plan.additions.length}. Applying …`,
  );
  const report = await applyPlan(plan, psaConnector, {
    journal: memoryJournal(),
    source: 'psa',
    runtime: { now },
  });
  console.log(
    `  applied ${report.counts.applied}, conflicts ${report.counts.conflict}, refused ${report.counts.refused}`,
  );

  console.log('Pulling again …');
  const after = await look();
  const settled = new Set(review.accepted.map(({ card }) => card.id));
  const left = after.reconciliation.cards.filter((card) => settled.has(card.id) && card.kind !== 'no-change');
  console.log(
    left.length === 0
      ? `All ${settled.size} approved cards agree now; ${after.reconciliation.summary.cards['no-change']} cards agree in all.`
      : `Still open: ${left.map((card) => card.id).join(', ')}`,
  );
  process.exitCode = left.length === 0 && report.complete ? 0 : 1;
} finally {
  await psaServer.close();
  await vendorServer.close();
}
