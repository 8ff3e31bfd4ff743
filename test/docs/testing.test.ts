import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractCaseNames, createWorld, mockSlugs, mockSystem, vendorSlugs } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { root } from './extract.ts';

/** The rows of the table of cases: name, and when to list it. */
function caseTable(): Map<string, string> {
  const text = readFileSync(join(root, 'docs/testing.md'), 'utf8');
  const [, after = ''] = text.split(/^\| case +\| list it when +\|\n\|[- |]+\n/m);
  const rows = after.split('\n\n')[0]?.split('\n') ?? [];
  return new Map(
    rows.map((row) => {
      const [name = '', when = ''] = row.slice(1, -1).split('|');
      return [name.trim(), when.trim()];
    }),
  );
}

describe('docs/testing.md', () => {
  const cases = caseTable();

  it('has every case of the contract, in its order', () => {
    expect([...cases.keys()]).toEqual([...contractCaseNames]);
  });

  it('says when to list each case that a mock of trueup lacks', () => {
    const world = createWorld('lacks', { customers: 12, vendors: vendorSlugs });
    const lacked = mockSlugs.flatMap((slug) => mockSystem(slug, world).lacks.map((one) => one.case));
    expect([...new Set(lacked)].filter((name) => cases.get(name) === 'never')).toEqual([]);
  });
});
