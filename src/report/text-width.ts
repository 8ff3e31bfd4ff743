/**
 * How wide text is in a terminal, in plain code: wide CJK and emoji take two cells, combining marks none.
 * Fixed ranges, no locale, so two machines lay out the same bytes.
 */

/** A group of code points that is drawn as one: a letter with its accents, an emoji with its joiners. */
interface Cluster {
  readonly text: string;
  readonly width: number;
}

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2fb],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f1e6, 0x1f1ff],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f335],
  [0x1f337, 0x1f37c],
  [0x1f37e, 0x1f393],
  [0x1f3a0, 0x1f3ca],
  [0x1f3cf, 0x1f3d3],
  [0x1f3e0, 0x1f3f0],
  [0x1f3f4, 0x1f3f4],
  [0x1f3f8, 0x1f43e],
  [0x1f440, 0x1f440],
  [0x1f442, 0x1f4fc],
  [0x1f4ff, 0x1f53d],
  [0x1f54b, 0x1f54e],
  [0x1f550, 0x1f567],
  [0x1f57a, 0x1f57a],
  [0x1f595, 0x1f596],
  [0x1f5a4, 0x1f5a4],
  [0x1f5fb, 0x1f64f],
  [0x1f680, 0x1f6c5],
  [0x1f6cc, 0x1f6cc],
  [0x1f6d0, 0x1f6d2],
  [0x1f6d5, 0x1f6df],
  [0x1f6eb, 0x1f6ec],
  [0x1f6f4, 0x1f6fc],
  [0x1f7e0, 0x1f7eb],
  [0x1f90c, 0x1f93a],
  [0x1f93c, 0x1f945],
  [0x1f947, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

const JOINER = 0x200d;
const EMOJI_STYLE = 0xfe0f;
const KEYCAP = 0x20e3;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u{1160}-\u{11ff}\u{d7b0}-\u{d7ff}]$/u;
const SIMPLE = /^[\x20-\x7e]*$/;

function widthOf(point: number): 0 | 1 | 2 {
  if (point < 0x300) return 1;
  if (point >= 0x1f3fb && point <= 0x1f3ff) return 2;
  let low = 0;
  let high = WIDE.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = WIDE[middle] ?? [0, 0];
    if (point < from) high = middle - 1;
    else if (point > to) low = middle + 1;
    else return 2;
  }
  return ZERO_WIDTH.test(String.fromCodePoint(point)) ? 0 : 1;
}

const isFlag = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;
const isSkinTone = (point: number): boolean => point >= 0x1f3fb && point <= 0x1f3ff;

function clusters(text: string): Cluster[] {
  const found: { text: string; width: number; last: number; flags: number }[] = [];
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    const open = found.at(-1);
    const width = widthOf(point);
    const joins =
      open !== undefined &&
      (width === 0 ||
        open.last === JOINER ||
        (isSkinTone(point) && open.width === 2) ||
        (isFlag(point) && open.flags === 1));
    if (!joins || open === undefined) {
      found.push({ text: char, width, last: point, flags: isFlag(point) ? 1 : 0 });
      continue;
    }
    open.text += char;
    open.last = point;
    open.flags = isFlag(point) ? 2 : open.flags;
    if (point === EMOJI_STYLE || point === KEYCAP) open.width = Math.max(open.width, 2);
  }
  return found;
}

/** Cells the text takes. The text has no control characters (see `oneLine`). */
export function textWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  return clusters(text).reduce((sum, cluster) => sum + cluster.width, 0);
}

/** At most `width` cells, cut between characters as drawn, with `…` at the end when cut. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  let used = 0;
  let kept = '';
  for (const cluster of clusters(text)) {
    if (used + cluster.width > width - 1) break;
    used += cluster.width;
    kept += cluster.text;
  }
  return `${kept}…`;
}

/**
 * Text from outside, safe on one line: line breaks and tabs become a space, other control characters (an escape
 * sequence would drive the terminal) become `�`, and marks that turn the writing direction are dropped, because
 * they would move the neighbouring columns.
 */
export function oneLine(text: string): string {
  if (SIMPLE.test(text)) return text;
  return text
    .replace(/[\r\n\t\u2028\u2029\u0085]+/g, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\p{Cc}/gu, '�')
    .toWellFormed();
}
