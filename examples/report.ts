/**
 * Writes a reconciliation in every form: text to the terminal, CSV and one HTML page into a folder.
 *
 *     npm run build:js && node examples/report.ts [folder]
 */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compareLicenses, diagnose, reconcile, summarize } from 'trueup';
import { cardsCsv, cardsMarkdown, cardsTable, licensesCsv, reportHtml, unmappedCsv } from 'trueup/report';
import { createWorld, worldPsaSnapshot, worldVendorSnapshot } from 'trueup/testing';

/** A made-up MSP in which `wrong` things went wrong, as it was at `asOf`. */
function month(asOf: string, wrong: number) {
  const kinds = [
    'seats-added',
    'seats-removed',
    'not-billed',
    'term-ended',
    'line-future',
    'sku-unmapped',
  ] as const;
  const world = createWorld('northwind', {
    customers: 60,
    vendors: ['pax8', 'ninjaone'],
    discrepancies: Array.from({ length: wrong }, (_, at) => kinds[at % kinds.length] ?? 'seats-added'),
  });
  const psa = {
    ...worldPsaSnapshot(world, { source: 'connectwise-main', connector: 'connectwise' }),
    takenAt: asOf,
  };
  const vendors = world.vendors.map(({ slug }) => ({ ...worldVendorSnapshot(world, slug), takenAt: asOf }));
  const { mapping } = world;
  return { psa, vendors, mapping, reconciliation: reconcile({ psa, vendors, mapping, asOf }) };
}

const history = [
  month('2026-07-20T08:00:00Z', 2),
  month('2026-08-20T08:00:00Z', 6),
  month('2026-09-20T08:00:00Z', 4),
  month('2026-10-20T08:00:00Z', 11),
].map((one) => summarize(one.reconciliation));
const { psa, vendors, mapping, reconciliation } = month('2026-11-20T08:00:00Z', 16);
const findings = diagnose({ reconciliation, psa, vendors, mapping, history });

/** Which workstations have a backup licence? */
const skusOf = (rule: string) => mapping.services.find(({ id }) => id === rule)?.skus ?? [];
const licenses = compareLicenses({
  devices: vendors.filter(({ source }) => source === 'ninjaone'),
  licenses: vendors.filter(({ source }) => source === 'pax8'),
  mapping,
  customers: psa.customers,
  services: [
    {
      id: 'backup',
      name: 'Workstation backup',
      devices: skusOf('rule-rmm-ws'),
      licenses: skusOf('rule-bkp-ws'),
    },
  ],
  asOf: reconciliation.asOf,
});

const folder = process.argv[2] ?? 'reports';
await mkdir(folder, { recursive: true });
const to = (name: string) => join(folder, name);

await writeFile(to('report.html'), reportHtml(reconciliation, { psa, vendors, findings, history, licenses }));
await writeFile(to('report.md'), cardsMarkdown(reconciliation, { findings }));
await pipeline(Readable.from(cardsCsv(reconciliation.cards)), createWriteStream(to('cards.csv')));
await pipeline(Readable.from(unmappedCsv(reconciliation.unmapped)), createWriteStream(to('unmapped.csv')));
await pipeline(Readable.from(licensesCsv(licenses)), createWriteStream(to('licenses.csv')));

const { columns: width, isTTY: color } = process.stdout;
process.stdout.write(cardsTable(reconciliation, { ...(width ? { width } : {}), color: color ?? false }));
console.log(`\nWritten to ${folder}: report.html, report.md, cards.csv, unmapped.csv, licenses.csv`);
