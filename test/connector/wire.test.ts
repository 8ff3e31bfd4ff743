import { id } from 'trueup/connector';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { createWire, type Wire } from '../../src/connector/wire.ts';
import { failure, type Reply, serve, testCall, testHttp } from '../transport/server.ts';

const row = z.object({ id: id() });

async function wireTo(reply: Reply): Promise<Wire> {
  const server = await serve(() => reply);
  return createWire('acme', testHttp(server.base), { runtime: testCall().runtime }, 'line');
}

it.each<[string, Reply]>([
  ['404', { status: 404, json: {} }],
  ['204', { status: 204 }],
  ['null', { text: 'null' }],
])('a record is gone by %s', async (_what, reply) => {
  const wire = await wireTo(reply);
  expect(await wire.one({ path: '/lines/1' }, row)).toBeNull();
  expect(await wire.document({ path: '/lines/1' }, row)).toBeNull();
});

it('a record is not gone because an answer is empty', async () => {
  const wire = await wireTo({ text: '' });
  expect(await failure(wire.one({ path: '/lines/1' }, row))).toMatchObject({ code: 'BAD_SHAPE' });
  expect(await failure(wire.document({ path: '/lines/1' }, row))).toMatchObject({ code: 'BAD_SHAPE' });
});
