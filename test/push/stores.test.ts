import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryPushStore, type PushAccount, type PushService, type PushStore } from 'trueup/push';
import { sqlitePushStore } from 'trueup/push/sqlite';
import { afterEach, describe, expect, it } from 'vitest';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const makers: Record<string, () => PushStore> = {
  memory: memoryPushStore,
  sqlite() {
    const dir = mkdtempSync(join(tmpdir(), 'trueup-store-'));
    const store = sqlitePushStore(join(dir, 'push.db'));
    cleanups.push(() => {
      store.close();
      rmSync(dir, { recursive: true });
    });
    return store;
  },
};

const at = '2026-12-01T08:00:00.000Z';
const account = (id: string, more: Partial<PushAccount> = {}): PushAccount => ({
  id,
  name: `name of ${id}`,
  description: '',
  active: true,
  arrears: false,
  link: null,
  ...more,
});
const service = (id: string, integrationId: string | null = null): PushService => ({
  id,
  vendorId: 'v',
  integrationId,
  name: `name of ${id}`,
  description: 'd',
  category: 'other',
  subcategory: 'other',
  supportArticle: null,
  supportContact: 'help',
  active: true,
});
const link = (accountId: string) => ({
  accountId,
  link: { customerId: `c-${accountId}`, mappingId: `m-${accountId}` },
});
const byId = <T extends { readonly id: string }>(rows: readonly T[]): string[] =>
  rows.map((row) => row.id).sort();

async function stocked(make: () => PushStore): Promise<PushStore> {
  const store = make();
  await store.putVendor({
    id: 'v',
    name: 'V',
    description: '',
    supportUrl: null,
    portalUrl: null,
    createdAt: at,
    updatedAt: at,
  });
  for (const id of ['a', 'b']) {
    await store.putIntegration({
      id,
      vendorId: 'v',
      partnerId: `p-${id}`,
      partnerName: 'P',
      source: 'v',
      status: 'pending',
      createdAt: at,
      lastSyncedAt: null,
      openSince: null,
    });
  }
  return store;
}

describe.each(Object.entries(makers))('the %s store', (_name, make) => {
  it('gives back what was put in, ids of any text included', async () => {
    const store = await stocked(make);
    const ids = ['__proto__', 'constructor', "x'; DROP TABLE accounts; --", 'ünï 🦆', '1', ' '];
    expect(
      await store.createAccounts(
        'a',
        ids.map((id) => account(id)),
        100,
      ),
    ).toBe('created');
    expect(byId(await store.listAccounts('a'))).toEqual([...ids].sort());
    expect(await store.listAccounts('a')).toContainEqual(account('__proto__'));
    expect(await store.createServices('v', null, [service('s')], 10)).toBe('created');
    expect(await store.listServices('v', null)).toEqual([service('s')]);
    expect(await store.getVendor('nobody')).toBeNull();
    expect(await store.getIntegration('nobody')).toBeNull();
    expect(await store.read('nobody')).toBeNull();
  });

  it('replaces a vendor, but for when it was made', async () => {
    const store = await stocked(make);
    const vendor = await store.getVendor('v');
    const later = '2026-12-02T00:00:00Z';
    await store.putVendor({ ...vendor!, name: 'W', createdAt: later, updatedAt: later });
    expect(await store.getVendor('v')).toMatchObject({ name: 'W', createdAt: at, updatedAt: later });
  });

  it('creates all or none', async () => {
    const store = await stocked(make);
    await store.createAccounts('a', [account('1')], 3);
    expect(await store.createAccounts('a', [account('2'), account('1')], 3)).toBe('taken');
    expect(await store.createAccounts('a', [account('2'), account('2')], 3)).toBe('taken');
    expect(await store.createAccounts('a', [account('2'), account('3'), account('4')], 3)).toBe('full');
    expect(byId(await store.listAccounts('a'))).toEqual(['1']);
    expect(await store.createAccounts('b', [account('1')], 3)).toBe('created');
  });

  it('shows shared services to all, own ones to one, and lets neither take the id of the other', async () => {
    const store = await stocked(make);
    await store.createServices('v', null, [service('s')], 10);
    expect(await store.createServices('v', 'a', [service('s', 'a')], 10)).toBe('taken');
    expect(await store.createServices('v', 'a', [service('own', 'a')], 10)).toBe('created');
    expect(await store.createServices('v', 'b', [service('own', 'b')], 10)).toBe('created');
    expect(byId(await store.listServices('v', 'a'))).toEqual(['own', 's']);
    expect(byId(await store.listServices('v', null))).toEqual(['s']);
    expect(await store.createServices('v', 'a', [service('x', 'a')], 1)).toBe('full');
  });

  it('changes accounts all or none, and moves link and counts with the id', async () => {
    const store = await stocked(make);
    await store.createAccounts('a', [account('1'), account('2')], 10);
    await store.createServices('v', null, [service('s')], 10);
    await store.setMapping('a', { links: [link('1')], serviceIds: ['s'] });
    await store.putCount('a', { accountId: '1', serviceId: 's', units: 4.5, asOf: at }, true);
    const patches = (...list: [string, object][]) => list.map(([accountId, patch]) => ({ accountId, patch }));
    expect(await store.updateAccounts('a', patches(['2', { name: 'new' }], ['9', {}]))).toBe('unknown');
    expect(await store.updateAccounts('a', patches(['2', { name: 'new' }], ['1', { id: '2' }]))).toBe(
      'taken',
    );
    expect(await store.listAccounts('a')).toContainEqual(account('2'));
    await store.updateAccounts('a', patches(['1', { id: '7', name: 'moved', active: false, arrears: true }]));
    const after = await store.read('a');
    expect(after?.accounts.find((one) => one.id === '7')).toEqual(
      account('7', { name: 'moved', active: false, arrears: true, link: link('1').link }),
    );
    expect(after?.counts).toEqual([{ accountId: '7', serviceId: 's', units: 4.5, asOf: at }]);
  });

  it('changes own services only, and moves mapping and counts with the id', async () => {
    const store = await stocked(make);
    await store.createAccounts('a', [account('1')], 10);
    await store.createServices('v', null, [service('shared')], 10);
    await store.createServices('v', 'a', [service('own', 'a')], 10);
    await store.setMapping('a', { links: [link('1')], serviceIds: ['own', 'gone'] });
    await store.putCount('a', { accountId: '1', serviceId: 'own', units: 1, asOf: at }, true);
    expect(await store.updateServices('a', [{ serviceId: 'shared', patch: { name: 'x' } }])).toBe('unknown');
    expect(await store.updateServices('a', [{ serviceId: 'own', patch: { id: 'shared' } }])).toBe('taken');
    expect(await store.updateServices('b', [{ serviceId: 'own', patch: { name: 'x' } }])).toBe('unknown');
    const changed = await store.updateServices('a', [
      { serviceId: 'own', patch: { id: 'own2', active: false } },
    ]);
    expect(changed).toEqual([{ ...service('own', 'a'), id: 'own2', active: false }]);
    const after = await store.read('a');
    expect(after?.mappedServices).toEqual(['own2']);
    expect(after?.counts.map((count) => count.serviceId)).toEqual(['own2']);
  });

  it('tells how a count met the mapping, keeps the unmapped ones, and replaces', async () => {
    const store = await stocked(make);
    await store.createAccounts('a', [account('1'), account('2')], 10);
    await store.createServices('v', null, [service('s'), service('t')], 10);
    await store.setMapping('a', { links: [link('1')], serviceIds: ['s'] });
    const put = (accountId: string, serviceId: string, units: number, build = false) =>
      store.putCount('a', { accountId, serviceId, units, asOf: at }, build);
    expect(await put('9', 's', 1)).toEqual({ account: 'unknown', service: 'mapped', activated: false });
    expect(await put('1', '9', 1)).toEqual({ account: 'mapped', service: 'unknown', activated: false });
    expect((await store.getIntegration('a'))?.lastSyncedAt).toBeNull();
    expect(await put('2', 't', 3)).toEqual({ account: 'unmapped', service: 'unmapped', activated: false });
    expect(await put('1', 's', 7)).toEqual({ account: 'mapped', service: 'mapped', activated: true });
    expect(await put('1', 's', 0)).toEqual({ account: 'mapped', service: 'mapped', activated: false });
    expect((await store.getIntegration('a'))?.openSince).toBe(at);
    await put('1', 't', 0.1, true);
    const after = await store.read('a');
    expect(after?.integration).toMatchObject({ status: 'active', lastSyncedAt: at, openSince: null });
    expect(after?.counts.map((one) => [one.accountId, one.serviceId, one.units]).sort()).toEqual([
      ['1', 's', 0],
      ['1', 't', 0.1],
      ['2', 't', 3],
    ]);
    expect((await store.read('b'))?.counts).toEqual([]);
  });

  it('replaces keys of one owner only', async () => {
    const store = await stocked(make);
    const key = (id: string, kind: 'vendor' | 'partner', ownerId: string) =>
      ({ id, kind, ownerId, hash: `h${id}`, scopes: ['read', 'counts'], createdAt: at }) as const;
    await store.replaceKey(key('1', 'partner', 'a'));
    await store.replaceKey(key('2', 'partner', 'b'));
    await store.replaceKey(key('3', 'partner', 'a'));
    expect(await store.getKey('1')).toBeNull();
    expect(await store.getKey('3')).toEqual(key('3', 'partner', 'a'));
    await store.disconnect('a');
    expect(await store.getKey('3')).toBeNull();
    expect(await store.getKey('2')).toEqual(key('2', 'partner', 'b'));
  });

  it('forgets one integration when it is disconnected, and nothing of another', async () => {
    const store = await stocked(make);
    await store.createServices('v', null, [service('s')], 10);
    for (const id of ['a', 'b']) {
      await store.createAccounts(id, [account('1')], 10);
      await store.createServices('v', id, [service('own', id)], 10);
      await store.setMapping(id, { links: [link('1')], serviceIds: ['s', 'own'] });
      await store.putCount(id, { accountId: '1', serviceId: 's', units: 2, asOf: at }, true);
    }
    await store.disconnect('a');
    const [a, b] = [await store.read('a'), await store.read('b')];
    expect(a).toMatchObject({ accounts: [], counts: [], mappedServices: [], services: [service('s')] });
    expect(a?.integration).toMatchObject({ status: 'inactive', lastSyncedAt: null });
    expect(b?.counts).toHaveLength(1);
    expect(b?.services).toHaveLength(2);
    expect(b?.mappedServices).toHaveLength(2);
  });

  it('keeps status and times when an integration is put again', async () => {
    const store = await stocked(make);
    await store.setStatus('a', 'active');
    const before = await store.getIntegration('a');
    await store.putIntegration({ ...before!, status: 'inactive', partnerName: 'new', source: 'other' });
    expect(await store.getIntegration('a')).toEqual({ ...before, partnerName: 'new', source: 'other' });
    expect((await store.listIntegrations()).map((one) => one.id)).toEqual(['a', 'b']);
  });
});
