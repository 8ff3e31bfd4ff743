// The plain build on Node's streams where there are any, the self-contained one in browsers and workers:
// the latter assigns `__proto__`, which Deno forbids, and is half as fast.
import { type CsvError, parse } from '#csv-parse';
import { TrueupError } from '../model/errors.ts';
import type { OptionRules } from '../transport/options.ts';
import { type CsvInput, textOf } from './text.ts';

/** How a file is written. */
export interface CsvFormat {
  /** Default `auto`: the one of `,` `;` tab and `|` that is most frequent in the first line with text, or what `sep=` says. */
  readonly delimiter?: ',' | ';' | '\t' | '|' | 'auto';
  /** Of bytes; the byte order mark of UTF-8 or UTF-16 wins. Default `utf-8`. */
  readonly encoding?: string;
}

export const CSV_OPTIONS: OptionRules<CsvFormat> = {
  delimiter: [',', ';', '\t', '|', 'auto'],
  encoding: 'text',
};

/** A line of cells, or why it could not be read. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly fault: 'quotes' | 'too-long' };

/** A record longer than this is an open quote that swallows the file. */
const MAX_RECORD = 1_048_576;

/**
 * The records of a file with the line each starts on, some at a time: memory does not grow with the file.
 * Blank ones are left out. Quotes are RFC 4180's; after a quote that is never closed nothing more can be read,
 * and the last record says so.
 */
export async function* csvRecords(
  input: CsvInput,
  format: CsvFormat = {},
): AsyncGenerator<readonly CsvRecord[]> {
  const ready: CsvRecord[] = [];
  let swallowed = false;
  // csv-parse counts a CRLF inside quotes as two lines; what it counted too many is taken off again.
  let surplus = 0;
  let skippedLines = 0;
  let parser: ReturnType<typeof parse> | undefined;
  let drains = 0;
  let ended = false;
  let wake = (): void => undefined;
  const woken = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  const start = (delimiter: string): ReturnType<typeof parse> => {
    const made = parse({
      delimiter,
      info: true,
      relax_column_count: true,
      skip_records_with_error: true,
      max_record_size: MAX_RECORD,
      // Named, not discovered: a file whose line ends change half-way must not become one record.
      record_delimiter: ['\r\n', '\n', '\r'],
      on_skip: (error: CsvError | undefined) => {
        if (swallowed) return undefined;
        const long = error?.code === 'CSV_MAX_RECORD_SIZE' || error?.code === 'CSV_QUOTE_NOT_CLOSED';
        swallowed = long;
        const line = Number(error?.lines ?? 0) - surplus + skippedLines;
        ready.push({ line, fault: long ? 'too-long' : 'quotes' });
        return undefined;
      },
    });
    made.on('error', () => {
      swallowed = true;
      wake();
    });
    made.on('drain', () => {
      drains += 1;
      wake();
    });
    made.on('end', () => {
      ended = true;
      wake();
    });
    made.on('readable', () => take(made));
    return made;
  };

  const take = (from: ReturnType<typeof parse>): void => {
    for (let next = from.read() as Parsed | null; next !== null; next = from.read() as Parsed | null) {
      const { record, info } = next;
      let breaks = 0;
      for (const cell of record) {
        if (!cell.includes('\n') && !cell.includes('\r')) continue;
        const pairs = count(cell, '\r\n');
        surplus += pairs;
        breaks += count(cell, '\n') + count(cell, '\r') - pairs;
      }
      const line = info.lines - surplus - breaks + skippedLines;
      if (record.some((cell) => cell.trim() !== '')) ready.push({ line, cells: record });
    }
  };

  for await (const text of withFirstLine(textOf(input, format.encoding ?? 'utf-8'))) {
    let rest = text;
    if (!parser) {
      const declared = /^sep=(.)(?:\r\n|\n|\r)/.exec(text);
      if (declared) {
        rest = text.slice(declared[0].length);
        skippedLines = 1;
      }
      const { delimiter = 'auto' } = format;
      parser = start(delimiter === 'auto' ? (declared?.[1] ?? guessDelimiter(rest)) : delimiter);
    }
    const before = drains;
    const flowing = parser.write(rest);
    take(parser);
    if (ready.length > 0) yield ready.splice(0);
    if (swallowed) return;
    if (!flowing && drains === before) await woken();
  }
  if (!parser) return;
  parser.end();
  while (!ended && !swallowed) {
    await woken();
  }
  if (ready.length > 0) yield ready.splice(0);
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Joins pieces until the first holds a whole line that is not blank, which the delimiter is found in. */
async function* withFirstLine(pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  let head = '';
  let whole = false;
  for await (const piece of pieces) {
    if (whole) {
      yield piece;
      continue;
    }
    head += piece;
    whole = /[\r\n]./s.test(head.replace(BLANK_LINES, '')) || head.length > MAX_RECORD;
    if (whole) yield head;
  }
  if (!whole && head !== '') yield head;
}

/** Lines without text at the start of a file. */
const BLANK_LINES = /^(?:[^\S\r\n]*[\r\n])+/;

function guessDelimiter(text: string): string {
  const first = text.replace(BLANK_LINES, '');
  const line = /^[^\r\n]*/.exec(first.replace(/"(?:[^"]|"")*"/g, ''))?.[0] ?? '';
  const candidates = [',', ';', '\t', '|'].map((mark) => ({ mark, seen: count(line, mark) }));
  return candidates.reduce((best, next) => (next.seen > best.seen ? next : best)).mark;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Refuses a file that has no line at all. */
export function emptyFile(): TrueupError {
  return new TrueupError('BAD_INPUT', 'The file is empty.');
}
