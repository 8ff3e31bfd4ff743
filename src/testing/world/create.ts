import { dateOf } from '../../model/dates.ts';
import { TrueupError } from '../../model/errors.ts';
import { checkOptions, choices } from '../../transport/options.ts';
import { mockDefinitions } from '../mocks/index.ts';
import { putDiscrepancies } from './discrepancies.ts';
import { type Draft, type DraftRows, draftWorld, keepPast } from './draft.ts';
import { WORLD_NOW } from './now.ts';
import { pastPuts } from './puts-past.ts';
import { rulePuts } from './puts-rule.ts';
import type { Discrepancy, VendorProfile, World, WorldSize } from './types.ts';

const SIZES = { small: 12, medium: 80, large: 600 } as const;

/** When the periods before were looked at, oldest first. */
const PAST = ['2026-09-20T08:00:00Z', '2026-10-20T08:00:00Z'] as const;

/** What goes wrong when nothing is asked for, in the order it is put in. */
const MIX: readonly Discrepancy[] = [
  'seats-added',
  'seats-removed',
  'not-billed',
  'term-ended',
  'line-future',
  'sku-unmapped',
];

/**
 * A deterministic MSP: the same seed and size give the same bytes, in every runtime.
 * The world is a plain value; a mock PSA made from it keeps what is written to it for itself.
 * @param size `small` 12, `medium` 80, `large` 600 customers; or in numbers, with vendors and discrepancies
 * @throws {TrueupError} `BAD_OPTIONS` for an unknown size or discrepancy, a vendor without a mock, or more discrepancies
 * than the customers can hold
 */
export function createWorld(seed: string | number, size: keyof typeof SIZES | WorldSize = 'small'): World {
  const { customers, vendors = ['pax8'], discrepancies } = sizeOf(size);
  const draft = draftWorld(String(seed), customers, vendors.map(profileOf));
  keepPast(draft);
  const wanted = discrepancies?.flatMap((one) =>
    typeof one === 'string' ? [one] : Array.from({ length: one.times }, () => one.discrepancy),
  );
  putDiscrepancies(draft, wanted ?? mix(customers), wanted !== undefined);
  return finish(String(seed), draft);
}

function sizeOf(size: keyof typeof SIZES | WorldSize): WorldSize {
  if (typeof size === 'string') {
    if (Object.hasOwn(SIZES, size)) return { customers: SIZES[size] };
    const others = choices(
      size,
      Object.keys(SIZES),
      `${Object.keys(SIZES).join(', ')} and { customers: 50 }`,
    );
    throw new TrueupError('BAD_OPTIONS', `no size of a world is called ${String(size)}${others}`);
  }
  checkOptions<WorldSize>('createWorld', size, { customers: 'needed', vendors: 'any', discrepancies: 'any' });
  if (!Number.isInteger(size.customers) || size.customers < 0) {
    throw new TrueupError('BAD_OPTIONS', 'createWorld: option customers must be a whole number from 0.');
  }
  for (const one of size.discrepancies ?? []) {
    if (typeof one === 'string') continue;
    checkOptions<typeof one>('createWorld: discrepancies', one, { discrepancy: 'needed', times: 'needed' });
  }
  return size;
}

function profileOf(vendor: string | VendorProfile): VendorProfile {
  if (typeof vendor !== 'string') return vendor;
  const mocked = Object.values(mockDefinitions).filter(({ profile }) => profile !== undefined);
  const profile = mocked.find(({ slug }) => slug === vendor)?.profile;
  if (profile) return profile;
  const others = choices(
    vendor,
    mocked.map(({ slug }) => slug),
  );
  throw new TrueupError(
    'BAD_OPTIONS',
    `no vendor mock is called ${vendor}${others} Or give a VendorProfile of your own.`,
  );
}

/** About a quarter of the customers; what a small world has no room for is left out. */
function mix(customers: number): Discrepancy[] {
  return Array.from({ length: Math.ceil(customers / 4) }, (_, n) => MIX[n % MIX.length] ?? 'seats-added');
}

function finish(seed: string, draft: Draft): World {
  const told = ({ discrepancy }: { readonly discrepancy: Discrepancy }): boolean =>
    discrepancy in pastPuts || discrepancy in rulePuts;
  const { past, kept } = draft;
  return freeze(
    structuredClone({
      seed,
      asOf: WORLD_NOW,
      on: dateOf(WORLD_NOW),
      currency: 'USD',
      ...rowsOf(draft),
      truth: draft.truth,
      history:
        past === null || !draft.truth.some(told)
          ? []
          : PAST.map((asOf, n) => ({ asOf, ...rowsOf(past), kept: n === PAST.length - 1 ? kept : [] })),
    }),
  );
}

function rowsOf({
  customers,
  services,
  contracts,
  lines,
  vendors,
  links,
  rules,
}: DraftRows): Pick<World, 'psa' | 'vendors' | 'mapping'> {
  return {
    psa: { customers, services, contracts, lines },
    vendors: vendors.map(({ slug, accounts, skus, counts }) => ({ slug, accounts, skus, counts })),
    mapping: { specVersion: 1, accounts: links, services: rules },
  };
}

/** Deep: a test that writes into the world would change another test's world. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
