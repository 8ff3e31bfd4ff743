import { DatabaseSync } from 'node:sqlite';
import type { ContractLine } from 'trueup';
import { type AccountRow, type Contender, type CountRow, type Row, read } from '../contender.ts';
import { ruleRows } from '../sql.ts';

/** SQLite in memory: one transaction, prepared inserts, an index a join key, grouped sides, a full outer join. */
export function contender(): Contender {
  const db = new DatabaseSync(':memory:');
  function open() {
    db.exec(`PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;
        CREATE TABLE lines (id TEXT, customerId TEXT, serviceId TEXT, tenths INTEGER);
        CREATE TABLE counts (vendor TEXT, accountId TEXT, skuId TEXT, tenths INTEGER);
        CREATE TABLE accounts (vendor TEXT, id TEXT, customerId TEXT, PRIMARY KEY (vendor, id)) WITHOUT ROWID;
        CREATE TABLE rules (ruleId TEXT, serviceId TEXT, vendor TEXT, skuId TEXT, PRIMARY KEY (vendor, skuId)) WITHOUT ROWID;
        CREATE TABLE services (serviceId TEXT PRIMARY KEY, ruleId TEXT) WITHOUT ROWID; BEGIN`);
    const rule = db.prepare('INSERT INTO rules VALUES (?, ?, ?, ?)');
    const service = db.prepare('INSERT OR IGNORE INTO services VALUES (?, ?)');
    for (const row of ruleRows()) {
      rule.run(row.ruleId, row.serviceId, row.vendor, row.skuId);
      service.run(row.serviceId, row.ruleId);
    }
    const line = db.prepare('INSERT INTO lines VALUES (?, ?, ?, ?)');
    const count = db.prepare('INSERT INTO counts VALUES (?, ?, ?, ?)');
    const account = db.prepare('INSERT INTO accounts VALUES (?, ?, ?)');
    return {
      line(row: { id: string; customerId: string; serviceId: string; units: number }): void {
        line.run(row.id, row.customerId, row.serviceId, Math.round(row.units * 10));
      },
      count(vendor: string, row: { accountId: string; skuId: string; units: number }): void {
        count.run(vendor, row.accountId, row.skuId, Math.round(row.units * 10));
      },
      account(vendor: string, id: string, customerId: string | null): void {
        account.run(vendor, id, customerId);
      },
    };
  }
  return {
    async load(folder) {
      const insert = open();
      await read<ContractLine>(`${folder}/lines.ndjson`, insert.line);
      await read<CountRow>(`${folder}/counts.ndjson`, (row) => insert.count(row.vendor, row));
      await read<AccountRow>(`${folder}/accounts.ndjson`, (row) =>
        insert.account(row.vendor, row.id, row.customerId),
      );
      db.exec('COMMIT');
    },
    async take(values) {
      const insert = open();
      values.psa.lines.forEach(insert.line);
      for (const vendor of values.vendors) {
        for (const row of vendor.counts) insert.count(vendor.source, row);
      }
      for (const row of values.mapping.accounts) insert.account(row.vendor, row.accountId, row.customerId);
      db.exec('COMMIT');
    },
    async join() {
      db.exec(`
        CREATE TABLE psa AS SELECT l.customerId, s.ruleId, SUM(l.tenths) AS psa, group_concat(l.id) AS lineIds
          FROM lines l JOIN services s USING (serviceId) GROUP BY l.customerId, s.ruleId;
        CREATE TABLE counted AS SELECT a.customerId, r.ruleId, SUM(c.tenths) AS vendor, group_concat(c.accountId) AS accountIds
          FROM counts c JOIN accounts a ON a.vendor = c.vendor AND a.id = c.accountId
          JOIN rules r ON r.vendor = c.vendor AND r.skuId = c.skuId GROUP BY a.customerId, r.ruleId;
        CREATE INDEX psa_key ON psa (customerId, ruleId);
        CREATE INDEX counted_key ON counted (customerId, ruleId);
        CREATE TABLE found AS
          SELECT p.customerId, p.ruleId, p.psa, coalesce(c.vendor, 0) AS vendor, p.lineIds, c.accountIds
            FROM psa p LEFT JOIN counted c ON c.customerId = p.customerId AND c.ruleId = p.ruleId
          UNION ALL
          SELECT c.customerId, c.ruleId, NULL, c.vendor, NULL, c.accountIds
            FROM counted c WHERE NOT EXISTS (SELECT 1 FROM psa p WHERE p.customerId = c.customerId AND p.ruleId = c.ruleId)`);
    },
    async emit() {
      const rows: Row[] = [];
      for (const row of db.prepare('SELECT * FROM found ORDER BY customerId, ruleId').iterate()) {
        rows.push({
          customerId: row.customerId as string,
          ruleId: row.ruleId as string,
          psa: row.psa as number | null,
          vendor: row.vendor as number,
          lineIds: row.lineIds === null ? [] : (row.lineIds as string).split(','),
          accountIds: row.accountIds === null ? [] : (row.accountIds as string).split(','),
        });
      }
      return rows;
    },
  };
}
