import type { Contribution } from '../../model/card.ts';
import type { VendorSnapshot } from '../../model/vendor.ts';
import { type CauseModule, type Draft, psaUnits, vendorUnits } from '../case.ts';

/** The vendor's numbers are old, were not read to the end, or are not there at all. */
export const staleVendor: CauseModule = {
  cause: 'stale-vendor',
  symptom:
    'Seats were added or removed and the card does not show it; or the count is missing for a whole vendor.',
  meaning: 'The vendor was pulled before seats changed, or was not pulled to the end.',
  look: 'The vendor snapshot is older than the policy allows, is incomplete, or was not given.',
  fix: 'Run a quick sync of that vendor and reconcile again.',
  find(kase) {
    const { card, contributions, previous, evidence, rule } = kase;
    const draft = (vendor: string, prior: number, state: string, message: string): Draft => ({
      prior,
      fix: { kind: 'sync-vendor', vendor },
      subject: `vendor ${vendor}`,
      evidence: { vendor, state, takenAt: evidence.vendors.get(vendor)?.takenAt ?? null },
      test: 'none',
      sure: false,
      message,
    });
    if (card.vendor.state === 'not-connected') {
      return card.vendor.vendors.map((vendor) =>
        draft(
          vendor,
          0.9,
          'not-connected',
          `No snapshot of ${vendor} was given, so there is nothing to compare with.`,
        ),
      );
    }
    if (card.vendor.state === 'no-count' && card.vendor.reason === 'source-incomplete') {
      const failed = contributions.filter((part) => part.reason === 'source-incomplete');
      const named = new Set((failed.length > 0 ? failed : contributions).map((part) => part.vendor));
      // A SKU the vendor no longer describes gives no count either; pulling again would not help.
      const vendors = [...named].filter((vendor) => isPartial(evidence.vendors.get(vendor)));
      return vendors.map((vendor) =>
        draft(
          vendor,
          0.92,
          'incomplete',
          `${vendor} was not read whole, so its count cannot be trusted.${receiptWords(
            evidence.vendors.get(vendor),
            failed,
          )}`,
        ),
      );
    }
    if (!card.conditions.includes('stale-vendor')) return [];
    const vendors = new Set([
      ...contributions.map((part) => part.vendor),
      ...(rule?.skus ?? []).map((sku) => sku.vendor),
    ]);
    const agreed = previous !== undefined && previous.vendor === previous.psa;
    const moved = agreed && previous.psa !== psaUnits(kase) && previous.vendor === vendorUnits(kase);
    const stale = evidence.input.reconciliation.sources.filter(
      (source) => source.kind === 'vendor' && source.stale && vendors.has(source.source),
    );
    return stale.map(({ source, takenAt }) =>
      draft(
        source,
        moved ? 0.72 : 0.57,
        'stale',
        `${source} was last pulled at ${takenAt}, which is too old.` +
          (moved ? ' The PSA quantity changed since the last period and the vendor count did not.' : ''),
      ),
    );
  },
};

/** Why the pull was not whole, in its own words: what it says of these accounts, else its errors. */
function receiptWords(vendor: VendorSnapshot | undefined, failed: readonly Contribution[]): string {
  const problems = vendor?.receipt.problems ?? [];
  const accounts = new Set(
    failed.flatMap((part) => (part.vendor === vendor?.source ? [part.accountId] : [])),
  );
  const own = problems.filter(({ ids }) => ids?.accountId !== undefined && accounts.has(ids.accountId));
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first, ...rest] = [own, errors, problems].find((list) => list.length > 0) ?? [];
  if (first === undefined) return '';
  const more = rest.length === 0 ? '' : ` (${rest.length} more in its receipt)`;
  return ` Its receipt says: ${first.message}${more}`;
}

function isPartial(vendor: VendorSnapshot | undefined): boolean {
  if (!vendor) return true;
  const { complete, incompleteAccounts, resources } = vendor.receipt;
  const some = (incompleteAccounts?.length ?? 0) > 0;
  return !complete || some || Object.values(resources).some((resource) => !resource.complete);
}
