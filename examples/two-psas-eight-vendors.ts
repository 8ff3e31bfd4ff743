/**
 * A group of two MSPs, each with a PSA of its own and four vendor accounts (Pax8 and Microsoft 365 serve both):
 * everything is read at the same time, one vendor is down, and each PSA is reconciled. All systems are mocks in this process; no credentials, no network.
 *
 *     npm run build:js && node examples/two-psas-eight-vendors.ts
 */
import { type Mapping, reconcile } from 'trueup';
import type { PsaConnector, VendorConnector } from 'trueup/connector';
import { connectwise } from 'trueup/connectors/connectwise';
import { cove } from 'trueup/connectors/cove';
import { halopsa } from 'trueup/connectors/halopsa';
import { huntress } from 'trueup/connectors/huntress';
import { microsoft365 } from 'trueup/connectors/microsoft-365';
import { nsight } from 'trueup/connectors/n-able-nsight';
import { ninjaone } from 'trueup/connectors/ninjaone';
import { pax8 } from 'trueup/connectors/pax8';
import { cardsTable } from 'trueup/report';
import { type PullProgress, pullAll } from 'trueup/sync';
import {
  createTestRuntime,
  createWorld,
  faults,
  type MockSlug,
  mockSystem,
  type TestRuntime,
} from 'trueup/testing';

interface Company {
  readonly name: string;
  readonly psa: PsaConnector;
  readonly vendors: readonly VendorConnector[];
  readonly mapping: Mapping;
  readonly runtime: TestRuntime;
}

/** A made-up MSP, and mocks of its systems on a clock of their own. */
function msp(seed: string, vendors: readonly MockSlug[]) {
  const world = createWorld(seed, { customers: 10, vendors });
  const runtime = createTestRuntime({ start: world.asOf });
  return {
    mapping: world.mapping,
    runtime,
    mock: <Slug extends MockSlug>(slug: Slug) => mockSystem(slug, world, { runtime }),
  };
}

function north(): Company {
  const { mock, ...rest } = msp('north', ['pax8', 'microsoft-365', 'huntress', 'ninjaone']);
  const down = mock('huntress');
  down.faults.inject(faults.status(503), { times: Number.POSITIVE_INFINITY });
  return {
    name: 'North IT',
    psa: connectwise(mock('connectwise').options),
    vendors: [
      pax8(mock('pax8').options),
      microsoft365(mock('microsoft-365').options),
      huntress(down.options),
      ninjaone(mock('ninjaone').options),
    ],
    ...rest,
  };
}

function south(): Company {
  const { mock, ...rest } = msp('south', ['pax8', 'microsoft-365', 'cove', 'n-able-nsight']);
  return {
    name: 'South IT',
    psa: halopsa(mock('halopsa').options),
    vendors: [
      pax8(mock('pax8').options),
      microsoft365(mock('microsoft-365').options),
      cove(mock('cove').options),
      nsight(mock('n-able-nsight').options),
    ],
    ...rest,
  };
}

/** Says what is being read, once for each list of each system. */
function progressOf(company: string): (progress: PullProgress) => void {
  const told = new Set<string>();
  return ({ source, resource }) => {
    const line = `  ${company}: ${source} ${resource}`;
    if (!told.has(line)) console.log(line);
    told.add(line);
  };
}

async function look({ name, psa: connector, vendors, mapping, runtime }: Company) {
  const pulled = await pullAll(
    { psa: { connector }, vendors: vendors.map((vendor) => ({ connector: vendor })) },
    { runtime, onProgress: progressOf(name) },
  );
  if (!pulled.psa) throw new Error('no PSA was asked for');
  const { psa } = pulled;
  return {
    name,
    psa,
    vendors: pulled.vendors,
    reconciliation: reconcile({ psa, vendors: pulled.vendors, mapping, asOf: runtime.now() }),
  };
}

console.log('Reading two PSAs and eight vendor accounts …');
const looks = await Promise.all([north(), south()].map(look));

const failed = looks.flatMap(({ vendors }) => vendors.filter(({ receipt }) => !receipt.complete));
let asExpected = failed.length === 1;
for (const { name, psa, vendors, reconciliation } of looks) {
  console.log(`\n${name} (${psa.connector}: ${psa.contracts.length} contracts, ${psa.lines.length} lines)`);
  for (const { source, counts, receipt } of vendors) {
    const [problem] = receipt.problems.filter(({ severity }) => severity === 'error');
    const state = receipt.complete ? `${counts.length} counts` : `not read: ${problem?.message}`;
    console.log(`  ${source}: ${state}`);
  }
  console.log(cardsTable(reconciliation, { width: process.stdout.columns ?? 120 }));

  // What a vendor did not tell is never a number: its cards say so, and nothing can be written from them.
  for (const { source } of vendors.filter(({ receipt }) => !receipt.complete)) {
    const cards = reconciliation.cards.filter(
      ({ vendor }) =>
        'contributions' in vendor && vendor.contributions.some((part) => part.vendor === source),
    );
    const unknown = cards.filter(({ kind }) => kind === 'no-count').length;
    console.log(`${source} was not read: ${unknown} of its ${cards.length} cards have no count.`);
    asExpected &&= cards.length > 0 && unknown === cards.length;
  }
}
process.exitCode = asExpected ? 0 : 1;
