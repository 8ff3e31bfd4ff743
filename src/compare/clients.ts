import type { NamedRef } from '../model/card.ts';
import type { Mapping } from '../model/mapping.ts';
import { compareBy, compareStrings } from '../model/order.ts';
import { accountNameOf, customersOf, type SideIndex } from './side-index.ts';
import type { ComparedCustomer, ComparedSource, UncomparedAccount } from './types.ts';

/** Every client anyone linked or named, without the excluded, by id. */
export function clientsOf(
  input: { readonly customers?: readonly ComparedCustomer[]; readonly mapping: Pick<Mapping, 'excluded'> },
  ...sides: readonly SideIndex[]
): NamedRef[] {
  const excluded = new Set(input.mapping.excluded?.customers ?? []);
  const names = new Map<string, string>();
  const listed = new Set(sides.flatMap(customersOf));
  for (const customer of input.customers ?? []) {
    names.set(customer.id, customer.name);
    if (customer.active !== false && customer.isCustomer !== false) listed.add(customer.id);
  }
  return [...listed]
    .filter((id) => !excluded.has(id))
    .sort(compareStrings)
    .map((id) => ({
      id,
      name: names.get(id) ?? sides.map((side) => accountNameOf(side, id)).find((name) => name !== null) ?? id,
    }));
}

export function sortSources(sources: readonly ComparedSource[]): ComparedSource[] {
  return [...sources].sort(
    compareBy(
      (source) => source.side,
      (source) => source.source,
    ),
  );
}

export function sortUnlinked(accounts: readonly UncomparedAccount[]): UncomparedAccount[] {
  return [...accounts].sort(
    compareBy(
      (account) => account.side,
      (account) => account.vendor,
      (account) => account.accountId,
    ),
  );
}
