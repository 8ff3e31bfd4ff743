/**
 * What must and must not compile. Checked with the sources by `npm run check:types`, and against the packed types
 * with every supported TypeScript by `npm run test:types`. Never run.
 */
import {
  type Card,
  decisionOn,
  type NewRevenueCard,
  type NoChangeCard,
  type NoCountCard,
  type Proposal,
  type PsaSnapshot,
  type ReconcileCard,
} from 'trueup';

declare const card: Card;
declare const newRevenue: NewRevenueCard;
declare const noCount: NoCountCard;
declare const noChange: NoChangeCard;
declare const reconcile: ReconcileCard;
declare const where: { period: string; psa: string };
declare const psa: PsaSnapshot;
declare const proposal: Proposal;

// A new-revenue card has no PSA side.
// @ts-expect-error
newRevenue.psa.units;
// Any card may be one: the PSA side may be null.
// @ts-expect-error
card.psa.units;
// A card without a count has no vendor units, no variance and no impact.
// @ts-expect-error
noCount.vendor.units;
// @ts-expect-error
noCount.variance.toFixed();
// @ts-expect-error
noCount.impact.amount;
// The units of a card are not known before its vendor side is looked at.
// @ts-expect-error
card.vendor.units;

// `kind` narrows both sides.
if (card.kind === 'reconcile') {
  const both: number = card.vendor.units - card.psa.units + card.variance;
  void both;
}
if (card.kind === 'new-revenue') {
  const nothing: null = card.psa;
  void nothing;
}
if (card.kind === 'no-count' && card.vendor.state === 'not-connected') {
  const vendors: readonly string[] = card.vendor.vendors;
  void vendors;
}

// A proposal has units only when it proposes some.
// @ts-expect-error
proposal.units;
if (proposal.status === 'ready') {
  const units: number = proposal.units;
  void units;
}
// @ts-expect-error
if (proposal.status === 'approved') void proposal;

// Values are read-only, to the bottom.
// @ts-expect-error
reconcile.variance = 0;
// @ts-expect-error
reconcile.psa.lines.push({ lineId: 'x', contractId: 'x', serviceId: 'x', units: 1 });
// @ts-expect-error
psa.lines[0].units = 3;
// @ts-expect-error
psa.customers.sort();

// Money is text, not a number.
// @ts-expect-error
const amount: number = reconcile.impact?.amount;
void amount;

// A kind takes its own actions only.
decisionOn(reconcile, where, { action: 'no-change' });
decisionOn(reconcile, where, { action: 'adjust', units: 3, lines: [{ lineId: 'l', to: 3 }] });
decisionOn(newRevenue, where, { action: 'approve', contractId: 'k', note: 'agreed' });
decisionOn(noCount, where, { action: 'no-change' });
// @ts-expect-error
decisionOn(newRevenue, where, { action: 'reconcile' });
// @ts-expect-error
decisionOn(newRevenue, where, { action: 'no-change' });
// @ts-expect-error
decisionOn(noChange, where, { action: 'reconcile' });
// @ts-expect-error
decisionOn(noChange, where, { action: 'no-change' });
// @ts-expect-error
decisionOn(noCount, where, { action: 'approve' });
// @ts-expect-error
decisionOn(noCount, where, { action: 'reconcile' });
// A quantity is typed with `adjust`, and only then.
// @ts-expect-error
decisionOn(reconcile, where, { action: 'adjust' });
// @ts-expect-error
decisionOn(reconcile, where, { action: 'approve', units: 3 });
// Lines are split where there are lines; a contract is named where a line is added.
// @ts-expect-error
decisionOn(newRevenue, where, { action: 'approve', lines: [] });
// @ts-expect-error
decisionOn(reconcile, where, { action: 'approve', contractId: 'k' });
// A card of any kind takes what some kind takes; `decide` says what does not fit.
decisionOn(card, where, { action: 'approve' });
// @ts-expect-error
decisionOn(card, where, { action: 'ignore' });
