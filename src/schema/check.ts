import * as z from 'zod';
import { type Problem, TrueupError } from '../model/errors.ts';
import { type Lazy, once } from './document.ts';
import { expected, formatPath, toProblems } from './problems.ts';

/** What a check gives: the value itself, typed, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Problems listed at most; one broken export has the same fault in every row. */
const MAX_PROBLEMS = 100;
/** Of them, in the context of an error. */
const MAX_SHOWN = 10;

/** The version of every value of this release. */
const VERSION = 1;

/**
 * Checks a value. On success the very value comes back, not a copy: a million rows are not held twice, and
 * fields that trueup does not know stay where they are.
 */
export function check<T>(schema: Lazy<T>, value: unknown): Checked<T> {
  const version = newerVersion(value);
  if (version !== null) return { ok: false, problems: [version] };
  const problems: Problem[] = [];
  for (const { path, issues } of faults(schema(), value)) {
    for (const issue of issues) problems.push(...toProblems(value, [...path, ...issue.path], issue));
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (problems.length === 0) return { ok: true, value: value as T };
  return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
}

/** {@link check}, for callers who would throw anyway. `what`: the value's name in the message. */
export function parse<T>(schema: Lazy<T>, what: string, value: unknown): T {
  const result = check(schema, value);
  if (result.ok) return result.value;
  const [first, ...others] = result.problems;
  const more = others.length === 0 ? '' : ` — and ${others.length} more`;
  throw new TrueupError('BAD_INPUT', `${what}: ${first?.message}${more}`, {
    context: {
      problems: result.problems.slice(0, MAX_SHOWN).map(({ code, message, path = '', ids = {} }) => {
        return { code, message, path, ids };
      }),
    },
  });
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly issues: readonly z.core.$ZodIssue[];
}

const run = (schema: z.ZodType, value: unknown): readonly z.core.$ZodIssue[] =>
  schema.safeParse(value, { error: expected }).error?.issues ?? [];

/**
 * The document's own fields first, then its lists row by row: zod's copy of a row dies at once instead of
 * living until the last row is read.
 */
function* faults(schema: z.ZodType, value: unknown): Generator<Fault> {
  if (schema instanceof z.ZodArray) {
    const issues = run(list(), value);
    if (issues.length > 0) yield { path: [], issues };
    else yield* rowFaults(schema, [], value);
    return;
  }
  const { head, lists } = split(schema as z.ZodObject);
  const issues = run(head, value);
  if (issues.length > 0) yield { path: [], issues };
  for (const [key, rows] of lists) {
    yield* rowFaults(rows, [key], (value as Record<string, unknown> | null)?.[key]);
  }
}

function* rowFaults(schema: z.ZodArray, path: readonly PropertyKey[], rows: unknown): Generator<Fault> {
  if (!Array.isArray(rows)) return;
  const element = schema.element as z.ZodType;
  for (let index = 0; index < rows.length; index += 1) {
    const issues = run(element, rows[index]);
    if (issues.length > 0) yield { path: [...path, index], issues };
  }
}

/** A list, whatever its rows. */
const list = /* @__PURE__ */ once(() => z.custom<unknown>(Array.isArray, { error: 'a list' }));

interface Split {
  /** The document with each of its lists left unread. */
  readonly head: z.ZodObject;
  readonly lists: readonly (readonly [string, z.ZodArray])[];
}
const splits = /* @__PURE__ */ new WeakMap<z.ZodObject, Split>();

function split(schema: z.ZodObject): Split {
  const known = splits.get(schema);
  if (known) return known;
  const lists = Object.entries(schema.shape).filter(
    (entry): entry is [string, z.ZodArray] => entry[1] instanceof z.ZodArray,
  );
  const made = { head: schema.extend(Object.fromEntries(lists.map(([key]) => [key, list()]))), lists };
  splits.set(schema, made);
  return made;
}

function newerVersion(value: unknown): Problem | null {
  if (typeof value !== 'object' || value === null) return null;
  const { specVersion } = value as { specVersion?: unknown };
  if (typeof specVersion !== 'number' || specVersion <= VERSION) return null;
  return {
    code: 'unsupported-version',
    message: `specVersion: ${specVersion} is newer than this copy of trueup, which reads ${VERSION}; update trueup`,
    severity: 'error',
    path: formatPath(['specVersion']),
  };
}
