import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { type PsaSnapshot, type Suggestions, suggestMapping, type VendorSnapshot } from '../../src/index.ts';
import { createWorld, worldPsaSnapshot, worldVendorSnapshot } from '../../src/testing/index.ts';

const receipt = { complete: true, resources: {}, problems: [] };
const base = { specVersion: 1, connector: 'eval', takenAt: '2026-12-01T00:00:00Z', receipt } as const;

function psaOf(names: readonly string[]): PsaSnapshot {
  const customers = names.map((name, i) => ({ id: `c${i}`, name, active: true }));
  const rest = { services: [], contracts: [], lines: [] };
  return {
    ...base,
    kind: 'psa',
    source: 'psa',
    currency: 'USD',
    precision: 'integer',
    dating: 'dated',
    customers,
    ...rest,
  };
}

function vendorOf(names: readonly string[]): VendorSnapshot {
  const accounts = names.map((name, i) => ({ id: `a${i}`, name, active: true }));
  return { ...base, kind: 'vendor', source: 'vendor', accounts, skus: [], counts: [] };
}

/** Names of the PSA and of a vendor, and which belong together: `truth[i]` is the PSA name's place of vendor name `i`. */
interface Lists {
  readonly psa: readonly string[];
  readonly vendor: readonly string[];
  readonly truth: readonly (number | null)[];
}

/** How well accounts were matched. */
export interface Matching {
  readonly label: string;
  readonly accounts: number;
  readonly links: number;
  readonly wrongLinks: number;
  /** Accounts with a true partner whose link or first candidate is that partner. */
  readonly first: number;
  readonly firstThree: number;
  readonly partners: number;
  readonly milliseconds: number;
}

/** The simplest rule there is, to compare with: equal but for case, then the smallest edit distance. */
function baseline(label: string, { psa, vendor, truth }: Lists): Matching {
  const start = performance.now();
  const byName = new Map(psa.map((name, i) => [name.toLowerCase(), i]));
  let links = 0;
  let wrongLinks = 0;
  let first = 0;
  vendor.forEach((name, i) => {
    const equal = byName.get(name.toLowerCase());
    if (equal !== undefined) {
      links++;
      if (equal !== truth[i]) wrongLinks++;
    }
    let best = equal ?? 0;
    if (equal === undefined) {
      const distances = psa.map((other) => levenshtein(name.toLowerCase(), other.toLowerCase()));
      best = distances.indexOf(Math.min(...distances));
    }
    if (best === truth[i]) first++;
  });
  const partners = truth.filter((place) => place !== null).length;
  const milliseconds = performance.now() - start;
  return {
    label,
    accounts: vendor.length,
    links,
    wrongLinks,
    first,
    firstThree: first,
    partners,
    milliseconds,
  };
}

function levenshtein(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}

/** What `suggestMapping` makes of the same lists. */
function matched(label: string, { psa, vendor, truth }: Lists): Matching {
  const start = performance.now();
  const { accounts } = suggestMapping({ psa: psaOf(psa), vendors: [vendorOf(vendor)] });
  const milliseconds = performance.now() - start;
  const { links, wrongLinks, ranks } = score(accounts, (accountId) => {
    const place = truth[Number(accountId.slice(1))] ?? null;
    return place === null ? null : `c${place}`;
  });
  const partners = truth.filter((place) => place !== null).length;
  return {
    label,
    accounts: vendor.length,
    links,
    wrongLinks,
    first: ranks.filter((rank) => rank === 0).length,
    firstThree: ranks.filter((rank) => rank < 3).length,
    partners,
    milliseconds,
  };
}

function score(
  { links, candidates }: Suggestions['accounts'],
  partnerOf: (accountId: string) => string | null,
): { readonly links: number; readonly wrongLinks: number; readonly ranks: number[] } {
  const wrong = links.filter((link) => partnerOf(link.accountId) !== link.customerId);
  const ranks = links.filter((link) => partnerOf(link.accountId) === link.customerId).map(() => 0);
  for (const { accountId, ranked } of candidates) {
    const rank = ranked.findIndex((candidate) => candidate.customerId === partnerOf(accountId));
    if (rank >= 0) ranks.push(rank);
  }
  return { links: links.length, wrongLinks: wrong.length, ranks };
}

/** One pair of names at a time, as labelled for billing. */
export interface Pairs {
  readonly label: string;
  readonly pairs: number;
  readonly same: number;
  readonly links: number;
  readonly wrongLinks: number;
  readonly relabelled: readonly string[];
}

interface Row {
  readonly [column: string]: string;
}

const read = (file: string): Row[] => parse(readFileSync(file, 'utf8'), { columns: true }) as Row[];

/**
 * Rows labelled `true` for screening that are two customers for billing: another fund or series number,
 * another branch, or one letter of the brand. Found by rule, so that other rows of the same kind are found too.
 */
function relabel(row: Row): string | null {
  if (row.is_match !== 'true') return null;
  const glued = (name: string): string => name.toLowerCase().replace(/\s/g, '');
  if (glued(row.name1 ?? '') === glued(row.name2 ?? '')) return null;
  const a = bare(row.name1 ?? '');
  const b = bare(row.name2 ?? '');
  const onlyA = a.filter((word) => !b.includes(word));
  const onlyB = b.filter((word) => !a.includes(word));
  if (onlyA.length === 0 && onlyB.length === 0) return null;
  const series = /^(?:[ivx]+|\d+|[a-z]+\d+)$/;
  if ([...onlyA, ...onlyB].every((word) => series.test(word))) return 'another number';
  if ([...onlyA, ...onlyB].every((word) => branches.has(word))) return 'another branch';
  const [x = '', y = ''] = [onlyA.join(''), onlyB.join('')];
  const oneWord = onlyA.length === 1 && onlyB.length === 1;
  if (oneWord && !spellings.has(x) && levenshtein(x, y) <= 2 && x.length > 2)
    return 'another brand by a letter';
  return null;
}

const branches = new Set(['schweiz', 'europe']);
/** British and American, or misspelt everyday words: still the same name. */
const spellings = new Set(['labour', 'labor', 'organisation', 'organization']);
const formWords = new Set(
  'ag aktiengesellschaft aktiengeselschaft inc incorporated corp corporation ltd limited llc plc co company sp z o oo oao jsc open joint stock liability nv bv se the companies compan'.split(
    ' ',
  ),
);
const bare = (name: string): string[] =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[.'’]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !formWords.has(word));

function pairsOf(file: string): Pairs {
  const rows = read(file);
  const relabelled: string[] = [];
  let same = 0;
  let links = 0;
  let wrongLinks = 0;
  for (const row of rows) {
    const why = relabel(row);
    if (why !== null) relabelled.push(`${row.name1} | ${row.name2}: ${why}`);
    const isSame = row.is_match === 'true' && why === null;
    if (isSame) same++;
    const found = suggestMapping({
      psa: psaOf([row.name1 ?? '']),
      vendors: [vendorOf([row.name2 ?? ''])],
    });
    if (found.accounts.links.length === 0) continue;
    links++;
    if (!isSame) wrongLinks++;
  }
  return {
    label: 'pairs.csv, relabelled for billing',
    pairs: rows.length,
    same,
    links,
    wrongLinks,
    relabelled,
  };
}

/** Measures everything there is data for. */
export function measureNames(data: string): { readonly matchings: Matching[]; readonly pairs: Pairs | null } {
  const matchings: Matching[] = [];
  for (const customers of [80, 600]) matchings.push(worldNames(customers));
  const folder = `${data}/name-matching`;
  if (!existsSync(`${folder}/lists.csv`)) return { matchings, pairs: null };
  const rows = read(`${folder}/lists.csv`);
  const names = read(`${folder}/names.csv`).map((row) => row.name ?? '');
  // Two rows may have one PSA name: it is one customer.
  const psa = [...new Set([...rows.map((row) => row.psa_name ?? ''), ...names])];
  const truth = rows.map((row) => psa.indexOf(row.psa_name ?? ''));
  const lists = { psa, vendor: rows.map((row) => row.vendor_name ?? ''), truth };
  matchings.push(baseline('lists.csv in names.csv, plain edit distance (before)', lists));
  matchings.push(matched('lists.csv in names.csv', lists));
  const both = {
    ...lists,
    vendor: [...lists.vendor, ...names],
    truth: [...truth, ...names.map((name) => psa.indexOf(name))],
  };
  matchings.push(matched('lists.csv in names.csv, which is on both sides', both));
  return { matchings, pairs: pairsOf(`${folder}/pairs.csv`) };
}

/** Names as the testing room drifts them; its links are the truth. */
function worldNames(customers: number): Matching {
  const world = createWorld(`names-${customers}`, { customers, vendors: ['pax8'], discrepancies: [] });
  const psa = worldPsaSnapshot(world);
  const vendor = worldVendorSnapshot(world, 'pax8');
  const partner = new Map(world.mapping.accounts.map((link) => [link.accountId, link.customerId]));
  const start = performance.now();
  const { accounts } = suggestMapping({ psa, vendors: [vendor] });
  const milliseconds = performance.now() - start;
  const { links, wrongLinks, ranks } = score(accounts, (accountId) => partner.get(accountId) ?? null);
  return {
    label: `a world of ${customers} customers`,
    accounts: vendor.accounts.length,
    links,
    wrongLinks,
    first: ranks.filter((rank) => rank === 0).length,
    firstThree: ranks.filter((rank) => rank < 3).length,
    partners: [...partner.values()].filter((customer) => customer !== null).length,
    milliseconds,
  };
}
