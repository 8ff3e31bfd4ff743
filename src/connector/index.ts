export type { RateWindow } from '../transport/limiter.ts';
export type { End, Paging } from '../transport/paging.ts';
export { type Path, valueAt } from '../transport/path.ts';
export type { RetryPolicy } from '../transport/retry.ts';
export { createRuntime, type LogEntry, type Runtime } from '../transport/runtime.ts';
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
} from '../transport/wire.ts';
export {
  type CheckDeclaration,
  definePsaConnector,
  defineVendorConnector,
  type PsaDeclaration,
  type VendorDeclaration,
} from './define.ts';
export { count, day, decimal, flag, id, instant, quantity, roundUnits } from './fields.ts';
export { address, filled, host, readOptions } from './options.ts';
export {
  type MapContext,
  type PsaPart,
  psaRead,
  type Read,
  type ReadDeclaration,
  type VendorPart,
  vendorRead,
} from './read.ts';
export type * from './spec.ts';
export { choose } from './table.ts';
export type { Wire } from './wire.ts';
