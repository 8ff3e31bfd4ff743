export type Path = readonly (string | number)[];

/** Every path of a JSON value below its root, parents first. */
export function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => {
    const path = [...at, key];
    return [path, ...pathsOf((value as Record<string | number, unknown>)[key], path)];
  });
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string | number, unknown>)[key], value);
}

/** A copy with the value at `path` replaced. */
export function replaced(value: unknown, path: Path, by: unknown): unknown {
  const copy = structuredClone(value);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  parent[path.at(-1) ?? ''] = by;
  return copy;
}

/** A copy without the field at `path`. */
export function without(value: unknown, path: Path): unknown {
  const copy = structuredClone(value);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  delete parent[path.at(-1) ?? ''];
  return copy;
}
