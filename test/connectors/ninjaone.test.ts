import { ninjaone } from 'trueup/connectors/ninjaone';
import { pullVendor } from 'trueup/sync';
import { describe, expect, it } from 'vitest';
import { serve, testCall } from '../transport/server.ts';

async function pullDevices(devices: readonly object[]) {
  const server = await serve((seen) => {
    if (seen.url.pathname === '/ws/oauth/token') return { json: { access_token: 'abcd', expires_in: 3600 } };
    if (seen.url.searchParams.has('after')) return { json: [] };
    return { json: seen.url.pathname === '/v2/organizations' ? [{ id: 1, name: 'A' }] : devices };
  });
  const connector = ninjaone({ baseUrl: server.base, clientId: 'client', clientSecret: 'secret' });
  return pullVendor(connector, { runtime: testCall().runtime });
}

describe('ninjaone', () => {
  it('a counted device without a class may be any kind: its organization is incomplete', async () => {
    const server = { id: 1, organizationId: 1, nodeClass: 'WINDOWS_SERVER', approvalStatus: 'APPROVED' };
    const bare = { ...server, id: 2, nodeClass: null };
    expect((await pullDevices([server, bare])).receipt).toMatchObject({
      complete: false,
      incompleteAccounts: ['1'],
    });
    const gone = { ...bare, approvalStatus: 'DECOMMISSIONED' };
    expect((await pullDevices([server, gone])).receipt.complete).toBe(true);
  });

  it('devices out of the order of their ids are refused: pages by id would leave some out', async () => {
    const device = (id: number) => ({
      id,
      organizationId: 1,
      nodeClass: 'MAC',
      approvalStatus: 'APPROVED',
    });
    await expect(pullDevices([device(1), device(9), device(3)])).rejects.toMatchObject({ code: 'PAGE_LOOP' });
  });
});
