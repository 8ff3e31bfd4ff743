import fc from 'fast-check';
import type { Mapping, ReconcileInput, VendorCount } from 'trueup';
import { buildInput } from './build.ts';

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** There in `of` of `of + 1` cases; with 1, in one of five. */
const maybe = <T>(value: fc.Arbitrary<T>, of = 4): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: of === 1 ? 4 : 1, arbitrary: pick<T | undefined>(undefined) },
    { weight: of, arbitrary: value },
  );
/** Now and then the odd value. */
const rarely = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>, weight = 30): fc.Arbitrary<T | U> =>
  fc.oneof({ weight, arbitrary: usual as fc.Arbitrary<T | U> }, { weight: 1, arbitrary: odd });
/** Without the keys whose value is `undefined`, as JSON has it. */
const tidy = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(tidy) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, tidy(entry)]),
  ) as T;
};

const customerId = pick('c1', 'c2', 'c/3', 'c%4', 'Ç5');
const serviceId = pick('s1', 's1', 's2', 's3', 's3', 's4');
const contractId = pick('k1', 'k2', 'k3', 'k4', 'k5', 'k6');
const vendorId = pick('v1', 'v2', 'v3');
const accountId = pick('a1', 'a2', 'a3', 'a4', 'a5');
const skuId = pick('u1', 'u1', 'u2', 'u3', 'u3', 'u4');
const metric = pick('purchased', 'purchased', 'purchased', 'assigned', 'devices');
const day = pick('2026-01-01', '2026-11-30', '2026-12-01', '2026-12-02', '2027-06-01');
const units = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => n / 8) },
  { weight: 1, arbitrary: pick(0.1, 0.000001, 2_000_000_000) },
);
/** Hardly a row holds something no row should: one is enough to spoil what is around it. */
const badUnits = rarely(units, pick(Number.NaN, -1, 0.1234567, 1e300, Number.POSITIVE_INFINITY), 150);
const ids = <T>(count: number, make: (id: string) => fc.Arbitrary<T>, prefix: string): fc.Arbitrary<T[]> =>
  fc
    .tuple(...Array.from({ length: count }, (_, i) => maybe(make(`${prefix}${i + 1}`), 30)))
    .map((rows) => rows.filter((row): row is NonNullable<typeof row> => row !== undefined) as T[]);
/** Now and then a row is there twice. */
const doubled = <T>(rows: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> =>
  fc.tuple(rows, fc.nat({ max: 80 })).map(([list, at]) => {
    const twice = list[at];
    return twice === undefined || at > 0 ? list : [...list, twice];
  });

const lineId = fc.integer({ min: 0, max: 1500 }).map((n) => `l${n}`);
const contracts = doubled(
  ids(
    6,
    (id) =>
      fc.record({
        id: fc.constant(id),
        // A contract belongs to its customer for good, but for the odd one.
        customerId: fc.oneof(
          {
            weight: 60,
            arbitrary: fc.constant(['c1', 'c1', 'c2', 'c2', 'c/3', 'c%4'][Number(id.slice(1)) - 1] ?? 'c1'),
          },
          { weight: 1, arbitrary: customerId },
        ),
        status: rarely(
          pick('active'),
          pick('cancelled', 'inactive', 'expired'),
          15,
        ) as fc.Arbitrary<'active'>,
        billingCycle: rarely(pick('monthly', 'annual'), pick('none'), 15) as fc.Arbitrary<'monthly'>,
        startDate: rarely(pick(null, '2025-01-01', '2026-01-01'), day, 8),
        endDate: rarely(pick(null), day, 15),
        currency: maybe(pick('EUR'), 1),
      }),
    'k',
  ),
);
const owner: Record<string, string> = { k1: 'c1', k2: 'c1', k3: 'c2', k4: 'c2', k5: 'c/3', k6: 'c%4' };
const line = fc
  .record({
    id: lineId,
    contractId,
    other: fc.oneof({ weight: 150, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: customerId }),
    serviceId,
    units: badUnits,
    unitPrice: maybe(pick('1.10', '22', '0.005', 'free')),
    startDate: rarely(pick(null), day, 8),
    endDate: rarely(rarely(pick(null), pick('2026-12-01', '2030-01-01'), 10), pick('soon'), 150),
    active: rarely(pick(true), pick(false), 15),
    billable: pick(true, true, true, false),
    native: maybe(fc.record({ included: maybe(units, 1), computed: maybe(fc.boolean(), 1) }), 1),
  })
  .map(({ other, ...row }) => ({ ...row, customerId: other ?? owner[row.contractId] ?? 'c1' }));

const count: fc.Arbitrary<VendorCount> = fc.record({
  accountId,
  skuId,
  metric,
  units: badUnits,
  ref: fc.integer({ min: 0, max: 60 }).map((n) => `r${n}`),
  status: rarely(pick('active', undefined), pick('ended'), 8),
  committedUntil: maybe(day, 1),
}) as fc.Arbitrary<VendorCount>;

const vendor = (source: string) =>
  fc.record({
    source: fc.constant(source),
    takenAt: pick('2026-12-01T07:00:00Z', '2026-11-01T07:00:00Z'),
    catalogue: pick(undefined, undefined, 'whole', 'in-use') as fc.Arbitrary<'in-use'>,
    accounts: doubled(
      ids(5, (id) => fc.record({ id: fc.constant(id), active: rarely(pick(true), pick(false), 10) }), 'a'),
    ),
    skus: doubled(
      ids(
        4,
        (id) =>
          fc.record({
            id: fc.constant(id),
            family: maybe(pick('f1', 'f2'), 2),
            term: pick(undefined, null, { commitment: '1-Year', billing: 'Monthly' }),
            metrics: pick(['purchased'], ['purchased', 'assigned', 'devices']),
            defaultMetric: pick('purchased', 'assigned'),
            whenAbsent: pick('zero', 'no-count') as fc.Arbitrary<'zero'>,
          }),
        'u',
      ),
    ),
    counts: fc.array(count, { maxLength: 20 }),
    receipt: fc.oneof(
      { weight: 16, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constant({ complete: false }) },
      { weight: 1, arbitrary: accountId.map((id) => ({ complete: false, incompleteAccounts: [id] })) },
    ),
  });

const rule = (
  id: string,
  services: readonly string[],
  sku: fc.Arbitrary<{ vendor: string; skuId: string }>,
) =>
  fc.record({
    id: fc.constant(id),
    skus: fc.array(sku, { minLength: 1, maxLength: 2 }),
    serviceIds: fc.subarray([...services], { minLength: 1 }),
    metric: rarely(pick(undefined), metric, 3),
    spread: maybe(pick('exclusive', 'pool', 'replicate'), 3),
    allocate: maybe(pick('single', 'in-order', 'proportional'), 3),
    detectNewRevenue: maybe(fc.boolean(), 1),
    respectCommitment: maybe(fc.boolean(), 1),
    tolerance: maybe(pick(1, 0.5), 1),
    ratio: maybe(pick({ numerator: 1, denominator: 3 }, { numerator: 5, denominator: 2 }), 1),
    adjust: maybe(pick(-1, 1.5), 1),
    included: maybe(pick(1, 2.5), 1),
    minimum: maybe(pick(2, 3), 1),
    maximum: maybe(pick(8), 1),
    rounding: maybe(pick('up', 'down', 'nearest'), 2),
  });

export const mappings: fc.Arbitrary<Mapping> = fc
  .record({
    accounts: fc
      .tuple(
        ...['v1', 'v2'].flatMap((vendor) =>
          ['c1', 'c1', 'c2', 'c/3', 'c%4'].map((customer, i) =>
            rarely(
              fc.record({
                vendor: pick(vendor),
                accountId: pick(`a${i + 1}`),
                customerId: rarely(rarely(pick(customer), customerId, 20), pick(null), 30),
                contractId: rarely(pick(undefined), contractId, 8),
              }),
              pick(undefined),
              6,
            ),
          ),
        ),
        rarely(
          pick(undefined),
          fc.record({ vendor: vendorId, accountId, customerId, contractId: pick(undefined) }),
          15,
        ),
      )
      .map((links) => links.filter((link) => link !== undefined)),
    services: fc
      .tuple(
        rule('r1', ['s1', 's2'], fc.record({ vendor: pick('v1'), skuId: pick('u1', 'u2') })),
        rule('r/2', ['s3'], fc.record({ vendor: rarely(pick('v1'), pick('v2'), 3), skuId: pick('u3') })),
        rarely(pick(undefined), rule('r3', ['s3', 's4'], fc.record({ vendor: vendorId, skuId })), 9),
      )
      .map((rules) => rules.filter((entry) => entry !== undefined)),
    excluded: maybe(
      fc.record({
        customers: fc.array(customerId, { maxLength: 1 }),
        services: fc.array(serviceId, { maxLength: 1 }),
        skus: fc.array(fc.record({ vendor: vendorId, skuId }), { maxLength: 1 }),
      }),
      1,
    ),
    newRevenueOff: maybe(fc.record({ customers: fc.array(customerId, { maxLength: 1 }) }), 1),
  })
  .map((mapping) => tidy({ specVersion: 1, ...mapping }) as unknown as Mapping);

/** Small worlds full of rows that contradict each other. */
export const inputs: fc.Arbitrary<ReconcileInput> = fc
  .record({
    psa: fc.record({
      precision: pick('integer', 'decimal') as fc.Arbitrary<'integer'>,
      customers: doubled(
        fc
          .subarray(['c1', 'c2', 'c/3', 'c%4', 'Ç5'], { minLength: 4 })
          .map((list) => list.map((id) => ({ id, active: id !== 'c%4', isCustomer: true }))),
      ),
      services: doubled(
        ids(4, (id) => fc.record({ id: fc.constant(id), active: pick(true, true, false) }), 's'),
      ),
      contracts,
      lines: fc.array(line, { maxLength: 14 }),
      receipt: fc.oneof(
        { weight: 30, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.constant({ complete: false }) },
        { weight: 1, arbitrary: contractId.map((id) => ({ complete: false, incompleteContracts: [id] })) },
      ),
    }),
    vendors: fc.tuple(maybe(vendor('v1'), 9), maybe(vendor('v2'), 3)),
    mapping: mappings,
  })
  .map(({ psa, vendors, mapping }) => {
    // Half a unit on a line of an integer PSA is a bad row; one in a while is enough.
    const whole = (units: number): number => (psa.precision === 'integer' ? Math.ceil(units) : units);
    const lines = psa.lines.map((row) => ({ ...row, units: whole(row.units) }));
    const given = vendors.filter((entry) => entry !== undefined);
    return buildInput(tidy({ psa: { ...psa, lines }, vendors: given, mapping }) as never);
  });

/** The same rows in another order, keys of objects included. */
export function shuffled(input: ReconcileInput, seed: number): ReconcileInput {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const list = value.map((entry) => walk(entry, ''));
      if (key === 'metrics' || key === 'domains') return list;
      for (let i = list.length - 1; i > 0; i--) {
        const j = random(i + 1);
        [list[i], list[j]] = [list[j], list[i]];
      }
      return list;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, walk(entry, name)]));
  };
  return walk(input, '') as ReconcileInput;
}
