import * as z from 'zod';
import {
  address,
  choose,
  type Discovery,
  day,
  decimal,
  definePsaConnector,
  filled,
  host,
  id,
  type LineState,
  type MapContext,
  type Paging,
  type PsaConnector,
  type PsaPart,
  psaRead,
  quantity,
  type ReadDeclaration,
  readOptions,
  type WireRequest,
} from '../connector/index.ts';
import type { BillingCycle, Contract, ContractLine, ContractStatus } from '../model/psa.ts';

/** Keys of a ConnectWise PSA API Member, and what trueup cannot read from the tenant. */
export interface ConnectwiseOptions {
  /** Where people sign in: `na.myconnectwise.net`, or your own server. This or `baseUrl` is needed. */
  readonly site?: string;
  /** The company id people sign in with. */
  readonly companyId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  /** The id of your integration, from the ConnectWise developer portal. */
  readonly clientId: string;
  /** The whole API address (`https://…/v4_6_release/apis/3.0`): no look-up of the code base then. */
  readonly baseUrl?: string;
  /** ISO 4217 of prices whose agreement's currency cannot be read. Default `USD`. */
  readonly currency?: string;
  /** Model version asked for. Default `2026.4`. */
  readonly apiVersion?: string;
  /** How companies, agreements and products are paged. Default `forward-only`, the faster one. */
  readonly paging?: 'forward-only' | 'page';
  /** Company types that mean "customer", by id. Default: types are not looked at. */
  readonly customerTypeIds?: readonly string[];
  /** Company statuses that mean "no longer active", by id. Default: only deleted companies are not active. */
  readonly inactiveStatusIds?: readonly string[];
  /** Billing cycles by the name your tenant gave them, beside the standard names. */
  readonly billingCycles?: Readonly<Record<string, BillingCycle>>;
  /** `skip`: additions of cancelled agreements are not read (one request less for each). Default `read`. */
  readonly cancelledAgreements?: 'read' | 'skip';
}

const cycles = [
  'weekly',
  'monthly',
  'quarterly',
  'semi-annual',
  'annual',
  'multi-year',
  'one-time',
  'none',
  'other',
] as const satisfies readonly BillingCycle[];

const optionsSchema = () =>
  z
    .strictObject({
      site: host().optional(),
      companyId: filled(),
      publicKey: filled(),
      privateKey: filled(),
      clientId: filled(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('USD'),
      baseUrl: address().optional(),
      apiVersion: z
        .string()
        .regex(/^\d{4}\.\d+$/)
        .default('2026.4'),
      paging: z.enum(['forward-only', 'page']).default('forward-only'),
      customerTypeIds: z.array(z.string()).optional(),
      inactiveStatusIds: z.array(z.string()).default([]),
      billingCycles: z.record(z.string(), z.enum(cycles)).default({}),
      cancelledAgreements: z.enum(['read', 'skip']).default('read'),
    })
    .refine((o) => o.site !== undefined || o.baseUrl !== undefined, { path: ['site'] });

const statuses: Readonly<Record<string, ContractStatus>> = {
  Active: 'active',
  Cancelled: 'cancelled',
  Expired: 'expired',
  Inactive: 'inactive',
};

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

const billed: Readonly<Record<string, boolean>> = { Billable: true, DoNotBill: false, NoCharge: false };

const reference = () => z.object({ id: id() });

const companyRow = () =>
  z.object({
    id: id(),
    name: z.string(),
    identifier: z.string().nullish(),
    deletedFlag: z.boolean().nullish(),
    status: reference().nullish(),
    types: z.array(reference()).nullish(),
    currency: z.object({ id: id(), currencyCode: z.string().nullish() }).nullish(),
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
    currency: reference().nullish(),
  });
type Agreement = z.output<ReturnType<typeof agreementRow>>;

const additionRow = () =>
  z.object({
    id: id(),
    product: reference(),
    quantity: quantity().nullish(),
    lessIncluded: quantity().nullish(),
    unitPrice: decimal().nullish(),
    unitCost: decimal().nullish(),
    billCustomer: z.string().nullish(),
    effectiveDate: day(),
    cancelledDate: day(),
    description: z.string().nullish(),
    _info: z.object({ lastUpdated: z.string().nullish() }).nullish(),
  });
type Addition = z.output<ReturnType<typeof additionRow>>;

/** For reading one line before and after a write: without a quantity there is nothing to compare. */
const stateRow = () => additionRow().extend({ quantity: quantity() });

/** Additions are read in page numbers and end by the `Link` header. */
const byLink: Paging = { kind: 'link', size: { param: 'pageSize', value: 1000 } };
const byLastId: Paging = {
  kind: 'after-id',
  id: 'id',
  param: 'pageId',
  size: { param: 'pageSize', value: 1000 },
};

type ListPart = Pick<ReadDeclaration<z.ZodType, undefined, PsaPart>, 'items' | 'paging' | 'totalFrom'> & {
  readonly request: WireRequest;
};

const additionsOf = (agreementId: string): string =>
  `/finance/agreements/${encodeURIComponent(agreementId)}/additions`;
const additionPath = (line: { readonly contractId: string; readonly lineId: string }): string =>
  `${additionsOf(line.contractId)}/${encodeURIComponent(line.lineId)}`;

/**
 * ConnectWise PSA: companies, catalogue, agreements, additions. Writes are absolute and take effect at once.
 * Facts: ConnectWise PSA Developer Guide, model 2026.4.
 * @throws {TrueupError} `BAD_OPTIONS`
 */
export function connectwise(options: ConnectwiseOptions): PsaConnector {
  const o = readOptions('connectwise', optionsSchema, options);
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
  return definePsaConnector({
    id: 'connectwise',
    name: 'ConnectWise PSA',
    currency: o.currency,
    capabilities: {
      precision: 'decimal',
      dating: 'immediate',
      writes: 'absolute',
      adds: true,
      partialReads: [
        'agreements of a type the API role may not see are left out by ConnectWise without an error',
        ...(o.cancelledAgreements === 'skip' ? ['additions of cancelled agreements'] : []),
      ],
      confidence: 'high',
      unconfirmed: [
        'whether every tenant accepts the quantity 0',
        'names of billing cycles are edited by the tenant: unknown ones are reported and taken as other',
      ],
      limits: 'about 1000 requests a minute; 4 at once',
      documentation: 'https://developer.connectwise.com',
    },
    transport: {
      baseUrl: o.baseUrl ?? codeBase(o.site ?? '', o.companyId),
      hosts: o.site === undefined ? [] : [apiHost(o.site)],
      auth: { kind: 'basic', user: `${o.companyId}+${o.publicKey}`, password: o.privateKey },
      headers: {
        clientId: o.clientId,
        accept: `application/vnd.connectwise.com+json; version=${o.apiVersion}`,
      },
      secrets: [o.publicKey, o.clientId],
      limits: { concurrency: 4, windows: [{ requests: 1000, seconds: 60 }] },
      errorMessage: ['message', 'error'],
      requestIdHeader: 'x-cw-request-id',
    },
    check: { request: { path: '/system/info' }, version: 'version' },
    reads: () => {
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
      const agreements = psaRead({
        resource: 'agreements',
        ...list(
          '/finance/agreements',
          o.cancelledAgreements === 'skip' ? 'cancelledFlag = False' : undefined,
        ),
        row: agreementRow(),
        keep: (row) => row.id,
        map: (row, context) => ({ contracts: [contractOf(row, companies.find(row.company.id), o, context)] }),
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
    },
    async readLine(line, wire) {
      const row = await wire.one({ path: additionPath(line) }, stateRow());
      return row && stateOf(row, line.contractId, line.on);
    },
    async setQuantity(change, wire) {
      const json = [{ op: 'replace', path: 'quantity', value: change.to }];
      await wire.write({ method: 'PATCH', path: additionPath(change), json });
    },
    async addLine({ contractId, serviceId, units, on }, wire) {
      const json = {
        product: { id: Number(serviceId) },
        quantity: units,
        billCustomer: 'Billable',
        effectiveDate: `${on}T00:00:00Z`,
      };
      const made = await wire.create({ path: additionsOf(contractId), json }, reference());
      return { lineId: made.id };
    },
    async findLines({ contractId, serviceId, on }, wire) {
      const rows = await wire.list({
        resource: 'additions',
        request: { path: additionsOf(contractId), query: { page: 1, orderBy: 'id asc' } },
        items: '',
        paging: byLink,
        row: stateRow(),
      });
      return rows.filter((row) => row.product.id === serviceId).map((row) => stateOf(row, contractId, on));
    },
  });
}

/** The code base of a tenant is part of its address and changes with releases. */
function codeBase(site: string, companyId: string): Discovery {
  return {
    url: `https://${site}/login/companyinfo/${encodeURIComponent(companyId)}`,
    read: (body) => {
      const info = z.object({ Codebase: filled() }).safeParse(body);
      if (!info.success) return null;
      return { baseUrl: `https://${apiHost(site)}/${info.data.Codebase.replace(/\/*$/, '/')}apis/3.0` };
    },
    againOn: [404],
  };
}

/** In the cloud the API has a host of its own. */
function apiHost(site: string): string {
  return /(?:^|\.)(?:myconnectwise\.net|connectwisedev\.com)$/i.test(site) && !site.startsWith('api-')
    ? `api-${site}`
    : site;
}

function contractOf(
  row: Agreement,
  company: Company | undefined,
  {
    billingCycles,
    currency: home,
  }: { billingCycles: Readonly<Record<string, BillingCycle>>; currency: string },
  context: MapContext<undefined>,
): Contract {
  const once = row.oneTimeFlag === true || row.billOneTimeFlag === true;
  const names = { ...standardCycles, ...billingCycles };
  const cycle = row.billingCycle?.name;
  // An agreement names its currency by id; the company's reference has the code.
  const currency = company?.currency?.id === row.currency?.id ? company?.currency?.currencyCode : undefined;
  return {
    id: row.id,
    customerId: row.company.id,
    name: row.name,
    status: row.cancelledFlag
      ? 'cancelled'
      : choose(statuses, row.agreementStatus, 'inactive', 'agreement status', context),
    billingCycle: once
      ? 'one-time'
      : cycle
        ? choose(names, cycle, 'other', 'billing cycle', context)
        : 'none',
    startDate: row.startDate,
    endDate: row.noEndingDateFlag ? null : row.endDate,
    ...(currency && currency !== home ? { currency } : {}),
    ...(row.nextInvoiceDate ? { nextInvoiceDate: row.nextInvoiceDate } : {}),
  };
}

function lineOf(row: Addition, context: MapContext<Agreement>): ContractLine | null {
  const { parent } = context;
  const units = row.quantity ?? null;
  if (units === null || units < 0) {
    context.note(
      'bad-quantity',
      `addition ${row.id} has ${units === null ? 'no' : 'a negative'} quantity; its agreement is not reconciled.`,
      {
        ids: { lineId: row.id, contractId: parent.id },
        incomplete: parent.id,
      },
    );
    return null;
  }
  const included = row.lessIncluded ?? 0;
  return {
    id: row.id,
    contractId: parent.id,
    customerId: parent.company.id,
    serviceId: row.product.id,
    units,
    ...(row.unitPrice ? { unitPrice: row.unitPrice } : {}),
    ...(row.unitCost ? { unitCost: row.unitCost } : {}),
    startDate: row.effectiveDate,
    endDate: row.cancelledDate,
    active: true,
    billable: choose(billed, row.billCustomer, true, 'billCustomer', context),
    ...(included > 0 ? { native: { included } } : {}),
    ...(row.description ? { description: row.description } : {}),
  };
}

function stateOf(row: z.output<ReturnType<typeof stateRow>>, contractId: string, on: string): LineState {
  const started = row.effectiveDate === null || row.effectiveDate <= on;
  const running = row.cancelledDate === null || row.cancelledDate > on;
  const revision = row._info?.lastUpdated;
  return {
    lineId: row.id,
    contractId,
    units: row.quantity,
    active: started && running,
    ...(revision ? { revision } : {}),
  };
}
