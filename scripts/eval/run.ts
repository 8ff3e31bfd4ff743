import type { Cause } from '../../src/index.ts';
import { type Fault, faults } from './faults.ts';
import { trial } from './trial.ts';

/** How often a cause was found. */
export interface Tally {
  readonly label: string;
  trials: number;
  top1: number;
  top3: number;
  certain: number;
  wrongCertain: number;
  /** What came first instead, with how often. */
  readonly instead: Map<string, number>;
}

const tally = (label: string): Tally => ({
  label,
  trials: 0,
  top1: 0,
  top3: 0,
  certain: 0,
  wrongCertain: 0,
  instead: new Map(),
});

const sizes = [12, 60, 240] as const;

function count(into: Tally, seed: string, size: number, put: readonly Fault[], history: boolean): void {
  const outcome = trial(seed, size, put, { history, noise: true });
  if (!outcome) return;
  const wanted = new Set<Cause>(put.map((fault) => fault.cause));
  const [first] = outcome.found;
  into.trials++;
  into.certain += outcome.certain;
  into.wrongCertain += outcome.wrongCertain.length;
  if (first && wanted.has(first.cause)) into.top1++;
  else into.instead.set(first?.cause ?? 'nothing', (into.instead.get(first?.cause ?? 'nothing') ?? 0) + 1);
  const three = new Set(outcome.found.slice(0, 3).map((finding) => finding.cause));
  if ([...wanted].every((cause) => three.has(cause))) into.top3++;
}

/** Every fault alone, in worlds of several sizes, with noise; with history where it is needed and in every other trial. */
export function alone(rounds: number): Tally[] {
  return faults.map((fault) => {
    const into = tally(`${fault.cause}: ${fault.name}`);
    for (let i = 0; i < rounds; i++) {
      const size = sizes[i % sizes.length] ?? 12;
      // The largest worlds cost the most; one in six trials uses them.
      if (size === 240 && i % 6 !== 2) continue;
      count(into, `${i}`, size, [fault], fault.needsHistory === true || i % 2 === 0);
    }
    return into;
  });
}

/** Two causes in one card that move it the same way. */
export function pairs(rounds: number): Tally[] {
  const tallies = new Map<Cause, Tally>();
  for (const [i, a] of faults.entries()) {
    for (const [j, b] of faults.entries()) {
      if (j <= i || a.cause === b.cause || !together(a, b)) continue;
      for (let n = 0; n < rounds; n++) {
        for (const cause of [a.cause, b.cause]) {
          const into = tallies.get(cause) ?? tally(cause);
          tallies.set(cause, into);
          const history = a.needsHistory === true || b.needsHistory === true || n % 2 === 0;
          count(into, `${n}`, sizes[n % 2] ?? 12, [a, b], history);
        }
      }
    }
  }
  return [...tallies.values()];
}

/** Two faults that can be in one card without hiding each other. */
function together(a: Fault, b: Fault): boolean {
  // A decision is kept only while nothing else changes; what was not read hides everything.
  const alone = (fault: Fault): boolean =>
    fault.cause === 'same-as-last-period' || fault.name.startsWith('vendor not read');
  if (alone(a) || alone(b)) return false;
  const ways = new Set([a.direction, b.direction]);
  return !(ways.has('short') && ways.has('long'));
}
