import * as fc from 'fast-check';
import { createPushReceiver, encodeToken, memoryPushStore } from 'trueup/push';
import { describe, expect, it } from 'vitest';
import { constantTimeEqual } from '../../src/push/keys.ts';
import { ask, desk, mappingOf } from './helpers.ts';

const service = {
  name: 'Managed Server',
  description: 'd',
  category: 'infrastructure',
  subcategory: 'other',
};

/** A receiver with accounts 1 and 2 and one service; account 1 and the service are mapped. */
async function stocked(options: Parameters<typeof desk>[1] = {}) {
  const app = await desk(['north', 'south'], options);
  const token = app.token('north');
  const vendor = await ask(app.receiver, token, 'POST', '/service', service);
  const serviceId = vendor.body.skus[0].id as string;
  await ask(app.receiver, token, 'POST', '/organization/accounts', [
    { id: '1', name: 'Contoso' },
    { id: '2', name: 'Fabrikam', isArrears: true },
  ]);
  await ask(app.receiver, token, 'PATCH', '/organization/status/pending');
  await app.receiver.syncMapping('north', mappingOf(['1'], [serviceId]));
  const count = (accountId: unknown, unitCount: unknown, query = '') =>
    ask(app.receiver, token, 'POST', `/service/${serviceId}/count${query}`, { accountId, unitCount });
  return { ...app, tokenOf: app.token, token, serviceId, count };
}

describe('the wire protocol', () => {
  it('answers in the protocol’s own shapes', async () => {
    const { receiver, token, serviceId } = await stocked();
    const organization = await ask(receiver, token, 'GET', '/organization');
    expect(organization).toMatchObject({
      status: 200,
      body: {
        organizationId: 'p-north',
        name: 'MSP north',
        vendorId: 'meter',
        vendorName: 'My Meter',
        integrationId: 'north',
        status: 'pending',
        lastSyncedAt: '1900-01-01T00:00:00.000Z',
      },
    });
    const vendor = await ask(receiver, token, 'GET', '');
    expect(vendor.body).toMatchObject({
      status: 200,
      data: { id: 'meter', _id: 'meter', skus: [{ id: serviceId, _id: serviceId, ...service }] },
    });
    expect((await ask(receiver, token, 'GET', `/service/${serviceId}`)).body.data.skus).toHaveLength(1);
    expect((await ask(receiver, token, 'GET', '/service/none')).status).toBe(404);
    const accounts = await ask(receiver, token, 'GET', '/organization/accounts');
    expect(accounts.body).toEqual([
      {
        id: '1',
        name: 'Contoso',
        description: '',
        isMapped: true,
        mappingId: expect.stringMatching(/^[0-9a-f]{24}$/),
      },
      { id: '2', name: 'Fabrikam', description: '', isMapped: false },
    ]);
    expect(
      (await ask(receiver, token, 'GET', '/organization/accounts?returnUnmapped=false')).body,
    ).toHaveLength(1);
    expect((await ask(receiver, token, 'GET', '/organization/accounts?accountIds=2,9')).body).toHaveLength(1);
    expect((await ask(receiver, token, 'PATCH', '', { name: 'Renamed' })).body.data.name).toBe('Renamed');
    expect((await ask(receiver, token, 'PATCH', '/organization/status/PENDING')).status).toBe(400);
  });

  it('takes a count once, replaces it, and tells unmapped from unknown', async () => {
    const { receiver, serviceId, count, events } = await stocked();
    expect(await count('1', 42)).toMatchObject({ status: 201, body: { status: 201 } });
    expect(await count('1', 0)).toMatchObject({ status: 201 });
    expect(await count('2', 5)).toMatchObject({
      status: 404,
      body: { statusCode: 404, message: 'No account map found with id: 2' },
    });
    expect((await count('nobody', 5)).status).toBe(404);
    const snapshot = await receiver.snapshot('north');
    expect(snapshot.counts.map((one) => [one.accountId, one.skuId, one.units])).toEqual([
      ['1', serviceId, 0],
      ['2', serviceId, 5],
    ]);
    expect(events.filter((event) => event.type === 'count')).toHaveLength(4);
    expect(events.filter((event) => event.type === 'status').map((event) => event.status)).toEqual([
      'pending',
      'active',
    ]);
  });

  it('rounds what has more than six decimals, and takes nothing else than a quantity', async () => {
    const { receiver, count } = await stocked();
    await count('1', 1234.56789012345);
    expect((await receiver.snapshot('north')).counts[0]?.units).toBe(1234.56789);
    for (const bad of [-1, '5', null, true, [], {}, 1e300, 9_000_000_001]) {
      expect((await count('1', bad)).status).toBe(400);
    }
    for (const bad of [17, null, '', 'x'.repeat(257), 'a\u0000b', 'a\nb', '\ud800', {}, []]) {
      expect((await count(bad, 1)).status).toBe(400);
    }
    expect((await receiver.snapshot('north')).counts[0]?.units).toBe(1234.56789);
  });

  it('is incomplete while a push is open, and before the first', async () => {
    const { receiver, count, events } = await stocked();
    expect((await receiver.snapshot('north')).receipt.problems).toMatchObject([{ code: 'push-never' }]);
    await count('1', 1, '?no_build=true');
    const open = await receiver.snapshot('north');
    expect(open.receipt).toMatchObject({ complete: false, problems: [{ code: 'push-open' }] });
    expect(events.some((event) => event.type === 'build')).toBe(false);
    await count('2', 1);
    expect((await receiver.snapshot('north')).receipt.complete).toBe(true);
    expect(events.filter((event) => event.type === 'build')).toHaveLength(1);
  });

  it('leaves out what was not refreshed, and names its account, when asked', async () => {
    const { receiver, count, clock } = await stocked();
    await count('2', 7);
    clock.skip(3 * 3_600_000);
    await count('1', 5);
    const all = await receiver.snapshot('north');
    expect(all.counts.map((one) => one.asOf)).toEqual([
      '2026-12-01T11:00:00.000Z',
      '2026-12-01T08:00:00.000Z',
    ]);
    const young = await receiver.snapshot('north', { maxAgeHours: 2, metric: 'users', whenAbsent: 'zero' });
    expect(young.counts).toMatchObject([{ accountId: '1', metric: 'users', units: 5 }]);
    expect(young.receipt).toMatchObject({ complete: false, incompleteAccounts: ['2'] });
    expect(young.skus[0]).toMatchObject({ whenAbsent: 'zero', defaultMetric: 'users' });
  });

  it('lists what is old and what is mapped by id, whatever order the store gives', async () => {
    const { receiver, count, clock, token } = await stocked();
    await ask(receiver, token, 'POST', '/organization/accounts', [{ id: '0', name: 'Zero' }]);
    for (const id of ['2', '1', '0']) await count(id, 1);
    clock.skip(3 * 3_600_000);
    const { receipt } = await receiver.snapshot('north', { maxAgeHours: 2 });
    expect(receipt.problems.map(({ ids }) => ids?.accountId)).toEqual(['0', '1', '2']);
    const none = mappingOf([], []);
    expect((await receiver.syncMapping('north', none)).unmapped.accounts).toEqual(['0', '1', '2']);
    expect((await receiver.syncMapping('north', mappingOf(['2', '0'], []))).accounts).toEqual(['0', '2']);
  });

  it('takes no zero from an account or a service that was never counted', async () => {
    const { receiver, count, token } = await stocked();
    await ask(receiver, token, 'POST', '/service', { ...service, name: 'Never counted' });
    await ask(receiver, token, 'POST', '/organization/accounts', [{ id: 'retired', name: 'R' }]);
    await ask(receiver, token, 'PATCH', '/organization/accounts/retired', { isActive: false });
    await count('1', 5);
    const { skus, receipt } = await receiver.snapshot('north', { whenAbsent: 'zero' });
    const absent = Object.fromEntries(skus.map((sku) => [sku.name, sku.whenAbsent]));
    expect(absent).toMatchObject({ [service.name]: 'zero', 'Never counted': 'no-count' });
    expect(receipt).toMatchObject({
      complete: false,
      incompleteAccounts: ['2'],
      problems: [{ code: 'push-account-silent', ids: { accountId: '2' } }],
    });
    // Whoever claims no zeros loses nothing by it.
    expect((await receiver.snapshot('north')).receipt).toMatchObject({ complete: true, problems: [] });
  });

  it('creates a service once per name, however often it is asked', async () => {
    const { receiver, token, tokenOf } = await stocked();
    await Promise.all(
      Array.from({ length: 5 }, () => ask(receiver, token, 'POST', '/service', { ...service, name: 'Same' })),
    );
    const { body } = await ask(receiver, tokenOf('south'), 'GET', '');
    expect(body.data.skus.map((one: { name: string }) => one.name)).toEqual(['Managed Server', 'Same']);
    expect(
      (await ask(receiver, token, 'POST', '/service', { ...service, category: 'Security' })).status,
    ).toBe(400);
  });

  it('changes accounts and own services, and answers 409 for an id that exists', async () => {
    const { receiver, token } = await stocked();
    const path = '/organization/accounts';
    expect((await ask(receiver, token, 'POST', path, { id: '3', name: 'Single' })).status).toBe(201);
    expect(
      (
        await ask(receiver, token, 'POST', path, [
          { id: '4', name: 'x' },
          { id: '1', name: 'x' },
        ])
      ).status,
    ).toBe(409);
    expect(
      (await ask(receiver, token, 'PATCH', `${path}/3`, { name: 'New', isActive: false })).body.name,
    ).toBe('New');
    expect((await ask(receiver, token, 'PATCH', `${path}/3`, { id: '1' })).status).toBe(409);
    expect((await ask(receiver, token, 'PATCH', `${path}/none`, { name: 'x' })).status).toBe(404);
    expect((await ask(receiver, token, 'PATCH', path, [{ id: '2', name: 'Bulk' }])).status).toBe(200);
    const own = '/organization/services';
    expect(
      (await ask(receiver, token, 'POST', own, [{ id: 'own', name: 'Own', description: '' }])).status,
    ).toBe(201);
    expect(
      (await ask(receiver, token, 'POST', own, [{ id: 'own', name: 'Own', description: '' }])).status,
    ).toBe(409);
    expect((await ask(receiver, token, 'PATCH', `${own}/own`, { name: 'Own 2' })).status).toBe(200);
    expect((await ask(receiver, token, 'PATCH', own, [{ id: 'gone', name: 'x' }])).status).toBe(404);
    const { accounts } = await receiver.snapshot('north');
    expect(accounts.map((one) => [one.id, one.name, one.active])).toEqual([
      ['1', 'Contoso', true],
      ['2', 'Bulk', true],
      ['3', 'New', false],
    ]);
  });
});

describe('keys', () => {
  it('stores no key, only its hash, and shows it once', async () => {
    const store = memoryPushStore();
    const put: string[] = [];
    const spied = {
      ...store,
      replaceKey: (row: Parameters<typeof store.replaceKey>[0]) => {
        put.push(JSON.stringify(row));
        return store.replaceKey(row);
      },
    };
    const app = await desk(['north'], { store: spied, pepper: 'a pepper of 16 or more' });
    expect(put).toHaveLength(2);
    for (const key of [app.vendorKey, app.keys.north ?? '']) {
      expect(key).toMatch(/^t[vp]_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
      expect(put.join()).not.toContain(key.slice(-43));
    }
    expect((await ask(app.receiver, app.token('north'), 'GET', '/organization')).status).toBe(200);
    // The same store under another pepper knows nobody.
    const other = createPushReceiver({ store, pepper: 'another pepper, as long' });
    expect((await ask(other, app.token('north'), 'GET', '/organization')).status).toBe(401);
  });

  it('refuses every token that is not whole, in one way', async () => {
    const { receiver, vendorKey, keys, token } = await desk(['north', 'south']);
    const partner = keys.north ?? '';
    const flipped = `${partner.slice(0, -1)}${partner.endsWith('A') ? 'B' : 'A'}`;
    const tokens = [
      null,
      '',
      'djEyMzpwNDU2',
      '%%%',
      'x'.repeat(5000),
      btoa(`${vendorKey}:`),
      btoa(`:${partner}`),
      btoa(vendorKey),
      btoa(`${partner}:${vendorKey}`),
      btoa(`${vendorKey}:${vendorKey}`),
      btoa(`${partner}:${partner}`),
      btoa(`${vendorKey}:${flipped}`),
      btoa(`${vendorKey}:${partner}:`),
      btoa('__proto__:constructor'),
      `Basic ${token('north')}`,
    ];
    for (const bad of tokens) {
      const answer = await ask(receiver, bad, 'GET', '/organization');
      expect([answer.status, answer.body]).toEqual([401, { statusCode: 401, message: 'Unauthorized' }]);
    }
  });

  it('opens no other vendor’s integrations', async () => {
    const { receiver, keys } = await desk(['north']);
    await receiver.addVendor({ id: 'rival', name: 'Rival' });
    const token = encodeToken(await receiver.issueVendorKey('rival'), keys.north ?? '');
    expect((await ask(receiver, token, 'GET', '/organization')).status).toBe(401);
  });

  it('does what its scopes allow', async () => {
    const { receiver, vendorKey } = await desk(['north']);
    const token = encodeToken(
      vendorKey,
      await receiver.issuePartnerKey('north', { scopes: ['read', 'counts'] }),
    );
    expect((await ask(receiver, token, 'GET', '/organization')).status).toBe(200);
    expect(
      (await ask(receiver, token, 'POST', '/organization/accounts', [{ id: '1', name: 'x' }])).status,
    ).toBe(403);
    expect((await ask(receiver, token, 'PATCH', '/organization/status/active')).status).toBe(403);
    expect(
      (await ask(receiver, token, 'POST', '/service/x/count', { accountId: '1', unitCount: 1 })).status,
    ).toBe(404);
  });

  it('compares whole', () => {
    expect(constantTimeEqual('abc', 'abc')).toBe(true);
    expect(constantTimeEqual('abc', 'abd')).toBe(false);
    expect(constantTimeEqual('abc', 'abcd')).toBe(false);
  });
});

describe('hostile requests', () => {
  const raw = async (
    body: BodyInit,
    headers: Record<string, string> = {},
    options: Parameters<typeof desk>[1] = {},
  ) => {
    const { receiver, token } = await desk(['north'], options);
    const request = new Request('http://x/api/vendor-api/organization/accounts', {
      method: 'POST',
      headers: { 'gradient-token': token('north'), ...headers },
      body,
      duplex: 'half',
    } as RequestInit);
    const response = await receiver(request);
    return { status: response.status, text: await response.text(), left: await receiver.read('north') };
  };

  it('refuses a body that is too large, declared or not', async () => {
    const limits = { maxBodyBytes: 1000 };
    expect((await raw('x'.repeat(1001), {}, { limits })).status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(100));
      },
    });
    expect((await raw(endless, {}, { limits })).status).toBe(413);
    expect(sent).toBeLessThan(20);
  });

  it('gives up on a body that trickles', async () => {
    let cancelled = false;
    const slow = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const runtime = { now: () => '2026-12-01T08:00:00.000Z', sleep: async () => undefined };
    expect((await raw(slow, {}, { runtime })).status).toBe(408);
    expect(cancelled).toBe(true);
  });

  it('refuses what is not plain JSON, without repeating it', async () => {
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '{"id":"1"}',
      '[[[[[[[[[[]]]]]]]]]]',
      '['.repeat(500_000),
      '{"a":'.repeat(1000),
      '{"__proto__":{"id":"1","name":"x"}}',
      '[{"id":"1","name":"hunter2","isArrears":"hunter2"}]',
      new Uint8Array([0x22, 0xff, 0x22]),
    ];
    for (const body of bodies) {
      const { status, text, left } = await raw(body);
      expect(status).toBe(400);
      expect(text).not.toContain('hunter2');
      expect(left.accounts).toEqual([]);
    }
  });

  it('keeps prototype names plain names', async () => {
    const { receiver, token } = await desk(['north']);
    const text = '[{"id":"__proto__","name":"a","__proto__":{"polluted":1}},{"id":"constructor","name":"b"}]';
    expect((await ask(receiver, token('north'), 'POST', '/organization/accounts', text)).status).toBe(201);
    expect((await receiver.snapshot('north')).accounts.map((one) => one.id)).toEqual([
      '__proto__',
      'constructor',
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('lets no path lead out of its place', async () => {
    const { receiver, token } = await desk(['north', 'south']);
    const paths = [
      '/organization/accounts/%2e%2e',
      '/organization/accounts/..%2f..%2fservice',
      '/organization//accounts',
      '//organization',
      '/organization/accounts/%',
      '/organization/accounts/a/b',
      '/../../etc/passwd',
      '/organization/accounts;x=1',
      '/ORGANIZATION',
      '/service/%00/count',
    ];
    for (const path of paths) {
      const { status } = await ask(receiver, token('north'), 'PATCH', path, { name: 'x' });
      expect([400, 404, 405]).toContain(status);
    }
    expect((await ask(receiver, token('north'), 'DELETE', '/organization')).status).toBe(405);
  });

  it('slows down who is over the limit, and nobody else', async () => {
    const { receiver, token, clock } = await desk(['north', 'south'], { limits: { requestsPerSecond: 3 } });
    const statuses = async (id: string, times: number) => {
      const all = [];
      for (let i = 0; i < times; i++)
        all.push((await ask(receiver, token(id), 'GET', '/organization')).status);
      return all;
    };
    expect(await statuses('north', 5)).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses('south', 1)).toEqual([200]);
    clock.skip(1000);
    expect(await statuses('north', 4)).toEqual([200, 200, 200, 429]);
    const { headers } = await ask(receiver, token('north'), 'GET', '/organization');
    expect(headers.get('retry-after')).toBe('1');
  });

  it('bounds what one partner can store', async () => {
    const { receiver, token } = await desk(['north'], { limits: { maxAccounts: 2, maxServices: 1 } });
    const add = (...ids: string[]) =>
      ask(
        receiver,
        token('north'),
        'POST',
        '/organization/accounts',
        ids.map((id) => ({ id, name: id })),
      );
    expect((await add('1', '2', '3')).status).toBe(400);
    expect((await add('1', '2')).status).toBe(201);
    expect((await add('3')).status).toBe(400);
    expect((await ask(receiver, token('north'), 'POST', '/service', service)).status).toBe(201);
    expect(
      (await ask(receiver, token('north'), 'POST', '/service', { ...service, name: 'other' })).status,
    ).toBe(400);
  });

  it('answers 500 and no more when the store fails, and tells the embedder', async () => {
    const store = memoryPushStore();
    const failing = { ...store, listAccounts: () => Promise.reject(new Error('disk /var/db on fire')) };
    const { receiver, token, events } = await desk(['north'], { store: failing });
    const answer = await ask(receiver, token('north'), 'GET', '/organization/accounts');
    expect([answer.status, answer.body]).toEqual([
      500,
      { statusCode: 500, message: 'Internal Server Error' },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'failed', integrationId: 'north' });
  });

  it('acknowledges what is stored even when a listener throws', async () => {
    const { count } = await stocked({
      onEvent: () => {
        throw new Error('listener');
      },
    });
    expect((await count('1', 1)).status).toBe(201);
  });

  it('a replayed count changes nothing, and a replay after a new key is refused', async () => {
    const { receiver, token, count } = await stocked();
    await count('1', 5);
    const before = await receiver.read('north');
    await count('1', 5);
    expect((await receiver.read('north')).counts).toEqual(before.counts);
    await receiver.issuePartnerKey('north');
    expect((await ask(receiver, token, 'GET', '/organization')).status).toBe(401);
  });
});

describe('two partners of one vendor', () => {
  const id = fc.constantFrom('1', '2', '3', '__proto__');
  const step = fc.oneof(
    fc.record({
      do: fc.constant('create' as const),
      id,
      name: fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
    }),
    fc.record({ do: fc.constant('rename' as const), id, to: id }),
    fc.record({ do: fc.constant('count' as const), id, units: fc.nat(100) }),
    fc.record({ do: fc.constant('own-service' as const), id }),
    fc.record({ do: fc.constant('count-own' as const), id, service: id, units: fc.nat(100) }),
    fc.record({ do: fc.constant('map' as const), id }),
    fc.record({ do: fc.constant('disconnect' as const) }),
  );

  it('never read or write the other’s accounts, whatever they send', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ who: fc.constantFrom('north', 'south'), step }), {
          minLength: 1,
          maxLength: 25,
        }),
        async (steps) => {
          const app = await desk(['north', 'south']);
          const keys: Record<string, string> = { ...app.keys };
          const service = await ask(app.receiver, app.token('north'), 'POST', '/service', {
            name: 'S',
            description: '',
            category: 'other',
            subcategory: 'other',
          });
          const shared = service.body.skus[0].id as string;
          for (const { who, step: one } of steps) {
            const other = who === 'north' ? 'south' : 'north';
            const before = JSON.stringify(await app.receiver.read(other));
            const token = encodeToken(app.vendorKey, keys[who] ?? '');
            const path = (text: string) => `/organization/accounts/${encodeURIComponent(text)}`;
            const count = (serviceId: string, accountId: string, unitCount: number) =>
              ask(app.receiver, token, 'POST', `/service/${encodeURIComponent(serviceId)}/count`, {
                accountId,
                unitCount,
              });
            if (one.do === 'create') {
              // Names carry their owner, so that a leak would show.
              const account = { id: one.id, name: `${who}|${one.name}` };
              await ask(app.receiver, token, 'POST', '/organization/accounts', [account]);
            } else if (one.do === 'rename')
              await ask(app.receiver, token, 'PATCH', path(one.id), { id: one.to });
            else if (one.do === 'count') await count(shared, one.id, one.units);
            else if (one.do === 'own-service') {
              const own = [{ id: one.id, name: `${who}|own`, description: '' }];
              await ask(app.receiver, token, 'POST', '/organization/services', own);
            } else if (one.do === 'count-own') await count(one.service, one.id, one.units);
            else if (one.do === 'map')
              await app.receiver.syncMapping(who, mappingOf([one.id], [shared, one.id]));
            else {
              await app.receiver.disconnect(who);
              keys[who] = await app.receiver.issuePartnerKey(who);
            }
            expect(JSON.stringify(await app.receiver.read(other))).toBe(before);
            const { body } = await ask(
              app.receiver,
              encodeToken(app.vendorKey, keys[who] ?? ''),
              'GET',
              '/organization/accounts',
            );
            for (const account of body) expect(account.name).toMatch(new RegExp(`^${who}\\|`));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('options that would be ignored', () => {
  const store = memoryPushStore();
  const made = (options: object) => () => createPushReceiver(options as never);

  it('are refused, those of limits too', () => {
    expect(made({ store, basepath: '/x' })).toThrow(/unknown option basepath; did you mean basePath\?/);
    expect(made({ store, limits: { maxBodyByte: 1 } })).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTIONS',
        message: expect.stringContaining('unknown option limits.maxBodyByte; did you mean maxBodyBytes?'),
        context: { option: 'limits.maxBodyByte' },
      }),
    );
    expect(made({ store, limits: 5 })).toThrow(/limits must be an object/);
    expect(made({})).toThrow(/option store is missing/);
    expect(made({ store, limits: { requestsPerSecond: 0.5 } })).toThrow(
      /requestsPerSecond must be at least 1/,
    );
  });

  it('are refused when they are no hours, no scopes, no status, no names', async () => {
    const { receiver } = await desk();
    expect(made({ store, pepper: 1_234_567_890_123_456 })).toThrow(/pepper must have/);
    await expect(receiver.addVendor({ id: 'v' } as never)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'name must be a text that is not empty.',
    });
    const partner = { id: 'i', vendorId: 'meter', partnerId: 'p', partnerName: 'P' };
    for (const field of ['partnerId', 'partnerName', 'source']) {
      await expect(receiver.connect({ ...partner, [field]: '' })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: `${field} must be a text that is not empty.`,
      });
    }
    expect(await receiver.getIntegration('i')).toBeNull();
    for (const maxAgeHours of [Number.NaN, -1, '24', '24h', Number.POSITIVE_INFINITY, null]) {
      await expect(receiver.snapshot('north', { maxAgeHours: maxAgeHours as number })).rejects.toMatchObject({
        code: 'BAD_OPTIONS',
        message: expect.stringContaining('maxAgeHours'),
      });
    }
    for (const scopes of [['Read'], 'readcounts', [1]]) {
      await expect(receiver.issuePartnerKey('north', { scopes: scopes as never })).rejects.toMatchObject({
        code: 'BAD_OPTIONS',
        message: expect.stringContaining('"read", "status"'),
      });
    }
    await expect(receiver.setStatus('north', 'Pending' as never)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'status must be one of active, inactive, pending, disabled, error.',
    });
    expect((await receiver.getIntegration('north'))?.status).toBe('inactive');
  });

  it('are refused where a snapshot would keep old counts, or a key would open more', async () => {
    const { receiver } = await desk();
    await expect(receiver.snapshot('north', { maxAge: 5 } as object)).rejects.toThrow(
      /did you mean maxAgeHours/,
    );
    await expect(receiver.snapshot('north', { whenAbsent: 'none' as never })).rejects.toThrow(
      /"zero", "no-count"/,
    );
    await expect(receiver.issuePartnerKey('north', { scope: [] } as object)).rejects.toThrow(
      /did you mean scopes/,
    );
  });
});
