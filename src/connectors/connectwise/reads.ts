import * as z from 'zod';
import {
  choose,
  day,
  id,
  type MapContext,
  type Paging,
  type PsaPart,
  psaRead,
  type Read,
  type ReadDeclaration,
  type WireRequest,
} from '../../connector/index.ts';
import type { BillingCycle, Contract, ContractStatus } from '../../model/psa.ts';
import { additionRow, additionsOf, byLink, lineOf, statuses } from './additions.ts';
import type { ResolvedOptions } from './options.ts';

/** Standard names of billing cycles; a tenant may add and rename. */
const standardCycles: Readonly<Record<string, BillingCycle>> = {
  Weekly: 'weekly',
  Monthly: 'monthly',
  Quarterly: 'quarterly',
  'Semi-Annually': 'semi-annual',
  'Semi-Annual': 'semi-annual',
  Annually: 'annual',
  Annual: 'annual',
  Yearly: 'annual',
  'One Time': 'one-time',
  'One-Time': 'one-time',
  'Two Years': 'multi-year',
  'Three Years': 'multi-year',
  None: 'none',
};

const reference = () => z.object({ id: id() });

const currency = () => z.object({ id: id(), currencyCode: z.string().nullish() }).nullish();

const companyRow = () =>
  z.object({
    id: id(),
    name: z.string(),
    identifier: z.string().nullish(),
    deletedFlag: z.boolean().nullish(),
    status: reference().nullish(),
    types: z.array(reference()).nullish(),
    currency: currency(),
  });
type Company = z.output<ReturnType<typeof companyRow>>;

const productRow = () =>
  z.object({
    id: id(),
    identifier: z.string(),
    description: z.string().nullish(),
    inactiveFlag: z.boolean().nullish(),
  });

const agreementRow = () =>
  z.object({
    id: id(),
    name: z.string(),
    company: reference(),
    startDate: day(),
    endDate: day(),
    noEndingDateFlag: z.boolean().nullish(),
    cancelledFlag: z.boolean().nullish(),
    agreementStatus: z.string().nullish(),
    billingCycle: z.object({ name: z.string().nullish() }).nullish(),
    oneTimeFlag: z.boolean().nullish(),
    billOneTimeFlag: z.boolean().nullish(),
    nextInvoiceDate: day(),
    currency: currency(),
  });
type Agreement = z.output<ReturnType<typeof agreementRow>>;

const byLastId: Paging = {
  kind: 'after-id',
  id: 'id',
  param: 'pageId',
  size: { param: 'pageSize', value: 1000 },
};

type ListPart = Pick<ReadDeclaration<z.ZodType, undefined, PsaPart>, 'items' | 'paging' | 'totalFrom'> & {
  readonly request: WireRequest;
};

/** Companies, catalogue, agreements, and the additions of each agreement. */
export function connectwiseReads(o: ResolvedOptions): readonly Read<unknown, PsaPart>[] {
  const forwardOnly = o.paging === 'forward-only';
  const list = (path: string, conditions?: string): ListPart => ({
    request: {
      path,
      query: { conditions, ...(forwardOnly ? {} : { page: 1, orderBy: 'id asc' }) },
      ...(forwardOnly && { headers: { 'pagination-type': 'forward-only' } }),
    },
    items: '',
    paging: forwardOnly ? byLastId : byLink,
    // Rows that go while page numbers are read push others over the edge; only the count tells.
    ...(!forwardOnly && {
      totalFrom: { request: { path: `${path}/count`, query: { conditions } }, at: 'count' },
    }),
  });
  const companies = psaRead({
    resource: 'companies',
    ...list('/company/companies'),
    row: companyRow(),
    keep: (row) => row.id,
    map: (row) => ({
      customers: [
        {
          id: row.id,
          name: row.name,
          active: row.deletedFlag !== true && !o.inactiveStatusIds.includes(row.status?.id ?? ''),
          ...(o.customerTypeIds && {
            isCustomer: (row.types ?? []).some((type) => o.customerTypeIds?.includes(type.id)),
          }),
        },
      ],
    }),
  });
  let codes: ReadonlyMap<string, string> | undefined;
  const codeOf = (currencyId: string): string | undefined => {
    codes ??= new Map(
      companies
        .kept()
        .flatMap(({ currency: c }) => (c?.currencyCode ? [[c.id, c.currencyCode] as const] : [])),
    );
    return codes.get(currencyId);
  };
  const agreements = psaRead({
    resource: 'agreements',
    ...list('/finance/agreements', o.cancelledAgreements === 'skip' ? 'cancelledFlag = False' : undefined),
    row: agreementRow(),
    keep: (row) => row.id,
    map: (row, context) => ({
      contracts: [contractOf(row, companies.find(row.company.id), codeOf, o, context)],
    }),
  });
  return [
    companies,
    psaRead({
      resource: 'products',
      ...list('/procurement/catalog'),
      row: productRow(),
      map: (row) => ({
        services: [
          {
            id: row.id,
            name: row.description || row.identifier,
            code: row.identifier,
            active: row.inactiveFlag !== true,
          },
        ],
      }),
    }),
    agreements,
    psaRead({
      resource: 'additions',
      per: agreements,
      parentId: (agreement) => agreement.id,
      request: (agreement) => ({
        path: additionsOf(agreement.id),
        query: { page: 1, orderBy: 'id asc' },
      }),
      items: '',
      paging: byLink,
      row: additionRow(),
      map: (row, context) => {
        const line = lineOf(row, context);
        return line && { lines: [line] };
      },
    }),
  ];
}

function contractOf(
  row: Agreement,
  company: Company | undefined,
  codeOf: (currencyId: string) => string | undefined,
  o: ResolvedOptions,
  context: MapContext<undefined>,
): Contract {
  const once = row.oneTimeFlag === true || row.billOneTimeFlag === true;
  const names = { ...standardCycles, ...o.billingCycles };
  const cycle = row.billingCycle?.name;
  const currency = currencyOf(row, company, codeOf);
  if (row.currency && !currency) {
    context.note(
      'unknown-currency',
      `agreement ${row.id}: its currency could not be read; taken as ${o.currency}.`,
      {
        ids: { contractId: row.id },
      },
    );
  }
  return {
    id: row.id,
    customerId: row.company.id,
    name: row.name,
    status: row.cancelledFlag ? 'cancelled' : statusOf(row, context),
    billingCycle: once
      ? 'one-time'
      : cycle
        ? choose(names, cycle, 'other', 'billing cycle', context)
        : 'none',
    startDate: row.startDate,
    endDate: row.noEndingDateFlag ? null : row.endDate,
    ...(currency && currency !== o.currency ? { currency } : {}),
    ...(row.nextInvoiceDate ? { nextInvoiceDate: row.nextInvoiceDate } : {}),
  };
}

/** Without a known status nobody can say whether the lines are billed: taken as inactive they would look unbilled. */
function statusOf(row: Agreement, context: MapContext<undefined>): ContractStatus {
  const status = row.agreementStatus ?? '';
  if (!Object.hasOwn(statuses, status)) {
    context.note('unknown-status', `agreement ${row.id} has no status this connector knows.`, {
      ids: { contractId: row.id, value: status.slice(0, 60) },
      incomplete: row.id,
    });
  }
  return statuses[status] ?? 'inactive';
}

/** An agreement names its currency by id; references on companies, its own or another's, have the code. */
function currencyOf(
  row: Agreement,
  company: Company | undefined,
  codeOf: (currencyId: string) => string | undefined,
): string | null | undefined {
  if (!row.currency) return undefined;
  if (row.currency.currencyCode) return row.currency.currencyCode;
  const own = company?.currency;
  return own && own.id === row.currency.id ? own.currencyCode : codeOf(row.currency.id);
}
