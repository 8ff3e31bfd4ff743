import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import { worldVendor } from '../world/snapshots.ts';
import type { VendorProfile, World, WorldVendor } from '../world/types.ts';

/** Credentials the mock takes. */
export interface NsightMockOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
}

const HOST = 'https://www.systemmonitor.us';
const KEY = 'nsight-key-example-0001';

const profile: VendorProfile = {
  slug: 'n-able-nsight',
  accountIds: 'integer',
  sites: false,
  products: [
    {
      service: { name: 'N-sight Workstation', code: 'NS-WS', price: '4.25', cost: '1.6' },
      skus: [
        {
          id: 'rmm.workstation',
          name: 'Managed workstation',
          metrics: ['devices'],
          defaultMetric: 'devices',
          whenAbsent: 'zero',
          mapped: true,
        },
      ],
      share: 0.8,
      units: { min: 2, max: 25 },
    },
    {
      service: { name: 'N-sight Server', code: 'NS-SRV', price: '22', cost: '6' },
      skus: [
        {
          id: 'rmm.server',
          name: 'Managed server',
          metrics: ['devices'],
          defaultMetric: 'devices',
          whenAbsent: 'zero',
          mapped: true,
        },
      ],
      share: 0.5,
      units: { min: 1, max: 5 },
    },
  ],
};

/** N-able N-sight Data Extraction API, as the vendor's guide describes it. */
export const nsightMock: MockDefinition<NsightMockOptions> = {
  slug: 'n-able-nsight',
  name: 'N-able N-sight RMM',
  role: 'vendor',
  origins: [HOST],
  profile,
  options: (origin) => ({ baseUrl: origin, apiKey: KEY }),
  secrets: [KEY],
  limit: { requests: 60, windowMs: 60_000 },
  lacks: [
    ...[
      'many pages give the same rows as one',
      'empty middle page',
      'repeated page',
      'a row inserted while reading comes twice and counts once',
      'declared total missed',
      'a row deleted while reading is noticed by the declared total',
      'repeated cursor',
      'next page on another origin',
    ].map((name) => ({ case: name, reason: 'a service returns everything in one answer' })),
    { case: 'missing items path', reason: 'the fault edits JSON; the test of this system has it in XML' },
    {
      case: 'wrong types name path and row, not the payload',
      reason: 'the fault edits JSON; the test of this system has it in XML',
    },
    { case: 'token expires during a pull', reason: 'keys do not expire' },
  ],
  enums: [],
  start,
};

/** The features of a device by its place in the list. */
const FLAGS: Readonly<Record<string, (n: number) => boolean>> = {
  patch: (n) => n % 2 === 1,
  mav: () => true,
  mob: () => false,
};

function flagged(on: (n: number) => boolean, devices: number): number {
  return Array.from({ length: devices }, (_, n) => on(n)).filter(Boolean).length;
}

const TYPES = ['server', 'workstation', 'mobile_device'] as const;
type DeviceType = (typeof TYPES)[number];

function start(world: World, _kit: MockKit): MockServer {
  const vendor = worldVendor(world, 'n-able-nsight');
  return {
    expected: { vendor: listed(vendor) },
    fail,
    authorize: (call) =>
      call.query.get('apikey') === KEY ? null : { status: 401, message: 'Login failed. Check your API key.' },
    routes: [{ method: 'GET', path: '/api/', answer: (call) => answer(call, vendor) }],
  };
}

/** Clients without an active device are on no list. N-sight does not tell whether a client is active. */
function listed(vendor: WorldVendor): NonNullable<MockServer['expected']['vendor']> {
  const holders = new Set(vendor.counts.filter(({ units }) => units > 0).map(({ accountId }) => accountId));
  const counts = vendor.counts
    .filter(({ units }) => units > 0)
    .concat(
      [...holders].flatMap((accountId) =>
        Object.entries(FLAGS).map(([flag, on]) => ({
          accountId,
          skuId: `rmm.${flag}`,
          metric: 'devices',
          units: TYPES.reduce((sum, type) => sum + flagged(on, unitsOf(vendor, accountId, type)), 0),
        })),
      ),
    );
  const accounts = vendor.accounts.filter(({ id }) => holders.has(id));
  const skus = [...vendor.skus, ...Object.keys(FLAGS).map((flag) => ({ id: `rmm.${flag}` }))];
  return { ...vendor, skus, accounts: accounts.map(({ active: _, ...account }) => account), counts };
}

function answer(call: MockCall, vendor: WorldVendor): MockReply {
  const type = call.query.get('devicetype');
  if (type !== null && !TYPES.some((one) => one === type)) {
    return error(4, 'Wrong parameter: devicetype');
  }
  switch (call.query.get('service')) {
    case 'list_clients':
      return items(clients(vendor, (type ?? 'server') as DeviceType));
    case 'list_devices_at_client': {
      const account = vendor.accounts.find(({ id }) => id === call.query.get('clientid'));
      if (!account || type === null) return error(4, 'Wrong parameter: clientid and devicetype are needed');
      return items(devices(vendor, account, type as DeviceType));
    }
    default:
      return error(4, 'Wrong parameter: service');
  }
}

function unitsOf(vendor: WorldVendor, accountId: string, type: DeviceType): number {
  const skuId = type === 'mobile_device' ? 'rmm.mobile' : `rmm.${type}`;
  return vendor.counts.find((one) => one.accountId === accountId && one.skuId === skuId)?.units ?? 0;
}

function clients(vendor: WorldVendor, type: DeviceType): string {
  return vendor.accounts
    .filter(({ id }) => unitsOf(vendor, id, type) > 0)
    .map(({ id, name }) => {
      const [servers, workstations] = [unitsOf(vendor, id, 'server'), unitsOf(vendor, id, 'workstation')];
      return `<client>
      <name><![CDATA[${name}]]></name><clientid>${id}</clientid><view_dashboard>0</view_dashboard>
      <dashboard_username/><timezone/><creation_date>2024-05-01</creation_date>
      <server_count>${servers}</server_count><workstation_count>${workstations}</workstation_count>
      <mobile_device_count>0</mobile_device_count><device_count>${servers + workstations}</device_count>
    </client>`;
    })
    .join('\n');
}

/** Spread over two sites; a client without such devices gives nothing at all. */
function devices(
  vendor: WorldVendor,
  { id, name }: WorldVendor['accounts'][number],
  type: DeviceType,
): string {
  const units = unitsOf(vendor, id, type);
  if (units === 0) return '';
  const device = (n: number): string => `<${type}>
          <id>${id}${type.length}${n}</id><name><![CDATA[PC ${n} & more]]></name><status>1</status>
          ${flags(n)}
        </${type}>`;
  const list = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, n) => device(from + n)).join('\n');
  const half = Math.ceil(units / 2);
  return `<client>
    <id>${id}</id><name><![CDATA[${name}]]></name>
    <site><id>1${id}</id><name>HQ</name>${list(0, half)}</site>
    ${units > half ? `<site><id>2${id}</id><name>Branch</name>${list(half, units)}</site>` : ''}
  </client>`;
}

function flags(n: number): string {
  return Object.entries(FLAGS)
    .map(([flag, on]) => `<${flag}>${on(n) ? 1 : 0}</${flag}>`)
    .join('');
}

function items(content: string): MockReply {
  const list = content === '' ? '<items/>' : `<items>${content}</items>`;
  return xml(
    `<result created="2026-11-20T07:00:00+00:00" host="www.systemmonitor.us" status="OK">${list}</result>`,
  );
}

/** Errors of the service come with status 200. */
function error(code: number, message: string): MockReply {
  return xml(
    `<result created="2026-11-20T07:00:00+00:00" host="www.systemmonitor.us" status="FAIL"><error><errorcode>${code}</errorcode><message>${message}</message></error></result>`,
  );
}

function fail({ status, message }: MockFailure): MockReply {
  if (status === 401) return error(3, message);
  if (status === 400) return error(4, message);
  return { status, text: message, type: 'text/plain' };
}

function xml(text: string): MockReply {
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${text}`, type: 'text/xml' };
}
