/** A small seeded generator: the same seed gives the same numbers in every runtime. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number;
  /** A whole number from `min` to `max`, both included. */
  readonly int: (min: number, max: number) => number;
  /** True with this probability, 0 to 1. */
  readonly chance: (probability: number) => boolean;
  /**
   * One of the values.
   * @throws {RangeError} when there is nothing to pick from
   */
  readonly pick: <T>(values: readonly T[]) => T;
  /** The values in another order, as a new array. */
  readonly shuffle: <T>(values: readonly T[]) => T[];
  /** A version 4 UUID. */
  readonly uuid: () => string;
  /** A generator of its own for a named part, so that adding one part does not change another. */
  readonly fork: (name: string) => Random;
}

/**
 * Makes a seeded generator.
 * @param seed any string or number; equal seeds give equal sequences
 */
export function createRandom(seed: string | number): Random {
  let state = hash(String(seed));
  // mulberry32: 32 bits of state are plenty for test data, and every runtime computes it alike.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const hex = (length: number): string => Array.from({ length }, () => int(0, 15).toString(16)).join('');
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (values) => {
      if (values.length === 0) throw new RangeError('nothing to pick from');
      return values[int(0, values.length - 1)] as (typeof values)[number];
    },
    shuffle: (values) => {
      const keyed = values.map((value) => ({ value, key: next() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[int(0, 3)]}${hex(3)}-${hex(12)}`,
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

/** FNV-1a over the UTF-16 code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}
