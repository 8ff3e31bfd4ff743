/**
 * Everything one could see of a value: own properties by name and symbol, enumerable or not, getters, causes,
 * prototypes' `toJSON`, map and set entries. More than any inspector prints, without depending on one.
 */
export function reveal(value: unknown): string {
  const seen = new Set<object>();
  const parts: string[] = [];
  const visit = (one: unknown, depth: number): void => {
    if (typeof one === 'string') parts.push(one);
    if (typeof one === 'function' || typeof one !== 'object' || one === null) return;
    if (seen.has(one) || depth > 12) return;
    seen.add(one);
    if (one instanceof Headers || one instanceof Map)
      for (const entry of one.entries()) visit(entry, depth + 1);
    if (one instanceof Set) for (const entry of one) visit(entry, depth + 1);
    if (one instanceof Request || one instanceof Response) visit(one.url, depth);
    if (one instanceof Request || one instanceof Response) visit(one.headers, depth + 1);
    for (const key of Reflect.ownKeys(one)) {
      visit(String(key), depth + 1);
      visit(read(one, key), depth + 1);
    }
    const toJson = (one as { readonly toJSON?: unknown }).toJSON;
    if (typeof toJson === 'function')
      visit(
        attempt(() => toJson.call(one)),
        depth + 1,
      );
    parts.push(String(attempt(() => String(one))));
  };
  visit(value, 0);
  return parts.join('\n');
}

function read(one: object, key: PropertyKey): unknown {
  return attempt(() => (one as Readonly<Record<PropertyKey, unknown>>)[key]);
}

function attempt(look: () => unknown): unknown {
  try {
    return look();
  } catch {
    return undefined;
  }
}
