import type { Mapping } from '../model/mapping.ts';
import { byRow, compareBy, compareStrings, sortedUnique } from '../model/order.ts';
import type { PsaSnapshot, Service } from '../model/psa.ts';
import { productName, productWords, tellsApart } from './names-product.ts';

/** PSA services that look like one product under several names. */
export interface NamingGap {
  /** The one most lines use first; ties by id. */
  readonly serviceIds: readonly string[];
  /** Their names, in the order of `serviceIds`. */
  readonly names: readonly string[];
  /** Why they look alike, one entry per further service. */
  readonly reasons: readonly string[];
  /** PSA lines per service, in the order of `serviceIds`: which name to keep. */
  readonly lines: readonly number[];
}

/** Words that too many services share start no comparison. */
const COMMON = 40;

interface Product {
  readonly row: Service;
  readonly words: ReadonlySet<string>;
  readonly key: string;
}

/** Why two services look like one, or `null`. */
function alike(a: Product, b: Product): string | null {
  if (a.key === b.key) return `'${b.row.name}' is '${a.row.name}' but for spelling or order`;
  const [small, large] = a.words.size <= b.words.size ? [a, b] : [b, a];
  if (small.words.size < 2) return null;
  for (const word of small.words) if (!large.words.has(word)) return null;
  const extra = [...large.words].filter((word) => !small.words.has(word));
  // `Business` is not `Business Premium`; `365 Premium` is `365 Business Premium`.
  if (extra.length > 2 || extra.some(tellsApart)) return null;
  // A name without any edition is too vague to be a short form.
  if (![...small.words].some(tellsApart)) return null;
  return `'${small.row.name}' is '${large.row.name}' without ${extra.map((word) => `'${word}'`).join(', ')}`;
}

/**
 * Lists active PSA services that look like one product under several names (`M365 Business Premium`,
 * `Microsoft 365 Premium`, `Business Premium`), before months of counts are split over them.
 * Services that share a rule already are left out. A suggestion: nothing is changed by it.
 */
export function findNamingGaps(input: {
  readonly psa: PsaSnapshot;
  readonly mapping?: Mapping;
}): NamingGap[] {
  const { psa, mapping } = input;
  const ruleOf = new Map(
    (mapping?.services ?? []).flatMap((rule) => rule.serviceIds.map((id) => [id, rule.id] as const)),
  );
  const excluded = new Set(mapping?.excluded?.services);
  const products: Product[] = psa.services
    .filter((row) => row.active && !excluded.has(row.id))
    .sort(byRow)
    .flatMap((row) => {
      const name = productName(row.name);
      const words = productWords(name);
      return name.meaningful ? [{ row, words, key: sortedUnique(words).join(' ') }] : [];
    });

  // Union of the pairs that look alike; only services that share a not too common word are compared.
  const parent = products.map((_product, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root] as number;
    parent[i] = root;
    return root;
  };
  const reasons = new Map<number, string>();
  const join = (a: number, b: number): void => {
    const [x, y] = [products[a], products[b]];
    if (!x || !y || find(a) === find(b)) return;
    const reason = alike(x, y);
    if (reason === null) return;
    const [root, further] = [Math.min(find(a), find(b)), Math.max(find(a), find(b))];
    parent[further] = root;
    // Each union takes one root away, so there is one reason for each.
    reasons.set(further, reason);
  };
  const byKey = new Map<string, number>();
  const byWord = new Map<string, number[]>();
  products.forEach((product, i) => {
    const same = byKey.get(product.key);
    if (same !== undefined) {
      join(same, i);
      return;
    }
    byKey.set(product.key, i);
    for (const word of product.words) {
      const list = byWord.get(word);
      if (list) list.push(i);
      else byWord.set(word, [i]);
    }
  });
  for (const [, list] of [...byWord].sort(([a], [b]) => compareStrings(a, b))) {
    if (list.length > COMMON) continue;
    list.forEach((a, at) => {
      for (const b of list.slice(at + 1)) join(a, b);
    });
  }

  const lines = new Map<string, number>();
  for (const line of psa.lines) lines.set(line.serviceId, (lines.get(line.serviceId) ?? 0) + 1);
  const groups = new Map<number, number[]>();
  products.forEach((_product, i) => {
    const group = groups.get(find(i));
    if (group) group.push(i);
    else groups.set(find(i), [i]);
  });
  const gaps: NamingGap[] = [];
  for (const members of groups.values()) {
    if (members.length < 2) continue;
    const rules = new Set(members.map((i) => ruleOf.get(products[i]?.row.id ?? '') ?? `\u0000${i}`));
    if (rules.size === 1) continue;
    const rows = members
      .flatMap((i) => products[i]?.row ?? [])
      .sort((a, b) => (lines.get(b.id) ?? 0) - (lines.get(a.id) ?? 0) || compareStrings(a.id, b.id));
    gaps.push({
      serviceIds: rows.map((row) => row.id),
      names: rows.map((row) => row.name),
      reasons: members.flatMap((i) => reasons.get(i) ?? []),
      lines: rows.map((row) => lines.get(row.id) ?? 0),
    });
  }
  return gaps.sort(compareBy((gap) => gap.serviceIds[0]));
}
