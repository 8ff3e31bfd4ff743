import type { BillingCycle, Contract, ContractLine, Customer, Service } from '../../model/psa.ts';
import { subtractUnits } from '../../model/units.ts';
import type { World } from '../world/types.ts';

/** The world in ConnectWise's words. Field names and types as in the vendor's GET model 2026.4. */

const CYCLES: Readonly<Record<BillingCycle, string>> = {
  weekly: 'Weekly',
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  'semi-annual': 'Semi-Annual',
  annual: 'Annual',
  'multi-year': 'Two Years',
  'one-time': 'One Time',
  none: 'None',
  other: 'Every 5 Weeks',
};

const STATUS = {
  active: 'Active',
  inactive: 'Inactive',
  cancelled: 'Cancelled',
  expired: 'Expired',
} as const;

const time = (date: string): string => `${date}T00:00:00Z`;

/** A date that is not there: missing, `null` or empty, as tenants' data has it. */
function orEmpty(name: string, date: string | null, id: string): Record<string, string | null> {
  if (date !== null) return { [name]: time(date) };
  const how = Number(id) % 3;
  return how === 0 ? {} : { [name]: how === 1 ? null : '' };
}

export function companyRow(customer: Customer): Record<string, unknown> {
  const id = Number(customer.id);
  const identifier = customer.name.replace(/[^A-Za-z0-9]/g, '').slice(0, 25);
  return {
    id,
    identifier,
    name: customer.name,
    status: customer.active ? { id: 1, name: 'Active' } : { id: 2, name: 'Inactive' },
    types: [{ id: 1, name: 'Client' }],
    deletedFlag: !customer.active,
    dateDeleted: customer.active ? null : '2026-03-01T09:30:00Z',
    leadFlag: false,
    isVendorFlag: false,
    accountNumber: null,
    parentCompany: null,
    billToCompany: { id, identifier, name: customer.name },
    currency: { id: 7, currencyCode: 'USD', name: 'US Dollars' },
    customFields: [],
    _info: { lastUpdated: '2026-10-02T08:11:00Z', updatedBy: 'API' },
  };
}

/** The world's rows by id: a mock of thousands of agreements is asked for each of them. */
export interface Lookup {
  readonly customers: ReadonlyMap<string, Customer>;
  readonly services: ReadonlyMap<string, Service>;
  readonly contracts: ReadonlyMap<string, Contract>;
}

export function lookup({ psa }: World): Lookup {
  const byId = <T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> =>
    new Map(rows.map((row) => [row.id, row]));
  return { customers: byId(psa.customers), services: byId(psa.services), contracts: byId(psa.contracts) };
}

export function agreementRow(known: Lookup, contract: Contract): Record<string, unknown> {
  const customer = known.customers.get(contract.customerId);
  const company = {
    id: Number(contract.customerId),
    identifier: (customer?.name ?? '').replace(/[^A-Za-z0-9]/g, '').slice(0, 25),
    name: customer?.name ?? '',
  };
  const cancelled = contract.status === 'cancelled';
  return {
    id: Number(contract.id),
    name: contract.name,
    type: { id: 3, name: 'Managed Services' },
    company,
    contact: { id: 5000 + Number(contract.customerId), name: 'Billing Contact' },
    parentAgreement: null,
    ...orEmpty('startDate', contract.startDate, contract.id),
    ...orEmpty('endDate', contract.endDate, contract.id),
    noEndingDateFlag: contract.endDate === null,
    cancelledFlag: cancelled,
    dateCancelled: cancelled && contract.endDate !== null ? time(contract.endDate) : null,
    reasonCancelled: null,
    agreementStatus: STATUS[contract.status],
    billingCycle: {
      id: Object.keys(CYCLES).indexOf(contract.billingCycle) + 1,
      name: CYCLES[contract.billingCycle],
    },
    invoicingCycle: 'CalendarYear',
    billAmount: 0,
    ...(contract.nextInvoiceDate === undefined ? {} : { nextInvoiceDate: time(contract.nextInvoiceDate) }),
    oneTimeFlag: contract.billingCycle === 'one-time',
    billOneTimeFlag: false,
    prorateFlag: true,
    invoiceProratedAdditionsFlag: false,
    periodType: 'Current',
    autoInvoiceFlag: false,
    billZeroAmountFlag: false,
    billToCompany: company,
    currency: { id: 7, name: 'US Dollars' },
    customFields: [],
    _info: { lastUpdated: '2026-10-20T10:00:00Z' },
  };
}

export function additionRow(known: Lookup, line: ContractLine, updated: string): Record<string, unknown> {
  const service = known.services.get(line.serviceId);
  const contract = known.contracts.get(line.contractId);
  const included = line.native?.included ?? 0;
  const price = line.unitPrice === undefined ? null : Number(line.unitPrice);
  const cost = line.unitCost === undefined ? null : Number(line.unitCost);
  const billed = Math.max(0, subtractUnits(line.units, included));
  return {
    id: Number(line.id),
    product: { id: Number(line.serviceId), identifier: service?.code ?? '', serializedFlag: false },
    quantity: line.units,
    lessIncluded: included,
    billedQuantity: billed,
    uom: 'Each',
    unitPrice: price,
    unitCost: cost,
    extPrice: price === null ? null : price * billed,
    extCost: cost === null ? null : cost * billed,
    billCustomer: line.billable ? 'Billable' : 'DoNotBill',
    ...orEmpty('effectiveDate', line.startDate, line.id),
    ...orEmpty('cancelledDate', line.endDate, line.id),
    description: line.description ?? service?.name ?? '',
    invoiceDescription: line.description ?? service?.name ?? '',
    taxableFlag: true,
    prorateCurrentPeriodFlag: false,
    agreementId: Number(line.contractId),
    agreementStatus: STATUS[contract?.status ?? 'active'],
    sequenceNumber: 1,
    serialNumber: null,
    customFields: [],
    _info: { lastUpdated: updated },
  };
}

export function catalogRow(service: Service): Record<string, unknown> {
  return {
    id: Number(service.id),
    identifier: service.code ?? service.name,
    description: service.name,
    inactiveFlag: !service.active,
    productClass: 'Agreement',
    category: { id: 5, name: 'Cloud' },
    subcategory: { id: 17, name: 'Subscriptions' },
    type: { id: 2, name: 'Service' },
    unitOfMeasure: { id: 1, name: 'Each' },
    taxableFlag: true,
    customerDescription: service.name,
    recurringFlag: true,
    recurringCycleType: 'CalendarYear',
    billableOption: 'Billable',
    _info: { lastUpdated: '2026-06-01T00:00:00Z' },
  };
}
