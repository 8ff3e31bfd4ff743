import { clip, oneLine, textWidth } from './text-width.ts';

export type Paint = 'plain' | 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

const CODES: Readonly<Record<Paint, string>> = {
  plain: '',
  bold: '1',
  dim: '2',
  red: '31',
  yellow: '33',
  green: '32',
  cyan: '36',
};

/** A column of a text table. */
export interface Column<Row> {
  readonly head: string;
  readonly align?: 'left' | 'right';
  readonly text: (row: Row) => string;
  readonly paint?: (row: Row) => Paint;
  /** May be cut down to this many cells. Absent: never cut while other columns can give. */
  readonly shrinkTo?: number;
  /** Left out when the table is too wide, the highest number first. Absent: always there. */
  readonly drop?: number;
}

/** How a text table is laid out. The caller knows the terminal; these functions do not ask. */
export interface TextOptions {
  /** Cells a line may take; default 100, at least 40. Give `process.stdout.columns` for a terminal. */
  readonly width?: number;
  /** ANSI colours; default false. Give `process.stdout.isTTY` for a terminal. */
  readonly color?: boolean;
}

const GAP = '  ';

export function paint(text: string, how: Paint, color: boolean): string {
  return color && how !== 'plain' && text !== '' ? `\u001b[${CODES[how]}m${text}\u001b[0m` : text;
}

/** The width to lay out for. */
function tableWidth(options: TextOptions): number {
  const width = options.width ?? 100;
  return Number.isFinite(width) ? Math.max(40, Math.floor(width)) : 100;
}

/** Lines of a table: head, rule, rows. No line is wider than `width`. */
export function layOut<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TextOptions,
): string[] {
  const limit = tableWidth(options);
  const color = options.color ?? false;
  const cells = rows.map((row) => columns.map((column) => oneLine(column.text(row))));
  const natural = columns.map((column, at) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[at] ?? '')), textWidth(column.head)),
  );
  const widths = squeeze(columns, natural, limit);
  const line = (texts: readonly string[], paints: (at: number) => Paint): string => {
    let text = '';
    let owed = '';
    for (const [at, column] of columns.entries()) {
      const width = widths[at] ?? 0;
      if (width === 0) continue;
      const cell = clip(texts[at] ?? '', width);
      const space = ' '.repeat(width - textWidth(cell));
      const right = column.align === 'right';
      // Only the text is painted, and the space after it waits for a next cell: no line ends in blanks.
      if (cell !== '') {
        text += owed + (right ? space : '') + paint(cell, paints(at), color);
        owed = '';
      }
      owed += (cell === '' || !right ? space : '') + GAP;
    }
    return text;
  };
  return [
    line(
      columns.map((column) => column.head),
      () => 'bold',
    ),
    paint('─'.repeat(total(widths)), 'dim', color),
    ...rows.map((row, index) => line(cells[index] ?? [], (at) => columns[at]?.paint?.(row) ?? 'plain')),
  ];
}

/** Whole, over as many lines as it takes: what to do stands at the end of a problem's message. */
export function wrap(text: string, options: TextOptions): string[] {
  const width = tableWidth(options);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = `  ${word}`;
    } else line = longer;
  }
  return [...lines, line];
}

/** Text cut to the table's width. */
export function cut(text: string, options: TextOptions): string {
  return clip(text, tableWidth(options));
}

function total(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, shown.length - 1);
}

/** Cell widths that fit: first the text columns shrink, then columns are left out, at last everything shrinks. */
function squeeze<Row>(columns: readonly Column<Row>[], natural: readonly number[], limit: number): number[] {
  const widths = [...natural];
  const drops = columns
    .map((column, at) => ({ at, drop: column.drop ?? 0 }))
    .filter(({ drop }) => drop > 0)
    .sort((a, b) => b.drop - a.drop);
  for (;;) {
    const narrowest = widths.map((width, at) => Math.min(width, columns[at]?.shrinkTo ?? width));
    const next = total(narrowest) > limit ? drops.shift() : undefined;
    if (next === undefined) {
      shrink(widths, total(narrowest) > limit ? widths.map((width) => Math.min(width, 3)) : narrowest, limit);
      return widths;
    }
    widths[next.at] = 0;
  }
}

/** Takes cells from the widest column that may give, until the line fits. */
function shrink(widths: number[], least: readonly number[], limit: number): void {
  for (let over = total(widths) - limit; over > 0; over -= 1) {
    let widest = -1;
    for (const [at, width] of widths.entries()) {
      if (width > (least[at] ?? 0) && width > (widths[widest] ?? 0)) widest = at;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
}
