import type { ComparedSide, LicenseStatus, ThreeWayRow } from '../compare/types.ts';
import { formatUnits } from '../model/units.ts';
import { DASH, reasonWords, UNPLUGGED } from './words.ts';

/** The words BillingOne users know. */
export const licenseWords: Readonly<Record<LicenseStatus, string>> = {
  matched: 'Matched',
  'under-licensed': 'Under-licensed',
  'over-licensed': 'Over-licensed',
  'no-data': 'No data',
};

export const verdictWords: Readonly<
  Record<
    | ThreeWayRow['boughtUsed']['verdict']
    | ThreeWayRow['usedBilled']['verdict']
    | ThreeWayRow['boughtBilled']['verdict'],
    string
  >
> = {
  matched: 'equal',
  unused: 'unused',
  short: 'short',
  'under-billed': 'under-billed',
  'over-billed': 'over-billed',
  'no-data': 'no data',
};

/** Digits, a dash for no number, a crossed plug for no snapshot. */
export function sideUnits(side: ComparedSide): string {
  if (side.units !== null) return formatUnits(side.units);
  return side.reason === 'not-connected' ? UNPLUGGED : DASH;
}

/** Why a side has no number. */
export function sideReason(side: ComparedSide): string {
  if (side.units !== null || side.reason === undefined) return '';
  return side.reason === 'not-connected' ? 'not connected' : reasonWords[side.reason];
}
