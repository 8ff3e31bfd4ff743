import { TrueupError } from '../../model/errors.ts';
import type { PsaSnapshot } from '../../model/psa.ts';
import type { Receipt } from '../../model/snapshot.ts';
import type { VendorSnapshot } from '../../model/vendor.ts';
import type { World, WorldVendor } from './types.ts';

/** The snapshot a perfect pull of the world's PSA gives. */
export function worldPsaSnapshot(
  world: World,
  system: Partial<Pick<PsaSnapshot, 'source' | 'connector' | 'precision' | 'dating'>> = {},
): PsaSnapshot {
  const { customers, services, contracts, lines } = world.psa;
  return {
    specVersion: 1,
    kind: 'psa',
    source: system.source ?? 'psa',
    connector: system.connector ?? 'world',
    takenAt: world.asOf,
    currency: world.currency,
    precision: system.precision ?? 'decimal',
    dating: system.dating ?? 'immediate',
    customers,
    services,
    contracts,
    lines,
    receipt: wholeReceipt({ customers, services, contracts, lines }),
  };
}

/**
 * The snapshot a perfect pull of one of the world's vendors gives.
 * @throws {TrueupError} `BAD_OPTIONS` when the world was made without that vendor
 */
export function worldVendorSnapshot(world: World, slug: string): VendorSnapshot {
  const { accounts, skus, counts } = worldVendor(world, slug);
  return {
    specVersion: 1,
    kind: 'vendor',
    source: slug,
    connector: slug,
    takenAt: world.asOf,
    accounts,
    skus,
    counts,
    receipt: wholeReceipt({ accounts, skus, counts }),
  };
}

/**
 * One vendor of a world, by its slug.
 * @throws {TrueupError} `BAD_OPTIONS` when the world was made without that vendor
 */
export function worldVendor(world: World, slug: string): WorldVendor {
  const vendor = world.vendors.find((one) => one.slug === slug);
  if (!vendor) {
    throw new TrueupError(
      'BAD_OPTIONS',
      `this world has no vendor ${slug}; make it with createWorld(seed, { customers, vendors: ['${slug}'] })`,
    );
  }
  return vendor;
}

function wholeReceipt(rows: Readonly<Record<string, readonly unknown[]>>): Receipt {
  return {
    complete: true,
    resources: Object.fromEntries(
      Object.entries(rows).map(([name, list]) => [name, { rows: list.length, pages: 1, complete: true }]),
    ),
    problems: [],
  };
}
