export { type ApplyOptions, type ApplyProgress, applyPlan } from './apply.ts';
export { type Journal, type JournalSession, memoryJournal } from './journal.ts';
