import * as z from 'zod';
import { TrueupError } from '../model/errors.ts';
import type { Units } from '../model/units.ts';
import { createHttp, type HttpCall } from '../transport/http.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import { createRuntime, type Runtime } from '../transport/runtime.ts';
import {
  ACCOUNT_UNMAPPED,
  encodeToken,
  type IntegrationStatus,
  integrationStatuses,
  requireStatus,
  TOKEN_HEADER,
} from './wire.ts';

/** Whose counts are pushed, and where to. */
export interface PushClientOptions {
  /** Identifies the integration. */
  readonly vendorKey: string;
  /** Identifies one partner (MSP) of the integration. */
  readonly partnerKey: string;
  /** Where the protocol is served, without `/vendor-api`. Default: Gradient's `https://app.usegradient.com/api`. */
  readonly baseUrl?: string;
  /** Requests per second, at most. A whole number above 0. Default 100, Gradient's limit. */
  readonly requestsPerSecond?: number;
  /** Requests at once. A whole number above 0. Default 4. */
  readonly concurrency?: number;
  /** Parts of the outside world to replace: `fetch` (a proxy), `now`, `sleep`, `random`, `log`. */
  readonly runtime?: Partial<Runtime>;
}

const OPTIONS: OptionRules<PushClientOptions> = {
  vendorKey: 'needed',
  partnerKey: 'needed',
  baseUrl: 'text',
  requestsPerSecond: 'any',
  concurrency: 'any',
  runtime: 'any',
};

/** The partner as the receiving side knows it, and the state of the integration. */
export interface PushOrganization {
  /** The partner's id at the receiving side. */
  readonly organizationId: string;
  /** The partner's name. */
  readonly name: string;
  readonly integrationId: string;
  /** Where the integration stands: `pending` before the first mapped count, then `active`. */
  readonly status: IntegrationStatus;
}

/** A service of the vendor's catalogue at the receiving side. */
export interface RemoteService {
  readonly id: string;
  readonly name: string;
}

/** An account at the receiving side; the id is the pusher's own. */
export interface RemoteAccount {
  readonly id: string;
  readonly name: string;
  /** Absent where the receiving side does not tell. */
  readonly isMapped?: boolean;
}

/** A service to be created where its name is missing. */
export interface NewService {
  /** Unique in the catalogue: a service is found again by it. */
  readonly name: string;
  readonly description: string;
  /** One of {@link serviceCategories}. */
  readonly category: string;
  /** One of {@link serviceSubcategories}. */
  readonly subcategory: string;
  /** Address of a help page. */
  readonly supportArticle?: string;
  /** Whom to ask. */
  readonly supportContact?: string;
}

/** What became of a count: taken, or not mapped by the partner (which is everyday business, no failure). */
export type CountResult = 'accepted' | 'account-unmapped' | 'service-unmapped';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/**
 * One call each of the push protocol. Counts, statuses and account changes are absolute, so they are repeated
 * after a fault; a service is never created twice on a guess. `pushSnapshot` runs them in the right order.
 * Every method throws a `TrueupError`: `AUTH_FAILED` (a key is wrong or was regenerated), `FORBIDDEN` (the
 * receiving side dislikes the traffic; ask its support, do not repeat), `RATE_LIMITED` and the transport's others.
 */
export interface PushClient {
  /** Tests the keys. */
  organization(call?: Call): Promise<PushOrganization>;
  /**
   * Sets the status of the integration. `pending` before a first push; the receiving side makes it `active` at the
   * first mapped count.
   * @throws {TrueupError} `BAD_INPUT` for a status there is not
   */
  setStatus(status: IntegrationStatus, call?: Call): Promise<void>;
  /** The vendor's catalogue, shared by all partners. */
  services(call?: Call): Promise<readonly RemoteService[]>;
  /**
   * Creates one service, not repeated; returns its id. Look it up by name first: nothing stops a duplicate.
   * @throws {TrueupError} `BAD_SHAPE` when the answer does not list the new service
   */
  createService(service: NewService, call?: Call): Promise<string>;
  /** The other model: a service only this partner sees, with an id of yours. False when the id exists already. */
  createOwnService(
    service: { readonly id: string; readonly name: string; readonly description: string },
    call?: Call,
  ): Promise<boolean>;
  /** All accounts of the partner. */
  accounts(call?: Call): Promise<readonly RemoteAccount[]>;
  /** False when an id exists already: read the accounts and send the missing ones. */
  createAccounts(
    accounts: readonly { readonly id: string; readonly name: string }[],
    call?: Call,
  ): Promise<boolean>;
  /**
   * Changes an account's name; the partner's mapping stays.
   * @throws {TrueupError} `NOT_FOUND`
   */
  renameAccount(accountId: string, name: string, call?: Call): Promise<void>;
  /** Sets one count. `build: false` on all but the last of a push: the billing view is then made once. */
  setCount(
    count: { readonly accountId: string; readonly serviceId: string; readonly units: Units },
    options?: Call & { readonly build?: boolean },
  ): Promise<CountResult>;
}

/**
 * A client of the push protocol (Gradient's Synthesize vendor API, or a trueup receiver).
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function createPushClient(options: PushClientOptions): PushClient {
  checkOptions('createPushClient', options, OPTIONS);
  const { requestsPerSecond = 100, concurrency = 4 } = options;
  for (const [name, value] of Object.entries({ requestsPerSecond, concurrency })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new TrueupError('BAD_OPTIONS', `${name} must be a whole number above 0.`);
    }
  }
  const token = encodeToken(options.vendorKey, options.partnerKey);
  const http = createHttp({
    connector: 'push',
    baseUrl: checkBase(options.baseUrl ?? 'https://app.usegradient.com/api'),
    auth: { kind: 'headers', headers: { [TOKEN_HEADER]: token } },
    secrets: [options.vendorKey, options.partnerKey],
    limits: { concurrency, windows: [{ requests: requestsPerSecond, seconds: 1 }] },
    // Gradient's own words; they alone tell an account without a link from an unknown service.
    errorMessage: ['message'],
  });
  const runtime = createRuntime(options.runtime);
  let built: Shapes | undefined;
  const shapes = (): Shapes => {
    built ??= answerShapes();
    return built;
  };
  const call = (resource: string, { signal }: Call = {}): HttpCall => ({ runtime, signal, resource });
  const id = encodeURIComponent;

  return {
    async organization(own) {
      const { body } = await http.send({ path: 'vendor-api/organization' }, call('organization', own));
      return read(shapes().organization, body, 'organization');
    },
    async setStatus(status, own) {
      requireStatus(status);
      const path = `vendor-api/organization/status/${status}`;
      await http.send({ method: 'PATCH', path, safe: true }, call('status', own));
    },
    async services(own) {
      const { body } = await http.send({ path: 'vendor-api' }, call('services', own));
      return read(shapes().vendor, body, 'vendor');
    },
    async createService(service, own) {
      const request = { method: 'POST', path: 'vendor-api/service', json: service } as const;
      const { body } = await http.send(request, call('services', own));
      const found = read(shapes().vendor, body, 'vendor').filter((one) => one.name === service.name);
      const created = found.at(-1);
      if (!created) {
        throw new TrueupError(
          'BAD_SHAPE',
          `The answer does not list the service "${service.name}" just created.`,
        );
      }
      return created.id;
    },
    async createOwnService(service, own) {
      const path = 'vendor-api/organization/services';
      return createdUnlessTaken(
        http.send({ method: 'POST', path, json: [service], safe: true }, call('services', own)),
      );
    },
    async accounts(own) {
      const { body } = await http.send({ path: 'vendor-api/organization/accounts' }, call('accounts', own));
      return read(shapes().accounts, body, 'accounts');
    },
    async createAccounts(accounts, own) {
      const json = accounts.map(({ id: accountId, name }) => ({ id: accountId, name, description: '' }));
      const path = 'vendor-api/organization/accounts';
      return createdUnlessTaken(http.send({ method: 'POST', path, json, safe: true }, call('accounts', own)));
    },
    async renameAccount(accountId, name, own) {
      const path = `vendor-api/organization/accounts/${id(accountId)}`;
      await http.send({ method: 'PATCH', path, json: { name }, safe: true }, call('accounts', own));
    },
    async setCount({ accountId, serviceId, units }, { build = true, signal } = {}) {
      const path = `vendor-api/service/${id(serviceId)}/count`;
      const query = build ? {} : { no_build: true };
      const json = { accountId, unitCount: units };
      try {
        await http.send({ method: 'POST', path, query, json, safe: true }, call('counts', { signal }));
        return 'accepted';
      } catch (error) {
        if (!TrueupError.is(error, 'NOT_FOUND')) throw error;
        return error.message.includes(ACCOUNT_UNMAPPED) ? 'account-unmapped' : 'service-unmapped';
      }
    },
  };
}

/** True when created, false on the 409 of an id that exists. */
async function createdUnlessTaken(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (TrueupError.is(error) && error.context.status === 409) return false;
    throw error;
  }
}

interface Shapes {
  readonly organization: z.ZodType<PushOrganization>;
  readonly vendor: z.ZodType<readonly RemoteService[]>;
  readonly accounts: z.ZodType<readonly RemoteAccount[]>;
}

/** What is read of the answers; wrapped in `data` or not, as both are seen. */
function answerShapes(): Shapes {
  const unwrapped = <T extends z.ZodType>(shape: T) =>
    z.preprocess(
      (body) => (typeof body === 'object' && body !== null && 'data' in body ? body.data : body),
      shape,
    );
  const sku = z
    .object({ _id: z.string().optional(), id: z.string().optional(), name: z.string() })
    .transform((one, context) => {
      const skuId = one.id ?? one._id;
      if (skuId === undefined) context.addIssue('a service without id');
      return { id: skuId ?? '', name: one.name };
    });
  return {
    organization: unwrapped(
      z.object({
        organizationId: z.string(),
        name: z.string(),
        integrationId: z.string(),
        status: z.enum(integrationStatuses as [IntegrationStatus, ...IntegrationStatus[]]),
      }),
    ),
    vendor: unwrapped(z.object({ skus: z.array(sku) }).transform(({ skus }) => skus)),
    accounts: z.array(
      z
        .object({ id: z.string(), name: z.string(), isMapped: z.boolean().optional() })
        .transform(({ isMapped, ...one }) => ({ ...one, ...(isMapped === undefined ? {} : { isMapped }) })),
    ),
  };
}

function read<T>(shape: z.ZodType<T>, body: unknown, what: string): T {
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new TrueupError(
    'BAD_SHAPE',
    `The answer for ${what} has not the documented shape${path && ` at ${path}`}.`,
  );
}

function checkBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new TrueupError('BAD_OPTIONS', 'baseUrl must be an http(s) address without query or credentials.');
  }
  return text.replace(/\/$/, '');
}
