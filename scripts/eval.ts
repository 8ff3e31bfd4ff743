/**
 * Measures the diagnosis and the account matching. `npm run eval`, by hand: about a minute.
 * `--rounds N`: trials per cause (default 18) and per pair (N ÷ 6). `TRUEUP_DATA`: a folder with `name-matching/`.
 */
import { parseArgs } from 'node:util';
import { measureNames } from './eval/names.ts';
import { alone, pairs, type Tally } from './eval/run.ts';
import { measureSpeed } from './eval/speed.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '18' } } });
const rounds = Number(values.rounds);
const root = new URL('..', import.meta.url).pathname;
const data = process.env.TRUEUP_DATA ?? `${root}../shared/data`;

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  for (const row of cells) {
    console.log(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    );
  }
  console.log();
}

function causesTable(title: string, both: string, tallies: readonly Tally[]): boolean {
  const sum = (pick: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + pick(tally), 0);
  const row = (label: string, pick: (field: (tally: Tally) => number) => number): (string | number)[] => [
    label,
    pick((tally) => tally.trials),
    percent(
      pick((tally) => tally.top1),
      pick((tally) => tally.trials),
    ),
    percent(
      pick((tally) => tally.top3),
      pick((tally) => tally.trials),
    ),
    pick((tally) => tally.certain),
    pick((tally) => tally.wrongCertain),
  ];
  console.log(title);
  table(
    ['cause', 'trials', 'top 1', both, 'certain', 'wrong', 'first instead'],
    [
      ...tallies.map((tally) => [
        ...row(tally.label, (field) => field(tally)),
        [...tally.instead].map(([cause, times]) => `${cause} ${times}`).join(', '),
      ]),
      [...row('all', sum), ''],
    ],
  );
  return sum((tally) => tally.wrongCertain) === 0;
}

const single = alone(rounds);
const double = pairs(Math.max(1, Math.round(rounds / 6)));
const good = [
  causesTable('One cause in a card, with noise', 'top 3', single),
  causesTable('Two causes in one card, with noise (top 1: either of them)', 'both in 3', double),
].every(Boolean);

const { matchings, pairs: labelled } = measureNames(data);
console.log('Account names');
table(
  ['lists', 'accounts', 'linked', 'wrong', 'precision', 'partner first', 'in first 3', 'ms'],
  matchings.map((each) => [
    each.label,
    each.accounts,
    each.links,
    each.wrongLinks,
    percent(each.links - each.wrongLinks, each.links),
    percent(each.first, each.partners),
    percent(each.firstThree, each.partners),
    each.milliseconds.toFixed(0),
  ]),
);
if (labelled) {
  const { label, pairs: all, same, links, wrongLinks, relabelled } = labelled;
  table(
    [label, 'pairs', 'the same', 'linked', 'wrong', 'precision', 'recall'],
    [
      [
        '',
        all,
        same,
        links,
        wrongLinks,
        percent(links - wrongLinks, links),
        percent(links - wrongLinks, same),
      ],
    ],
  );
  console.log(`Relabelled as two customers (${relabelled.length} rows):`);
  for (const row of relabelled) console.log(`  ${row}`);
  console.log();
} else {
  console.log(`No name-matching data at ${data}; set TRUEUP_DATA to its folder.\n`);
}

console.log('Speed');
table(
  ['what', 'ms', 'of processor'],
  measureSpeed().map(({ what, milliseconds, processor }) => [
    what,
    milliseconds.toFixed(0),
    processor.toFixed(0),
  ]),
);
process.exitCode = good ? 0 : 1;
