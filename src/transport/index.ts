export { abortable, abortedError, throwIfAborted } from './abort.ts';
export { inOrder } from './fan-out.ts';
export { type Answer, createHttp, type Http, type HttpCall } from './http.ts';
export { decimalText, parseJson } from './json.ts';
export type { RateWindow } from './limiter.ts';
export { type End, type ListRead, type Paging, pages, type WirePage } from './paging.ts';
export { type Path, pathText, valueAt } from './path.ts';
export type { RetryPolicy } from './retry.ts';
export { createRuntime, type LogEntry, type Runtime } from './runtime.ts';
export type {
  AnswerErrors,
  Auth,
  Discovery,
  Found,
  HeaderMap,
  Limits,
  Params,
  Placement,
  TokenRequest,
  TransportDeclaration,
  WireRequest,
} from './wire.ts';
