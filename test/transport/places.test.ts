import { describe, expect, it } from 'vitest';
import { pathText, valueAt, withValueAt } from '../../src/transport/path.ts';
import { linked, place, withMissingQuery } from '../../src/transport/place.ts';

describe('a path', () => {
  const body = { page: { next: 'abc', list: ['x'] }, 'a.b': 1, none: null };

  it.each<[string | string[], unknown]>([
    ['page.next', 'abc'],
    ['page.list.0', 'x'],
    [['a.b'], 1],
    ['a.b', undefined],
    ['none', null],
    ['none.next', undefined],
    ['page.next.length', undefined],
    ['page.toString', undefined],
    ['', body],
    [[], body],
  ])('%j leads to %j', (path, value) => {
    expect(valueAt(body, path)).toEqual(value);
  });

  it.each<[unknown, string, unknown]>([
    [{ query: { what: 'all' }, size: 5 }, 'query.start', { query: { what: 'all', start: 7 }, size: 5 }],
    [{ query: null }, 'query.start', { query: { start: 7 } }],
    [{ query: 'all' }, 'query.start', { query: { start: 7 } }],
    [undefined, 'query.start', { query: { start: 7 } }],
    [{ a: 1 }, '', 7],
  ])('in %j at %s takes a value, and keeps the rest', (value, path, expected) => {
    const before = structuredClone(value);
    expect(withValueAt(value, path, 7)).toEqual(expected);
    expect(value).toEqual(before);
  });

  it('is named in messages', () => {
    expect([pathText('page.next'), pathText(['a.b']), pathText('')]).toEqual([
      'page.next',
      'a.b',
      '(the body)',
    ]);
  });
});

describe('a paging value', () => {
  const request = { path: '/rows', query: { q: 'x' }, headers: { a: 'b' }, json: { q: 'y' } };

  it('goes where it is declared, beside what is there', () => {
    expect(place(request, { param: 'page' }, 2)).toEqual({ ...request, query: { q: 'x', page: 2 } });
    expect(place(request, { param: 'page', in: 'query' }, 2)).toEqual(place(request, { param: 'page' }, 2));
    expect(place(request, { param: 'x-page', in: 'header' }, 2)).toEqual({
      ...request,
      headers: { a: 'b', 'x-page': '2' },
    });
    expect(place(request, { param: 'page', in: 'body' }, 2)).toEqual({
      ...request,
      json: { q: 'y', page: 2 },
    });
  });

  it('goes into the parameters of a JSON-RPC call', () => {
    const call = { path: '', rpc: { method: 'List', params: { query: { kind: 'x' } } } };
    expect(place(call, { param: 'query.start', in: 'body' }, 50)).toEqual({
      path: '',
      rpc: { method: 'List', params: { query: { kind: 'x', start: 50 } } },
    });
  });
});

describe('the address of the next page', () => {
  it('stands for the whole query', () => {
    expect(linked({ path: '/rows', query: { q: 'x' }, json: {} }, 'https://a.example/rows?p=2')).toEqual({
      path: 'https://a.example/rows?p=2',
      json: {},
    });
  });

  it('keeps its own parameters where it gets back those it lost', () => {
    const next = withMissingQuery(
      'https://a.example/rows?page=2&size=5',
      'https://a.example/rows?page=1&q=x%20y',
    );
    expect(next).toBe('https://a.example/rows?page=2&size=5&q=x+y');
  });
});
