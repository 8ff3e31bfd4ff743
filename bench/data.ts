import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { finished } from 'node:stream/promises';

/**
 * One seeded MSP of a given number of PSA lines, with about as many vendor counts, written once as NDJSON.
 * Skewed customers, one to three lines a key, five vendors, rules of one or two SKUs; about 99 % agree.
 */
export interface DataSet {
  readonly folder: string;
  readonly lines: number;
  readonly vendors: readonly string[];
}

export const vendors: readonly string[] = ['edr', 'backup', 'rmm', 'mail', 'licences'];
export const services = 120;

/** The SKUs of each rule: every fourth rule sums two vendors. */
export function rules(): { id: string; serviceId: string; skus: { vendor: string; skuId: string }[] }[] {
  return Array.from({ length: services }, (_, s) => {
    const first = { vendor: vendors[s % vendors.length]!, skuId: `sku-${s}` };
    const second = { vendor: vendors[(s + 1) % vendors.length]!, skuId: `sku-${s}-b` };
    return { id: `rule-${s}`, serviceId: `svc-${s}`, skus: s % 4 === 0 ? [first, second] : [first] };
  });
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

class Sink {
  readonly #stream;
  #buffer: string[] = [];
  #size = 0;
  constructor(path: string) {
    this.#stream = createWriteStream(path);
  }
  async row(value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    this.#buffer.push(text);
    this.#size += text.length;
    if (this.#size > 1 << 20) await this.#flush();
  }
  async #flush(): Promise<void> {
    if (this.#buffer.length === 0) return;
    const chunk = `${this.#buffer.join('\n')}\n`;
    this.#buffer = [];
    this.#size = 0;
    if (!this.#stream.write(chunk)) await new Promise((resolve) => this.#stream.once('drain', resolve));
  }
  async end(): Promise<void> {
    await this.#flush();
    this.#stream.end();
    await finished(this.#stream);
  }
}

/** Writes the data set unless it is there already. */
export async function dataSet(root: string, lines: number): Promise<DataSet> {
  const folder = `${root}/${lines}`;
  if (!existsSync(folder)) {
    const draft = `${folder}.draft`;
    mkdirSync(draft, { recursive: true });
    await write(draft, lines);
    renameSync(draft, folder);
  }
  return { folder, lines, vendors };
}

async function write(folder: string, target: number): Promise<void> {
  const random = generator(20_261_122);
  const int = (max: number): number => Math.floor(random() * max);
  const customers = new Sink(`${folder}/customers.ndjson`);
  const contracts = new Sink(`${folder}/contracts.ndjson`);
  const lines = new Sink(`${folder}/lines.ndjson`);
  const accounts = new Sink(`${folder}/accounts.ndjson`);
  const counts = new Sink(`${folder}/counts.ndjson`);
  const allRules = rules();
  let lineNo = 0;
  let customerNo = 0;
  while (lineNo < target) {
    // Skewed: most customers hold a handful of services, a few hold nearly all on several sites.
    const skew = random() ** 3;
    const held = Math.max(3, Math.floor(skew * services));
    const sites = 1 + Math.floor(skew * 3);
    const customerId = `c${customerNo++}`;
    await customers.row({ id: customerId, name: `Customer ${customerId}`, active: true });
    const contractIds = Array.from({ length: 1 + int(2) }, (_, k) => `${customerId}-k${k}`);
    for (const id of contractIds) {
      await contracts.row({
        id,
        customerId,
        name: 'Managed services',
        status: 'active',
        billingCycle: 'monthly',
        startDate: '2026-01-01',
        endDate: null,
      });
    }
    for (const vendor of vendors) {
      for (let site = 0; site < sites; site++) {
        await accounts.row({
          vendor,
          id: `${vendor}-${customerId}-${site}`,
          customerId,
          name: `Site ${site}`,
          active: true,
        });
      }
    }
    const firstService = int(services);
    for (let h = 0; h < held && lineNo < target; h++) {
      const rule = allRules[(firstService + h) % services]!;
      const shape = random();
      const lineCount = shape < 0.005 && rule.skus.length === 1 ? 0 : 1 + int(3);
      const parts = Array.from({ length: lineCount }, () => (1 + int(40)) * 10 + (random() < 0.1 ? 5 : 0));
      for (const tenths of parts) {
        await lines.row({
          id: `l${lineNo++}`,
          contractId: contractIds[int(contractIds.length)],
          customerId,
          serviceId: rule.serviceId,
          units: tenths / 10,
          unitPrice: `${1 + int(90)}.${10 + int(89)}`,
          startDate: null,
          endDate: null,
          active: true,
          billable: true,
        });
      }
      if (shape >= 0.005 && shape < 0.01) continue;
      let total = lineCount === 0 ? (1 + int(20)) * 10 : parts.reduce((a, b) => a + b, 0);
      if (random() < 0.01) total += (1 + int(5)) * 10;
      // As many counts as lines, spread over the customer's sites and the rule's SKUs.
      const slots = rule.skus.flatMap((sku) =>
        Array.from({ length: sites }, (_, site) => ({
          ...sku,
          accountId: `${sku.vendor}-${customerId}-${site}`,
        })),
      );
      const used = Math.min(slots.length, Math.max(1, lineCount));
      for (let k = 0; k < used; k++) {
        const share = k === used - 1 ? total : Math.floor(total / (used - k) / 10) * 10;
        total -= share;
        await counts.row({
          vendor: slots[k]!.vendor,
          accountId: slots[k]!.accountId,
          skuId: slots[k]!.skuId,
          metric: 'devices',
          units: share / 10,
        });
      }
    }
  }
  for (const sink of [customers, contracts, lines, accounts, counts]) await sink.end();
}
