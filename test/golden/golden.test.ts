import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type ReconcileInput, reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { shuffled } from '../reconcile/arbitrary.ts';
import { buildInput, type Sketch } from '../reconcile/build.ts';

/**
 * One folder per rule: `input.json` holds what matters, `buildInput` fills in the rest (Acme with one running
 * contract and one service; the vendor pax8 with one linked account and one SKU). `UPDATE_GOLDEN=1` writes
 * `expected.json` anew; a change of one is read line by line.
 */
const root = new URL('.', import.meta.url).pathname;
const cases = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const read = (name: string): string => readFileSync(`${root}${name}`, 'utf8');

describe.each(cases)('golden %s', (name) => {
  const input = buildInput(JSON.parse(read(`${name}/input.json`)) as Sketch);
  const file = `${name}/expected.json`;
  const textOf = (rows: ReconcileInput): string => `${JSON.stringify(reconcile(rows), null, 2)}\n`;

  it('is byte-identical', () => {
    const text = textOf(input);
    if (process.env.UPDATE_GOLDEN && (!existsSync(root + file) || read(file) !== text)) {
      writeFileSync(root + file, text);
    }
    expect(text).toBe(read(file));
  });

  it('ignores the order of rows', () => {
    for (const seed of [1, 2, 3]) {
      expect(textOf(shuffled(input, seed))).toBe(read(file));
    }
  });
});
