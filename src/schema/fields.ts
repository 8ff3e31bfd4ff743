import * as z from 'zod';
import { type Instant, isInstant, isPlainDate, type PlainDate } from '../model/dates.ts';
import { isDecimal } from '../model/money.ts';
import { isUnits, MAX_UNITS, type Units } from '../model/units.ts';
import type { Metric } from '../model/vendor.ts';
import { type Lazy, once } from './document.ts';

/** A schema that says what it expects, whatever was wrong; the text reads on after "expected". */
const number = (expected: string, holds: (value: number) => boolean) =>
  z.number({ error: expected }).refine(holds, { error: expected });
const string = (expected: string, holds: (value: string) => boolean) =>
  z.string({ error: expected }).refine(holds, { error: expected });

/** An opaque id. */
export const id: Lazy<string> = /* @__PURE__ */ once(() =>
  string('a text that is not empty', (value) => value !== '').meta({ minLength: 1 }),
);

/** Any text, the empty one included. */
export const text: Lazy<string> = /* @__PURE__ */ once(() => z.string());

export const units: Lazy<Units> = /* @__PURE__ */ once(() =>
  number(`a quantity from 0 to ${MAX_UNITS} with at most six decimals`, isUnits).meta({
    minimum: 0,
    maximum: MAX_UNITS,
    description: 'At most six decimals.',
  }),
);

/** A correction: like units, but signed. */
export const signedUnits: Lazy<number> = /* @__PURE__ */ once(() =>
  number(`a number from -${MAX_UNITS} to ${MAX_UNITS} with at most six decimals`, (value) =>
    isUnits(Math.abs(value)),
  ).meta({ minimum: -MAX_UNITS, maximum: MAX_UNITS, description: 'At most six decimals.' }),
);

/** A whole number ≥ 0. */
export const count: Lazy<number> = /* @__PURE__ */ once(() =>
  number('a whole number, 0 or more', (value) => Number.isSafeInteger(value) && value >= 0).meta({
    type: 'integer',
    minimum: 0,
  }),
);

/** A whole number > 0. */
export const positive: Lazy<number> = /* @__PURE__ */ once(() =>
  number('a whole number above 0', (value) => Number.isSafeInteger(value) && value > 0).meta({
    type: 'integer',
    minimum: 1,
  }),
);

export const decimal: Lazy<string> = /* @__PURE__ */ once(() =>
  string('a decimal written as text, such as "4.20"', isDecimal).meta({
    pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$',
    maxLength: 64,
  }),
);

export const currency: Lazy<string> = /* @__PURE__ */ once(() =>
  string('an ISO 4217 currency code, such as "USD"', (value) => /^[A-Z]{3}$/.test(value)).meta({
    pattern: '^[A-Z]{3}$',
  }),
);

export const date: Lazy<PlainDate> = /* @__PURE__ */ once(() =>
  string('a day that exists, such as "2026-12-01"', isPlainDate).meta({ format: 'date' }),
);

export const instant: Lazy<Instant> = /* @__PURE__ */ once(() =>
  string('a time in UTC, such as "2026-12-01T08:00:00Z"', isInstant).meta({
    format: 'date-time',
    pattern: 'Z$',
  }),
);

/** A billing period. */
export const period: Lazy<string> = /* @__PURE__ */ once(() =>
  string('a month, such as "2026-12"', (value) => /^\d{4}-(0[1-9]|1[0-2])$/.test(value)).meta({
    pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$',
  }),
);

export const metric: Lazy<Metric> = () => id();

/**
 * A table by key. A key named `__proto__` is refused: zod skips it, so its value would pass unchecked, and many
 * tools that copy objects turn it into the prototype.
 */
export const table = <T>(value: z.ZodType<T>): z.ZodType<Record<string, T>> =>
  z.preprocess(
    (entries, context) => {
      if (typeof entries === 'object' && entries !== null && Object.hasOwn(entries, '__proto__')) {
        context.addIssue({ code: 'custom', message: 'a table without the key "__proto__"', input: entries });
      }
      return entries;
    },
    z.record(z.string(), value),
  );
