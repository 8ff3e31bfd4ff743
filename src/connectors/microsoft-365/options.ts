import * as z from 'zod';
import { address, filled, readOptions } from '../../connector/index.ts';

/** A customer's tenant: its directory id, and the name to show (default: the id). */
export interface Microsoft365Tenant {
  readonly id: string;
  readonly name?: string;
}

/**
 * A multi-tenant app of the partner, consented in every customer tenant. Permissions it needs (of the kind
 * "application"): `Organization.Read.All`; `Directory.Read.All` in the partner tenant, unless `tenants` is given;
 * `User.Read.All` with `countEnabledUsers`.
 */
export interface Microsoft365Options {
  /** The tenant the app is registered in. Without `tenants`, its customers are read. */
  readonly tenantId: string;
  /** The application (client) id. */
  readonly clientId: string;
  /** A client secret of the app. */
  readonly clientSecret: string;
  /** Signs in as a partner user under GDAP with this token. Default: none; the app signs in alone. */
  readonly refreshToken?: string;
  /** The tenants to read: the `id` of each and, as you like, a `name`. Default: the customers of the partner tenant (`GET /contracts`). */
  readonly tenants?: readonly Microsoft365Tenant[];
  /** Also counts the licences of enabled users (metric `enabled`): lists the licensed users. Default `false`. */
  readonly countEnabledUsers?: boolean;
  /**
   * Whether seats of an expired subscription, usable for a while, count as purchased: `always`, `never`, or `alone`,
   * only where no seat of the SKU is enabled, so that a late renewal is no zero and a replaced subscription does not
   * count twice. Default `alone`.
   */
  readonly graceSeats?: 'alone' | 'always' | 'never';
  /** Ids of SKUs that do not count; they replace the default. Default: free and viral SKUs, whose seats nobody pays for. */
  readonly ignoreSkus?: readonly string[];
  /** Whether SKUs of the tenant instead of its users count. Default `false`. */
  readonly companySkus?: boolean;
  /** Names by SKU id. Graph tells part numbers only (`SPB`); Microsoft publishes the names as a table. Default: the part numbers. */
  readonly skuNames?: Readonly<Record<string, string>>;
  /** Where Graph answers; national clouds have hosts of their own. Default `https://graph.microsoft.com/v1.0`. */
  readonly graphUrl?: string;
  /** Where tokens are given out; national clouds have hosts of their own. Default `https://login.microsoftonline.com`. */
  readonly loginUrl?: string;
}

/** Free and self-service SKUs: they come with thousands of seats nobody bought. */
const freeSkus = [
  'f30db892-07e9-47e9-837c-80727f46fd3d', // FLOW_FREE
  'a403ebcc-fae0-4ca2-8c8c-7a907fd6c235', // POWER_BI_STANDARD
  '710779e8-3d4a-4c88-adb9-386c958d1fdf', // TEAMS_EXPLORATORY
  '6470687e-a428-4b7a-bef2-8a291ad947c9', // WINDOWS_STORE
  'dcb1a3ae-b33f-4487-846a-a640262fadf4', // POWERAPPS_VIRAL
  '1f2f344a-700d-42c9-9427-5cea1d5d7ba6', // STREAM
  '606b54a9-78d8-4298-ad8b-df6ef4481c80', // CCIBOTS_PRIVPREV_VIRAL
  '8c4ce438-32a7-4ac5-91a6-e22ae08d9c8b', // RIGHTSMANAGEMENT_ADHOC
] as const;

/** A part of the log-in address: nothing in it may end the path or start another. */
export const tenantId = (): z.ZodString =>
  z.string().regex(/^\w[\w.-]*$/, 'must be a directory id or a domain, like contoso.onmicrosoft.com');

const optionsSchema = () =>
  z.strictObject({
    tenantId: tenantId(),
    clientId: filled(),
    clientSecret: filled(),
    refreshToken: filled().optional(),
    tenants: z
      .array(z.strictObject({ id: tenantId(), name: filled().optional() }))
      .min(1)
      .optional(),
    countEnabledUsers: z.boolean().default(false),
    graceSeats: z.enum(['alone', 'always', 'never']).default('alone'),
    ignoreSkus: z.array(filled().toLowerCase()).default([...freeSkus]),
    companySkus: z.boolean().default(false),
    skuNames: z.record(z.string().toLowerCase(), filled()).default({}),
    graphUrl: address().default('https://graph.microsoft.com/v1.0'),
    loginUrl: address().default('https://login.microsoftonline.com'),
  });

/** The options as given, with the defaults for those left out. */
export type Settings = Readonly<
  Required<Omit<Microsoft365Options, 'refreshToken' | 'tenants'>> & {
    refreshToken: string | undefined;
    tenants: readonly Microsoft365Tenant[] | undefined;
  }
>;

/** @throws {TrueupError} `BAD_OPTIONS` */
export function readSettings(options: Microsoft365Options): Settings {
  const { refreshToken, tenants, ...rest } = readOptions('microsoft-365', optionsSchema, options);
  const named = tenants?.map(({ id, name }) => ({ id, ...(name === undefined ? {} : { name }) }));
  return { ...rest, refreshToken, tenants: named };
}
