import type * as z from 'zod';
import type { Problem } from '../model/errors.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'a table',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

/** What a schema without words of its own expects; given to zod for each parse. */
export function expected(issue: RawIssue): string {
  if (issue.code === 'invalid_value') return oneOf(issue.values as unknown[]);
  if (issue.code === 'invalid_union') return oneOf((issue as { options?: unknown[] }).options ?? []);
  if (issue.code === 'invalid_type') return TYPES[String(issue.expected)] ?? String(issue.expected);
  return issue.code ?? 'another value';
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value));
  return shown.length === 1 ? `${shown[0]}` : `one of ${shown.join(', ')}`;
}

/** The problems of one issue. `path`: from the root of the document `root`. */
export function toProblems(root: unknown, path: readonly PropertyKey[], issue: Issue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problemAt(root, [...path, key], 'unknown-field', 'unknown field; correct its name or remove it'),
    );
  }
  const value = at(root, path);
  return value === undefined
    ? [problemAt(root, path, 'missing-value', `missing; expected ${issue.message}`)]
    : [problemAt(root, path, 'invalid-value', `expected ${issue.message}, got ${describe(value)}`)];
}

function problemAt(root: unknown, path: readonly PropertyKey[], code: string, what: string): Problem {
  const ids = idsOn(root, path);
  const where = formatPath(path);
  const shown = Object.entries(ids).map(([role, id]) => `${role} ${JSON.stringify(id)}`);
  return {
    code,
    message: `${where === '' ? 'value' : where}: ${what}${shown.length === 0 ? '' : ` (${shown.join(', ')})`}`,
    severity: 'error',
    ...(shown.length === 0 ? {} : { ids }),
    path: where,
  };
}

/** `lines[12].units`; keys that are no plain words are quoted: `resources["a b"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(String(key))) return `${text}[${JSON.stringify(String(key))}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** Numbers and short texts as they are; of anything else only its kind, so that no payload gets into a log. */
function describe(value: unknown): string {
  if (typeof value === 'string') {
    return value.length <= 40 ? JSON.stringify(value) : `a text of ${value.length} characters`;
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What a row's `id` is called, by the list the row is in. */
const ROLES: Readonly<Record<string, string>> = {
  customers: 'customerId',
  contracts: 'contractId',
  lines: 'lineId',
  accounts: 'accountId',
  skus: 'skuId',
  cards: 'cardId',
  card: 'cardId',
  changes: 'changeId',
  additions: 'changeId',
};
const ID_FIELD = /^(?:vendor|ref|[a-z]+Id)$/;

/** The ids met on the way from the root to the fault: whose row it is. */
function idsOn(root: unknown, path: readonly PropertyKey[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (let depth = 1; depth < path.length; depth += 1) {
    const value = at(root, path.slice(0, depth));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const key = path[depth - 1];
    const list = String(typeof key === 'number' ? path[depth - 2] : key);
    for (const [field, entry] of Object.entries(value)) {
      if (typeof entry !== 'string' || entry === '' || entry.length > 200) continue;
      if (field === 'id') found[roleOf(list, value)] = entry;
      else if (ID_FIELD.test(field)) found[field] = entry;
    }
  }
  return found;
}

function roleOf(list: string, row: object): string {
  if (list === 'services') return 'serviceIds' in row ? 'ruleId' : 'serviceId';
  return ROLES[list] ?? 'id';
}

/** The value at a path; only own properties count. */
function at(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
