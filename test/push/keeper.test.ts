import type { VendorSnapshot } from 'trueup';
import { createPushClient, pushSnapshot } from 'trueup/push';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, desk, mappingOf, serve } from './helpers.ts';

/** What the password vendor counts: seats of two products in three customers. */
const snapshot: VendorSnapshot = {
  specVersion: 1,
  kind: 'vendor',
  source: 'keeper',
  connector: 'keeper',
  takenAt: '2026-12-01T07:00:00Z',
  accounts: [
    { id: '17', name: 'Contoso', active: true },
    { id: '18', name: 'Fabrikam', active: true },
    { id: '19', name: 'Tailspin', active: true },
  ],
  skus: [
    {
      id: 'business',
      name: 'Keeper Business',
      metrics: ['billable'],
      defaultMetric: 'billable',
      whenAbsent: 'zero',
    },
    {
      id: 'storage',
      name: 'Keeper Storage',
      metrics: ['billable'],
      defaultMetric: 'billable',
      whenAbsent: 'no-count',
    },
  ],
  counts: [
    { accountId: '17', skuId: 'business', metric: 'billable', units: 12.37 },
    { accountId: '18', skuId: 'business', metric: 'billable', units: 5 },
    { accountId: '17', skuId: 'storage', metric: 'billable', units: 2 },
  ],
  receipt: { complete: true, resources: {}, problems: [] },
};

/** S2 of the sources: connecting a vendor, from the key to the counts, over real HTTP. */
describe('the Keeper flow', () => {
  let app: Desk;
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    app = await desk(['north']);
    server = await serve(app.receiver);
  });
  afterAll(() => server.close());

  it('goes from the key to the counts and back', async () => {
    const { receiver, clock } = app;
    const baseUrl = `${server.url}/api`;
    const clientWith = (partnerKey: string) =>
      createPushClient({ vendorKey: app.vendorKey, partnerKey, baseUrl });
    const status = async () => (await receiver.getIntegration('north'))?.status;

    // Generate API token; it is shown once and pasted into the vendor's portal.
    const client = clientWith(app.keys.north ?? '');
    expect(await status()).toBe('inactive');

    // Test connection.
    expect(await client.organization()).toMatchObject({ name: 'MSP north', status: 'inactive' });

    // Save: pending, services and accounts appear. Nothing is mapped, so every count answers 404.
    const first = await pushSnapshot(snapshot, { client });
    expect(first.stopped).toBeNull();
    expect(await status()).toBe('pending');
    expect(first.accounts.created).toEqual(['17', '18', '19']);
    expect(first.services.created).toHaveLength(2);
    expect(first.accepted).toEqual([]);
    expect(first.unmapped.map((count) => [count.accountId, count.skuId, count.units, count.reason])).toEqual(
      expect.arrayContaining([
        ['17', 'business', 12.37, 'account-unmapped'],
        ['19', 'business', 0, 'account-unmapped'],
      ]),
    );

    // Map accounts and services. Tailspin stays unmapped for now.
    const services = (await receiver.read('north')).services;
    const serviceIds = services.map((one) => one.id);
    const synced = await receiver.syncMapping('north', mappingOf(['17', '18'], serviceIds));
    expect(synced.unmapped).toEqual({ accounts: ['19'], services: [] });

    // Sync mapping: the vendor pushes again; the first mapped count makes the integration active.
    clock.skip(60_000);
    const second = await pushSnapshot(snapshot, { client, previous: first });
    expect(second.accepted.map((count) => [count.accountId, count.skuId, count.units])).toEqual(
      expect.arrayContaining([
        ['17', 'business', 12.37],
        ['17', 'storage', 2],
        ['18', 'business', 5],
      ]),
    );
    expect(second.unmapped.map((count) => count.accountId)).toEqual(['19']);
    expect(second.complete).toBe(true);
    expect(await status()).toBe('active');

    // What came is a vendor snapshot, unmapped usage included.
    const received = await receiver.snapshot('north');
    expect(received.receipt.complete).toBe(true);
    expect(received.accounts.map((one) => one.name)).toEqual(['Contoso', 'Fabrikam', 'Tailspin']);
    expect(received.counts.map((one) => [one.accountId, one.units]).sort()).toEqual([
      ['17', 12.37],
      ['17', 2],
      ['18', 5],
      ['19', 0],
    ]);
    expect(received.counts.every((one) => one.asOf === '2026-12-01T08:01:00.000Z')).toBe(true);

    // Regenerating the key keeps everything; the old key is dead at once.
    const newKey = await receiver.issuePartnerKey('north');
    await expect(client.organization()).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    const again = await pushSnapshot(snapshot, { client: clientWith(newKey), previous: second });
    expect(again.accounts.created).toEqual([]);
    expect(again.unchanged).toHaveLength(3);

    // Disconnecting deletes key, accounts, links and counts; the shared services stay the vendor's.
    await receiver.disconnect('north');
    expect(await status()).toBe('inactive');
    await expect(clientWith(newKey).organization()).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    const left = await receiver.read('north');
    expect([left.accounts, left.counts, left.mappedServices]).toEqual([[], [], []]);
    expect((await receiver.snapshot('north')).receipt.complete).toBe(false);

    // Connecting again starts over: accounts are created anew and wait for their mapping.
    const fresh = clientWith(await receiver.issuePartnerKey('north'));
    const last = await pushSnapshot(snapshot, { client: fresh, previous: again });
    expect(last.accounts.created).toHaveLength(3);
    expect(last.services.created).toEqual([]);
    expect(last.unmapped).toHaveLength(4);
  });
});
