/** A finding of `diagnose`, as far as a report needs it. */
export interface FindingLike {
  readonly cardId: string;
  /** `account-unmapped`, `no-term-sku`, … */
  readonly cause: string;
  readonly message: string;
  /** True: applying the fix makes the numbers agree. */
  readonly certain: boolean;
  /** The part of the difference it explains. */
  readonly units?: number | null;
}

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
