import type { Contender, Row } from '../contender.ts';
import { loadValues, type Values } from '../rows.ts';

/** What most scripts do: Maps keyed by joined strings. */
export function contender(): Contender {
  let values: Values;
  let rows: Row[] = [];
  return {
    async load(folder) {
      values = await loadValues(folder);
    },
    async take(given) {
      values = given;
    },
    async join() {
      const customerOf = new Map(
        values.mapping.accounts.map((link) => [`${link.vendor}|${link.accountId}`, link.customerId]),
      );
      const ruleOfSku = new Map(
        values.mapping.services.flatMap((rule) =>
          rule.skus.map((sku) => [`${sku.vendor}|${sku.skuId}`, rule.id]),
        ),
      );
      const ruleOfService = new Map(
        values.mapping.services.flatMap((rule) => rule.serviceIds.map((id) => [id, rule.id])),
      );
      const joined = new Map<
        string,
        {
          customerId: string;
          ruleId: string;
          psa: number | null;
          vendor: number;
          lineIds: string[];
          accountIds: string[];
        }
      >();
      const at = (customerId: string, ruleId: string) => {
        const key = `${customerId}|${ruleId}`;
        let found = joined.get(key);
        if (!found) {
          found = { customerId, ruleId, psa: null, vendor: 0, lineIds: [], accountIds: [] };
          joined.set(key, found);
        }
        return found;
      };
      for (const line of values.psa.lines) {
        const row = at(line.customerId, ruleOfService.get(line.serviceId)!);
        row.psa = (row.psa ?? 0) + Math.round(line.units * 10);
        row.lineIds.push(line.id);
      }
      for (const vendor of values.vendors) {
        for (const count of vendor.counts) {
          const row = at(
            customerOf.get(`${vendor.source}|${count.accountId}`)!,
            ruleOfSku.get(`${vendor.source}|${count.skuId}`)!,
          );
          row.vendor += Math.round(count.units * 10);
          row.accountIds.push(count.accountId);
        }
      }
      rows = [...joined.values()];
    },
    async emit() {
      return rows;
    },
  };
}
