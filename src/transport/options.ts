import { editDistance } from '../mapping/edit-distance.ts';
import { TrueupError } from '../model/errors.ts';

/**
 * What one option takes: `flag` is true or false, `text` is not empty, a list holds the only words, an object the
 * options below it. `any` is looked at where it is used.
 */
type OptionRule<V> =
  | 'any'
  | 'needed'
  | 'flag'
  | 'text'
  | 'needed text'
  | readonly V[]
  | (V extends object ? OptionRules<V> : never);

/** A rule for every option of a type: the compiler says when one is missing. */
export type OptionRules<T extends object> = {
  readonly [K in keyof T]-?: OptionRule<NonNullable<T[K]>>;
};

/**
 * Refuses what would otherwise be ignored: `dryrun: true` would write. Values never get into a message.
 * @param who the function that is called
 * @throws {TrueupError} `BAD_OPTIONS`, naming the option and what is allowed
 */
export function checkOptions<T extends object>(who: string, options: unknown, rules: OptionRules<T>): void {
  checkPart(who, '', options === undefined ? {} : options, rules);
}

/** Refuses names that are not among those known. `path`: of the object that holds them, with a dot at its end. */
export function refuseUnknown(who: string, path: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw badOption(who, path + unknown, `unknown option ${path}${unknown}${choices(unknown, known)}`);
}

/**
 * What there is instead of a name that is unknown: `; did you mean dryRun? There are journal, dryRun.`
 * @param list where the names are too many to be listed
 */
export function choices(name: string, known: readonly string[], list: string = known.join(', ')): string {
  const near = nearest(name, known);
  return near === undefined ? `; there are ${list}.` : `; did you mean ${near}? There are ${list}.`;
}

function checkPart(
  who: string,
  path: string,
  options: unknown,
  rules: Readonly<Record<string, unknown>>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const name = path.slice(0, -1) || 'options';
    throw badOption(who, name, path === '' ? 'the options must be an object.' : `${name} must be an object.`);
  }
  refuseUnknown(who, path, options, Object.keys(rules));
  for (const [key, rule] of Object.entries(rules)) {
    const value: unknown = Reflect.get(options, key);
    if (typeof rule === 'object' && !Array.isArray(rule)) {
      if (value !== undefined) checkPart(who, `${path}${key}.`, value, rule as Record<string, unknown>);
      continue;
    }
    const fault = faultOf(value, rule);
    if (fault !== null) throw badOption(who, path + key, `option ${path}${key} ${fault}.`);
  }
}

function faultOf(value: unknown, rule: unknown): string | null {
  if (value === undefined) return String(rule).startsWith('needed') ? 'is missing' : null;
  if (Array.isArray(rule)) {
    return rule.includes(value)
      ? null
      : `must be one of ${rule.map((word) => JSON.stringify(word)).join(', ')}`;
  }
  if (rule === 'flag') return typeof value === 'boolean' ? null : 'must be true or false';
  if (rule === 'any' || rule === 'needed') return null;
  return typeof value === 'string' && value !== '' ? null : 'must be a text that is not empty';
}

function badOption(who: string, option: string, fault: string): TrueupError {
  return new TrueupError('BAD_OPTIONS', `${who}: ${fault}`, { context: { option } });
}

/** The known name that was probably meant: the same letters, its beginning, or up to a third of them wrong. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = (text: string): string =>
    text
      .slice(0, 64)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]/gu, '');
  const asked = bare(name);
  let best: string | undefined;
  let least = Math.floor(asked.length / 3) + 1;
  for (const one of known) {
    const begins = asked.length > 2 && bare(one).startsWith(asked);
    const distance = editDistance(asked, bare(one));
    const far = begins ? Math.min(distance, 1) : distance;
    if (far < least) {
      best = one;
      least = far;
    }
  }
  return best;
}
