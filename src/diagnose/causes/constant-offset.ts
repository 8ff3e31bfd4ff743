import { type CauseModule, psaUnits, streak } from '../case.ts';
import { adjustment } from './off-by-one.ts';

/** The same small difference, every period. */
export const constantOffset: CauseModule = {
  cause: 'constant-offset',
  symptom: 'The card is off by the same small number, month after month.',
  meaning:
    'A few inactive accounts or devices at the vendor are still billed (or billed ones are not counted), every period.',
  look: 'The same small difference over several periods.',
  fix: 'Decide whether to bill them. If yes, keep the PSA or give the rule a correction; if no, deactivate them at the vendor.',
  find(kase) {
    const size = Math.abs(kase.gap);
    const length = streak(kase);
    if (length === 0 || size === 1 || size > Math.max(5, psaUnits(kase) * 0.25)) return [];
    return adjustment(
      kase,
      length,
      length > 1 ? 0.76 : 0.62,
      'inactive accounts that are still billed are the usual reason',
    );
  },
};
