import { describe, expect, it } from 'vitest';
import { checkOptions, choices, refuseUnknown } from '../../src/transport/options.ts';

interface Options {
  readonly store: object;
  readonly slug: string;
  readonly mode?: 'fast' | 'slow';
  readonly dryRun?: boolean;
  readonly note?: string;
  readonly clock?: unknown;
  readonly limits?: { readonly mode?: 'fast'; readonly strict?: boolean };
}

const good = { store: {}, slug: 'acme' };
const check = (options: unknown): void =>
  checkOptions<Options>('apply', options, {
    store: 'needed',
    slug: 'needed text',
    mode: ['fast', 'slow'],
    dryRun: 'flag',
    note: 'text',
    clock: 'any',
    limits: { mode: ['fast'], strict: 'flag' },
  });

/** What is thrown, as code, option and message. */
function refusal(run: () => void): unknown {
  try {
    run();
    return 'accepted';
  } catch (error) {
    const { code, message, context } = error as { code: string; message: string; context: unknown };
    return { code, message, context };
  }
}
const refused = (option: string, fault: string): unknown => ({
  code: 'BAD_OPTIONS',
  message: `apply: ${fault}`,
  context: { option },
});
const names = 'store, slug, mode, dryRun, note, clock, limits';

describe('the options of a function', () => {
  it.each([
    [good],
    [{ ...good, mode: 'slow', dryRun: false, note: 'x', clock: null, limits: { mode: 'fast' } }],
    [{ ...good, mode: undefined, dryRun: undefined, note: undefined, limits: undefined }],
    [{ ...good, limits: {} }],
  ])('are accepted as declared: %j', (options) => {
    expect(refusal(() => check(options))).toBe('accepted');
  });

  it('may be left out where none is needed', () => {
    expect(refusal(() => checkOptions<{ a?: boolean }>('apply', undefined, { a: 'flag' }))).toBe('accepted');
  });

  it.each([null, 'dryRun', 5, [good]])('must be an object, not %j', (options) => {
    expect(refusal(() => check(options))).toEqual(refused('options', 'the options must be an object.'));
  });

  it.each<[object, string, string]>([
    [{ store: undefined }, 'store', 'option store is missing.'],
    [{ slug: undefined }, 'slug', 'option slug is missing.'],
    [{ slug: '' }, 'slug', 'option slug must be a text that is not empty.'],
    [{ note: '' }, 'note', 'option note must be a text that is not empty.'],
    [{ note: 7 }, 'note', 'option note must be a text that is not empty.'],
    [{ dryRun: 'yes' }, 'dryRun', 'option dryRun must be true or false.'],
    [{ dryRun: null }, 'dryRun', 'option dryRun must be true or false.'],
    [{ mode: 'secret' }, 'mode', 'option mode must be one of "fast", "slow".'],
    [{ limits: 7 }, 'limits', 'limits must be an object.'],
    [{ limits: [] }, 'limits', 'limits must be an object.'],
    [{ limits: { strict: 1 } }, 'limits.strict', 'option limits.strict must be true or false.'],
    [{ limits: { fast: true } }, 'limits.fast', 'unknown option limits.fast; there are mode, strict.'],
    [{ dryrun: true }, 'dryrun', `unknown option dryrun; did you mean dryRun? There are ${names}.`],
  ])('are refused where %j is among them, without the value', (wrong, option, fault) => {
    expect(refusal(() => check({ ...good, ...wrong }))).toEqual(refused(option, fault));
  });
});

describe('a name that is unknown', () => {
  it('is refused with the place it is at', () => {
    expect(refusal(() => refuseUnknown('apply', 'limits.', { strikt: 1 }, ['strict']))).toEqual(
      refused('limits.strikt', 'unknown option limits.strikt; did you mean strict? There are strict.'),
    );
    expect(refusal(() => refuseUnknown('apply', '', {}, []))).toBe('accepted');
  });

  it.each<[string, readonly string[], string | null]>([
    ['dry-run', ['journal', 'dryRun'], 'dryRun'],
    ['DRY_RUN', ['journal', 'dryRun'], 'dryRun'],
    ['jurnal', ['dryRun', 'journal'], 'journal'],
    // A third of its letters may be wrong, no more.
    ['abc', ['abx'], 'abx'],
    ['abc', ['axx'], null],
    ['abcdef', ['abxxef'], 'abxxef'],
    ['abcdef', ['abxxxf'], null],
    // Its beginning is enough, from three letters on.
    ['cur', ['currencyOfPrices'], 'currencyOfPrices'],
    ['cu', ['currencyOfPrices'], null],
    // What is nearer wins, else what comes first.
    ['cost', ['costs', 'cost_'], 'cost_'],
    ['ratess', ['rates', 'ratesX'], 'rates'],
    ['Preis', ['price'], null],
    ['größe', ['grösse', 'größen'], 'größen'],
    ['', ['a'], null],
  ])('%j among %j: did you mean %s?', (name, known, meant) => {
    const all = known.join(', ');
    expect(choices(name, known)).toBe(
      meant === null ? `; there are ${all}.` : `; did you mean ${meant}? There are ${all}.`,
    );
  });

  it('is shown a list made by the caller where the names are too many', () => {
    expect(choices('x', ['acme', 'brink'], 'two of them')).toBe('; there are two of them.');
    expect(choices('akme', ['acme', 'brink'], 'two of them')).toBe(
      '; did you mean acme? There are two of them.',
    );
  });

  it('may be of any length', () => {
    const start = 'abcdefgh'.repeat(8);
    expect(choices(start + 'x'.repeat(100_000), [start])).toBe(
      `; did you mean ${start}? There are ${start}.`,
    );
  });
});
