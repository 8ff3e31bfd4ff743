import { reconcile } from 'trueup';
import type { VendorConnector } from 'trueup/connector';
import {
  connectorContract,
  createWorld,
  describeContract,
  faults,
  isFailure,
  linkTo,
  type Mock,
  type MockCall,
  type MockDefinition,
  type MockOptions,
  type PageWindow,
  pageByNumber,
  startMock,
  worldPsaSnapshot,
  worldVendor,
  worldVendorSnapshot,
} from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { type HarborOptions, harbor, harborMock, harborProfile } from './harbor.ts';

const world = createWorld('harbor', { customers: 40, vendors: [harborProfile] });
type Definition = MockDefinition<Required<HarborOptions>>;

/** Harbor with other words around its pages. */
function serving(
  words: (page: PageWindow<object>, rows: readonly object[], call: MockCall) => object,
): Definition['start'] {
  return (given, kit) => {
    const { accounts, counts } = worldVendor(given, 'harbor');
    const rowsOf: Readonly<Record<string, readonly object[]>> = {
      '/v1/sites': accounts.map(({ id, name, active }) => ({ id, name, enabled: active })),
      '/v1/usage': counts.map(({ accountId, skuId, units }) => ({
        site: accountId,
        plan: skuId,
        machines: units,
      })),
    };
    const routes = Object.entries(rowsOf).map(([path, rows]) => ({
      method: 'GET',
      path,
      answer: (call: MockCall) => {
        const page = pageByNumber(call, rows, { page: 'page', base: 1, defaultSize: 50, maxSize: 50 });
        if (isFailure(page)) return { status: page.status, json: {} };
        return { json: { rows: page.rows, ...words(page, rows, call) } };
      },
    }));
    return { ...harborMock.start(given, kit), routes };
  };
}

const withoutTotals = serving(({ size }, rows) => ({ pages: Math.ceil(rows.length / size) }));
const withLinks = serving((page, rows, call) => ({
  total: rows.length,
  pages: Math.ceil(rows.length / page.size),
  next: page.next === null ? null : linkTo(call, page, { page: 2 }),
}));

/** Ids by place, as mocks written in a hurry have them. */
const numbered: Definition['start'] = (given, kit) => {
  const vendor = worldVendor(given, 'harbor');
  const place = new Map(vendor.accounts.map(({ id }, at) => [id, String(at + 1)]));
  const renamed = {
    ...vendor,
    accounts: vendor.accounts.map((one) => ({ ...one, id: place.get(one.id) ?? '' })),
    counts: vendor.counts.map((one) => ({ ...one, accountId: place.get(one.accountId) ?? '' })),
  };
  return harborMock.start({ ...given, vendors: [renamed] }, kit);
};

/** What a case says when the mock, and not the connector, is at fault. */
async function failureOf(
  name: string,
  change: Partial<Definition>,
  mock?: (definition: Definition, options?: MockOptions) => Mock<Required<HarborOptions>>,
): Promise<string> {
  const definition: Definition = { ...harborMock, lacks: [], ...change };
  const cases = connectorContract(harbor, {
    mock: (options) => (mock ? mock(definition, options) : startMock(definition, world, options)),
    optional: ['baseUrl'],
  });
  const error = await cases
    .find((one) => one.name === name)
    ?.run()
    .then(() => null)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

describeContract(
  { describe, it },
  'a vendor from outside',
  connectorContract(harbor, {
    mock: (options) => startMock(harborMock, world, options),
    optional: ['baseUrl'],
  }),
);

describe('a fault that never took effect is said first', () => {
  it.each([
    ['next page on another origin', 'no answer held a link to the next page', 'has no links'],
    ['repeated cursor', 'no answer told where the next page is', 'has no cursor'],
    ['token expires during a pull', 'no request was refused', 'a key that does not expire'],
  ])('%s', async (name, why, because) => {
    const said = await failureOf(name, {});
    expect(said).toMatch(/^the fault .*never took effect: /);
    expect(said).toContain(why);
    expect(said).toContain(because);
    expect(said).toContain(`list the case "${name}" in \`lacks\``);
  });

  it.each(['declared total missed', 'a row deleted while reading is noticed by the declared total'])(
    '%s, in lists without a total',
    async (name) => {
      const said = await failureOf(name, { start: withoutTotals });
      expect(said).toMatch(/^the fault never took effect: no answer declared a total/);
      expect(said).toContain('What failed: ');
    },
  );

  it.each([
    "a pull gives back the world's own rows",
    'many pages give the same rows as one',
    'a row inserted while reading comes twice and counts once',
  ])('%s, with a mock that breaks by itself', async (name) => {
    const start: Definition['start'] = (given, kit) => {
      const server = harborMock.start(given, kit);
      const broken = (): never => {
        throw new RangeError('no rows here');
      };
      return {
        ...server,
        routes: server.routes.map((one) => (one.path === '/v1/usage' ? { ...one, answer: broken } : one)),
      };
    };
    const said = await failureOf(name, { start });
    expect(said).toMatch(
      /^the mock itself broke on GET \/v1\/usage: RangeError: no rows here \(at .*contract-hints\.test\.ts.*\)\. Correct its routes\./,
    );
  });

  it('blames the connector when the fault did take effect', async () => {
    const careless = (options: HarborOptions): VendorConnector => ({
      ...harbor(options),
      pull: async function* (context) {
        try {
          for await (const page of harbor(options).pull(context)) yield page;
        } catch {
          // Looks whole whatever was declared.
        }
        return { complete: true, resources: {}, problems: [] };
      },
    });
    const cases = connectorContract(careless, { mock: (options) => startMock(harborMock, world, options) });
    const run = cases.find((one) => one.name === 'declared total missed')?.run();
    await expect(run).rejects.toThrow(/^the pull ended complete though/);
  });

  it('says that no request was one to hit', async () => {
    const said = await failureOf(
      '429 with Retry-After in seconds is waited out',
      {},
      (definition, options) => {
        const mock = startMock(definition, world, options);
        return {
          ...mock,
          faults: { ...mock.faults, inject: (fault) => mock.faults.inject(fault, { nth: 99 }) },
        };
      },
    );
    expect(said).toMatch(
      /^the fault "status 429" never took effect: none of the \d+ requests was one to hit/,
    );
  });

  it('says that the connector did not go by a link', async () => {
    const said = await failureOf('next page on another origin', { start: withLinks });
    expect(said).toMatch(/^the fault never took effect: the connector did not go by the next page/);
  });
});

describe('a mock that is at fault is named', () => {
  it('serves a world of its own', async () => {
    const said = await failureOf('an empty system is a complete pull without rows', {
      start: (_world, kit) => harborMock.start(world, kit),
    });
    expect(said).toContain('not of one it closes over');
  });

  it('answers rows that are not of the world', async () => {
    const said = await failureOf('an empty system is a complete pull without rows', {
      start: (given, kit) => ({
        ...harborMock.start(world, kit),
        expected: harborMock.start(given, kit).expected,
      }),
    });
    expect(said).toContain('a route answers rows that are not of the world');
  });

  it('makes ids from places', async () => {
    const said = await failureOf('the order rows come in changes nothing', { start: numbered });
    expect(said).toMatch(
      /^the mock itself expects other accounts.* it makes an id or a field from a row's place/,
    );
    expect(said).toMatch(/differ from an undisturbed pull: \d+ rows before, \d+ now; gone: \{.*; new: \{/);
  });

  it.each(['an empty system is a complete pull without rows', 'many pages give the same rows as one'])(
    'does not get its options: %s',
    async (name) => {
      const said = await failureOf(name, {}, (definition) => startMock(definition, world));
      expect(said).toMatch(/^the mock did not get its options/);
    },
  );
});

describe('a mock', () => {
  it('tells which parts of a page its routes ask for', async () => {
    const mock = startMock(harborMock, world);
    expect([...mock.tells]).toEqual([]);
    await mock.fetch('https://api.harbor.example/v1/sites', {
      headers: { 'x-api-key': mock.options.apiKey },
    });
    expect([...mock.tells]).toEqual(['total']);
  });

  it('tells which faults have hit nothing yet', async () => {
    const mock = startMock(harborMock, world);
    mock.faults.inject(faults.html());
    mock.faults.inject(faults.status(500), { nth: 2 });
    expect(mock.faults.waiting()).toEqual(['html', 'status 500']);
    await mock.fetch('https://api.harbor.example/v1/sites');
    expect(mock.faults.waiting()).toEqual(['status 500']);
  });

  it.each<[string, unknown, unknown, RegExp]>([
    ['a fault that was not made', faults.reset, {}, /^inject needs a fault, like faults\.reset\(\)/],
    ['the name of a fault', 'reset', {}, /^inject needs a fault/],
    ['a misspelt place', faults.reset(), { nht: 3 }, /^inject: unknown option nht; did you mean nth\?/],
    ['a misspelt kind', faults.reset(), { kind: 'date' }, /^inject: option kind must be one of "data"/],
  ])('refuses %s, which would do nothing', (_, fault, when, message) => {
    const inject = startMock(harborMock, world).faults.inject as (fault: unknown, when: unknown) => void;
    expect(() => inject(fault, when)).toThrow(message);
  });

  it('finds the requests of a fault whatever the letters of its method and the flags of its path', async () => {
    const mock = startMock(harborMock, world);
    mock.faults.inject(faults.status(500), { method: 'get', path: /sites/g, times: 2 });
    for (const _ of [1, 2]) await mock.fetch('https://api.harbor.example/v1/sites');
    expect(mock.faults.fired('status 500')).toBe(2);
  });
});

describe('a world with a vendor of somebody else', () => {
  it('is made from its profile, discrepancies and all', () => {
    expect(world.vendors.map(({ slug }) => slug)).toEqual(['harbor']);
    const { cards } = reconcile({
      psa: worldPsaSnapshot(world),
      vendors: [worldVendorSnapshot(world, 'harbor')],
      mapping: world.mapping,
      asOf: world.asOf,
    });
    const open = cards.filter((card) => card.kind !== 'no-change');
    expect(open.length).toBe(world.truth.length);
    expect(open.length).toBeGreaterThan(0);
  });

  it('may stand beside one that has a mock', () => {
    const both = createWorld('both', { customers: 12, vendors: ['pax8', harborProfile] });
    expect(both.vendors.map(({ slug }) => slug)).toEqual(['pax8', 'harbor']);
    expect(() => createWorld('unknown', { customers: 12, vendors: ['harbor'] })).toThrow(
      /a VendorProfile of your own/,
    );
  });
});
