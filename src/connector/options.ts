import * as z from 'zod';
import { TrueupError } from '../model/errors.ts';

/**
 * Checks what an embedder hands to a connector. The schema is made only now, so that importing a connector
 * does no work. Values never get into a message: they may be secrets.
 * @throws {TrueupError} `BAD_OPTIONS`, naming the option
 */
export function readOptions<S extends z.ZodType>(
  connector: string,
  schema: () => S,
  options: unknown,
): z.output<S> {
  const result = schema().safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new TrueupError('BAD_OPTIONS', `${connector}: ${optionFault(issue, options)}`, {
    context: { connector, option: optionName(issue) },
  });
}

type Issue = z.core.$ZodIssue | undefined;

function optionName(issue: Issue): string {
  if (issue?.code === 'unrecognized_keys') return [...issue.path, issue.keys[0] ?? ''].map(String).join('.');
  return issue?.path.map(String).join('.') || 'options';
}

function optionFault(issue: Issue, options: unknown): string {
  const name = optionName(issue);
  if (issue?.code === 'unrecognized_keys') return `unknown option ${name}.`;
  const given = (issue?.path ?? []).reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    options,
  );
  if (given === undefined) return `option ${name} is missing.`;
  if (issue?.code === 'custom') return `option ${name} ${issue.message}.`;
  return `option ${name} is malformed${issue?.code === 'invalid_type' ? `: a ${issue.expected} is expected` : ''}.`;
}

/** A secret or id: text with something in it, and no line breaks (copied along by accident). */
export function filled(): z.ZodString {
  return z.string().regex(/^\P{Cc}+$/u);
}

/** The address of an API: `https`, without query; plain `http` only on this machine. */
export function address(): z.ZodString {
  return z.string().refine(isAddress, 'must be an https address without a query');
}

/** The name of a host, with an optional port: `na.myconnectwise.net`. */
export function host(): z.ZodString {
  return z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i,
      'must be a host name without https:// or a path',
    );
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
