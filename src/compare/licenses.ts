import type { NamedRef } from '../model/card.ts';
import { compareBy, compareStrings } from '../model/order.ts';
import { sortProblems } from '../model/problem.ts';
import { addUnits, subtractUnits } from '../model/units.ts';
import { clientsOf, sortSources, sortUnlinked } from './clients.ts';
import { checkMetric, checkSkus, sourcesOf, unlinkedOf } from './side-checks.ts';
import { countSide } from './side-count.ts';
import { indexSide, type SideIndex, skusReporting } from './side-index.ts';
import type {
  ComparedSku,
  LicenseComparison,
  LicenseCount,
  LicenseInput,
  LicenseRow,
  LicenseService,
  LicenseStatus,
  LicenseTrend,
  TrendPoint,
} from './types.ts';

/**
 * Devices against licences, one row per client: who runs more than is licensed, who pays for more than is there.
 * A client with one side missing is `no-data`, never zero. Bad input comes back in `problems`.
 */
export function compareLicenses(input: LicenseInput): LicenseComparison {
  const devices = indexSide('devices', input.devices, input.mapping);
  const licenses = indexSide('licenses', input.licenses, input.mapping, input.absentLicenses);
  const services = [...(input.services ?? [])].sort(compareBy((service) => service.id));
  const deviceSkus =
    input.services === undefined ? skusReporting(devices, 'devices') : distinct(services, 'devices');
  const licenseSkus =
    input.services === undefined ? skusReporting(licenses, 'purchased') : distinct(services, 'licenses');

  const clients = clientsOf(input, devices, licenses).map((customer): LicenseRow => {
    const perService = services.map(({ id, name, ...skus }) => ({
      id,
      name: name ?? id,
      ...compareCount(customer.id, devices, skus.devices, licenses, skus.licenses),
    }));
    return {
      customer,
      ...compareCount(customer.id, devices, deviceSkus, licenses, licenseSkus),
      services: perService,
      offsetting:
        perService.some((service) => service.status === 'under-licensed') &&
        perService.some((service) => service.status === 'over-licensed'),
    };
  });
  return {
    specVersion: 1,
    kind: 'license-comparison',
    asOf: input.asOf,
    clients,
    summary: summarize(clients),
    unlinked: sortUnlinked([...unlinkedOf(devices, deviceSkus), ...unlinkedOf(licenses, licenseSkus)]),
    sources: sortSources([...sourcesOf(devices), ...sourcesOf(licenses)]),
    problems: sortProblems([
      ...devices.problems,
      ...licenses.problems,
      ...(input.services === undefined
        ? [...checkMetric(devices, 'devices'), ...checkMetric(licenses, 'purchased')]
        : []),
      ...checkSkus(
        devices,
        services.map(({ id, devices: skus }) => ({ id, skus })),
      ),
      ...checkSkus(
        licenses,
        services.map(({ id, licenses: skus }) => ({ id, skus })),
      ),
    ]),
  };
}

/** Earlier and later comparisons as one line per client. Any order in; of two with the same `asOf` the last counts. */
export function licenseTrend(comparisons: readonly LicenseComparison[]): LicenseTrend[] {
  const byTime = new Map(comparisons.map((comparison) => [comparison.asOf, comparison]));
  const found = new Map<string, { customer: NamedRef; points: TrendPoint[] }>();
  for (const [asOf, comparison] of [...byTime].sort(([a], [b]) => compareStrings(a, b))) {
    for (const row of comparison.clients) {
      const points = found.get(row.customer.id)?.points ?? [];
      points.push({
        asOf,
        devices: row.devices.units,
        licenses: row.licenses.units,
        variance: row.variance,
        status: row.status,
      });
      // The latest name a client had.
      found.set(row.customer.id, { customer: row.customer, points });
    }
  }
  return [...found.values()].sort(compareBy((trend) => trend.customer.id));
}

function compareCount(
  customerId: string,
  devices: SideIndex,
  deviceSkus: readonly ComparedSku[],
  licenses: SideIndex,
  licenseSkus: readonly ComparedSku[],
): LicenseCount {
  const left = countSide(devices, customerId, deviceSkus);
  const right = countSide(licenses, customerId, licenseSkus);
  const variance =
    left.units === null || right.units === null ? null : subtractUnits(left.units, right.units);
  return { devices: left, licenses: right, variance, status: statusOf(variance) };
}

function statusOf(variance: number | null): LicenseStatus {
  if (variance === null) return 'no-data';
  if (variance === 0) return 'matched';
  return variance > 0 ? 'under-licensed' : 'over-licensed';
}

function distinct(services: readonly LicenseService[], side: 'devices' | 'licenses'): ComparedSku[] {
  const byKey = new Map<string, ComparedSku>();
  for (const sku of services.flatMap((service) => service[side])) {
    const key = JSON.stringify([sku.vendor, sku.skuId, sku.metric ?? null]);
    if (!byKey.has(key)) byKey.set(key, sku);
  }
  return [...byKey.values()];
}

function summarize(clients: readonly LicenseRow[]): LicenseComparison['summary'] {
  const count = (status: LicenseStatus): number => clients.filter((row) => row.status === status).length;
  const units = (sign: 1 | -1): number =>
    addUnits(clients.map((row) => Math.max(0, sign * (row.variance ?? 0)))) ?? 0;
  return {
    matched: count('matched'),
    'under-licensed': count('under-licensed'),
    'over-licensed': count('over-licensed'),
    'no-data': count('no-data'),
    underLicensedUnits: units(1),
    overLicensedUnits: units(-1),
  };
}
