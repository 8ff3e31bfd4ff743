import { reconcile, TrueupError } from 'trueup';
import { describe, expect, it } from 'vitest';
import { checkInput } from '../../src/reconcile/input.ts';
import { buildInput } from './build.ts';

/** A table that says it has so many rows; none is looked at. */
function rows(length: number): [] {
  return new Proxy([], { get: (list, key) => (key === 'length' ? length : Reflect.get(list, key)) });
}

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof TrueupError ? { ...error.context, message: error.message } : error;
  }
  return 'accepted';
}

describe('an input', () => {
  const input = buildInput();
  const most = 2 ** 24 - 1;

  it('names the place of what is wrong also for code', () => {
    expect(refusal(() => reconcile({ ...input, asOf: 'today' }))).toEqual({
      path: 'asOf',
      message: 'reconcile: asOf must be an ISO 8601 instant in UTC, like 2026-12-01T08:00:00Z.',
    });
  });

  it.each([
    { index: 2, of: 2 },
    { index: -1, of: 2 },
    { index: 0, of: 0 },
    { index: 0, of: 1.5 },
    { index: Number.NaN, of: 2 },
    // No customer hashes to these: all would be missing without a word.
    { index: 0.5, of: 2 },
    { index: '0' as never, of: 2 },
  ])('is no part %j', (part) => {
    expect(refusal(() => reconcile({ ...input, part }))).toEqual({
      path: 'part',
      message: 'reconcile: part must be an index below its count.',
    });
  });

  it('is a part from the first to the last', () => {
    for (const index of [0, 1])
      expect(reconcile({ ...input, part: { index, of: 2 } }).part).toEqual({ index, of: 2 });
  });

  it('has no more customers, contracts or accounts than a Map holds; the message says what to do', () => {
    const psa = { ...input.psa, contracts: rows(most + 1) };
    expect(refusal(() => reconcile({ ...input, psa }))).toEqual({
      path: 'psa.contracts',
      message: `reconcile: psa.contracts must be of at most ${most} rows; split it by customer and merge the results.`,
    });
  });

  it('has any number of lines and counts, and of others as many as a Map holds', () => {
    const psa = { ...input.psa, contracts: rows(most), lines: rows(most + 1) };
    const vendors = input.vendors.map((vendor) => ({ ...vendor, skus: rows(most), counts: rows(most + 1) }));
    expect(checkInput({ ...input, psa, vendors })).toBe('2026-12-01');
  });
});
