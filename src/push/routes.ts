import { getAccounts, patchAccount, patchAccounts, postAccounts } from './account-routes.ts';
import type { Refusal } from './body.ts';
import {
  FULL,
  no,
  ok,
  type Reply,
  type Route,
  type RouteCall,
  servicePatch,
  shaped,
  TAKEN,
  wrapped,
} from './route.ts';
import type { PushService, PushVendor, ServicePatch } from './store.ts';
import { ACCOUNT_UNMAPPED, type IntegrationStatus, integrationStatuses } from './wire.ts';
import { wireOrganization, wireService, wireVendor } from './wire-out.ts';

/** Every call of the protocol the receiver serves. */
export function routes(): readonly Route[] {
  return [
    get('', getVendor),
    route('PATCH', '', 'profile', patchVendor),
    route('POST', 'service', 'services', postService),
    get('service/*', getService),
    route('POST', 'service/*/count', 'counts', postCount),
    get('organization', getOrganization),
    { ...route('PATCH', 'organization/status/*', 'status', patchStatus), hasBody: false },
    get('organization/accounts', getAccounts),
    route('POST', 'organization/accounts', 'accounts', postAccounts),
    route('PATCH', 'organization/accounts', 'accounts', patchAccounts),
    route('PATCH', 'organization/accounts/*', 'accounts', patchAccount),
    route('POST', 'organization/services', 'services', postServices),
    route('PATCH', 'organization/services', 'services', patchServices),
    route('PATCH', 'organization/services/*', 'services', patchService),
  ];
}

function route(method: string, path: string, scope: Route['scope'], run: Route['run']): Route {
  return { method, path: path === '' ? [] : path.split('/'), scope, hasBody: true, run };
}

function get(path: string, run: Route['run']): Route {
  return { ...route('GET', path, 'read', run), hasBody: false };
}

async function vendorOf({ store, integration }: RouteCall): Promise<PushVendor> {
  const vendor = await store.getVendor(integration.vendorId);
  if (!vendor) throw new Error('an integration without its vendor');
  return vendor;
}

async function getOrganization(call: RouteCall): Promise<Reply> {
  return ok(wireOrganization(call.integration, await vendorOf(call)));
}

async function patchStatus(call: RouteCall): Promise<Reply | Refusal> {
  const status = call.params[0] as IntegrationStatus;
  if (!integrationStatuses.includes(status)) return no(400, 'Unknown status.');
  await call.store.setStatus(call.integration.id, status);
  call.tell({ type: 'status', integrationId: call.integration.id, at: call.now(), status });
  const data = wireOrganization({ ...call.integration, status }, await vendorOf(call));
  return wrapped(data, 'Success - Updated Integration Status');
}

async function sharedServices(call: RouteCall): Promise<readonly PushService[]> {
  return call.store.listServices(call.integration.vendorId, null);
}

async function getVendor(call: RouteCall): Promise<Reply> {
  const data = wireVendor(await vendorOf(call), call.integration, await sharedServices(call));
  return wrapped(data, 'Success - Retrieved Vendor');
}

async function patchVendor(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.vendor, call.body);
  if (!('value' in body)) return body;
  const before = await vendorOf(call);
  const { name, description, vendorSupportPageUrl: support, integrationPortalUrl: portal } = body.value;
  const vendor: PushVendor = {
    ...before,
    name: name ?? before.name,
    description: description ?? before.description,
    supportUrl: support === undefined ? before.supportUrl : support,
    portalUrl: portal === undefined ? before.portalUrl : portal,
    updatedAt: call.now(),
  };
  await call.store.putVendor(vendor);
  call.tell({ type: 'vendor-changed', integrationId: call.integration.id, at: call.now() });
  return wrapped(
    wireVendor(vendor, call.integration, await sharedServices(call)),
    'Success - Updated Vendor',
  );
}

async function getService(call: RouteCall): Promise<Reply | Refusal> {
  const services = (await sharedServices(call)).filter((one) => one.id === call.params[0]);
  if (services.length === 0) return no(404, 'Service Not Found');
  return wrapped(wireVendor(await vendorOf(call), call.integration, services), 'Success - Retrieved Service');
}

/** A service is its name: the id is made from it, so a repeated call finds the first one and makes no second. */
async function postService(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.service, call.body);
  if (!('value' in body)) return body;
  const { vendorId, id: integrationId } = call.integration;
  const service: PushService = {
    ...body.value,
    id: await nameId(vendorId, body.value.name),
    vendorId,
    integrationId: null,
    active: true,
  };
  const result = await call.store.createServices(vendorId, null, [service], call.caps.services);
  if (result === 'full') return FULL;
  if (result === 'created') {
    call.tell({ type: 'services-created', integrationId, at: call.now(), ids: [service.id], shared: true });
  }
  return ok(wireVendor(await vendorOf(call), call.integration, await sharedServices(call)), 201);
}

async function nameId(vendorId: string, name: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([vendorId, name]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function postServices(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.ownServices, call.body);
  if (!('value' in body)) return body;
  const { vendorId, id: integrationId } = call.integration;
  const services = body.value.map(
    (one): PushService => ({
      ...one,
      vendorId,
      integrationId,
      category: 'other',
      subcategory: 'other',
      supportArticle: null,
      supportContact: null,
      active: true,
    }),
  );
  const result = await call.store.createServices(vendorId, integrationId, services, call.caps.services);
  if (result !== 'created') return result === 'taken' ? TAKEN : FULL;
  const ids = services.map((one) => one.id);
  call.tell({ type: 'services-created', integrationId, at: call.now(), ids, shared: false });
  return ok(services.map(wireService), 201);
}

async function patchServices(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.servicePatches, call.body);
  if (!('value' in body)) return body;
  return changeServices(
    call,
    body.value.map(({ id, ...patch }) => ({ serviceId: id, patch: servicePatch(patch) })),
    (changed) => changed.map(wireService),
  );
}

async function patchService(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.servicePatch, call.body);
  if (!('value' in body)) return body;
  const serviceId = call.params[0] ?? '';
  return changeServices(call, [{ serviceId, patch: servicePatch(body.value) }], (changed) =>
    changed[0] ? wireService(changed[0]) : null,
  );
}

async function changeServices(
  call: RouteCall,
  patches: readonly { serviceId: string; patch: ServicePatch }[],
  show: (changed: readonly PushService[]) => unknown,
): Promise<Reply | Refusal> {
  const integrationId = call.integration.id;
  const changed = await call.store.updateServices(integrationId, patches);
  if (changed === 'unknown') return no(404, 'Service Not Found');
  if (changed === 'taken') return TAKEN;
  const ids = changed.map((one) => one.id);
  call.tell({ type: 'services-changed', integrationId, at: call.now(), ids });
  return ok(show(changed));
}

async function postCount(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.count, call.body);
  if (!('value' in body)) return body;
  const integrationId = call.integration.id;
  const at = call.now();
  const build = call.query.get('no_build') !== 'true';
  const count = {
    accountId: body.value.accountId,
    serviceId: call.params[0] ?? '',
    units: body.value.unitCount,
    asOf: at,
  };
  const { account, service, activated } = await call.store.putCount(integrationId, count, build);
  const { accountId, serviceId, units } = count;
  call.tell({ type: 'count', integrationId, at, accountId, serviceId, units, account, service });
  if (activated) call.tell({ type: 'status', integrationId, at, status: 'active' });
  if (build) call.tell({ type: 'build', integrationId, at });
  if (account !== 'mapped') return no(404, `${ACCOUNT_UNMAPPED} ${accountId}`);
  if (service !== 'mapped') return no(404, `No service map found with id: ${serviceId}`);
  return ok({ status: 201, message: 'Success - Updated Unit Count' }, 201);
}
