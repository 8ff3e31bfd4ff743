import type { Card, ScopeReason } from '../model/card.ts';
import type { PlainDate } from '../model/dates.ts';
import type { SafeValue } from '../model/errors.ts';
import type { ServiceRule, SkuRef } from '../model/mapping.ts';
import type { Metric } from '../model/vendor.ts';

/** Why a card differs or has no count. `docs/troubleshooting.md` has a section per cause. */
export type Cause =
  | 'stale-psa'
  | 'stale-vendor'
  | 'account-unmapped'
  | 'sku-unmapped'
  | 'no-term-sku'
  | 'extra-contributor'
  | 'line-out-of-scope'
  | 'vendor-filter'
  | 'off-by-one'
  | 'constant-offset'
  | 'sku-renamed'
  | 'mapping-changed'
  | 'counting-changed'
  | 'zero-in-use'
  | 'wrong-sku'
  | 'same-as-last-period';

/** What to do about a finding. Those that change the mapping can be given to `applyFix`. */
export type Fix =
  /** Changes the mapping: link the account to the customer. */
  | {
      readonly kind: 'link-account';
      readonly vendor: string;
      readonly accountId: string;
      readonly customerId: string;
    }
  /** Changes the mapping: drop the account's link. */
  | { readonly kind: 'unlink-account'; readonly vendor: string; readonly accountId: string }
  /** Changes the mapping: count this SKU too. */
  | { readonly kind: 'add-sku'; readonly ruleId: string; readonly sku: SkuRef }
  /** Changes the mapping: count this SKU no longer. */
  | { readonly kind: 'remove-sku'; readonly ruleId: string; readonly sku: SkuRef }
  /** Changes the mapping: count other SKUs in its place. */
  | {
      readonly kind: 'replace-sku';
      readonly ruleId: string;
      readonly from: SkuRef;
      readonly to: readonly SkuRef[];
    }
  /** Changes the mapping: a service without a rule gets one. */
  | { readonly kind: 'add-rule'; readonly rule: ServiceRule }
  /** Changes the mapping: compare another number of the vendor. */
  | { readonly kind: 'set-metric'; readonly ruleId: string; readonly metric: Metric }
  /** Changes the mapping: the rule's signed correction, in place of the one it has. */
  | { readonly kind: 'set-adjust'; readonly ruleId: string; readonly adjust: number }
  /** Changes the mapping: look at the excluded service or customer again. */
  | { readonly kind: 'stop-excluding'; readonly serviceId?: string; readonly customerId?: string }
  /** In the caller's hands: pull the PSA, or one vendor, again. */
  | { readonly kind: 'sync-psa' }
  | { readonly kind: 'sync-vendor'; readonly vendor: string }
  /** In the caller's hands: reconcile with this date as `on`. */
  | { readonly kind: 'reconcile-on'; readonly date: PlainDate }
  /** In the PSA: put right what keeps the line out of scope. */
  | {
      readonly kind: 'fix-contract';
      readonly contractId: string;
      readonly lineId: string;
      readonly reason: ScopeReason;
    }
  /** At the vendor. */
  | { readonly kind: 'activate-account'; readonly vendor: string; readonly accountId: string }
  | { readonly kind: 'check-vendor-setting'; readonly vendor: string; readonly filterIds: readonly string[] }
  | { readonly kind: 'read-vendor-notes'; readonly vendor: string; readonly skuIds: readonly string[] }
  /** By a person: the rule does not fit its customers. */
  | { readonly kind: 'check-rule'; readonly ruleId: string }
  /** The difference was decided before: decide the same again. */
  | { readonly kind: 'keep-decision'; readonly cardId: string };

/** One possible cause of one card's difference. Plain JSON. */
export interface Finding {
  readonly cardId: string;
  readonly customerId: string;
  /** The card's rule; `null`: no rule covers its service. */
  readonly ruleId: string | null;
  readonly cause: Cause;
  /** 1 is the likeliest of the card. */
  readonly rank: number;
  /** 0 to 1, three decimals. For ordering, not a probability. */
  readonly score: number;
  /**
   * True only when the fix was tried on the customer's rows, the card then agreed, no other card that agreed was
   * disturbed, the evidence is not thin, and no other fix that is about as likely did the same.
   */
  readonly certain: boolean;
  /** How much of the card's gap this explains, signed like the variance; `null`: cannot be said in units. */
  readonly units: number | null;
  /** Ids and numbers. */
  readonly evidence: Readonly<Record<string, SafeValue>>;
  /** What to do about it. */
  readonly fix: Fix;
  /** One or two sentences for a person. */
  readonly message: string;
}

/**
 * A filter of the vendor that makes its count differ from what its portal shows. The same facts as a connector's
 * `capabilities.filters`.
 */
export interface VendorFilterFact {
  readonly id: string;
  /** What is left out, and where to look. */
  readonly effect: string;
  /** The count received is usually lower or higher than what the portal shows. */
  readonly direction: 'fewer' | 'more' | 'either';
}

/** A card as `diagnose` looks at it: anything but `no-change`. */
export type OpenCard = Exclude<Card, { readonly kind: 'no-change' }>;
