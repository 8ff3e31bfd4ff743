import type { MapContext } from './read.ts';

/**
 * A value of the wire by a declared table. A value the table does not know is kept as `otherwise` and
 * reported, never guessed.
 */
export function choose<T>(
  table: Readonly<Record<string, T>>,
  value: string | null | undefined,
  otherwise: T,
  what: string,
  context: Pick<MapContext<unknown>, 'note'>,
): T {
  if (value === null || value === undefined || value === '') return otherwise;
  const found = Object.hasOwn(table, value) ? table[value] : undefined;
  if (found !== undefined) return found;
  context.note(
    'unknown-value',
    `unknown ${what} "${value.slice(0, 60)}", taken as ${JSON.stringify(otherwise)}; report it if it should mean something else.`,
    { ids: { what, value: value.slice(0, 60) } },
  );
  return otherwise;
}
