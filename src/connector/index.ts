export {
  type AnswerErrors,
  type Auth,
  createRuntime,
  type Discovery,
  type End,
  type Found,
  type HeaderMap,
  type Limits,
  type LogEntry,
  type Paging,
  type Params,
  type Path,
  type Placement,
  type RateWindow,
  type RetryPolicy,
  type Runtime,
  type TokenRequest,
  type TransportDeclaration,
  valueAt,
  type WireRequest,
} from '../transport/index.ts';
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
  vendorGiven,
  vendorRead,
} from './read.ts';
export type * from './spec.ts';
export { choose } from './table.ts';
export type { Wire } from './wire.ts';
