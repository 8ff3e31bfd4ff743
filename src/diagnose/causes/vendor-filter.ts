import { type CauseModule, type Draft, psaUnits, streak } from '../case.ts';
import type { VendorFilterFact } from '../types.ts';

/** The vendor leaves something out of its count, or counts something else. */
export const vendorFilter: CauseModule = {
  cause: 'vendor-filter',
  symptom: 'The portal shows another number than the card.',
  meaning:
    'The vendor’s API filters its count: inactive users, devices not seen lately, assigned rather than active seats.',
  look: 'The connector knows such a filter and the difference goes its way; or another number of the same vendor equals the billed units.',
  fix: 'Check the vendor’s setting, or compare the number you bill.',
  find(kase) {
    const { rule, card, evidence } = kase;
    if (!rule || card.vendor.state !== 'counted') return [];
    const drafts: Draft[] = [];
    const vendors = [...new Set(card.vendor.contributions.map((part) => part.vendor))];
    const facts = (vendor: string): readonly VendorFilterFact[] =>
      evidence
        .filters(vendor)
        .filter(({ direction }) => direction === 'either' || (direction === 'fewer') === kase.gap < 0);
    const compared = new Set(card.vendor.contributions.map((part) => part.metric));
    const breaks = evidence.use(rule.id).agreeingByMetric;
    for (const { vendor, metric, units } of card.observed) {
      if (compared.has(metric) || vendors.length !== 1) continue;
      const filterIds = facts(vendor).map((fact) => fact.id);
      const found = { vendor, metric, metricUnits: units, compared: [...compared], filterIds };
      if (breaks === 0) {
        drafts.push({
          prior: filterIds.length > 0 ? 0.6 : 0.45,
          fix: { kind: 'set-metric', ruleId: rule.id, metric },
          subject: `metric ${metric}`,
          evidence: found,
          test: 'units',
          sure: true,
          message: `${vendor} also reports '${metric}' (${units}); the rule compares ${[...compared].join(', ')}.`,
        });
      } else if (units === psaUnits(kase)) {
        // Other customers agree with the metric the rule has: it is this account that is set up another way.
        drafts.push({
          prior: streak(kase) === 0 ? 0.55 : Math.abs(kase.gap) === 1 ? 0.7 : 0.77,
          fix: { kind: 'check-vendor-setting', vendor, filterIds },
          subject: `filter ${vendor}`,
          evidence: found,
          test: 'none',
          sure: false,
          units: kase.gap,
          message: `${vendor} also reports '${metric}', which is just what is billed (${units}); for other customers the rule's own number agrees.`,
        });
      }
    }
    for (const vendor of vendors) {
      const known = facts(vendor);
      const [first] = known;
      if (!first) continue;
      const exact = known.some((fact) => fact.direction !== 'either');
      drafts.push({
        prior: exact ? 0.45 : 0.38,
        fix: { kind: 'check-vendor-setting', vendor, filterIds: known.map((fact) => fact.id) },
        subject: `filter ${vendor}`,
        evidence: { vendor, filterIds: known.map((fact) => fact.id) },
        test: 'none',
        sure: false,
        message: known.map((fact) => fact.effect).join(' '),
      });
    }
    return drafts;
  },
};
