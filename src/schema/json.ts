import * as z from 'zod';
import type { Lazy } from './document.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema as data, for validators elsewhere. What only code can check (a day that exists) is not in it. */
export function toJsonSchema(schema: Lazy<unknown>, title: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema(), { io: 'input', target: 'draft-2020-12' });
  return { $schema, title, ...rest };
}
