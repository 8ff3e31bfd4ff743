import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Values } from './rows.ts';

/** One way to find out where PSA and vendors differ, in three phases timed apart. */
export interface Contender {
  /** Reads the files into the contender's own form. */
  load(folder: string): Promise<void>;
  /** Takes the rows from memory, where a pull left them, into the contender's own form. */
  take(values: Values): Promise<void>;
  /** Finds every customer × rule with both numbers and what they are made of. */
  join(): Promise<void>;
  /** The findings as JavaScript rows. */
  emit(): Promise<readonly Row[]>;
}

/**
 * Customer, rule, PSA units and vendor units in tenths (the data has one decimal), ids of the lines and of the
 * accounts that made them up. Exact, so that digests can be compared.
 */
export interface Row {
  readonly customerId: string;
  readonly ruleId: string;
  readonly psa: number | null;
  readonly vendor: number;
  readonly lineIds: readonly string[];
  readonly accountIds: readonly string[];
}

/** SHA-256 over the sorted rows, each id list sorted. */
export function digest(rows: readonly Row[]): string {
  const texts = rows.map(
    (row) =>
      `${row.customerId}\t${row.ruleId}\t${row.psa ?? '-'}\t${row.vendor}\t${[...row.lineIds].sort().join(',')}\t${[...row.accountIds].sort().join(',')}`,
  );
  const hash = createHash('sha256');
  for (const text of texts.sort()) hash.update(text).update('\n');
  return `${rows.length}:${hash.digest('hex').slice(0, 16)}`;
}

/** Streams the rows of an NDJSON file. */
export async function read<T>(path: string, each: (row: T) => void): Promise<void> {
  const input = createInterface({
    input: createReadStream(path, { highWaterMark: 1 << 20 }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  input.on('line', (line) => {
    each(JSON.parse(line) as T);
  });
  await new Promise((resolve) => input.once('close', resolve));
}

export interface CountRow {
  readonly vendor: string;
  readonly accountId: string;
  readonly skuId: string;
  readonly metric: string;
  readonly units: number;
}

export interface AccountRow {
  readonly vendor: string;
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly active: boolean;
}
