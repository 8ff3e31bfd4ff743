export type { RateWindow } from './limiter.ts';
export type { End, Paging } from './paging.ts';
export { type Path, valueAt } from './path.ts';
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
