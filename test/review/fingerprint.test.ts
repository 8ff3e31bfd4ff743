import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type Card, fingerprint } from 'trueup';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/review/digest.ts';
import { counted, line, newRevenueCard, noCountCard, reconcileCard } from './cards.ts';

const where = { period: '2026-11', psa: 'cw' };
const of = (card: Card): string => fingerprint(card, where);

describe('sha256', () => {
  it('is what Node digests, for every length and script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
      }),
    );
    for (let length = 50; length < 130; length++) {
      const text = 'x'.repeat(length);
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });
});

describe('fingerprint', () => {
  const card = reconcileCard();

  it.each<[string, Card]>([
    ['vendor units', reconcileCard({ vendor: counted(9) })],
    ['PSA units of a line', reconcileCard({ psa: { units: 5, lines: [line('l1', 6)] } })],
    ['another line', reconcileCard({ psa: { units: 5, lines: [line('l9', 5)] } })],
    ['a price', reconcileCard({ psa: { units: 5, lines: [{ ...line('l1', 5), unitPrice: '5' }] } })],
    ['the proposal', reconcileCard({ proposal: { status: 'blocked', reasons: ['several-lines'] } })],
    ['a condition', reconcileCard({ conditions: ['committed'] })],
    ['a metric beside', reconcileCard({ observed: [{ vendor: 'pax8', metric: 'assigned', units: 3 }] })],
    ['the impact', reconcileCard({ impact: null })],
    ['the rule', reconcileCard({ ruleId: 'r2' })],
    ['a line out of scope', reconcileCard({ outOfScopeLines: [{ lineId: 'l7', reason: 'line-future' }] })],
  ])('changes with %s', (_what, other) => {
    expect(of(other)).not.toBe(of(card));
  });

  it('changes with the kind, the period and the PSA', () => {
    const { vendor: _v, kind: _k, variance: _n, ...rest } = noCountCard();
    expect(of({ ...rest, kind: 'no-change', vendor: counted(5), variance: 0 })).not.toBe(of(noCountCard()));
    expect(fingerprint(card, { ...where, period: '2026-12' })).not.toBe(of(card));
    expect(fingerprint(card, { ...where, psa: 'cw-2' })).not.toBe(of(card));
  });

  it('changes with what new revenue offers: units, services and contracts', () => {
    const fresh = newRevenueCard();
    const { proposal } = fresh;
    if (proposal.status !== 'add-line') throw new Error('not an add-line card');
    const other = { id: 'other', name: 'Other' };
    for (const part of [
      { units: 5 },
      { services: [other] },
      { services: [...proposal.services, other] },
      { contracts: [other] },
      { contracts: [] },
    ]) {
      expect(of(newRevenueCard({ proposal: { ...proposal, ...part } }))).not.toBe(of(fresh));
    }
  });

  it('stays with names, the age of the data, references and the order of keys', () => {
    const renamed = { ...card, customer: { id: 'c1', name: 'Southwind' } };
    expect(of(renamed)).toBe(of(card));
    expect(of(reconcileCard({ conditions: ['stale-psa', 'stale-vendor'] }))).toBe(of(card));
    const [contribution] = counted(8).contributions;
    const contributions = [{ ...contribution!, ref: 'sub-1', asOf: '2026-11-01T00:00:00Z' }];
    expect(of(reconcileCard({ vendor: { ...counted(8), contributions } }))).toBe(of(card));
    expect(of(Object.fromEntries(Object.entries(card).reverse()) as unknown as Card)).toBe(of(card));
    const contracts = [{ id: 'k1', name: 'Renamed' }];
    const fresh = newRevenueCard();
    if (fresh.proposal.status !== 'add-line') throw new Error('not an add-line card');
    expect(of(newRevenueCard({ proposal: { ...fresh.proposal, contracts } }))).toBe(of(fresh));
  });

  it('is the same text on every machine', () => {
    expect(of(card)).toMatchInlineSnapshot(`"2026-11.a51fd7ddce4c621a2fe4efe131f4ee5f"`);
  });
});
