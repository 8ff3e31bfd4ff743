import * as z from 'zod';
import { type PsaPart, psaRead, type Read } from '../../connector/index.ts';

/** One field of an entity, with the values it may hold. */
interface Field {
  readonly name: string;
  readonly picklistValues?: readonly { readonly value: string; readonly label: string }[] | null | undefined;
}

const fieldRow = (): z.ZodType<Field> =>
  z.object({
    name: z.string(),
    picklistValues: z
      .array(z.object({ value: z.union([z.string(), z.number().transform(String)]), label: z.string() }))
      .nullish(),
  });

/** The labels behind the numbers of an entity's picklists; the numbers differ from tenant to tenant. */
export interface Picklists {
  readonly read: Read<Field, PsaPart>;
  /** The label of a value; `undefined` when the picklist does not know it. */
  label(field: string, value: string): string | undefined;
  /** True when the picklist has one of these labels at all. */
  knows(field: string, labels: readonly string[]): boolean;
}

export function picklistsOf(entity: string): Picklists {
  const read = psaRead({
    resource: `${entity}.fields`,
    request: { path: `/V1.0/${entity}/entityInformation/fields` },
    items: 'fields',
    row: fieldRow(),
    key: (row) => row.name,
    keep: (row) => row.name.toLowerCase(),
  });
  const values = (field: string): NonNullable<Field['picklistValues']> =>
    read.find(field.toLowerCase())?.picklistValues ?? [];
  return {
    read,
    label: (field, value) =>
      values(field)
        .find((one) => one.value === value)
        ?.label.trim(),
    knows: (field, labels) => values(field).some(({ label }) => isOneOf(label, labels)),
  };
}

/** Labels are compared as people read them. */
export function isOneOf(label: string, labels: readonly string[]): boolean {
  return labels.some((one) => one.trim().toLowerCase() === label.trim().toLowerCase());
}
