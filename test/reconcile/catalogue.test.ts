import { reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput } from './build.ts';

const twins = [
  { id: 'm365', name: 'Beta', active: true },
  { id: 'm365', name: 'Alpha', active: true },
];

describe('a service that is there twice', () => {
  it.each([[twins], [twins.toReversed()]])(
    'has one name, whatever the order, and is told: %j',
    (services) => {
      const { cards, problems } = reconcile(
        buildInput({
          psa: { services, lines: [{ id: 'line', units: 5 }] },
          vendors: [{ counts: [{ units: 5 }] }],
        }),
      );
      expect(cards).toMatchObject([{ kind: 'no-change', services: [{ id: 'm365', name: 'Alpha' }] }]);
      expect(problems).toMatchObject([{ code: 'duplicate-id', ids: { serviceId: 'm365' } }]);
    },
  );
});

describe('the id of a card', () => {
  it('keeps what could be mistaken for its own signs apart', () => {
    const ids = reconcile(
      buildInput({
        psa: {
          customers: [{ id: 'a/b%c' }],
          contracts: [{ id: 'msa', customerId: 'a/b%c' }],
          services: [{ id: 'x/y' }],
          lines: [{ id: 'line', units: 1, customerId: 'a/b%c', serviceId: 'x/y' }],
        },
        mapping: { services: [] },
      }),
    ).cards.map(({ id }) => id);
    expect(ids).toEqual(['a%2Fb%25c/service/x%2Fy']);
  });

  it('tells a rule from a service of the same id, the rule first', () => {
    const { cards } = reconcile(
      buildInput({
        psa: {
          services: [{ id: 'same' }, { id: 'm365' }],
          lines: [
            { id: 'own', units: 1, serviceId: 'same' },
            { id: 'line', units: 5 },
          ],
        },
        vendors: [{ counts: [{ units: 5 }] }],
        mapping: {
          services: [{ id: 'same', skus: [{ vendor: 'pax8', skuId: 'bp' }], serviceIds: ['m365'] }],
        },
      }),
    );
    expect(cards.map(({ id }) => id)).toEqual(['acme/rule/same', 'acme/service/same']);
  });
});

describe('a SKU', () => {
  const card = (
    skus: readonly { id: string; family?: string; term?: null | { commitment: string; billing: string } }[],
  ) =>
    reconcile(
      buildInput({ psa: { lines: [{ id: 'line', units: 5 }] }, vendors: [{ skus, counts: [{ units: 5 }] }] }),
    );
  const term = { commitment: '1-Year', billing: 'Monthly' };

  it('that is there twice counts for nothing, and says so', () => {
    const { cards, problems } = card([{ id: 'bp' }, { id: 'bp' }]);
    expect(cards).toMatchObject([{ kind: 'no-count', vendor: { reason: 'source-incomplete' } }]);
    expect(problems).toMatchObject([{ code: 'duplicate-id', ids: { vendor: 'pax8', skuId: 'bp' } }]);
  });

  it('that is described in two ways is shown in one, whatever the order of the rows', () => {
    const skus = [
      { id: 'bp', name: 'Premium', defaultMetric: 'purchased' },
      { id: 'bp', name: 'Business Premium', defaultMetric: 'assigned' },
    ];
    const bytes = (rows: typeof skus, services?: []) =>
      JSON.stringify(
        reconcile(
          buildInput({
            psa: { lines: [{ id: 'line', units: 5 }] },
            vendors: [{ skus: rows, counts: [{ units: 5 }] }],
            mapping: services ? { services } : {},
          }),
        ),
      );
    expect(bytes(skus)).toBe(bytes(skus.toReversed()));
    expect(bytes(skus, [])).toBe(bytes(skus.toReversed(), []));
  });

  it('is a no-term variant only where its family has one with a term', () => {
    const conditions = (...[own, other]: Parameters<typeof card>[0]) =>
      card(own && other ? [own, other] : []).cards[0]?.conditions;
    const bare = { id: 'bp', family: 'BP', term: null };
    expect(conditions(bare, { id: 'other', family: 'BP', term })).toEqual(['no-term-sku']);
    expect(conditions(bare, { id: 'other', family: 'BP' })).toEqual([]);
    expect(conditions(bare, { id: 'other', family: 'ES', term })).toEqual([]);
    expect(conditions({ id: 'bp', term: null }, { id: 'other', term })).toEqual([]);
    expect(conditions({ id: 'bp', family: 'BP' }, { id: 'other', family: 'BP', term })).toEqual([]);
  });

  it('of one vendor is not that of another with the same id', () => {
    const { cards } = reconcile(
      buildInput({
        psa: { lines: [{ id: 'line', units: 5 }] },
        vendors: [
          { source: 'pax8', skus: [{ id: 'bp' }], counts: [{ units: 5 }] },
          { source: 'sherweb', skus: [{ id: 'bp' }, { id: 'es' }], counts: [{ units: 7 }] },
        ],
        mapping: {
          accounts: ['pax8', 'sherweb'].map((vendor) => ({
            vendor,
            accountId: 'acme-1',
            customerId: 'acme',
          })),
          services: [
            {
              id: 'rule',
              skus: [
                { vendor: 'pax8', skuId: 'bp' },
                { vendor: 'sherweb', skuId: 'es' },
              ],
              serviceIds: ['m365'],
            },
          ],
        },
      }),
    );
    expect(cards).toMatchObject([{ kind: 'no-change', vendor: { units: 5 } }]);
  });
});

describe('a receipt', () => {
  it('that says complete of what was cut off is not believed', () => {
    const resources = {
      companies: { rows: 9, pages: 1, complete: true },
      subscriptions: { rows: 40, pages: 1, complete: false },
    };
    const { cards, problems } = reconcile(
      buildInput({
        psa: { lines: [{ id: 'line', units: 5 }] },
        vendors: [{ counts: [{ units: 5 }], receipt: { resources } }],
      }),
    );
    expect(cards).toMatchObject([{ kind: 'no-count', vendor: { reason: 'source-incomplete' } }]);
    expect(problems).toMatchObject([{ code: 'vendor-incomplete', ids: { vendor: 'pax8' } }]);
  });
});
