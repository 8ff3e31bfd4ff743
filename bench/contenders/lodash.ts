import _ from 'lodash';
import type { Contender, Row } from '../contender.ts';
import { loadValues, type Values } from '../rows.ts';

/** lodash in its usual idiom: keyBy for the look-ups, groupBy for both sides, a union of the keys. */
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
      const links = _.keyBy(values.mapping.accounts, (link) => `${link.vendor}|${link.accountId}`);
      const skus = _.keyBy(
        values.mapping.services.flatMap((rule) =>
          rule.skus.map((sku) => ({ key: `${sku.vendor}|${sku.skuId}`, ruleId: rule.id })),
        ),
        'key',
      );
      const services = _.keyBy(
        values.mapping.services.flatMap((rule) => rule.serviceIds.map((id) => ({ id, ruleId: rule.id }))),
        'id',
      );
      const psa = _.groupBy(
        values.psa.lines,
        (line) => `${line.customerId}|${services[line.serviceId]!.ruleId}`,
      );
      const counted = _.groupBy(
        values.vendors.flatMap((vendor) =>
          vendor.counts.map((count) => ({ vendor: vendor.source, ...count })),
        ),
        (count) =>
          `${links[`${count.vendor}|${count.accountId}`]!.customerId}|${skus[`${count.vendor}|${count.skuId}`]!.ruleId}`,
      );
      rows = _.union(_.keys(psa), _.keys(counted)).map((key) => {
        const [customerId, ruleId] = key.split('|') as [string, string];
        const lines = psa[key];
        const counts = counted[key] ?? [];
        return {
          customerId,
          ruleId,
          psa: lines ? _.sumBy(lines, (line) => Math.round(line.units * 10)) : null,
          vendor: _.sumBy(counts, (count) => Math.round(count.units * 10)),
          lineIds: _.map(lines, 'id'),
          accountIds: _.map(counts, 'accountId'),
        };
      });
    },
    async emit() {
      return rows;
    },
  };
}
