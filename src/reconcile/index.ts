export { type CustomerUpdate, createIncremental, type Incremental } from './incremental.ts';
export type { InputPart, ReconcileInput } from './input.ts';
export type { CustomerPart } from './kernel.ts';
export { mergeReconciliations, partition } from './partition.ts';
export { reconcile, reconcileCustomers } from './reconcile.ts';
export type { SkuUse } from './unmapped.ts';
