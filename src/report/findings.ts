import type { Finding } from '../diagnose/types.ts';

/** A finding of `diagnose`, as far as a report needs it. */
export type FindingLike = Pick<Finding, 'cardId' | 'cause' | 'message' | 'certain' | 'units'>;

/** Findings by card, in the order given (the likeliest first). */
export function groupFindings(findings: readonly FindingLike[]): Map<string, FindingLike[]> {
  const byCard = new Map<string, FindingLike[]>();
  for (const finding of findings) {
    const found = byCard.get(finding.cardId);
    if (found) found.push(finding);
    else byCard.set(finding.cardId, [finding]);
  }
  return byCard;
}

export function findingWords(finding: FindingLike): string {
  return finding.certain ? finding.message : `Perhaps: ${finding.message}`;
}
