import type { Cause, VendorCount } from '../../src/index.ts';
import type { Random } from '../../src/testing/index.ts';
import {
  countsOf,
  type Loose,
  line,
  linesOf,
  type Month,
  ruleOf,
  type State,
  type Target,
  vendorOf,
} from './state.ts';

/** Puts one cause into a state at a target; `false` when the target does not suit, and nothing was changed. */
export interface Fault {
  readonly cause: Cause;
  readonly name: string;
  /** Which way the vendor count moves against the PSA. */
  readonly direction: 'short' | 'long' | 'either';
  /** The past is part of the evidence. */
  readonly needsHistory?: true;
  put(state: State, target: Target, random: Random): boolean;
}

const all = (state: State): Month[] => [state.now, ...state.past];
const vendorName = (state: State, target: Target): string =>
  ruleOf(state.now, target.ruleId).skus[0]?.vendor ?? '';

/** The target's one count row, when it is one and big enough. */
function oneCount(month: Month, target: Target, least: number): Loose<VendorCount> | null {
  const counts = countsOf(month, target);
  const [only] = counts;
  return only && counts.length === 1 && only.units >= least ? only : null;
}

/** Every number of the same account and SKU moved by `by`, in each of the months. */
function shift(months: readonly Month[], target: Target, by: number): boolean {
  if (
    months.some((month) => !countsOf(month, target).some((count) => count.units + by >= 0 && count.units > 0))
  )
    return false;
  for (const month of months) {
    const count = countsOf(month, target).find((each) => each.units + by >= 0 && each.units > 0);
    if (!count) continue;
    const { accountId, skuId, ref } = count;
    const rows = month.vendors.flatMap((vendor) => (vendor.counts.includes(count) ? vendor.counts : []));
    // The other numbers of the vendor move along: a device that is gone is not active either.
    for (const row of rows) {
      const same = row.accountId === accountId && row.skuId === skuId && row.ref === ref;
      if (same) row.units = Math.max(0, row.units + by);
    }
  }
  return true;
}

function dropRows<T>(rows: T[], gone: (row: T) => boolean): T[] {
  const removed = rows.filter(gone);
  const left = rows.filter((row) => !gone(row));
  rows.splice(0, rows.length, ...left);
  return removed;
}

const familyOf = (month: Month, vendor: string, skuId: string): string | undefined =>
  vendorOf(month, vendor).skus.find((sku) => sku.id === skuId)?.family;

export const faults: readonly Fault[] = [
  {
    cause: 'stale-psa',
    name: 'stale PSA',
    direction: 'either',
    put(state, target, random) {
      if (!shift([state.now], target, random.pick([-2, -1, 2, 3, 5]))) return false;
      state.now.psa.takenAt = '2026-11-16T08:00:00Z';
      return true;
    },
  },
  {
    cause: 'stale-vendor',
    name: 'stale vendor',
    direction: 'either',
    put(state, target, random) {
      const [mine] = linesOf(state.now, target);
      if (!mine || mine.units < 4) return false;
      mine.units += random.pick([-2, -1, 2, 3, 5]);
      vendorOf(state.now, vendorName(state, target)).takenAt = '2026-11-17T08:00:00Z';
      return true;
    },
  },
  {
    cause: 'stale-vendor',
    name: 'vendor not read to the end',
    direction: 'either',
    put(state, target) {
      const count = oneCount(state.now, target, 1);
      if (!count) return false;
      const vendor = vendorOf(state.now, vendorName(state, target));
      vendor.receipt.incompleteAccounts = [...(vendor.receipt.incompleteAccounts ?? []), count.accountId];
      dropRows(vendor.counts, (each) => each.accountId === count.accountId);
      return true;
    },
  },
  {
    cause: 'account-unmapped',
    name: 'account without a link',
    direction: 'short',
    put(state, target) {
      const count = oneCount(state.now, target, 1);
      if (!count) return false;
      for (const month of all(state))
        dropRows(month.mapping.accounts, (link) => link.accountId === count.accountId);
      return true;
    },
  },
  {
    cause: 'account-unmapped',
    name: 'second site without a link',
    direction: 'short',
    put(state, target, random) {
      const vendor = vendorName(state, target);
      if (!oneCount(state.now, target, 4)) return false;
      const part = random.int(1, 3);
      const suffix = random.pick([' - Warehouse', ' - Branch office', ' (2nd floor)', ' Annex']);
      for (const month of all(state)) {
        const count = oneCount(month, target, 4);
        if (!count) return false;
        const name =
          vendorOf(month, vendor).accounts.find((account) => account.id === count.accountId)?.name ?? '';
        count.units -= part;
        const id = `second-${target.customerId}`;
        vendorOf(month, vendor).accounts.push({ id, name: name + suffix, active: true });
        vendorOf(month, vendor).counts.push({ ...count, accountId: id, units: part });
      }
      return true;
    },
  },
  {
    cause: 'sku-unmapped',
    name: 'SKU of the family without a rule',
    direction: 'short',
    put(state, target, random) {
      const vendor = vendorName(state, target);
      const count = oneCount(state.now, target, 4);
      const family = count && familyOf(state.now, vendor, count.skuId);
      if (!count || family === undefined) return false;
      const sibling = vendorOf(state.now, vendor).skus.find(
        (sku) =>
          sku.family === family &&
          sku.term !== null &&
          !state.now.mapping.services.some((rule) => rule.skus.some((ref) => ref.skuId === sku.id)),
      );
      const part = random.int(1, 3);
      const id = sibling?.id ?? `${count.skuId}-v2`;
      for (const month of all(state)) {
        const mine = oneCount(month, target, 4);
        const row = vendorOf(month, vendor).skus.find((sku) => sku.id === mine?.skuId);
        if (!mine || !row) return false;
        if (!vendorOf(month, vendor).skus.some((sku) => sku.id === id)) {
          vendorOf(month, vendor).skus.push({ ...row, id, name: `${row.name} annual` });
        }
        mine.units -= part;
        const { ref: _, ...rest } = mine;
        vendorOf(month, vendor).counts.push({
          ...rest,
          skuId: id,
          units: part,
          ...(mine.ref ? { ref: `${mine.ref}-2` } : {}),
        });
      }
      return true;
    },
  },
  {
    cause: 'no-term-sku',
    name: 'variant without a term mapped',
    direction: 'short',
    put(state, target, random) {
      const vendor = vendorName(state, target);
      const now = ruleOf(state.now, target.ruleId);
      const [ref] = now.skus;
      const mine = vendorOf(state.now, vendor).skus.find((sku) => sku.id === ref?.skuId);
      if (!ref || now.skus.length !== 1 || !mine?.term || mine.family === undefined) return false;
      const none = `${mine.family}:none`;
      const wrong = random.pick([0, 0, 1]);
      for (const month of all(state)) {
        const there = vendorOf(month, vendor);
        if (!there.skus.some((sku) => sku.id === none)) there.skus.push({ ...mine, id: none, term: null });
        const [count] = countsOf(month, target);
        if (count && wrong > 0)
          there.counts.push({ ...count, skuId: none, units: wrong, ref: `${count.ref}-none` });
        ruleOf(month, target.ruleId).skus = [{ vendor, skuId: none }];
      }
      return true;
    },
  },
  {
    cause: 'extra-contributor',
    name: 'second vendor summed in',
    direction: 'long',
    put(state, target, random) {
      const rule = ruleOf(state.now, target.ruleId);
      if (rule.skus.length !== 1) return false;
      const other = vendorName(state, target) === 'rmm' ? 'pax8' : 'rmm';
      const id = `also-${target.ruleId}`;
      const more = random.int(1, 9);
      const link = state.now.mapping.accounts.find(
        (each) => each.vendor === other && each.customerId === target.customerId,
      );
      if (!link) return false;
      for (const month of all(state)) {
        const vendor = vendorOf(month, other);
        vendor.skus.push({
          id,
          name: 'The same, sold directly',
          metrics: ['devices'],
          defaultMetric: 'devices',
          whenAbsent: 'zero',
        });
        vendor.counts.push({ accountId: link.accountId, skuId: id, metric: 'devices', units: more });
        ruleOf(month, target.ruleId).skus.push({ vendor: other, skuId: id });
      }
      return true;
    },
  },
  {
    cause: 'extra-contributor',
    name: 'foreign account linked',
    direction: 'long',
    put(state, target, random) {
      const vendor = vendorName(state, target);
      const count = oneCount(state.now, target, 1);
      if (!count) return false;
      const units = random.int(1, 9);
      for (const month of all(state)) {
        const mine = oneCount(month, target, 1);
        if (!mine) return false;
        const id = `foreign-${target.customerId}`;
        vendorOf(month, vendor).accounts.push({ id, name: 'Quite Other Traders', active: true });
        vendorOf(month, vendor).counts.push({ ...mine, accountId: id, units });
        month.mapping.accounts.push({ vendor, accountId: id, customerId: target.customerId });
      }
      return true;
    },
  },
  ...(['line-future', 'contract-future', 'cycle-none', 'line-ended'] as const).map(
    (how): Fault => ({
      cause: 'line-out-of-scope',
      name: how,
      direction: 'long',
      put(state, target, random) {
        const [mine] = linesOf(state.now, target);
        const contract = state.now.psa.contracts.find((each) => each.id === mine?.contractId);
        if (!mine || !contract || mine.units < 4) return false;
        const part = random.chance(0.5) ? mine.units : random.int(1, 3);
        const id = `out-${mine.id}`;
        const moved = line(id, contract.id, target.customerId, mine.serviceId, part);
        if (how === 'line-future') moved.startDate = '2026-12-01';
        if (how === 'line-ended') moved.endDate = '2026-11-01';
        if (how === 'contract-future' || how === 'cycle-none') {
          moved.contractId = `c-${id}`;
          state.now.psa.contracts.push({
            ...contract,
            id: moved.contractId,
            ...(how === 'cycle-none' ? { billingCycle: 'none' as const } : { startDate: '2026-12-01' }),
          });
        }
        if (part === mine.units) dropRows(state.now.psa.lines, (each) => each.id === mine.id);
        else mine.units -= part;
        state.now.psa.lines.push(moved);
        return true;
      },
    }),
  ),
  {
    cause: 'vendor-filter',
    name: 'devices left out by a filter',
    direction: 'short',
    put(state, target, random) {
      return vendorName(state, target) === 'rmm' && shift([state.now], target, -random.int(2, 3));
    },
  },
  {
    cause: 'vendor-filter',
    name: 'other metric is what is billed',
    direction: 'long',
    put(state, target, random) {
      if (vendorName(state, target) !== 'rmm' || !oneCount(state.now, target, 6)) return false;
      // The MSP bills active devices, for every customer; the rule compares all of them.
      const less = new Map<string, number>();
      for (const month of all(state)) {
        for (const { id: customerId } of month.psa.customers) {
          const each = { customerId, ruleId: target.ruleId };
          const count = oneCount(month, each, 1);
          const [mine] = linesOf(month, each);
          if (!count || !mine) continue;
          const active = vendorOf(month, 'rmm').counts.find(
            (row) =>
              row.accountId === count.accountId && row.skuId === count.skuId && row.metric === 'active',
          );
          const by = less.get(customerId) ?? (customerId === target.customerId ? 3 : random.int(0, 3));
          less.set(customerId, by);
          if (!active) return false;
          active.units = Math.max(0, count.units - by);
          mine.units = active.units;
        }
      }
      return true;
    },
  },
  {
    cause: 'off-by-one',
    name: 'one admin account',
    direction: 'either',
    needsHistory: true,
    put: (state, target, random) => shift(all(state), target, random.pick([-1, 1])),
  },
  {
    cause: 'constant-offset',
    name: 'inactive accounts still billed',
    direction: 'short',
    needsHistory: true,
    put: (state, target, random) => shift(all(state), target, -random.int(2, 3)),
  },
  {
    cause: 'sku-renamed',
    name: 'SKU renamed',
    direction: 'short',
    needsHistory: true,
    put(state, target, random) {
      const vendor = vendorName(state, target);
      const count = oneCount(state.now, target, 2);
      const there = vendorOf(state.now, vendor);
      const row = there.skus.find((sku) => sku.id === count?.skuId);
      if (!count || !row) return false;
      const id = `${row.id}-renamed`;
      there.skus.push({ ...row, id, name: `${row.name} (new)` });
      if (random.chance(0.5)) dropRows(there.skus, (sku) => sku.id === row.id);
      for (const each of there.counts) if (each.skuId === row.id) each.skuId = id;
      return true;
    },
  },
  {
    cause: 'mapping-changed',
    name: 'SKU added to the rule',
    direction: 'long',
    needsHistory: true,
    put(state, target, random) {
      const vendor = vendorName(state, target);
      const count = oneCount(state.now, target, 1);
      if (!count) return false;
      const id = `added-${target.ruleId}`;
      const units = Math.ceil(count.units / 2) + random.int(1, 4);
      for (const month of all(state)) {
        const row = vendorOf(month, vendor).skus.find((sku) => sku.id === count.skuId);
        if (!row || vendorOf(month, vendor).skus.some((sku) => sku.id === id)) return false;
        vendorOf(month, vendor).skus.push({ ...row, id, name: 'Another product' });
        vendorOf(month, vendor).counts.push({ ...count, skuId: id, units });
      }
      ruleOf(state.now, target.ruleId).skus.push({ vendor, skuId: id });
      return true;
    },
  },
  {
    cause: 'counting-changed',
    name: 'vendor counts more',
    direction: 'long',
    needsHistory: true,
    put(state, target) {
      const vendor = vendorName(state, target);
      const count = oneCount(state.now, target, 4);
      if (!count) return false;
      for (const each of vendorOf(state.now, vendor).counts) {
        if (each.skuId === count.skuId) each.units = Math.ceil(each.units * 1.5);
      }
      return true;
    },
  },
  {
    cause: 'zero-in-use',
    name: 'account gone quiet',
    direction: 'short',
    needsHistory: true,
    put(state, target, random) {
      const vendor = vendorOf(state.now, vendorName(state, target));
      const count = oneCount(state.now, target, 1);
      if (!count) return false;
      dropRows(vendor.counts, (each) => each.accountId === count.accountId);
      const account = vendor.accounts.find((each) => each.id === count.accountId);
      if (account && random.chance(0.5)) account.active = false;
      return true;
    },
  },
  {
    cause: 'wrong-sku',
    name: 'rule counts the wrong SKU',
    direction: 'either',
    put(state, target, random) {
      const vendor = vendorName(state, target);
      const ref = ruleOf(state.now, target.ruleId).skus[0];
      if (!ref || ruleOf(state.now, target.ruleId).skus.length !== 1) return false;
      const id = `other-${ref.skuId}`;
      for (const month of all(state)) {
        const there = vendorOf(month, vendor);
        const row = there.skus.find((sku) => sku.id === ref.skuId);
        if (!row) return false;
        const { term: _, ...plain } = row;
        there.skus.push({ ...plain, id, name: `${row.name} (other edition)` });
        // Everybody has some of the other; the billed one is what the rule should count.
        for (const count of there.counts.filter((each) => each.skuId === ref.skuId)) {
          there.counts.push({
            ...count,
            skuId: id,
            units: 1 + ((count.units * 7) % 5),
            ...(count.ref ? { ref: `${count.ref}-o` } : {}),
          });
        }
        ruleOf(month, target.ruleId).skus = [{ vendor, skuId: id }];
      }
      return random.chance(1);
    },
  },
  {
    cause: 'same-as-last-period',
    name: 'kept last month',
    direction: 'either',
    needsHistory: true,
    put(state, target, random) {
      const by = random.pick([-4, -2, 3, 6]);
      if (!shift([state.now, ...state.past.slice(0, 1)], target, by)) return false;
      state.kept.push(`${target.customerId}/rule/${target.ruleId}`);
      return true;
    },
  },
];

/** Differences without a mistake behind them, stray accounts and SKUs, and months that were not all alike. */
export function addNoise(state: State, spared: Target, random: Random): void {
  const { now } = state;
  for (const rule of now.mapping.services) {
    for (const customer of now.psa.customers) {
      const target = { customerId: customer.id, ruleId: rule.id };
      if (customer.id === spared.customerId || !random.chance(0.05)) continue;
      shift([now], target, random.pick([-3, -2, -1, 1, 2, 4]));
    }
  }
  for (const month of all(state)) {
    const stray = random.fork('stray');
    for (const vendor of month.vendors) {
      for (let n = 0; n < Math.max(3, month.psa.customers.length / 20); n++) {
        const id = `stray-${n}`;
        const sku = stray.pick(vendor.skus);
        vendor.accounts.push({
          id,
          name: `${stray.pick(strayNames)} ${stray.pick(strayTrades)}`,
          active: true,
        });
        vendor.counts.push({
          accountId: id,
          skuId: sku.id,
          metric: sku.defaultMetric,
          units: stray.int(1, 9),
        });
      }
      const extra = {
        id: 'addon',
        name: 'Premium support add-on',
        metrics: ['users'],
        defaultMetric: 'users',
        whenAbsent: 'zero' as const,
      };
      vendor.skus.push(extra);
      for (const account of vendor.accounts) {
        if (stray.chance(0.15))
          vendor.counts.push({
            accountId: account.id,
            skuId: 'addon',
            metric: 'users',
            units: stray.int(1, 9),
          });
      }
    }
  }
}

const strayNames = [
  'Zephyr',
  'Brightwell',
  'Oldtown',
  'Kingsway',
  'Marlow',
  'Pennine',
  'Sorrel',
  'Thistle',
  'Wharf',
  'Yarrow',
];
const strayTrades = [
  'Bakery',
  'Garage',
  'School',
  'Nursery',
  'Brewery',
  'Museum',
  'Choir',
  'Printers',
  'Stables',
  'Gym',
];
