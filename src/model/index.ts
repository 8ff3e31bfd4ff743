export type * from './card.ts';
export type { Instant, PlainDate } from './dates.ts';
export type * from './decision.ts';
export {
  type ErrorCode,
  errorCodes,
  type Problem,
  type SafeValue,
  TrueupError,
  type TrueupErrorInit,
} from './errors.ts';
export type * from './journal.ts';
export type * from './mapping.ts';
export type { Money } from './money.ts';
export type * from './plan.ts';
export type * from './psa.ts';
export type * from './reconciliation.ts';
export type * from './snapshot.ts';
export type { ScaledUnits, Units } from './units.ts';
export type * from './vendor.ts';
