import type { PsaSnapshot } from '../model/psa.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { type CsvCell, type CsvOptions, csvRecords } from '../report/csv.ts';

/**
 * A vendor snapshot in the shape {@link importCounts} reads, record by record. Ended rows are no counts and left out.
 * Text that a spreadsheet would run gets a `'` in front; a file that only goes back into trueup is exact with
 * `escapeFormulas: false`.
 */
export function exportCounts(snapshot: VendorSnapshot, options: CsvOptions = {}): Generator<string, void> {
  return csvRecords(
    ['account_id', 'account', 'service_id', 'service', 'metric', 'quantity', 'as_of'],
    countRows(snapshot),
    options,
  );
}

function* countRows({ accounts, skus, counts }: VendorSnapshot): Generator<readonly CsvCell[]> {
  const accountNames = new Map(accounts.map((one) => [one.id, one.name]));
  const skuNames = new Map(skus.map((one) => [one.id, one.name]));
  for (const { accountId, skuId, metric, units, asOf, status } of counts) {
    if (status === 'ended') continue;
    yield [
      accountId,
      accountNames.get(accountId) ?? null,
      skuId,
      skuNames.get(skuId) ?? null,
      metric,
      units,
      asOf ?? null,
    ];
  }
}

/**
 * The contract lines of a PSA snapshot in the shape {@link importPsa} reads, record by record. Customers, services
 * and contracts without a line are not in it, nor what the file has no column for: whether customer and service are
 * active, a contract's `currency` and `nextInvoiceDate`, a line's `native` and `billedThrough`.
 */
export function exportPsa(snapshot: PsaSnapshot, options: CsvOptions = {}): Generator<string, void> {
  return csvRecords(
    [
      'customer_id',
      'customer',
      'contract_id',
      'contract',
      'contract_status',
      'contract_start',
      'contract_end',
      'billing_cycle',
      'service_id',
      'service',
      'service_code',
      'line_id',
      'quantity',
      'unit_price',
      'unit_cost',
      'start',
      'end',
      'active',
      'billable',
      'description',
    ],
    lineRows(snapshot),
    options,
  );
}

function* lineRows(snapshot: PsaSnapshot): Generator<readonly CsvCell[]> {
  const customers = new Map(snapshot.customers.map((one) => [one.id, one]));
  const services = new Map(snapshot.services.map((one) => [one.id, one]));
  const contracts = new Map(snapshot.contracts.map((one) => [one.id, one]));
  for (const line of snapshot.lines) {
    const contract = contracts.get(line.contractId);
    const service = services.get(line.serviceId);
    yield [
      line.customerId,
      customers.get(line.customerId)?.name ?? null,
      line.contractId,
      contract?.name ?? null,
      contract?.status ?? null,
      contract?.startDate ?? null,
      contract?.endDate ?? null,
      contract?.billingCycle ?? null,
      line.serviceId,
      service?.name ?? null,
      service?.code ?? null,
      line.id,
      line.units,
      price(line.unitPrice),
      price(line.unitCost),
      line.startDate,
      line.endDate,
      line.active ? 'yes' : 'no',
      line.billable ? 'yes' : 'no',
      line.description ?? null,
    ];
  }
}

function price(decimal: string | undefined): CsvCell {
  return decimal === undefined ? null : { decimal };
}
