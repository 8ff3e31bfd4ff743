/** What must and must not compile; see cards.ts. */
import {
  type Action,
  type Decision,
  type ErrorCode,
  type Mapping,
  type Problem,
  TrueupError,
  type VendorCount,
} from 'trueup';
import { checkMapping, jsonSchema, parseMapping, parsePsaSnapshot } from 'trueup/schema';

// Plain literals are accepted, mutable ones too.
const skus = [{ vendor: 'v', skuId: 's' }];
export const mapping: Mapping = {
  specVersion: 1,
  accounts: [{ vendor: 'v', accountId: 'a', customerId: null }],
  services: [{ id: 'r', skus, serviceIds: ['s'], spread: 'pool', ratio: { numerator: 1, denominator: 5 } }],
};

// A typo in a rule does not compile.
export const typo: Mapping = {
  specVersion: 1,
  accounts: [],
  // @ts-expect-error
  services: [{ id: 'r', skus: [], serviceIds: [], toleranse: 1 }],
};
// @ts-expect-error
export const version: Mapping = { specVersion: 2, accounts: [], services: [] };

// An action is one of five.
// @ts-expect-error
export const action: Action = 'ignore';
// A decision names the card as it was seen.
// @ts-expect-error
export const blind: Decision = { cardId: 'c', action: 'approve' };

// A metric of a vendor's own is allowed; a quantity as text is not.
export const count: VendorCount = { accountId: 'a', skuId: 's', metric: 'mailboxes', units: 1 };
// @ts-expect-error
export const text: VendorCount = { accountId: 'a', skuId: 's', metric: 'users', units: '1' };

// Parsed values have the public types, not a validator's.
export const parsed: Mapping = parseMapping(JSON.parse('{}'));
// @ts-expect-error
export const other: Mapping = parsePsaSnapshot({});
const checked = checkMapping({});
// @ts-expect-error
checked.value;
export const problems: readonly Problem[] = checked.ok ? [] : checked.problems;
// @ts-expect-error
jsonSchema('card');

// Codes are a closed list.
export function handle(error: unknown): ErrorCode | null {
  // @ts-expect-error
  if (TrueupError.is(error, 'NO_SUCH_CODE')) return null;
  return TrueupError.is(error) ? error.code : null;
}
