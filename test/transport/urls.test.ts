import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/transport/redact.ts';
import { absolute, isHome, joinUrl, nextLink } from '../../src/transport/url.ts';

describe('joinUrl', () => {
  it.each([
    ['https://a.example/v1', 'rows', 'https://a.example/v1/rows'],
    ['https://a.example/v1//', '//rows/', 'https://a.example/v1/rows/'],
    ['https://a.example/v1/', '', 'https://a.example/v1/'],
    ['https://a.example', 'HTTPS://b.example/x', 'HTTPS://b.example/x'],
    ['https://a.example/v1', '', 'https://a.example/v1'],
    ['https://a.example', 'rows/a:b', 'https://a.example/rows/a:b'],
    ['https://a.example', '1x:/rows', 'https://a.example/1x:/rows'],
  ])('%s and %s give %s', (base, path, expected) => {
    expect(joinUrl(base, path)).toBe(expected);
  });
});

describe('isHome', () => {
  const home = 'http://a.example/v1';
  const hosts = ['api.example.com', '*.region.example'];
  it.each([
    ['http://a.example/other', true],
    ['http://a.example:8080/v1', false],
    ['https://api.example.com/x', true],
    ['http://api.example.com/x', false],
    ['https://api.example.com:444/x', false],
    ['https://my.api.example.com/x', false],
    ['https://eu.region.example/x', true],
    ['https://region.example/x', false],
    ['https://xregion.example/x', false],
    ['http://user@a.example/x', false],
    ['http://:word@a.example/x', false],
    ['no address', false],
  ])('%s: %s', (url, expected) => {
    expect(isHome(url, home, hosts)).toBe(expected);
  });

  it('is nothing without a home', () => {
    expect(isHome('https://api.example.com/x', 'no address', hosts)).toBe(false);
  });
});

describe('nextLink', () => {
  const from = 'https://a.example/rows?page=1';
  it.each<[string | null, string | null]>([
    ['<https://a.example/rows?page=2>; rel="next"', 'https://a.example/rows?page=2'],
    ['</rows?page=2>;rel=next', 'https://a.example/rows?page=2'],
    ['<?page=2> ; REL = "NEXT"', 'https://a.example/rows?page=2'],
    ['<?page=2>; title="a"; rel="last next"', 'https://a.example/rows?page=2'],
    ['<?page=9>; rel="last", <?page=2>; rel="next"', 'https://a.example/rows?page=2'],
    ['<?page=2,3>; rel="next", <?page=9>; rel="last"', 'https://a.example/rows?page=2,3'],
    ['<?page=2>; rel="next last"', 'https://a.example/rows?page=2'],
    ['<?page=9>; rel="last"', null],
    ['<?page=9>; rel="nextish"', null],
    ['<?page=9>; rel=nextish', null],
    ['<?page=9>; title=next', null],
    ['', null],
    [null, null],
  ])('of %s is %s', (header, expected) => {
    expect(nextLink(header, from)).toBe(expected);
  });

  it('leaves what is no address as it is', () => {
    expect(absolute('http://', from)).toBe('http://');
    expect(absolute('x', from)).toBe('https://a.example/x');
  });
});

describe('a redactor', () => {
  const redactor = createRedactor();
  redactor.add('abcd', 'key/with=signs', undefined, 'abc');

  it('replaces a secret wherever it stands, also as addresses write it', () => {
    expect(redactor.text('abcd and key/with=signs and abcd')).toBe('*** and *** and ***');
    expect(redactor.text('q=key%2Fwith%3Dsigns')).toBe('q=***');
    const signs = createRedactor();
    signs.add("it's (a) key!");
    const query = new URL('https://a.example');
    query.searchParams.set('k', "it's (a) key!");
    expect(signs.text(query.search)).toBe('?k=***');
    expect(signs.text(query.search.replaceAll('+', '%20'))).toBe('?k=***');
    expect(signs.text(encodeURIComponent("it's (a) key!"))).toBe('***');
  });

  it('leaves what is too short to be told from ordinary text', () => {
    expect(redactor.text('abc')).toBe('abc');
  });

  it('shows origin and path of an address, and nothing of what is none', () => {
    expect(redactor.url('https://user:word@a.example:8443/v1/abcd/x?key=1#top')).toBe(
      'https://a.example:8443/v1/***/x',
    );
    expect(redactor.url('a secret, not an address')).toBe('(no address)');
  });
});
