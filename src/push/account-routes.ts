import type { Refusal } from './body.ts';
import { accountPatch, FULL, no, ok, type Reply, type RouteCall, shaped, TAKEN } from './route.ts';
import type { AccountPatch, PushAccount } from './store.ts';
import { wireAccount } from './wire-out.ts';

export async function getAccounts(call: RouteCall): Promise<Reply> {
  const wanted = call.query.getAll('accountIds').flatMap((part) => part.split(','));
  const only = wanted.length > 0 ? new Set(wanted) : null;
  const mappedOnly = call.query.get('returnUnmapped') === 'false';
  const accounts = (await call.store.listAccounts(call.integration.id)).filter(
    (one) => (!only || only.has(one.id)) && (!mappedOnly || one.link !== null),
  );
  return ok(accounts.map(wireAccount));
}

export async function postAccounts(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.accounts, call.body);
  if (!('value' in body)) return body;
  const accounts = body.value.map(
    ({ isArrears, ...one }): PushAccount => ({ ...one, arrears: isArrears, active: true, link: null }),
  );
  const integrationId = call.integration.id;
  const result = await call.store.createAccounts(integrationId, accounts, call.caps.accounts);
  if (result !== 'created') return result === 'taken' ? TAKEN : FULL;
  const ids = accounts.map((one) => one.id);
  call.tell({ type: 'accounts-created', integrationId, at: call.now(), ids });
  return ok(accounts.map(wireAccount), 201);
}

export async function patchAccounts(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.accountPatches, call.body);
  if (!('value' in body)) return body;
  return changeAccounts(
    call,
    body.value.map(({ id, ...patch }) => ({ accountId: id, patch: accountPatch(patch) })),
    (changed) => changed.map(wireAccount),
  );
}

export async function patchAccount(call: RouteCall): Promise<Reply | Refusal> {
  const body = shaped(call.shapes.accountPatch, call.body);
  if (!('value' in body)) return body;
  const accountId = call.params[0] ?? '';
  return changeAccounts(call, [{ accountId, patch: accountPatch(body.value) }], (changed) =>
    changed[0] ? wireAccount(changed[0]) : null,
  );
}

async function changeAccounts(
  call: RouteCall,
  patches: readonly { accountId: string; patch: AccountPatch }[],
  show: (changed: readonly PushAccount[]) => unknown,
): Promise<Reply | Refusal> {
  const integrationId = call.integration.id;
  const changed = await call.store.updateAccounts(integrationId, patches);
  if (changed === 'unknown') return no(404, 'Account Not Found');
  if (changed === 'taken') return TAKEN;
  const ids = changed.map((one) => one.id);
  call.tell({ type: 'accounts-changed', integrationId, at: call.now(), ids });
  return ok(show(changed));
}
