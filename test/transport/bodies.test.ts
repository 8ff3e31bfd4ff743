import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decimalText, jsonText, parseExact, parseJson } from '../../src/transport/json.ts';
import type { TransportDeclaration } from '../../src/transport/wire.ts';
import { failure, type Reply, serve, testCall, testHttp } from './server.ts';

async function body(reply: Reply, declaration: Partial<TransportDeclaration> = {}): Promise<unknown> {
  const server = await serve(() => reply);
  return (await testHttp(server.base, declaration).send({ path: '/x' }, testCall())).body;
}
const html = { 'content-type': 'text/html; charset=utf-8' };
const xml = { answers: { xml: { lists: ['result.items.client'] } } };

describe('JSON answers', () => {
  it('need no JSON content type', async () => {
    expect(await body({ text: '{"a":1}' })).toEqual({ a: 1 });
    expect(
      await body({ text: '\uFEFF {"a":1}', headers: { 'content-type': 'application/vnd.acme+json' } }),
    ).toEqual({ a: 1 });
    expect(await body({ text: '' })).toBeNull();
  });

  it.each([
    ['HTML by its type', { text: '<html>log in</html>', headers: html }],
    ['HTML by its looks', { text: '  <!DOCTYPE html><p>log in' }],
    ['JSON said to be HTML', { text: '{}', headers: html }],
    ['cut off', { text: '{"a":[1,2' }],
    ['XML', { text: '<result/>' }],
    ['plain words', { text: 'OK' }],
    ['two values', { text: '{}{}' }],
  ])('%s is BAD_CONTENT, and the payload is not shown', async (_what, reply) => {
    const error = await failure(body(reply));
    expect(error).toMatchObject({ code: 'BAD_CONTENT', retryable: false });
    expect(JSON.stringify(error)).not.toMatch(/log in|OK"/);
  });

  it('larger than the cap are TOO_LARGE, counted as they stream', async () => {
    let sent = 0;
    const server = await serve((_seen, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (sent < 100_000_000 && !response.destroyed) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536, 32))) break;
        }
      };
      response.on('drain', more);
      more();
      return undefined;
    });
    const http = testHttp(server.base, { limits: { concurrency: 1, maxBytes: 1_000_000 } });
    expect(await failure(http.send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'TOO_LARGE',
      retryable: false,
    });
    expect(sent).toBeLessThan(50_000_000);
    expect(server.seen).toHaveLength(1);
  });

  it('are capped after decompression', async () => {
    const server = await serve((_seen, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
      response.end(gzipSync(Buffer.alloc(20_000_000, 32)));
      return undefined;
    });
    const http = testHttp(server.base, { limits: { concurrency: 1, maxBytes: 1_000_000 } });
    expect(await failure(http.send({ path: '/x' }, testCall()))).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('too slow are TIMEOUT, headers and body together', async () => {
    const server = await serve((_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
      return undefined;
    });
    const limits = { concurrency: 1, timeoutSeconds: 0.05, retry: { attempts: 2 } };
    expect(await failure(testHttp(server.base, { limits }).send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
    expect(server.seen).toHaveLength(2);
  });
});

describe('numbers keep their digits', () => {
  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['-9007199254740993', '-9007199254740993'],
    ['0.12345678901234567890', '0.12345678901234567890'],
    ['28.50', 28.5],
    ['1000000000000000000', 1e18],
    ['9007199254740991', 9007199254740991],
    ['0.30000000000000004', 0.30000000000000004],
    ['1735689600.1230001', 1735689600.1230001],
    ['1.0000000000000000', 1],
    ['12345678901234567e2', '12345678901234567e2'],
    ['1.2345678901234567E-5', '1.2345678901234567E-5'],
    ['1.2345678901234567e+10', '1.2345678901234567e+10'],
  ])('%s', (wire, value) => {
    expect(parseJson(`{"n":${wire},"s":"a \\" 12345678901234567890 \\\\","l":[${wire}]}`)).toEqual({
      n: value,
      s: 'a " 12345678901234567890 \\',
      l: [value],
    });
  });

  it('also where a number is all there is', () => {
    expect(parseJson('12345678901234567890')).toBe('12345678901234567890');
    expect(parseJson('7')).toBe(7);
  });

  it('what is no JSON stays no JSON', () => {
    for (const text of [
      '{"n":01234567890123456789}',
      '[12345678901234567890',
      '12345678901234567.',
      '--12345678901234567',
    ]) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    }
  });

  it.each([
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-1e-7, '-0.0000001'],
    [1.25e22, '12500000000000000000000'],
    [28.5, '28.5'],
    [-0, '0'],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ])('a double is written as a plain decimal: %d', (value, text) => {
    expect(decimalText(value)).toBe(text);
  });
});

describe('a record that is sent back', () => {
  it.each([
    '{"a":24.0,"b":[1.50,-0.0,1E+5,9007199254740993],"c":"24.0","d":{"e":null,"f":true}}',
    '[0.1234567890123456789012345]',
    '[1e10,1E-12,2.5e+300]',
    '"1.0"',
    '7.00',
    '{}',
  ])('keeps %s letter by letter', (text) => {
    expect(jsonText(parseExact(text))).toBe(text);
  });

  it('takes new values beside the kept ones', () => {
    const kept = parseExact('{"a":1.0,"b":2.0}') as object;
    expect(jsonText({ ...kept, b: 3.5 })).toBe('{"a":1.0,"b":3.5}');
  });

  it.each(['01', '1.', '.5', '-', '1 2', '[1,]', '{"a":1'])('is not read from %s', (text) => {
    expect(() => parseExact(text)).toThrow(SyntaxError);
  });

  it.each(['{"a":"\uFDD01"}', '{"a":"\\ufdd01"}'])('is not kept when it could be mistaken: %s', (text) => {
    expect(parseExact(text)).toBeUndefined();
  });

  it('comes with the answer when it is asked for', async () => {
    const server = await serve(() => ({ text: '{"a":1.0}' }));
    const http = testHttp(server.base);
    const answer = await http.send({ path: '/x', exact: true }, testCall());
    expect(answer.body).toEqual({ a: 1 });
    await http.send({ path: '/x', json: answer.exact }, testCall());
    expect(server.seen[1]?.body).toBe('{"a":1.0}');
    expect(await http.send({ path: '/x' }, testCall())).not.toHaveProperty('exact');
    const marked = await serve(() => ({ text: '{"a":"\uFDD01"}' }));
    const refused = testHttp(marked.base).send({ path: '/x', exact: true }, testCall());
    expect(await failure(refused)).toMatchObject({ code: 'BAD_CONTENT' });
  });
});

describe('XML answers', () => {
  it('have lists where they are declared, attributes by @, and text for values', async () => {
    const text =
      '<?xml version="1.0"?><result status="OK"><items><client><id>007</id><name><![CDATA[A & B]]></name><note>1 &lt; 2 &amp; 3 &#252;</note></client></items></result>';
    expect(await body({ text, headers: { 'content-type': 'text/xml' } }, xml)).toEqual({
      result: { '@status': 'OK', items: { client: [{ id: '007', name: 'A & B', note: '1 < 2 & 3 ü' }] } },
    });
  });

  it.each([
    ['a document type', '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'],
    [
      'an external entity',
      '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
    ],
    ['cut off', '<result><items>'],
    ['not XML', '{"a":1}'],
    ['HTML', '<html><body>log in</body></html>'],
  ])('%s is BAD_CONTENT', async (_what, text) => {
    expect(await failure(body({ text }, xml))).toMatchObject({ code: 'BAD_CONTENT' });
  });

  it('with an error inside are VENDOR_ERROR, or AUTH_FAILED for the declared codes', async () => {
    const errors = { at: 'result.@status', ok: ['OK'], code: 'result.error.errorcode', auth: ['3'] };
    const answer = (code: number): string =>
      `<result status="FAIL"><error><errorcode>${code}</errorcode><message>no such service</message></error></result>`;
    const declaration = { ...xml, errors, errorMessage: ['result.error.message'] };
    expect(await failure(body({ text: answer(4) }, declaration))).toMatchObject({
      code: 'VENDOR_ERROR',
      context: { vendorCode: '4' },
      message: expect.stringContaining('no such service'),
    });
    expect(await failure(body({ text: answer(3) }, declaration))).toMatchObject({ code: 'AUTH_FAILED' });
    expect(await failure(body({ text: '<other/>' }, declaration))).toMatchObject({ code: 'VENDOR_ERROR' });
  });
});

describe('requests', () => {
  it('send JSON, forms and JSON-RPC, and encode queries so that every server reads them', async () => {
    const server = await serve(() => ({ json: {} }));
    const http = testHttp(`${server.base}/v1/`, { headers: { 'X-App': 'trueup' } });
    const call = testCall();
    await http.send(
      { path: '/a', query: { filter: 'name = "A + B"', skip: undefined, n: 0, yes: true } },
      call,
    );
    await http.send({ path: 'b', form: { 'a b': '1&2', skip: undefined } }, call);
    await http.send({ path: '/c', rpc: { method: 'List', params: { n: 1 } }, safe: true }, call);
    await http.send({ path: '/d', method: 'PUT', json: ['x'], headers: { 'x-app': 'own' } }, call);
    const [a, b, c, d] = server.seen;
    expect(a?.url.href).toBe(`${server.base}/v1/a?filter=name%20%3D%20%22A%20%2B%20B%22&n=0&yes=true`);
    expect(b).toMatchObject({
      method: 'POST',
      body: 'a+b=1%262',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(JSON.parse(c?.body ?? '')).toEqual({ jsonrpc: '2.0', id: '1', method: 'List', params: { n: 1 } });
    expect(d).toMatchObject({
      method: 'PUT',
      body: '["x"]',
      headers: { 'x-app': 'own', 'content-type': 'application/json' },
    });
    expect(a?.headers['x-app']).toBe('trueup');
    expect(a?.headers).not.toHaveProperty('content-type');
  });
});
