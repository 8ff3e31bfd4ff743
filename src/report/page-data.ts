import type { PeriodSummary } from '../diagnose/history.ts';
import type { Card, Contribution, Proposal, ScopeReason } from '../model/card.ts';
import type { Review } from '../model/decision.ts';
import { compareBy } from '../model/order.ts';
import type { PsaSnapshot } from '../model/psa.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { addUnits, subtractUnits } from '../model/units.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { type FindingLike, groupFindings } from './findings.ts';
import {
  KINDS,
  type PageCard,
  type PageContribution,
  type PageData,
  type PageTrend,
  STATES,
  type Text,
} from './page/data.ts';
import { reconciledUnits } from './reconciled.ts';
import { actionWords, blockWords, conditionWords, reasonWords, serviceWords, stateWords } from './words.ts';

/** What the page is made from beside the reconciliation. */
export interface PageInput {
  /** Adds the third number: what was decided. */
  readonly review?: Review;
  /** What `diagnose` found, the likeliest first. */
  readonly findings?: readonly FindingLike[];
  /**
   * Earlier periods, any order: the trend per customer. Whole reconciliations, or the summaries `diagnose` takes;
   * a summary tells only of cards that still exist.
   */
  readonly history?: readonly (Reconciliation | PeriodSummary)[];
  /** Give it to see contracts by name instead of by id, and the problems its pull reported. */
  readonly psa?: PsaSnapshot;
  /** Give them to see accounts and SKUs by name instead of by id, and the problems their pulls reported. */
  readonly vendors?: readonly VendorSnapshot[];
}

/** What is embedded in the page. Deterministic: strings are numbered in the order they are met. */
export function pageData(reconciliation: Reconciliation, input: PageInput): PageData {
  const { text, strings } = textTable();
  const names = nameTable(input);
  const reconciled = input.review === undefined ? null : reconciledUnits(input.review);
  const findings = groupFindings(input.findings ?? []);
  const customers = [
    ...new Map(reconciliation.cards.map((card) => [card.customer.id, card.customer])).values(),
  ];
  const customerAt = new Map(customers.map((customer, at) => [customer.id, at]));
  const periods = trends(reconciliation, input.history ?? []);

  const cards = reconciliation.cards.map((card): PageCard => {
    const { vendor } = card;
    const decided = reconciled?.of(card.id) ?? null;
    return [
      text(card.id),
      customerAt.get(card.customer.id) ?? 0,
      text(serviceWords(card)),
      KINDS.indexOf(card.kind),
      card.psa?.units ?? null,
      STATES.indexOf(vendor.state),
      vendor.state === 'counted' ? vendor.units : null,
      decided?.units ?? null,
      text(decided === null ? null : actionWords[decided.action]),
      card.variance,
      text(card.impact?.amount),
      text(card.impact?.currency),
      text(stateWords(card)),
      card.conditions.map((condition) => text(conditionWords[condition])),
      [
        text(card.ruleId),
        text(card.contractId === undefined ? null : names.contract(card.contractId)),
        text(proposalWords(card.proposal)),
        card.proposal.status === 'ready'
          ? card.proposal.lines.map(({ lineId, from, to }) => [text(lineId), from, to] as const)
          : [],
        (card.psa?.lines ?? []).map(
          (line) =>
            [
              text(line.lineId),
              text(names.contract(line.contractId)),
              text(line.contractId),
              text(card.services.find((service) => service.id === line.serviceId)?.name ?? line.serviceId),
              line.units,
              text(line.unitPrice),
            ] as const,
        ),
        vendor.state === 'not-connected'
          ? []
          : vendor.contributions.map((part) => contributionTuple(part, names, text)),
        vendor.state === 'counted'
          ? vendor.trace.map((step) => [text(step.rule), text(step.by), step.from, step.to] as const)
          : [],
        card.observed.map(
          ({ vendor: source, metric, units }) => [text(source), text(metric), units] as const,
        ),
        vendor.state === 'counted'
          ? (vendor.commitments ?? []).map((part) => contributionTuple(part, names, text))
          : [],
        (card.outOfScopeLines ?? []).map(
          ({ lineId, reason }) => [text(lineId), text(scopeWords[reason])] as const,
        ),
        (findings.get(card.id) ?? []).map(
          (finding) =>
            [
              text(finding.cause),
              text(finding.message),
              finding.certain ? 1 : 0,
              finding.units ?? null,
            ] as const,
        ),
      ],
    ];
  });
  return {
    periods: periods.map(({ period }) => period),
    reviewed: reconciled !== null,
    customers: customers.map(({ id, name }) => [
      text(name),
      text(id),
      periods.map(({ trend }) => trend.get(id) ?? null),
    ]),
    cards,
    strings,
  };
}

function textTable(): {
  readonly strings: string[];
  readonly text: (value: string | null | undefined) => Text;
} {
  const strings: string[] = [];
  const at = new Map<string, number>();
  const text = (value: string | null | undefined): Text => {
    if (value === null || value === undefined) return -1;
    const found = at.get(value);
    if (found !== undefined) return found;
    at.set(value, strings.length);
    return strings.push(value) - 1;
  };
  return { strings, text };
}

interface NameTable {
  readonly contract: (id: string) => string;
  readonly account: (vendor: string, id: string) => string;
  readonly sku: (vendor: string, id: string) => string;
}

/** Names by id where a snapshot tells them, else the id. The page shows the id beside: two accounts may share a name. */
function nameTable({ psa, vendors }: PageInput): NameTable {
  const index = (list: readonly { readonly id: string; readonly name: string }[]): Map<string, string> =>
    new Map(list.map(({ id, name }) => [id, name]));
  const contracts = index(psa?.contracts ?? []);
  const accounts = new Map((vendors ?? []).map((one) => [one.source, index(one.accounts)]));
  const skus = new Map((vendors ?? []).map((one) => [one.source, index(one.skus)]));
  return {
    contract: (id) => contracts.get(id) ?? id,
    account: (vendor, id) => accounts.get(vendor)?.get(id) ?? id,
    sku: (vendor, id) => skus.get(vendor)?.get(id) ?? id,
  };
}

function contributionTuple(
  part: Contribution,
  names: NameTable,
  text: (value: string | null | undefined) => Text,
): PageContribution {
  const basis =
    part.basis === 'reported'
      ? 'reported'
      : part.basis === 'absent-zero'
        ? 'none listed: zero'
        : part.reason === undefined
          ? 'missing'
          : reasonWords[part.reason];
  const notes = [
    part.ref === undefined ? '' : `ref ${part.ref}`,
    part.asOf === undefined ? '' : `as of ${part.asOf}`,
    part.termEnd === undefined ? '' : `term ends ${part.termEnd}`,
    part.committedUntil === undefined ? '' : `committed until ${part.committedUntil}`,
  ].filter((note) => note !== '');
  return [
    text(part.vendor),
    text(part.accountId === null ? null : names.account(part.vendor, part.accountId)),
    text(part.accountId),
    text(names.sku(part.vendor, part.skuId)),
    text(part.skuId),
    text(part.metric),
    part.units,
    text(basis),
    text(notes.length === 0 ? null : notes.join(', ')),
  ];
}

/** Per period, oldest first and the shown one last: what each customer was under- and over-billed. */
function trends(
  current: Reconciliation,
  history: readonly (Reconciliation | PeriodSummary)[],
): { readonly period: string; readonly trend: ReadonlyMap<string, PageTrend> }[] {
  const owners = new Map(current.cards.map((card) => [card.id, card.customer.id]));
  // Of several in one period the last one counts.
  const earlier = history
    .filter((one) => one.period < current.period && one.psa === current.psa)
    .sort(
      compareBy(
        (one) => one.period,
        (one) => one.on,
        (one) => (one.kind === 'reconciliation' ? one.asOf : ''),
      ),
    );
  const byPeriod = new Map(earlier.map((one) => [one.period, one]));
  return [...byPeriod.values(), current].map((one) => ({
    period: one.period,
    trend: trendOf(one.kind === 'reconciliation' ? variancesOf(one.cards) : summaryVariances(one, owners)),
  }));
}

/** Customer and variance; nothing for a card without a count. */
type Variance = readonly [customerId: string, units: number];

function variancesOf(cards: readonly Card[]): Variance[] {
  return cards.flatMap((card): Variance[] =>
    card.variance === null ? [] : [[card.customer.id, card.kind === 'no-change' ? 0 : card.variance]],
  );
}

function summaryVariances({ cards }: PeriodSummary, owners: ReadonlyMap<string, string>): Variance[] {
  return cards.flatMap(({ id, psa, vendor }): Variance[] => {
    const owner = owners.get(id);
    return owner === undefined || vendor === null ? [] : [[owner, subtractUnits(vendor, psa ?? 0)]];
  });
}

function trendOf(variances: readonly Variance[]): Map<string, PageTrend> {
  const byCustomer = new Map<string, number[]>();
  for (const [id, units] of variances) {
    const found = byCustomer.get(id);
    if (found) found.push(units);
    else byCustomer.set(id, [units]);
  }
  return new Map(
    [...byCustomer].map(([id, units]) => [
      id,
      [
        addUnits(units.filter((one) => one > 0)) ?? 0,
        addUnits(units.filter((one) => one < 0).map((one) => -one)) ?? 0,
      ] as const,
    ]),
  );
}

function proposalWords(proposal: Proposal): string {
  switch (proposal.status) {
    case 'none':
      return 'Nothing to change.';
    case 'ready':
      return `Set the quantity to ${proposal.units}.`;
    case 'add-line':
      return `Add a line of ${proposal.units} for ${listWords(proposal.services)} to ${listWords(proposal.contracts)}.`;
    case 'blocked':
      return `A person must decide: ${proposal.reasons.map((reason) => blockWords[reason]).join('; ')}.`;
  }
}

function listWords(refs: readonly { readonly name: string }[]): string {
  return refs.map((ref) => ref.name).join(' or ');
}

export const scopeWords: Readonly<Record<ScopeReason, string>> = {
  orphan: 'its contract, customer or service is not there',
  'customer-inactive': 'customer is inactive',
  'not-a-customer': 'company is no customer',
  'contract-inactive': 'contract is inactive',
  'contract-cancelled': 'contract is cancelled',
  'not-recurring': 'not billed on a cycle',
  'contract-future': 'contract starts later',
  'contract-ended': 'contract has ended',
  'line-future': 'line starts later',
  'line-ended': 'line has ended',
  'line-inactive': 'line is inactive',
  'service-excluded': 'service is excluded',
  'customer-excluded': 'customer is excluded',
  'bad-row': 'the row is unusable',
  'psa-incomplete': 'rows beside it were not read',
};
