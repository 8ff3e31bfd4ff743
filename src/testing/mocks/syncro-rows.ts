import type { BillingCycle, Contract, ContractLine, Customer, Service } from '../../model/psa.ts';
import type { PsaRowSet, World } from '../world/types.ts';

/** The world in Syncro's words. Field names and types as in the vendor's API description, version 1. */

export type Row = Record<string, unknown>;

const FREQUENCY: Partial<Record<BillingCycle, string>> = {
  weekly: 'Weekly',
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  'semi-annual': 'Semi-Annually',
  annual: 'Annually',
  'multi-year': 'Biennially',
};

/** Whole cents of a price, or `null` where Syncro cannot hold it. */
function cents(price: string | undefined): number | null {
  const value = Math.round(Number(price ?? Number.NaN) * 100);
  return Number.isSafeInteger(value) && value === Number((Number(price) * 100).toFixed(6)) ? value : null;
}

/** What Syncro can hold of a line today: no dates, so neither past nor future ones. `null`: it is not there. */
export function heldLine(line: ContractLine, on: string): ContractLine | null {
  if (line.endDate !== null && line.endDate <= on) return null;
  if (line.startDate !== null && line.startDate > on) return null;
  const { native: _, unitCost, ...rest } = line;
  return {
    ...rest,
    ...(cents(unitCost) === null || unitCost === undefined ? {} : { unitCost }),
    startDate: null,
    endDate: null,
    billable: true,
    // Every seventeenth is one Syncro counts itself.
    ...(Number(line.id) % 17 === 0 ? { native: { computed: true } } : {}),
  };
}

/** What a perfect pull gives. */
export function expectedRows(world: World, lines: readonly ContractLine[]): PsaRowSet {
  return {
    customers: world.psa.customers,
    services: world.psa.services,
    contracts: world.psa.contracts.map(({ id, customerId, name, status, billingCycle }) => ({
      id,
      customerId,
      name,
      status: status === 'active' ? 'active' : 'inactive',
      ...(FREQUENCY[billingCycle] === undefined ? {} : { billingCycle }),
    })) as Contract[],
    lines,
  };
}

export function customerRow(customer: Customer): Row {
  // A company has its name in one field, a person in another; `business_then_name` is always the one to show.
  const person = Number(customer.id) % 10 === 0;
  return {
    id: Number(customer.id),
    firstname: person ? customer.name : 'Office',
    lastname: '',
    fullname: person ? customer.name : 'Office',
    business_name: person ? null : customer.name,
    email: `office-${customer.id}@example.com`,
    phone: null,
    disabled: !customer.active,
    location_id: null,
    properties: {},
    created_at: '2024-01-05T08:33:21.053Z',
    updated_at: '2026-10-21T08:33:21.053Z',
    business_and_full_name: `${customer.name} - Office`,
    business_then_name: customer.name,
    contacts: [],
  };
}

export function productRow(service: Service, price: string | undefined): Row {
  const scanned = Number(service.id) % 2 === 0;
  return {
    id: Number(service.id),
    name: service.name,
    description: service.name,
    price_retail: Number(price ?? 0),
    price_cost: 1.5,
    price_wholesale: 0,
    taxable: true,
    disabled: !service.active,
    product_category: 'Licensing',
    category_path: 'Licensing',
    upc_code: scanned ? (service.code ?? null) : null,
    // Stock on hand; never a billing quantity.
    quantity: 100,
    maintain_stock: false,
    product_skus:
      scanned || service.code === undefined ? [] : [{ id: 1, vendor_name: 'Any', sku: service.code }],
    qb_item_id: null,
  };
}

/** A schedule without its lines. */
export function scheduleRow(contract: Contract): Row {
  return {
    id: Number(contract.id),
    account_id: 9,
    customer_id: Number(contract.customerId),
    email_customer: true,
    frequency: FREQUENCY[contract.billingCycle] ?? 'Daily',
    name: contract.name,
    next_run: `${contract.nextInvoiceDate ?? '2026-12-01'}T00:00:00.000Z`,
    snail_mail: false,
    charge_mop: false,
    subtotal: 0,
    invoice_unbilled_ticket_charges: false,
    paused: contract.status !== 'active',
    last_invoice_paid: null,
  };
}

export function lineRow(line: ContractLine): Row {
  const counted = line.native?.computed === true;
  const how = Number(line.id) % 3;
  return {
    ...plainLine(Number(line.contractId), Number(line.id)),
    product_id: Number(line.serviceId),
    name: line.description ?? 'Service',
    quantity: decimalText(line.units),
    ...money(cents(line.unitPrice) ?? 0, cents(line.unitCost)),
    // A counted line shows in one of three ways.
    asset_type_id: counted && how === 0 ? 12 : null,
    recurring_type_id: counted && how === 1 ? 2 : null,
    device_ids: counted && how === 2 ? [4401, 4402] : [],
  };
}

/** Integer cents and their twins in dollars. */
function money(retail: number, cost: number | null): Row {
  return {
    retail_cents: retail,
    price_retail: retail / 100,
    cost_cents: cost,
    price_cost: cost === null ? null : cost / 100,
  };
}

/** `14.0`, `2.5`: a decimal in a string. */
export function decimalText(units: number): string {
  return Number.isInteger(units) ? `${units}.0` : String(units);
}

function plainLine(schedule: number, id: number): Row {
  return {
    id,
    schedule_id: schedule,
    product_id: null,
    name: 'Line',
    description: 'per user',
    quantity: '1.0',
    ...money(0, 0),
    taxable: id % 2 === 0,
    position: id % 7,
    user_id: 3,
    product_category: null,
    asset_type_id: null,
    recurring_type_id: null,
    device_ids: [],
    one_time_charge: false,
  };
}

/** Lines that bill no units of a service: one billed once, and a text. */
export function noiseLines(contract: Contract, serviceId: string | undefined): Row[] {
  if (Number(contract.id) % 3 !== 0 || serviceId === undefined) return [];
  const base = 800_000 + Number(contract.id) * 10;
  return [
    {
      ...plainLine(Number(contract.id), base),
      product_id: Number(serviceId),
      quantity: '5.0',
      name: 'Setup',
      one_time_charge: true,
    },
    { ...plainLine(Number(contract.id), base + 1), name: 'Thank you for your business' },
  ];
}
