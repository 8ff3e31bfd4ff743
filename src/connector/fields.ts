import * as z from 'zod';
import { type Instant, isPlainDate, type PlainDate } from '../model/dates.ts';
import { canonicalDecimal, isDecimal } from '../model/money.ts';
import { decimalText } from '../transport/json.ts';

/**
 * Schemas of the fields that wire rows share. A row schema lists only what the adapter reads; whatever a
 * system may leave out is `.nullish()`.
 */

/** An id, number or text on the wire: always a string here, so that 64-bit ids keep every digit. */
export function id(): z.ZodType<string> {
  return z
    .union([z.string().min(1), z.number().refine((value) => Number.isSafeInteger(value))])
    .transform(String);
}

/** An exact decimal, number or text on the wire: `28.50` → `28.5`. For money. */
export function decimal(): z.ZodType<string> {
  return z.union([z.number(), z.string()]).transform((value, context) => {
    const text = typeof value === 'number' ? decimalText(value) : value.trim();
    if (text !== null && isDecimal(text)) return canonicalDecimal(text);
    context.addIssue({ code: 'custom', message: 'a decimal is expected' });
    return z.NEVER;
  });
}

/** A quantity, number or text on the wire; signed. More than six decimals are rounded to the nearest. */
export function quantity(): z.ZodType<number> {
  return decimal().transform((text) => roundUnits(Number(text)));
}

/** To six decimals, the nearest: what `Units` can hold. For quantities that were worked out (bytes to GB). */
export function roundUnits(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000 + 0;
}

/** A whole count, number or text on the wire. */
export function count(): z.ZodType<number> {
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .refine((value) => Number.isSafeInteger(value) && value >= 0);
}

/** The calendar day of a date or date-time as it is written; null, missing and empty are `null`. */
export function day(): z.ZodType<PlainDate | null> {
  return z
    .string()
    .nullish()
    .transform((value, context) => {
      if (value === undefined || value === null || value.trim() === '') return null;
      const date = value.trim().slice(0, 10);
      if (isPlainDate(date) && /^(?:$|[T ])/.test(value.trim().slice(10))) return date;
      context.addIssue({ code: 'custom', message: 'a date is expected' });
      return z.NEVER;
    });
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ]([\d:]{5,8}(?:\.\d+)?) ?(z|[+-]\d{2}:?\d{2})?)?$/i;

/** A point in time with any offset, as a UTC instant; null, missing and empty are `null`. */
export function instant(): z.ZodType<Instant | null> {
  return z
    .string()
    .nullish()
    .transform((value, context) => {
      if (value === undefined || value === null || value.trim() === '') return null;
      // `-0600` without a colon is not everywhere read as an offset; a time without one is UTC. Any other form than
      // this would be read by the zone of this machine.
      const [, date = '', clock, zone = 'Z'] = INSTANT.exec(value.trim()) ?? [];
      const offset = zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase();
      const time = Date.parse(clock === undefined ? date : `${date}T${clock}${offset}`);
      if (isPlainDate(date) && !Number.isNaN(time)) return new Date(time).toISOString();
      context.addIssue({ code: 'custom', message: 'a date and time is expected' });
      return z.NEVER;
    });
}

/** A yes or no as systems write it: booleans, 0 and 1, `"0"` and `"1"`, `"true"` and `"false"`. */
export function flag(): z.ZodType<boolean> {
  return z.union([
    z.boolean(),
    z.literal([0, 1]).transform((value) => value === 1),
    z.enum(['0', '1', 'true', 'false', 'True', 'False', 'TRUE', 'FALSE']).transform((value) => {
      return value === '1' || value.toLowerCase() === 'true';
    }),
  ]);
}
