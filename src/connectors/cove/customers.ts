import * as z from 'zod';
import { id, type MapContext } from '../../connector/index.ts';
import type { VendorAccount } from '../../model/vendor.ts';

/** A customer, or a level above or below one. */
export interface Partner {
  readonly Id: string;
  readonly ParentId?: string | null | undefined;
  readonly Name: string;
  readonly Level?: string | null | undefined;
  readonly State?: string | null | undefined;
  readonly ExternalCode?: string | null | undefined;
}

export function partnerRow(): z.ZodType<Partner> {
  return z.object({
    Id: id(),
    ParentId: id().nullish(),
    Name: z.string(),
    Level: z.string().nullish(),
    State: z.string().nullish(),
    ExternalCode: z.string().nullish(),
  });
}

/** What counts for billing; the others are known not to. */
const states: Readonly<Record<string, boolean>> = {
  InProduction: true,
  Registered: false,
  Rejected: false,
  InTrial: false,
  NotActive: false,
  WaitingForProduction: false,
  Expired: false,
};

/** False for a customer whose usage is known not to be billed. */
export const isBilled = (row: Partner): boolean => states[row.State ?? ''] !== false;

type Context = Pick<MapContext<unknown>, 'note'>;

const isBin = (row: Partner): boolean => /- Recycle Bin\s*$/i.test(row.Name);

/** Sites belong to their customer and are no accounts; every other level is one. */
export function accountOf(
  row: Partner,
  context: Context,
): { readonly accounts: readonly VendorAccount[] } | null {
  if (row.Level === 'Site' || isBin(row)) return null;
  const active = states[row.State ?? ''];
  if (active === undefined) {
    context.note(
      'unknown-value',
      `unknown state "${(row.State ?? '').slice(0, 60)}" of customer ${row.Id}; whether its usage is billed cannot be told.`,
      { ids: { accountId: row.Id, what: 'State' }, incomplete: row.Id },
    );
  }
  const code = row.ExternalCode?.trim();
  return {
    accounts: [
      {
        id: row.Id,
        name: row.Name,
        active: active ?? true,
        ...(row.ParentId ? { parentId: row.ParentId } : {}),
        ...(code ? { externalIds: { psa: code } } : {}),
      },
    ],
  };
}

/** The account a device counts for. `null`: none, it is in a recycle bin. `undefined`: not among the customers. */
export function ownerOf(
  partnerId: string,
  find: (partnerId: string) => Partner | undefined,
): Partner | null | undefined {
  let row = find(partnerId);
  // Sites are one below their customer; more steps than levels would be a ring.
  for (let steps = 0; row?.Level === 'Site' && steps < 10; steps += 1) {
    if (isBin(row)) return null;
    row = row.ParentId ? find(row.ParentId) : undefined;
  }
  if (row === undefined || row.Level === 'Site') return undefined;
  return isBin(row) ? null : row;
}
