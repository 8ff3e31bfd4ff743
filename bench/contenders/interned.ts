import type { Card, Condition, ContractLine, Contribution, Customer, VendorCount } from 'trueup';
import { cardRow } from '../cards.ts';
import type { Contender } from '../contender.ts';
import { loadValues, type Values } from '../rows.ts';

/**
 * What a careful developer would write by hand for exactly this data: ids interned to integers, one Map for the
 * groups, and the same cards, field for field (`bench/same-cards.ts` proves it). No bad rows, terms, quantity rules,
 * commitments, scope dates, tolerance or several services a rule: whoever needs those has to write them.
 */
export function contender(): Contender {
  let values: Values;
  let cards: Card[] = [];
  return {
    async load(folder) {
      values = await loadValues(folder);
    },
    async take(given) {
      values = given;
    },
    async join() {
      cards = internedJoin(values);
    },
    async emit() {
      return cards.map(cardRow);
    },
  };
}

interface Group {
  readonly customer: number;
  readonly rule: number;
  readonly lines: ContractLine[];
  readonly counts: {
    readonly vendor: number;
    readonly account: number;
    readonly sku: number;
    readonly row: VendorCount;
  }[];
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const MILLION = 1_000_000;

export function internedJoin({ psa, vendors, mapping }: Values): Card[] {
  const customers = psa.customers;
  const customerNo = new Map(customers.map((customer, index) => [customer.id, index]));
  const contracts = new Map(psa.contracts.map((contract) => [contract.id, contract]));
  const contractsOf = new Map<string, { id: string; name: string }[]>();
  for (const { id, name, customerId } of psa.contracts) {
    const list = contractsOf.get(customerId);
    if (list) list.push({ id, name });
    else contractsOf.set(customerId, [{ id, name }]);
  }
  const serviceNames = new Map(psa.services.map(({ id, name }) => [id, name]));
  const rules = mapping.services;
  const serviceRule = new Map(
    rules.flatMap((rule, index) => rule.serviceIds.map((id) => [id, index] as const)),
  );
  const ruleServices = rules.map((rule) =>
    rule.serviceIds.map((id) => ({ id, name: serviceNames.get(id) ?? '' })),
  );

  const vendorNo = new Map(vendors.map((vendor, index) => [vendor.source, index]));
  const skuRule = vendors.map(() => new Map<string, number>());
  const ruleSkus = rules.map((rule, index) => {
    for (const sku of rule.skus) skuRule[vendorNo.get(sku.vendor)!]!.set(sku.skuId, index);
    return [...rule.skus]
      .sort((a, b) => byCodeUnit(a.vendor, b.vendor) || byCodeUnit(a.skuId, b.skuId))
      .map((sku) => ({ skuId: sku.skuId, vendor: vendorNo.get(sku.vendor)! }));
  });
  const accountNo = vendors.map(() => new Map<string, number>());
  const accountIds: string[] = [];
  const accountCustomer: number[] = [];
  const accountsOf: number[][][] = vendors.map(() => customers.map(() => []));
  for (const link of mapping.accounts) {
    const vendor = vendorNo.get(link.vendor)!;
    const customer = customerNo.get(link.customerId!)!;
    const account = accountIds.length;
    accountIds.push(link.accountId);
    accountCustomer.push(customer);
    accountNo[vendor]!.set(link.accountId, account);
    accountsOf[vendor]![customer]!.push(account);
  }

  const groups = new Map<number, Group>();
  const at = (customer: number, rule: number): Group => {
    const key = customer * rules.length + rule;
    let group = groups.get(key);
    if (group === undefined) {
      group = { customer, rule, lines: [], counts: [] };
      groups.set(key, group);
    }
    return group;
  };
  for (const line of psa.lines)
    at(customerNo.get(line.customerId)!, serviceRule.get(line.serviceId)!).lines.push(line);
  const skuNo = new Map<string, number>();
  for (let vendor = 0; vendor < vendors.length; vendor++) {
    const numbers = accountNo[vendor]!;
    const ruleOf = skuRule[vendor]!;
    for (const row of vendors[vendor]!.counts) {
      const account = numbers.get(row.accountId)!;
      let sku = skuNo.get(row.skuId);
      if (sku === undefined) {
        sku = skuNo.size;
        skuNo.set(row.skuId, sku);
      }
      at(accountCustomer[account]!, ruleOf.get(row.skuId)!).counts.push({ vendor, account, sku, row });
    }
  }

  const ordered = [...groups.values()].sort(
    (a, b) =>
      (a.customer === b.customer ? 0 : byCodeUnit(customers[a.customer]!.id, customers[b.customer]!.id)) ||
      byCodeUnit(rules[a.rule]!.id, rules[b.rule]!.id),
  );
  const refs = customers.map(({ id, name }: Customer) => ({ id, name }));
  const cards: Card[] = [];
  for (const group of ordered) {
    const rule = rules[group.rule]!;
    const customer = refs[group.customer]!;
    let scaled = 0;
    const contributions: Contribution[] = [];
    const seen: { vendor: string; metric: string; units: number }[] = [];
    for (const sku of ruleSkus[group.rule]!) {
      const number = skuNo.get(sku.skuId);
      const accounts = accountsOf[sku.vendor]![group.customer]!;
      if (accounts.length > 1) accounts.sort((a, b) => byCodeUnit(accountIds[a]!, accountIds[b]!));
      const vendor = vendors[sku.vendor]!.source;
      for (const account of accounts) {
        const count = group.counts.find((one) => one.account === account && one.sku === number);
        const base = { vendor, accountId: accountIds[account]!, skuId: sku.skuId };
        if (count) {
          const { metric, units } = count.row;
          scaled += Math.round(units * MILLION);
          contributions.push({ ...base, metric, units, basis: 'reported' });
          const known = seen.find((one) => one.vendor === vendor);
          if (known)
            known.units = (Math.round(known.units * MILLION) + Math.round(units * MILLION)) / MILLION;
          else seen.push({ vendor, metric, units });
        } else contributions.push({ ...base, metric: 'devices', units: 0, basis: 'absent-zero' });
      }
    }
    const units = scaled / MILLION;
    const lines = group.lines;
    if (lines.length > 1) {
      lines.sort(
        (a, b) =>
          byCodeUnit(
            contracts.get(a.contractId)?.startDate ?? '',
            contracts.get(b.contractId)?.startDate ?? '',
          ) ||
          byCodeUnit(a.contractId, b.contractId) ||
          byCodeUnit(a.id, b.id),
      );
    }
    let billed = 0;
    for (const line of lines) billed += Math.round(line.units * MILLION);
    const conditions: Condition[] = [];
    if (rule.skus.length > 1) conditions.push('multi-mapped');
    if (lines.length > 1) conditions.push('several-lines');
    const head = {
      id: `${customer.id}/rule/${rule.id}`,
      customer,
      services: ruleServices[group.rule]!,
      ruleId: rule.id,
    };
    const vendor = {
      state: 'counted',
      units,
      counted: units,
      contributions,
      trace: [{ rule: 'sum', from: 0, to: units }],
    } as const;
    if (lines.length === 0) {
      cards.push({
        kind: 'new-revenue',
        ...head,
        psa: null,
        vendor,
        variance: units,
        impact: null,
        observed: seen,
        conditions,
        proposal: {
          status: 'add-line',
          units,
          services: ruleServices[group.rule]!,
          contracts: contractsOf.get(customer.id) ?? [],
        },
      });
      continue;
    }
    const side = {
      units: billed / MILLION,
      lines: lines.map(({ id, contractId, serviceId, units: had, unitPrice }) => ({
        lineId: id,
        contractId,
        serviceId,
        units: had,
        unitPrice: unitPrice!,
      })),
    };
    const variance = (scaled - billed) / MILLION;
    if (variance === 0) {
      cards.push({
        kind: 'no-change',
        ...head,
        psa: side,
        vendor,
        variance,
        impact: null,
        observed: seen,
        conditions,
        proposal: { status: 'none' },
      });
      continue;
    }
    // In order: the difference is given to or taken from the last lines.
    const changed: { lineId: string; from: number; to: number }[] = [];
    let left = scaled - billed;
    let cents = 0n;
    for (let i = lines.length - 1; i >= 0 && left !== 0; i--) {
      const line = lines[i]!;
      const from = Math.round(line.units * MILLION);
      const to = left > 0 ? from + left : Math.max(0, from + left);
      left -= to - from;
      if (to !== from) changed.push({ lineId: line.id, from: line.units, to: to / MILLION });
      cents += BigInt(to - from) * BigInt(line.unitPrice!.replace('.', ''));
    }
    cards.push({
      kind: 'reconcile',
      ...head,
      psa: side,
      vendor,
      variance,
      impact: { amount: decimal(cents, 8), currency: psa.currency },
      observed: seen,
      conditions,
      proposal: { status: 'ready', units, lines: changed.reverse() },
    });
  }
  return cards;
}

function decimal(digits: bigint, scale: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const fraction = text.slice(-scale).replace(/0+$/, '');
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`;
}
