import { isFailure, pageAfter } from '../mock/paging.ts';
import type { MockCall, MockDefinition, MockFailure, MockKit, MockReply, MockServer } from '../mock/types.ts';
import { worldVendor } from '../world/snapshots.ts';
import type { VendorProfile, World, WorldVendor } from '../world/types.ts';

/** Credentials the mock takes. */
export interface NinjaoneMockOptions {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const HOST = 'https://eu.ninjarmm.com';
const CLIENT = { clientId: 'ninja-client-example', clientSecret: 'ninja-secret-example-0001' } as const;
const TOKEN_SECONDS = 3600;

const product = (
  id: string,
  name: string,
  service: VendorProfile['products'][number]['service'],
  share: number,
  units: { min: number; max: number },
): VendorProfile['products'][number] => ({
  service,
  skus: [{ id, name, metrics: ['devices'], defaultMetric: 'devices', whenAbsent: 'zero', mapped: true }],
  share,
  units,
});

const profile: VendorProfile = {
  slug: 'ninjaone',
  accountIds: 'integer',
  products: [
    product(
      'rmm.workstation',
      'Managed workstation',
      { name: 'Workstation Management', code: 'RMM-WS', price: '4.5', cost: '1.75' },
      0.8,
      { min: 2, max: 60 },
    ),
    product(
      'rmm.server',
      'Managed server',
      { name: 'Server Management', code: 'RMM-SRV', price: '25', cost: '6.5' },
      0.5,
      { min: 1, max: 9 },
    ),
    product(
      'rmm.nms',
      'Network device',
      { name: 'Network Monitoring', code: 'RMM-NMS', price: '3', cost: '0.95' },
      0.2,
      { min: 1, max: 12 },
    ),
  ],
};

/** The classes a kind of device comes in. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  'rmm.workstation': ['WINDOWS_WORKSTATION', 'WINDOWS_WORKSTATION', 'MAC', 'LINUX_WORKSTATION'],
  'rmm.server': ['WINDOWS_SERVER', 'LINUX_SERVER'],
  'rmm.nms': ['NMS_SWITCH', 'NMS_FIREWALL', 'NMS_WAP'],
};

/** NinjaOne Public API v2, as the vendor's document describes it. */
export const ninjaoneMock: MockDefinition<NinjaoneMockOptions> = {
  slug: 'ninjaone',
  name: 'NinjaOne',
  role: 'vendor',
  origins: [HOST],
  profile,
  options: (origin) => ({ baseUrl: origin, ...CLIENT }),
  secrets: [CLIENT.clientSecret],
  limit: { requests: 100, windowMs: 60_000 },
  lacks: [
    { case: 'declared total missed', reason: 'lists declare no total' },
    {
      case: 'a row deleted while reading is noticed by the declared total',
      reason: 'lists declare no total',
    },
    { case: 'empty middle page', reason: 'rows after an id: an empty page means there are none' },
    { case: 'repeated cursor', reason: 'pages are asked for by the last id' },
    { case: 'next page on another origin', reason: 'pages are asked for by the last id' },
  ],
  enums: [
    { path: /\/devices$/, field: 'nodeClass' },
    { path: /\/devices$/, field: 'approvalStatus' },
  ],
  start,
};

type Row = Record<string, unknown> & { readonly id: number };

function start(world: World, kit: MockKit): MockServer {
  const vendor = worldVendor(world, 'ninjaone');
  const organizations = vendor.accounts.map(
    (account): Row => ({
      id: Number(account.id),
      name: account.name,
      description: '',
      userData: {},
      nodeApprovalMode: 'AUTOMATIC',
    }),
  );
  const devices = deviceRows(vendor);
  const tokens = new Map<string, number>();
  return {
    // NinjaOne does not tell whether an organization is active.
    expected: {
      vendor: { ...vendor, accounts: vendor.accounts.map(({ active: _, ...account }) => account) },
    },
    fail,
    expireTokens: () => tokens.clear(),
    authorize: (call) => {
      const token = /^Bearer (.+)$/.exec(call.headers.get('authorization') ?? '')?.[1] ?? '';
      return (tokens.get(token) ?? 0) > Date.parse(call.now)
        ? null
        : { status: 401, message: 'Token expired or invalid' };
    },
    routes: [
      {
        method: 'POST',
        path: '/ws/oauth/token',
        kind: 'auth',
        answer: (call) => {
          const form = new URLSearchParams(call.text);
          const good =
            form.get('grant_type') === 'client_credentials' &&
            form.get('client_id') === CLIENT.clientId &&
            form.get('client_secret') === CLIENT.clientSecret &&
            form.get('scope') === 'monitoring';
          if (!good) return { status: 400, json: { resultCode: 'Client app not exist' } };
          const token = kit.token('ninjaone');
          tokens.set(token, Date.parse(call.now) + TOKEN_SECONDS * 1000);
          return {
            json: {
              access_token: token,
              expires_in: TOKEN_SECONDS,
              scope: 'monitoring',
              token_type: 'Bearer',
            },
          };
        },
      },
      { method: 'GET', path: '/v2/organizations', answer: (call) => list(call, organizations) },
      { method: 'GET', path: '/v2/devices', answer: (call) => list(call, devices) },
      {
        method: 'GET',
        path: '/v2/organization/:id/devices',
        answer: (call) =>
          list(
            call,
            devices.filter((row) => String(row.organizationId) === call.params.id),
          ),
      },
    ],
  };
}

function list(call: MockCall, rows: readonly Row[]): MockReply {
  const page = pageAfter(call, rows, {
    after: 'after',
    size: 'pageSize',
    defaultSize: 100,
    maxSize: 1000,
    id: (row) => row.id,
  });
  return isFailure(page) ? fail(page) : { json: page.rows };
}

function fail({ status, message }: MockFailure): MockReply {
  return { status, json: { resultCode: 'FAILURE', errorMessage: message, incidentId: 'example' } };
}

/** One row a device; and rows that must not count. */
function deviceRows(vendor: WorldVendor): Row[] {
  const rows: Row[] = [];
  const add = (organizationId: string, nodeClass: string, approvalStatus: string): void => {
    const id = 4000 + rows.length;
    rows.push({
      id,
      uid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
      organizationId: Number(organizationId),
      locationId: 31,
      nodeClass,
      nodeRoleId: 201,
      rolePolicyId: 77,
      approvalStatus,
      offline: id % 7 === 0,
      displayName: `DEVICE-${id}`,
      systemName: `DEVICE-${id}`,
      created: 1_735_689_600.123,
      lastContact: 1_795_000_000.5,
      lastUpdate: 1_795_000_000.5,
      tags: [],
    });
  };
  for (const { accountId, skuId, units } of vendor.counts) {
    const classes = CLASSES[skuId] ?? [];
    for (let n = 0; n < units; n++) add(accountId, classes[n % classes.length] ?? 'MAC', 'APPROVED');
  }
  for (const { id } of vendor.accounts.slice(0, 5)) {
    add(id, 'WINDOWS_WORKSTATION', 'DECOMMISSIONED');
    add(id, 'WINDOWS_SERVER', 'PENDING');
    add(id, 'MAC', 'STAGED');
    add(id, 'UNMANAGED_DEVICE', 'APPROVED');
  }
  return rows;
}
