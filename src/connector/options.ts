import * as z from 'zod';
import { TrueupError } from '../model/errors.ts';
import { choices } from '../transport/options.ts';

/**
 * Checks what an embedder hands to a connector. The schema is made only now, so that importing a connector
 * does no work. Values never get into a message: they may be secrets. A message of the schema's own begins with
 * `must`; without one it is said what the schema expects, and a default is shown as the example.
 * @throws {TrueupError} `BAD_OPTIONS`, naming the option
 */
export function readOptions<S extends z.ZodType>(
  connector: string,
  schema: () => S,
  options: unknown,
): z.output<S> {
  const shape = schema();
  const result = shape.safeParse(options, { error: expected });
  if (result.success) return result.data;
  const { issues } = result.error;
  // First: a name that is misspelt is also one that is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  throw new TrueupError('BAD_OPTIONS', `${connector}: ${optionFault(issue, shape, options)}`, {
    context: { connector, option: optionName(issue) },
  });
}

type Issue = z.core.$ZodIssue | undefined;

function optionName(issue: Issue): string {
  if (issue?.code === 'unrecognized_keys') return [...issue.path, issue.keys[0] ?? ''].map(String).join('.');
  return issue?.path.map(String).join('.') || 'options';
}

function optionFault(issue: Issue, schema: z.ZodType, options: unknown): string {
  const name = optionName(issue);
  if (issue?.code === 'unrecognized_keys') {
    const known = optionsOf(placeAt(schema, issue.path).schema);
    return `unknown option ${name}${choices(issue.keys[0] ?? '', Object.keys(known))}`;
  }
  if (issue?.path.length === 0 && issue.code === 'invalid_type') {
    const needed = Object.entries(optionsOf(schema)).filter(
      ([, one]) => !MAY_LACK.includes(definitionOf(one).type),
    );
    return `an object with options is needed: { ${needed.map(([key]) => key).join(', ')}, … }.`;
  }
  const given = (issue?.path ?? []).reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    options,
  );
  const { example } = placeAt(schema, issue?.path ?? []);
  const words = issue?.message ?? MALFORMED;
  const shown =
    example === undefined || /\b(?:like|one of)\b/.test(words) ? words : `${words}, like ${example}`;
  if (given !== undefined) return `option ${name} ${shown}.`;
  return words.startsWith('must ') ? `option ${name} is missing; it ${shown}.` : `option ${name} is missing.`;
}

const MALFORMED = 'is malformed';
/** Wrappers of what may be left out. */
const MAY_LACK: readonly string[] = ['optional', 'default', 'prefault', 'exactOptional'];

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What a schema without words of its own expects; given to zod for each parse. */
function expected(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? `of the type ${issue.expected}`}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_format':
      return issue.format === 'regex' ? 'must have the right form' : `must have the form ${issue.format}`;
    default:
      return MALFORMED;
  }
}

function bound(origin: string, words: string, limit: number | bigint): string {
  const units: Readonly<Record<string, string>> = { string: 'character', array: 'entry' };
  const unit = units[origin];
  if (unit === undefined) return `must be ${words} ${limit}`;
  const many = unit === 'entry' ? 'entries' : 'characters';
  return `must have ${words} ${limit} ${Number(limit) === 1 ? unit : many}`;
}

/** The parts of zod's definitions that lead on to another schema. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly defaultValue?: unknown;
  readonly in?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** The schema of an option, without what makes it optional; its default, where that is a text. */
function placeAt(
  root: z.core.$ZodType,
  path: readonly PropertyKey[],
): { readonly schema: z.core.$ZodType | undefined; readonly example: string | undefined } {
  let schema: z.core.$ZodType | undefined = root;
  let example: string | undefined;
  const unwrap = (): void => {
    for (let inner = schema; inner !== undefined; ) {
      schema = inner;
      const { type, innerType, defaultValue, in: from } = definitionOf(inner);
      if (type === 'default' && typeof defaultValue === 'string') example = defaultValue;
      inner = innerType ?? from;
    }
  };
  unwrap();
  for (const key of path) {
    example = undefined;
    const parent: Definition | undefined = schema && definitionOf(schema);
    schema = parent?.shape?.[String(key)] ?? parent?.element ?? parent?.valueType;
    unwrap();
  }
  return { schema, example };
}

function optionsOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> {
  return (schema && definitionOf(schema).shape) ?? {};
}

/** A secret or id: text with something in it, and no line breaks (copied along by accident). */
export function filled(): z.ZodString {
  const words = 'must be a text that is not empty, without line breaks';
  return z.string(words).regex(/^\P{Cc}+$/u, words);
}

/** The address of an API: `https`, without query; plain `http` only on this machine. `example`: shown in messages. */
export function address(example?: string): z.ZodString {
  const words = `must be an https address without a query${likeOf(example)}`;
  return z.string(words).refine(isAddress, words);
}

/** The name of a host, with an optional port. `example`: shown in messages, `na.myconnectwise.net`. */
export function host(example?: string): z.ZodString {
  const words = `must be a host name without https:// or a path${likeOf(example)}`;
  return z.string(words).regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i, words);
}

function likeOf(example: string | undefined): string {
  return example === undefined ? '' : `, like ${example}`;
}

function isAddress(text: string): boolean {
  try {
    const url = new URL(text);
    const here = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
    const plain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
    return plain && (url.protocol === 'https:' || (url.protocol === 'http:' && here));
  } catch {
    return false;
  }
}
