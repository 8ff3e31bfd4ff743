import type { MockFailure, MockReply } from '../mock/types.ts';

const CODES: Readonly<Record<number, string>> = {
  400: 'InvalidObject',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
};

/** The vendor's error body. */
export function fail({ status, message, field }: MockFailure): MockReply {
  const code = CODES[status] ?? 'Error';
  if (status === 429) return { status, json: { error: code, message } };
  const errors =
    field === undefined ? null : [{ code: 'InvalidField', message, resource: 'addition', field }];
  return { status, headers: { 'x-cw-request-id': 'cw-0001' }, json: { code, message, errors } };
}
