import { type CauseModule, psaUnits, vendorUnits } from '../case.ts';

/** The PSA's numbers are older than what happened since. */
export const stalePsa: CauseModule = {
  cause: 'stale-psa',
  symptom: 'A contract was changed today and the card does not show it.',
  meaning: 'The PSA was pulled before its contract was changed; the card shows the old quantity.',
  look: 'The PSA snapshot is older than the policy allows.',
  fix: 'Run a full PSA sync and reconcile again.',
  find(kase) {
    const { card, previous, evidence } = kase;
    if (!card.conditions.includes('stale-psa')) return [];
    const { psa, reconciliation } = evidence.input;
    const agreed = previous !== undefined && previous.vendor === previous.psa;
    const moved = agreed && previous.vendor !== vendorUnits(kase) && previous.psa === psaUnits(kase);
    return [
      {
        prior: moved ? 0.72 : 0.58,
        fix: { kind: 'sync-psa' },
        subject: 'psa',
        evidence: {
          takenAt: psa.takenAt,
          asOf: reconciliation.asOf,
          ...(moved ? { vendorBefore: previous.vendor, vendorNow: vendorUnits(kase) } : {}),
        },
        test: 'none',
        sure: false,
        message:
          `The PSA was last pulled at ${psa.takenAt}, which is too old.` +
          (moved ? ' The vendor count changed since the last period and the PSA did not.' : ''),
      },
    ];
  },
};
