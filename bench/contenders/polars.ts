import pl from 'nodejs-polars';
import type { Contender, Row } from '../contender.ts';
import { ruleRows } from '../sql.ts';

/** Polars: lazy frames over its own NDJSON scanner, grouped sides, a full join. */
export function contender(): Contender {
  let lines: pl.DataFrame;
  let counts: pl.DataFrame;
  let accounts: pl.DataFrame;
  let skus: pl.DataFrame;
  let services: pl.DataFrame;
  let found: pl.DataFrame;
  const tenths = () => pl.col('units').mul(10).round(0).cast(pl.Int64).alias('tenths');
  function ruleFrames(): void {
    const rows = ruleRows();
    skus = pl.DataFrame({
      vendor: rows.map((r) => r.vendor),
      skuId: rows.map((r) => r.skuId),
      ruleId: rows.map((r) => r.ruleId),
    });
    services = pl
      .DataFrame({ serviceId: rows.map((r) => r.serviceId), ruleId: rows.map((r) => r.ruleId) })
      .unique();
  }
  return {
    async load(folder) {
      lines = await pl
        .scanJson(`${folder}/lines.ndjson`)
        .select(pl.col('id'), pl.col('customerId'), pl.col('serviceId'), tenths())
        .collect();
      counts = await pl
        .scanJson(`${folder}/counts.ndjson`)
        .select(pl.col('vendor'), pl.col('accountId'), pl.col('skuId'), tenths())
        .collect();
      accounts = await pl
        .scanJson(`${folder}/accounts.ndjson`)
        .select(pl.col('vendor'), pl.col('id').alias('accountId'), pl.col('customerId'))
        .collect();
      ruleFrames();
    },
    async take(values) {
      const { lines: rows } = values.psa;
      lines = pl.DataFrame({
        id: rows.map((row) => row.id),
        customerId: rows.map((row) => row.customerId),
        serviceId: rows.map((row) => row.serviceId),
        tenths: rows.map((row) => Math.round(row.units * 10)),
      });
      const all = values.vendors.flatMap(({ source, counts: part }) => part.map((row) => ({ source, row })));
      counts = pl.DataFrame({
        vendor: all.map(({ source }) => source),
        accountId: all.map(({ row }) => row.accountId),
        skuId: all.map(({ row }) => row.skuId),
        tenths: all.map(({ row }) => Math.round(row.units * 10)),
      });
      accounts = pl.DataFrame({
        vendor: values.mapping.accounts.map((row) => row.vendor),
        accountId: values.mapping.accounts.map((row) => row.accountId),
        customerId: values.mapping.accounts.map((row) => row.customerId ?? ''),
      });
      ruleFrames();
    },
    async join() {
      const psa = lines
        .lazy()
        .join(services.lazy(), { on: 'serviceId', how: 'inner' })
        .groupBy(['customerId', 'ruleId'])
        .agg(pl.col('tenths').sum().alias('psa'), pl.col('id').alias('lineIds'));
      const counted = counts
        .lazy()
        .join(accounts.lazy(), { on: ['vendor', 'accountId'], how: 'inner' })
        .join(skus.lazy(), { on: ['vendor', 'skuId'], how: 'inner' })
        .groupBy(['customerId', 'ruleId'])
        .agg(pl.col('tenths').sum().alias('vendor'), pl.col('accountId').alias('accountIds'));
      found = await psa
        .join(counted, { on: ['customerId', 'ruleId'], how: 'full', coalesce: true } as never)
        .select(
          pl.col('customerId'),
          pl.col('ruleId'),
          pl.col('psa').cast(pl.Float64),
          pl.col('vendor').cast(pl.Float64),
          pl.col('lineIds').lst.join(','),
          pl.col('accountIds').lst.join(','),
        )
        .collect();
    },
    async emit() {
      const column = <T>(name: string): T[] => found.getColumn(name).toArray() as T[];
      const customerId = column<string>('customerId');
      const ruleId = column<string>('ruleId');
      const psa = column<number | null>('psa');
      const vendor = column<number | null>('vendor');
      const lineIds = column<string | null>('lineIds');
      const accountIds = column<string | null>('accountIds');
      return customerId.map(
        (id, i): Row => ({
          customerId: id,
          ruleId: ruleId[i]!,
          psa: psa[i] ?? null,
          vendor: vendor[i] ?? 0,
          lineIds: lineIds[i] ? lineIds[i].split(',') : [],
          accountIds: accountIds[i] ? accountIds[i].split(',') : [],
        }),
      );
    },
  };
}
