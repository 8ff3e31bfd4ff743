import type { Contract, ContractLine } from '../../model/psa.ts';

/** A signed change of a quantity, in force from a day on. */
export interface Adjustment {
  readonly on: string;
  readonly change: number;
}

const MONTHS: Readonly<Record<string, number>> = { monthly: 1, quarterly: 3, 'semi-annual': 6, annual: 12 };
/** How far ahead periods of a contract without an end exist. */
const HORIZON = '2028-12-31';

/** One dated row of a line. */
export interface Period {
  readonly id: number;
  readonly start: string;
  /** Included. Of a split period the earlier part ends on the day the later one starts. */
  readonly end: string;
  readonly units: number;
}

/**
 * The dated rows of a line: one for each billing period, split where an adjustment takes effect. The line's own
 * quantity is the one after all adjustments; a row's is that less what comes later. Every adjustment counts, one
 * posted twice too.
 */
export function periodsOf(
  line: ContractLine,
  contract: Contract,
  adjustments: readonly Adjustment[],
): Period[] {
  const start = line.startDate ?? contract.startDate ?? '2025-01-01';
  const ends = [line.endDate === null ? HORIZON : plusDays(line.endDate, -1), contract.endDate ?? HORIZON];
  const last = ends.sort()[0] ?? HORIZON;
  const months = MONTHS[contract.billingCycle] ?? 1;
  const cuts = [...new Set(adjustments.map(({ on }) => on))].sort();
  const rows: Period[] = [];
  for (let from = start; from <= last; ) {
    const next = firstAfter(from, months);
    const to = earlier(plusDays(next, -1), last);
    const inside = cuts.filter((on) => on > from && on <= to);
    const starts = [from, ...inside];
    for (const [n, begin] of starts.entries()) {
      rows.push({
        id: Number(line.id.replace(/\D/g, '')) * 1000 + rows.length,
        start: begin,
        end: starts[n + 1] ?? to,
        units: adjustments.reduce(
          (units, { on, change }) => (on > begin ? units - change : units),
          line.units,
        ),
      });
    }
    from = next;
  }
  return rows;
}

const earlier = (a: string, b: string): string => (a < b ? a : b);

/** The first day of the month so many months after the one of a day. */
function firstAfter(day: string, months: number): string {
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01`;
}

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
