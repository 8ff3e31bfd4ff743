import { deepStrictEqual } from 'node:assert';
import { tmpdir } from 'node:os';
import { reconcile } from '../dist/index.js';
import { internedJoin } from './contenders/interned.ts';
import { dataSet } from './data.ts';
import { loadValues, takenAt } from './rows.ts';

/** Proves that the join by hand builds the cards `reconcile` builds, field for field. */
const values = await loadValues((await dataSet(`${tmpdir()}/trueup-bench`, 10_000)).folder);
const ours = reconcile({ ...values, asOf: takenAt }).cards;
deepStrictEqual(internedJoin(values), ours);
console.log(`${ours.length} cards are the same, field for field`);
