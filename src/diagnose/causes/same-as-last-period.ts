import { type CauseModule, psaUnits, unitsText, vendorUnits } from '../case.ts';

/** The difference was looked at before, and kept. */
export const sameAsLastPeriod: CauseModule = {
  cause: 'same-as-last-period',
  symptom: 'The card shows the difference you decided on last month.',
  meaning: 'A person decided to keep this difference in the last period, and nothing has changed since.',
  look: 'Both numbers are what they were when the difference was kept.',
  fix: 'Keep it again, or make it a rule (a correction, a minimum, a tolerance).',
  find(kase) {
    const { previous, card, gap } = kase;
    if (previous?.kept === undefined || card.vendor.state !== 'counted') return [];
    if (previous.kept !== psaUnits(kase) || previous.vendor !== vendorUnits(kase)) return [];
    return [
      {
        prior: 0.99,
        fix: { kind: 'keep-decision', cardId: card.id },
        subject: 'kept',
        evidence: { psa: psaUnits(kase), vendor: vendorUnits(kase), kept: previous.kept },
        test: 'none',
        sure: false,
        units: gap,
        message: `The same ${unitsText(gap)} were kept in the last period (${previous.kept} billed, ${vendorUnits(kase)} counted), and nothing has changed.`,
      },
    ];
  },
};
