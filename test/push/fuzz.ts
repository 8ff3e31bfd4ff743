import { createPushReceiver, encodeToken, type PushReceiver, type PushStore } from '../../src/push/index.ts';

/** A small seeded generator (mulberry32): the same seed makes the same requests. */
function generator(seed: number): { int(below: number): number; pick<T>(list: readonly T[]): T } {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return { int, pick: (list) => list[int(list.length)] as never };
}

type Random = ReturnType<typeof generator>;

const METHODS = [
  ...Array<string>(4).fill('GET'),
  ...Array<string>(10).fill('POST'),
  ...Array<string>(4).fill('PATCH'),
  'PUT',
  'DELETE',
];
const IDS = [
  '1',
  '2',
  '3',
  '__proto__',
  'constructor',
  '../..',
  'ü🦆',
  '%00',
  ' ',
  '',
  'a'.repeat(300),
  'x/y',
];
const VALUES = [
  0,
  1,
  2.5,
  -1,
  1e300,
  1e-9,
  null,
  true,
  '',
  '1',
  [],
  {},
  'x'.repeat(5000),
  '\u0000',
  '\ud800',
];
const STATUSES = ['active', 'inactive', 'pending', 'disabled', 'error', 'ACTIVE', ''];
const EXPECTED = new Set([200, 201, 400, 401, 403, 404, 405, 409, 413]);

function path(random: Random): string {
  const id = (): string => {
    const text = random.pick(IDS);
    return random.int(5) === 0 ? text : encodeURIComponent(text);
  };
  return random.pick([
    () => '',
    () => '/',
    () => '/service',
    () => `/service/${id()}`,
    () => `/service/${id()}/count${random.pick(['', '?no_build=true', '?no_build=false', '?no_build'])}`,
    () => '/service/shared/count',
    () => '/organization',
    () => `/organization/status/${random.pick(STATUSES)}`,
    () => `/organization/accounts${random.pick(['', '?accountIds=1,2', '?returnUnmapped=false'])}`,
    () => '/organization/accounts',
    () => `/organization/accounts/${id()}`,
    () => '/organization/services',
    () => `/organization/services/${id()}`,
    () => `/${id()}/${id()}`,
    () => '/alerting/1',
  ])();
}

function body(random: Random, who: string): string {
  const value = (): unknown => random.pick(VALUES);
  const account = (): object => ({
    id: random.int(6) === 0 ? value() : random.pick(IDS),
    // Names carry their owner, so that a leak would show.
    name: random.int(8) === 0 ? value() : `${who}|${random.int(9)}`,
    ...(random.int(3) === 0 ? { description: value(), isActive: value(), isArrears: value() } : {}),
  });
  const good = (): object => ({ id: random.pick(IDS.slice(0, 7)), name: `${who}|good`, description: '' });
  return random.pick([
    () => JSON.stringify([good()]),
    () => JSON.stringify([good(), good()]),
    () => JSON.stringify(Array.from({ length: random.int(4) }, account)),
    () => JSON.stringify(account()),
    () => JSON.stringify({ name: `${who}|renamed` }),
    () => JSON.stringify({ id: random.pick(IDS) }),
    () => JSON.stringify({ accountId: random.pick(IDS), unitCount: random.int(100) }),
    () => JSON.stringify({ accountId: value(), unitCount: value() }),
    () =>
      JSON.stringify({ name: `S${random.int(9)}`, description: '', category: 'other', subcategory: 'other' }),
    () => JSON.stringify(value()),
    () => `{"__proto__":{"polluted":true},"accountId":"1","unitCount":1}`,
    () => '['.repeat(random.int(50)),
    () => '{"a":'.repeat(random.int(50)),
    () => JSON.stringify(account()).slice(0, random.int(40)),
    () => 'x'.repeat(random.int(40_000)),
    () => '',
  ])();
}

/** Sends `requests` made-up requests; how often each status came. Throws at the first thing that is wrong. */
export async function fuzzPush(
  store: PushStore,
  requests: number,
  seed: number,
): Promise<Map<number, number>> {
  const random = generator(seed);
  const failures: unknown[] = [];
  const receiver: PushReceiver = createPushReceiver({
    store,
    limits: { requestsPerSecond: 1e9, maxBodyBytes: 20_000, maxAccounts: 20, maxServices: 20 },
    onEvent: (event) => event.type === 'failed' && failures.push(event.error),
  });
  const partners = ['north', 'south'];
  await receiver.addVendor({ id: 'meter', name: 'Meter' });
  const vendorKey = await receiver.issueVendorKey('meter');
  const tokens = new Map<string, string>();
  for (const id of partners) {
    await receiver.connect({ id, vendorId: 'meter', partnerId: id, partnerName: id });
    tokens.set(id, encodeToken(vendorKey, await receiver.issuePartnerKey(id)));
  }
  const bad = ['', 'x', btoa('a:b'), btoa(`${vendorKey}:${vendorKey}`), '\u00ff'];
  const statuses = new Map<number, number>();

  const one = async (): Promise<void> => {
    const who = random.pick(partners);
    const method = random.pick(METHODS);
    const token = random.int(20) === 0 ? random.pick(bad) : (tokens.get(who) ?? '');
    const address = `http://x/api/vendor-api${path(random)}`;
    const hasBody = method !== 'GET' && method !== 'HEAD' && random.int(15) !== 0;
    const request = new Request(address, {
      method,
      headers: { 'gradient-token': token },
      ...(hasBody ? { body: body(random, who) } : {}),
    });
    const response = await receiver(request);
    const text = await response.text();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    if (!EXPECTED.has(response.status)) {
      throw new Error(`${method} ${address} answered ${response.status}: ${text} ${String(failures.at(-1))}`);
    }
    JSON.parse(text);
    const other = who === 'north' ? 'south|' : 'north|';
    // The vendor's own name and services are the same for all its partners; accounts and own services are not.
    const shared = !/vendor-api\/organization\/(accounts|services)/.test(new URL(address).pathname);
    if (!shared && text.includes(other)) throw new Error(`${method} ${address} of ${who} shows ${other}`);
  };

  for (let sent = 0; sent < requests; sent += 200) {
    const batch = Array.from({ length: Math.min(200, requests - sent) }, one);
    await Promise.all(batch);
    if (random.int(10) === 0) await check(receiver, partners);
    if (random.int(50) === 0) {
      const id = random.pick(partners);
      await receiver.disconnect(id);
      tokens.set(id, encodeToken(vendorKey, await receiver.issuePartnerKey(id)));
    }
  }
  await check(receiver, partners);
  if (failures.length > 0) throw new Error(`the receiver failed inside: ${String(failures[0])}`);
  if (({} as { polluted?: boolean }).polluted !== undefined) throw new Error('a prototype was changed');
  return statuses;
}

/** Every count has its account and service, every number is a quantity, every name its owner's. */
async function check(receiver: PushReceiver, partners: readonly string[]): Promise<void> {
  for (const id of partners) {
    const { accounts, services, counts } = await receiver.read(id);
    const accountIds = new Set(accounts.map((account) => account.id));
    const serviceIds = new Set(services.map((service) => service.id));
    for (const count of counts) {
      if (!accountIds.has(count.accountId) || !serviceIds.has(count.serviceId)) {
        throw new Error(`${id} has a count without account or service`);
      }
      if (!(count.units >= 0 && count.units <= 9_000_000_000))
        throw new Error(`${id} has a count of ${count.units}`);
    }
    for (const { name } of accounts) {
      const owner = partners.find((partner) => name.startsWith(`${partner}|`));
      if (owner !== undefined && owner !== id) throw new Error(`${id} holds an account of ${owner}`);
    }
    await receiver.snapshot(id);
  }
}
