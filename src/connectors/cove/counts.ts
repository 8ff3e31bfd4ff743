import * as z from 'zod';
import { id, type MapContext, roundUnits } from '../../connector/index.ts';
import type { Metric, VendorCount, VendorSku } from '../../model/vendor.ts';

/** Columns by what they mean. A column without a value is missing from a row. */
const columns = {
  accountType: 'AT',
  osType: 'I32',
  physicality: 'I81',
  product: 'I10',
  used: 'I14',
  selected: 'T3',
  users: 'TM',
} as const;
type Column = keyof typeof columns;

/** A device, with the values of its columns. */
export interface Device {
  readonly AccountId: string;
  readonly PartnerId: string;
  readonly Settings: ReadonlyMap<string, string | readonly string[] | null | undefined>;
}

/** Values come as a list of objects with one column each, all as text. */
export function deviceRow(): z.ZodType<Device> {
  return z.object({
    AccountId: id(),
    PartnerId: id(),
    Settings: z
      .array(z.record(z.string(), z.union([z.string(), z.array(z.string())]).nullish()))
      .transform((list) => new Map(list.flatMap((one) => Object.entries(one)))),
  });
}

/** What is asked for. */
export const columnCodes: readonly string[] = Object.values(columns);

/** What Cove counts. There is no catalogue to read. */
const products: Readonly<Record<string, readonly [string, Metric, ...Metric[]]>> = {
  server: ['Server backup', 'devices', 'physical', 'virtual'],
  workstation: ['Workstation backup', 'devices', 'physical', 'virtual'],
  documents: ['Documents backup', 'devices'],
  'm365-users': ['Microsoft 365 backup users', 'billable', 'storage-gb'],
  storage: ['Backup storage', 'storage-gb', 'selected-gb'],
};

export const skus: readonly VendorSku[] = Object.entries(products).map(([code, [name, ...metrics]]) => ({
  id: code,
  name,
  metrics,
  defaultMetric: metrics[0] ?? 'devices',
  whenAbsent: 'zero',
}));

type Context = Pick<MapContext<unknown>, 'note'>;

const GIB = 1024 ** 3;

/** What one device, or one Microsoft 365 tenant, adds to the counts of its customer. */
export function countsOf(row: Device, accountId: string, context: Context): VendorCount[] {
  const text = (column: Column): string | undefined => {
    const value = row.Settings.get(columns[column]);
    return (Array.isArray(value) ? value[0] : value) || undefined;
  };
  const unknown = (what: string): void =>
    context.note(
      'bad-value',
      `${what} of device ${row.AccountId} cannot be told; its customer is not counted.`,
      {
        ids: { accountId, what },
        incomplete: accountId,
      },
    );
  const number = (column: Column): number | undefined => {
    const value = text(column);
    if (value === undefined || /^\d{1,15}$/.test(value))
      return value === undefined ? undefined : Number(value);
    unknown(column);
    return undefined;
  };
  const counts: VendorCount[] = [];
  const add = (skuId: keyof typeof products, metric: Metric, units: number | undefined): void => {
    if (units !== undefined) counts.push({ accountId, skuId, metric, units });
  };
  const gigabytes = (column: Column): number | undefined => {
    const bytes = number(column);
    return bytes === undefined ? undefined : roundUnits(bytes / GIB);
  };

  switch (text('accountType')) {
    case '1': {
      const sku = classOf(text('osType'), text('product'));
      if (sku === null) unknown('osType');
      else if (sku !== 'none') {
        add(sku, 'devices', 1);
        const physicality = text('physicality')?.toLowerCase();
        if (sku !== 'documents' && (physicality === 'physical' || physicality === 'virtual')) {
          add(sku, physicality, 1);
        }
      }
      add('storage', 'storage-gb', gigabytes('used'));
      // The selected size of Documents is not billed.
      if (sku !== 'documents') add('storage', 'selected-gb', gigabytes('selected'));
      break;
    }
    case '2': {
      // A tenant, not a device. Without the number of its users nothing is known.
      const users = number('users');
      if (users === undefined) unknown('users');
      add('m365-users', 'billable', users);
      add('m365-users', 'storage-gb', gigabytes('used'));
      break;
    }
    case '3':
      // Google Workspace: how it is billed is not documented.
      break;
    default:
      unknown('accountType');
  }
  return counts;
}

/** `none`: a device that never reported its system. `null`: a system nobody documented. */
function classOf(
  osType: string | undefined,
  product: string | undefined,
): 'server' | 'workstation' | 'documents' | 'none' | null {
  if (osType === '2') return 'server';
  if (osType === '1') return product === 'Documents' ? 'documents' : 'workstation';
  return osType === undefined || osType === '0' ? 'none' : null;
}
