/**
 * From cards to the PSA against built-in mocks: a policy decides what it may, a person the rest, the plan is shown
 * dry, applied, applied again, and taken back. Run it with `npm run build:js && node examples/write-back.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ApplyReport,
  autoDecide,
  type Decision,
  decide,
  decisionOn,
  planUndo,
  planWriteBack,
  reconcile,
} from 'trueup';
import { connectwise } from 'trueup/connectors/connectwise';
import { pax8 } from 'trueup/connectors/pax8';
import { applyPlan, pullPsa, pullVendor } from 'trueup/sync';
import { fileJournal } from 'trueup/sync/file-journal';
import { createTestRuntime, createWorld, mockSystem } from 'trueup/testing';

// One made-up MSP in two systems, and a clock of its own.
const world = createWorld('write-back', 'small');
const runtime = createTestRuntime({ start: world.asOf });
const psaConnector = connectwise(mockSystem('connectwise', world, { runtime }).options);
const vendorConnector = pax8(mockSystem('pax8', world, { runtime }).options);
const folder = await mkdtemp(join(tmpdir(), 'trueup-write-back-'));

function print(title: string, report: ApplyReport): void {
  const counts = Object.entries(report.counts).filter(([, count]) => count > 0);
  console.log(`${title}: ${counts.map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
}

try {
  const psa = await pullPsa(psaConnector, { source: 'psa', runtime });
  const vendor = await pullVendor(vendorConnector, { source: 'pax8', runtime });
  const reconciliation = reconcile({
    psa,
    vendors: [vendor],
    mapping: world.mapping,
    asOf: runtime.now(),
  });

  // A policy takes the small and the certain, and says why it leaves the rest.
  const auto = autoDecide(reconciliation, {
    increases: { units: 5, percent: 50 },
    decreases: { units: 2 },
    newRevenue: { units: 10 },
  });
  const left = auto.explanations.filter(({ action }) => action === null);
  console.log(`The policy decided ${auto.decisions.length} cards and left ${left.length}:`);
  for (const { reason, message } of left.slice(0, 3)) console.log(`  ${reason}: ${message}`);

  // A person looks at one of those: bill 1 more than today, whatever the vendor says.
  const byHand: Decision[] = [];
  const card = reconciliation.cards.find(
    ({ id, kind, psa: side }) =>
      kind === 'reconcile' && side?.lines.length === 1 && left.some(({ cardId }) => cardId === id),
  );
  if (card?.psa) {
    const wish = { action: 'adjust', units: card.psa.units + 1, note: 'agreed with the customer' } as const;
    byHand.push(decisionOn(card, reconciliation, wish));
  }

  const review = decide(reconciliation, [...auto.decisions, ...byHand], {
    actor: 'ana@example.com',
    at: runtime.now(),
  });
  const plan = planWriteBack(review, { psa, capabilities: psaConnector.capabilities });
  console.log(
    `Plan ${plan.id}: lines to change ${plan.changes.length}, to add ${plan.additions.length}, blocked ${plan.blocked.length}`,
  );
  for (const { lineId, from, to, effectiveDate } of plan.changes.slice(0, 3)) {
    console.log(`  line ${lineId}: ${from} -> ${to} from ${effectiveDate}`);
  }

  // Look first, then write. The journal makes the second run safe, and the way back possible.
  const journal = fileJournal(join(folder, `${plan.id}.jsonl`));
  const options = { journal, source: 'psa', runtime };
  print('Dry run', await applyPlan(plan, psaConnector, { ...options, dryRun: true }));
  const report = await applyPlan(plan, psaConnector, options);
  print('Applied', report);
  print('Applied again', await applyPlan(plan, psaConnector, options));

  const undo = planUndo(plan, await journal.read(), { actor: 'ana@example.com', at: runtime.now() });
  const undone = await applyPlan(undo, psaConnector, {
    ...options,
    journal: fileJournal(join(folder, `${undo.id}.jsonl`)),
  });
  print('Taken back', undone);
  process.exitCode = report.complete && undone.complete ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
