import { reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput } from './build.ts';

describe('reconcile', () => {
  it('finds what is under-billed, and says what to write', () => {
    const input = buildInput({
      psa: { lines: [{ id: 'line', units: 8, unitPrice: '22.00' }] },
      vendors: [{ counts: [{ units: 10 }] }],
    });
    expect(reconcile(input).cards).toMatchObject([
      {
        kind: 'reconcile',
        id: 'acme/rule/rule',
        variance: 2,
        impact: { amount: '44', currency: 'USD' },
        proposal: { status: 'ready', units: 10, lines: [{ lineId: 'line', from: 8, to: 10 }] },
      },
    ]);
  });

  it('refuses an input nothing can be worked out from', () => {
    expect(() => reconcile(buildInput({ asOf: 'today' }))).toThrow(/asOf/);
    expect(() => reconcile(buildInput({ on: '2026-02-30' }))).toThrow(/on must be a day/);
  });
});
