import { compareStrings } from '../model/order.ts';
import type { NameParts } from './names.ts';
import { compareNames, type NameMatch, type Veto, type WordWeight } from './names-compare.ts';

/** Names to be found again, each once: equal names share an entry. */
export interface NameIndex {
  /** The best matches for a name, best first; ties by key. At most `limit`. */
  search(name: NameParts, limit: number): readonly { readonly entry: number; readonly match: NameMatch }[];
  readonly weight: WordWeight;
}

/** Postings looked at per search, at most: bounds the work for names that all look alike. */
const POSTINGS = 3000;
/** Names compared letter by letter per search. */
const COMPARED = 20;
/** Of the best one's shared pieces; names with less in common are not compared. */
const WORTH_COMPARING = 0.2;
/** Letters of a name that are indexed. */
const INDEXED = 96;

/** The three-letter pieces of a name, each once. */
function grams(name: NameParts): string[] {
  const text = ` ${name.words.join(' ').slice(0, INDEXED)} `;
  const found = new Set<string>();
  for (let i = 0; i + 3 <= text.length; i++) found.add(text.slice(i, i + 3));
  return [...found];
}

/**
 * Builds an inverted index of three-letter pieces. Memory is linear in the letters of the names; a search costs
 * at most a fixed number of steps, rare pieces first, however many names share the common ones.
 * Entries must be distinct names in a stable order: ties go to the lower entry.
 */
export function indexNames(names: readonly NameParts[], vetoes?: readonly Veto[]): NameIndex {
  const postings = new Map<string, number[]>();
  const frequency = new Map<string, number>();
  names.forEach((name, entry) => {
    for (const gram of grams(name)) {
      const list = postings.get(gram);
      if (list) list.push(entry);
      else postings.set(gram, [entry]);
    }
    for (const word of new Set(name.core)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  });
  // A square root is correctly rounded everywhere; a logarithm is not.
  const weight: WordWeight = (word) => 1 / Math.sqrt(1 + (frequency.get(word) ?? 0));
  const points = new Float64Array(names.length);

  function search(name: NameParts, limit: number): { entry: number; match: NameMatch }[] {
    const lists = grams(name)
      .map((gram) => ({ gram, list: postings.get(gram) ?? [] }))
      .filter(({ list }) => list.length > 0)
      .sort((a, b) => a.list.length - b.list.length || compareStrings(a.gram, b.gram));
    const touched: number[] = [];
    let budget = POSTINGS;
    for (const { list } of lists) {
      const worth = 1 / Math.sqrt(list.length);
      const end = Math.min(list.length, budget);
      for (let i = 0; i < end; i++) {
        const entry = list[i] as number;
        if (points[entry] === 0) touched.push(entry);
        points[entry] = (points[entry] as number) + worth;
      }
      budget -= end;
      if (budget === 0) break;
    }
    let best = 0;
    for (const entry of touched) best = Math.max(best, points[entry] as number);
    const ranked = touched
      .filter((entry) => (points[entry] as number) >= WORTH_COMPARING * best)
      .sort((a, b) => (points[b] as number) - (points[a] as number) || a - b)
      .slice(0, COMPARED);
    for (const entry of touched) points[entry] = 0;
    return ranked
      .map((entry) => ({ entry, match: compareNames(names[entry] as NameParts, name, weight, vetoes) }))
      .sort((a, b) => b.match.score - a.match.score || a.entry - b.entry)
      .slice(0, limit);
  }

  return { search, weight };
}
