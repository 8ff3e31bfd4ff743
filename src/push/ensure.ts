import { type Problem, TrueupError } from '../model/errors.ts';
import type { VendorAccount } from '../model/vendor.ts';
import type { NewService, PushClient } from './client.ts';

/** Service ids by SKU id, after the missing ones were created. */
export interface EnsuredServices {
  readonly ids: ReadonlyMap<string, string>;
  /** Ids of the services that did not exist. */
  readonly created: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Every wanted service exists afterwards, once. The protocol knows services by name and stops no duplicates, so the
 * catalogue is read first, and read again when a creation broke off and may or may not have happened.
 */
export async function ensureServices(
  client: PushClient,
  wanted: readonly { readonly skuId: string; readonly service: NewService }[],
  own: boolean,
  signal: AbortSignal | undefined,
): Promise<EnsuredServices> {
  const ids = new Map<string, string>();
  const created: string[] = [];
  if (own) {
    for (const { skuId, service } of wanted) {
      const { name, description } = service;
      if (await client.createOwnService({ id: skuId, name, description }, { signal })) created.push(skuId);
      ids.set(skuId, skuId);
    }
    return { ids, created, problems: [] };
  }
  const catalogue = await client.services({ signal });
  const byName = new Map<string, string[]>();
  for (const { id, name } of catalogue) byName.set(name, [...(byName.get(name) ?? []), id]);
  const problems: Problem[] = [];
  for (const { skuId, service } of wanted) {
    const [known, ...others] = byName.get(service.name) ?? [];
    if (others.length > 0) problems.push(duplicate(service.name, [...others]));
    if (known !== undefined) ids.set(skuId, known);
    else {
      const id = await createOnce(client, service, signal);
      ids.set(skuId, id);
      created.push(id);
    }
  }
  return { ids, created, problems };
}

async function createOnce(
  client: PushClient,
  service: NewService,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    return await client.createService(service, { signal });
  } catch (error) {
    const unsure = ['NETWORK', 'TIMEOUT', 'BAD_CONTENT', 'BAD_SHAPE', 'HTTP_ERROR'] as const;
    if (!unsure.some((code) => TrueupError.is(error, code))) throw error;
    const found = (await client.services({ signal })).find((one) => one.name === service.name);
    if (!found) throw error;
    return found.id;
  }
}

/** Every account exists afterwards, under its name of now. The partner's mapping hangs on the id and survives. */
export async function ensureAccounts(
  client: PushClient,
  wanted: readonly VendorAccount[],
  signal: AbortSignal | undefined,
): Promise<{ readonly created: readonly string[]; readonly renamed: readonly string[] }> {
  const known = new Map((await client.accounts({ signal })).map((one) => [one.id, one.name]));
  const created: string[] = [];
  const missing = wanted.filter((one) => !known.has(one.id));
  // In batches: how many the receiving side takes at once is not documented.
  for (let at = 0; at < missing.length; at += BATCH) {
    const batch = missing.slice(at, at + BATCH);
    if (!(await client.createAccounts(batch, { signal }))) {
      const now = new Set((await client.accounts({ signal })).map((one) => one.id));
      const rest = batch.filter((one) => !now.has(one.id));
      if (rest.length > 0 && !(await client.createAccounts(rest, { signal }))) {
        throw new TrueupError('CONFLICT', 'Accounts are being created by somebody else at the same time.', {
          retryable: true,
        });
      }
    }
    created.push(...batch.map((one) => one.id));
  }
  const renamed: string[] = [];
  for (const { id, name } of wanted) {
    const before = known.get(id);
    if (before === undefined || before === name) continue;
    await client.renameAccount(id, name, { signal });
    renamed.push(id);
  }
  return { created, renamed };
}

const BATCH = 200;

function duplicate(name: string, others: readonly string[]): Problem {
  return {
    code: 'duplicate-service',
    severity: 'warning',
    message: `The service "${name}" exists several times at the receiving side; the first is used. Retire the others.`,
    ids: { others: others.join(' ') },
  };
}
