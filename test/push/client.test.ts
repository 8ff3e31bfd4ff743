import { inspect } from 'node:util';
import { TrueupError, type VendorSnapshot } from 'trueup';
import { countsToPush, createPushClient, decodeToken, encodeToken, pushSnapshot } from 'trueup/push';
import { describe, expect, it } from 'vitest';
import { desk, mappingOf } from './helpers.ts';

/** `accounts` × `skus`, each counted. */
function snapshotOf(accounts: number, skus: number, more: Partial<VendorSnapshot> = {}): VendorSnapshot {
  const ids = (count: number, letter: string) => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  return {
    specVersion: 1,
    kind: 'vendor',
    source: 'meter',
    connector: 'x',
    takenAt: '2026-12-01T07:00:00Z',
    accounts: ids(accounts, 'a').map((id) => ({ id, name: `Customer ${id}`, active: true })),
    skus: ids(skus, 's').map((id) => ({
      id,
      name: `Service ${id}`,
      metrics: ['users'],
      defaultMetric: 'users',
      whenAbsent: 'zero',
    })),
    counts: ids(accounts, 'a').flatMap((accountId, i) =>
      ids(skus, 's').map((skuId, j) => ({ accountId, skuId, metric: 'users', units: i * 10 + j })),
    ),
    receipt: { complete: true, resources: {}, problems: [] },
    ...more,
  };
}

/** `lost`: the request arrives, the answer does not. */
type Fault = (request: Request, nth: number) => Response | Error | 'lost' | undefined;

/** A receiver with everything mapped by `map()`, a client that talks to it, and what was asked. */
async function pair(fault: Fault = () => undefined) {
  const app = await desk(['north']);
  const asked: { method: string; path: string; noBuild: boolean; body: string }[] = [];
  const slept: number[] = [];
  let nth = 0;
  const client = createPushClient({
    vendorKey: app.vendorKey,
    partnerKey: app.keys.north ?? '',
    baseUrl: 'http://receiver.test/api',
    runtime: {
      now: app.clock.now,
      sleep: async (ms) => {
        slept.push(ms);
        app.clock.skip(ms);
      },
      random: () => 0,
      fetch: async (input, init) => {
        const request = new Request(input as Request, init);
        const url = new URL(request.url);
        const path = url.pathname.replace('/api/vendor-api', '');
        const body = await request.clone().text();
        asked.push({
          method: request.method,
          path,
          noBuild: url.searchParams.get('no_build') === 'true',
          body,
        });
        const wrong = fault(request, nth++);
        if (wrong instanceof Error) throw wrong;
        if (wrong === 'lost') {
          await app.receiver(request);
          throw new Error('reset');
        }
        return wrong ?? app.receiver(request);
      },
    },
  });
  const map = async (accountIds?: readonly string[]) => {
    const { accounts, services } = await app.receiver.read('north');
    const ids = accountIds ?? accounts.map((one) => one.id);
    await app.receiver.syncMapping(
      'north',
      mappingOf(
        ids,
        services.map((one) => one.id),
      ),
    );
  };
  const counted = () => asked.filter((one) => one.path.endsWith('/count'));
  return { ...app, client, asked, slept, map, counted };
}

const json = (status: number, message: string, headers = {}): Response =>
  new Response(JSON.stringify({ statusCode: status, message }), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('the token', () => {
  it('is base64 of both keys', () => {
    expect(encodeToken('v123', 'p456')).toBe('djEyMzpwNDU2');
    expect(decodeToken('djEyMzpwNDU2')).toEqual({ vendorKey: 'v123', partnerKey: 'p456' });
    expect(() => encodeToken('', 'x')).toThrow(/vendorKey/);
    expect(() => encodeToken('a:b', 'x')).toThrow(/colon/);
  });

  it('is in no error, whatever goes wrong', async () => {
    const { client, vendorKey, keys } = await pair((request) => {
      const token = request.headers.get('gradient-token') ?? '';
      return json(401, `bad token ${token} of ${token}`);
    });
    const error = await client.organization().catch((caught: unknown) => caught);
    expect(TrueupError.is(error, 'AUTH_FAILED')).toBe(true);
    const shown = inspect(error, { depth: 9 }) + JSON.stringify(error);
    for (const secret of [vendorKey, keys.north ?? '', encodeToken(vendorKey, keys.north ?? '')]) {
      expect(shown).not.toContain(secret);
    }
  });

  it.each([{ baseUrl: 'ftp://x' }, { baseUrl: 'x' }, { concurrency: 0 }, { requestsPerSecond: 0.5 }])(
    'refuses the options %o',
    (options) => {
      const keys = { vendorKey: 'v', partnerKey: 'p' };
      expect(() => createPushClient({ ...keys, ...options })).toThrow(
        expect.objectContaining({ code: 'BAD_OPTIONS' }),
      );
    },
  );
});

describe('what is pushed', () => {
  it('sums rows of the metric, sends proven zeros, and skips what is not known', () => {
    const snapshot = snapshotOf(2, 2, {
      skus: [
        { id: 's0', name: 'Devices', metrics: ['devices'], defaultMetric: 'devices', whenAbsent: 'zero' },
        {
          id: 's1',
          name: 'Seats',
          metrics: ['users', 'paid'],
          defaultMetric: 'paid',
          whenAbsent: 'no-count',
        },
      ],
      counts: [
        { accountId: 'a0', skuId: 's1', metric: 'paid', units: 0.1, ref: '1' },
        { accountId: 'a0', skuId: 's1', metric: 'paid', units: 0.2, ref: '2' },
        { accountId: 'a0', skuId: 's1', metric: 'users', units: 99 },
        { accountId: 'a1', skuId: 's1', metric: 'paid', units: 5, status: 'ended' },
        { accountId: 'gone', skuId: 's1', metric: 'paid', units: 1 },
      ],
    });
    expect(countsToPush(snapshot)).toEqual({
      counts: [
        { accountId: 'a0', skuId: 's0', units: 0 },
        { accountId: 'a0', skuId: 's1', units: 0.3 },
        { accountId: 'a1', skuId: 's0', units: 0 },
      ],
      skipped: [
        { accountId: 'gone', skuId: 's1', reason: 'orphan' },
        { accountId: 'a1', skuId: 's1', reason: 'term-ended' },
      ],
      problems: [],
    });
  });

  it('takes no zero from an inactive account, nor from rows of other metrics only', () => {
    const counts = [{ accountId: 'a0', skuId: 's0', metric: 'devices', units: 7 }];
    const snapshot = snapshotOf(2, 1, { counts });
    const accounts = snapshot.accounts.map((one) => ({ ...one, active: one.id === 'a0' }));
    expect(countsToPush({ ...snapshot, accounts })).toEqual({
      counts: [],
      skipped: [{ accountId: 'a0', skuId: 's0', reason: 'not-reported' }],
      problems: [],
    });
    // The SKU has no such metric: nothing says that absence means zero for it.
    expect(countsToPush(snapshotOf(1, 1, { counts: [] }), () => 'licences').counts).toEqual([]);
  });

  it('pushes no sum of rows that say the same thing twice', () => {
    const row = { accountId: 'a0', skuId: 's0', metric: 'users', units: 5 };
    const pushed = (...refs: (string | undefined)[]) =>
      countsToPush(
        snapshotOf(1, 1, { counts: refs.map((ref) => (ref === undefined ? row : { ...row, ref })) }),
      );
    expect(pushed('x', 'y', undefined).counts).toEqual([{ accountId: 'a0', skuId: 's0', units: 15 }]);
    expect(pushed('x', 'y', 'x')).toMatchObject({ counts: [], problems: [{ code: 'duplicate-count' }] });
    expect(pushed(undefined, undefined)).toMatchObject({
      counts: [],
      problems: [{ code: 'duplicate-count' }],
    });
  });

  it.each([-1, Number.NaN, 0.1234567, 3e9])(
    'pushes no sum with %s in it, and calls it what it is',
    (units) => {
      const row = { accountId: 'a0', skuId: 's0', metric: 'users' };
      const counts = [
        { ...row, units: 5, ref: 'x' },
        { ...row, units, ref: 'y' },
      ];
      expect(countsToPush(snapshotOf(1, 1, { counts }))).toMatchObject({
        counts: [],
        problems: [{ code: 'bad-count', ids: { accountId: 'a0', skuId: 's0' } }],
      });
    },
  );

  it('pushes nothing of an account or SKU that is there twice, and all the rest', async () => {
    const whole = snapshotOf(3, 2);
    const accounts = [...whole.accounts, { id: 'a1', name: 'Another', active: true }];
    const twice = countsToPush({ ...whole, accounts });
    expect(twice.counts.map(({ accountId }) => accountId)).toEqual(['a0', 'a0', 'a2', 'a2']);
    expect(twice.problems).toMatchObject([{ code: 'duplicate-id', ids: { accountId: 'a1' } }]);
    const skus = [...whole.skus, ...whole.skus.slice(0, 1)];
    const skuTwice = countsToPush({ ...whole, skus });
    expect(skuTwice.counts.map(({ skuId }) => skuId)).toEqual(['s1', 's1', 's1']);
    expect(skuTwice.problems).toMatchObject([{ code: 'duplicate-id', ids: { skuId: 's0' } }]);

    const { client, receiver } = await pair();
    const report = await pushSnapshot({ ...whole, accounts }, { client });
    expect(report).toMatchObject({ stopped: null, complete: false, accounts: { created: ['a0', 'a2'] } });
    expect((await receiver.read('north')).accounts).toHaveLength(2);
  });

  it('does not believe a receipt that contradicts itself', () => {
    const resources = { devices: { rows: 3, pages: 1, complete: false } };
    const receipt = { complete: true, resources, problems: [] };
    expect(() => countsToPush(snapshotOf(2, 1, { receipt }))).toThrow(
      expect.objectContaining({ code: 'PULL_INCOMPLETE' }),
    );
  });

  it('pushes nothing for accounts that could not be read, and nothing at all of a torn snapshot', () => {
    const receipt = { complete: false, resources: {}, problems: [] };
    const partial = countsToPush(snapshotOf(2, 1, { receipt: { ...receipt, incompleteAccounts: ['a1'] } }));
    expect(partial.counts.map((one) => one.accountId)).toEqual(['a0']);
    expect(partial.skipped).toEqual([{ accountId: 'a1', skuId: 's0', reason: 'source-incomplete' }]);
    expect(() => countsToPush(snapshotOf(2, 1, { receipt }))).toThrow(
      expect.objectContaining({ code: 'PULL_INCOMPLETE' }),
    );
  });
});

describe('pushSnapshot', () => {
  it('sends every count, zeros too, with no_build on all but the last', async () => {
    const { client, map, counted, receiver } = await pair();
    await pushSnapshot(snapshotOf(3, 2), { client });
    await map();
    const before = counted().length;
    const report = await pushSnapshot(snapshotOf(3, 2), { client });
    const sent = counted().slice(before);
    expect(sent).toHaveLength(6);
    expect(sent.map((one) => one.noBuild)).toEqual([true, true, true, true, true, false]);
    expect(report).toMatchObject({ complete: true, stopped: null, unmapped: [] });
    expect(report.accepted).toHaveLength(6);
    const received = await receiver.snapshot('north');
    expect(received.receipt.complete).toBe(true);
    expect(received.counts.map((one) => one.units).sort((a, b) => a - b)).toEqual([0, 1, 10, 11, 20, 21]);
  });

  it('ends the push with a count that was taken, when the last one is not mapped', async () => {
    const { client, map, counted } = await pair();
    await pushSnapshot(snapshotOf(3, 1), { client });
    await map(['a0', 'a1']);
    const before = counted().length;
    const report = await pushSnapshot(snapshotOf(3, 1), { client });
    expect(report.unmapped).toMatchObject([{ accountId: 'a2', reason: 'account-unmapped' }]);
    const sent = counted().slice(before);
    expect(sent).toHaveLength(4);
    expect(sent.at(-1)).toMatchObject({
      noBuild: false,
      body: sent.find((one) => one.body.includes('"a1"'))?.body,
    });
  });

  it('creates what is missing, renames what is renamed, and makes no service twice', async () => {
    const { client, receiver, asked } = await pair();
    await pushSnapshot(snapshotOf(2, 1), { client });
    const renamed = snapshotOf(3, 1);
    const accounts = renamed.accounts.map((one) => (one.id === 'a0' ? { ...one, name: 'New name' } : one));
    const report = await pushSnapshot({ ...renamed, accounts }, { client });
    expect(report.accounts).toEqual({ created: ['a2'], renamed: ['a0'] });
    expect(report.services.created).toEqual([]);
    expect(asked.filter((one) => one.method === 'POST' && one.path === '/service')).toHaveLength(1);
    expect((await receiver.snapshot('north')).accounts[0]?.name).toBe('New name');
  });

  it.each([
    ['the answer got lost', 'lost' as const],
    ['the request got lost', new Error('reset')],
  ])('looks before it creates a service again, when %s', async (_what, fault) => {
    let armed = true;
    const { client, asked, receiver } = await pair((request) => {
      if (!armed || request.method !== 'POST' || !request.url.endsWith('/service')) return undefined;
      armed = false;
      return fault;
    });
    const report = await pushSnapshot(snapshotOf(1, 1), { client });
    // Never created on a guess: either it is found, or the push ends and the next one creates it.
    expect(report.stopped?.code).toBe(fault === 'lost' ? undefined : 'NETWORK');
    await pushSnapshot(snapshotOf(1, 1), { client, previous: report });
    expect(asked.filter((one) => one.method === 'POST' && one.path === '/service')).toHaveLength(
      fault === 'lost' ? 1 : 2,
    );
    expect((await receiver.read('north')).services).toHaveLength(1);
  });

  it('creates accounts again after a lost answer, and finds them there', async () => {
    let armed = true;
    const { client, receiver } = await pair((request) => {
      if (!armed || request.method !== 'POST' || !request.url.endsWith('/accounts')) return undefined;
      armed = false;
      return 'lost';
    });
    const report = await pushSnapshot(snapshotOf(3, 1), { client });
    expect(report.stopped).toBeNull();
    expect((await receiver.read('north')).accounts).toHaveLength(3);
  });

  it('takes the first of services that share a name, and says so', async () => {
    const twins = JSON.stringify({
      status: 200,
      data: {
        skus: [
          { id: 'x1', name: 'Service s0' },
          { _id: 'x2', name: 'Service s0' },
        ],
      },
    });
    const { client, counted } = await pair((request) =>
      request.method === 'GET' && request.url.endsWith('/vendor-api') ? new Response(twins) : undefined,
    );
    const report = await pushSnapshot(snapshotOf(1, 1), { client });
    expect(report.problems).toMatchObject([{ code: 'duplicate-service', ids: { others: 'x2' } }]);
    expect(counted()[0]?.path).toBe('/service/x1/count');
  });

  it('refuses two SKUs of one name', async () => {
    const { client } = await pair();
    const service = () => ({ name: 'Same' });
    await expect(pushSnapshot(snapshotOf(1, 2), { client, service })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it.each([Number.NaN, 0, 1.5, -1, Number.POSITIVE_INFINITY, '4'])(
    'sends nothing with a concurrency of %s, and says so',
    async (concurrency) => {
      const { client, asked } = await pair();
      await expect(
        pushSnapshot(snapshotOf(3, 1), { client, concurrency: concurrency as number }),
      ).rejects.toMatchObject({ code: 'BAD_OPTIONS', message: expect.stringContaining('concurrency') });
      expect(asked).toEqual([]);
    },
  );

  it('believes no report of another integration, of another source, or from before a disconnect', async () => {
    const snapshot = snapshotOf(3, 1);
    const { client, map, receiver } = await pair();
    await pushSnapshot(snapshot, { client });
    await map();
    const first = await pushSnapshot(snapshot, { client });
    const push = async (previous: typeof first, by = client) => {
      const { accepted, unchanged } = await pushSnapshot(snapshot, { client: by, previous });
      return [accepted.length, unchanged.length];
    };
    expect(await push(first)).toEqual([0, 3]);
    expect(await push({ ...first, integration: { id: 'south', status: 'active' } })).toEqual([3, 0]);
    expect(await push({ ...first, source: 'other' })).toEqual([3, 0]);
    await expect(push(snapshot as never)).rejects.toMatchObject({ code: 'BAD_OPTIONS' });

    // Disconnected, connected again, and a push that died after it had made the accounts.
    await receiver.disconnect('north');
    const again = createPushClient({
      vendorKey: await receiver.issueVendorKey('meter'),
      partnerKey: await receiver.issuePartnerKey('north'),
      baseUrl: 'http://receiver.test/api',
      runtime: { fetch: (input, init) => receiver(new Request(input as Request, init)) },
    });
    await again.setStatus('pending');
    await again.createAccounts(snapshot.accounts);
    await map();
    expect(await push(first, again)).toEqual([3, 0]);
    expect((await receiver.snapshot('north')).counts).toHaveLength(3);
  });

  it('waits out a 429 and repeats the count, which is absolute', async () => {
    const { client, map, slept, counted } = await pair((request, nth) =>
      request.url.includes('/count') && nth % 3 === 0
        ? json(429, 'slow down', { 'retry-after': '2' })
        : undefined,
    );
    await pushSnapshot(snapshotOf(4, 1), { client });
    await map();
    const report = await pushSnapshot(snapshotOf(4, 1), { client });
    expect(report.accepted).toHaveLength(4);
    expect(counted().length).toBeGreaterThan(8);
    expect(slept.some((ms) => ms >= 1999)).toBe(true);
  });

  it.each([
    [401, 'AUTH_FAILED'],
    [403, 'FORBIDDEN'],
  ])('stops at a %i, repeats nothing, and resumes with what is missing', async (status, code) => {
    let armed = false;
    let left = 2;
    const { client, map, counted, receiver } = await pair((request) =>
      armed && request.url.includes('/count') && left-- <= 0 ? json(status, 'no') : undefined,
    );
    await pushSnapshot(snapshotOf(6, 1), { client });
    await map();
    armed = true;
    const before = counted().length;
    const report = await pushSnapshot(snapshotOf(6, 1), { client, concurrency: 1 });
    expect(report).toMatchObject({ complete: false, stopped: { code, retryable: false } });
    expect(report.accepted).toHaveLength(2);
    expect(counted().length - before).toBe(3);
    expect((await receiver.snapshot('north')).receipt.complete).toBe(false);
    armed = false;
    const rest = await pushSnapshot(snapshotOf(6, 1), { client, previous: report });
    expect(rest.unchanged).toHaveLength(2);
    expect(rest.accepted).toHaveLength(4);
    expect(rest.complete).toBe(true);
    expect((await receiver.snapshot('north')).receipt.complete).toBe(true);
  });

  it('sends only what changed since the report it is given, and ends a push that was cut off', async () => {
    const { client, map, counted } = await pair();
    await pushSnapshot(snapshotOf(3, 1), { client });
    await map();
    const first = await pushSnapshot(snapshotOf(3, 1), { client });
    const same = counted().length;
    expect(await pushSnapshot(snapshotOf(3, 1), { client, previous: first })).toMatchObject({
      complete: true,
    });
    expect(counted().length).toBe(same);
    const changed = snapshotOf(3, 1);
    const counts = changed.counts.map((one) => (one.accountId === 'a1' ? { ...one, units: 0 } : one));
    const second = await pushSnapshot({ ...changed, counts }, { client, previous: first });
    expect(second.accepted).toMatchObject([{ accountId: 'a1', units: 0 }]);
    const cut = { ...second, complete: false };
    const before = counted().length;
    await pushSnapshot({ ...changed, counts }, { client, previous: cut });
    expect(counted().slice(before)).toMatchObject([{ noBuild: false }]);
  });

  it('ends on abort with what was taken so far', async () => {
    const controller = new AbortController();
    const { client, map } = await pair();
    await pushSnapshot(snapshotOf(5, 1), { client });
    await map();
    const report = await pushSnapshot(snapshotOf(5, 1), {
      client,
      concurrency: 1,
      signal: controller.signal,
      onCount: (_count, _result, done) => done === 2 && controller.abort(),
    });
    expect(report.stopped?.code).toBe('ABORTED');
    expect(report.accepted).toHaveLength(2);
  });

  it('can keep services to one partner, by SKU id', async () => {
    const { client, map, receiver } = await pair();
    await pushSnapshot(snapshotOf(1, 2), { client, services: 'organization' });
    await map();
    const report = await pushSnapshot(snapshotOf(1, 2), { client, services: 'organization' });
    expect(report.accepted.map((one) => one.serviceId)).toEqual(['s0', 's1']);
    expect((await receiver.read('north')).services.every((one) => one.integrationId === 'north')).toBe(true);
  });
});

describe('options that would be ignored', () => {
  const keys = { vendorKey: 'v', partnerKey: 'p' };

  it('are refused by the client, which would push to the default service', () => {
    const options = { ...keys, baseURL: 'https://receiver.example/api' };
    expect(() => createPushClient(options)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTIONS',
        message: expect.stringContaining('unknown option baseURL; did you mean baseUrl?'),
      }),
    );
    expect(() => createPushClient(undefined as never)).toThrow(/option vendorKey is missing/);
    expect(() => createPushClient({ ...keys, baseUrl: '' })).toThrow(/baseUrl must be a text/);
  });

  it('are refused by pushSnapshot', async () => {
    const client = createPushClient(keys);
    const pushed = (options: object) => pushSnapshot(snapshotOf(1, 1), options as never);
    await expect(pushed({ client, last: null })).rejects.toMatchObject({ code: 'BAD_OPTIONS' });
    await expect(pushed({ client, services: 'own' })).rejects.toThrow(
      'pushSnapshot: option services must be one of "vendor", "organization".',
    );
    await expect(pushed({})).rejects.toThrow('option client is missing');
  });
});
