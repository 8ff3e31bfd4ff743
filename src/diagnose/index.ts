export { diagnose } from './diagnose.ts';
export type { DiagnoseInput } from './evidence.ts';
export { applyFix } from './fix.ts';
export { causeGuide } from './guide.ts';
export { type PeriodCard, type PeriodPart, type PeriodSummary, summarize } from './history.ts';
export type { Cause, Finding, Fix, VendorFilterFact } from './types.ts';
