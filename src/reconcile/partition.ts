import { TrueupError } from '../model/errors.ts';
import { compareBy } from '../model/order.ts';
import { sortProblems } from '../model/problem.ts';
import type { ContractLine } from '../model/psa.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { hashId, type ReconcileInput } from './input.ts';
import { byAccountId, byFirstCount } from './reconcile.ts';
import { addKey, type KeySet } from './store.ts';
import { addCards, noTotals, summaryOf } from './summary.ts';
import { mergeUnmappedSkus } from './unmapped.ts';

/**
 * Splits an input by customer into `count` inputs for as many workers or machines. Each can be reconciled
 * alone; {@link mergeReconciliations} makes the whole of the results. Lines and counts are split; the smaller
 * tables (customers, contracts, accounts, mapping) go with every part, so that each judges its rows alike.
 * @throws {TrueupError} `BAD_INPUT` for a count that is no whole number above zero, or an input that is a part
 */
export function partition(input: ReconcileInput, count: number): ReconcileInput[] {
  if (!Number.isSafeInteger(count) || count < 1) throw bad('count must be a whole number above zero');
  if (input.part) throw bad('the input is a part already');
  const { psa, vendors, mapping } = input;
  const partOf = (id: string): number => hashId(id) % count;
  const lines = splitLines(input, count, partOf);
  const parts = vendors.map(({ source, counts }) => {
    // An account goes with its customer; one that is nobody's, or everybody's, by its own id.
    const owners = new Map<string, number>();
    for (const { vendor, accountId, customerId } of mapping.accounts) {
      if (vendor !== source) continue;
      const own = customerId === null || owners.has(accountId) ? accountId : customerId;
      owners.set(accountId, partOf(own));
    }
    const split = Array.from({ length: count }, (): (typeof counts)[number][] => []);
    for (const row of counts) split[owners.get(row.accountId) ?? partOf(row.accountId)]?.push(row);
    return split;
  });
  return lines.map((own, index) => ({
    ...input,
    part: { index, of: count },
    psa: { ...psa, lines: own },
    vendors: vendors.map((vendor, at) => ({ ...vendor, counts: parts[at]?.[index] ?? [] })),
  }));
}

/** Lines by customer; a line that spoils another customer's numbers goes there too, as a witness. */
function splitLines(
  { psa }: ReconcileInput,
  count: number,
  partOf: (id: string) => number,
): ContractLine[][] {
  const owners = new Map(psa.contracts.map(({ id, customerId }) => [id, customerId]));
  const keys: KeySet = [];
  const twice = new Map<string, Set<number>>();
  for (const { id } of psa.lines) if (!addKey(keys, id)) twice.set(id, new Set());
  for (const { id, customerId } of psa.lines) twice.get(id)?.add(partOf(customerId));
  const split = Array.from({ length: count }, (): ContractLine[] => []);
  for (const line of psa.lines) {
    const own = partOf(line.customerId);
    split[own]?.push(line);
    const others = twice.get(line.id);
    const owner = owners.get(line.contractId) ?? line.customerId;
    if (!others && owner === line.customerId) continue;
    const witnesses = new Set(others).add(partOf(owner));
    witnesses.delete(own);
    for (const index of witnesses) split[index]?.push(line);
  }
  return split;
}

/**
 * The whole of the results of a {@link partition}'s parts, byte for byte what one run gives, in any order.
 * @throws {TrueupError} `BAD_INPUT` when there is no part, one is missing or there twice, or they are of different
 * dates, PSAs or pulls. That all were made with one mapping no part can tell; see to it where you start them.
 */
export function mergeReconciliations(parts: readonly Reconciliation[]): Reconciliation {
  const [first] = parts;
  if (!first) throw bad('there is nothing to merge');
  checkParts(first, parts);
  const owners = new Map<string, Reconciliation>();
  const run = ({ asOf, on, psa, sources }: Reconciliation): string =>
    JSON.stringify([asOf, on, psa, sources]);
  for (const part of parts) {
    if (run(part) !== run(first)) throw bad('the parts are of different runs or other snapshots');
    for (const { customer } of part.cards) {
      const owner = owners.get(customer.id) ?? part;
      if (owner !== part) throw bad(`customer ${customer.id} is in two parts`);
      owners.set(customer.id, part);
    }
  }
  const all = <T>(of: (part: Reconciliation) => readonly T[]): T[] => {
    const merged: T[] = [];
    for (const part of parts) for (const entry of of(part)) merged.push(entry);
    return merged;
  };
  const cards = all((part) => part.cards).sort(compareBy((card) => card.customer.id));
  const outOfScope = all((part) => part.outOfScope).sort(compareBy((line) => line.customerId));
  const suppressed = all((part) => part.suppressed);
  const totals = noTotals();
  addCards(totals, { cards, outOfScope });
  const { part: _, ...whole } = first;
  return {
    ...whole,
    cards,
    summary: summaryOf(totals),
    unmapped: {
      accounts: all((part) => part.unmapped.accounts).sort(byAccountId),
      skus: mergeUnmappedSkus(all((part) => part.unmapped.skus)),
    },
    suppressed: [
      ...suppressed.filter((entry) => entry.customerId === null).sort(byFirstCount),
      ...suppressed.filter((entry) => entry.customerId !== null).sort(compareBy((entry) => entry.customerId)),
    ],
    outOfScope,
    problems: sortProblems(all((part) => part.problems)),
  };
}

/** Each part once: a lost one would look like customers without usage, a doubled one like twice the usage. */
function checkParts(first: Reconciliation, parts: readonly Reconciliation[]): void {
  const of = first.part?.of ?? parts.length;
  const seen = new Set<number>();
  for (const [at, value] of parts.entries()) {
    const index = value.part?.index ?? at;
    if ((value.part?.of ?? parts.length) !== of) throw bad('the parts are of different partitions');
    if (seen.has(index) || parts.indexOf(value) !== at) throw bad(`part ${index} is there twice`);
    seen.add(index);
  }
  if (seen.size !== of) throw bad(`${of - seen.size} of ${of} parts are missing`);
}

function bad(what: string): TrueupError {
  return new TrueupError('BAD_INPUT', `${what}.`);
}
