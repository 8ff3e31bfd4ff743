import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createPushReceiver,
  encodeToken,
  memoryPushStore,
  type PushEvent,
  type PushReceiver,
  type PushReceiverOptions,
} from 'trueup/push';
import { listener } from '../../examples/push-receiver/node-adapter.ts';
import type { Mapping } from '../../src/model/mapping.ts';

/** Serves a handler on a free loopback port. */
export async function serve(
  handler: (request: Request) => Promise<Response>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(listener(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A clock that moves one second each time it is read, unless told to stand. */
function fakeClock(start = '2026-12-01T08:00:00.000Z'): { now: () => string; skip(ms: number): void } {
  let at = Date.parse(start);
  return {
    now: () => new Date(at).toISOString(),
    skip(ms) {
      at += ms;
    },
  };
}

export interface Desk {
  readonly receiver: PushReceiver;
  readonly events: PushEvent[];
  readonly clock: ReturnType<typeof fakeClock>;
  readonly vendorKey: string;
  /** Integration id → partner key. */
  readonly keys: Record<string, string>;
  token(integrationId: string): string;
}

/** A receiver with one vendor `meter` and connected partners. */
export async function desk(
  partners: readonly string[] = ['north'],
  options: Partial<PushReceiverOptions> = {},
): Promise<Desk> {
  const events: PushEvent[] = [];
  const clock = fakeClock();
  const receiver = createPushReceiver({
    store: memoryPushStore(),
    runtime: { now: clock.now },
    limits: { requestsPerSecond: 1_000_000 },
    onEvent: (event) => events.push(event),
    ...options,
  });
  await receiver.addVendor({ id: 'meter', name: 'My Meter' });
  const vendorKey = await receiver.issueVendorKey('meter');
  const keys: Record<string, string> = {};
  for (const id of partners) {
    await receiver.connect({ id, vendorId: 'meter', partnerId: `p-${id}`, partnerName: `MSP ${id}` });
    keys[id] = await receiver.issuePartnerKey(id);
  }
  return {
    receiver,
    events,
    clock,
    vendorKey,
    keys,
    token: (id) => encodeToken(vendorKey, keys[id] ?? ''),
  };
}

/** An answer's body; the tests say what they expect in it. */
// biome-ignore lint/suspicious/noExplicitAny: a parsed body of any shape
export type Json = any;

/** One request against a receiver; the body is parsed. */
export async function ask(
  receiver: (request: Request) => Promise<Response>,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: Json; readonly headers: Headers }> {
  const response = await receiver(
    new Request(`http://localhost/api/vendor-api${path}`, {
      method,
      headers: token === null ? {} : { 'gradient-token': token },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: (await response.json()) as Json, headers: response.headers };
}

/** Links accounts to customers of the same id with a `c-` before it, and uses the given SKUs. */
export function mappingOf(
  accountIds: readonly string[],
  skuIds: readonly string[],
  vendor = 'meter',
): Mapping {
  return {
    specVersion: 1,
    accounts: accountIds.map((accountId) => ({ vendor, accountId, customerId: `c-${accountId}` })),
    services: skuIds.map((skuId) => ({
      id: `rule-${skuId}`,
      skus: [{ vendor, skuId }],
      serviceIds: [`s-${skuId}`],
    })),
  };
}
