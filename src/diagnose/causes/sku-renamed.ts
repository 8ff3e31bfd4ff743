import { type Case, type CauseModule, type Draft, isSharpDrop, unitsText, vendorUnits } from '../case.ts';
import { pairKey } from '../evidence.ts';
import { agreeingUsers, likeness } from './sku-unmapped.ts';

/** The vendor moved the seats to a new SKU. */
export const skuRenamed: CauseModule = {
  cause: 'sku-renamed',
  symptom: 'The count dropped sharply between months.',
  meaning: 'The vendor renamed or consolidated a SKU: the old one dropped, a new one has the units.',
  look: 'A sharp drop since the last period, and a SKU without a rule, not seen before, with the missing units. Or: the rule names a SKU the vendor no longer has.',
  fix: 'Re-map: put the new SKU in place of the old one, or beside it while others still use the old one.',
  find(kase) {
    const { gap, rule, rows, previous, evidence } = kase;
    if (gap > 0 || !rule) return [];
    const before = previous?.vendor ?? null;
    const dropped = before !== null && isSharpDrop(before, vendorUnits(kase));
    return rows.unmappedSkus.flatMap((used): Draft[] => {
      const { vendor, skuId, units } = used;
      const seenBefore = evidence.history.wasUnmapped(vendor, skuId);
      const { kin } = likeness(kase, vendor, skuId);
      return rule.skus
        .filter((sku) => sku.vendor === vendor && isFading(kase, sku.skuId))
        .flatMap((from): Draft[] => {
          const gone = !evidence.skus.has(pairKey(from.vendor, from.skuId));
          const isNew = evidence.history.known && !seenBefore;
          if (!(units > 0) || !((dropped && isNew) || gone)) return [];
          const to = { vendor, skuId };
          // Where others still count the old SKU, the new one comes beside it.
          const stays = (evidence.use(rule.id).agreeingWith.get(pairKey(from.vendor, from.skuId)) ?? 0) > 0;
          return [
            {
              prior: Math.min(0.99, (dropped && isNew ? 0.87 : 0.6) + 0.1 * kin),
              fix: stays
                ? { kind: 'add-sku', ruleId: rule.id, sku: to }
                : { kind: 'replace-sku', ruleId: rule.id, from, to: [to] },
              subject: `sku ${vendor} ${skuId}`,
              evidence: {
                vendor,
                oldSku: from.skuId,
                newSku: skuId,
                newUnits: units,
                before,
                now: vendorUnits(kase),
                gone,
              },
              test: 'units',
              sure: dropped || kin >= 0.5,
              breaks: stays ? agreeingUsers(kase, vendor, skuId) : 0,
              message:
                `${vendor} ${from.skuId} ${before === null ? 'is gone' : `fell from ${before} to ${vendorUnits(kase)}`}, ` +
                `and ${skuId}, which no rule counts, has ${unitsText(units)}.`,
            },
          ];
        });
    });
  },
};

/** The SKU counts less for this customer than in the period before, or nothing. */
function isFading({ contributions, previous }: Case, skuId: string): boolean {
  const now = contributions
    .filter((part) => part.skuId === skuId)
    .reduce((sum, part) => sum + (part.units ?? 0), 0);
  const then = (previous?.parts ?? [])
    .filter((part) => part.skuId === skuId)
    .reduce((sum, part) => sum + (part.units ?? 0), 0);
  return now === 0 || now < then;
}
