import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { Contender, Row } from '../contender.ts';
import { ruleRows } from '../sql.ts';

/** DuckDB in memory: its own NDJSON reader with declared columns, one aggregate a side, a full outer join. */
export function contender(): Contender {
  const threads = process.env.BENCH_THREADS;
  let db: DuckDBConnection;
  async function open(): Promise<void> {
    const instance = await DuckDBInstance.create(':memory:', threads ? { threads } : {});
    db = await instance.connect();
    await db.run('CREATE TABLE rules (ruleId VARCHAR, serviceId VARCHAR, vendor VARCHAR, skuId VARCHAR)');
    const rows = ruleRows().map((r) => `('${r.ruleId}','${r.serviceId}','${r.vendor}','${r.skuId}')`);
    await db.run(`INSERT INTO rules VALUES ${rows.join(',')}`);
  }
  /** Rows in chunks of the engine's own size: the fastest way in. */
  async function append<T>(
    table: string,
    types: DuckDBType[],
    rows: readonly T[],
    of: (row: T) => DuckDBValue[],
  ) {
    const appender = await db.createAppender(table);
    const chunk = DuckDBDataChunk.create(types);
    for (let start = 0; start < rows.length; start += 2048) {
      chunk.reset();
      chunk.setRows(rows.slice(start, start + 2048).map(of));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }
  return {
    async load(folder) {
      await open();
      await db.run(`CREATE TABLE lines AS SELECT id, customerId, serviceId, CAST(units * 10 AS BIGINT) AS tenths
        FROM read_json('${folder}/lines.ndjson', format='newline_delimited',
          columns={id:'VARCHAR', customerId:'VARCHAR', serviceId:'VARCHAR', units:'DECIMAL(18,1)'})`);
      await db.run(`CREATE TABLE counts AS SELECT vendor, accountId, skuId, CAST(units * 10 AS BIGINT) AS tenths
        FROM read_json('${folder}/counts.ndjson', format='newline_delimited',
          columns={vendor:'VARCHAR', accountId:'VARCHAR', skuId:'VARCHAR', units:'DECIMAL(18,1)'})`);
      await db.run(`CREATE TABLE accounts AS SELECT vendor, id, customerId
        FROM read_json('${folder}/accounts.ndjson', format='newline_delimited',
          columns={vendor:'VARCHAR', id:'VARCHAR', customerId:'VARCHAR'})`);
    },
    async take(values) {
      await open();
      await db.run('CREATE TABLE lines (id VARCHAR, customerId VARCHAR, serviceId VARCHAR, tenths BIGINT)');
      await append('lines', [VARCHAR, VARCHAR, VARCHAR, BIGINT], values.psa.lines, (row) => [
        row.id,
        row.customerId,
        row.serviceId,
        BigInt(Math.round(row.units * 10)),
      ]);
      await db.run('CREATE TABLE counts (vendor VARCHAR, accountId VARCHAR, skuId VARCHAR, tenths BIGINT)');
      for (const vendor of values.vendors) {
        await append('counts', [VARCHAR, VARCHAR, VARCHAR, BIGINT], vendor.counts, (row) => [
          vendor.source,
          row.accountId,
          row.skuId,
          BigInt(Math.round(row.units * 10)),
        ]);
      }
      await db.run('CREATE TABLE accounts (vendor VARCHAR, id VARCHAR, customerId VARCHAR)');
      await append('accounts', [VARCHAR, VARCHAR, VARCHAR], values.mapping.accounts, (row) => [
        row.vendor,
        row.accountId,
        row.customerId,
      ]);
    },
    async join() {
      await db.run(`CREATE TABLE found AS
        WITH psa AS (
          SELECT l.customerId, r.ruleId, SUM(l.tenths)::BIGINT AS psa, list(l.id) AS lineIds
          FROM lines l JOIN (SELECT DISTINCT ruleId, serviceId FROM rules) r USING (serviceId) GROUP BY ALL),
        counted AS (
          SELECT a.customerId, r.ruleId, SUM(c.tenths)::BIGINT AS vendor, list(c.accountId) AS accountIds
          FROM counts c JOIN accounts a ON a.vendor = c.vendor AND a.id = c.accountId
          JOIN rules r ON r.vendor = c.vendor AND r.skuId = c.skuId GROUP BY ALL)
        SELECT customerId, ruleId, psa, coalesce(vendor, 0)::BIGINT AS vendor, lineIds, accountIds
        FROM psa FULL OUTER JOIN counted USING (customerId, ruleId)
        ORDER BY customerId, ruleId`);
    },
    async emit() {
      const result = await db.run(
        "SELECT customerId, ruleId, psa, vendor, array_to_string(lineIds, ','), array_to_string(accountIds, ',') FROM found",
      );
      const rows: Row[] = [];
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return rows;
        for (const [customerId, ruleId, psa, vendor, lineIds, accountIds] of chunk.getRows()) {
          rows.push({
            customerId: customerId as string,
            ruleId: ruleId as string,
            psa: psa === null ? null : Number(psa),
            vendor: Number(vendor),
            lineIds: lineIds === null ? [] : (lineIds as string).split(','),
            accountIds: accountIds === null ? [] : (accountIds as string).split(','),
          });
        }
      }
    },
  };
}
