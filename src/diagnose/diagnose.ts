import type { Card } from '../model/card.ts';
import { type Case, openCase } from './case.ts';
import { causes } from './causes/index.ts';
import { type DiagnoseInput, gatherEvidence } from './evidence.ts';
import { openHistory, type PeriodSummary } from './history.ts';
import { openOthers } from './others.ts';
import { rankDrafts } from './rank.ts';
import { openTryout } from './recheck.ts';
import type { Finding, OpenCard, VendorFilterFact } from './types.ts';

const isOpen = (card: Card): card is OpenCard => card.kind !== 'no-change';

/**
 * Why the two sides differ, for every card that is not `no-change`: likely causes, best first, each with the units it
 * explains, its evidence and a typed fix. Fixes that can be tried are tried on the customer's own rows.
 * Input rows are read once, however many cards are asked about; a rule's rows once more for each change of the rule
 * that is about to be called `certain`, because it must leave every other customer's card that agrees alone. Nothing
 * is written.
 *
 * The mapping, snapshots and reconciliation must belong together; a fix whose effect cannot be reproduced from them
 * is never `certain`.
 * @example
 * const findings = diagnose({ reconciliation, psa, vendors, mapping, history });
 * const best = findings.filter((finding) => finding.rank === 1);
 */
export function diagnose(
  input: DiagnoseInput & {
    /** Summaries of earlier periods ({@link summarize}), in any order; others than of this PSA are ignored. */
    readonly history?: readonly PeriodSummary[];
    /** What is known of the vendors' filters, by snapshot source or connector: `{ pax8: pax8Connector.capabilities.filters }`. */
    readonly filters?: Readonly<Record<string, readonly VendorFilterFact[]>>;
    /** Only these cards. Default: all that are not `no-change`. */
    readonly cardIds?: readonly string[];
    /** Findings kept per card. Default 5. */
    readonly limit?: number;
  },
): Finding[] {
  const { reconciliation, history = [], filters = {}, cardIds, limit = 5 } = input;
  const wanted = cardIds && new Set(cardIds);
  const differing = reconciliation.cards.filter(isOpen);
  const open = wanted ? differing.filter((card) => wanted.has(card.id)) : differing;
  if (open.length === 0) return [];
  const ids = new Set(differing.map((card) => card.id));
  const past = openHistory(history, reconciliation.psa, reconciliation.period, ids);
  const evidence = gatherEvidence(input, open, past, filters);
  const tryout = openTryout(evidence);
  const brokenBy = openOthers(evidence);
  return open.flatMap((card) => {
    const kase: Case | null = openCase(card, evidence);
    if (kase === null) return [];
    const drafts = causes.flatMap(({ cause, find }, place) =>
      find(kase).map((draft) => ({ cause, place, draft })),
    );
    return rankDrafts(kase, drafts, tryout, brokenBy).slice(0, limit);
  });
}
