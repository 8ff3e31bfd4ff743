import { connectwise } from 'trueup/connectors/connectwise';
import { pullPsa } from 'trueup/sync';
import { createWorld, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { failure, serve, testCall } from '../transport/server.ts';

const world = createWorld('connectwise', 'small');
const keys = { companyId: 'msp', publicKey: 'public-key', privateKey: 'private-key', clientId: 'client-id' };

/** A tenant with one company, product and agreement, and the additions of a test. */
async function tenant(additions: unknown, agreement: object = {}): Promise<ReturnType<typeof serve>> {
  return serve((seen) => {
    const { pathname, searchParams } = seen.url;
    if (seen.method !== 'GET') return { json: { id: 88 }, status: seen.method === 'POST' ? 201 : 200 };
    if (pathname.endsWith('/additions')) return { json: additions };
    if (pathname.includes('/additions/')) return { json: (additions as unknown[])[0] };
    if (searchParams.has('pageId')) return { json: [] };
    if (pathname.endsWith('/companies')) {
      return {
        json: [
          {
            id: 250,
            name: 'Northwind',
            types: [{ id: 1 }],
            status: { id: 4 },
            currency: { id: 7, currencyCode: 'CAD' },
          },
        ],
      };
    }
    if (pathname.endsWith('/catalog'))
      return { json: [{ id: 310, identifier: 'M365-BP', description: '', inactiveFlag: true }] };
    const managed = {
      id: 41,
      name: 'Managed',
      company: { id: 250 },
      agreementStatus: 'Active',
      billingCycle: { id: 2, name: 'Monthly' },
      currency: { id: 7 },
      ...agreement,
    };
    return { json: pathname.endsWith('/agreements/41') ? managed : [managed] };
  });
}

const addition = { id: 977, product: { id: 310 }, quantity: 24, billCustomer: 'Billable', unitPrice: 28.5 };

describe('connectwise', () => {
  it.each(['forward-only', 'page'] as const)('gives back what the system holds, paged %s', async (paging) => {
    const mock = mockSystem('connectwise', world);
    const snapshot = await pullPsa(connectwise({ ...mock.options, paging }), { runtime: mock.runtime });
    const { psa } = mock.expected;
    expect(snapshot.customers).toMatchObject(sorted(psa?.customers));
    expect(snapshot.services).toMatchObject(sorted(psa?.services));
    expect(snapshot.contracts).toMatchObject(sorted(psa?.contracts));
    expect(snapshot.lines).toMatchObject(sorted(psa?.lines));
    expect(snapshot.receipt.complete).toBe(true);
    expect(snapshot.takenAt).toBe('2026-11-20T08:00:00.000Z');
  });

  it('finds the code base of a cloud tenant, and asks the API host with the keys', async () => {
    const asked: [string, string | null][] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      asked.push([request.url, request.headers.get('authorization')]);
      return Response.json(
        request.url.includes('/login/') ? { Codebase: 'v2026_4/', CompanyID: 'msp' } : { version: 'v2026.4' },
      );
    };
    const connector = connectwise({ ...keys, site: 'eu.myconnectwise.net' });
    const checked = await connector.check({ runtime: { ...testCall().runtime, fetch } });
    expect(checked).toEqual({
      account: null,
      version: 'v2026.4',
      baseUrl: 'https://api-eu.myconnectwise.net/v2026_4/apis/3.0',
    });
    expect(asked).toEqual([
      ['https://eu.myconnectwise.net/login/companyinfo/msp', null],
      [
        'https://api-eu.myconnectwise.net/v2026_4/apis/3.0/system/info',
        `Basic ${btoa('msp+public-key:private-key')}`,
      ],
    ]);
  });

  it('keeps what it cannot trust out, and says which agreement', async () => {
    const server = await tenant([
      addition,
      { ...addition, id: 978, quantity: null },
      { ...addition, id: 979, quantity: -1 },
      { ...addition, id: 980, billCustomer: 'Sometimes', lessIncluded: 2.5 },
    ]);
    const snapshot = await pullPsa(connectwise({ ...keys, baseUrl: server.base }), {
      runtime: testCall().runtime,
    });
    expect(snapshot.lines.map(({ id, billable, native }) => [id, billable, native])).toEqual([
      ['977', true, undefined],
      ['980', true, { included: 2.5 }],
    ]);
    expect(snapshot.receipt).toMatchObject({ complete: false, incompleteContracts: ['41'] });
    expect(snapshot.receipt.problems.map(({ code, ids }) => [code, ids?.lineId ?? ids?.value])).toEqual([
      ['bad-quantity', '978'],
      ['bad-quantity', '979'],
      ['unknown-value', 'Sometimes'],
    ]);
  });

  it.each([
    [{}, { status: 'active', billingCycle: 'monthly', currency: 'CAD', endDate: null }],
    [{ cancelledFlag: true, agreementStatus: 'Active' }, { status: 'cancelled' }],
    [
      { agreementStatus: 'Expired', endDate: '2026-01-31T00:00:00Z' },
      { status: 'expired', endDate: '2026-01-31' },
    ],
    [{ oneTimeFlag: true }, { billingCycle: 'one-time' }],
    [{ billingCycle: null }, { billingCycle: 'none' }],
    [{ billingCycle: { id: 9, name: 'Every full moon' } }, { billingCycle: 'other' }],
    [{ billingCycle: { id: 9, name: 'Mensuel' } }, { billingCycle: 'monthly' }],
    [{ noEndingDateFlag: true, endDate: '2026-01-31T00:00:00Z' }, { endDate: null }],
    [{ nextInvoiceDate: '2026-12-01T00:00:00Z' }, { nextInvoiceDate: '2026-12-01' }],
  ])('reads an agreement %j', async (wire, expected) => {
    const server = await tenant([], wire);
    const connector = connectwise({ ...keys, baseUrl: server.base, billingCycles: { Mensuel: 'monthly' } });
    expect((await pullPsa(connector, { runtime: testCall().runtime })).contracts).toMatchObject([expected]);
  });

  it.each([{ agreementStatus: 'Paused' }, { agreementStatus: null }])(
    'an agreement %j is not reconciled: taken as inactive its lines would look unbilled',
    async (wire) => {
      const server = await tenant([addition], wire);
      const snapshot = await pullPsa(connectwise({ ...keys, baseUrl: server.base }), {
        runtime: testCall().runtime,
      });
      expect(snapshot.contracts).toMatchObject([{ status: 'inactive' }]);
      expect(snapshot.receipt).toMatchObject({ complete: false, incompleteContracts: ['41'] });
      expect(snapshot.receipt.problems).toMatchObject([{ code: 'unknown-status' }]);
    },
  );

  it.each([
    [{ id: 7 }, 'CAD'],
    [{ id: 9, currencyCode: 'EUR' }, 'EUR'],
    [null, undefined],
  ])('the currency %j of an agreement is %s', async (currency, code) => {
    const server = await tenant([], { currency, company: { id: 999 } });
    const connector = connectwise({ ...keys, baseUrl: server.base });
    const { contracts, receipt } = await pullPsa(connector, { runtime: testCall().runtime });
    expect(contracts[0]?.currency).toBe(code);
    expect(receipt.problems).toEqual([]);
  });

  it('reads types and statuses of companies where it is told what they mean', async () => {
    const server = await tenant([]);
    const read = async (options: object): Promise<unknown> =>
      (
        await pullPsa(connectwise({ ...keys, baseUrl: server.base, ...options }), {
          runtime: testCall().runtime,
        })
      ).customers[0];
    expect(await read({})).toEqual({ id: '250', name: 'Northwind', active: true });
    expect(await read({ customerTypeIds: ['1'], inactiveStatusIds: ['4'] })).toMatchObject({
      isCustomer: true,
      active: false,
    });
    expect(await read({ customerTypeIds: ['2'] })).toMatchObject({ isCustomer: false });
  });

  it('writes the absolute quantity to the addition, and nothing else', async () => {
    const server = await tenant([{ ...addition, _info: { lastUpdated: '2026-10-31T22:14:00Z' } }]);
    const connector = connectwise({ ...keys, baseUrl: server.base });
    const line = { lineId: '977', contractId: '41', customerId: '250', serviceId: '310', on: '2026-12-01' };
    const { runtime } = testCall();
    expect(await connector.readLine(line, { runtime })).toEqual({
      lineId: '977',
      contractId: '41',
      units: 24,
      active: true,
      revision: '2026-10-31T22:14:00Z',
    });
    await connector.setQuantity({ ...line, from: 24, to: 27.5, mode: 'immediate' }, { runtime });
    const added = await connector.addLine?.({ ...line, units: 3 }, { runtime });
    expect(added).toEqual({ lineId: '88' });
    expect(await connector.findLines?.(line, { runtime })).toHaveLength(1);
    expect(await connector.findLines?.({ ...line, serviceId: '311' }, { runtime })).toEqual([]);
    expect(
      server.seen
        .filter((seen) => seen.method !== 'GET')
        .map((seen) => [seen.method, seen.url.pathname, JSON.parse(seen.body)]),
    ).toEqual([
      ['PATCH', '/finance/agreements/41/additions/977', [{ op: 'replace', path: 'quantity', value: 27.5 }]],
      [
        'POST',
        '/finance/agreements/41/additions',
        {
          product: { id: 310 },
          quantity: 3,
          billCustomer: 'Billable',
          effectiveDate: '2026-12-01T00:00:00Z',
        },
      ],
    ]);
  });

  it.each([
    // Still to begin: its first invoice takes what is written now.
    [{ effectiveDate: '2026-12-02T00:00:00Z' }, true],
    [{ effectiveDate: '2026-12-01T00:00:00Z' }, true],
    [{ agreementStatus: 'Active' }, true],
    [{ agreementStatus: 'Cancelled' }, false],
    [{ agreementStatus: 'Expired' }, false],
    [{ agreementStatus: 'Inactive' }, false],
    [{ cancelledDate: '2026-12-01T00:00:00Z' }, false],
    [{ cancelledDate: '2026-12-02T00:00:00Z' }, true],
  ])('a line with %j is active on 2026-12-01: %s', async (wire, active) => {
    const server = await tenant([{ ...addition, ...wire }]);
    const line = { lineId: '977', contractId: '41', customerId: '250', serviceId: '310', on: '2026-12-01' };
    expect(
      await connectwise({ ...keys, baseUrl: server.base }).readLine(line, { runtime: testCall().runtime }),
    ).toMatchObject({
      active,
    });
  });

  it.each([
    ['2026-12-02T00:00:00Z', []],
    ['2026-12-01T00:00:00Z', ['977']],
    [null, ['977']],
  ])('a line that begins %s is looked at before another is added: %j', async (effectiveDate, found) => {
    const server = await tenant([{ ...addition, effectiveDate }]);
    const where = { contractId: '41', serviceId: '310', on: '2026-12-01' };
    const connector = connectwise({ ...keys, baseUrl: server.base });
    const lines = await connector.findLines?.(where, { runtime: testCall().runtime });
    expect(lines?.map(({ lineId }) => lineId)).toEqual(found);
  });

  it.each([
    { agreementStatus: 'Cancelled' },
    { agreementStatus: 'Expired' },
    { agreementStatus: 'Inactive' },
    { cancelledFlag: true },
  ])('adds nothing to an agreement that was closed since: %j', async (agreement) => {
    const server = await tenant([], agreement);
    const added = connectwise({ ...keys, baseUrl: server.base }).addLine?.(
      { contractId: '41', customerId: '250', serviceId: '310', units: 3, on: '2026-12-01' },
      { runtime: testCall().runtime },
    );
    expect(await failure(Promise.resolve(added))).toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('agreement 41 is closed.'),
    });
    expect(server.seen.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('reads no quantity as none: it refuses to compare', async () => {
    const server = await tenant([{ ...addition, quantity: null }]);
    const line = { lineId: '977', contractId: '41', customerId: '250', serviceId: '310', on: '2026-12-01' };
    expect(
      await failure(
        connectwise({ ...keys, baseUrl: server.base }).readLine(line, { runtime: testCall().runtime }),
      ),
    ).toMatchObject({ code: 'REFUSED' });
  });

  it('needs a site or an address', () => {
    expect(() => connectwise(keys)).toThrow(
      /option site is missing; it must be .*na\.myconnectwise\.net; or give baseUrl/,
    );
    expect(() => connectwise({ ...keys, site: 'https://na.myconnectwise.net' })).toThrow(
      /must be a host name/,
    );
  });
});

function sorted<T extends object>(rows: readonly T[] | undefined): T[] {
  const idOf = (row: T): string => String((row as { id?: string }).id);
  return [...(rows ?? [])].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}
