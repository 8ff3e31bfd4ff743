import { compareStrings } from '../../model/order.ts';
import { addUnits } from '../../model/units.ts';
import { type Case, type CauseModule, type Draft, unitsText } from '../case.ts';
import { type LooseAccount, pairKey } from '../evidence.ts';

/** How much an account must resemble the customer to be worth a look. */
const RESEMBLES = 0.42;
/** From here on a name is good enough for certainty: `Harbour Legal` is not `Harbour Dental`. */
const CONVINCES = 0.86;

/** Accounts worth trying per card. */
const TRIED = 4;

/** An account of the customer has no link, so its units are missing. */
export const accountUnmapped: CauseModule = {
  cause: 'account-unmapped',
  symptom: 'A customer with several sites is short; or shows no count at all.',
  meaning: 'The vendor has an account (often a second site) of this customer that is not linked to it.',
  look: 'An account without a link has usage of this product and resembles the customer by name, id or parent; its units are the missing ones.',
  fix: 'Link the account to the customer.',
  find(kase) {
    if (kase.gap > 0 || !kase.rule) return [];
    const { rule } = kase;
    const drafts = new Map<string, Draft>();
    for (const vendor of new Set(rule.skus.map((sku) => sku.vendor))) {
      for (const { loose, prior, sure, why } of candidates(kase, vendor)) {
        const counted = loose.account.counts.filter((count) =>
          rule.skus.some((sku) => sku.vendor === vendor && sku.skuId === count.skuId),
        );
        const units = addUnits(
          counted.filter((count) => isCompared(kase, vendor, count)).map((count) => count.units),
        );
        const family = loose.account.counts.some((count) => isKin(kase, vendor, count.skuId));
        const alone = sure && !kase.rows.links.some((link) => link.vendor === vendor);
        if (!units && !(family && alone)) continue;
        const { accountId, name } = loose.account;
        const subject = `account ${vendor} ${accountId}`;
        if ((drafts.get(subject)?.prior ?? -1) >= prior) continue;
        drafts.set(subject, {
          prior,
          fix: { kind: 'link-account', vendor, accountId, customerId: kase.card.customer.id },
          subject,
          evidence: { vendor, accountId, accountName: name, accountUnits: units ?? 0, resemblance: why },
          test: 'units',
          // Without any account the first thing to do is to link one, whatever else is wrong.
          ...(alone ? { otherwise: prior * 0.65 } : {}),
          sure,
          message: `The ${vendor} account '${name}' (${accountId}) is not linked and has ${unitsText(units ?? 0)} of this. It resembles the customer: ${why}.`,
        });
      }
    }
    return [...drafts.values()]
      .sort((a, b) => b.prior - a.prior || compareStrings(a.subject, b.subject))
      .slice(0, TRIED);
  },
};

/** A SKU of the rule, or a variant of one. */
function isKin({ rule, evidence }: Case, vendor: string, skuId: string): boolean {
  const family = evidence.skus.get(pairKey(vendor, skuId))?.family;
  return (rule?.skus ?? []).some(
    (sku) =>
      sku.vendor === vendor &&
      (sku.skuId === skuId ||
        (family !== undefined && evidence.skus.get(pairKey(vendor, sku.skuId))?.family === family)),
  );
}

function isCompared(
  kase: Case,
  vendor: string,
  count: { readonly skuId: string; readonly metric: string },
): boolean {
  const metric = kase.rule?.metric ?? kase.evidence.skus.get(pairKey(vendor, count.skuId))?.defaultMetric;
  return metric === count.metric;
}

interface Candidate {
  readonly loose: LooseAccount;
  readonly prior: number;
  readonly sure: boolean;
  readonly why: string;
}

function candidates({ rows, name, evidence, card }: Case, vendor: string): Candidate[] {
  const found: Candidate[] = [];
  for (const { loose, match } of evidence.resembling(vendor, name)) {
    if (match.score < RESEMBLES) continue;
    const prior = match.vetoed ? match.score * 0.5 : match.score;
    const sure = match.score >= CONVINCES && !match.vetoed;
    found.push({ loose, prior, sure, why: match.reasons.join('; ') });
  }
  // `Acme Dental - Branch`: the whole name of the customer and something more.
  for (const loose of evidence.loose.get(vendor) ?? []) {
    const { core } = loose.name;
    if (name.core.length < core.length && name.meaningful && name.core.every((word, i) => core[i] === word)) {
      found.push({
        loose,
        prior: name.core.length > 1 ? 0.8 : 0.6,
        sure: name.core.length > 1,
        why: 'it begins with the customer’s name',
      });
    }
  }
  for (const link of rows.links) {
    if (link.vendor !== vendor) continue;
    for (const loose of evidence.looseByParent.get(pairKey(vendor, link.accountId)) ?? []) {
      found.push({ loose, prior: 0.9, sure: true, why: 'its parent account is linked to the customer' });
    }
  }
  const ids = Object.values(rows.customer.externalIds ?? {});
  const domains = rows.customer.domains ?? [];
  if (ids.length === 0 && domains.length === 0) return found;
  for (const loose of evidence.loose.get(vendor) ?? []) {
    const row = evidence.accounts.get(pairKey(vendor, loose.account.accountId))?.row;
    const theirs = Object.values(row?.externalIds ?? {});
    if (
      theirs.includes(card.customer.id) ||
      theirs.some((id) => ids.includes(id)) ||
      ids.includes(row?.id ?? '\u0000')
    ) {
      found.push({ loose, prior: 0.99, sure: true, why: 'an id ties it to the customer' });
    } else if (row?.domains?.some((domain) => domains.includes(domain))) {
      found.push({ loose, prior: 0.85, sure: true, why: 'it has the same domain' });
    }
  }
  return found;
}
