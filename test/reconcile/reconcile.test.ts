import { type ReconcileInput, reconcile } from 'trueup';
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

  it.each<[string, (input: ReconcileInput) => object, string]>([
    [
      'a forgotten await',
      ({ psa }) => ({ psa: Promise.resolve(psa) }),
      'psa must be a psa snapshot of specVersion 1',
    ],
    ['no mapping', () => ({ mapping: null }), 'mapping must be a mapping of specVersion 1'],
    [
      'a text nobody parsed',
      ({ mapping }) => ({ mapping: JSON.stringify(mapping) }),
      'mapping must be a mapping',
    ],
    [
      'snapshots in each other’s place',
      ({ psa, vendors }) => ({ psa: vendors[0], vendors: [psa] }),
      'psa must be a psa snapshot',
    ],
    [
      'a PSA among the vendors',
      ({ psa, vendors }) => ({ vendors: [...vendors, psa] }),
      'vendors[1] must be a vendor snapshot',
    ],
    ['one vendor without its list', ({ vendors }) => ({ vendors: vendors[0] }), 'vendors must be a list'],
    ['another version', ({ psa }) => ({ psa: { ...psa, specVersion: 2 } }), 'psa must be'],
    ['no receipt', ({ psa }) => ({ psa: { ...psa, receipt: undefined } }), 'psa.receipt must be there'],
    [
      'a missing table',
      ({ psa }) => ({ psa: { ...psa, services: undefined } }),
      'psa.services must be a list',
    ],
    [
      'ids that are numbers',
      ({ psa }) => ({ psa: { ...psa, customers: psa.customers.map((row) => ({ ...row, id: 101 })) } }),
      'psa.customers[0].id must be a text',
    ],
    [
      'accounts without an id',
      ({ vendors }) => ({ vendors: vendors.map((one) => ({ ...one, accounts: [{ name: 'Acme' }] })) }),
      'vendors[0].accounts[0].id must be a text',
    ],
  ])('says which value is not what it should be: %s', (_what, change, message) => {
    const input = buildInput({
      psa: { lines: [{ id: 'line', units: 8 }] },
      vendors: [{ counts: [{ units: 10 }] }],
    });
    const changed = { ...input, ...change(input) } as ReconcileInput;
    expect(() => reconcile(changed)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining(message) }),
    );
  });
});
