import { pax8 } from 'trueup/connectors/pax8';
import { pullVendor } from 'trueup/sync';
import { createWorld, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { serve, testCall } from '../transport/server.ts';

const world = createWorld('pax8', 'small');

describe('pax8', () => {
  it('gives back what the system holds', async () => {
    const mock = mockSystem('pax8', world);
    const snapshot = await pullVendor(pax8(mock.options), { runtime: mock.runtime });
    const { vendor } = mock.expected;
    expect(snapshot.accounts).toMatchObject(sorted(vendor?.accounts));
    // A variant nobody holds leaves no trace in Pax8.
    const held = new Set(vendor?.counts.map((count) => count.skuId));
    expect(snapshot.skus).toMatchObject(sorted(vendor?.skus.filter((sku) => held.has(sku.id ?? ''))));
    expect(snapshot.receipt.complete).toBe(true);
    const key = (count: object): string => JSON.stringify((count as { ref?: string }).ref);
    const byRef = [...(vendor?.counts ?? [])].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect([...snapshot.counts].sort((a, b) => (key(a) < key(b) ? -1 : 1))).toMatchObject(byRef);
  });

  it.each([
    ['with a term', {}, { units: 12, status: 'active', committedUntil: '2027-01-15' }, 'p:1-Year:Monthly'],
    ['without a term', { commitmentTerm: null }, { status: 'active' }, 'p:none'],
    [
      'with a term under its older name',
      { commitmentTerm: undefined, commitment: { term: '3-Year' } },
      { status: 'active' },
      'p:3-Year:Monthly',
    ],
    [
      'waiting for somebody, but begun',
      { status: 'PendingManual' },
      { status: 'active' },
      'p:1-Year:Monthly',
    ],
    [
      'that ends tomorrow',
      { endDate: '2026-11-21T00:00:00Z' },
      { status: 'active', termEnd: '2026-11-21' },
      'p:1-Year:Monthly',
    ],
    [
      'that ended today',
      { endDate: '2026-11-20', status: 'Active' },
      { status: 'ended', termEnd: '2026-11-20' },
      'p:1-Year:Monthly',
    ],
    ['that is a trial', { status: 'Trial' }, null, null],
    ['that is billed once', { billingTerm: 'One-Time' }, null, null],
    ['that begins tomorrow', { startDate: '2026-11-21T00:00:00Z' }, null, null],
    ['that is not activated, which Pax8 does not bill yet', { status: 'PendingActivation' }, null, null],
    ['that has not begun', { startDate: null, status: 'WaitingForDetails' }, null, null],
  ])('reads a subscription %s', async (_what, wire, count, skuId) => {
    const subscription = {
      id: 's',
      companyId: 'c',
      productId: 'p',
      productName: 'Product',
      quantity: 12,
      startDate: '2026-01-15T08:30:00Z',
      endDate: null,
      status: 'Active',
      billingTerm: 'Monthly',
      commitmentTerm: { id: 't', term: '1-Year', endDate: '2027-01-15T00:00:00Z' },
      ...wire,
    };
    const server = await serve((seen) => {
      if (seen.url.pathname === '/token') return { json: { access_token: 'abcd', expires_in: 86_400 } };
      const content = seen.url.pathname === '/subscriptions' ? [subscription] : [];
      return { json: { content, page: { totalElements: content.length, totalPages: content.length } } };
    });
    const connector = pax8({ clientId: 'id', clientSecret: 'secret', baseUrl: server.base });
    const snapshot = await pullVendor(connector, { runtime: testCall().runtime });
    expect(snapshot.counts).toMatchObject(
      count ? [{ accountId: 'c', metric: 'purchased', ref: 's', skuId, ...count }] : [],
    );
    expect(snapshot.skus.map(({ id, family }) => [id, family])).toEqual(skuId ? [[skuId, 'p']] : []);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      client_id: 'id',
      client_secret: 'secret',
      audience: 'https://api.pax8.com',
      grant_type: 'client_credentials',
    });
  });
});

it('pax8: a running subscription without a start makes its company incomplete', async () => {
  const subscription = {
    id: 's',
    companyId: 'c',
    productId: 'p',
    quantity: 5,
    startDate: null,
    status: 'Active',
  };
  const server = await serve((seen) => {
    if (seen.url.pathname === '/token') return { json: { access_token: 'abcd', expires_in: 86_400 } };
    const content = seen.url.pathname === '/subscriptions' ? [subscription] : [];
    return { json: { content, page: { totalElements: content.length, totalPages: content.length } } };
  });
  const connector = pax8({ clientId: 'id', clientSecret: 'secret', baseUrl: server.base });
  const { counts, receipt } = await pullVendor(connector, { runtime: testCall().runtime });
  expect(counts).toEqual([]);
  expect(receipt).toMatchObject({ complete: false, incompleteAccounts: ['c'] });
});

function sorted<T extends object>(rows: readonly T[] | undefined): T[] {
  const idOf = (row: T): string => String((row as { id?: string }).id);
  return [...(rows ?? [])].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}
