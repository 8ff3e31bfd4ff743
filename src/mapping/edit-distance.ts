/** Letters that fit the bits of one number. */
const BITS = 32;

/** Scratch for {@link bitDistance}: where each letter stands in the pattern. All zeros between calls. */
let places: Int32Array | undefined;

/**
 * Optimal string alignment distance: insert, delete, replace, swap neighbours.
 * @example editDistance('acme', 'amce') // => 1
 */
export function editDistance(a: string, b: string): number {
  if (a === b) return 0;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0) return long.length;
  return short.length <= BITS ? bitDistance(short, long) : tableDistance(short, long);
}

/** A whole column of the table at once, one bit a row (Hyyrö's algorithm). `pattern` has 1 to 32 letters. */
function bitDistance(pattern: string, text: string): number {
  places ??= new Int32Array(0x10000);
  const rows = pattern.length;
  for (let i = 0; i < rows; i++) {
    const code = pattern.charCodeAt(i);
    places[code] = (places[code] as number) | (1 << i);
  }
  const lastRow = 1 << (rows - 1);
  let distance = rows;
  let up = -1;
  let down = 0;
  let diagonal = 0;
  let before = 0;
  for (let j = 0; j < text.length; j++) {
    const at = places[text.charCodeAt(j)] as number;
    const swapped = ((~diagonal & at) << 1) & before;
    diagonal = (((at & up) + up) ^ up) | at | down | swapped;
    let grows = down | ~(diagonal | up);
    const shrinks = diagonal & up;
    if ((grows & lastRow) !== 0) distance++;
    if ((shrinks & lastRow) !== 0) distance--;
    grows = (grows << 1) | 1;
    up = (shrinks << 1) | ~(diagonal | grows);
    down = grows & diagonal;
    before = at;
  }
  for (let i = 0; i < rows; i++) places[pattern.charCodeAt(i)] = 0;
  return distance;
}

/** The same by the plain table, for longer strings. */
export function tableDistance(a: string, b: string): number {
  const width = b.length + 1;
  let before: number[] = [];
  let above: number[] = Array.from({ length: width }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row: number[] = [i];
    for (let j = 1; j < width; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (above[j - 1] as number) + (same ? 0 : 1),
        (above[j] as number) + 1,
        (row[j - 1] as number) + 1,
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (before[j - 2] as number) + 1);
      row.push(best);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
