/** A calendar day without time or zone: `2026-12-01`. Compares as a string. */
export type PlainDate = string;

/** A point in time, ISO 8601 in UTC with a `Z`: `2026-12-01T08:00:00Z`, optionally with fractions of a second. */
export type Instant = string;

const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^.{10}T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,9})?Z$/;

/** True for a day that exists in the Gregorian calendar (`2026-02-30` does not). */
export function isPlainDate(value: unknown): value is PlainDate {
  // Some engines roll a day that does not exist over into the next month; it then reads back as another.
  return typeof value === 'string' && DATE.test(value) && new Date(value).toJSON()?.slice(0, 10) === value;
}

/** True for an ISO 8601 instant in UTC that names an existing day. */
export function isInstant(value: unknown): value is Instant {
  return typeof value === 'string' && INSTANT.test(value) && isPlainDate(dateOf(value));
}

/** The day of an instant, in UTC. */
export function dateOf(instant: Instant): PlainDate {
  return instant.slice(0, 10);
}

/** The billing period (calendar month) a day falls in: `2026-12`. */
export function periodOf(date: PlainDate): string {
  return date.slice(0, 7);
}

/** Whole milliseconds since 1970 of an instant. `Date.parse` of a UTC instant depends on no zone and no clock. */
export function epochMs(instant: Instant): number {
  return Date.parse(instant);
}

/** Hours from `earlier` to `later`; negative when `earlier` is the later one. */
export function hoursBetween(earlier: Instant, later: Instant): number {
  return (epochMs(later) - epochMs(earlier)) / 3_600_000;
}
