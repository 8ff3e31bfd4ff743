import { type Reconciliation, reconcile } from 'trueup';
import { describe, expect, it } from 'vitest';
import { buildInput, type Sketch } from './build.ts';

/** Acme, whose account counts 5 units of the rule, which has two services. */
function run(
  psa: NonNullable<Sketch['psa']>,
  excluded: readonly string[] = [],
  count: object = {},
): Reconciliation {
  const skus = [{ vendor: 'pax8', skuId: 'bp' }];
  return reconcile(
    buildInput({
      psa: { services: [{ id: 'm365' }, { id: 'office' }], ...psa },
      vendors: [{ counts: [{ units: 5, ...count }] }],
      mapping: {
        services: [{ id: 'rule', skus, serviceIds: ['m365', 'office'] }],
        excluded: { services: excluded },
      },
    }),
  );
}

describe('usage that nothing bills', () => {
  it('is no new revenue of who holds a line of an excluded service: it is billed out of sight', () => {
    const { cards, suppressed } = run({ lines: [{ id: 'line', units: 5, serviceId: 'office' }] }, ['office']);
    expect(cards).toEqual([]);
    expect(suppressed).toMatchObject([{ reason: 'service-excluded', ruleId: 'rule', units: 5 }]);
  });

  it('is not put on a line beside one of an excluded service, which bills it too', () => {
    const lines = [
      { id: 'line', units: 2 },
      { id: 'other', units: 3, serviceId: 'office' },
    ];
    // Never 2 → 5, with 3 billed on the other line.
    expect(run({ lines }, ['office']).cards).toMatchObject([
      { kind: 'reconcile', proposal: { status: 'blocked', reasons: ['billed-elsewhere'] } },
    ]);
  });

  it('is no new revenue where all services of the rule are excluded', () => {
    const { cards, suppressed } = run({}, ['m365', 'office']);
    expect(cards).toEqual([]);
    expect(suppressed).toMatchObject([{ reason: 'service-excluded' }]);
  });

  it('is offered on the services that are not excluded, and on the contracts by id', () => {
    const contracts = [
      { id: 'b', name: 'Old', startDate: '2025-01-01' },
      { id: 'a', name: 'New', startDate: '2026-01-01' },
      { id: 'c', name: 'Over', endDate: '2026-11-30' },
    ];
    expect(run({ contracts }, ['office']).cards).toMatchObject([
      {
        kind: 'new-revenue',
        proposal: {
          status: 'add-line',
          units: 5,
          services: [{ id: 'm365' }],
          contracts: [
            { id: 'a', name: 'New' },
            { id: 'b', name: 'Old' },
          ],
        },
      },
    ]);
  });

  it('is none where nothing is used: a minimum or a correction alone makes no new revenue', () => {
    const found = (assigned: number, bought: number, rule: object) => {
      const skus = [{ vendor: 'pax8', skuId: 'bp' }];
      const services = [{ id: 'rule', skus, serviceIds: ['m365'], metric: 'assigned', ...rule }];
      const counts = [
        { metric: 'assigned', units: assigned },
        { units: bought, committedUntil: '2027-12-01' },
      ];
      const { cards, suppressed } = reconcile(buildInput({ vendors: [{ counts }], mapping: { services } }));
      return [...cards.map(({ variance }) => variance), ...suppressed.map(({ reason }) => reason)];
    };
    expect(found(0, 0, { minimum: 5 })).toEqual(['zero']);
    expect(found(0, 0, { adjust: 1 })).toEqual(['zero']);
    // Used; or bought for a term, and so paid for.
    expect(found(1, 0, { minimum: 5 })).toEqual([5]);
    expect(found(0, 3, {})).toEqual([3]);
    expect(found(0, 3, { minimum: 5 })).toEqual([5]);
  });

  it('has no units in the list when there is no number', () => {
    const { suppressed } = run({}, [], { metric: 'assigned' });
    expect(suppressed).toStrictEqual([
      expect.objectContaining({ reason: 'no-count', customerId: 'acme', ruleId: 'rule', units: null }),
    ]);
    expect(suppressed[0]).not.toHaveProperty('contractId');
  });
});

describe('lines out of scope on a card', () => {
  it('say that a line starts later, beside others that have ended', () => {
    const { cards } = run({
      lines: [
        { id: 'line', units: 4 },
        { id: 'ended', units: 1, endDate: '2026-11-01' },
        { id: 'later', units: 1, startDate: '2027-01-01' },
      ],
    });
    expect(cards).toMatchObject([
      {
        conditions: ['future-line'],
        proposal: { status: 'blocked', reasons: ['future-line'] },
        outOfScopeLines: [
          { lineId: 'ended', reason: 'line-ended' },
          { lineId: 'later', reason: 'line-future' },
        ],
      },
    ]);
  });

  it('are in one order, also when two share an id and fail for different reasons', () => {
    const twins = [
      { id: 'twin', units: 1, active: false },
      { id: 'twin', units: 1, startDate: '2027-01-01' },
    ];
    const [one, other] = [twins, twins.toReversed()].map((lines) => run({ lines }));
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it('count as starting later when their contract does', () => {
    const { cards } = run({
      contracts: [{ id: 'msa' }, { id: 'next', startDate: '2027-01-01' }],
      lines: [{ id: 'later', units: 5, contractId: 'next' }],
    });
    expect(cards).toMatchObject([
      {
        kind: 'new-revenue',
        conditions: ['future-line'],
        proposal: { status: 'blocked', reasons: ['future-line'] },
      },
    ]);
  });
});

describe('accounts bound to a contract', () => {
  const vendors = [
    {
      accounts: [{ id: 'hq' }, { id: 'branch' }],
      counts: [
        { units: 4, accountId: 'hq' },
        { units: 2, accountId: 'branch' },
      ],
    },
    {
      source: 'sherweb',
      accounts: [{ id: 'else' }],
      skus: [{ id: 'es' }],
      counts: [{ units: 1, accountId: 'else', skuId: 'es' }],
    },
  ];
  const links = (...rows: (readonly [vendor: string, accountId: string, contractId?: string])[]) =>
    rows.map(([vendor, accountId, contractId]) => ({
      vendor,
      accountId,
      customerId: 'acme',
      ...(contractId !== undefined && { contractId }),
    }));
  const contracts = [{ id: 'msa' }, { id: 'site' }];

  it('have a card of their own, with the lines of their contract and no others', () => {
    const { cards } = reconcile(
      buildInput({
        psa: {
          contracts,
          lines: [
            { id: 'main', units: 4 },
            { id: 'main ended', units: 1, active: false },
            { id: 'site', units: 2, contractId: 'site' },
            { id: 'site ended', units: 1, active: false, contractId: 'site' },
          ],
        },
        vendors,
        mapping: { accounts: links(['pax8', 'hq'], ['pax8', 'branch', 'site']) },
      }),
    );
    expect(
      cards.map(({ id, kind, psa, contractId, outOfScopeLines }) => [
        id,
        kind,
        psa?.units,
        contractId,
        outOfScopeLines?.map(({ lineId }) => lineId),
      ]),
    ).toEqual([
      ['acme/rule/rule', 'no-change', 4, undefined, ['main ended']],
      ['acme/rule/rule/contract/site', 'no-change', 2, 'site', ['site ended']],
    ]);
    expect(cards[0]).not.toHaveProperty('contractId');
  });

  it.each([
    ['linked twice', links(['pax8', 'branch', 'site'], ['pax8', 'branch'])],
    ['bound to a contract that is gone', links(['pax8', 'branch', 'gone'])],
  ])('have no number while another account is %s: it may count for any contract', (_what, broken) => {
    const accounts = [...links(['pax8', 'hq', 'site']), ...broken];
    const lines = [{ id: 'site', units: 6, contractId: 'site' }];
    const run = (psa: NonNullable<Sketch['psa']>) =>
      reconcile(buildInput({ psa: { contracts, ...psa }, vendors, mapping: { accounts } }));
    // Never 6 → 4, as if the branch used nothing.
    expect(run({ lines }).cards).toMatchObject([
      { kind: 'no-count', contractId: 'site', vendor: { reason: 'account-unmapped' } },
    ]);
    // Nor new revenue of a part.
    const { cards, suppressed } = run({});
    expect(cards).toEqual([]);
    expect(suppressed).toContainEqual(expect.objectContaining({ reason: 'no-count', contractId: 'site' }));
  });

  it('are not lost when the contract they name is an empty text', () => {
    const accounts = links(['pax8', 'hq', 'site'], ['pax8', 'branch', '']);
    const lines = [
      { id: 'main', units: 2 },
      { id: 'site', units: 4, contractId: 'site' },
    ];
    const { suppressed, problems } = reconcile(
      buildInput({ psa: { contracts, lines }, vendors, mapping: { accounts } }),
    );
    expect(suppressed).toMatchObject([
      { reason: 'contract-unknown', contributions: [{ accountId: 'branch', units: 2 }] },
    ]);
    expect(problems).toMatchObject([{ code: 'contract-unknown', ids: { accountId: 'branch' } }]);
  });

  it('split only the rules they count for', () => {
    const lines = [
      { id: 'main', units: 4 },
      { id: 'site', units: 2, contractId: 'site' },
    ];
    const accounts = links(['pax8', 'hq'], ['pax8', 'branch'], ['sherweb', 'else', 'site']);
    const { cards } = reconcile(buildInput({ psa: { contracts, lines }, vendors, mapping: { accounts } }));
    expect(cards.map(({ id, psa, vendor }) => [id, psa?.units, vendor])).toEqual([
      ['acme/rule/rule', 6, expect.objectContaining({ units: 6 })],
    ]);
  });
});
