import { subtractUnits } from '../../model/units.ts';
import { type Case, type CauseModule, type Draft, streak, unitsText } from '../case.ts';

/** The same one unit, every period. */
export const offByOne: CauseModule = {
  cause: 'off-by-one',
  symptom: 'The card is off by exactly one, month after month.',
  meaning: 'One internal admin or service user is counted (or not counted) by one side, every period.',
  look: 'The same difference of exactly one over several periods.',
  fix: 'Adjust the number when deciding, or give the rule a correction.',
  find(kase) {
    const length = streak(kase);
    if (Math.abs(kase.gap) !== 1 || length === 0) return [];
    return adjustment(
      kase,
      length,
      length > 1 ? 0.78 : 0.66,
      'an internal admin or service user is the usual reason',
    );
  },
};

/** A finding whose fix is the rule's signed correction. */
export function adjustment(kase: Case, length: number, prior: number, why: string): Draft[] {
  const { rule, gap, card, evidence } = kase;
  if (!rule || card.variance === null) return [];
  // The correction is the rule's: it fits only when every customer of the rule is off by the same.
  const { cards, variances } = evidence.use(rule.id);
  const others = cards - 1;
  const breaks = cards - (variances.get(card.variance) ?? 0);
  return [
    {
      prior,
      fix: { kind: 'set-adjust', ruleId: rule.id, adjust: subtractUnits(rule.adjust ?? 0, gap) },
      subject: 'adjust',
      evidence: { variance: gap, periods: length + 1, otherCustomers: others, othersNotAlike: breaks },
      test: 'agree',
      sure: others > 0,
      breaks,
      units: gap,
      message:
        `The difference was ${unitsText(gap)} in each of the last ${length + 1} periods; ${why}.` +
        (breaks > 0
          ? ` A correction on the rule would change ${breaks} other customers: adjust this card instead.`
          : ''),
    },
  ];
}
