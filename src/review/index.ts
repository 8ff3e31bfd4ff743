export {
  type AutoBounds,
  type AutoDecisions,
  type AutoExplanation,
  type AutoPolicy,
  type AutoReason,
  autoDecide,
} from './auto.ts';
export { decide } from './decide.ts';
export { decisionOn } from './decision-on.ts';
export { fingerprint } from './fingerprint.ts';
export { type PlanOptions, planWriteBack } from './plan.ts';
export { planUndo } from './undo.ts';
