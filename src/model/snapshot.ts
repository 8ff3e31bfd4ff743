import type { Problem } from './errors.ts';

/** What one pull of one resource brought in. */
export interface ResourceReceipt {
  /** Rows received, before any mapping. */
  readonly rows: number;
  /** Requests' worth of pages. */
  readonly pages: number;
  /** True only when the end was reached for a declared reason and declared totals were met. */
  readonly complete: boolean;
}

/**
 * The proof that travels with the data. A snapshot whose receipt is not complete never yields a zero:
 * absent rows may simply not have been read.
 */
export interface Receipt {
  /** True only when every resource was read whole. */
  readonly complete: boolean;
  /** By resource name as the connector declares it (`customers`, `lines`, `counts`, …). */
  readonly resources: Readonly<Record<string, ResourceReceipt>>;
  /** What went wrong, or was not understood, while reading. */
  readonly problems: readonly Problem[];
  /** Vendor side: the accounts whose counts could not be read; all others count. */
  readonly incompleteAccounts?: readonly string[];
  /** PSA side: the contracts whose lines could not be read; all others count. */
  readonly incompleteContracts?: readonly string[];
}
