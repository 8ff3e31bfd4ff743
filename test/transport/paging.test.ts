import { describe, expect, it } from 'vitest';
import type { End, Paging } from '../../src/transport/paging.ts';
import { type ListRead, pages } from '../../src/transport/paging.ts';
import { failure, type Reply, type Seen, serve, testCall, testHttp } from './server.ts';

const rows = Array.from({ length: 25 }, (_, n) => ({ id: n + 1 }));
const slice = (from: number, size: number): { id: number }[] => rows.slice(from, from + size);
const int = (seen: Seen, name: string, otherwise = 0): number =>
  Number(seen.url.searchParams.get(name) ?? otherwise);

async function readAll(
  answer: (seen: Seen) => Reply,
  list: Partial<ListRead>,
): Promise<{ ids: number[]; seen: readonly Seen[] }> {
  const server = await serve(answer);
  const ids: number[] = [];
  const read: ListRead = {
    resource: 'rows',
    request: { path: '/rows' },
    items: 'items',
    paging: { kind: 'none' },
    ...list,
  };
  for await (const page of pages(read, testHttp(server.base), testCall())) {
    ids.push(...page.items.map((item) => (item as { id: number }).id));
  }
  return { ids, seen: server.seen };
}

const all = rows.map((row) => row.id);

/** Each system below serves the 25 rows in its way, at most `cap` a page whatever is asked. */
const systems: Record<string, { paging: Paging; answer: (seen: Seen, cap: number) => Reply }> = {
  'page from 1, number of pages': {
    paging: {
      kind: 'page',
      param: 'page',
      first: 1,
      size: { param: 'size', value: 10 },
      end: { pages: 'pages' },
    },
    answer: (seen, cap) => ({
      json: { items: slice((int(seen, 'page') - 1) * cap, cap), pages: Math.ceil(25 / cap) },
    }),
  },
  'page from 0, number of rows as text': {
    paging: { kind: 'page', param: 'p', first: 0, end: { rows: 'total' } },
    answer: (seen, cap) => ({ json: { items: slice(int(seen, 'p') * cap, cap), total: '25' } }),
  },
  'page from 1, more flag': {
    paging: { kind: 'page', param: 'page', first: 1, end: { more: 'more' } },
    answer: (seen, cap) => ({
      json: { items: slice((int(seen, 'page') - 1) * cap, cap), more: int(seen, 'page') * cap < 25 },
    }),
  },
  'page from 1, last flag': {
    paging: { kind: 'page', param: 'page', first: 1, end: { more: 'last', is: false } },
    answer: (seen, cap) => ({
      json: { items: slice((int(seen, 'page') - 1) * cap, cap), last: int(seen, 'page') * cap >= 25 },
    }),
  },
  'page from 1, an empty page': {
    paging: { kind: 'page', param: 'page', first: 1, end: 'empty' },
    answer: (seen, cap) => ({ json: { items: slice((int(seen, 'page') - 1) * cap, cap) } }),
  },
  'page from 1, a short page': {
    paging: { kind: 'page', param: 'page', first: 1, size: { param: 'size', value: 10 }, end: 'short' },
    answer: (seen, cap) => ({ json: { items: slice((int(seen, 'page') - 1) * cap, cap) } }),
  },
  'page from 1, the total where it is, else an empty page': {
    paging: { kind: 'page', param: 'page', first: 1, end: [{ pages: 'meta.pages' }, 'empty'] },
    answer: (seen, cap) => ({ json: { items: slice((int(seen, 'page') - 1) * cap, cap) } }),
  },
  'offset, in the body': {
    paging: { kind: 'offset', param: 'query.start', in: 'body', end: { rows: 'total' } },
    answer: (seen, cap) => ({ json: { items: slice(JSON.parse(seen.body).query.start, cap), total: 25 } }),
  },
  'offset, short': {
    paging: { kind: 'offset', param: 'start', size: { param: 'n', value: 10 }, end: 'short' },
    answer: (seen, cap) => ({ json: { items: slice(int(seen, 'start'), cap) } }),
  },
  cursor: {
    paging: { kind: 'cursor', param: 'after', next: 'page.next', size: { param: 'limit', value: 10 } },
    answer: (seen, cap) => {
      const from = int(seen, 'after');
      return { json: { items: slice(from, cap), page: { next: from + cap < 25 ? `${from + cap}` : null } } };
    },
  },
  'cursor in a header': {
    paging: { kind: 'cursor', param: 'x-continue', in: 'header', next: 'next' },
    answer: (seen, cap) => {
      const from = Number(seen.headers['x-continue'] ?? 0);
      return { json: { items: slice(from, cap), ...(from + cap < 25 ? { next: from + cap } : {}) } };
    },
  },
  'Link header': {
    paging: { kind: 'link', size: { param: 'size', value: 10 } },
    answer: (seen, cap) => {
      const from = int(seen, 'from');
      const next = `<${seen.url.origin}/rows?from=${from + cap}&size=10>; rel="next"`;
      return {
        json: { items: slice(from, cap) },
        headers: { link: `</rows>; rel="first"${from + cap < 25 ? `, ${next}` : ''}` },
      };
    },
  },
  'next address, same method and body': {
    paging: { kind: 'next-url', next: ['@odata.nextLink'] },
    answer: (seen, cap) => {
      const from = int(seen, 'from');
      if (seen.method !== 'POST' || seen.body !== '{"query":{"what":"all"}}') return { status: 400 };
      return {
        json: {
          items: slice(from, cap),
          '@odata.nextLink': from + cap < 25 ? `${seen.url.origin}/rows?from=${from + cap}` : null,
        },
      };
    },
  },
  'next address that loses the query': {
    paging: { kind: 'next-url', next: 'next', keepQuery: true, size: { param: 'size', value: 10 } },
    answer: (seen, cap) => {
      const from = int(seen, 'from');
      if (seen.url.searchParams.get('size') !== '10') return { status: 400 };
      return {
        json: { items: slice(from, cap), next: from + cap < 25 ? `/rows?from=${from + cap}` : undefined },
      };
    },
  },
  'after the last id': {
    paging: { kind: 'after-id', id: 'id', param: 'pageId', size: { param: 'size', value: 10 } },
    answer: (seen, cap) => ({ json: { items: slice(int(seen, 'pageId'), cap) } }),
  },
  'after the last id, short': {
    paging: { kind: 'after-id', id: 'id', param: 'pageId', size: { param: 'size', value: 10 }, end: 'short' },
    answer: (seen, cap) => ({ json: { items: slice(int(seen, 'pageId'), cap) } }),
  },
};

describe('paging reads every row', () => {
  for (const [name, { paging, answer }] of Object.entries(systems)) {
    const body = name.startsWith('offset, in') || name.startsWith('next address, same');
    const request = body
      ? { path: '/rows', json: { query: { what: 'all' } }, safe: true }
      : { path: '/rows' };
    it.each([
      ['as many a page as asked', 10],
      ['fewer than asked', 7],
      ['a last page exactly full', 5],
      ['one row a page', 1],
      ['all at once', 25],
    ])(`${name}: %s`, async (_how, cap) => {
      expect((await readAll((seen) => answer(seen, cap), { paging, request })).ids).toEqual(all);
    });
  }

  it.each([400, 404])('a declared %i means an empty list, whatever the paging', async (status) => {
    for (const { paging } of Object.values(systems)) {
      const request = { path: '/rows', absentOn: [400, 404] };
      const { ids, seen } = await readAll(() => ({ status, json: { error: 'no data' } }), {
        paging,
        request,
      });
      expect(ids).toEqual([]);
      expect(seen).toHaveLength(1);
    }
  });

  it.each(
    Object.entries(systems).filter(
      ([name]) => !/short|empty|after the last id|next address, same/.test(name),
    ),
  )('and asks for no page after the one that says it is the last: %s', async (name, { paging, answer }) => {
    const request = { path: '/rows', ...(name.includes('body') && { json: {}, safe: true }) };
    expect((await readAll((seen) => answer(seen, 10), { paging, request })).seen).toHaveLength(3);
  });

  it('where the answer is the list, and where a link is missing because it is the only page', async () => {
    expect((await readAll(() => ({ json: rows }), { items: '', paging: { kind: 'link' } })).ids).toEqual(all);
  });

  it('an empty list is one empty page', async () => {
    for (const { paging } of Object.values(systems)) {
      const empty = { items: [], total: 0, pages: 0, more: false, last: true };
      const { ids, seen } = await readAll(() => ({ json: empty }), { paging });
      expect(ids).toEqual([]);
      expect(seen).toHaveLength(1);
    }
  });
});

describe('paging never ends by accident', () => {
  const fails = async (answer: (seen: Seen) => Reply, list: Partial<ListRead>): Promise<unknown> =>
    readAll(answer, list).then(
      (done) => done,
      (error) => error.code,
    );

  it.each([
    [{ list: [{ row: [{ id: 1 }] }, { row: [{ id: 2 }] }] }],
    [{ list: 'no licence' }],
    [{ list: null }],
    [{}],
  ])('a list that may lack is empty in an empty parent only, not in %j', async (json) => {
    const read = { items: ['list', 'row'], mayLack: true };
    expect(await failure(readAll(() => ({ json }), read))).toMatchObject({ code: 'BAD_SHAPE' });
    for (const list of ['', {}]) {
      expect((await readAll(() => ({ json: { list } }), read)).ids).toEqual([]);
    }
  });

  it('a missing list is BAD_SHAPE, not an empty page', async () => {
    expect(await fails(() => ({ json: { rows: [] } }), {})).toBe('BAD_SHAPE');
    expect(await fails(() => ({ json: { items: null } }), {})).toBe('BAD_SHAPE');
    expect(await fails(() => ({ text: '' }), {})).toBe('BAD_SHAPE');
    expect(await fails(() => ({ json: { items: { a: 1 } } }), {})).toBe('BAD_SHAPE');
  });

  it('an answer that does not tell whether more follows is BAD_SHAPE', async () => {
    const paging: Paging = { kind: 'page', param: 'page', first: 1, end: { pages: 'pages' } };
    expect(await failure(readAll(() => ({ json: { items: rows } }), { paging }))).toMatchObject({
      code: 'BAD_SHAPE',
      context: { connector: 'acme', resource: 'rows', pages: 1 },
    });
  });

  it.each<[string, Paging, boolean]>([
    ['a number of pages', { kind: 'page', param: 'page', first: 1, end: { pages: 'pages' } }, true],
    [
      'a number of rows',
      { kind: 'offset', param: 'page', first: 1, end: [{ rows: 'total' }, 'empty'] },
      true,
    ],
    ['a cursor', { kind: 'cursor', param: 'after', next: 'next' }, true],
    ['an address', { kind: 'next-url', next: 'url' }, true],
    ['nothing', { kind: 'page', param: 'page', first: 1, end: 'empty' }, false],
    ['nothing, by ids', { kind: 'after-id', param: 'after', id: 'id' }, false],
  ])(
    'a page that %s announced, and that is not there, is PULL_INCOMPLETE',
    async (_what, paging, announced) => {
      const answer = (seen: Seen): Reply =>
        seen.url.search === '' || seen.url.search === '?page=1'
          ? { json: { items: slice(0, 10), pages: 3, total: 25, next: 'b', url: '/rows?page=2' } }
          : { status: 404, json: {} };
      const read = readAll(answer, { paging, request: { path: '/rows', absentOn: [404] } });
      if (!announced) expect((await read).ids).toEqual(all.slice(0, 10));
      else {
        expect(await failure(read)).toMatchObject({
          code: 'PULL_INCOMPLETE',
          retryable: true,
          context: { pages: 1, status: 404 },
        });
      }
    },
  );

  it('no pages beside rows is no end: the next rule decides, or it is BAD_SHAPE', async () => {
    const read = (end: End | readonly End[]) =>
      readAll((seen) => ({ json: { items: slice((int(seen, 'page') - 1) * 10, 10), pages: 0 } }), {
        paging: { kind: 'page', param: 'page', first: 1, end },
      });
    expect(await failure(read({ pages: 'pages' }))).toMatchObject({ code: 'BAD_SHAPE' });
    expect((await read([{ pages: 'pages' }, 'empty'])).ids).toEqual(all);
  });

  it('a number of pages that becomes smaller is PULL_INCOMPLETE: rows moved to pages already read', async () => {
    const answer = (seen: Seen): Reply => {
      const page = int(seen, 'page');
      return { json: { items: slice((page - 1) * 10, 10), pages: page === 1 ? 3 : 2 } };
    };
    const paging: Paging = { kind: 'page', param: 'page', first: 1, end: { pages: 'pages' } };
    expect(await failure(readAll(answer, { paging }))).toMatchObject({
      code: 'PULL_INCOMPLETE',
      message: 'acme: rows: the list shrank from 3 to 2 pages while it was read; pull again.',
      retryable: true,
      context: { connector: 'acme', resource: 'rows', before: 3, pages: 2 },
    });
  });

  it('a full page that lacks what holds the cursor is BAD_SHAPE; one that only lacks the cursor is the last', async () => {
    const size = { param: 'limit', value: rows.length };
    const paging: Paging = { kind: 'cursor', param: 'after', next: 'meta.page.next', size };
    const read = (json: object) => readAll(() => ({ json }), { paging });
    for (const json of [{ items: rows }, { items: rows, meta: {} }]) {
      expect(await failure(read(json))).toMatchObject({
        code: 'BAD_SHAPE',
        context: { connector: 'acme', resource: 'rows', path: 'meta.page.next' },
      });
    }
    expect((await read({ items: rows, meta: { page: {} } })).ids).toEqual(all);
    expect((await read({ items: rows.slice(1) })).ids).toEqual(all.slice(1));
  });

  it('a kind of paging that does not exist is BAD_OPTIONS: one page would be taken for all', async () => {
    const paging = { kind: 'pages' } as unknown as Paging;
    expect(await failure(readAll(() => ({ json: { items: rows } }), { paging }))).toMatchObject({
      code: 'BAD_OPTIONS',
      context: { connector: 'acme', resource: 'rows' },
    });
  });

  it('a cursor that repeats is PAGE_LOOP', async () => {
    const cursor: Paging = { kind: 'cursor', param: 'after', next: 'next' };
    expect(await fails(() => ({ json: { items: rows, next: 'same' } }), { paging: cursor })).toBe(
      'PAGE_LOOP',
    );
    const url: Paging = { kind: 'next-url', next: 'next' };
    expect(await fails(() => ({ json: { items: rows, next: '/rows?x=1' } }), { paging: url })).toBe(
      'PAGE_LOOP',
    );
    expect(await fails((seen) => ({ json: { items: rows, next: seen.url.href } }), { paging: url })).toBe(
      'PAGE_LOOP',
    );
    const link: Paging = { kind: 'link' };
    expect(
      await fails(() => ({ json: { items: rows }, headers: { link: '</rows?x=1>; rel=next' } }), {
        paging: link,
      }),
    ).toBe('PAGE_LOOP');
  });

  it('a page that leads back to itself is not asked for again, and not handed on', async () => {
    const loops: [Paging, (seen: Seen) => object][] = [
      [{ kind: 'next-url', next: 'next' }, (seen) => ({ items: rows, next: seen.url.href })],
      [{ kind: 'offset', param: 'start', end: { more: 'more' } }, () => ({ items: [], more: true })],
      [{ kind: 'after-id', id: 'id', param: 'after' }, () => ({ items: [{ id: 'x' }, { id: '9' }] })],
      [{ kind: 'after-id', id: 'id', param: 'after' }, () => ({ items: [{ id: 'x' }, { id: 'x' }] })],
      [{ kind: 'after-id', id: 'id', param: 'after' }, () => ({ items: [{ id: 7 }, { id: 7 }] })],
    ];
    for (const [paging, answer] of loops) {
      const server = await serve((seen) => ({ json: answer(seen) }));
      const read: ListRead = { resource: 'rows', request: { path: '/rows' }, items: 'items', paging };
      const handed: unknown[] = [];
      const reading = (async () => {
        for await (const page of pages(read, testHttp(server.base), testCall())) handed.push(page);
      })();
      expect(await failure(reading)).toMatchObject({ code: 'PAGE_LOOP' });
      expect(server.seen).toHaveLength(1);
      // Of a link only the next request can tell.
      expect(handed).toHaveLength(paging.kind === 'next-url' ? 1 : 0);
    }
  });

  it('a row without an id amid others is left to the check of rows', async () => {
    const paging: Paging = { kind: 'after-id', id: 'id', param: 'after' };
    const answer = (seen: Seen): Reply => ({
      json: { items: int(seen, 'after') === 0 ? [{ id: 1 }, { name: 'x' }, { id: 3 }] : [] },
    });
    const { ids, seen } = await readAll(answer, { paging });
    expect(ids).toEqual([1, undefined, 3]);
    expect(seen.map((one) => int(one, 'after'))).toEqual([0, 3]);
  });

  it('ids that do not grow are PAGE_LOOP', async () => {
    const paging: Paging = { kind: 'after-id', id: 'id', param: 'after' };
    expect(await fails(() => ({ json: { items: rows } }), { paging })).toBe('PAGE_LOOP');
  });

  it('an id out of its order on a page is PAGE_LOOP: smaller ones would never be asked for', async () => {
    const paging: Paging = { kind: 'after-id', id: 'id', param: 'after' };
    const answer = (seen: Seen): Reply =>
      int(seen, 'after') === 0
        ? { json: { items: [{ id: 1 }, { id: 9 }, { id: 3 }] } }
        : { json: { items: [] } };
    expect(await failure(readAll(answer, { paging }))).toMatchObject({ code: 'PAGE_LOOP' });
  });

  it('a full page without a Link header is no end where pages have numbers', async () => {
    const size = { param: 'size', value: 10 };
    const paging: Paging = { kind: 'link', size, numbered: { param: 'page', first: 1 } };
    const answer = (seen: Seen): Reply => ({ json: { items: slice((int(seen, 'page', 1) - 1) * 10, 10) } });
    const { ids, seen } = await readAll(answer, { paging });
    expect(ids).toEqual(all);
    expect(seen.map(({ url }) => url.search)).toEqual(['?size=10', '?size=10&page=2', '?size=10&page=3']);
  });

  it('ids grow by value, not by letter', async () => {
    const paging: Paging = { kind: 'after-id', id: 'id', param: 'after' };
    const { ids } = await readAll(
      (seen) => ({
        json: {
          items: { null: [{ id: 9 }], 9: [{ id: 10 }] }[seen.url.searchParams.get('after') ?? 'null'] ?? [],
        },
      }),
      { paging },
    );
    expect(ids).toEqual([9, 10]);
  });

  it.each([true, false])(
    'a next page that is no address is CROSS_ORIGIN (keepQuery %s)',
    async (keepQuery) => {
      const paging: Paging = { kind: 'next-url', next: 'next', keepQuery };
      expect(await fails(() => ({ json: { items: rows, next: 'http://' } }), { paging })).toBe(
        'CROSS_ORIGIN',
      );
    },
  );

  it('a next page on another origin is not asked for', async () => {
    const elsewhere = await serve(() => ({ json: { items: [] } }));
    const paging: Paging = { kind: 'next-url', next: 'next' };
    for (const next of [
      `${elsewhere.base}/rows`,
      'https://user:pass@127.0.0.1/rows',
      'javascript:1',
      '//evil.example/x',
    ]) {
      expect(await fails(() => ({ json: { items: rows, next } }), { paging })).toBe('CROSS_ORIGIN');
    }
    expect(elsewhere.seen).toHaveLength(0);
  });

  it('a flag that is none is no end: the next rule decides, or it is BAD_SHAPE', async () => {
    const paging: Paging = { kind: 'page', param: 'page', first: 1, end: { more: 'more' } };
    expect(await fails(() => ({ json: { items: rows, more: 'false' } }), { paging })).toBe('BAD_SHAPE');
    const counted: Paging = { kind: 'page', param: 'page', first: 1, end: { rows: 'total' } };
    for (const total of [-1, 2.5, '25 rows', 'x25', '1e3', '0x10', '', ['25'], null]) {
      expect(await fails(() => ({ json: { items: rows, total } }), { paging: counted })).toBe('BAD_SHAPE');
    }
  });

  it('a total that is never reached ends with the empty page, and is told', async () => {
    const paging: Paging = { kind: 'page', param: 'page', first: 1, end: { rows: 'total' } };
    const server = await serve((seen) => ({
      json: { items: int(seen, 'page') === 1 ? slice(0, 5) : [], total: 7 },
    }));
    const read: ListRead = {
      resource: 'rows',
      request: { path: '/rows' },
      items: 'items',
      paging,
      total: 'total',
    };
    const totals: unknown[] = [];
    for await (const page of pages(read, testHttp(server.base), testCall())) {
      totals.push([page.items.length, page.total]);
    }
    expect(totals).toEqual([
      [5, 7],
      [0, 7],
    ]);
  });

  it('an offset that does not move is PAGE_LOOP, with what was read', async () => {
    const paging: Paging = { kind: 'offset', param: 'start', end: { more: 'more' } };
    const error = await readAll(() => ({ json: { items: [], more: true } }), { paging }).catch((e) => e);
    expect(error).toMatchObject({
      code: 'PAGE_LOOP',
      context: { connector: 'acme', resource: 'rows', pages: 1, rows: 0 },
    });
  });

  it('an offset may count from 1', async () => {
    const paging: Paging = { kind: 'offset', first: 1, param: 'start', end: 'empty' };
    const { ids, seen } = await readAll((one) => ({ json: { items: slice(int(one, 'start') - 1, 10) } }), {
      paging,
    });
    expect(ids).toEqual(all);
    expect(seen.map((one) => int(one, 'start'))).toEqual([1, 11, 21, 26]);
  });

  it.each([null, undefined, '', false])('a next value %j is the end', async (next) => {
    for (const paging of [
      { kind: 'cursor', param: 'after', next: 'next' },
      { kind: 'next-url', next: 'next' },
    ] as const) {
      expect((await readAll(() => ({ json: { items: rows, next } }), { paging })).seen).toHaveLength(1);
    }
  });

  it('a next cursor 0 is a cursor', async () => {
    const paging: Paging = { kind: 'cursor', param: 'after', next: 'next' };
    const answer = (seen: Seen): Reply => ({
      json: {
        items: seen.url.searchParams.has('after') ? [] : rows,
        next: seen.url.searchParams.has('after') ? null : 0,
      },
    });
    expect((await readAll(answer, { paging })).seen).toHaveLength(2);
  });

  it('a last row without an id is BAD_SHAPE', async () => {
    const paging: Paging = { kind: 'after-id', id: 'key.id', param: 'after' };
    const error = await readAll(() => ({ json: { items: [{ id: 1, key: { id: null } }] } }), {
      paging,
    }).catch((e) => e);
    expect(error).toMatchObject({ code: 'BAD_SHAPE', context: { path: 'key.id' } });
    expect(error.message).toContain('key.id');
  });

  it('ids after which to go on may be text, and end where declared', async () => {
    const paging: Paging = { kind: 'after-id', id: 'id', param: 'after', end: { more: 'more' } };
    const page: Record<string, unknown> = { '': ['9a', '9b', 'a9', 'b10'], b10: ['c'], c: [] };
    const answer = (seen: Seen): Reply => {
      const after = seen.url.searchParams.get('after') ?? '';
      return { json: { items: (page[after] as string[]).map((id) => ({ id })), more: after === '' } };
    };
    const { ids, seen } = await readAll(answer, { paging });
    expect(ids).toEqual(['9a', '9b', 'a9', 'b10', 'c']);
    expect(seen).toHaveLength(2);
    expect(await fails(() => ({ json: { items: [{ id: 'x' }, { id: '9' }], more: true } }), { paging })).toBe(
      'PAGE_LOOP',
    );
  });

  it('a single record is one row, null is none, and a missing one is BAD_SHAPE', async () => {
    const one = { single: true, items: 'row' };
    expect((await readAll(() => ({ json: { row: { id: 7 } } }), one)).ids).toEqual([7]);
    expect((await readAll(() => ({ json: { row: null } }), one)).ids).toEqual([]);
    expect(await fails(() => ({ json: {} }), one)).toBe('BAD_SHAPE');
    expect((await readAll(() => ({ json: {} }), { ...one, mayLack: true })).ids).toEqual([]);
  });

  it('a single record is not none because the answer is empty; a 204 says so', async () => {
    const one = { single: true, items: '' };
    expect(await fails(() => ({ text: ' ' }), one)).toBe('BAD_SHAPE');
    expect((await readAll(() => ({ text: 'null' }), one)).ids).toEqual([]);
    expect((await readAll(() => ({ status: 204 }), one)).ids).toEqual([]);
  });

  it('a list that may lack is empty only inside what is there', async () => {
    const list = { items: 'result.rows', mayLack: true };
    expect((await readAll(() => ({ json: { result: {} } }), list)).ids).toEqual([]);
    expect((await readAll(() => ({ json: { result: { rows: '' } } }), list)).ids).toEqual([]);
    expect(await fails(() => ({ json: { result: { rows: 'x' } } }), list)).toBe('BAD_SHAPE');
    expect(await fails(() => ({ json: { result: null } }), list)).toBe('BAD_SHAPE');
    expect(await fails(() => ({ json: {} }), list)).toBe('BAD_SHAPE');
    expect(await fails(() => ({ json: { result: {} } }), { items: 'result.rows' })).toBe('BAD_SHAPE');
  });

  it('a missing list says where it should be, and not what was asked for', async () => {
    const request = { path: '/rows', query: { q: 'private' } };
    const error = await readAll(() => ({ json: {} }), { request, items: 'result.rows' }).catch((e) => e);
    expect(error.context).toMatchObject({ path: 'result.rows', status: 200 });
    expect(error.context.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/rows$/);
  });

  it('a short first page is trusted only after the next', async () => {
    const paging: Paging = {
      kind: 'page',
      param: 'page',
      first: 1,
      size: { param: 'size', value: 10 },
      end: 'short',
    };
    const of = (...lengths: number[]) =>
      readAll((seen) => ({ json: { items: slice(0, lengths[int(seen, 'page') - 1] ?? 0) } }), {
        paging,
      }).then(({ seen }) => seen.length);
    expect(await of(10, 9)).toBe(2);
    expect(await of(12, 11)).toBe(2);
    expect(await of(9, 8, 8)).toBe(2);
    expect(await of(9, 9, 9)).toBe(4);
    // The server's own cap grew: what is full is the longest page.
    expect(await of(5, 7, 6, 6)).toBe(3);
  });

  it('reads no page ahead', async () => {
    const server = await serve((seen) => ({
      json: { items: slice(int(seen, 'after'), 5), next: int(seen, 'after') + 5 },
    }));
    const read: ListRead = {
      resource: 'rows',
      request: { path: '/rows' },
      items: 'items',
      paging: { kind: 'cursor', param: 'after', next: 'next' },
    };
    for await (const page of pages(read, testHttp(server.base), testCall())) {
      expect(page.items).toHaveLength(5);
      break;
    }
    expect(server.seen).toHaveLength(1);
  });
});
