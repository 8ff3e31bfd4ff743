import { sortedUnique } from '../model/order.ts';
import { gluedForms, type LegalForm, legalForms, numberWords, placeholderNames } from './names-words.ts';

/** A company or product name, taken apart for comparison. Two spellings of one name have equal keys. */
export interface NameParts {
  /** As given. */
  readonly text: string;
  /** Words without case, width, diacritics, punctuation and a leading article; `&` is `and`. */
  readonly words: readonly string[];
  /** {@link words} without legal forms. All words when nothing else would be left. */
  readonly core: readonly string[];
  /** `core` in one string: the key that is compared. */
  readonly key: string;
  /** Canonical legal forms, sorted; those two names may differ in are left out. */
  readonly legal: readonly string[];
  /** The dropped words, to explain a match. */
  readonly dropped: readonly string[];
  /** False for names that name nobody: empty, one letter, only digits or emoji, `Default`. */
  readonly meaningful: boolean;
}

const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/**
 * Case, width, diacritics and invisible characters away; no locale is asked.
 * Marks are dropped from Latin and Greek letters only: elsewhere they are letters (か is not が).
 */
function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, '$1')
    .replace(/[ßæœøłđðþı]/g, (letter) => letters[letter] ?? letter)
    .replace(/\p{Cf}/gu, '')
    .normalize('NFC');
}

/** Words of a name: dots inside initialisms join (`S.A.R.L.`, `A/S`), apostrophes vanish, other signs part. */
export function wordsOf(text: string): string[] {
  const joined = foldText(text)
    .replace(/['’‘`´ʼ]/g, '')
    .replace(/[&+＆]/g, ' and ')
    // `l.l.c.`, `a/s`, `sp. z o.o.`: single letters with dots or slashes are one word.
    .replace(/(?<![\p{L}\p{N}])(?:\p{L}[./])+\p{L}?(?![\p{L}\p{N}])/gu, (run) => run.replace(/[./]/g, ''));
  return joined.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== '');
}

let forms: ReadonlyMap<string, readonly LegalForm[]> | undefined;

/** The legal form that ends at word `end` (exclusive), or undefined. */
function formEndingAt(words: readonly string[], end: number): LegalForm | undefined {
  forms ??= legalForms();
  for (const form of forms.get(words[end - 1] ?? '') ?? []) {
    const start = end - form.words.length;
    if (start >= 0 && form.words.every((word, i) => words[start + i] === word)) return form;
  }
  return undefined;
}

/** Takes a company name apart. */
export function companyName(text: string): NameParts {
  const words = wordsOf(
    text.replace(gluedForms, (form) => ` ${form === '㈱' || form === '(株)' ? '株式会社' : form} `),
  );
  if (words.length > 1 && words[0] === 'the') words.shift();
  const keep = new Array<boolean>(words.length).fill(true);
  const legal: string[] = [];
  let atEnd = true;
  for (let end = words.length; end > 0; ) {
    const form = formEndingAt(words, end);
    if (form && (atEnd || !form.onlyAtEnd)) {
      for (let i = end - form.words.length; i < end; i++) keep[i] = false;
      if (form.canonical !== null) legal.push(form.canonical);
      end -= form.words.length;
      // `Goldman Sachs & Co.`: the joint goes with the form.
      if (atEnd && words[end - 1] === 'and') keep[--end] = false;
    } else {
      atEnd = false;
      end--;
    }
  }
  const core = words.filter((_word, i) => keep[i]);
  const whole = core.length === 0;
  const used = whole ? words : core;
  const key = used.join(' ');
  return {
    text,
    words,
    core: used,
    key,
    legal: whole ? [] : sortedUnique(legal),
    dropped: whole ? [] : words.filter((_word, i) => !keep[i]),
    meaningful: isMeaningful(key),
  };
}

/** Two signs at least, one of them a letter, and no placeholder. */
export function isMeaningful(key: string): boolean {
  return /[\p{L}].*[\p{L}\p{N}]|[\p{N}].*\p{L}/u.test(key) && !placeholderNames.has(key);
}

/** True when both names carry a legal form and neither has all of the other's. */
export function legalFormsDiffer(a: NameParts, b: NameParts): boolean {
  if (a.legal.length === 0 || b.legal.length === 0) return false;
  return !a.legal.every((form) => b.legal.includes(form)) && !b.legal.every((form) => a.legal.includes(form));
}

/** The number a word stands for (`2`, `2nd`, `second`, `II`, `AHL1`), or `null`. `last`: it ends the name. */
export function numberIn(word: string, last: boolean): string | null {
  if (/^\d+$/.test(word)) return word.replace(/^0+(?=\d)/, '');
  const ordinal = /^(\d+)(?:st|nd|rd|th)$/.exec(word);
  if (ordinal) return ordinal[1] ?? null;
  if (Object.hasOwn(numberWords, word)) return numberWords[word] ?? null;
  if (/^[a-z]{1,4}\d+[a-z]?$|^\d+[a-z]$/.test(word)) return word;
  // A lone I, V or X is an initial unless it ends the name.
  if (/^(?:x{0,3})(?:ix|iv|v?i{0,3})$/.test(word) && (word.length > 1 || last)) return String(roman(word));
  return null;
}

const romanDigits: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10 };

function roman(word: string): number {
  let sum = 0;
  for (let i = 0; i < word.length; i++) {
    const value = romanDigits[word[i] ?? ''] ?? 0;
    const next = romanDigits[word[i + 1] ?? ''] ?? 0;
    sum += value < next ? -value : value;
  }
  return sum;
}
