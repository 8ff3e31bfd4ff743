import { stableJson } from '../../model/order.ts';
import type { ContractLine } from '../../model/psa.ts';
import type { MockCall, MockFailure, MockKit } from '../mock/types.ts';
import { lineRow, type Row } from './halopsa-rows.ts';

/** The lines of recurring invoices as Halo keeps them: those of the world, those that are noise, and what was sent. */
export interface Lines {
  /** All lines of an invoice, as the detail shows them. */
  readonly of: (invoice: string) => Row[];
  /** Takes whole invoices: what is sent replaces what was there. `null`: done. */
  readonly replace: (call: MockCall) => MockFailure | null;
}

export function invoiceLines(
  kit: MockKit,
  noise: Map<string, Row[]>,
  known: (invoice: string) => boolean,
): Lines {
  /** Lines as they were last sent. */
  const sent = new Map<string, Row>();
  const shown = (line: ContractLine): Row => ({
    ...(sent.get(line.id) ?? lineRow(line)),
    // The state is the truth about quantities: a test may change them there.
    qty_order: line.units,
  });
  const of = (invoice: string): Row[] => [...kit.linesOf(invoice).map(shown), ...(noise.get(invoice) ?? [])];

  const take = (invoice: string, lines: readonly Row[]): MockFailure | null => {
    const before = new Map(of(invoice).map((row) => [String(row.id), row]));
    const given = new Map(lines.map((row) => [String(row.id), row]));
    for (const row of lines) {
      const id = String(row.id);
      if (!before.has(id))
        return { status: 400, message: `Line ${id} is not on invoice ${invoice}.`, field: 'lines' };
      if (typeof row.qty_order !== 'number')
        return { status: 400, message: 'qty_order is required.', field: 'qty_order' };
    }
    // A line that is not sent is gone, and a field that is not sent is empty.
    for (const id of before.keys()) if (!given.has(id)) kit.state.lines.delete(id);
    const kept = (noise.get(invoice) ?? []).map(({ id }) => given.get(String(id)));
    noise.set(
      invoice,
      kept.filter((row) => row !== undefined),
    );
    for (const [id, row] of given) {
      const line = kit.state.lines.get(id);
      if (!line) continue;
      // What Halo counts itself it counts again, whatever was sent.
      const units = line.native?.computed ? line.units : (row.qty_order as number);
      if (stableJson({ ...row, qty_order: 0 }) !== stableJson({ ...before.get(id), qty_order: 0 })) {
        sent.set(id, row);
        kit.state.lines.set(id, { ...line, units, unitPrice: String(row.unit_price ?? 0) });
      } else if (units !== line.units) {
        kit.state.lines.set(id, { ...line, units });
      }
      if (units !== line.units) kit.state.writes.push({ lineId: id, from: line.units, to: units });
    }
    return null;
  };

  return {
    of,
    replace: ({ body }) => {
      if (!Array.isArray(body)) return { status: 400, message: 'An array of invoices is expected.' };
      for (const one of body as readonly Row[]) {
        const invoice = String(one.id);
        if (one.id === undefined || !known(invoice))
          return { status: 400, message: 'The mock makes no new invoices.' };
        if (one.lines === undefined) continue;
        const failed = take(invoice, one.lines as readonly Row[]);
        if (failed) return failed;
      }
      return null;
    },
  };
}
