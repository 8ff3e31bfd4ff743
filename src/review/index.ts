export { decide } from './decide.ts';
export { fingerprint } from './fingerprint.ts';
export { type PlanOptions, planWriteBack } from './plan.ts';
