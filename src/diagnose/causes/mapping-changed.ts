import { type CauseModule, isSharpClimb, vendorUnits } from '../case.ts';
import { contributors } from './extra-contributor.ts';

/** The count climbed because the mapping now counts more. */
export const mappingChanged: CauseModule = {
  cause: 'mapping-changed',
  symptom: 'The count climbed sharply after somebody worked on the mapping.',
  meaning: 'The count climbed sharply because a SKU or an account was added to the mapping.',
  look: 'A sharp climb since the last period, from a contributor that no card counted then.',
  fix: 'Check that the mapping is still one to one; take the addition back if it does not belong.',
  find(kase) {
    const { gap, previous, evidence } = kase;
    if (gap < 0 || !previous) return [];
    if (!isSharpClimb(previous.vendor ?? 0, vendorUnits(kase)) && (previous.vendor ?? 0) >= vendorUnits(kase))
      return [];
    return contributors(kase, 0.9).flatMap((draft) => {
      const { fix } = draft;
      const added =
        fix.kind === 'remove-sku'
          ? !evidence.history.knewSku(fix.sku.vendor, fix.sku.skuId)
          : fix.kind === 'unlink-account' && evidence.history.wasUnlinked(fix.vendor, fix.accountId);
      if (!added) return [];
      return [
        {
          ...draft,
          prior: 0.9,
          evidence: { ...draft.evidence, before: previous.vendor, now: vendorUnits(kase) },
          message: `The count went from ${previous.vendor ?? 'none'} to ${vendorUnits(kase)} since the last period. New in the mapping: ${draft.message}`,
        },
      ];
    });
  },
};
