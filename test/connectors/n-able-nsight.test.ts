import { inspect } from 'node:util';
import { TrueupError } from 'trueup';
import { nsight } from 'trueup/connectors/n-able-nsight';
import { pullVendor } from 'trueup/sync';
import { createWorld, mockSystem } from 'trueup/testing';
import { describe, expect, it } from 'vitest';

const world = createWorld('n-sight', { customers: 12, vendors: ['n-able-nsight'] });

/** A pull whose every answer of one service is this text. */
async function pullWith(service: string, text: string, status = 200) {
  const mock = mockSystem('n-able-nsight', world);
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    return url.includes(`service=${service}`)
      ? new Response(text, { status, headers: { 'content-type': 'text/xml' } })
      : mock.runtime.fetch(input, init);
  };
  return pullVendor(nsight(mock.options), { runtime: { ...mock.runtime, fetch } });
}

async function errorOf(promise: Promise<unknown>): Promise<TrueupError> {
  const error = await promise.then(
    () => new Error('no error'),
    (reason: unknown) => reason,
  );
  if (!TrueupError.is(error)) throw error;
  return error;
}

describe('n-able-nsight', () => {
  it('counts a feature by its flag, and gives an explicit zero where it is off', async () => {
    const mock = mockSystem('n-able-nsight', world);
    const snapshot = await pullVendor(nsight(mock.options), { runtime: mock.runtime });
    const { counts } = snapshot;
    const sum = (skuId: string): number =>
      counts.filter((one) => one.skuId === skuId).reduce((a, b) => a + b.units, 0);
    const devices = sum('rmm.server') + sum('rmm.workstation');
    expect(sum('rmm.mav')).toBe(devices);
    expect(sum('rmm.patch')).toBeGreaterThan(0);
    expect(sum('rmm.patch')).toBeLessThan(devices);
    const backup = counts.filter((one) => one.skuId === 'rmm.mob');
    expect(backup.length).toBe(snapshot.accounts.length);
    expect(backup.every((one) => one.units === 0)).toBe(true);
    // No device had a flag for it: no count at all, and absence is not zero.
    expect(counts.some((one) => one.skuId === 'rmm.webprotection')).toBe(false);
    expect(snapshot.skus.find((one) => one.id === 'rmm.webprotection')?.whenAbsent).toBe('no-count');
  });

  it('takes an empty list for empty, and an answer without the list for nothing known', async () => {
    const empty = await pullWith('list_clients', '<result status="OK"><items/></result>');
    expect(empty.accounts).toEqual([]);
    expect(empty.receipt.complete).toBe(true);
    const error = await errorOf(pullWith('list_clients', '<result status="OK"></result>'));
    expect(error.code).toBe('BAD_SHAPE');
  });

  it.each([
    ['none', '<items/>'],
    [
      'fewer',
      '<items><client><id>1</id><site><id>2</id><workstation><id>3</id></workstation></site></client></items>',
    ],
    [
      'others',
      '<items><client><id>1</id><site><id>2</id><device><id>3</id></device></site></client></items>',
    ],
  ])('knows no number of a client listed with devices of which %s came', async (_what, list) => {
    const { receipt } = await pullWith('list_devices_at_client', `<result status="OK">${list}</result>`);
    expect(receipt.complete).toBe(false);
    const listed = (await pullWith('nothing', '')).accounts.map(({ id }) => id);
    expect(receipt.incompleteAccounts?.length).toBeGreaterThan(listed.length / 2);
  });

  it('knows no number of a client some of whose devices came without a flag the others have', async () => {
    const device = (n: number, flags: string) => `<workstation><id>${n}</id>${flags}</workstation>`;
    const pulled = (second: string) =>
      pullWith(
        'list_devices_at_client',
        `<result status="OK"><items><client><id>1</id><site><id>2</id>${Array.from({ length: 30 }, (_, n) =>
          device(n, n === 0 ? '<patch>1</patch>' : second),
        ).join('')}</site></client></items></result>`,
      );
    const codes = async (second: string) => (await pulled(second)).receipt.problems.map(({ code }) => code);
    expect(await codes('')).toContain('flag-missing');
    expect(await codes('<patch>0</patch>')).not.toContain('flag-missing');
    const { receipt, counts } = await pulled('');
    const known = counts.filter(({ accountId }) => !receipt.incompleteAccounts?.includes(accountId));
    expect(known.filter(({ skuId }) => skuId === 'rmm.patch')).toEqual([]);
  });

  it('names row and path of a row that is not as expected', async () => {
    const text = '<result status="OK"><items><client><name>A</name></client></items></result>';
    const error = await errorOf(pullWith('list_clients', text));
    expect(error.code).toBe('BAD_SHAPE');
    expect(error.message).toMatch(/clients-server row 0: clientid/);
  });

  it('reads the errors that come with status 200', async () => {
    const fail = (code: number): string =>
      `<result status="FAIL"><error><errorcode>${code}</errorcode><message>Not today</message></error></result>`;
    expect((await errorOf(pullWith('list_clients', fail(3)))).code).toBe('AUTH_FAILED');
    expect((await errorOf(pullWith('list_clients', fail(4)))).code).toBe('VENDOR_ERROR');
  });

  it('refuses XML that declares entities', async () => {
    const text = '<!DOCTYPE r [<!ENTITY a "aaaa">]><result status="OK"><items/></result>';
    expect((await errorOf(pullWith('list_clients', text))).code).toBe('BAD_CONTENT');
  });

  it('keeps the key in the query out of every error', async () => {
    const mock = mockSystem('n-able-nsight', world);
    for (const [text, status] of [
      ['no', 403],
      ['<html>', 200],
      ['<result', 200],
    ] as const) {
      const error = await errorOf(pullWith('list_clients', text, status));
      expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain(mock.options.apiKey);
    }
  });
});
