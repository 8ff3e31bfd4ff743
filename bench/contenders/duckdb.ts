import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Contender, Row } from '../contender.ts';
import { ruleRows } from '../sql.ts';

/** DuckDB in memory: its own NDJSON reader with declared columns, one aggregate a side, a full outer join. */
export function contender(): Contender {
  const threads = process.env.BENCH_THREADS;
  let db: DuckDBConnection;
  return {
    async load(folder) {
      const instance = await DuckDBInstance.create(':memory:', threads ? { threads } : {});
      db = await instance.connect();
      await db.run(`CREATE TABLE lines AS SELECT id, customerId, serviceId, CAST(units * 10 AS BIGINT) AS tenths
        FROM read_json('${folder}/lines.ndjson', format='newline_delimited',
          columns={id:'VARCHAR', customerId:'VARCHAR', serviceId:'VARCHAR', units:'DECIMAL(18,1)'})`);
      await db.run(`CREATE TABLE counts AS SELECT vendor, accountId, skuId, CAST(units * 10 AS BIGINT) AS tenths
        FROM read_json('${folder}/counts.ndjson', format='newline_delimited',
          columns={vendor:'VARCHAR', accountId:'VARCHAR', skuId:'VARCHAR', units:'DECIMAL(18,1)'})`);
      await db.run(`CREATE TABLE accounts AS SELECT vendor, id, customerId
        FROM read_json('${folder}/accounts.ndjson', format='newline_delimited',
          columns={vendor:'VARCHAR', id:'VARCHAR', customerId:'VARCHAR'})`);
      await db.run('CREATE TABLE rules (ruleId VARCHAR, serviceId VARCHAR, vendor VARCHAR, skuId VARCHAR)');
      const rows = ruleRows();
      await db.run(
        `INSERT INTO rules VALUES ${rows.map((r) => `('${r.ruleId}','${r.serviceId}','${r.vendor}','${r.skuId}')`).join(',')}`,
      );
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
