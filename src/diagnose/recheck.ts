import type { Card } from '../model/card.ts';
import type { PlainDate } from '../model/dates.ts';
import type { Mapping, ServiceRule } from '../model/mapping.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import type { Receipt } from '../model/snapshot.ts';
import { subtractUnits } from '../model/units.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { reconcile } from '../reconcile/index.ts';
import { type AccountRows, type CustomerRows, type Evidence, pairKey } from './evidence.ts';
import { applyFix } from './fix.ts';
import { putInScope } from './scope-fix.ts';
import type { Fix, OpenCard } from './types.ts';

/** What a card would be with fixes applied. */
interface Recheck {
  /** Vendor − PSA units left; 0: the card agrees. `null`: no card, or no count. */
  readonly gap: number | null;
  /** The card agrees, and no card of the customer that agreed before differs now, or is gone. */
  readonly agrees: boolean;
}

/** One customer's rows as snapshots: the kernel needs no more. */
interface Slice {
  readonly psa: PsaSnapshot;
  readonly mapping: Mapping;
  readonly accounts: readonly AccountRows[];
  readonly before: readonly Card[];
}

/** How far apart the two sides are. A missing count leaves all billed units unexplained. */
export function gapOf(card: Card): number {
  if (card.variance !== null) return card.variance;
  return subtractUnits(0, card.psa?.units ?? 0);
}

/** Tries fixes on one customer's rows by reconciling them again. */
export type Tryout = (card: OpenCard, fixes: readonly Fix[]) => Recheck | null;

/** Makes a {@link Tryout}. A customer's rows are cut out of the input once per set of rules. */
export function openTryout(evidence: Evidence): Tryout {
  const slices = new Map<string, Slice>();
  const sliceOf = (card: OpenCard, rows: CustomerRows, fixes: readonly Fix[]): Slice => {
    const rules = touched(evidence, card, rows, fixes);
    const key = JSON.stringify([card.customer.id, card.ruleId ?? card.id, [...rules].map((rule) => rule.id)]);
    const slice = slices.get(key) ?? cut(evidence, card, rows, rules);
    slices.set(key, slice);
    return slice;
  };
  return (card, fixes) => {
    const rows = evidence.customers.get(card.customer.id);
    if (!rows) return null;
    const slice = sliceOf(card, rows, fixes);
    const before = slice.before.find((each) => each.id === card.id);
    // A slice that does not show the card as it is proves nothing.
    if (before?.kind !== card.kind || before.variance !== card.variance) return null;
    const after = run(evidence, slice, fixes);
    const mine = after.filter((each) => each.id === card.id);
    const about =
      mine.length > 0
        ? mine
        : after.filter((each) =>
            each.services.some(({ id }) => card.services.some((other) => other.id === id)),
          );
    if (about.length === 0 || about.some((each) => each.variance === null))
      return { gap: null, agrees: false };
    const now = new Map(after.map((each) => [each.id, each.kind]));
    const disturbed = slice.before.some(
      (each) => each.kind === 'no-change' && now.get(each.id) !== 'no-change',
    );
    const gap = about.reduce((sum, each) => subtractUnits(sum, -(each.variance ?? 0)), 0);
    return { gap, agrees: !disturbed && about.every((each) => each.kind === 'no-change') };
  };
}

/** The rules whose cards the fixes can change: the card's own, and those of accounts that come or go. */
function touched(
  evidence: Evidence,
  card: OpenCard,
  rows: CustomerRows,
  fixes: readonly Fix[],
): ReadonlySet<ServiceRule> {
  const rules = new Set<ServiceRule>();
  const add = (rule: ServiceRule | undefined): void => {
    if (rule) rules.add(rule);
  };
  const addAccount = (vendor: string, accountId: string): void => {
    for (const { skuId } of evidence.accounts.get(pairKey(vendor, accountId))?.counts ?? []) {
      add(evidence.ruleOfSku.get(pairKey(vendor, skuId)));
    }
  };
  add(card.ruleId === null ? undefined : evidence.rules.get(card.ruleId));
  for (const fix of fixes) {
    if (fix.kind === 'link-account' || fix.kind === 'unlink-account') addAccount(fix.vendor, fix.accountId);
    // Another date or another state of a contract can change every card of the customer.
    if (fix.kind === 'reconcile-on' || fix.kind === 'fix-contract' || fix.kind === 'stop-excluding') {
      for (const { serviceId } of rows.lines) add(evidence.ruleOfService.get(serviceId));
      for (const link of rows.links) addAccount(link.vendor, link.accountId);
    }
  }
  return rules;
}

function cut(evidence: Evidence, card: OpenCard, rows: CustomerRows, rules: ReadonlySet<ServiceRule>): Slice {
  const { psa, mapping } = evidence.input;
  const accounts = rows.links.flatMap(
    (link) => evidence.accounts.get(pairKey(link.vendor, link.accountId)) ?? [],
  );
  const services = new Set([
    ...card.services.map(({ id }) => id),
    ...[...rules].flatMap((rule) => rule.serviceIds),
  ]);
  const { excluded, newRevenueOff } = mapping;
  const mine = (ids: readonly string[] | undefined): readonly string[] =>
    ids?.includes(rows.customer.id) ? [rows.customer.id] : [];
  const slice = {
    psa: {
      ...psa,
      receipt: ownReceipt(psa, rows),
      customers: [rows.customer],
      contracts: rows.contracts,
      lines: rows.lines.filter((line) => services.has(line.serviceId)),
      services: [...services].flatMap((id) => evidence.services.get(id) ?? []),
    },
    mapping: {
      specVersion: mapping.specVersion,
      accounts: rows.links,
      services: [...rules],
      excluded: { ...excluded, customers: mine(excluded?.customers) },
      newRevenueOff: { customers: mine(newRevenueOff?.customers) },
    },
    accounts,
  };
  return { ...slice, before: run(evidence, { ...slice, before: [] }, []) };
}

/** A gap in another customer's contract, which is not in the slice, could there be anyone's. */
function ownReceipt({ receipt }: PsaSnapshot, { contracts }: CustomerRows): Receipt {
  const { incompleteContracts = [], problems } = receipt;
  if (incompleteContracts.length === 0) return receipt;
  const own = incompleteContracts.filter((id) => contracts.some((contract) => contract.id === id));
  return own.length > 0
    ? { ...receipt, incompleteContracts: own }
    : { complete: true, resources: {}, problems };
}

function run(evidence: Evidence, slice: Slice, fixes: readonly Fix[]): readonly Card[] {
  const { asOf } = evidence.input.reconciliation;
  let on: PlainDate = evidence.input.reconciliation.on;
  let { psa, mapping } = slice;
  const accounts = [...slice.accounts];
  for (const fix of fixes) {
    mapping = applyFix(mapping, fix);
    if (fix.kind === 'reconcile-on') on = fix.date;
    if (fix.kind === 'fix-contract') psa = putInScope(psa, fix);
    if (fix.kind === 'link-account') {
      const rows = evidence.accounts.get(pairKey(fix.vendor, fix.accountId));
      if (rows) accounts.push(rows);
    }
  }
  return reconcile({ psa, vendors: vendorSlices(evidence, accounts, mapping), mapping, asOf, on }).cards;
}

/** What the vendors would have sent for these accounts. Counts of SKUs in no rule make no card and are left out. */
function vendorSlices(
  evidence: Evidence,
  accounts: readonly AccountRows[],
  mapping: Mapping,
): VendorSnapshot[] {
  return evidence.input.vendors.map((vendor) => {
    const skuIds = new Set<string>();
    for (const rule of mapping.services) {
      for (const sku of rule.skus) if (sku.vendor === vendor.source) skuIds.add(sku.skuId);
    }
    const mine = accounts.filter((account) => account.vendor === vendor.source);
    return {
      ...vendor,
      accounts: mine.map(({ row }) => row),
      skus: [...skuIds].flatMap((skuId) => evidence.skus.get(pairKey(vendor.source, skuId)) ?? []),
      counts: mine.flatMap(({ counts }) => counts.filter((count) => skuIds.has(count.skuId))),
    };
  });
}
