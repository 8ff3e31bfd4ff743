import { deepStrictEqual } from 'node:assert';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { createIncremental, reconcile } from '../dist/index.js';
import { dataSet } from './data.ts';
import { loadValues, takenAt } from './rows.ts';

/**
 * What one changed customer costs beside a full run, in one process: the customer's rows are replaced and only it is
 * worked out again. The whole value at the end is proven to be that of a run from scratch.
 *
 *   npm run bench:incremental -- --size 1m
 */
const { values: args } = parseArgs({ options: { size: { type: 'string', default: '1m' } } });
const lines = Number(args.size.replace(/k$/i, '000').replace(/m$/i, '000000'));
const values = await loadValues((await dataSet(`${tmpdir()}/trueup-bench`, lines)).folder);
const input = { ...values, asOf: takenAt };

const times: number[] = [];
for (let round = 0; round < 4; round++) {
  const start = performance.now();
  reconcile(input);
  times.push(performance.now() - start);
}
const full = Math.min(...times.slice(1));

const live = createIncremental(input);
const customers = input.psa.customers;
const byCustomer = Map.groupBy(input.psa.lines, (line) => line.customerId);
const contracts = Map.groupBy(input.psa.contracts, (contract) => contract.customerId);
const step = Math.max(1, Math.floor(customers.length / 1000));
const picked = customers.filter((_, index) => index % step === 0);
const start = performance.now();
for (const customer of picked) {
  const own = byCustomer.get(customer.id) ?? [];
  live.replaceCustomer({
    customerId: customer.id,
    customer,
    contracts: contracts.get(customer.id) ?? [],
    lines: own.map((line, index) => (index === 0 ? { ...line, units: line.units + 1 } : line)),
  });
}
const one = (performance.now() - start) / picked.length;

const ids = new Set(picked.map(({ id }) => id));
const first = new Set<string>();
const changed = input.psa.lines.map((line) => {
  if (!ids.has(line.customerId) || first.has(line.customerId)) return line;
  first.add(line.customerId);
  return { ...line, units: line.units + 1 };
});
deepStrictEqual(live.value(), reconcile({ ...input, psa: { ...input.psa, lines: changed } }));

console.log(
  `${lines.toLocaleString('en')} lines, ${customers.length.toLocaleString('en')} customers: a full run ${full.toFixed(0)} ms, one changed customer ${one.toFixed(3)} ms on average over ${picked.length}: 1/${Math.round(full / one).toLocaleString('en')}. The result is that of a run from scratch.`,
);
