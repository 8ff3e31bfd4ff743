import { editDistance } from './edit-distance.ts';
import { legalFormsDiffer, type NameParts, numberIn } from './names.ts';
import { placeWords } from './names-words.ts';

/** How alike two names are, in words a person can read. */
export interface NameMatch {
  /** 0 to 1, three decimals. 1 only when the keys and legal forms are equal. */
  readonly score: number;
  readonly reasons: readonly string[];
  /** True when a number, a place or (for products) an edition differs: never the same without a person. */
  readonly vetoed: boolean;
}

/** Characters of a name that are compared; longer names are compared by their beginning. */
const COMPARED = 96;
/** Words of a name that are aligned. */
const ALIGNED = 12;

/** 1 for equal strings, 0 for strings that share nothing. */
function editSimilarity(a: string, b: string): number {
  const x = a.slice(0, COMPARED);
  const y = b.slice(0, COMPARED);
  const longest = Math.max(x.length, y.length);
  return longest === 0 ? 0 : 1 - editDistance(x, y) / longest;
}

/** What each word tells: rare words more than common ones. */
export type WordWeight = (word: string) => number;

interface Alignment {
  readonly score: number;
  /** Words without an exactly equal partner. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  readonly shared: readonly string[];
}

/** Pairs the words of two names, each with its best partner, equal ones first. */
function align(a: readonly string[], b: readonly string[], weight: WordWeight): Alignment {
  const left = a.slice(0, ALIGNED).filter((word) => word !== 'and');
  const right = b.slice(0, ALIGNED).filter((word) => word !== 'and');
  const taken = new Array<boolean>(right.length).fill(false);
  const onlyA: string[] = [];
  const shared: string[] = [];
  let got = 0;
  let all = 0;
  for (const word of left) {
    const at = right.findIndex((other, j) => !taken[j] && other === word);
    all += weight(word);
    if (at < 0) onlyA.push(word);
    else {
      taken[at] = true;
      got += 2 * weight(word);
      shared.push(word);
    }
  }
  for (const word of right) all += weight(word);
  const onlyB = right.filter((_word, j) => !taken[j]);
  const open = new Set(onlyB.keys());
  for (const word of onlyA) {
    let best = 0.55;
    let at = -1;
    for (const j of open) {
      const other = onlyB[j] ?? '';
      // What the lengths alone rule out needs no comparison.
      if (Math.min(word.length, other.length) <= best * Math.max(word.length, other.length)) continue;
      const alike = editSimilarity(word, other);
      if (alike > best) {
        best = alike;
        at = j;
      }
    }
    if (at >= 0) {
      open.delete(at);
      got += best * (weight(word) + weight(onlyB[at] ?? ''));
    }
  }
  return { score: all === 0 ? 0 : got / all, onlyA, onlyB, shared };
}

/** The words with what they stand for, where that is a number. */
function numbersOf(words: readonly string[], all: readonly string[]): string[] {
  const last = all.length > 1 ? all[all.length - 1] : undefined;
  return words.flatMap((word) => numberIn(word, word === last) ?? []);
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
const round = (score: number): number => Math.round(score * 1000) / 1000;

/** `1 ≠ 2`, or which side has it alone. Words equal on both sides never get here. */
function differing(what: string, a: readonly string[], b: readonly string[]): string | null {
  const left = a.filter((value) => !b.includes(value));
  const right = b.filter((value) => !a.includes(value));
  if (left.length === 0 && right.length === 0) return null;
  if (left.length > 0 && right.length > 0)
    return `differs in ${what.startsWith('e') ? 'an' : 'a'} ${what}: ${left.join(' ')} ≠ ${right.join(' ')}`;
  return `only one has the ${what} '${(left.length > 0 ? left : right).join(' ')}'`;
}

/** Why two names with equal keys are equal: `same after dropping 'Ltd'`. */
function sameReason(a: NameParts, b: NameParts): string {
  if (a.text === b.text) return 'same name';
  if (a.legal.length > 0 && a.legal.join() === b.legal.join() && a.dropped.join() !== b.dropped.join()) {
    return 'same name and legal form';
  }
  const dropped = [...new Set([...a.dropped, ...b.dropped])].filter(
    (word) => a.dropped.includes(word) !== b.dropped.includes(word),
  );
  return dropped.length > 0
    ? `same after dropping ${quoted(dropped)}`
    : 'same but for case, punctuation or accents';
}

/** A word list whose unshared members veto, beside numbers. */
export interface Veto {
  readonly what: string;
  readonly words: ReadonlySet<string>;
}

const companyVetoes: readonly Veto[] = [{ what: 'place', words: placeWords }];

/** Compares two names. `a` and `b` may be swapped without changing the score. */
export function compareNames(
  a: NameParts,
  b: NameParts,
  weight: WordWeight,
  vetoes: readonly Veto[] = companyVetoes,
): NameMatch {
  const legalDiffers = legalFormsDiffer(a, b);
  const legalReason = `legal forms differ: ${a.legal.join(' ')} ≠ ${b.legal.join(' ')}`;
  if (a.key === b.key) {
    if (a.key === '') return { score: 0, reasons: ['no name'], vetoed: true };
    const reasons = [sameReason(a, b), ...(legalDiffers ? [legalReason] : [])];
    return {
      score: legalDiffers ? 0.88 : a.legal.join() === b.legal.join() ? 1 : 0.98,
      reasons,
      vetoed: false,
    };
  }
  const compactA = a.core.join('');
  const compactB = b.core.join('');
  if (compactA === compactB) {
    return { score: legalDiffers ? 0.86 : 0.96, reasons: ['same but for spaces'], vetoed: false };
  }
  const words = align(a.core, b.core, weight);
  const reasons: string[] = [];
  const edit = Math.max(
    editSimilarity(compactA, compactB),
    editSimilarity(a.words.join(''), b.words.join('')),
  );
  let score = 0.7 * Math.max(edit, words.score) + 0.3 * Math.min(edit, words.score);
  if (words.onlyA.length === 0 && words.onlyB.length === 0) {
    reasons.push('same words in another order');
    score = 0.95;
  } else if (words.shared.length > 0) {
    reasons.push(`both have ${quoted(words.shared)}`);
  }
  const letters = editDistance(compactA.slice(0, COMPARED), compactB.slice(0, COMPARED));
  if (edit >= 0.6 && reasons[0] !== 'same words in another order')
    reasons.push(letters === 1 ? 'one letter differs' : `${letters} letters differ`);
  let vetoed = false;
  const numbers = differing('number', numbersOf(words.onlyA, a.core), numbersOf(words.onlyB, b.core));
  const found = [
    numbers,
    ...vetoes.map((veto) =>
      differing(
        veto.what,
        words.onlyA.filter((word) => veto.words.has(word)),
        words.onlyB.filter((word) => veto.words.has(word)),
      ),
    ),
  ];
  for (const reason of found) {
    if (reason === null) continue;
    vetoed = true;
    score *= 0.7;
    reasons.push(reason);
  }
  if (legalDiffers) {
    score *= 0.93;
    reasons.push(legalReason);
  }
  if (reasons.length === 0) reasons.push('some letters in common');
  // Names that are not equal never score as if they were.
  return { score: round(Math.min(score, 0.95)), reasons, vetoed };
}
