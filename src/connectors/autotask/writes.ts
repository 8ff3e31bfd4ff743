import type { PsaDeclaration, Wire } from '../../connector/index.ts';
import type { PlainDate } from '../../model/dates.ts';
import { query } from './query.ts';
import { bundleLines, inForce, type LineKind, serviceLines, type UnitRow, unitRow } from './units.ts';

interface Line {
  readonly kind: LineKind;
  /** As the API wants it. */
  readonly number: number;
}

/** What a line id of ours is in Autotask. */
function lineNumber(lineId: string, wire: Wire): Line {
  const kind = lineId.startsWith(bundleLines.prefix) ? bundleLines : serviceLines;
  const text = lineId.slice(kind.prefix.length);
  if (!/^\d{1,15}$/.test(text)) return wire.refuse(`${lineId} is no contract service id.`);
  return { kind, number: Number(text) };
}

async function rowOn({ kind, number }: Line, on: PlainDate, wire: Wire): Promise<UnitRow | undefined> {
  const rows = await wire.list({
    resource: kind.units,
    ...query(kind.units, [
      { op: 'eq', field: kind.lineField, value: number },
      { op: 'lte', field: 'startDate', value: `${on}T00:00:00Z` },
      { op: 'gte', field: 'endDate', value: `${on}T00:00:00Z` },
    ]),
    row: unitRow(kind),
  });
  return inForce(rows, on);
}

/**
 * Reading and writing one line. A write posts a difference that holds from a day on; it cannot be looked up, changed
 * or deleted afterwards, and posting it twice changes the quantity twice. Only the unit rows tell what happened.
 */
export const lineOperations: Pick<PsaDeclaration, 'readLine' | 'setQuantity'> = {
  async readLine({ lineId, on }, wire) {
    const row = await rowOn(lineNumber(lineId, wire), on, wire);
    // No period covers the day: the line is gone, has ended or has not begun.
    return row === undefined
      ? null
      : {
          lineId,
          contractId: row.contractId,
          units: row.units,
          active: true,
          ...(row.posted ? { billedThrough: row.endDate } : {}),
        };
  },
  async setQuantity({ lineId, from, to, on }, wire) {
    const { kind, number } = lineNumber(lineId, wire);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < 0) {
      return wire.refuse(`a quantity is a whole number; ${from} to ${to} is not written.`);
    }
    if (to === from) return;
    await wire.write({
      path: `/V1.0/${kind.adjustments}`,
      json: { id: 0, [kind.lineField]: number, unitChange: to - from, effectiveDate: `${on}T00:00:00Z` },
    });
  },
};
