import type {
  BlockReason,
  Card,
  CardBase,
  CardKind,
  CardLine,
  Condition,
  Contribution,
  NamedRef,
  Proposal,
  PsaSide,
} from '../model/card.ts';
import type { Money } from '../model/money.ts';
import { compareBy, compareStrings, sortedUnique } from '../model/order.ts';
import { problem } from '../model/problem.ts';
import type { OutOfScopeLine, SuppressReason } from '../model/reconciliation.ts';
import { fromScaled, MAX_UNITS, toScaled, UNIT_SCALE } from '../model/units.ts';
import { escapeId, type Unit } from './catalogue.ts';
import { type Group, type Mutable, setAside, type Work } from './gather.ts';
import { hasVariants, isIncludedTwice, NOTHING, proposeUnits } from './propose.ts';
import { inOrder } from './scope.ts';
import type { Account, ContractRows, Held } from './store.ts';
import { listRows, type Row, type Tally, tallyCounts } from './tally.ts';

/** The rows of one card: of the whole group, or of one contract that accounts are bound to. */
interface Slice {
  readonly group: Group;
  readonly contractId: string | undefined;
  readonly serviceId?: string;
  readonly lines: readonly Held[];
  readonly out: readonly OutOfScopeLine[];
  /** Contracts that could take a new line of it. */
  readonly open: readonly ContractRows[];
}

/** Makes the cards of one unit; what makes none goes to `suppressed`. */
export function closeGroup(work: Work, group: Group): void {
  const { unit } = group;
  group.lines.sort(byPlace);
  const bound =
    unit.rule &&
    work.rows.accounts.filter((account) => boundTo(account) !== undefined && feeds(unit, account));
  if (!bound?.length) {
    closeSlice(
      work,
      { group, contractId: undefined, lines: group.lines, out: group.out, open: work.open },
      work.rows.accounts,
      group.rows,
      [],
    );
    return;
  }
  const contracts = new Set(work.rows.contracts.filter((c) => !c.duplicate).map((c) => c.info.id));
  const lost = bound.filter((account) => !contracts.has(boundTo(account) ?? ''));
  for (const account of lost) suppressLost(work, group, account);
  const ids = sortedUnique(
    bound.flatMap((account) => (lost.includes(account) ? [] : (boundTo(account) ?? []))),
  );
  // The accounts bound to none, and every other contract.
  for (const contractId of [undefined, ...ids]) {
    const mine = (id: string): boolean => (contractId === undefined ? !ids.includes(id) : id === contractId);
    closeSlice(
      work,
      {
        group,
        contractId,
        lines: group.lines.filter(({ line }) => mine(line.contractId)),
        out: group.out.filter((line) => mine(line.contractId)),
        // What is added to a contract is counted for the accounts bound to it, and for no other.
        open: work.open.filter(({ info }) => mine(info.id)),
      },
      // What a broken link binds to nobody knows: it can be any of them.
      work.rows.accounts.filter((account) => account.conflict || boundTo(account) === contractId),
      group.rows.filter(({ account }) => boundTo(account) === contractId),
      lost,
    );
  }
}

function closeSlice(
  work: Work,
  slice: Slice,
  accounts: readonly Account[],
  rows: Row[],
  lost: readonly Account[],
): void {
  const { group, lines } = slice;
  const { unit } = group;
  if (lines.length === 0 && rows.length === 0) return;
  const tally = tallyCounts(work, unit, accounts, rows, lost);
  const sum = sumLines(work, group, lines);
  if (sum < 0) {
    setAside(work, group, lines);
    closeUnbilled(work, { ...slice, lines: [] }, tally);
  } else if (lines.length === 0) closeUnbilled(work, slice, tally);
  else if (unit.rule?.spread !== 'replicate') addCard(work, slice, tally, sum);
  else {
    for (const serviceId of sortedUnique(lines.map(({ line }) => line.serviceId))) {
      const of = lines.filter(({ line }) => line.serviceId === serviceId);
      const out = slice.out.filter((line) => line.serviceId === serviceId);
      addCard(work, { ...slice, serviceId, lines: of, out }, tally, sumLines(work, group, of));
    }
  }
}

function boundTo(account: Account): string | undefined {
  return account.link?.contractId;
}

function feeds(unit: Unit, account: Account): boolean {
  return unit.sources.some(({ vendor }) => vendor === account.vendor);
}

function byPlace(a: Held, b: Held): number {
  return inOrder(a.contract, b.contract) || compareStrings(a.line.id, b.line.id);
}

/** The sum of the lines, scaled; lines beyond any quantity are set aside. */
function sumLines(work: Work, group: Group, lines: readonly Held[]): number {
  let sum = 0;
  for (const { line } of lines) sum += toScaled(line.units);
  if (sum <= MAX_UNITS * UNIT_SCALE) return sum;
  const ids = { customerId: work.rows.id, unit: group.unit.id };
  work.problems.push(problem('units-overflow', 'The lines sum to more than a quantity can hold.', ids));
  return -1;
}

/** A card for lines in scope. */
function addCard(work: Work, slice: Slice, tally: Tally, sum: number): void {
  const { lines } = slice;
  const { unit } = slice.group;
  const psa = { units: fromScaled(sum), lines: lines.map(cardLine) };
  if (tally.units === null) {
    makeCard(work, slice, tally, 'no-count', psa, null, null, NOTHING, false);
    return;
  }
  const difference = tally.units - sum;
  const equal = Math.abs(difference) <= toScaled(unit.rule?.tolerance ?? 0);
  const variance = fromScaled(difference);
  if (equal) {
    makeCard(work, slice, tally, 'no-change', psa, variance, null, NOTHING, difference !== 0);
    return;
  }
  const { proposal, impact } = proposeUnits(work, unit, lines, tally.units, difficulties(slice));
  makeCard(work, slice, tally, 'reconcile', psa, variance, impact, proposal, false);
}

/** What speaks against writing to the lines although their number is known to be wrong. */
function difficulties({ group, out }: Slice): BlockReason[] {
  const reasons: BlockReason[] = [];
  if (out.some(isFuture)) reasons.push('future-line');
  if (group.orphan) reasons.push('orphan-line');
  if (out.some(isExcluded)) reasons.push('billed-elsewhere');
  return reasons;
}

/** Lines on contracts no account is bound to, and none is left to count for them: they may bill what is counted here. */
function hasUnfedLines({ rows }: Work, { unit, lines }: Group): boolean {
  const bound = rows.accounts.filter((account) => feeds(unit, account)).map(boundTo);
  return !bound.includes(undefined) && lines.some(({ line }) => !bound.includes(line.contractId));
}

/** Counts that no line in scope bills: new revenue, or the reason why not. */
function closeUnbilled(work: Work, slice: Slice, tally: Tally): void {
  const { group, contractId, open } = slice;
  const { unit } = group;
  const { units } = tally;
  const reason = suppressReason(work, slice, tally);
  if (reason) {
    const { side } = tally;
    const contributions = side.state === 'not-connected' ? [] : side.contributions;
    suppress(work, reason, unit, contractId, units === null ? null : fromScaled(units), contributions);
    return;
  }
  const reasons: BlockReason[] = [];
  if (work.scope) reasons.push('customer-inactive');
  if (slice.out.some(isFuture)) reasons.push('future-line');
  if (work.stray) reasons.push('orphan-line');
  // Someone ended the line on a contract that goes on; to add it again is theirs to say.
  if (slice.out.some(({ reason }) => reason === 'line-ended' || reason === 'line-inactive')) {
    reasons.push('ended-line');
  }
  if (hasUnfedLines(work, group)) reasons.push('billed-elsewhere');
  if (open.length === 0) reasons.push('no-active-contract');
  if (unit.sellable.length === 0) reasons.push('no-active-service');
  const proposal: Proposal =
    reasons.length > 0
      ? { status: 'blocked', reasons }
      : {
          status: 'add-line',
          units: fromScaled(units ?? 0),
          services: unit.sellable,
          contracts: open
            .map(({ info }) => ({ id: info.id, name: info.name }))
            .sort(compareBy(({ id }) => id)),
        };
  makeCard(work, slice, tally, 'new-revenue', null, fromScaled(units ?? 0), null, proposal, false);
}

/** Why counts without a line are no new revenue; the first that holds. */
function suppressReason(work: Work, { group, out }: Slice, tally: Tally): SuppressReason | null {
  const { catalogue } = work.store;
  const { unit } = group;
  if (!work.rows.info) return 'customer-unknown';
  if (catalogue.excludedCustomers.has(work.rows.id)) return 'customer-excluded';
  if (work.incomplete || group.spoilt || group.orphan) return 'psa-incomplete';
  if (out.some(isExcluded)) return 'service-excluded';
  if (unit.services.every(({ id }) => catalogue.services.get(id)?.excluded)) return 'service-excluded';
  if (tally.units === null) return 'no-count';
  // A minimum or a correction alone is no usage; what is under commitment is paid for, used or not.
  if (tally.units === 0 || tally.sum.units + tally.sum.floor === 0) return 'zero';
  if (unit.several) return 'multi-mapped';
  if (unit.rule?.detectNewRevenue === false) return 'rule-off';
  return catalogue.newRevenueOff.has(work.rows.id) ? 'customer-off' : null;
}

/** Lists counts that are on no card. */
export function suppress(
  work: Work,
  reason: SuppressReason,
  unit: Unit | null,
  contractId: string | undefined,
  units: number | null,
  contributions: readonly Contribution[],
): void {
  work.suppressed.push({
    reason,
    customerId: work.rows.id,
    ruleId: unit?.rule?.id ?? null,
    ...(contractId !== undefined && { contractId }),
    units,
    contributions,
  });
}

function suppressLost(work: Work, group: Group, account: Account): void {
  const contractId = boundTo(account);
  const ids = { vendor: account.vendor.source, accountId: account.id, customerId: work.rows.id };
  const text = 'The account is bound to a contract the customer does not have; correct the link.';
  work.problems.push(problem('contract-unknown', text, { ...ids, contractId: contractId ?? '' }));
  const rows = group.rows.filter((row) => row.account === account);
  if (rows.length === 0) return;
  suppress(work, 'contract-unknown', group.unit, contractId, null, listRows(work, rows));
}

/** A card with every field, always in the same order. */
function makeCard(
  work: Work,
  slice: Slice,
  tally: Tally,
  kind: CardKind,
  psa: PsaSide | null,
  variance: number | null,
  impact: Money | null,
  proposal: Proposal,
  tolerated: boolean,
): void {
  const { group, contractId, serviceId, out } = slice;
  const { unit } = group;
  let id = work.path + unit.path;
  if (serviceId !== undefined) id += `/service/${escapeId(serviceId)}`;
  if (contractId !== undefined) id += `/contract/${escapeId(contractId)}`;
  const card: CardFields = {
    kind,
    id,
    customer: work.ref,
    services: psa ? servicesOf(unit, slice.lines) : unit.services,
    ruleId: unit.rule && unit.id,
    psa,
    vendor: tally.side,
    variance,
    impact,
    observed: tally.sum.observed,
    conditions: conditionsOf(work, slice, tally, kind, tolerated),
    proposal,
  };
  if (contractId !== undefined) card.contractId = contractId;
  if (out.length > 0) {
    card.outOfScopeLines = out
      .map(({ lineId, reason }) => ({ lineId, reason }))
      .sort(
        compareBy(
          ({ lineId }) => lineId,
          ({ reason }) => reason,
        ),
      );
  }
  work.cards.push(card as Card);
}

type CardFields = Mutable<CardBase> & Record<'kind' | 'psa' | 'vendor' | 'variance' | 'impact', unknown>;

const NONE: readonly Condition[] = /* @__PURE__ */ Object.freeze([]);

/** In the one order. */
function conditionsOf(
  work: Work,
  { group, lines, out }: Slice,
  tally: Tally,
  kind: CardKind,
  tolerated: boolean,
): readonly Condition[] {
  const { unit } = group;
  const found: Condition[] = [];
  if (tally.committed) found.push('committed');
  if (kind === 'new-revenue' && work.scope) found.push('customer-inactive');
  if (out.some(isFuture)) found.push('future-line');
  if (isIncludedTwice(unit, lines)) found.push('included-twice');
  if (unit.several) found.push('multi-mapped');
  if (kind === 'new-revenue' && work.open.length === 0) found.push('no-active-contract');
  if (tally.sum.noTerm) found.push('no-term-sku');
  if (lines.some(({ line }) => !line.billable)) found.push('not-billable');
  if (lines.some(({ line }) => line.native?.computed)) found.push('psa-computed');
  if (lines.length > 1) {
    found.push('several-lines');
    if (hasVariants(lines)) found.push('several-variants');
  }
  if (work.store.catalogue.stalePsa) found.push('stale-psa');
  if (tally.sum.stale) found.push('stale-vendor');
  if (tolerated) found.push('within-tolerance');
  return found.length > 0 ? found : NONE;
}

function isFuture({ reason }: OutOfScopeLine): boolean {
  return reason.endsWith('-future');
}

/** Whoever holds a line of an excluded service is billed there, out of our sight. */
function isExcluded({ reason }: OutOfScopeLine): boolean {
  return reason === 'service-excluded';
}

/** The services the lines are of; the unit's own list when it has but one. */
function servicesOf(unit: Unit, lines: readonly Held[]): readonly NamedRef[] {
  if (unit.services.length === 1) return unit.services;
  return unit.services.filter(({ id }) => lines.some(({ line }) => line.serviceId === id));
}

function cardLine({ line }: Held): CardLine {
  const { id: lineId, contractId, serviceId, units, unitPrice } = line;
  // Two literals: a property that is added later costs every card.
  return unitPrice === undefined
    ? { lineId, contractId, serviceId, units }
    : { lineId, contractId, serviceId, units, unitPrice };
}
