/** Where a value is in a body: `page.totalPages`, or a list when a name holds a dot: `['@odata.nextLink']`. Empty: the body itself. */
export type Path = string | readonly string[];

/** The steps of a path. */
export function steps(path: Path): readonly string[] {
  if (typeof path !== 'string') return path;
  return path === '' ? [] : path.split('.');
}

/** The value at a path, or `undefined`. Inherited properties are not values. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of steps(path)) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
}

/** A copy of `value` with `next` at the path; objects on the way are made where they are missing. */
export function withValueAt(value: unknown, path: Path, next: unknown): unknown {
  const [step, ...rest] = steps(path);
  if (step === undefined) return next;
  const base = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { ...base, [step]: withValueAt(base[step], rest, next) };
}

/** A path for messages. */
export function pathText(path: Path): string {
  return steps(path).join('.') || '(the body)';
}
