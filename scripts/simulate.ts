import { parseArgs } from 'node:util';
import { simulate } from '../test/sync/simulation.ts';

/** Drives applyPlan through seeded schedules of faults and kills: `npm run simulate -- --runs 10000 --seed 1`. */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const started = performance.now();
const totals = await simulate(Number(values.seed), Number(values.runs));
const injected = Object.values(totals.faults).reduce((sum, count) => sum + count, 0);

console.log(`schedules run    ${totals.schedules}  (seeds from ${values.seed})`);
console.log(`runs of a plan   ${totals.runs}`);
console.log(`faults injected  ${injected}`);
for (const [name, count] of Object.entries(totals.faults).sort()) console.log(`  ${name}  ${count}`);
console.log(`double writes    ${totals.doubleWrites}`);
console.log(`lost writes      ${totals.lostWrites}`);
console.log(
  `written again after an outside change back to the start (no reading can tell)  ${totals.reversals}`,
);
console.log(`broken promises  ${totals.broken.length}`);
for (const line of totals.broken.slice(0, 20)) console.log(`  ${line}`);
console.log(`seconds          ${((performance.now() - started) / 1000).toFixed(1)}`);
if (totals.broken.length > 0) process.exitCode = 1;
