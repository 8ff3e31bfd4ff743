import * as z from 'zod';
import {
  choose,
  day,
  decimal,
  id,
  type MapContext,
  type PsaPart,
  psaRead,
  type Read,
} from '../../connector/index.ts';
import type { PlainDate } from '../../model/dates.ts';
import type { BillingCycle, Contract, ContractLine, ContractStatus } from '../../model/psa.ts';
import type { ResolvedOptions } from './options.ts';
import { isOneOf, type Picklists, picklistsOf } from './picklists.ts';
import { query } from './query.ts';
import {
  bundleLines,
  type LineKind,
  serviceLines,
  standing,
  type UnitRow,
  unitRow,
  windowAround,
} from './units.ts';

const statuses: Readonly<Record<string, ContractStatus>> = {
  Active: 'active',
  'In Effect': 'active',
  Inactive: 'inactive',
  Cancelled: 'cancelled',
  Canceled: 'cancelled',
};

const cycles: Readonly<Record<string, BillingCycle>> = {
  Weekly: 'weekly',
  Monthly: 'monthly',
  Quarterly: 'quarterly',
  'Semi-Annual': 'semi-annual',
  'Semi-Annually': 'semi-annual',
  Yearly: 'annual',
  Annual: 'annual',
  Annually: 'annual',
  'One-Time': 'one-time',
  'One Time': 'one-time',
};

const companyRow = () =>
  z.object({
    id: id(),
    companyName: z.string(),
    isActive: z.boolean().nullish(),
    companyType: id().nullish(),
  });
type Company = z.output<ReturnType<typeof companyRow>>;

const contractRow = () =>
  z.object({
    id: id(),
    companyID: id(),
    contractName: z.string(),
    contractType: id(),
    status: id(),
    contractPeriodType: id().nullish(),
    startDate: day(),
    endDate: day(),
  });
type ContractRow = z.output<ReturnType<typeof contractRow>>;

const serviceRow = () =>
  z.object({ id: id(), name: z.string(), isActive: z.boolean().nullish(), sku: z.string().nullish() });

const lineRow = (kind: LineKind) =>
  z
    .object({
      id: id(),
      contractID: id(),
      unitPrice: decimal().nullish(),
      internalCurrencyUnitPrice: decimal().nullish(),
      unitCost: decimal().nullish(),
      invoiceDescription: z.string().nullish(),
      internalDescription: z.string().nullish(),
    })
    .and(z.object({ [kind.serviceField]: id() }))
    .transform(({ ...row }) => ({ ...row, service: row[kind.serviceField] ?? '' }));
type LineRow = z.output<ReturnType<typeof lineRow>>;

/** Companies, catalogue, contracts and their lines, whose quantities are rows of their own. */
export function autotaskReads(o: ResolvedOptions, today: PlainDate): readonly Read<unknown, PsaPart>[] {
  const companyFields = picklistsOf('Companies');
  const contractFields = picklistsOf('Contracts');
  const contracts = psaRead({
    resource: 'Contracts',
    ...query('Contracts'),
    row: contractRow(),
    keep: (row) => row.id,
    map: (row, context) => {
      const contract = contractOf(row, contractFields, o, context);
      return contract && { contracts: [contract] };
    },
  });
  const kinds = [serviceLines, bundleLines].map((kind) => ({ kind, units: unitsOf(kind, today) }));
  /** Contracts with any period about now. */
  const told = once(() => new Set(kinds.flatMap(({ units }) => units.kept().map((row) => row.contractId))));
  return [
    companyFields.read,
    contractFields.read,
    psaRead({
      resource: 'Companies',
      ...query('Companies'),
      row: companyRow(),
      map: (row, context) => ({
        customers: [
          {
            id: row.id,
            name: row.companyName,
            active: row.isActive !== false,
            ...customerType(row, companyFields, o, context),
          },
        ],
      }),
    }),
    contracts,
    ...kinds.map(({ kind }) => catalogueOf(kind)),
    ...kinds.map(({ units }) => units),
    ...kinds.map(({ kind, units }) => {
      const byLine = once(() => Map.groupBy(units.kept(), (row) => row.line));
      return psaRead({
        resource: kind.lines,
        ...query(kind.lines),
        row: lineRow(kind),
        map: (row, context) => {
          const contract = contracts.find(row.contractID);
          if (contract === undefined) return noContract(row, context);
          if (recurs(contract, contractFields, o) === false) return null;
          const found = standing(byLine().get(row.id) ?? [], today, windowAround(today));
          if (found !== null) return { lines: [lineOf(row, kind, contract, found)] };
          if (runs(contract, contractFields, o, today) && !told().has(contract.id)) noUnits(row, context);
          return null;
        },
      });
    }),
  ];
}

function catalogueOf(kind: LineKind): Read<unknown, PsaPart> {
  return psaRead({
    resource: kind.catalogue,
    ...query(kind.catalogue),
    row: serviceRow(),
    map: (row) => ({
      services: [
        {
          id: kind.prefix + row.id,
          name: row.name,
          active: row.isActive !== false,
          ...(row.sku ? { code: row.sku } : {}),
        },
      ],
    }),
  });
}

function unitsOf(kind: LineKind, today: PlainDate): Read<UnitRow, PsaPart> {
  const { from, to } = windowAround(today);
  return psaRead({
    resource: kind.units,
    ...query(kind.units, [
      { op: 'lte', field: 'startDate', value: `${to}T00:00:00Z` },
      { op: 'gte', field: 'endDate', value: `${from}T00:00:00Z` },
    ]),
    row: unitRow(kind),
    keep: (row) => row.id,
  });
}

/** Worked out when first asked for: by then every row it needs is there. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

type Context = Pick<MapContext<undefined>, 'note'>;

function customerType(
  row: Company,
  fields: Picklists,
  o: ResolvedOptions,
  context: Context,
): { readonly isCustomer?: boolean } {
  const value = row.companyType;
  if (value === null || value === undefined) return {};
  const label = fields.label('companyType', value);
  if (label !== undefined && fields.knows('companyType', o.customerTypes)) {
    return { isCustomer: isOneOf(label, o.customerTypes) };
  }
  context.note(
    'unknown-value',
    label === undefined
      ? `company type "${value.slice(0, 60)}" is not in the picklist; its companies are taken as customers.`
      : `no company type is called ${o.customerTypes.join(' or ')}; every company is taken as a customer. Set the option customerTypes.`,
    { ids: { what: 'companyType', value: value.slice(0, 60) } },
  );
  return {};
}

/** Only contracts with services recur. `undefined`: the type cannot be told. */
function recurs(row: ContractRow, fields: Picklists, o: ResolvedOptions): boolean | undefined {
  const type = fields.label('contractType', row.contractType);
  if (type === undefined || !fields.knows('contractType', o.recurringTypes)) return undefined;
  return isOneOf(type, o.recurringTypes);
}

/** A contract that recurs. One whose type cannot be told is kept, and nothing of it is trusted. */
function contractOf(
  row: ContractRow,
  fields: Picklists,
  o: ResolvedOptions,
  context: Context,
): Contract | null {
  const unsure = (what: string, value: string): void =>
    context.note(
      'unknown-value',
      `${what} "${value.slice(0, 60)}" of contract ${row.id} is not known; the contract is not reconciled. Name its label in the options.`,
      { ids: { contractId: row.id, what }, incomplete: row.id },
    );
  const recurring = recurs(row, fields, o);
  if (recurring === false) return null;
  if (recurring === undefined) {
    unsure('contract type', fields.label('contractType', row.contractType) ?? row.contractType);
  }
  const status = statusOf(row, fields, o);
  if (status === undefined) unsure('contract status', fields.label('status', row.status) ?? row.status);
  const period = row.contractPeriodType;
  return {
    id: row.id,
    customerId: row.companyID,
    name: row.contractName,
    status: status ?? 'inactive',
    billingCycle: period
      ? choose(cycles, fields.label('contractPeriodType', period) ?? period, 'other', 'period type', context)
      : 'other',
    startDate: row.startDate,
    endDate: row.endDate,
  };
}

function statusOf(row: ContractRow, fields: Picklists, o: ResolvedOptions): ContractStatus | undefined {
  const label = fields.label('status', row.status) ?? '';
  const known = { ...statuses, ...o.contractStatuses };
  return Object.hasOwn(known, label) ? known[label] : undefined;
}

function runs(row: ContractRow, fields: Picklists, o: ResolvedOptions, today: PlainDate): boolean {
  const inside = (row.startDate ?? '') <= today && (row.endDate === null || row.endDate >= today);
  return inside && statusOf(row, fields, o) === 'active';
}

function lineOf(
  row: LineRow,
  kind: LineKind,
  contract: ContractRow,
  { units, startDate, endDate, billedThrough }: NonNullable<ReturnType<typeof standing>>,
): ContractLine {
  const description = row.invoiceDescription || row.internalDescription;
  // The plain price is in the customer's currency, which nothing here names.
  const own = row.internalCurrencyUnitPrice;
  const unitPrice = own && own !== '0' ? own : row.unitPrice;
  return {
    id: kind.prefix + row.id,
    contractId: contract.id,
    customerId: contract.companyID,
    serviceId: kind.prefix + row.service,
    units,
    ...(unitPrice ? { unitPrice } : {}),
    ...(row.unitCost ? { unitCost: row.unitCost } : {}),
    startDate,
    endDate,
    active: true,
    billable: true,
    ...(billedThrough === null ? {} : { billedThrough }),
    ...(description ? { description } : {}),
  };
}

function noContract(row: LineRow, context: Context): null {
  context.note(
    'contract-not-read',
    `line ${row.id} is on contract ${row.contractID}, which was not listed; look at the contract rights of the API user.`,
    { ids: { lineId: row.id, contractId: row.contractID } },
  );
  return null;
}

/** A line without a period about now ended or starts far ahead; unless every period of its contract is missing. */
function noUnits(row: LineRow, context: Context): void {
  context.note(
    'no-units',
    `nothing on contract ${row.contractID} has a quantity about now, though the contract runs; it is not reconciled.`,
    { ids: { contractId: row.contractID }, incomplete: row.contractID },
  );
}
