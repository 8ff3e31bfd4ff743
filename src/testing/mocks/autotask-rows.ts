import type { Contract, ContractLine, Customer, Service } from '../../model/psa.ts';
import type { Period } from './autotask-units.ts';

/** The world in Autotask's words. Names as in the vendor's model; camel case, `ID` in capitals, as on the wire. */

export type Row = Record<string, unknown>;

/** Numbers of this tenant; another has others. */
export const COMPANY_TYPES = { Lead: 2, Customer: 11, Vendor: 6 } as const;
export const CONTRACT_TYPES = { 'Time & Materials': 1, 'Block Hours': 4, 'Recurring Service': 7 } as const;
export const STATUSES = { Inactive: 0, Active: 1, Cancelled: 12 } as const;
/** Letters, as one tenant was seen to have them. */
export const PERIODS = { Monthly: 'm', Quarterly: 'q', 'Semi-Annual': 's', Yearly: 'y' } as const;

const CYCLES: Readonly<Record<string, string>> = {
  monthly: PERIODS.Monthly,
  quarterly: PERIODS.Quarterly,
  'semi-annual': PERIODS['Semi-Annual'],
  annual: PERIODS.Yearly,
};

/** True when the dialect has a word for the cycle. */
export const hasCycle = (cycle: string): boolean => cycle in CYCLES;

const time = (day: string | null): string | null => (day === null ? null : `${day}T00:00:00Z`);
const money = (text: string | undefined): number => Number(text ?? 0);

export function field(name: string, values: Readonly<Record<string, string | number>>): Row {
  return {
    name,
    dataType: 'integer',
    length: 0,
    isRequired: true,
    isReadOnly: false,
    isQueryable: true,
    isReference: false,
    referenceEntityType: '',
    isPickList: true,
    picklistValues: Object.entries(values).map(([label, value], n) => ({
      value: String(value),
      isDefaultValue: false,
      label,
      sortOrder: n,
      parentValue: '',
      isActive: true,
      isSystem: n === 0,
    })),
    picklistParentValueField: '',
  };
}

export function plainField(name: string): Row {
  const { picklistValues: _, ...rest } = field(name, {});
  return { ...rest, dataType: 'string', isPickList: false, picklistValues: null };
}

export function companyRow(customer: Customer, type: number): Row {
  return {
    id: Number(customer.id),
    companyName: customer.name,
    companyNumber: '',
    companyType: type,
    isActive: customer.active,
    parentCompanyID: null,
    classification: null,
    currencyID: 1,
    apiVendorID: null,
    lastActivityDate: '2026-10-30T12:00:00Z',
    lastTrackedModifiedDateTime: '2026-10-30T12:00:00Z',
    userDefinedFields: [],
  };
}

export function contractRow(contract: Contract, type: number = CONTRACT_TYPES['Recurring Service']): Row {
  const status =
    contract.status === 'active'
      ? STATUSES.Active
      : contract.status === 'cancelled'
        ? STATUSES.Cancelled
        : STATUSES.Inactive;
  return {
    id: Number(contract.id),
    companyID: Number(contract.customerId),
    contractName: contract.name,
    contractNumber: `C-${contract.id}`,
    contractType: type,
    contractCategory: 12,
    contractPeriodType: CYCLES[contract.billingCycle] ?? null,
    status,
    startDate: time(contract.startDate),
    endDate: time(contract.endDate),
    billToCompanyID: null,
    billingPreference: 1,
    isDefaultContract: true,
    isCompliant: true,
    purchaseOrderNumber: null,
    renewedContractID: null,
    setupFee: 0,
    serviceLevelAgreementID: null,
    opportunityID: null,
    lastModifiedDateTime: '2026-10-01T00:00:00Z',
    userDefinedFields: [],
  };
}

export function serviceRow(service: Service): Row {
  return {
    id: bare(service.id),
    name: service.name,
    description: service.name,
    invoiceDescription: service.name,
    isActive: service.active,
    periodType: 2,
    unitPrice: 10,
    unitCost: 5,
    markupRate: 0.5,
    billingCodeID: 40,
    vendorCompanyID: 901,
    sku: service.code ?? null,
    createDate: '2025-01-05T00:00:00Z',
    lastModifiedDate: '2026-05-05T00:00:00Z',
  };
}

export function bundleRow(service: Service): Row {
  const { markupRate: _m, vendorCompanyID: _v, sku: _s, ...rest } = serviceRow(service);
  return { ...rest, unitDiscount: 0, percentageDiscount: 0 };
}

export function lineRow(line: ContractLine, name: 'serviceID' | 'serviceBundleID'): Row {
  return {
    id: bare(line.id),
    contractID: Number(line.contractId),
    [name]: bare(line.serviceId),
    unitPrice: money(line.unitPrice),
    ...(name === 'serviceID' ? { unitCost: money(line.unitCost) } : {}),
    internalCurrencyUnitPrice: money(line.unitPrice),
    internalCurrencyAdjustedPrice: money(line.unitPrice),
    internalDescription: null,
    invoiceDescription: line.description ?? null,
    quoteItemID: null,
  };
}

export function unitRow(line: ContractLine, period: Period, bundle: boolean, posted: string | null): Row {
  return {
    id: period.id,
    contractID: Number(line.contractId),
    [bundle ? 'contractServiceBundleID' : 'contractServiceID']: bare(line.id),
    [bundle ? 'serviceBundleID' : 'serviceID']: bare(line.serviceId),
    startDate: time(period.start),
    endDate: time(period.end),
    units: period.units,
    price: money(line.unitPrice) * period.units,
    cost: money(line.unitCost) * period.units,
    internalCurrencyPrice: money(line.unitPrice) * period.units,
    approveAndPostDate: posted,
    ...(bundle ? {} : { vendorCompanyID: null }),
    organizationalLevelAssociationID: null,
  };
}

/** The number of an id; bundles are told apart by what stands before it. */
const bare = (id: string): number => Number(id.replace(/^bundle:/, ''));
export const isBundle = (id: string): boolean => id.startsWith('bundle:');
