import { companyName } from '../../mapping/names.ts';
import { addUnits } from '../../model/units.ts';
import { type Case, type CauseModule, type Draft, unitsOf, unitsText } from '../case.ts';
import { pairKey } from '../evidence.ts';

/** Something is counted in that does not belong. */
export const extraContributor: CauseModule = {
  cause: 'extra-contributor',
  symptom: 'The count is too high, and several vendors or SKUs are summed.',
  meaning:
    'Several SKUs, vendors or accounts are summed, and one of them should not be: the total looks too high.',
  look: 'Without one contributor the numbers agree.',
  fix: 'Take the SKU out of the rule, or drop the link of the account that is not the customer’s.',
  find(kase) {
    if (kase.gap < 0) return [];
    return [...contributors(kase, 0.62)];
  },
};

/** A finding per SKU and per account that could be left out. */
export function contributors(kase: Case, prior: number): Draft[] {
  return [...extraSkus(kase, prior), ...extraAccounts(kase, prior)];
}

function extraSkus(kase: Case, prior: number): Draft[] {
  const { rule, contributions } = kase;
  const counted = contributions.filter((part) => unitsOf(part) > 0);
  const ids = new Map(counted.map((part) => [pairKey(part.vendor, part.skuId), part]));
  if (!rule || ids.size < 2) return [];
  return [...ids.values()].map(({ vendor, skuId }): Draft => {
    const units =
      addUnits(counted.filter((part) => part.vendor === vendor && part.skuId === skuId).map(unitsOf)) ?? 0;
    const otherVendor = counted.every((part) => part.vendor !== vendor || part.skuId === skuId);
    return {
      prior: otherVendor ? prior + 0.1 : prior,
      fix: { kind: 'remove-sku', ruleId: rule.id, sku: { vendor, skuId } },
      subject: `sku ${vendor} ${skuId}`,
      evidence: { vendor, skuId, contributed: units, contributors: ids.size },
      test: 'units',
      sure: true,
      breaks: kase.evidence.use(rule.id).agreeingWith.get(pairKey(vendor, skuId)) ?? 0,
      message: `${vendor} ${skuId} contributes ${unitsText(units)}; ${ids.size} SKUs are summed into this count.`,
    };
  });
}

function extraAccounts(kase: Case, prior: number): Draft[] {
  const { contributions, evidence, name } = kase;
  const counted = contributions.filter((part) => unitsOf(part) > 0 && part.accountId !== null);
  const ids = new Map(counted.map((part) => [pairKey(part.vendor, part.accountId ?? ''), part]));
  if (ids.size < 2) return [];
  return [...ids].flatMap(([key, { vendor, accountId }]): Draft[] => {
    const row = evidence.accounts.get(key)?.row;
    if (!row || accountId === null) return [];
    const units =
      addUnits(counted.filter((part) => pairKey(part.vendor, part.accountId ?? '') === key).map(unitsOf)) ??
      0;
    const { score } = evidence.alike(vendor, name, companyName(row.name));
    return [
      {
        prior: prior * (1 - 0.7 * score),
        fix: { kind: 'unlink-account', vendor, accountId },
        subject: `account ${vendor} ${accountId}`,
        evidence: { vendor, accountId, accountName: row.name, contributed: units, accounts: ids.size },
        test: 'units',
        sure: score < 0.5,
        message: `The ${vendor} account '${row.name}' (${accountId}) contributes ${unitsText(units)}; ${ids.size} accounts are linked to this customer.`,
      },
    ];
  });
}
