export { type ApplyOptions, type ApplyProgress, applyPlan } from './apply.ts';
export { type Journal, type JournalSession, memoryJournal } from './journal.ts';
export {
  type PullAllInput,
  type PullAllResult,
  type PullOptions,
  type PullProgress,
  pullAll,
  pullPsa,
  pullVendor,
} from './pull.ts';
