import { dateOf } from '../../model/dates.ts';
import { mockDefinitions } from '../mocks/index.ts';
import { putDiscrepancy } from './discrepancies.ts';
import { type Draft, draftWorld, WORLD_NOW } from './draft.ts';
import type { Discrepancy, VendorProfile, World, WorldSize } from './types.ts';

const SIZES = { small: 12, medium: 80, large: 600 } as const;

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
 * @throws {RangeError} for a vendor without a mock, or more discrepancies than the customers can hold
 */
export function createWorld(seed: string | number, size: keyof typeof SIZES | WorldSize = 'small'): World {
  const {
    customers,
    vendors = ['pax8'],
    discrepancies,
  } = typeof size === 'string' ? ({ customers: SIZES[size] } as WorldSize) : size;
  const draft = draftWorld(String(seed), customers, vendors.map(profileOf));
  const wanted = discrepancies?.flatMap((one) =>
    typeof one === 'string' ? [one] : Array.from({ length: one.times }, () => one.discrepancy),
  );
  if (wanted) for (const one of wanted) putDiscrepancy(draft, one);
  else putMix(draft, customers);
  return finish(String(seed), draft);
}

function profileOf(slug: string): VendorProfile {
  const definition = Object.values(mockDefinitions).find((one) => one.slug === slug);
  if (!definition?.profile) {
    throw new RangeError(`no vendor mock is called ${slug}; see vendorSlugs for those there are`);
  }
  return definition.profile;
}

/** About a quarter of the customers; what a small world has no room for is left out. */
function putMix(draft: Draft, customers: number): void {
  for (let n = 0; n < Math.ceil(customers / 4); n++) {
    try {
      putDiscrepancy(draft, MIX[n % MIX.length] ?? 'seats-added');
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

function finish(seed: string, draft: Draft): World {
  return freeze(
    structuredClone({
      seed,
      asOf: WORLD_NOW,
      on: dateOf(WORLD_NOW),
      currency: 'USD',
      psa: {
        customers: draft.customers,
        services: draft.services,
        contracts: draft.contracts,
        lines: draft.lines,
      },
      vendors: draft.vendors.map(({ slug, accounts, skus, counts }) => ({ slug, accounts, skus, counts })),
      mapping: { specVersion: 1 as const, accounts: draft.links, services: draft.rules },
      truth: draft.truth,
      history: [],
    }),
  );
}

/** Deep: a test that writes into the world would change another test's world. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
