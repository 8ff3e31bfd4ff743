import type { CardLine, ScopeReason } from '../model/card.ts';
import type { Problem } from '../model/errors.ts';
import { compareBy } from '../model/order.ts';
import { sortProblems } from '../model/problem.ts';
import { addUnits, subtractUnits } from '../model/units.ts';
import { clientsOf, sortSources, sortUnlinked } from './clients.ts';
import { checkSkus, sourcesOf, unlinkedOf } from './side-checks.ts';
import { countSide } from './side-count.ts';
import { indexSide } from './side-index.ts';
import type {
  BilledSide,
  ComparedSide,
  ThreeWay,
  ThreeWayInput,
  ThreeWayPair,
  ThreeWayRow,
} from './types.ts';

/**
 * Bought, used and billed in one row, with a verdict for each pair: what is paid for and not used, used and not
 * billed, billed and not paid for. Unknown is `no-data`, never zero. Bad input comes back in `problems`.
 */
export function threeWay(input: ThreeWayInput): ThreeWay {
  const { reconciliation, mapping } = input;
  const bought = indexSide('bought', input.bought, mapping);
  const used = indexSide('used', input.used, mapping);
  // What the mapping excludes is billed out of sight: to call it unbilled would be false.
  const excluded = new Set(mapping.excluded?.services);
  const services = input.services
    .filter(({ serviceIds }) => serviceIds.length === 0 || serviceIds.some((id) => !excluded.has(id)))
    .sort(compareBy((service) => service.id));
  const billing = indexBilling(reconciliation);
  const customers = [...cardCustomers(reconciliation), ...(input.customers ?? [])];

  const rows = clientsOf({ customers, mapping }, bought, used).flatMap((customer) =>
    services.flatMap((service): ThreeWayRow[] => {
      const buy = countSide(bought, customer.id, service.bought);
      const use = countSide(used, customer.id, service.used);
      const bill = billing(customer.id, service.serviceIds);
      if (![buy, use].some(says) && bill.reason !== 'psa-incomplete' && bill.lines.length === 0) return [];
      const name = { id: service.id, name: service.name ?? service.id };
      return [{ customer, service: name, ...judge(buy, use, bill) }];
    }),
  );
  return {
    specVersion: 1,
    kind: 'three-way',
    asOf: reconciliation.asOf,
    on: reconciliation.on,
    rows,
    summary: summarize(rows),
    unlinked: sortUnlinked([
      ...unlinkedOf(
        bought,
        services.flatMap((service) => service.bought),
      ),
      ...unlinkedOf(
        used,
        services.flatMap((service) => service.used),
      ),
    ]),
    sources: sortSources([...sourcesOf(bought), ...sourcesOf(used)]),
    problems: sortProblems([
      ...bought.problems,
      ...used.problems,
      ...checkSkus(
        bought,
        services.map(({ id, bought: skus }) => ({ id, skus })),
      ),
      ...checkSkus(
        used,
        services.map(({ id, used: skus }) => ({ id, skus })),
      ),
      ...checkServices(services),
    ]),
  };
}

/** True when the side has something to tell of this client: a row, or that it could not be read. */
function says(side: ComparedSide): boolean {
  return side.contributions.some(
    (part) =>
      part.basis === 'reported' || part.reason === 'source-incomplete' || part.reason === 'term-ended',
  );
}

function judge(
  buy: ComparedSide,
  use: ComparedSide,
  bill: BilledSide,
): Omit<ThreeWayRow, 'customer' | 'service'> {
  const boughtUsed = pair(buy.units, use.units, 'unused', 'short');
  const usedBilled = pair(use.units, bill.units, 'under-billed', 'over-billed');
  const boughtBilled = pair(buy.units, bill.units, 'under-billed', 'over-billed');
  const pairs = [boughtUsed, usedBilled, boughtBilled];
  const status = pairs.some((one) => one.difference !== null && one.difference !== 0)
    ? 'differs'
    : pairs.every((one) => one.verdict === 'matched')
      ? 'agrees'
      : 'no-data';
  return { bought: buy, used: use, billed: bill, boughtUsed, usedBilled, boughtBilled, status };
}

function pair<Verdict extends string>(
  first: number | null,
  second: number | null,
  more: Verdict,
  less: Verdict,
): ThreeWayPair<Verdict> {
  if (first === null || second === null) return { difference: null, verdict: 'no-data' };
  const difference = subtractUnits(first, second);
  return { difference, verdict: difference === 0 ? 'matched' : difference > 0 ? more : less };
}

const UNSURE: ReadonlySet<ScopeReason> = /* @__PURE__ */ new Set([
  'psa-incomplete',
  'bad-row',
  'orphan',
  'service-excluded',
]);

/** The in-scope lines by customer and service. A customer the PSA was not read whole for has no number. */
function indexBilling(
  reconciliation: ThreeWayInput['reconciliation'],
): (customerId: string, serviceIds: readonly string[]) => BilledSide {
  const lines = new Map<string, CardLine[]>();
  for (const card of reconciliation.cards) {
    for (const line of card.psa?.lines ?? []) {
      const key = JSON.stringify([card.customer.id, line.serviceId]);
      const found = lines.get(key);
      if (found) found.push(line);
      else lines.set(key, [line]);
    }
  }
  const unread = new Set(
    reconciliation.problems
      .filter((problem) => problem.code === 'psa-incomplete')
      .map((problem) => problem.ids?.customerId ?? ''),
  );
  // Lines that could not be used, were not read or are excluded: what is billed for the service is not known.
  const unsure = new Map(
    reconciliation.outOfScope
      .filter(({ reason }) => UNSURE.has(reason))
      .map((line) => [JSON.stringify([line.customerId, line.serviceId]), line.reason]),
  );
  return (customerId, serviceIds) => {
    const doubts = serviceIds.map((id) => unsure.get(JSON.stringify([customerId, id])));
    const found = serviceIds.flatMap((id) => lines.get(JSON.stringify([customerId, id])) ?? []);
    const units = addUnits(found.map((line) => line.units));
    const lost =
      doubts.some((reason) => reason === 'psa-incomplete' || reason === 'bad-row') ||
      (doubts.includes('orphan') && found.length === 0);
    if (unread.has(customerId) || unread.has('') || lost || units === null) {
      return { units: null, reason: 'psa-incomplete', lines: found };
    }
    return doubts.includes('service-excluded')
      ? { units: null, reason: 'service-excluded', lines: found }
      : { units, lines: found };
  };
}

function cardCustomers(
  reconciliation: ThreeWayInput['reconciliation'],
): { readonly id: string; readonly name: string }[] {
  return [...new Map(reconciliation.cards.map((card) => [card.customer.id, card.customer])).values()];
}

function checkServices(services: ThreeWayInput['services']): Problem[] {
  const seen = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { id, serviceIds } of services) {
    for (const serviceId of serviceIds) {
      const other = seen.get(serviceId);
      if (other !== undefined) {
        problems.push({
          code: 'service-compared-twice',
          message: `PSA service ${serviceId} is in "${other}" and in "${id}" and counts in both. Keep it in one.`,
          severity: 'warning',
          ids: { serviceId, id },
        });
      }
      seen.set(serviceId, id);
    }
  }
  return problems;
}

function summarize(rows: readonly ThreeWayRow[]): ThreeWay['summary'] {
  const count = (status: ThreeWayRow['status']): number => rows.filter((row) => row.status === status).length;
  const units = (sign: 1 | -1, of: (row: ThreeWayRow) => number | null): number =>
    addUnits(rows.map((row) => Math.max(0, sign * (of(row) ?? 0)))) ?? 0;
  return {
    agrees: count('agrees'),
    differs: count('differs'),
    'no-data': count('no-data'),
    unusedUnits: units(1, (row) => row.boughtUsed.difference),
    shortUnits: units(-1, (row) => row.boughtUsed.difference),
    underBilledUnits: units(1, (row) => row.usedBilled.difference),
    overBilledUnits: units(-1, (row) => row.usedBilled.difference),
  };
}
