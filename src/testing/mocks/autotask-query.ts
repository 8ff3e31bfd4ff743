import { cursorOf, isFailure, linkTo, pageByCursor } from '../mock/paging.ts';
import type { MockCall, MockFailure, MockReply } from '../mock/types.ts';

type Row = Readonly<Record<string, unknown>>;
type Test = (row: Row) => boolean;

interface Query {
  readonly MaxRecords?: unknown;
  readonly IncludeFields?: readonly string[];
  readonly Filter?: readonly Condition[];
}

interface Condition {
  readonly op?: string;
  readonly field?: string;
  readonly value?: unknown;
  readonly items?: readonly Condition[];
}

/** `POST /V1.0/{Entity}/query`: the same body is sent again with the address of each next page. */
export function answerQuery(
  call: MockCall,
  rows: readonly Row[],
  fail: (failure: MockFailure) => MockReply,
): MockReply {
  const query = (call.body ?? {}) as Query;
  if (!Array.isArray(query.Filter) || query.Filter.length === 0) {
    return fail({ status: 500, message: 'The query has no filter.' });
  }
  const size = query.MaxRecords ?? 500;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 500) {
    return fail({ status: 500, message: 'MaxRecords must be from 1 to 500.' });
  }
  const test = parse({ op: 'and', items: query.Filter });
  if (typeof test === 'string') return fail({ status: 500, message: test });
  const found = rows.filter(test);
  const page = pageByCursor(call, found, { cursor: call.query.get('paging'), size });
  if (isFailure(page)) return fail({ ...page, status: 500 });
  const next = cursorOf(page);
  return {
    json: {
      items: query.IncludeFields ? page.rows.map((row) => pick(row, query.IncludeFields ?? [])) : page.rows,
      pageDetails: {
        count: page.rows.length,
        requestCount: size,
        prevPageUrl: null,
        nextPageUrl: next === null ? null : linkTo(call, page, { paging: next }),
      },
    },
  };
}

function pick(row: Row, fields: readonly string[]): Row {
  const wanted = new Set(fields.map((field) => field.toLowerCase()));
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name.toLowerCase())));
}

/** A test of rows, or what is wrong with the condition. */
function parse({ op = '', field = '', value, items }: Condition): Test | string {
  if (op === 'and' || op === 'or') {
    const tests = (items ?? []).map(parse);
    const fault = tests.find((test) => typeof test === 'string');
    if (fault !== undefined) return fault;
    const all = tests as readonly Test[];
    return op === 'and' ? (row) => all.every((test) => test(row)) : (row) => all.some((test) => test(row));
  }
  const compare = operators[op];
  if (compare === undefined) return `The operator ${op} is not known.`;
  const name = field.toLowerCase();
  return (row) => {
    const own = field in row ? field : Object.keys(row).find((one) => one.toLowerCase() === name);
    return compare(own === undefined ? undefined : row[own], value);
  };
}

const operators: Readonly<Record<string, (have: unknown, want: unknown) => boolean>> = {
  eq: (have, want) => same(have, want),
  noteq: (have, want) => !same(have, want),
  gt: (have, want) => order(have, want) > 0,
  gte: (have, want) => order(have, want) >= 0,
  lt: (have, want) => order(have, want) < 0,
  lte: (have, want) => order(have, want) <= 0,
  exist: (have) => have !== undefined && have !== null,
  notExist: (have) => have === undefined || have === null,
  in: (have, want) => Array.isArray(want) && want.some((one) => same(have, one)),
  notIn: (have, want) => Array.isArray(want) && !want.some((one) => same(have, one)),
};

/** What a null compares to is nothing: such rows are never selected. */
function order(have: unknown, want: unknown): number {
  if (have === undefined || have === null) return Number.NaN;
  if (typeof have === 'number') return have - Number(want);
  const [a, b] = [Date.parse(String(have)), Date.parse(String(want))];
  return a - b;
}

function same(have: unknown, want: unknown): boolean {
  if (have === undefined || have === null) return false;
  return String(have).toLowerCase() === String(want).toLowerCase() || order(have, want) === 0;
}
