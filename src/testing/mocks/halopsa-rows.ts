import type { BillingCycle, Contract, ContractLine, Customer, Service } from '../../model/psa.ts';
import type { PsaRowSet, World } from '../world/types.ts';

/** The world in Halo's words. Field names and types as in the vendor's API description, version 2. */

export type Row = Record<string, unknown>;

const PERIODS: Partial<Record<BillingCycle, number>> = {
  monthly: 3,
  quarterly: 4,
  'semi-annual': 5,
  annual: 6,
};

const at = (date: string | null): string | null => (date === null ? null : `${date}T00:00:00`);

/** Recurring invoices have negative ids; those of issued ones are positive. */
export const invoiceId = (contractId: string): string => `-${contractId}`;

/** The day before: Halo names the last day, the model the first one after. */
function lastDay(end: string | null): string | null {
  if (end === null) return null;
  const [year = 0, month = 1, date = 1] = end.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date - 1)).toISOString().slice(0, 10);
}

/** What Halo can hold of the world's lines. Every seventeenth is one whose quantity Halo counts itself. */
export function heldLine(line: ContractLine): ContractLine {
  const { native: _, ...rest } = line;
  const computed = Number(line.id) % 17 === 0;
  return {
    ...rest,
    contractId: invoiceId(line.contractId),
    billable: true,
    ...(computed ? { native: { computed: true } } : {}),
  };
}

/** What a perfect pull gives. */
export function expectedRows(world: World, lines: readonly ContractLine[]): PsaRowSet {
  const known = (cycle: BillingCycle): Pick<Contract, 'billingCycle'> | object =>
    PERIODS[cycle] === undefined ? {} : { billingCycle: cycle };
  return {
    customers: world.psa.customers,
    services: [...world.psa.services, ...oldItems()],
    contracts: world.psa.contracts.map(({ status, billingCycle, ...contract }) => ({
      ...contract,
      id: invoiceId(contract.id),
      status: statusOf({ ...contract, status }, world.on),
      ...known(billingCycle),
    })) as Contract[],
    lines,
  };
}

/** Halo has a switch and dates, no status. */
function statusOf({ status, endDate }: Pick<Contract, 'status' | 'endDate'>, on: string): Contract['status'] {
  if (status === 'cancelled' || status === 'inactive') return 'inactive';
  return endDate !== null && endDate < on ? 'expired' : 'active';
}

function oldItems(): Service[] {
  return [{ id: '990001', name: 'Fax line (discontinued)', code: 'FAX', active: false }];
}

export function clientRows(world: World): Row[] {
  return world.psa.customers.map((customer: Customer) => ({
    id: Number(customer.id),
    name: customer.name,
    inactive: !customer.active,
    stopped: 0,
    toplevel_id: 12,
    toplevel_name: 'Customers',
    ref: '',
    accountsid: `AC${customer.id}`,
    customertype: 1,
    main_site_id: Number(customer.id) + 1,
    client_to_invoice: 0,
    client_to_invoice_recurring: 0,
    customfields: [],
  }));
}

export function itemRows(world: World): readonly { readonly active: boolean; readonly row: Row }[] {
  return [...world.psa.services, ...(world.psa.services.length > 0 ? oldItems() : [])].map((service) => ({
    active: service.active,
    row: {
      id: Number(service.id),
      name: service.name,
      description: service.name,
      internalreference: service.code ?? '',
      externalreference: '',
      supplier_part_code: '',
      baseprice: 0,
      costprice: 0,
      recurringprice: 0,
      recurringcost: 0,
      isrecurringitem: true,
      iscontractitem: false,
      status: 0,
      assetgroup_id: 8,
      taxcode: 0,
      nominalcode: '4000',
      accountsid: '',
      supplier_id: 3,
      lastmodified: '2026-05-01T00:00:00',
    },
  }));
}

/** A recurring invoice as the list has it: without lines. */
export function headerRow(world: World, contract: Contract): Row {
  const customer = world.psa.customers.find(({ id }) => id === contract.customerId);
  return {
    id: Number(invoiceId(contract.id)),
    client_id: Number(contract.customerId),
    client_name: customer?.name ?? '',
    sitenumber: Number(contract.customerId) + 1,
    contract_id: Number(contract.id) + 1,
    contract_ref: `C-${contract.id}`,
    is_recurring_invoice: true,
    recurring_invoice_id: 0,
    name: contract.name,
    reference: '',
    disabled: statusOf(contract, world.on) === 'inactive',
    period: PERIODS[contract.billingCycle] ?? 0,
    period_type: 0,
    schedule_id: 0,
    startdate: at(contract.startDate),
    // Unset dates also come as a date long ago.
    enddate:
      contract.endDate === null && Number(contract.id) % 4 === 0
        ? '1900-01-01T00:00:00'
        : at(contract.endDate),
    lastcreated: '2026-11-01T00:00:00',
    nextcreationdate: at(contract.nextInvoiceDate ?? '2026-12-01'),
    currency_code: 0,
    revenue: 0,
    tax_total: 0,
    contains_calculated_quantity: false,
    last_modified: '2026-11-01T03:00:00',
  };
}

/** An invoice that was made from a recurring one: in the same list, never to be counted. */
export function issuedRow(world: World, contract: Contract): Row {
  return {
    ...headerRow(world, contract),
    id: 700_000 + Number(contract.id),
    is_recurring_invoice: false,
    recurring_invoice_id: Number(invoiceId(contract.id)),
  };
}

export function lineRow(line: ContractLine): Row {
  const [price, cost] = [Number(line.unitPrice ?? 0), Number(line.unitCost ?? 0)];
  const computed = line.native?.computed === true;
  const users = {
    id: Number(line.id) + 1,
    invoice_line_id: Number(line.id),
    kind: 'U',
    type_id: 1,
    qty_free: 0,
  };
  return {
    ...plainLine(Number(line.contractId), Number(line.id)),
    _itemid: Number(line.serviceId),
    item_shortdescription: line.description ?? '',
    qty_order: line.units,
    unit_price: price,
    unit_cost: cost,
    baseprice: price,
    startdate: at(line.startDate),
    enddate: at(lastDay(line.endDate)),
    // Halo marks a counted line in more than one way.
    _is_calculated_line: computed && Number(line.id) % 2 === 0,
    recurring_invoice_quantity_type: computed && Number(line.id) % 3 === 0 ? 2 : 0,
    quantity_users: computed ? [users] : [],
    prorata_next_invoice: Number(line.id) % 5 === 0,
    prorata_quantity: Number(line.id) % 5 === 0 ? 1.5 : 0,
  };
}

function plainLine(header: number, id: number): Row {
  return {
    id,
    ihid: header,
    _itemid: 0,
    item_code: `I-${id}`,
    item_shortdescription: '',
    item_longdescription: 'Zeile – für "Büro" \\ 1',
    qty_order: 0,
    unit_price: 0,
    unit_cost: 0,
    baseprice: 0,
    net_amount: 0,
    discount_perc: 0,
    contract_id: 0,
    startdate: null,
    enddate: null,
    autorenew: false,
    isinactive: false,
    billingperiod: 3,
    onetimecharge: false,
    isgroupdesc: false,
    group_id: 0,
    is_bundled_line: false,
    sequenceid: 1,
    recurring_invoice_quantity_type: 0,
    _is_calculated_line: false,
    quantity_users: [],
    quantity_assets: [],
    quantity_licences: [],
    quantity_subscriptions: [],
    prorata_next_invoice: false,
    prorata_quantity: 0,
    prorata_unit_price: 0,
    prorata_data: [],
    item_internal_reference: null,
    item_external_reference: null,
    supplier: 0,
  };
}

/** Lines of a recurring invoice that bill no units: a heading, a one-time charge, a switched-off line, a text. */
export function noiseLines(contract: Contract, serviceId: string | undefined): Row[] {
  if (Number(contract.id) % 3 !== 0 || serviceId === undefined) return [];
  const base = 800_000 + Number(contract.id) * 10;
  const line = (offset: number): Row => plainLine(Number(invoiceId(contract.id)), base + offset);
  const item = { _itemid: Number(serviceId), qty_order: 5, unit_price: 10 };
  return [
    { ...line(0), isgroupdesc: true, item_shortdescription: 'Cloud services', qty_order: 1 },
    { ...line(1), ...item, onetimecharge: true },
    { ...line(2), ...item, isinactive: true },
    { ...line(3), item_shortdescription: 'Thank you for your business', qty_order: 1 },
  ];
}
