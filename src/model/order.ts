/**
 * The one order of trueup: by UTF-16 code unit, never by locale.
 * `localeCompare` depends on the ICU data of the machine; two machines must write the same bytes.
 */
export function compareStrings(a: string, b: string): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A comparator over the string keys of a value, tie-broken to the last key. A missing key sorts first. */
export function compareBy<T>(
  ...keys: readonly ((value: T) => string | null | undefined)[]
): (a: T, b: T) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = compareStrings(key(a) ?? '', key(b) ?? '');
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** The distinct strings, in the one order. */
export function sortedUnique(values: Iterable<string>): string[] {
  return [...new Set(values)].sort(compareStrings);
}

/**
 * JSON with object keys in the one order and without `undefined`: equal values give equal bytes.
 * Arrays keep their order.
 * @throws {TypeError} for a value JSON cannot hold (a bigint, a cycle).
 */
export function stableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, sortKeys, indent);
}

/** By id; rows that share one by all they say, so that the order they came in never shows. */
export const byRow: (a: { readonly id: string }, b: { readonly id: string }) => number =
  /* @__PURE__ */ compareBy<{ readonly id: string }>(
    (row) => row.id,
    (row) => stableJson(row),
  );

/** The one order of entries, by their keys. */
export function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): -1 | 0 | 1 {
  return compareStrings(a, b);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  // `fromEntries` defines keys and never sets them, so that a key named `__proto__` stays a plain key.
  return Object.fromEntries(Object.entries(value).sort(byKey));
}
