import { type Receipt, TrueupError } from 'trueup';
import type { PsaConnector, PsaRows, VendorConnector, VendorRows } from 'trueup/connector';
import { type PullProgress, pullAll, pullPsa, pullVendor } from 'trueup/sync';
import { createTestRuntime } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { failure } from '../transport/server.ts';

const facts = { confidence: 'high', unconfirmed: [], limits: 'none' } as const;
const done: Receipt = { complete: true, resources: {}, problems: [] };

function vendor(
  id: string,
  pages: (signal?: AbortSignal) => AsyncGenerator<VendorRows, Receipt>,
): VendorConnector {
  return {
    specVersion: 1,
    role: 'vendor',
    id,
    name: id,
    capabilities: { metrics: ['devices'], whenAbsent: 'zero', filters: [], ...facts },
    check: async () => ({ account: null, baseUrl: '' }),
    pull: (context) => pages(context.signal),
  };
}

function psa(pages: () => AsyncGenerator<PsaRows, Receipt>): PsaConnector {
  return {
    specVersion: 1,
    role: 'psa',
    id: 'psa',
    name: 'PSA',
    currency: 'EUR',
    capabilities: {
      precision: 'integer',
      dating: 'dated',
      writes: 'none',
      adds: false,
      partialReads: [],
      ...facts,
    },
    check: async () => ({ account: null, baseUrl: '' }),
    pull: () => pages(),
    readLine: async () => null,
    setQuantity: async () => {},
  };
}

const good = (id: string): VendorConnector =>
  vendor(id, async function* () {
    yield { resource: 'sites', accounts: [{ id: 'a', name: 'A', active: true }] };
    return done;
  });
const bad = vendor('bad', async function* () {
  yield { resource: 'sites', accounts: [{ id: 'a', name: 'A', active: true }] };
  throw new TrueupError('RATE_LIMITED', 'bad: too many requests.', {
    retryable: true,
    retryAt: '2026-12-01T00:00:00Z',
  });
});
const goodPsa = psa(async function* () {
  yield { resource: 'companies', customers: [{ id: 'c', name: 'C', active: true }] };
  return done;
});
const runtime = createTestRuntime();

describe('a snapshot', () => {
  it('has its rows in the one order, whatever order they came in', async () => {
    const rows = [
      { id: '10', name: 'x', active: true },
      { id: '9', name: 'y', active: true },
      { id: 'B', name: 'z', active: true },
      { id: 'a', name: 'z', active: true },
    ];
    const inOrder = (accounts: typeof rows) =>
      vendor('v', async function* () {
        for (const account of accounts) yield { resource: 'sites', accounts: [account] };
        return done;
      });
    const one = await pullVendor(inOrder(rows), { runtime });
    const two = await pullVendor(inOrder([...rows].reverse()), { runtime });
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    expect(one.accounts.map(({ id }) => id)).toEqual(['10', '9', 'B', 'a']);
  });

  it('carries the time the pull began, the source, and what the connector is', async () => {
    const slow = psa(async function* () {
      await own.sleep(60_000);
      yield { resource: 'companies', customers: [] };
      return done;
    });
    const own = createTestRuntime({ start: '2026-11-20T08:00:00Z' });
    expect(await pullPsa(slow, { runtime: own, source: 'main' })).toEqual({
      specVersion: 1,
      kind: 'psa',
      source: 'main',
      connector: 'psa',
      takenAt: '2026-11-20T08:00:00.000Z',
      currency: 'EUR',
      precision: 'integer',
      dating: 'dated',
      customers: [],
      services: [],
      contracts: [],
      lines: [],
      receipt: done,
    });
  });

  it('holds a row once that came twice, and reports two rows of one id', async () => {
    const site = { id: 'a', name: 'A', active: true };
    const twice = (names: string[]) =>
      vendor('v', async function* () {
        for (const name of names) yield { resource: 'sites', accounts: [site, { ...site, id: 'b', name }] };
        return done;
      });
    const snapshot = await pullVendor(twice(['B', 'A', 'B']), { runtime });
    expect(snapshot.accounts.map(({ name }) => name)).toEqual(['A', 'A']);
    expect(snapshot.receipt.problems[0]).toMatchObject({ code: 'duplicate-id', ids: { accountId: 'b' } });
    const turned = await pullVendor(twice(['A', 'B', 'B']), { runtime });
    expect(turned.accounts).toEqual(snapshot.accounts);
  });

  it('keeps counts of one key apart by their ref', async () => {
    const count = { accountId: 'a', skuId: 's', metric: 'purchased', units: 4 };
    const connector = vendor('v', async function* () {
      yield {
        resource: 'subscriptions',
        counts: [
          { ...count, ref: '2' },
          { ...count, ref: '1' },
          { ...count, ref: '2' },
        ],
      };
      return done;
    });
    expect((await pullVendor(connector, { runtime })).counts.map(({ ref }) => ref)).toEqual(['1', '2']);
  });
});

describe('a connector with a bug', () => {
  const broken = vendor('broken', async function* () {
    yield { resource: 'sites', accounts: [] };
    throw new TypeError('cannot read token-secret of undefined');
  });

  it('does not stop the others, and its words are not passed on', async () => {
    const { vendors } = await pullAll(
      { vendors: [{ connector: broken }, { connector: good('v') }] },
      { runtime },
    );
    expect(vendors.map(({ receipt }) => receipt.complete)).toEqual([false, true]);
    expect(vendors[0]?.receipt.problems).toMatchObject([{ code: 'pull-failed', ids: { source: 'broken' } }]);
    expect(JSON.stringify(vendors)).not.toContain('token-secret');
    await expect(pullVendor(broken, { runtime })).rejects.toThrow(TypeError);
  });

  it('is not blamed for what onProgress throws', async () => {
    const mine = new RangeError('mine');
    const onProgress = (): void => {
      throw mine;
    };
    await expect(pullAll({ vendors: [{ connector: good('v') }] }, { runtime, onProgress })).rejects.toBe(
      mine,
    );
  });
});

describe('quantities nobody can trust', () => {
  it('a count twice with two numbers, or with none, makes its account incomplete', async () => {
    const count = (accountId: string, units: number) => ({ accountId, skuId: 's', metric: 'devices', units });
    const connector = vendor('v', async function* () {
      yield {
        resource: 'usage',
        counts: [count('a', 4), count('a', 5), count('b', -1), count('c', Number.NaN), count('d', 2)],
      };
      return done;
    });
    const { counts, receipt } = await pullVendor(connector, { runtime });
    expect(counts.map(({ accountId }) => accountId)).toEqual(['a', 'd']);
    expect(receipt).toMatchObject({ complete: false, incompleteAccounts: ['a', 'b', 'c'] });
    expect(receipt.problems.map(({ code }) => code)).toEqual(['bad-units', 'bad-units', 'duplicate-id']);
  });

  it('a line told of two contracts makes both incomplete: either may be the one that lacks it', async () => {
    const line = {
      id: 'l',
      customerId: 'c',
      serviceId: 's',
      units: 1,
      startDate: null,
      endDate: null,
      active: true,
      billable: true,
    };
    for (const order of [
      ['k1', 'k2'],
      ['k2', 'k1'],
    ]) {
      const connector = psa(async function* () {
        yield { resource: 'lines', lines: order.map((contractId) => ({ ...line, contractId })) };
        return done;
      });
      const { receipt } = await pullPsa(connector, { runtime });
      expect(receipt).toMatchObject({ complete: false, incompleteContracts: ['k1', 'k2'] });
    }
  });

  it('a line likewise makes its contract incomplete, beside those the connector named', async () => {
    const line = {
      contractId: 'k',
      customerId: 'c',
      serviceId: 's',
      startDate: null,
      endDate: null,
      active: true,
      billable: true,
    };
    const connector = psa(async function* () {
      yield {
        resource: 'lines',
        lines: [
          { ...line, id: '1', units: 1.5 },
          { ...line, id: '2', units: -3 },
        ],
      };
      return { ...done, complete: false, incompleteContracts: ['z'] };
    });
    const { lines, receipt } = await pullPsa(connector, { runtime });
    expect(lines.map(({ id }) => id)).toEqual(['1']);
    expect(receipt).toMatchObject({ complete: false, incompleteContracts: ['k', 'z'] });
  });
});

describe('a pull', () => {
  it('tells its progress', async () => {
    const steps: PullProgress[] = [];
    const connector = vendor('v', async function* () {
      yield {
        resource: 'sites',
        total: 3,
        accounts: [
          { id: 'a', name: 'A', active: true },
          { id: 'b', name: 'B', active: true },
        ],
      };
      yield { resource: 'sites', total: 3, accounts: [{ id: 'c', name: 'C', active: true }] };
      return done;
    });
    await pullVendor(connector, { runtime, source: 'main', onProgress: (step) => steps.push(step) });
    expect(steps).toEqual([
      { source: 'main', resource: 'sites', rows: 2, total: 3 },
      { source: 'main', resource: 'sites', rows: 3, total: 3 },
    ]);
  });

  it('ends what is under way when it is aborted or onProgress throws', async () => {
    let ended = 0;
    const connector = vendor('v', async function* () {
      try {
        for (;;) yield { resource: 'sites', accounts: [] };
      } finally {
        ended += 1;
      }
    });
    const stop = new AbortController();
    const aborted = failure(
      pullVendor(connector, { runtime, signal: stop.signal, onProgress: () => stop.abort() }),
    );
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
    const thrown = pullVendor(connector, {
      runtime,
      onProgress: () => {
        throw new Error('mine');
      },
    });
    await expect(thrown).rejects.toThrow('mine');
    expect(ended).toBe(2);
  });
});

describe('pullAll', () => {
  it('goes on when a vendor fails: its snapshot is empty, incomplete and says why', async () => {
    const { psa: main, vendors } = await pullAll(
      {
        psa: { connector: goodPsa, source: 'main' },
        vendors: [{ connector: good('one') }, { connector: bad }, { connector: good('one'), source: 'two' }],
      },
      { runtime },
    );
    expect(main?.customers).toHaveLength(1);
    expect(vendors.map(({ source }) => source)).toEqual(['one', 'bad', 'two']);
    expect(vendors.map(({ accounts }) => accounts.length)).toEqual([1, 0, 1]);
    expect(vendors[1]?.receipt).toEqual({
      complete: false,
      resources: {},
      problems: [
        {
          code: 'pull-failed',
          message: 'bad: too many requests. Not before 2026-12-01T00:00:00Z.',
          severity: 'error',
          ids: { source: 'bad', error: 'RATE_LIMITED' },
        },
      ],
    });
  });

  it('fails with the PSA, and ends the vendors', async () => {
    const failing = psa(async function* () {
      yield { resource: 'companies', customers: [] };
      throw new TrueupError('AUTH_FAILED', 'psa: refused.');
    });
    let aborted = false;
    const waiting = vendor('waiting', async function* (signal) {
      await new Promise<void>((_, reject) =>
        signal?.addEventListener('abort', () => {
          aborted = true;
          reject(new TrueupError('ABORTED', 'aborted'));
        }),
      );
      yield { resource: 'sites' };
      return done;
    });
    const error = await failure(
      pullAll({ psa: { connector: failing }, vendors: [{ connector: waiting }] }, { runtime }),
    );
    expect(error).toMatchObject({ code: 'AUTH_FAILED' });
    expect(aborted).toBe(true);
  });

  it('is aborted as a whole, and refuses two vendors of one name', async () => {
    const input = { psa: { connector: goodPsa }, vendors: [{ connector: good('one') }] };
    expect(await failure(pullAll(input, { runtime, signal: AbortSignal.abort() }))).toMatchObject({
      code: 'ABORTED',
    });
    const twice = { vendors: [{ connector: good('one') }, { connector: good('one') }] };
    expect(await failure(pullAll(twice, { runtime }))).toMatchObject({ code: 'BAD_INPUT' });
    expect((await pullAll({ vendors: [] }, { runtime })).psa).toBeNull();
  });
});

describe('what a caller without a compiler gets wrong', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what such a caller can hand over
  const any = (value: unknown): any => value;
  const said = async (run: Promise<unknown>): Promise<string> => {
    const error = await failure(run);
    return TrueupError.is(error, 'BAD_OPTIONS') ? error.message : `another error: ${String(error)}`;
  };

  it('is an option that would be ignored', async () => {
    expect(await said(pullPsa(goodPsa, any({ runtime, name: 'main' })))).toBe(
      'pullPsa: unknown option name; there are source, signal, concurrency, onProgress, runtime.',
    );
    expect(await said(pullVendor(good('one'), any({ runtime, onprogress: () => {} })))).toContain(
      'pullVendor: unknown option onprogress; did you mean onProgress?',
    );
    expect(await said(pullVendor(good('one'), { runtime, source: '' }))).toContain('option source must be');
    expect(await said(pullPsa(goodPsa, any(null)))).toBe('pullPsa: the options must be an object.');
    expect(await said(pullPsa(goodPsa, any('main')))).toBe('pullPsa: the options must be an object.');
    const input = { vendors: [{ connector: good('one') }] };
    expect(await said(pullAll(input, any({ runtime, source: 'all' })))).toContain('unknown option source');
  });

  it('is a value that would end nothing, tell nothing, or read nothing', async () => {
    const input = { vendors: [{ connector: good('one') }] };
    for (const concurrency of [Number.NaN, 0, -1, '4', null]) {
      const words = 'option concurrency must be a number of at least 1.';
      expect(await said(pullVendor(good('one'), any({ runtime, concurrency })))).toBe(`pullVendor: ${words}`);
      expect(await said(pullPsa(goodPsa, any({ runtime, concurrency })))).toBe(`pullPsa: ${words}`);
      expect(await said(pullAll(input, any({ runtime, concurrency })))).toBe(`pullAll: ${words}`);
    }
    for (const concurrency of [1, 4, Number.POSITIVE_INFINITY, undefined]) {
      expect((await pullVendor(good('one'), any({ runtime, concurrency }))).accounts).toHaveLength(1);
    }
    expect(await said(pullAll(input, any({ runtime, signal: new AbortController() })))).toBe(
      'pullAll: option signal must be an AbortSignal, like controller.signal.',
    );
    expect(await said(pullVendor(good('one'), any({ runtime, onProgress: 'log' })))).toBe(
      'pullVendor: option onProgress must be a function.',
    );
  });

  it('is a name in what pullAll reads', async () => {
    const one = { connector: good('one') };
    const asked = (input: object) => said(pullAll(any(input), { runtime }));
    expect(await asked({ vendors: [one, { ...one, name: 'x' }] })).toBe(
      'pullAll: vendors[1]: unknown option name; there are connector, source.',
    );
    expect(await asked({ PSA: { connector: goodPsa }, vendors: [one] })).toContain('did you mean psa?');
    expect(await asked({ psa: { connector: goodPsa } })).toBe('pullAll: option vendors is missing.');
    expect(await asked({ psa: { source: 'x' }, vendors: [] })).toBe(
      'pullAll: psa: option connector is missing.',
    );
  });

  it('is a connector of the other role: pulled as a vendor, a PSA is empty and whole', async () => {
    expect(await said(pullVendor(any(goodPsa), { runtime }))).toBe(
      'pullVendor needs a vendor connector; psa is a PSA.',
    );
    expect(await said(pullPsa(any(good('pax8')), { runtime }))).toBe(
      'pullPsa needs a PSA connector; pax8 is a vendor.',
    );
    expect(await said(pullPsa(any(undefined), { runtime }))).toBe(
      'pullPsa needs a PSA connector; what was given is none.',
    );
    const swapped = { psa: { connector: good('pax8') }, vendors: [] };
    expect(await said(pullAll(any(swapped), { runtime }))).toBe(
      'pullAll: psa needs a PSA connector; pax8 is a vendor.',
    );
    const among = { vendors: [{ connector: good('one') }, { connector: goodPsa }] };
    expect(await said(pullAll(any(among), { runtime }))).toBe(
      'pullAll: vendors[1] needs a vendor connector; psa is a PSA.',
    );
  });
});
