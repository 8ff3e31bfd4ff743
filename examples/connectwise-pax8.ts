/**
 * ConnectWise against Pax8 with real credentials, taken from the environment. A dry run unless `--apply` is given:
 * it then writes only what the policy below allows, and keeps a journal that makes it safe to run again.
 *
 *     CW_SITE=na.myconnectwise.net CW_COMPANY_ID=… CW_PUBLIC_KEY=… CW_PRIVATE_KEY=… CW_CLIENT_ID=… \
 *     PAX8_CLIENT_ID=… PAX8_CLIENT_SECRET=… node examples/connectwise-pax8.ts mapping.json [--apply]
 *
 * Without `mapping.json` it pulls both systems and writes the links and rules that are safe to suggest into that
 * file, and the rest as candidates beside it, for a person to look at.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import {
  autoDecide,
  decide,
  type Mapping,
  planWriteBack,
  reconcile,
  suggestMapping,
  validateMapping,
} from 'trueup';
import { connectwise } from 'trueup/connectors/connectwise';
import { pax8 } from 'trueup/connectors/pax8';
import { cardsTable } from 'trueup/report';
import { parseMapping } from 'trueup/schema';
import { applyPlan, pullPsa, pullVendor } from 'trueup/sync';
import { fileJournal } from 'trueup/sync/file-journal';

function need(name: string): string {
  const value = process.env[name];
  if (!value) {
    console.error(`Set ${name}; the head of this file lists what is needed.`);
    process.exit(2);
  }
  return value;
}

const psaConnector = connectwise({
  ...(process.env.CW_BASE_URL ? { baseUrl: process.env.CW_BASE_URL } : { site: need('CW_SITE') }),
  companyId: need('CW_COMPANY_ID'),
  publicKey: need('CW_PUBLIC_KEY'),
  privateKey: need('CW_PRIVATE_KEY'),
  clientId: need('CW_CLIENT_ID'),
});
const vendorConnector = pax8({
  clientId: need('PAX8_CLIENT_ID'),
  clientSecret: need('PAX8_CLIENT_SECRET'),
  ...(process.env.PAX8_BASE_URL ? { baseUrl: process.env.PAX8_BASE_URL } : {}),
});
const mappingFile = process.argv[2] ?? 'mapping.json';
const apply = process.argv.includes('--apply');

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const options = {
  signal: stop.signal,
  onProgress: ({ source, resource, rows }: { source: string; resource: string; rows: number }) =>
    process.stderr.write(`\r${source}: ${resource} ${rows}          `),
};
const [psa, vendor] = await Promise.all([
  pullPsa(psaConnector, options),
  pullVendor(vendorConnector, options),
]);
process.stderr.write('\n');
const vendors = [vendor];

if (!existsSync(mappingFile)) {
  const { accounts, services } = suggestMapping({ psa, vendors });
  const mapping: Mapping = { specVersion: 1, accounts: accounts.links, services: services.rules };
  await writeFile(mappingFile, JSON.stringify(mapping, null, 2));
  await writeFile(
    `${mappingFile}.candidates.json`,
    JSON.stringify([accounts.candidates, services.candidates], null, 2),
  );
  console.log(`Wrote ${mappingFile}; look at it and at the candidates beside it, then run this again.`);
  process.exit(0);
}

const mapping = parseMapping(JSON.parse(await readFile(mappingFile, 'utf8')));
for (const problem of validateMapping(mapping, { psa, vendors })) {
  console.log(`${problem.severity}: ${problem.message}`);
}
const asOf = new Date().toISOString();
const reconciliation = reconcile({ psa, vendors, mapping, asOf });
console.log(cardsTable(reconciliation, { color: process.stdout.isTTY === true }));

// Small increases only; everything else is left for a person, and each card says why.
const { decisions } = autoDecide(reconciliation, { increases: { units: 5, percent: 20 } });
const review = decide(reconciliation, decisions, { actor: 'examples/connectwise-pax8', at: asOf });
const plan = planWriteBack(review, { psa, capabilities: psaConnector.capabilities });
for (const change of plan.changes)
  console.log(`${change.lineId}: ${change.from} → ${change.to}, ${change.mode}`);

const report = await applyPlan(plan, psaConnector, {
  journal: fileJournal(`${mappingFile}.${plan.id}.journal`),
  dryRun: !apply,
  signal: stop.signal,
});
console.log(report.counts);
if (!apply) console.log('Nothing was written. Add --apply to write.');
