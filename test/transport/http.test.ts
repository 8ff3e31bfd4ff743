import { createTestRuntime } from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import { createHttp } from '../../src/transport/http.ts';
import { failure, type Reply, serve, testCall, testHttp } from './server.ts';

const once = { limits: { concurrency: 1, retry: { attempts: 1 } } };

describe('an error says what was asked, and how it was answered', () => {
  it.each<[string, Reply, string, number]>([
    ['a status that is no success', { status: 500, json: {} }, 'HTTP_ERROR', 500],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example' } }, 'CROSS_ORIGIN', 302],
    ['a body that is none', { status: 201, text: 'OK' }, 'BAD_CONTENT', 201],
    ['an error inside', { status: 200, json: { error: 'no' } }, 'VENDOR_ERROR', 200],
  ])('%s', async (_what, reply, code, status) => {
    const server = await serve(() => ({ ...reply, headers: { ...reply.headers, 'x-request-id': 'r-17' } }));
    const http = testHttp(server.base, { ...once, errors: { at: 'error' } });
    expect(await failure(http.send({ path: '/x' }, testCall()))).toMatchObject({
      code,
      context: {
        connector: 'acme',
        resource: 'rows',
        method: 'GET',
        url: `${server.base}/x`,
        status,
        requestId: 'r-17',
      },
    });
  });

  it('a body that cannot be sent back as it came', async () => {
    const server = await serve(() => ({ text: '{"a":"\uFDD01"}' }));
    const asked = testHttp(server.base).send({ path: '/x', exact: true }, testCall());
    expect(await failure(asked)).toMatchObject({
      code: 'BAD_CONTENT',
      context: { resource: 'rows', url: `${server.base}/x`, status: 200 },
    });
  });

  it('an address elsewhere', async () => {
    const asked = testHttp('https://acme.example').send({ path: 'https://evil.example/x?key=1' }, testCall());
    expect(await failure(asked)).toMatchObject({
      code: 'CROSS_ORIGIN',
      context: { connector: 'acme', resource: 'rows', url: 'https://evil.example/x' },
    });
  });

  it('the id of the request is in the header that is declared, and may be missing', async () => {
    const server = await serve((seen) => ({
      status: 500,
      headers: seen.url.pathname === '/with' ? { 'x-trace': 'r-18', 'x-request-id': 'r-17' } : {},
      json: {},
    }));
    const http = testHttp(server.base, { ...once, requestIdHeader: 'x-trace' });
    expect(await failure(http.send({ path: '/with' }, testCall()))).toMatchObject({
      context: { requestId: 'r-18' },
    });
    const { context } = await failure(http.send({ path: '/without' }, testCall()));
    expect(context).not.toHaveProperty('requestId');
  });
});

describe('a status', () => {
  it.each([300, 301, 399])('%i asks for another address, and is not followed to none', async (status) => {
    const server = await serve(() => ({ status, json: {} }));
    expect(await failure(testHttp(server.base).send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'CROSS_ORIGIN',
    });
    expect(server.seen).toHaveLength(1);
  });

  it('304 is no redirect, and no answer either', async () => {
    const server = await serve(() => ({ status: 304 }));
    expect(await failure(testHttp(server.base).send({ path: '/x' }, testCall()))).toMatchObject({
      code: 'HTTP_ERROR',
    });
  });

  it('0 is a redirect that a browser hides', async () => {
    const runtime = { ...createTestRuntime(), fetch: async () => Response.error() };
    const asked = testHttp('https://acme.example').send({ path: '/x' }, { runtime, resource: 'rows' });
    expect(await failure(asked)).toMatchObject({ code: 'CROSS_ORIGIN', context: { status: 0 } });
  });

  it('declared to mean "there is nothing" gives nothing, other ones stay errors', async () => {
    const server = await serve((seen) => ({ status: Number(seen.url.pathname.slice(1)), json: { a: 1 } }));
    const http = testHttp(server.base);
    const ask = (status: number) => http.send({ path: `/${status}`, absentOn: [404, 410] }, testCall());
    expect(await ask(404)).toMatchObject({ status: 404, body: null });
    expect(await ask(410)).toMatchObject({ status: 410, body: null });
    expect(await failure(ask(403))).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a transport', () => {
  it.each(['acme.example', '/v1', 'ftp://acme.example', ''])('needs an absolute address, not %j', (url) => {
    const limits = { concurrency: 1 };
    const of = (baseUrl: Parameters<typeof createHttp>[0]['baseUrl']) => () =>
      createHttp({ connector: 'acme', baseUrl, auth: { kind: 'none' }, limits });
    expect(of(url)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTIONS', context: { connector: 'acme', option: 'baseUrl' } }),
    );
    expect(of({ url, read: () => null })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTIONS', context: { connector: 'acme', option: 'baseUrl.url' } }),
    );
  });

  it('tells the base it uses', async () => {
    expect(await testHttp('https://acme.example/v1').baseUrl(testCall())).toBe('https://acme.example/v1');
  });

  it('hides the secrets it was told, and nothing else', () => {
    expect(testHttp('https://acme.example', { secrets: ['key-in-a-path'] }).redact('a key-in-a-path')).toBe(
      'a ***',
    );
    expect(testHttp('https://acme.example').redact('a key-in-a-path')).toBe('a key-in-a-path');
  });
});

describe('a log-in', () => {
  it('hides what is secret by its name, at any depth, and shows the rest', async () => {
    const server = await serve(() => ({ json: { access_token: 'abcd' } }));
    const json = {
      user: 'someone',
      client_secret: 'shh-secret',
      none: null,
      level: 1234567,
      inner: { apiKey: 'shh-key', list: [{ password: 'shh-word' }] },
    };
    const http = testHttp(server.base, { auth: { kind: 'token', login: { url: '/token', json } } });
    await http.send({ path: '/x' }, testCall());
    expect(http.redact('someone shh-secret 1234567 shh-key shh-word')).toBe('someone *** 1234567 *** ***');
  });
});
