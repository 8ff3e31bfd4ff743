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
} from '../../connector/index.ts';
import type { PlainDate } from '../../model/dates.ts';
import type { BillingCycle, Contract, ContractLine } from '../../model/psa.ts';
import { type Line, type LineSettings, lineOf, lineRow, scheduleOf } from './lines.ts';

/** The vendor's own list; two have no like in the model. */
const frequencies: Readonly<Record<string, BillingCycle>> = {
  Daily: 'other',
  Weekly: 'weekly',
  Biweekly: 'other',
  Monthly: 'monthly',
  Quarterly: 'quarterly',
  'Semi-Annually': 'semi-annual',
  Annually: 'annual',
  Biennially: 'multi-year',
  Triennially: 'multi-year',
};

const customerRow = () =>
  z.object({
    id: id(),
    business_then_name: z.string().nullish(),
    business_name: z.string().nullish(),
    fullname: z.string().nullish(),
    disabled: z.boolean().nullish(),
  });

const productRow = () =>
  z.object({
    id: id(),
    name: z.string(),
    upc_code: z.string().nullish(),
    disabled: z.boolean().nullish(),
    product_skus: z.array(z.object({ sku: z.string().nullish() })).nullish(),
  });

interface Schedule {
  readonly id: string;
  readonly customer_id: string;
  readonly name: string;
  readonly frequency?: string | null | undefined;
  readonly paused?: boolean | null | undefined;
  readonly next_run: PlainDate | null;
  readonly lines?: readonly Line[] | null | undefined;
}

const scheduleRow = (): z.ZodType<Schedule> =>
  z.object({
    id: id(),
    customer_id: id(),
    name: z.string(),
    frequency: z.string().nullish(),
    paused: z.boolean().nullish(),
    next_run: day(),
    lines: z.array(lineRow()).nullish(),
  });

/** Some lists declare their pages, others do not: those end with an empty page. Sizes are the server's own. */
const numbered: Paging = {
  kind: 'page',
  param: 'page',
  first: 1,
  end: [{ pages: 'meta.total_pages' }, 'empty'],
};
// The documents' own samples of some lists have no `meta`.
const paged = { paging: numbered, total: 'meta.total_entries', totalMayLack: true } as const;

/** Customers, products, and schedules with their lines. */
export function syncroReads(
  o: LineSettings & { readonly scheduleLines: 'listed' | 'each' },
): readonly Read<unknown, PsaPart>[] {
  const listed = ({ lines }: Schedule): readonly Line[] => (o.scheduleLines === 'each' ? [] : (lines ?? []));
  const schedules = psaRead({
    resource: 'schedules',
    request: { path: '/schedules' },
    items: 'schedules',
    ...paged,
    row: scheduleRow(),
    // Whether the list carries all lines is not known: one without any is looked at by itself.
    keep: (row) => (listed(row).length === 0 ? row.id : null),
    map: (row, context) => ({
      contracts: [contractOf(row, context)],
      lines: linesOf(listed(row), row, context, o),
    }),
  });
  return [
    psaRead({
      resource: 'customers',
      request: { path: '/customers', query: { include_disabled: true } },
      items: 'customers',
      ...paged,
      row: customerRow(),
      map: (row) => ({
        customers: [
          {
            id: row.id,
            name: row.business_then_name || row.business_name || row.fullname || `Customer ${row.id}`,
            active: row.disabled !== true,
          },
        ],
      }),
    }),
    psaRead({
      resource: 'products',
      request: { path: '/products' },
      items: 'products',
      ...paged,
      row: productRow(),
      map: (row) => {
        const code = row.upc_code || row.product_skus?.find(({ sku }) => sku)?.sku;
        return {
          services: [
            { id: row.id, name: row.name, ...(code ? { code } : {}), active: row.disabled !== true },
          ],
        };
      },
    }),
    schedules,
    psaRead({
      resource: 'schedule-lines',
      per: schedules,
      parentId: (schedule) => schedule.id,
      request: (schedule) => scheduleOf(schedule.id),
      items: 'schedule.lines',
      row: lineRow(),
      map: (row, context) => {
        const line = lineOf(row, context.parent, context, o);
        return line && { lines: [line] };
      },
    }),
  ];
}

function linesOf(
  rows: readonly Line[],
  schedule: Schedule,
  context: MapContext<unknown>,
  settings: LineSettings,
): ContractLine[] {
  return rows.flatMap((row) => lineOf(row, schedule, context, settings) ?? []);
}

/** A schedule has no dates and no end: it runs until it is paused or deleted. */
function contractOf(row: Schedule, context: MapContext<unknown>): Contract {
  return {
    id: row.id,
    customerId: row.customer_id,
    name: row.name,
    status: row.paused ? 'inactive' : 'active',
    billingCycle: choose(frequencies, row.frequency, 'other', 'frequency', context),
    startDate: null,
    endDate: null,
    ...(row.next_run ? { nextInvoiceDate: row.next_run } : {}),
  };
}
