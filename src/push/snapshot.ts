import { hoursBetween, type Instant } from '../model/dates.ts';
import { type Problem, TrueupError } from '../model/errors.ts';
import { compareBy, sortedUnique } from '../model/order.ts';
import type { Metric, VendorCount, VendorSnapshot } from '../model/vendor.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import type { StoredIntegration } from './store.ts';

/** How received counts become a {@link VendorSnapshot}. */
export interface ReceivedSnapshotOptions {
  /** What the counts are: the protocol does not say. Default `billable`. */
  readonly metric?: Metric;
  /**
   * What a missing count means. Default `no-count`: a vendor that skips zeros has not said zero.
   * `zero` only for a vendor known to push everything each time. An account or a service without any count has not
   * been pushed yet, and stays without a number.
   */
  readonly whenAbsent?: 'zero' | 'no-count';
  /**
   * Counts received longer ago than this are left out, and their accounts named incomplete. Default: none are.
   * A vendor that skips zeros leaves the old number of a customer who has gone; this is how to notice.
   */
  readonly maxAgeHours?: number;
}

const OPTIONS: OptionRules<ReceivedSnapshotOptions> = {
  metric: 'text',
  whenAbsent: ['zero', 'no-count'],
  maxAgeHours: 'any',
};

/** Everything received, mapped or not: what has no link ends up in `Reconciliation.unmapped`, not nowhere. */
export function toVendorSnapshot(
  stored: StoredIntegration,
  takenAt: Instant,
  options: ReceivedSnapshotOptions = {},
): VendorSnapshot {
  checkOptions('snapshot', options, OPTIONS);
  const { maxAgeHours } = options;
  // Older than no number is nothing: every old count would pass for a fresh one.
  if (maxAgeHours !== undefined && !(Number.isFinite(maxAgeHours) && maxAgeHours >= 0)) {
    throw new TrueupError('BAD_OPTIONS', 'snapshot: maxAgeHours must be a number of hours, 0 or more.');
  }
  const metric = options.metric ?? 'billable';
  const tooOld = (asOf: Instant): boolean =>
    maxAgeHours !== undefined && hoursBetween(asOf, takenAt) > maxAgeHours;
  const old = stored.counts
    .filter((count) => tooOld(count.asOf))
    .sort(
      compareBy(
        (count) => count.accountId,
        (count) => count.serviceId,
      ),
    );
  const counts = stored.counts
    .filter((count) => !tooOld(count.asOf))
    .map(
      (count): VendorCount => ({
        accountId: count.accountId,
        skuId: count.serviceId,
        metric,
        units: count.units,
        asOf: count.asOf,
      }),
    )
    .sort(
      compareBy(
        (count) => count.accountId,
        (count) => count.skuId,
      ),
    );
  const whole = wholeProblems(stored);
  const { whenAbsent = 'no-count' } = options;
  // Accounts and services are made before the first count of them comes, if one comes at all: that is no zero yet.
  const heard = new Set(stored.counts.map((count) => count.accountId));
  const silent =
    whenAbsent === 'zero'
      ? stored.accounts.flatMap(({ id, active }) => (active && !heard.has(id) ? [id] : []))
      : [];
  const counted = new Set(counts.map((count) => count.skuId));
  const incomplete = sortedUnique([...old.map((count) => count.accountId), ...silent]);
  const complete = whole.length === 0;
  const resource = (rows: number) => ({ rows, pages: 1, complete });
  return {
    specVersion: 1,
    kind: 'vendor',
    source: stored.integration.source,
    connector: 'push',
    takenAt,
    accounts: stored.accounts
      .map((one) => ({ id: one.id, name: one.name, active: one.active }))
      .sort(compareBy((one) => one.id)),
    skus: stored.services
      .map((one) => ({
        id: one.id,
        name: one.name,
        metrics: [metric],
        defaultMetric: metric,
        whenAbsent: counted.has(one.id) ? whenAbsent : ('no-count' as const),
      }))
      .sort(compareBy((one) => one.id)),
    counts,
    receipt: {
      complete: complete && incomplete.length === 0,
      resources: {
        accounts: resource(stored.accounts.length),
        services: resource(stored.services.length),
        counts: resource(stored.counts.length),
      },
      problems: [...whole, ...old.map(oldProblem), ...sortedUnique(silent).map(silentProblem)],
      // Only when the rest is whole do the named accounts say it all.
      ...(complete && incomplete.length > 0 ? { incompleteAccounts: incomplete } : {}),
    },
  };
}

/** Why nothing can be said about what was not received. */
function wholeProblems({ integration, counts }: StoredIntegration): Problem[] {
  const ids = { integrationId: integration.id };
  if (integration.openSince !== null) {
    return [
      {
        code: 'push-open',
        severity: 'error',
        message: `The push of integration ${integration.id} that began ${integration.openSince} has not ended: its last count must be sent without no_build. Wait for it, or push again.`,
        ids,
      },
    ];
  }
  if (counts.length === 0) {
    return [
      {
        code: 'push-never',
        severity: 'error',
        message: `Integration ${integration.id} has received no count yet. Ask the vendor to push.`,
        ids,
      },
    ];
  }
  return [];
}

function oldProblem(count: StoredIntegration['counts'][number]): Problem {
  return {
    code: 'push-count-old',
    severity: 'warning',
    message: `The count of account ${count.accountId} for service ${count.serviceId} is of ${count.asOf} and too old to use. Ask the vendor to push zeros too.`,
    ids: { accountId: count.accountId, skuId: count.serviceId },
  };
}

function silentProblem(accountId: string): Problem {
  return {
    code: 'push-account-silent',
    severity: 'warning',
    message: `No count of account ${accountId} has come yet, so its numbers are not known. Ask the vendor to push zeros too.`,
    ids: { accountId },
  };
}
