import { type Case, type CauseModule, type Draft, unitsText, vendorUnits } from '../case.ts';
import { pairKey } from '../evidence.ts';

/** Nothing is counted for a customer who is known to use it. */
export const zeroInUse: CauseModule = {
  cause: 'zero-in-use',
  symptom: 'The count is zero for a customer who uses the product.',
  meaning: 'The vendor counts nothing for a customer who used the product before.',
  look: 'Zero or no count now, usage in earlier periods; or the linked account is inactive at the vendor.',
  fix: 'Link the account again, or activate it at the vendor.',
  find(kase) {
    const { card, previous } = kase;
    if (kase.gap > 0 || vendorUnits(kase) !== 0 || card.vendor.state === 'not-connected') return [];
    if (card.vendor.state === 'no-count' && card.vendor.reason === 'source-incomplete') return [];
    const before = previous?.vendor ?? 0;
    return [
      ...lostLinks(kase),
      ...inactive(kase, before),
      ...(before > 0 ? [unexplained(kase, before)] : []),
    ];
  },
};

/** Accounts that counted before and are not linked any more. */
function lostLinks({ previous, rows, evidence, card }: Case): Draft[] {
  const linked = new Set(rows.links.map((link) => pairKey(link.vendor, link.accountId)));
  const lost = new Map<string, Draft>();
  for (const { vendor, accountId, units } of previous?.parts ?? []) {
    if (accountId === null || !units || linked.has(pairKey(vendor, accountId))) continue;
    if (!evidence.accounts.has(pairKey(vendor, accountId))) continue;
    const subject = `account ${vendor} ${accountId}`;
    lost.set(subject, {
      prior: 0.7,
      fix: { kind: 'link-account', vendor, accountId, customerId: card.customer.id },
      subject,
      evidence: { vendor, accountId, before: units, now: 0 },
      test: 'units',
      sure: true,
      message: `The ${vendor} account ${accountId} counted ${unitsText(units)} in the last period and is not linked any more.`,
    });
  }
  return [...lost.values()];
}

/** Linked accounts the vendor has as inactive. */
function inactive({ rows, rule, evidence, card }: Case, before: number): Draft[] {
  const vendors = new Set(rule?.skus.map((sku) => sku.vendor));
  return rows.links.flatMap((link): Draft[] => {
    const account = evidence.accounts.get(pairKey(link.vendor, link.accountId));
    if (!account || account.row.active || !vendors.has(link.vendor)) return [];
    return [
      {
        prior: before > 0 ? 0.9 : 0.7,
        fix: { kind: 'activate-account', vendor: link.vendor, accountId: link.accountId },
        subject: 'zero',
        evidence: { vendor: link.vendor, accountId: link.accountId, before, now: 0, active: false },
        test: 'none',
        sure: false,
        units: -(card.psa?.units ?? 0),
        message: `The ${link.vendor} account '${account.row.name}' (${link.accountId}) is inactive at the vendor and counts nothing.`,
      },
    ];
  });
}

/** The account is linked and active, and yet nothing came. */
function unexplained({ rows, rule, card, contributions }: Case, before: number): Draft {
  const vendors = new Set(rule?.skus.map((sku) => sku.vendor));
  const link = rows.links.find((each) => vendors.has(each.vendor));
  const vendor = link?.vendor ?? [...vendors][0] ?? '';
  const ended = contributions.find((part) => part.termEnd !== undefined)?.termEnd;
  return {
    // Usage under a SKU that no rule counts speaks for another cause.
    prior: rows.unmappedSkus.some((used) => used.units > 0) ? 0.6 : 0.75,
    fix: { kind: 'activate-account', vendor, accountId: link?.accountId ?? '' },
    subject: 'zero',
    evidence: { vendor, accountId: link?.accountId ?? null, before, now: 0, termEnd: ended ?? null },
    test: 'none',
    sure: false,
    units: -(card.psa?.units ?? 0),
    message:
      `The count is zero or missing; in the last period it was ${before}.` +
      (ended === undefined ? ' Check the account at the vendor.' : ` The term ended on ${ended}.`),
  };
}
