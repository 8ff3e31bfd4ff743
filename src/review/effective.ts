import { type Instant, isInstant, isPlainDate, type PlainDate } from '../model/dates.ts';
import type { EffectivePolicy } from '../model/plan.ts';

/** A day, or why there is none. */
export type EffectiveDate =
  | { readonly ok: true; readonly date: PlainDate }
  | { readonly ok: false; readonly code: 'no-effective-date' | 'no-invoice-date'; readonly message: string };

/**
 * The calendar day of an instant in an IANA time zone, or `null` when the zone or the instant is none.
 * The time zone data of the runtime decides; the machine's own zone and locale do not.
 */
export function dayIn(timeZone: string, instant: Instant): PlainDate | null {
  if (!isInstant(instant)) return null;
  // No time zone data needed for the default.
  if (timeZone === 'UTC') return instant.slice(0, 10);
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }).formatToParts(new Date(instant));
    const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? '';
    const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
    return isPlainDate(date) ? date : null;
  } catch {
    return null;
  }
}

/**
 * The day a policy means, seen from `today`. Whole months on calendar days, worked out with integers: date-fns works
 * in the machine's time zone, where midnight of a first may not exist.
 */
export function effectiveDate(
  policy: EffectivePolicy,
  today: PlainDate,
  nextInvoiceDate: PlainDate | undefined,
): EffectiveDate {
  // A policy may come from JSON, where `null` is none.
  if (typeof policy === 'object' && policy !== null) {
    return isPlainDate(policy.date)
      ? { ok: true, date: policy.date }
      : { ok: false, code: 'no-effective-date', message: `'${policy.date}' is no day of the calendar.` };
  }
  switch (policy) {
    case 'first-of-next-month':
      return { ok: true, date: firstOfMonth(today, 1) };
    case 'first-of-this-month':
      return { ok: true, date: firstOfMonth(today, 0) };
    case 'immediate':
      return { ok: true, date: today };
    case 'next-invoice-date':
      return nextInvoiceDate === undefined
        ? {
            ok: false,
            code: 'no-invoice-date',
            message: 'The PSA gave no next invoice date for the contract.',
          }
        : { ok: true, date: nextInvoiceDate };
    default:
      return { ok: false, code: 'no-effective-date', message: `There is no policy '${String(policy)}'.` };
  }
}

/** The first day of the month `months` after the one of `date`. */
function firstOfMonth(date: PlainDate, months: number): PlainDate {
  const index = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = String(Math.floor(index / 12)).padStart(4, '0');
  const month = String((index % 12) + 1).padStart(2, '0');
  return `${year}-${month}-01`;
}
