import { dateOf } from '../../model/dates.ts';
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
 * @throws {RangeError} for the slug of a vendor without a mock, or more discrepancies than the customers can hold
 */
export function createWorld(seed: string | number, size: keyof typeof SIZES | WorldSize = 'small'): World {
  const {
    customers,
    vendors = ['pax8'],
    discrepancies,
  } = typeof size === 'string' ? ({ customers: SIZES[size] } as WorldSize) : size;
  const draft = draftWorld(String(seed), customers, vendors.map(profileOf));
  keepPast(draft);
  const wanted = discrepancies?.flatMap((one) =>
    typeof one === 'string' ? [one] : Array.from({ length: one.times }, () => one.discrepancy),
  );
  putDiscrepancies(draft, wanted ?? mix(customers), wanted !== undefined);
  return finish(String(seed), draft);
}

function profileOf(vendor: string | VendorProfile): VendorProfile {
  return typeof vendor === 'string' ? mockedProfile(vendor) : vendor;
}

function mockedProfile(slug: string): VendorProfile {
  const definition = Object.values(mockDefinitions).find((one) => one.slug === slug);
  if (!definition?.profile) {
    throw new RangeError(
      `no vendor mock is called ${slug}; see vendorSlugs for those there are, or give a VendorProfile of your own`,
    );
  }
  return definition.profile;
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
