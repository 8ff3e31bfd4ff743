/** A calendar day without time or zone: `2026-12-01`. Compares as a string. */
export type PlainDate = string;

/** A point in time, ISO 8601 in UTC with a `Z`: `2026-12-01T08:00:00Z`, optionally with fractions of a second. */
export type Instant = string;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;

/** True for a day that exists in the Gregorian calendar (`2026-02-30` does not). */
export function isPlainDate(value: unknown): value is PlainDate {
  if (typeof value !== 'string') return false;
  const match = DATE.exec(value);
  if (!match) return false;
  const month = Number(match[2]);
  const day = Number(match[3]);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(Number(match[1]), month);
}

/** True for an ISO 8601 instant in UTC that names an existing day. */
export function isInstant(value: unknown): value is Instant {
  if (typeof value !== 'string') return false;
  const match = INSTANT.exec(value);
  return match !== null && isPlainDate(match[1]);
}

/** The day of an instant, in UTC. */
export function dateOf(instant: Instant): PlainDate {
  return instant.slice(0, 10);
}

/** The billing period (calendar month) a day falls in: `2026-12`. */
export function periodOf(date: PlainDate): string {
  return date.slice(0, 7);
}

/** Days in a month of the Gregorian calendar; `month` from 1 to 12. */
function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whole milliseconds since 1970 of an instant. `Date.parse` of a UTC instant depends on no zone and no clock. */
export function epochMs(instant: Instant): number {
  return Date.parse(instant);
}

/** Hours from `earlier` to `later`; negative when `earlier` is the later one. */
export function hoursBetween(earlier: Instant, later: Instant): number {
  return (epochMs(later) - epochMs(earlier)) / 3_600_000;
}
