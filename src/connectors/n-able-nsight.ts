import * as z from 'zod';
import {
  address,
  count,
  defineVendorConnector,
  filled,
  flag,
  id,
  type Read,
  readOptions,
  type VendorConnector,
  type VendorPart,
  vendorRead,
  type WireRequest,
} from '../connector/index.ts';
import type { VendorCount, VendorSku } from '../model/vendor.ts';

/**
 * An API key of the dashboard: Settings > General Settings > API. It is made by a superuser or administrator with API
 * permission; the key of a restricted log-in sees only its clients.
 */
export interface NsightOptions {
  /** The key. Making a new one ends the one before. */
  readonly apiKey: string;
  /** The server of the dashboard's territory: `https://www.systemmonitor.us`. The wrong one answers 403. */
  readonly baseUrl: string;
  /** Also count mobile devices; their answers were seen to fail on some territories. Default `false`. */
  readonly mobileDevices?: boolean;
}

const optionsSchema = () =>
  z.strictObject({
    apiKey: filled(),
    baseUrl: address('https://www.systemmonitor.us'),
    mobileDevices: z.boolean().default(false),
  });

type DeviceType = 'server' | 'workstation' | 'mobile_device';

/** Features a device can have, as flags 0 and 1. */
const features = {
  patch: 'Patch Management',
  mav: 'Managed Antivirus',
  mob: 'Managed Online Backup',
  takecontrol: 'Take Control',
  webprotection: 'Web Protection',
  riskintelligence: 'Risk Intelligence',
} as const;
type Feature = keyof typeof features;
const featureNames = ['patch', 'mav', 'mob', 'takecontrol', 'webprotection', 'riskintelligence'] as const;

const kinds: Readonly<Record<DeviceType, { readonly sku: string; readonly name: string }>> = {
  server: { sku: 'rmm.server', name: 'Managed server' },
  workstation: { sku: 'rmm.workstation', name: 'Managed workstation' },
  mobile_device: { sku: 'rmm.mobile', name: 'Mobile device' },
};

/** The counts are control totals; not every territory was seen to send them. */
const clientRow = () =>
  z.object({
    clientid: id(),
    name: z.string(),
    server_count: count().nullish(),
    workstation_count: count().nullish(),
    mobile_device_count: count().nullish(),
  });
type Client = z.output<ReturnType<typeof clientRow>>;

const deviceRow = () =>
  z.object({
    id: id(),
    patch: flag().nullish(),
    mav: flag().nullish(),
    mob: flag().nullish(),
    takecontrol: flag().nullish(),
    webprotection: flag().nullish(),
    riskintelligence: flag().nullish(),
  });
type Device = z.output<ReturnType<typeof deviceRow>>;

/** The element of a device is named after its type. A site may be empty, which XML writes as an empty text. */
const devicesRow = () => {
  const devices = z.array(deviceRow()).nullish();
  const site = z.object({ server: devices, workstation: devices, mobile_device: devices });
  return z.object({ id: id(), site: z.array(z.union([site, z.literal('')])).nullish() });
};

/**
 * N-able N-sight RMM: clients, their devices by type, and the features switched on.
 * Facts: N-sight Data Extraction API. It answers in XML, reports errors with status 200, and takes the key in the
 * query string: the transport keeps it out of every message.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function nsight(options: NsightOptions): VendorConnector {
  const { apiKey, baseUrl, mobileDevices } = readOptions('n-able-nsight', optionsSchema, options);
  const types: readonly DeviceType[] = mobileDevices
    ? ['server', 'workstation', 'mobile_device']
    : ['server', 'workstation'];
  const skus = skusOf(types);
  return defineVendorConnector({
    id: 'n-able-nsight',
    name: 'N-able N-sight RMM',
    capabilities: {
      metrics: ['devices'],
      whenAbsent: 'per-sku',
      filters: [
        {
          id: 'active-devices',
          effect: 'Only active devices are listed; a client without any is not listed at all.',
          direction: 'fewer',
          source: 'N-sight Data Extraction API, listing clients',
        },
      ],
      confidence: 'medium',
      unconfirmed: [
        'the tags of the feature flags on every territory (a missing flag is no count, not zero)',
        'whether the client list without a device type is limited to servers (it is asked once per type)',
        'answers for mobile devices (an option, off by default)',
      ],
      limits:
        'one request a second, one at a time; to read the same data at most every 90 seconds is left to you',
      documentation: 'https://developer.n-able.com/n-sight/docs',
    },
    transport: {
      baseUrl,
      auth: { kind: 'query', query: { apikey: apiKey } },
      answers: {
        xml: {
          lists: [
            'result.items.client',
            'result.items.client.site',
            ...types.map((type) => `result.items.client.site.${type}`),
          ],
        },
      },
      errors: { at: 'result.@status', ok: ['OK'], code: 'result.error.errorcode', auth: ['3'] },
      errorMessage: ['result.error.message'],
      limits: { concurrency: 1, windows: [{ requests: 1, seconds: 1 }] },
    },
    check: { request: service('list_clients') },
    reads: () => types.flatMap((type) => [...readsOf(type, skus)]),
  });
}

function service(name: string, query: Readonly<Record<string, string>> = {}): WireRequest {
  return { path: '/api/', query: { service: name, ...query } };
}

/** The clients that have devices of a type, and those devices. */
function readsOf(type: DeviceType, skus: readonly VendorSku[]): Read<unknown, VendorPart>[] {
  const clients = vendorRead({
    resource: `clients-${type}`,
    request: service('list_clients', { devicetype: type }),
    items: 'result.items.client',
    mayLack: true,
    row: clientRow(),
    key: (row) => row.clientid,
    keep: (row) => row.clientid,
    map: ({ clientid, name }) => ({ accounts: [{ id: clientid, name, active: true }], skus }),
  });
  const devices = vendorRead({
    resource: `devices-${type}`,
    per: clients,
    parentId: (client: Client) => client.clientid,
    request: (client) => service('list_devices_at_client', { clientid: client.clientid, devicetype: type }),
    items: 'result.items.client',
    mayLack: true,
    row: devicesRow(),
    // No element at all is how a client without devices is answered; not for one that is listed with some.
    atLeast: (client) => ((client[`${type}_count`] ?? 0) > 0 ? 1 : 0),
    map: (row, { parent, note }) => {
      const found = (row.site ?? []).flatMap((site) => (site === '' ? [] : (site[type] ?? [])));
      const listed = parent[`${type}_count`] ?? 0;
      if (found.length < listed) {
        const text = `client ${parent.clientid} is listed with ${listed} devices of type ${type}, and ${found.length} came.`;
        note('devices-missing', text, { ids: { accountId: parent.clientid }, incomplete: parent.clientid });
      }
      for (const name of featureNames) {
        const told = found.filter((device) => typeof device[name] === 'boolean').length;
        if (told === 0 || told === found.length) continue;
        // A sum of those that have the flag would be too small.
        const text = `${found.length - told} of ${found.length} devices of type ${type} of client ${parent.clientid} came without the flag ${name}.`;
        note('flag-missing', text, { ids: { accountId: parent.clientid }, incomplete: parent.clientid });
      }
      return { tally: found.flatMap((device) => countsOf(device, type, parent.clientid)) };
    },
  });
  return [clients, devices];
}

/** One device is one of its type, and one or none of each feature it has a flag for. */
function countsOf(device: Device, type: DeviceType, accountId: string): VendorCount[] {
  const one = (skuId: string, units: number): VendorCount => ({ accountId, skuId, metric: 'devices', units });
  return [
    one(kinds[type].sku, 1),
    ...featureNames.flatMap((name) => {
      const on = device[name];
      return on === null || on === undefined ? [] : [one(featureSku(name), on ? 1 : 0)];
    }),
  ];
}

function featureSku(feature: Feature): string {
  return `rmm.${feature}`;
}

function skusOf(types: readonly DeviceType[]): VendorSku[] {
  const sku = (id: string, name: string, whenAbsent: VendorSku['whenAbsent']): VendorSku => ({
    id,
    name,
    metrics: ['devices'],
    defaultMetric: 'devices',
    whenAbsent,
  });
  return [
    ...types.map((type) => sku(kinds[type].sku, kinds[type].name, 'zero')),
    // A feature that no device has a flag for may just be unknown on this territory.
    ...featureNames.map((name) => sku(featureSku(name), features[name], 'no-count')),
  ];
}
