import type { ContractLine } from '../model/psa.ts';
import type { VendorCount } from '../model/vendor.ts';
import { reconcile } from '../reconcile/index.ts';
import { type Evidence, pairKey } from './evidence.ts';
import { applyFix } from './fix.ts';
import type { Fix } from './types.ts';

/** The rows of the whole input by what a rule takes; made when first asked. */
interface Rows {
  readonly lines: ReadonlyMap<string, readonly ContractLine[]>;
  readonly counts: ReadonlyMap<string, readonly VendorCount[]>;
}

/**
 * How many cards of all customers agree now and would not with the fix. A rule is everybody's: what puts one card
 * right may put others wrong. Asked once per fix.
 */
export function openOthers(evidence: Evidence): (fix: Fix) => number {
  const known = new Map<string, number>();
  let rows: Rows | undefined;
  return (fix) => {
    const key = JSON.stringify(fix);
    const found = known.get(key);
    if (found !== undefined) return found;
    rows ??= gather(evidence);
    const broken = brokenBy(evidence, rows, fix);
    known.set(key, broken);
    return broken;
  };
}

function gather({ input: { psa, vendors } }: Evidence): Rows {
  const bySku = new Map<string, readonly VendorCount[]>();
  for (const { source, counts } of vendors) {
    for (const [skuId, own] of Map.groupBy(counts, (count) => count.skuId)) {
      bySku.set(pairKey(source, skuId), own);
    }
  }
  return { lines: Map.groupBy(psa.lines, (line) => line.serviceId), counts: bySku };
}

function brokenBy(evidence: Evidence, { lines, counts }: Rows, fix: Fix): number {
  const { reconciliation, psa, vendors, mapping } = evidence.input;
  const ruleId = ruleOf(evidence, fix);
  if (ruleId === undefined) return 0;
  const agreed = reconciliation.cards.filter((card) => card.ruleId === ruleId && card.kind === 'no-change');
  if (agreed.length === 0) return 0;
  const fixed = applyFix(mapping, fix);
  const rules = fixed.services.filter((rule) => rule.id === ruleId);
  const after = reconcile({
    psa: { ...psa, lines: rules.flatMap((rule) => rule.serviceIds).flatMap((id) => lines.get(id) ?? []) },
    vendors: vendors.map((vendor) => ({
      ...vendor,
      counts: rules
        .flatMap((rule) => rule.skus)
        .flatMap((sku) =>
          sku.vendor === vendor.source ? (counts.get(pairKey(sku.vendor, sku.skuId)) ?? []) : [],
        ),
    })),
    mapping: { ...fixed, services: rules },
    asOf: reconciliation.asOf,
    on: reconciliation.on,
  });
  const agrees = new Set(after.cards.filter((card) => card.kind === 'no-change').map((card) => card.id));
  return agreed.filter((card) => !agrees.has(card.id)).length;
}

/** The rule whose cards of other customers the fix changes. */
function ruleOf({ ruleOfService }: Evidence, fix: Fix): string | undefined {
  switch (fix.kind) {
    case 'add-sku':
    case 'remove-sku':
    case 'replace-sku':
    case 'set-metric':
    case 'set-adjust':
      return fix.ruleId;
    case 'stop-excluding':
      return fix.serviceId === undefined ? undefined : ruleOfService.get(fix.serviceId)?.id;
    default:
      return undefined;
  }
}
