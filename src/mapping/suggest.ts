import type { AccountLink, Mapping, ServiceRule } from '../model/mapping.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { suggestAccounts } from './suggest-accounts.ts';
import { suggestServices } from './suggest-services.ts';

/** A customer an account may belong to. */
export interface CustomerCandidate {
  readonly customerId: string;
  /** 0 to 1, three decimals. For ordering, not a probability. */
  readonly score: number;
  /** In words: `differs in a number: 1 ≠ 2`. */
  readonly reasons: readonly string[];
}

/** A service a SKU may be billed as. */
export interface ServiceCandidate {
  readonly serviceId: string;
  /** 0 to 1, three decimals. For ordering, not a probability. */
  readonly score: number;
  /** In words, for a person. */
  readonly reasons: readonly string[];
}

/** An account that needs a person, with its likely customers, best first. */
export interface AccountCandidates {
  /** The `source` of the vendor snapshot. */
  readonly vendor: string;
  readonly accountId: string;
  /** Empty when nothing comes near. */
  readonly ranked: readonly CustomerCandidate[];
}

/** A SKU that needs a person, with its likely services, best first. */
export interface SkuCandidates {
  /** The `source` of the vendor snapshot. */
  readonly vendor: string;
  readonly skuId: string;
  /** Empty when nothing comes near. */
  readonly ranked: readonly ServiceCandidate[];
}

/** What {@link suggestMapping} returns. Plain JSON, the same for the same input in any order. */
export interface Suggestions {
  readonly accounts: {
    /** Safe to apply: equal and unique on both sides, or an id or domain says so. */
    readonly links: readonly AccountLink[];
    /** Every other account without a link; a person decides. */
    readonly candidates: readonly AccountCandidates[];
  };
  readonly services: {
    /** Safe to apply: one SKU, one service, equal and unique on both sides. */
    readonly rules: readonly ServiceRule[];
    /** Every other SKU without a rule; a person decides. */
    readonly candidates: readonly SkuCandidates[];
  };
}

/**
 * Suggests links for accounts and rules for SKUs that the mapping does not cover yet.
 * `links` and `rules` may be added to the mapping as they are; candidates never apply themselves.
 * Names are compared without case, width, diacritics, punctuation and legal form, in no locale.
 * @example
 * const { accounts, services } = suggestMapping({ psa, vendors });
 * const mapping = { specVersion: 1, accounts: accounts.links, services: services.rules };
 */
export function suggestMapping(input: {
  readonly psa: PsaSnapshot;
  readonly vendors: readonly VendorSnapshot[];
  readonly mapping?: Mapping;
  /** Candidates kept per account or SKU. Default 5. */
  readonly limit?: number;
}): Suggestions {
  const { psa, vendors, mapping, limit = 5 } = input;
  return {
    accounts: suggestAccounts(psa, vendors, mapping, limit),
    services: suggestServices(psa, vendors, mapping, limit),
  };
}
