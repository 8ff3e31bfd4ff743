import * as z from 'zod';
import {
  choose,
  day,
  decimal,
  id,
  type LineState,
  type MapContext,
  type Paging,
  type PsaDeclaration,
  quantity,
  type Wire,
} from '../../connector/index.ts';
import type { PlainDate } from '../../model/dates.ts';
import type { ContractLine, ContractStatus } from '../../model/psa.ts';

/** The agreement an addition is on. */
export interface Owner {
  readonly id: string;
  readonly company: { readonly id: string };
}

/** What is read of an addition (a line of an agreement). */
export interface Addition {
  readonly id: string;
  readonly product: { readonly id: string };
  readonly quantity?: number | null | undefined;
  readonly lessIncluded?: number | null | undefined;
  readonly unitPrice?: string | null | undefined;
  readonly unitCost?: string | null | undefined;
  readonly billCustomer?: string | null | undefined;
  readonly effectiveDate: PlainDate | null;
  readonly cancelledDate: PlainDate | null;
  readonly description?: string | null | undefined;
  /** Of the agreement it is on. */
  readonly agreementStatus?: string | null | undefined;
  readonly _info?: { readonly lastUpdated?: string | null | undefined } | null | undefined;
}

const reference = () => z.object({ id: id() });

export function additionRow(): z.ZodType<Addition> {
  return z.object({
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
    agreementStatus: z.string().nullish(),
    _info: z.object({ lastUpdated: z.string().nullish() }).nullish(),
  });
}

const agreementRow = () =>
  z.object({ cancelledFlag: z.boolean().nullish(), agreementStatus: z.string().nullish() });

/** What `agreementStatus` says. */
export const statuses: Readonly<Record<string, ContractStatus>> = {
  Active: 'active',
  Cancelled: 'cancelled',
  Expired: 'expired',
  Inactive: 'inactive',
};

const billed: Readonly<Record<string, boolean>> = { Billable: true, DoNotBill: false, NoCharge: false };

/** Additions are read in page numbers and end by the `Link` header; a full page without it is looked past. */
export const byLink: Paging = {
  kind: 'link',
  size: { param: 'pageSize', value: 1000 },
  numbered: { param: 'page', first: 1 },
};

const agreementPath = (agreementId: string): string =>
  `/finance/agreements/${encodeURIComponent(agreementId)}`;
export const additionsOf = (agreementId: string): string => `${agreementPath(agreementId)}/additions`;
const additionPath = (line: { readonly contractId: string; readonly lineId: string }): string =>
  `${additionsOf(line.contractId)}/${encodeURIComponent(line.lineId)}`;

export function lineOf(row: Addition, context: MapContext<Owner>): ContractLine | null {
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

function stateOf(row: Addition, contractId: string, on: PlainDate, wire: Wire): LineState {
  const units = row.quantity ?? null;
  if (units === null) return wire.refuse(`addition ${row.id} has no quantity to compare with.`);
  const revision = row._info?.lastUpdated;
  return {
    lineId: row.id,
    contractId,
    units,
    // One that is still to begin is written as well: a write has no date, and its first invoice takes the quantity.
    active: row.cancelledDate === null || row.cancelledDate > on,
    ...(revision ? { revision } : {}),
  };
}

/** An agreement that bills nothing any more: what is written to it would look billed. One of no known status may. */
function isClosed(status: string | null | undefined): boolean {
  return typeof status === 'string' && Object.hasOwn(statuses, status) && statuses[status] !== 'active';
}

/** Reading and writing one addition. Quantities are absolute. */
export const lineOperations: Pick<PsaDeclaration, 'readLine' | 'setQuantity' | 'addLine' | 'findLines'> = {
  async readLine(line, wire) {
    const row = await wire.one({ path: additionPath(line) }, additionRow());
    if (row === null) return null;
    const state = stateOf(row, line.contractId, line.on, wire);
    return isClosed(row.agreementStatus) ? { ...state, active: false } : state;
  },
  async setQuantity(change, wire) {
    const json = [{ op: 'replace', path: 'quantity', value: change.to }];
    await wire.write({ method: 'PATCH', path: additionPath(change), json });
  },
  async addLine({ contractId, serviceId, units, on }, wire) {
    if (!/^\d+$/.test(serviceId)) return wire.refuse(`${serviceId} is no product id.`);
    const agreement = await wire.one({ path: agreementPath(contractId) }, agreementRow());
    if (agreement === null || agreement.cancelledFlag === true || isClosed(agreement.agreementStatus)) {
      return wire.refuse(`agreement ${contractId} is ${agreement === null ? 'gone' : 'closed'}.`);
    }
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
      row: additionRow(),
    });
    const begun = (row: Addition): boolean => row.effectiveDate === null || row.effectiveDate <= on;
    const ofService = rows.filter((row) => row.product.id === serviceId && begun(row));
    return ofService.map((row) => stateOf(row, contractId, on, wire));
  },
};
