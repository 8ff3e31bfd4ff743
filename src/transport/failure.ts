import { epochMs } from '../model/dates.ts';
import { type ErrorCode, TrueupError } from '../model/errors.ts';
import { type Path, valueAt } from './path.ts';
import type { Redactor } from './redact.ts';
import type { TransportDeclaration } from './wire.ts';

/** What is known of a failed exchange; every field is safe to print. */
export interface Failure {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** `GET https://host/path`, redacted. */
  readonly what: string;
  readonly context: Readonly<Record<string, string | number>>;
  /** Only reads: may be tried again. */
  readonly repeatable: boolean;
  /** The request asked for a token. */
  readonly login: boolean;
  readonly now: string;
}

/** A status that is no success, as an error of ours. */
export function statusError(
  failure: Failure,
  declaration: TransportDeclaration,
  redactor: Redactor,
): TrueupError {
  const { status, repeatable } = failure;
  const words = vendorWords(failure.body, declaration.errorMessage ?? [], redactor);
  const throttled = isThrottled(failure, declaration);
  const { code, text } = meaning(status, failure, throttled);
  // A request that was throttled was not carried out; after the others a write may have been.
  const transient = throttled || (repeatable && (status === 408 || status >= 500));
  const retryAt = transient ? retryTime(failure, throttled, declaration.limits.pauseSeconds) : undefined;
  return new TrueupError(
    code,
    `${failure.what} ${text} (${status}).${words === '' ? '' : ` It said: ${words}`}`,
    {
      retryable: transient,
      context: { ...failure.context, status },
      ...(retryAt === undefined ? {} : { retryAt }),
    },
  );
}

function meaning(
  status: number,
  { login, repeatable }: Failure,
  throttled: boolean,
): { code: ErrorCode; text: string } {
  if (throttled) return { code: 'RATE_LIMITED', text: 'was asked to slow down' };
  if (status === 401 || (login && (status === 400 || status === 403))) {
    return { code: 'AUTH_FAILED', text: 'refused the credentials' };
  }
  if (status === 403) return { code: 'FORBIDDEN', text: 'is not allowed for these credentials' };
  if (status === 404) return { code: 'NOT_FOUND', text: 'was not found' };
  if (repeatable || status === 408 || status >= 500)
    return { code: 'HTTP_ERROR', text: 'answered with an error' };
  if (status === 409) return { code: 'CONFLICT', text: 'conflicts with the record as it is' };
  return { code: 'REFUSED', text: 'was refused' };
}

function isThrottled({ status, body }: Failure, { limits }: TransportDeclaration): boolean {
  if (status === 429) return true;
  return (limits.throttledBy ?? []).some(
    (sign) => sign.status === status && bodyText(body).toLowerCase().includes(sign.text.toLowerCase()),
  );
}

/** A body nested without bounds cannot be written out again; it is no sign of anything then. */
function bodyText(body: unknown): string {
  try {
    return JSON.stringify(body ?? '');
  } catch {
    return '';
  }
}

/** An HTTP date names its day and its zone; `Date.parse` alone would take "-5" for a day in 2001. */
const HTTP_DATE = /^[a-z]{3,9},.* GMT$/i;

/** When the server may be asked again: `Retry-After` in seconds or as a date, or the declared pause. */
function retryTime(failure: Failure, throttled: boolean, pause: number | undefined): string | undefined {
  const now = epochMs(failure.now);
  const header = failure.headers.get('retry-after') ?? '';
  if (/^\d+(?:\.\d+)?$/.test(header)) return instant(now + Number(header) * 1000);
  const date = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
  if (!Number.isNaN(date)) {
    // By the server's own clock where it tells it: ours may be minutes off, and then we would come too early.
    const clock = failure.headers.get('date') ?? '';
    const sent = HTTP_DATE.test(clock) ? Date.parse(clock) : Number.NaN;
    return instant(now + Math.max(0, date - (Number.isNaN(sent) ? now : sent)));
  }
  return throttled && pause !== undefined ? instant(now + pause * 1000) : undefined;
}

function instant(ms: number): string {
  // Beyond the calendar a "never" is meant.
  return new Date(Math.min(ms, 8.64e15)).toISOString();
}

/** An error inside a successful answer, as declared; `null` when the answer is fine. */
export function answerError(
  failure: Omit<Failure, 'status' | 'headers'>,
  declaration: TransportDeclaration,
  redactor: Redactor,
): TrueupError | null {
  const { errors, limits } = declaration;
  if (!errors) return null;
  const sign = valueAt(failure.body, errors.at);
  const fine = errors.ok
    ? errors.ok.includes(String(sign))
    : sign === undefined || sign === null || sign === '' || (Array.isArray(sign) && sign.length === 0);
  if (fine) return null;
  const found = errors.code === undefined ? undefined : valueAt(failure.body, errors.code);
  const vendorCode = found === undefined || found === null ? '' : redactor.text(String(found));
  const words = vendorWords(failure.body, declaration.errorMessage ?? [], redactor);
  const text = `${failure.what} reported ${vendorCode === '' ? 'an error' : `error ${vendorCode}`}.${words === '' ? '' : ` It said: ${words}`}`;
  const context = { ...failure.context, vendorCode };
  if (errors.throttled?.includes(vendorCode)) {
    const retryAt = instant(epochMs(failure.now) + (limits.pauseSeconds ?? 1) * 1000);
    return new TrueupError('RATE_LIMITED', text, { context, retryable: true, retryAt });
  }
  if (failure.login || errors.auth?.includes(vendorCode)) {
    return new TrueupError('AUTH_FAILED', text, { context });
  }
  return new TrueupError(failure.repeatable ? 'VENDOR_ERROR' : 'REFUSED', text, { context });
}

/** The vendor's own message from the declared places, on one line, short, without secrets. */
function vendorWords(body: unknown, places: readonly Path[], redactor: Redactor): string {
  for (const place of places) {
    const found = valueAt(body, place);
    const text = Array.isArray(found)
      ? found.filter((item) => typeof item === 'string').join(' ')
      : typeof found === 'string' || typeof found === 'number'
        ? String(found)
        : '';
    const line = redactor
      .text(text)
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim();
    if (line !== '') return line.length > 200 ? `${line.slice(0, 200)}…` : line;
  }
  return '';
}
