/** Why do they differ? Run: `npm run build:js && node examples/diagnose.ts`. */
import { applyFix, diagnose, findNamingGaps, reconcile, suggestMapping, summarize } from 'trueup';
import { createWorld, worldPsaSnapshot, worldVendorSnapshot } from 'trueup/testing';

const world = createWorld('example', {
  customers: 40,
  discrepancies: ['account-unmapped', 'sku-unmapped', 'line-future', 'cycle-none', 'seats-added'],
});
const psa = worldPsaSnapshot(world);
const vendors = [worldVendorSnapshot(world, 'pax8')];
const { mapping, asOf } = world;

const reconciliation = reconcile({ psa, vendors, mapping, asOf });
const open = reconciliation.cards.filter((card) => card.kind !== 'no-change');
const findings = diagnose({ reconciliation, psa, vendors, mapping });

console.log(`${open.length} of ${reconciliation.cards.length} cards do not agree.\n`);
for (const card of open) {
  console.log(`${card.customer.name}: ${card.services.map(({ name }) => name).join(', ')} (${card.kind})`);
  const mine = findings.filter((finding) => finding.cardId === card.id);
  if (mine.length === 0) console.log('  no cause found: probably a plain change of seats');
  for (const { rank, cause, certain, units, message } of mine) {
    console.log(`  ${rank}. ${cause}${certain ? ', certain' : ''}: ${units ?? '?'} units. ${message}`);
  }
}

// Certain fixes of the mapping may be applied without asking; they were tried on the customers' own rows.
const fixed = findings
  .filter((finding) => finding.certain)
  .reduce((now, { fix }) => applyFix(now, fix), mapping);
const after = reconcile({ psa, vendors, mapping: fixed, asOf });
const left = after.cards.filter((card) => card.kind !== 'no-change').length;
console.log(`\nWith the certain fixes of the mapping applied, ${left} cards are left.`);

// Keep this per period and give it to the next diagnosis as `history`.
console.log(`The summary to keep has ${JSON.stringify(summarize(after)).length} characters.`);

// From nothing: what could be linked without asking, and what a person has to decide.
const { accounts, services } = suggestMapping({ psa, vendors });
console.log(
  `\nFrom no mapping at all: ${accounts.links.length} accounts and ${services.rules.length} services link by themselves;`,
  `${accounts.candidates.length} accounts and ${services.candidates.length} SKUs need a person, for example:`,
);
for (const { accountId, ranked } of accounts.candidates.slice(0, 3)) {
  const name = vendors[0]?.accounts.find((account) => account.id === accountId)?.name;
  const [best] = ranked;
  const customer = psa.customers.find(({ id }) => id === best?.customerId)?.name;
  console.log(
    `  '${name}': ${best ? `'${customer}' ${best.score} (${best.reasons.join('; ')})` : 'nothing comes near'}`,
  );
}
console.log(
  'Naming gaps:',
  findNamingGaps({ psa })
    .map((gap) => gap.names.join(' / '))
    .join(', ') || 'none',
);
