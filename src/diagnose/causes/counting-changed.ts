import { type Case, type CauseModule, isSharpClimb, unitsText, vendorUnits } from '../case.ts';
import { pairKey } from '../evidence.ts';

/** The count climbed and the mapping is what it was. */
export const countingChanged: CauseModule = {
  cause: 'counting-changed',
  symptom: 'The count climbed sharply, and nobody touched the mapping.',
  meaning: 'The vendor changed how it counts: the number climbed sharply with the same mapping.',
  look: 'A sharp climb since the last period, from the same accounts and SKUs; for many customers at once.',
  fix: 'Read the vendor’s release notes and decide what to bill.',
  find(kase) {
    const { gap, previous, contributions, card } = kase;
    const before = previous?.vendor ?? null;
    if (gap < 0 || !previous || before === null || card.vendor.state !== 'counted') return [];
    if (!isSharpClimb(before, vendorUnits(kase))) return [];
    const known = new Set(
      previous.parts.map((part) => pairKey(part.vendor, `${part.accountId}\u0000${part.skuId}`)),
    );
    const same = contributions.every(
      (part) => !part.units || known.has(pairKey(part.vendor, `${part.accountId}\u0000${part.skuId}`)),
    );
    if (!same) return [];
    const { climbed, compared } = neighbours(kase);
    const widespread = compared >= 2 && climbed * 2 >= compared;
    const [vendor = ''] = contributions.map((part) => part.vendor);
    const skuIds = [...new Set(contributions.map((part) => part.skuId))];
    return [
      {
        prior: widespread ? 0.8 : 0.55,
        fix: { kind: 'read-vendor-notes', vendor, skuIds },
        subject: `counting ${vendor}`,
        evidence: {
          vendor,
          skuIds,
          before,
          now: vendorUnits(kase),
          othersClimbed: climbed,
          othersCompared: compared,
        },
        test: 'none',
        sure: false,
        units: vendorUnits(kase) - before,
        message:
          `The count went from ${before} to ${vendorUnits(kase)} (${unitsText(vendorUnits(kase) - before)}) with the same accounts and SKUs` +
          (widespread ? `; so did ${climbed} of ${compared} other cards of the rule.` : '.'),
      },
    ];
  },
};

/** How many other cards of the rule climbed too, and how many could have. */
function neighbours({ rule, card, evidence }: Case): { readonly climbed: number; readonly compared: number } {
  if (!rule) return { climbed: 0, compared: 0 };
  const { open, cards } = evidence.use(rule.id);
  let climbed = 0;
  for (const other of open) {
    if (other.id === card.id || other.vendor.state !== 'counted') continue;
    const before = evidence.history.previous(other.id)?.vendor ?? null;
    if (before !== null && isSharpClimb(before, other.vendor.units)) climbed++;
  }
  return { climbed, compared: cards - 1 };
}
