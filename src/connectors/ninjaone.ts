import * as z from 'zod';
import {
  address,
  choose,
  defineVendorConnector,
  filled,
  id,
  type MapContext,
  type Paging,
  readOptions,
  type VendorConnector,
  vendorRead,
} from '../connector/index.ts';
import type { VendorSku } from '../model/vendor.ts';

/** What NinjaOne says about a device's place in its life. */
export type NinjaoneApproval = 'PENDING' | 'STAGED' | 'APPROVED' | 'DECOMMISSIONED';

/** A client app of the platform "API Services (machine-to-machine)" with the scope `monitoring`; trueup asks for no other. */
export interface NinjaoneOptions {
  /** The address of the console: `https://eu.ninjarmm.com`. The region cannot be found out. */
  readonly baseUrl: string;
  /** The client id of the app. */
  readonly clientId: string;
  /** Its secret, shown once when it is made. */
  readonly clientSecret: string;
  /** Devices in these states count: `PENDING`, `STAGED`, `APPROVED`, `DECOMMISSIONED`. Default `APPROVED`. */
  readonly countedStatuses?: readonly NinjaoneApproval[];
  /** `by-role`: servers and workstations as SKUs of their own; `together`: all agents as the one SKU `rmm.endpoint`. Default `by-role`. */
  readonly endpoints?: 'by-role' | 'together';
}

const approvals = ['PENDING', 'STAGED', 'APPROVED', 'DECOMMISSIONED'] as const;

const optionsSchema = () =>
  z.strictObject({
    baseUrl: address('https://eu.ninjarmm.com'),
    clientId: filled(),
    clientSecret: filled(),
    countedStatuses: z.array(z.enum(approvals)).min(1).default(['APPROVED']),
    endpoints: z.enum(['by-role', 'together']).default('by-role'),
  });

/** Rows above the last id; the largest page is not documented, so only an empty page is the end. */
const paging: Paging = {
  kind: 'after-id',
  id: 'id',
  param: 'after',
  size: { param: 'pageSize', value: 1000 },
  end: 'empty',
};

const organizationRow = () => z.object({ id: id(), name: z.string() });

const deviceRow = () =>
  z.object({
    id: id(),
    organizationId: id(),
    nodeClass: z.string().nullish(),
    approvalStatus: z.string().nullish(),
  });

type Device = z.output<ReturnType<typeof deviceRow>>;

/** NinjaOne has no list of products; these are ours, by what kind of thing is managed. */
const products = {
  'rmm.endpoint': 'Managed endpoint',
  'rmm.server': 'Managed server',
  'rmm.workstation': 'Managed workstation',
  'rmm.nms': 'Network device',
  'rmm.vm-host': 'Virtual machine host',
  'rmm.vm-guest': 'Virtual machine guest, as the host sees it',
  'rmm.cloud-monitor': 'Cloud monitor',
  'mdm.device': 'Mobile device',
  'other.device': 'Device of a class this connector does not know',
} as const;
type ProductId = keyof typeof products;

/** `null`: a record without an agent. Classes beginning with `NMS_` are network devices. */
const classes: Readonly<Record<string, ProductId | null>> = {
  WINDOWS_SERVER: 'rmm.server',
  LINUX_SERVER: 'rmm.server',
  MAC_SERVER: 'rmm.server',
  WINDOWS_WORKSTATION: 'rmm.workstation',
  LINUX_WORKSTATION: 'rmm.workstation',
  MAC: 'rmm.workstation',
  ANDROID: 'mdm.device',
  APPLE_IOS: 'mdm.device',
  APPLE_IPADOS: 'mdm.device',
  VMWARE_VM_HOST: 'rmm.vm-host',
  HYPERV_VMM_HOST: 'rmm.vm-host',
  VMWARE_VM_GUEST: 'rmm.vm-guest',
  HYPERV_VMM_GUEST: 'rmm.vm-guest',
  CLOUD_MONITOR_TARGET: 'rmm.cloud-monitor',
  UNMANAGED_DEVICE: null,
};

/**
 * NinjaOne: organizations, and their devices by kind. Backup storage is not read.
 * Facts: NinjaOne Public API v2 (2.0.9-draft); the SKUs are this connector's own.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function ninjaone(options: NinjaoneOptions): VendorConnector {
  const o = readOptions('ninjaone', optionsSchema, options);
  const counted: readonly string[] = o.countedStatuses;
  const skus = skusOf(o.endpoints);
  return defineVendorConnector({
    id: 'ninjaone',
    name: 'NinjaOne',
    capabilities: {
      metrics: ['devices'],
      whenAbsent: 'zero',
      filters: [
        {
          id: 'decommissioned',
          effect:
            'Decommissioned devices keep their record and do not count; devices that were decommissioned but not deleted may still be on the invoice.',
          direction: 'fewer',
          source: 'NinjaOne documentation, ITAM lifecycle management',
        },
        {
          id: 'pending-and-staged',
          effect: 'Devices that wait for approval or are only staged do not count.',
          direction: 'fewer',
          source: 'NinjaOne Public API v2, approvalStatus',
        },
        {
          id: 'guests-twice',
          effect: 'A virtual machine with an agent is listed again as a guest of its host.',
          direction: 'more',
          source: 'NinjaOne Public API v2, nodeClass',
        },
      ],
      confidence: 'medium',
      unconfirmed: [
        'how NinjaOne itself counts billable devices: no API for its own invoice',
        'whether device lists leave decommissioned devices out (they are filtered here either way)',
        'the largest page and the rate limit (2 requests at once, 100 a minute are kept)',
      ],
      limits: 'none published; 100 requests a minute, 2 at once are kept',
      documentation: 'https://app.ninjarmm.com/apidocs/',
    },
    transport: {
      baseUrl: o.baseUrl,
      auth: {
        kind: 'token',
        login: {
          url: '/ws/oauth/token',
          form: {
            grant_type: 'client_credentials',
            client_id: o.clientId,
            client_secret: o.clientSecret,
            scope: 'monitoring',
          },
        },
      },
      limits: { concurrency: 2, windows: [{ requests: 100, seconds: 60 }] },
      errorMessage: ['errorMessage', 'resultCode'],
    },
    check: { request: { path: '/v2/organizations', query: { pageSize: 1 } } },
    reads: () => [
      vendorRead({
        resource: 'organizations',
        request: { path: '/v2/organizations' },
        items: '',
        paging,
        row: organizationRow(),
        map: (row) => ({ accounts: [{ ...row, active: true }], skus }),
      }),
      // All devices once: filters by organization were seen to be ignored, which gives the whole fleet.
      vendorRead({
        resource: 'devices',
        request: { path: '/v2/devices' },
        items: '',
        paging,
        row: deviceRow(),
        map: (row, context) => {
          if (!counts(row, counted, context)) return null;
          const skuId = productOf(row, o.endpoints, context);
          if (skuId === null) return null;
          return { tally: [{ accountId: row.organizationId, skuId, metric: 'devices', units: 1 }] };
        },
      }),
    ],
  });
}

function skusOf(endpoints: 'by-role' | 'together'): VendorSku[] {
  const unused = endpoints === 'together' ? ['rmm.server', 'rmm.workstation'] : ['rmm.endpoint'];
  return Object.entries(products)
    .filter(([id]) => !unused.includes(id))
    .map(([id, name]) => ({
      id,
      name,
      metrics: ['devices'],
      defaultMetric: 'devices',
      whenAbsent: 'zero',
    }));
}

function productOf(
  row: Device,
  endpoints: 'by-role' | 'together',
  context: MapContext<undefined>,
): ProductId | null {
  const nodeClass = row.nodeClass ?? '';
  if (nodeClass.startsWith('NMS_')) return 'rmm.nms';
  if (nodeClass === '') noClass(row, context);
  const product = choose(classes, nodeClass, 'other.device', 'node class', context);
  const agent = product === 'rmm.server' || product === 'rmm.workstation';
  return agent && endpoints === 'together' ? 'rmm.endpoint' : product;
}

/** It may be a server or a workstation as well: the counts of its organization are not whole without it. */
function noClass(row: Device, { note }: MapContext<undefined>): void {
  note('unknown-value', `device ${row.id} came without its class.`, {
    ids: { accountId: row.organizationId, deviceId: row.id },
    incomplete: row.organizationId,
  });
}

/** A state nobody documented makes the organization's counts unknown: the device may or may not be billed. */
function counts(row: Device, counted: readonly string[], { note }: MapContext<undefined>): boolean {
  const status = row.approvalStatus ?? '';
  if (approvals.some((known) => known === status)) return counted.includes(status);
  note('unknown-value', `device ${row.id} has an approval status this connector does not know.`, {
    ids: { accountId: row.organizationId, deviceId: row.id },
    incomplete: row.organizationId,
  });
  return false;
}
