import {
  choose,
  defineVendorConnector,
  id,
  type Paging,
  quantity,
  type Read,
  type VendorConnector,
  type VendorPart,
  vendorRead,
} from 'trueup/connector';
import { pullVendor } from 'trueup/sync';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { failure, type Reply, type Seen, serve, testCall } from '../transport/server.ts';

const capabilities = {
  metrics: ['devices'],
  whenAbsent: 'zero',
  filters: [],
  confidence: 'high',
  unconfirmed: [],
  limits: 'none',
} as const;

function acme(baseUrl: string, reads: () => readonly Read<unknown, VendorPart>[]): VendorConnector {
  return defineVendorConnector({
    id: 'acme',
    name: 'Acme',
    capabilities,
    transport: { baseUrl, auth: { kind: 'none' }, limits: { concurrency: 8, retry: { attempts: 2 } } },
    check: { request: { path: '/me' }, account: 'name', version: 'v' },
    reads,
  });
}

const byPage: Paging = { kind: 'page', param: 'page', first: 1, end: 'empty' };
const row = (): z.ZodObject<{ id: z.ZodType<string> }> => z.object({ id: id() });
const pageOf = (seen: Seen): number => Number(seen.url.searchParams.get('page'));

describe('the address of a connector', () => {
  it.each(['api.harbor.example', 'localhost:8080', '/v1', '', 'ftp://api.harbor.example', undefined])(
    'is absolute, and not %s',
    (baseUrl) => {
      expect(() => acme(baseUrl as string, () => [])).toThrow(
        expect.objectContaining({
          code: 'BAD_OPTIONS',
          message: 'acme: baseUrl must be an absolute http(s) address, like https://api.example.com.',
          context: { connector: 'acme', option: 'baseUrl' },
        }),
      );
    },
  );

  it('is absolute also where it is looked up, and where a request has its own', async () => {
    const lookUp = { url: 'zones.harbor.example', read: () => null };
    expect(() => acme(lookUp as never, () => [])).toThrow(
      /acme: baseUrl\.url must be an absolute http\(s\) address/,
    );
    const own = acme('https://api.harbor.example', () => [
      vendorRead({
        resource: 'sites',
        request: { path: '/sites', baseUrl: 'eu.harbor.example' },
        items: 'items',
        row: row(),
        map: () => null,
      }),
    ]);
    expect(await failure(pullVendor(own, { runtime: testCall().runtime }))).toMatchObject({
      code: 'CROSS_ORIGIN',
      message: 'acme: an address without https:// was not asked.',
    });
  });
});

/** One list of the rows a server answers with, page by page. */
async function list(
  answer: (page: number) => unknown,
  declared: Partial<Parameters<typeof vendorRead>[0]> = {},
): Promise<VendorConnector> {
  const server = await serve((seen) => ({ json: answer(pageOf(seen)) }));
  return acme(server.base, () => [
    vendorRead({
      resource: 'sites',
      request: { path: '/sites' },
      items: 'items',
      row: row(),
      paging: byPage,
      map: (site: { id: string }) => ({ accounts: [{ id: site.id, name: site.id, active: true }] }),
      ...(declared as object),
    }),
  ]);
}

describe('reads that cannot work', () => {
  const sites = (keep?: (site: { id: string }) => string) =>
    vendorRead({
      resource: 'sites',
      request: { path: '/sites' },
      items: '',
      row: row(),
      ...(keep && { keep }),
      map: (site) => ({ accounts: [{ id: site.id, name: site.id, active: true }] }),
    });
  const devices = (per: ReturnType<typeof sites>) =>
    vendorRead({
      resource: 'devices',
      per,
      request: (site) => ({ path: `/sites/${site.id}/devices` }),
      items: '',
      row: row(),
      map: (_device, { parent }) => ({
        tally: [{ accountId: parent.id, skuId: 'agent', metric: 'devices', units: 1 }],
      }),
    });
  const keep = (site: { id: string }): string => site.id;

  // Without parents nothing is asked, and nothing would look like a zero for everybody.
  it.each<[string, () => readonly Read<unknown, VendorPart>[], RegExp]>([
    [
      'a parent that is read later',
      () => {
        const parent = sites(keep);
        return [devices(parent), parent];
      },
      /devices is read per row of sites, which is not in the list of reads before it/,
    ],
    ['a parent that is not read', () => [devices(sites(keep))], /not in the list of reads/],
    [
      'a parent that keeps nothing',
      () => {
        const parent = sites();
        return [parent, devices(parent)];
      },
      /which keeps no rows; declare its `keep`/,
    ],
  ])('are refused before anything is asked: %s', async (_what, reads, message) => {
    const server = await serve(() => ({ json: [] }));
    expect(
      await failure(pullVendor(acme(server.base, reads), { runtime: testCall().runtime })),
    ).toMatchObject({ code: 'BAD_OPTIONS', message: expect.stringMatching(message) });
    expect(server.seen).toEqual([]);
  });

  it('a paging nobody knows is refused: its first page is not all', async () => {
    const connector = await list(() => ({ items: [{ id: 1 }] }), { paging: { kind: 'pages' } as never });
    expect(await failure(pullVendor(connector, { runtime: testCall().runtime }))).toMatchObject({
      code: 'BAD_OPTIONS',
      message: expect.stringContaining('"pages"'),
    });
  });

  it('a total that no answer holds is told', async () => {
    const connector = await list((page) => ({ items: page === 1 ? [{ id: 1 }] : [] }), { total: 'count' });
    const { receipt } = await pullVendor(connector, { runtime: testCall().runtime });
    expect(receipt).toMatchObject({ complete: true, problems: [{ code: 'total-missing' }] });
  });
});

describe('rows that come again', () => {
  it('are taken once, and reported', async () => {
    const pages: Record<number, number[]> = { 1: [1, 2], 2: [2, 3], 3: [] };
    const connector = await list((page) => ({ items: pages[page]?.map((n) => ({ id: n })) }));
    const snapshot = await pullVendor(connector, { runtime: testCall().runtime });
    expect(snapshot.accounts.map((account) => account.id)).toEqual(['1', '2', '3']);
    expect(snapshot.receipt).toMatchObject({
      complete: true,
      resources: { sites: { rows: 3, pages: 3, complete: true } },
      problems: [{ code: 'rows-repeated', severity: 'warning' }],
    });
  });

  it('and nothing else on a page are PAGE_LOOP: the server ignores the page number', async () => {
    const connector = await list(() => ({ items: [{ id: 1 }, { id: 2 }] }));
    expect(await failure(pullVendor(connector, { runtime: testCall().runtime }))).toMatchObject({
      code: 'PAGE_LOOP',
    });
  });

  it('that went while the list was read are PULL_INCOMPLETE, though the smaller total is met', async () => {
    // Row 1 goes after the first page: 3 moves to it, is never seen, and four rows of four have come.
    const pages = [
      { items: [{ id: 1 }, { id: 2 }], total: 5 },
      { items: [{ id: 4 }, { id: 5 }], total: 4 },
      { items: [], total: 4 },
    ];
    const connector = await list((page) => pages[page - 1], { total: 'total' });
    expect(await failure(pullVendor(connector, { runtime: testCall().runtime }))).toMatchObject({
      code: 'PULL_INCOMPLETE',
      retryable: true,
    });
  });

  it('short of the number of rows that ends the list are PULL_INCOMPLETE, though no total is declared', async () => {
    const end = { rows: 'count' } as const;
    for (const second of [[], [2, 3]]) {
      const connector = await list(
        (page) => ({ items: (page === 1 ? [1, 2] : second).map((n) => ({ id: n })), count: 4 }),
        { paging: { kind: 'page', param: 'page', first: 1, end: [{ more: 'more' }, end] } },
      );
      expect(await failure(pullVendor(connector, { runtime: testCall().runtime }))).toMatchObject({
        code: 'PULL_INCOMPLETE',
        context: { total: 4 },
      });
    }
    const whole = await list((page) => ({ items: [{ id: page }], count: 2 }), {
      paging: { kind: 'offset', param: 'page', first: 1, end },
    });
    const { receipt } = await pullVendor(whole, { runtime: testCall().runtime });
    expect(receipt).toMatchObject({ complete: true, resources: { sites: { rows: 2 } }, problems: [] });
  });

  it('short of the declared total are PULL_INCOMPLETE', async () => {
    const pages: Record<number, number[]> = { 1: [1, 2], 2: [2, 3], 3: [] };
    const connector = await list((page) => ({ items: pages[page]?.map((n) => ({ id: n })), total: 4 }), {
      total: 'total',
    });
    expect(await failure(pullVendor(connector, { runtime: testCall().runtime }))).toMatchObject({
      code: 'PULL_INCOMPLETE',
      retryable: true,
      context: { rows: 3, total: 4 },
    });
  });
});

describe('a row that is not as declared', () => {
  it('is BAD_SHAPE with resource, row and path, and without what it holds', async () => {
    const connector = await list(
      (page) => ({
        items:
          page === 1
            ? [
                { id: 1, units: 2, site: { n: 'a' } },
                { id: 2, units: 'payload-secret', site: { n: 'a' } },
              ]
            : [],
      }),
      { row: z.object({ id: id(), units: quantity(), site: z.object({ n: z.string() }) }) },
    );
    const error = await failure(pullVendor(connector, { runtime: testCall().runtime }));
    expect(error).toMatchObject({
      code: 'BAD_SHAPE',
      context: { connector: 'acme', resource: 'sites', row: 1, path: 'units' },
    });
    expect(error.message).toMatch(/^acme: sites row 1: units is not as expected/);
    expect(JSON.stringify(error)).not.toContain('payload-secret');
  });

  it('with a word nobody knows is kept and reported', async () => {
    const connector = await list(
      (page) => ({ items: page === 1 ? [{ id: 1, kind: 'new' }, { id: 2, kind: 'on' }, { id: 3 }] : [] }),
      {
        row: z.object({ id: id(), kind: z.string().nullish() }),
        map: (site: { id: string; kind?: string | null }, context: Parameters<typeof choose>[4]) => ({
          accounts: [
            {
              id: site.id,
              name: site.id,
              active: choose({ on: true, off: false }, site.kind, false, 'site kind', context),
            },
          ],
        }),
      } as object,
    );
    const snapshot = await pullVendor(connector, { runtime: testCall().runtime });
    expect(snapshot.accounts.map((account) => account.active)).toEqual([false, true, false]);
    expect(snapshot.receipt.problems).toMatchObject([
      { code: 'unknown-value', ids: { what: 'site kind', value: 'new' } },
    ]);
  });
});

describe('a tally', () => {
  it('sums rows to one count per account, SKU and metric, exactly', async () => {
    const devices = Array.from({ length: 30 }, (_, n) => ({ id: n, site: n % 2, gb: 0.1 }));
    const connector = await list((page) => ({ items: devices.slice((page - 1) * 7, page * 7) }), {
      row: z.object({ id: id(), site: id(), gb: quantity() }),
      map: (device: { site: string; gb: number }) => ({
        tally: [
          { accountId: device.site, skuId: 'agent', metric: 'devices', units: 1 },
          { accountId: device.site, skuId: 'space', metric: 'storage-gb', units: device.gb },
        ],
      }),
    } as object);
    const { counts } = await pullVendor(connector, { runtime: testCall().runtime });
    expect(counts).toEqual([
      { accountId: '0', skuId: 'agent', metric: 'devices', units: 15 },
      { accountId: '0', skuId: 'space', metric: 'storage-gb', units: 1.5 },
      { accountId: '1', skuId: 'agent', metric: 'devices', units: 15 },
      { accountId: '1', skuId: 'space', metric: 'storage-gb', units: 1.5 },
    ]);
  });
});

describe('one request per parent', () => {
  /** 40 sites with two devices each; a test breaks some. */
  async function fleet(
    broken: (site: number) => Reply | undefined = () => undefined,
  ): Promise<{ connector: VendorConnector; seen: readonly Seen[] }> {
    const server = await serve(async (seen) => {
      if (seen.url.pathname === '/sites') return { json: Array.from({ length: 40 }, (_, n) => ({ id: n })) };
      const site = Number(seen.url.pathname.split('/')[2]);
      // Answers come in another order than they were asked for.
      await new Promise((resolve) => setTimeout(resolve, (site * 7) % 5));
      return broken(site) ?? { json: [{ id: `${site}a` }, { id: `${site}b` }] };
    });
    const connector = acme(server.base, () => {
      const sites = vendorRead({
        resource: 'sites',
        request: { path: '/sites' },
        items: '',
        row: row(),
        keep: (site) => site.id,
        map: (site) => ({ accounts: [{ id: site.id, name: `Site ${site.id}`, active: true }] }),
      });
      const devices = vendorRead({
        resource: 'devices',
        per: sites,
        parentId: (site) => site.id,
        request: (site) => ({ path: `/sites/${site.id}/devices` }),
        items: '',
        row: row(),
        keep: (device) => device.id,
        map: (_device, { parent }) => ({
          tally: [{ accountId: parent.id, skuId: 'agent', metric: 'devices', units: 1 }],
        }),
      });
      return [sites, devices];
    });
    return { connector, seen: server.seen };
  }

  it('gives the same snapshot with 1 and with 8 at once', async () => {
    const { connector } = await fleet();
    const one = await pullVendor(connector, { concurrency: 1, runtime: testCall().runtime });
    const eight = await pullVendor(connector, { concurrency: 8, runtime: testCall().runtime });
    expect(JSON.stringify(eight)).toBe(JSON.stringify(one));
    expect(one.counts).toHaveLength(40);
    expect(one.receipt.resources).toEqual({
      sites: { rows: 40, pages: 1, complete: true },
      devices: { rows: 80, pages: 40, complete: true },
    });
  });

  it.each([403, 404, 500])(
    'a parent that answers %i is named, nothing of it counts, all others do',
    async (status) => {
      const { connector } = await fleet((site) =>
        site === 7 || site === 11 ? { status, json: {} } : undefined,
      );
      const snapshot = await pullVendor(connector, { runtime: testCall().runtime });
      expect(snapshot.receipt).toMatchObject({
        complete: false,
        incompleteAccounts: ['11', '7'],
        resources: { sites: { complete: true }, devices: { complete: false, rows: 76, pages: 38 } },
      });
      expect(snapshot.receipt.problems.map((problem) => problem.ids?.accountId)).toEqual(['11', '7']);
      expect(snapshot.receipt.problems[0]).toMatchObject({ code: 'account-not-read', severity: 'error' });
      expect(snapshot.counts).toHaveLength(38);
      expect(snapshot.accounts).toHaveLength(40);
    },
  );

  it('has no total in its progress: what one list declares is not all of them', async () => {
    const server = await serve((seen) => ({
      json:
        seen.url.pathname === '/sites' ? { items: [{ id: 1 }, { id: 2 }] } : { items: [{ id: 7 }], total: 1 },
    }));
    const connector = acme(server.base, () => {
      const sites = vendorRead({
        resource: 'sites',
        request: { path: '/sites' },
        items: 'items',
        row: row(),
        keep: (site) => site.id,
      });
      const devices = vendorRead({
        resource: 'devices',
        per: sites,
        request: (site) => ({ path: `/sites/${site.id}/devices` }),
        items: 'items',
        total: 'total',
        row: row(),
        map: (device, { parent }) => ({
          counts: [{ accountId: parent.id, skuId: device.id, metric: 'devices', units: 1 }],
        }),
      });
      return [sites, devices];
    });
    const told: unknown[] = [];
    const onProgress = (progress: { rows: number; total?: number }): void => {
      told.push([progress.rows, progress.total]);
    };
    await pullVendor(connector, { runtime: testCall().runtime, onProgress });
    expect(told).toContainEqual([2, undefined]);
    expect(told.filter((one) => (one as unknown[])[1] !== undefined)).toEqual([]);
  });

  it('is not made for a row that keep leaves out', async () => {
    const server = await serve((seen) => ({
      json: seen.url.pathname === '/sites' ? [{ id: 1 }, { id: 2 }] : [],
    }));
    const connector = acme(server.base, () => {
      const sites = vendorRead({
        resource: 'sites',
        request: { path: '/sites' },
        items: '',
        row: row(),
        keep: (site) => (site.id === '1' ? null : site.id),
      });
      const devices = vendorRead({
        resource: 'devices',
        per: sites,
        request: (site) => ({ path: `/sites/${site.id}/devices` }),
        items: '',
        row: row(),
      });
      return [sites, devices];
    });
    await pullVendor(connector, { runtime: testCall().runtime });
    expect(server.seen.map(({ url }) => url.pathname)).toEqual(['/sites', '/sites/2/devices']);
  });

  it('a first page of a parent does not count when its second fails', async () => {
    const server = await serve((seen): Reply => {
      if (seen.url.pathname === '/sites') return { json: [{ id: 1 }] };
      return pageOf(seen) === 1 ? { json: [{ id: 'a' }] } : { status: 403, json: {} };
    });
    const connector = acme(server.base, () => {
      const sites = vendorRead({
        resource: 'sites',
        request: { path: '/sites' },
        items: '',
        row: row(),
        keep: (site) => site.id,
      });
      return [
        sites,
        vendorRead({
          resource: 'devices',
          per: sites,
          parentId: (site) => site.id,
          request: (site) => ({ path: `/sites/${site.id}` }),
          items: '',
          row: row(),
          paging: byPage,
          map: (_device, { parent }) => ({
            tally: [{ accountId: parent.id, skuId: 'agent', metric: 'devices', units: 1 }],
          }),
        }),
      ];
    });
    const snapshot = await pullVendor(connector, { runtime: testCall().runtime });
    expect(snapshot.counts).toEqual([]);
    expect(snapshot.receipt.incompleteAccounts).toEqual(['1']);
  });

  it('a fault of all parents is the error itself, and not asked 40 times', async () => {
    const { connector, seen } = await fleet(() => ({ status: 403, json: {} }));
    expect(await failure(pullVendor(connector, { runtime: testCall().runtime }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(seen.length).toBeLessThan(40);
    const wrongKey = await fleet((site) => (site > 30 ? { status: 401, json: {} } : undefined));
    expect(await failure(pullVendor(wrongKey.connector, { runtime: testCall().runtime }))).toMatchObject({
      code: 'AUTH_FAILED',
    });
  });

  it('rows kept of many parents are kept in the order of the parents', async () => {
    const { connector } = await fleet();
    const orders = await Promise.all(
      [1, 8].map(async (concurrency) => {
        const resources: string[] = [];
        for await (const page of connector.pull({ runtime: testCall().runtime, concurrency })) {
          resources.push(JSON.stringify(page));
        }
        return resources;
      }),
    );
    expect(orders[1]).toEqual(orders[0]);
  });
});

describe('check', () => {
  it('says who the credentials belong to, as far as declared', async () => {
    const server = await serve(() => ({ json: { name: 'Example MSP', v: 7 } }));
    const checked = await acme(server.base, () => []).check({ runtime: testCall().runtime });
    expect(checked).toEqual({ account: 'Example MSP', version: '7', baseUrl: server.base });
  });
});

describe('a map that gives what no snapshot takes', () => {
  const sites = (map: () => unknown): Promise<unknown> => {
    const connector = acme('https://api.harbor.example', () => [
      vendorRead({
        resource: 'sites',
        request: { path: '/sites' },
        items: '',
        row: row(),
        map: map as () => VendorPart | null,
      }),
    ]);
    const fetch = async (): Promise<Response> => Response.json([{ id: 7 }]);
    return pullVendor(connector, { runtime: { fetch } });
  };

  // In plain JavaScript nothing else says so: all rows are read, none counts, and the pull looks whole.
  it.each([
    [
      () => undefined,
      'acme: sites: map returned nothing for row 0; return null for a row that is not wanted.',
    ],
    [() => ({ count: [] }), 'acme: map returned count; there are accounts, skus, counts, tally.'],
  ])('ends the pull: %s', async (map, message) => {
    await expect(sites(map)).rejects.toMatchObject({ code: 'BAD_OPTIONS', message });
  });

  it('takes null for a row that is not wanted', async () => {
    expect(await sites(() => null)).toMatchObject({ counts: [], receipt: { complete: true } });
  });
});
