export type { InputPart, ReconcileInput } from './input.ts';
export type { CustomerPart } from './kernel.ts';
export { reconcile, reconcileCustomers } from './reconcile.ts';
export type { SkuUse } from './unmapped.ts';
