import * as z from 'zod';
import { isUnits, MAX_UNITS, UNIT_SCALE, type Units } from '../model/units.ts';
import { serviceCategories, serviceSubcategories } from './wire.ts';

/**
 * The shapes of request bodies. Unknown keys are dropped: the protocol's own clients send some.
 * Built on first use: schemas are work, and importing a room does none.
 */
export interface WireShapes {
  readonly count: z.ZodType<{ accountId: string; unitCount: Units }>;
  readonly accounts: z.ZodType<NewAccount[]>;
  readonly accountPatch: z.ZodType<AccountChange>;
  readonly accountPatches: z.ZodType<(AccountChange & { id: string })[]>;
  readonly service: z.ZodType<NewService>;
  readonly ownServices: z.ZodType<{ id: string; name: string; description: string }[]>;
  readonly servicePatch: z.ZodType<ServiceChange>;
  readonly servicePatches: z.ZodType<(ServiceChange & { id: string })[]>;
  readonly vendor: z.ZodType<VendorChange>;
}

interface NewAccount {
  id: string;
  name: string;
  description: string;
  isArrears: boolean;
}
interface NewService {
  name: string;
  description: string;
  category: string;
  subcategory: string;
  supportArticle: string | null;
  supportContact: string | null;
}
interface AccountChange {
  id?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  isActive?: boolean | undefined;
  isArrears?: boolean | undefined;
}
interface ServiceChange {
  id?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  isActive?: boolean | undefined;
}
interface VendorChange {
  name?: string | undefined;
  description?: string | undefined;
  vendorSupportPageUrl?: string | null | undefined;
  integrationPortalUrl?: string | null | undefined;
}

export function wireShapes(): WireShapes {
  // A lone surrogate or a control character would not come back from a database or a path as it went in.
  const well = (max: number, unwanted: RegExp) =>
    z
      .string()
      .max(max)
      .refine((value) => value.isWellFormed() && !unwanted.test(value), 'holds characters that are not text');
  const id = well(256, CONTROL).min(1);
  const name = well(512, CONTROL).min(1);
  const text = well(4096, NUL);
  const description = text.nullish().transform((value) => value ?? '');
  const flag = z.boolean();
  const link = well(2048, CONTROL).nullish();
  const units = z.number().min(0).max(MAX_UNITS).transform(toUnits).refine(isUnits, 'is not a quantity');
  const patch = z.object({
    id: id.optional(),
    name: name.optional(),
    description: text.optional(),
    isActive: flag.optional(),
    isArrears: flag.optional(),
  });
  const servicePatch = patch.omit({ isArrears: true });
  const one = z.object({
    id,
    name,
    description,
    isArrears: flag.nullish().transform((value) => value ?? false),
  });
  const many = <T extends z.ZodType>(shape: T) => z.array(shape).min(1);
  return {
    count: z.object({ accountId: id, unitCount: units }),
    accounts: z.union([many(one), one.transform((value) => [value])]),
    accountPatch: patch,
    accountPatches: many(patch.extend({ id })),
    service: z.object({
      name,
      description: text,
      category: z.enum(serviceCategories as [string, ...string[]]),
      subcategory: z.enum(serviceSubcategories as [string, ...string[]]),
      supportArticle: link.transform((value) => value ?? null),
      supportContact: link.transform((value) => value ?? null),
    }),
    ownServices: many(z.object({ id, name, description })),
    servicePatch,
    servicePatches: many(servicePatch.extend({ id })),
    vendor: z.object({
      name: name.optional(),
      description: text.optional(),
      vendorSupportPageUrl: link,
      integrationPortalUrl: link,
    }),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; a description may have line breaks.
const NUL = /\u0000/;

/** To the nearest of six decimals: senders divide bytes to gigabytes and do not round. */
function toUnits(value: number): number {
  return isUnits(value) ? value : Math.round(value * UNIT_SCALE) / UNIT_SCALE;
}

/** Where and why a body does not fit, without a value of it. */
export function shapeMessage(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return `Bad request${path ? ` at ${path}` : ''}: ${issue?.message ?? 'unexpected shape'}`;
}
