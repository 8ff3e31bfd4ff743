import { compareStrings, stableJson } from '../model/order.ts';
import { subtractUnits } from '../model/units.ts';
import type { Case, Draft } from './case.ts';
import type { Tryout } from './recheck.ts';
import type { Cause, Finding, Fix } from './types.ts';

/** A draft with its cause. */
export interface Proposed {
  readonly cause: Cause;
  /** Its place in the list of causes. */
  readonly place: number;
  readonly draft: Draft;
}

interface Weighed extends Proposed {
  readonly score: number;
  readonly units: number | null;
  /** The fix alone makes the card agree. */
  readonly agrees: boolean;
  /** Orders equal scores: the cause's place, the subject, the fix. */
  readonly tie: string;
}

/** Another fix that also works and is nearly as likely: neither is certain. */
const CLOSE = 0.15;
/** Nothing below is worth a person's look. */
const WORTH_SHOWING = 0.15;
/** Fixes that explain a part, tried two at a time. */
const PARTS = 4;

/** Tries, scores and orders the drafts of one card. */
export function rankDrafts(
  kase: Case,
  proposed: readonly Proposed[],
  tryout: Tryout,
  brokenBy: (fix: Fix) => number,
): Finding[] {
  const weighed = proposed.flatMap((each) => weigh(kase, each, tryout) ?? []);
  const best = onePerSubject(yieldToTried(kase, pairUp(kase, weighed, tryout))).filter(
    (each) => each.score >= WORTH_SHOWING,
  );
  const exact = best.filter((each) => each.agrees && each.draft.test === 'units');
  return best.map((each, i): Finding => {
    const { cause, draft, score, units, agrees } = each;
    const alone = !exact.some((other) => other !== each && other.draft.prior > draft.prior - CLOSE);
    const likely = draft.breaks ?? 0;
    const works = agrees && alone && draft.sure && likely === 0;
    // What nothing else speaks against is tried on everybody's rows.
    const breaks = works ? brokenBy(draft.fix) : likely;
    return {
      cardId: kase.card.id,
      customerId: kase.card.customer.id,
      ruleId: kase.card.ruleId,
      cause,
      rank: i + 1,
      score: Math.round(score * 1000) / 1000,
      certain: works && breaks === 0,
      units,
      evidence: breaks > 0 ? { ...draft.evidence, wouldBreak: breaks } : draft.evidence,
      fix: draft.fix,
      message: draft.message,
    };
  });
}

function weigh(kase: Case, { cause, place, draft }: Proposed, tryout: Tryout): Weighed | null {
  const { prior, test } = draft;
  const tie = `${String(place).padStart(2, '0')} ${draft.subject} ${stableJson(draft.fix)}`;
  const base = { cause, place, draft, tie };
  if (test === 'none') return { ...base, score: prior, units: draft.units ?? null, agrees: false };
  const result = tryout(kase.card, [draft.fix]);
  const agrees = result?.agrees ?? false;
  if (test === 'agree') return { ...base, score: prior, units: draft.units ?? null, agrees };
  // Only by its evidence: the fix could not be tried, or leaves a count still missing.
  if (result === null || result.gap === null)
    return { ...base, score: draft.otherwise ?? prior * 0.4, units: null, agrees: false };
  const units = subtractUnits(kase.gap, result.gap);
  const penalty = 1 / (1 + (draft.breaks ?? 0) * 0.25);
  if (agrees)
    return { ...base, score: (0.8 + 0.2 * prior) * (draft.sure ? 1 : 0.75) * penalty, units, agrees };
  const left = Math.abs(result.gap);
  const gap = Math.abs(kase.gap);
  // A fix that closes nothing, or opens the gap the other way as far, explains nothing.
  if (left >= gap) {
    return draft.otherwise === undefined
      ? null
      : { ...base, score: draft.otherwise, units: null, agrees: false };
  }
  return { ...base, score: (0.2 + 0.35 * prior + 0.25 * (1 - left / gap)) * penalty, units, agrees: false };
}

/** Two causes at once: fixes that only together make the card agree explain it. */
function pairUp(kase: Case, weighed: readonly Weighed[], tryout: Tryout): Weighed[] {
  if (weighed.some((each) => each.agrees && each.draft.test === 'units')) return [...weighed];
  const parts = weighed
    .filter((each) => each.draft.test === 'units' && each.units !== null)
    .sort(byScore)
    .slice(0, PARTS);
  const raised = new Map<Weighed, number>();
  parts.forEach((a, i) => {
    for (const b of parts.slice(i + 1)) {
      if (a.draft.subject === b.draft.subject) continue;
      if (!tryout(kase.card, [a.draft.fix, b.draft.fix])?.agrees) continue;
      for (const each of [a, b]) {
        raised.set(each, Math.max(raised.get(each) ?? 0, 0.65 + 0.2 * each.draft.prior));
      }
    }
  });
  return weighed.map((each) => ({ ...each, score: Math.max(each.score, raised.get(each) ?? 0) }));
}

/** A mere pattern over months steps back behind a cause that was tried and explains half of the gap or more. */
function yieldToTried(kase: Case, weighed: readonly Weighed[]): Weighed[] {
  const tried = weighed.some(
    ({ draft, units }) =>
      draft.test === 'units' && draft.sure && units !== null && Math.abs(units) * 2 >= Math.abs(kase.gap),
  );
  return weighed.map((each) =>
    tried && each.draft.test === 'agree' ? { ...each, score: each.score * 0.8 } : each,
  );
}

const byScore = (a: Weighed, b: Weighed): number => b.score - a.score || compareStrings(a.tie, b.tie);

function onePerSubject(weighed: readonly Weighed[]): Weighed[] {
  const seen = new Set<string>();
  return [...weighed].sort(byScore).filter(({ draft }) => {
    if (seen.has(draft.subject)) return false;
    seen.add(draft.subject);
    return true;
  });
}
