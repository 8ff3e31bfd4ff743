import { createTestRuntime } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import type { TransportDeclaration } from '../../src/transport/wire.ts';
import { failure, testHttp } from './server.ts';

/** What a connector gets of an answer whose bytes come in these pieces. */
async function received(
  pieces: readonly (Uint8Array | string)[],
  type: string | null = 'application/json',
  declaration: Partial<TransportDeclaration> = {},
): Promise<unknown> {
  const fetch = async (): Promise<Response> => {
    const bytes = new ReadableStream<Uint8Array>({
      start(stream) {
        for (const piece of pieces) {
          stream.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
        }
        stream.close();
      },
    });
    return new Response(bytes, { headers: type === null ? {} : { 'content-type': type } });
  };
  const runtime = { ...createTestRuntime(), fetch };
  const http = testHttp('https://acme.example', declaration);
  return (await http.send({ path: '/x' }, { runtime, resource: 'rows' })).body;
}

describe('the text of an answer', () => {
  it('is put together from its pieces, though one ends in the middle of a letter', async () => {
    const bytes = [...new TextEncoder().encode('{"name":"Müller €"}')];
    expect(await received(bytes.map((byte) => Uint8Array.of(byte)))).toEqual({ name: 'Müller €' });
    expect(await received([Uint8Array.from([0x22, 0xc3])]).catch((error) => error)).toMatchObject({
      code: 'BAD_CONTENT',
    });
  });

  // 0xFC is ü in Latin-1, and nothing in UTF-8.
  it.each([
    ['text/plain; charset=iso-8859-1', 'ü'],
    ['text/plain;charset=iso-8859-1', 'ü'],
    ['text/plain; charset="iso-8859-1"', 'ü'],
    ['text/plain; Charset = ISO-8859-1', 'ü'],
    ['text/plain; charset=iso-8859-1; x=y', 'ü'],
    ['text/plain; charset="iso-8859-1";x=y', 'ü'],
    ['text/plain; charset=klingon', '\uFFFD'],
    ['text/plain; charset=', '\uFFFD'],
    ['text/plain', '\uFFFD'],
    [null, '\uFFFD'],
  ])('is read in the charset its type names, else as UTF-8: %s', async (type, letter) => {
    expect(await received([Uint8Array.from([0x22, 0xfc, 0x22])], type)).toBe(letter);
  });

  it('that is missing or blank is no value', async () => {
    const runtime = { ...createTestRuntime(), fetch: async () => new Response(null, { status: 204 }) };
    const answer = await testHttp('https://acme.example').send({ path: '/x' }, { runtime, resource: 'x' });
    expect(answer).toMatchObject({ status: 204, body: null });
    expect(await received([' \n'])).toBeNull();
  });
});

describe('what kind of answer it is', () => {
  const xml = { answers: { xml: { lists: [] } } };
  it.each<[string, string, string, Partial<TransportDeclaration>]>([
    ['{}', 'text/html', 'an HTML page', {}],
    ['\n <!DOCTYPE html><p>log in', 'text/plain', 'an HTML page', {}],
    ['<HTML lang="en">', 'text/plain', 'an HTML page', xml],
    ['<result/>', 'text/xml', 'markup instead of JSON', {}],
    ['{"a":[1,2', 'application/json', 'cut off or not JSON', {}],
    ['{"a":"<b>', 'application/json', 'cut off or not JSON', {}],
    ['{"a":1}', 'text/xml', 'not XML', xml],
    ['<result><items>', 'text/xml', 'cut off or not XML', xml],
    ['<!DOCTYPE r><r/>', 'text/xml', 'XML with a document type', xml],
  ])('%j as %s is said to be %s', async (text, type, what, declaration) => {
    expect(await failure(received([text], type, declaration))).toMatchObject({
      code: 'BAD_CONTENT',
      message: `acme: GET https://acme.example/x answered with ${what}.`,
    });
  });

  it('is not told by markup inside it', async () => {
    const note = { note: '<html> begins a page, <!doctype html> too' };
    const type = 'application/json; profile="text/html"';
    expect(await received([JSON.stringify(note)], type)).toEqual(note);
  });

  it('keeps the attributes of XML letter by letter', async () => {
    expect(await received(['<r code="007" on="true">1.0</r>'], 'text/xml', xml)).toEqual({
      r: { '@code': '007', '@on': 'true', '#text': '1.0' },
    });
  });
});
