import { describe, expect, it } from 'vitest';
import type { AnswerErrors, TransportDeclaration } from '../../src/transport/wire.ts';
import { failure, type Reply, serve, testCall, testHttp } from './server.ts';

/** One try, and what it fails with. */
async function failed(
  reply: Reply,
  { limits, ...declaration }: Partial<TransportDeclaration> = {},
): Promise<Record<string, unknown>> {
  const server = await serve(() => reply);
  const http = testHttp(server.base, {
    ...declaration,
    limits: { concurrency: 1, retry: { attempts: 1 }, ...limits },
  });
  const error = await failure(http.send({ path: '/x' }, testCall()));
  return { ...error, message: String(error.message).replace(server.base, 'http://acme') };
}

describe("the vendor's own words", () => {
  const said = async (json: unknown, ...places: (string | string[])[]): Promise<string> =>
    String((await failed({ status: 500, json }, { errorMessage: places })).message);
  const bare = 'acme: GET http://acme/x answered with an error (500).';

  it('stand behind ours, and are missing where there are none', async () => {
    expect(await said({ message: 'Out of paper' }, 'message')).toBe(`${bare} It said: Out of paper`);
    expect(await said({ message: 'Out of paper' })).toBe(bare);
    expect(await said({ other: 'Out of paper' }, 'message')).toBe(bare);
  });

  it.each<[unknown, string]>([
    [42, '42'],
    [['Out of', 'paper', 7, null], 'Out of paper'],
    [' Out\n\tof\u0007 \r\n paper ', 'Out of paper'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), `${'x'.repeat(200)}…`],
  ])('are one short line: %j', async (message, line) => {
    expect(await said({ message }, 'message')).toBe(`${bare} It said: ${line}`);
  });

  it.each([[''], [' \n'], [{ text: 'x' }], [[]], [true], [null]])(
    'come from the next declared place when the first holds %j',
    async (message) => {
      expect(await said({ message, detail: 'Out of paper' }, 'message', 'detail')).toBe(
        `${bare} It said: Out of paper`,
      );
    },
  );
});

describe('an answer that says "slow down" with a status of its own', () => {
  const throttledBy = [
    { status: 403, text: 'slow down' },
    { status: 403, text: 'Too Many' },
    { status: 400, text: 'busy' },
  ];
  it.each<[string, Reply, string]>([
    ['any of the signs is enough', { status: 403, json: { message: 'too many calls' } }, 'RATE_LIMITED'],
    ['a sign of another status is none', { status: 403, json: { message: 'busy' } }, 'FORBIDDEN'],
    ['other words are none', { status: 403, json: { message: 'no' } }, 'FORBIDDEN'],
    ['an empty answer is none', { status: 403 }, 'FORBIDDEN'],
    ['it may be a page', { status: 403, text: '<html>Slow down!</html>' }, 'RATE_LIMITED'],
    [
      'a page is not searched to its end',
      { status: 403, text: `<html>${' '.repeat(2000)}slow down` },
      'FORBIDDEN',
    ],
  ])('%s', async (_rule, reply, code) => {
    expect(await failed(reply, { limits: { concurrency: 1, throttledBy } })).toMatchObject({ code });
  });
});

describe('an error inside a 200', () => {
  const told = (json: unknown, errors: Partial<AnswerErrors> = {}): ReturnType<typeof failed> =>
    failed({ json }, { errors: { at: 'error', ...errors }, errorMessage: ['error.message'] });

  it.each([[{}], [{ error: null }], [{ error: '' }], [{ error: [] }]])('is none in %j', async (json) => {
    const server = await serve(() => ({ json }));
    const http = testHttp(server.base, { errors: { at: 'error' } });
    expect((await http.send({ path: '/x' }, testCall())).body).toEqual(json);
  });

  it.each([['no licence'], [['no licence']], [{}], [false], [0]])('is any other value: %j', async (error) => {
    expect(await told({ error })).toMatchObject({
      code: 'VENDOR_ERROR',
      retryable: false,
      message: 'acme: GET http://acme/x reported an error.',
      context: { resource: 'rows', status: 200, vendorCode: '' },
    });
  });

  it("is told with the vendor's code and words, where there are any", async () => {
    const code = 'error.code';
    expect(await told({ error: { code: 17, message: 'No licence' } }, { code })).toMatchObject({
      message: 'acme: GET http://acme/x reported error 17. It said: No licence',
      context: { vendorCode: '17' },
    });
    for (const none of [null, undefined, '']) {
      expect(await told({ error: { code: none, message: 'No licence' } }, { code })).toMatchObject({
        message: 'acme: GET http://acme/x reported an error. It said: No licence',
        context: { vendorCode: '' },
      });
    }
    expect(await told({ error: { code: 17 } })).toMatchObject({
      message: 'acme: GET http://acme/x reported an error.',
    });
  });

  it('may mean refused credentials, or a pause: of one second, unless declared', async () => {
    const errors = { code: 'error.code', auth: ['17'], throttled: ['busy'] };
    expect(await told({ error: { code: 17 } }, errors)).toMatchObject({
      code: 'AUTH_FAILED',
      context: { resource: 'rows', vendorCode: '17' },
    });
    expect(await told({ error: { code: 'busy' } }, errors)).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAt: '2026-11-20T08:00:01.000Z',
      context: { resource: 'rows', vendorCode: 'busy' },
    });
  });

  it('may be a pause at the log-in too: the credentials are not refused', async () => {
    let asked = 0;
    const server = await serve((seen) => {
      if (seen.url.pathname !== '/token') return { json: {} };
      asked += 1;
      return { json: asked === 1 ? { error: { code: 'busy' } } : { access_token: 'made-up' } };
    });
    const http = testHttp(server.base, {
      auth: { kind: 'token', login: { url: '/token', form: {} } },
      errors: { at: 'error', code: 'error.code', throttled: ['busy'] },
    });
    expect((await http.send({ path: '/x' }, testCall())).status).toBe(200);
  });

  it('refuses a write, and is no hint to send it again', async () => {
    const server = await serve(() => ({ json: { error: 'no' } }));
    const http = testHttp(server.base, { errors: { at: 'error' } });
    expect(await failure(http.send({ path: '/x', json: {} }, testCall()))).toMatchObject({
      code: 'REFUSED',
      retryable: false,
    });
    expect(server.seen).toHaveLength(1);
  });
});

it('an error that names no time to come back has none', async () => {
  expect(await failed({ status: 500, json: {} })).toMatchObject({ retryable: true, retryAt: undefined });
});
