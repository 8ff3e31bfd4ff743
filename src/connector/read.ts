import type * as z from 'zod';
import type { Instant, PlainDate } from '../model/dates.ts';
import { type ErrorCode, type Problem, TrueupError } from '../model/errors.ts';
import type { Contract, ContractLine, Customer, Service } from '../model/psa.ts';
import type { VendorAccount, VendorCount, VendorSku } from '../model/vendor.ts';
import type { Http, HttpCall } from '../transport/http.ts';
import { type Paging, pages } from '../transport/paging.ts';
import { type Path, pathText, valueAt } from '../transport/path.ts';
import type { WireRequest } from '../transport/wire.ts';

/** Model rows one wire row of a PSA gives. */
export interface PsaPart {
  readonly customers?: readonly Customer[];
  readonly services?: readonly Service[];
  readonly contracts?: readonly Contract[];
  readonly lines?: readonly ContractLine[];
}

/** Model rows one wire row of a vendor gives. */
export interface VendorPart {
  readonly accounts?: readonly VendorAccount[];
  readonly skus?: readonly VendorSku[];
  readonly counts?: readonly VendorCount[];
  /** Summed per account, SKU and metric over the whole pull, and handed out as one count each: "one device" rows, units 1. */
  readonly tally?: readonly VendorCount[];
}

/** What `map` gets beside the row. */
export interface MapContext<Parent> {
  /** The row of the parent read, for reads with `per`. */
  readonly parent: Parent;
  /** When the pull began. */
  readonly takenAt: Instant;
  /** The day the pull began, in UTC. */
  readonly today: PlainDate;
  /**
   * Reports something about the row that is kept but not understood (an enum value nobody documented).
   * `incomplete` names an account or contract whose rows cannot be trusted because of it.
   */
  note(
    code: string,
    message: string,
    about?: { readonly ids?: Problem['ids']; readonly incomplete?: string },
  ): void;
}

/** One list of a system, as data. */
export interface ReadDeclaration<S extends z.ZodType, Parent, Part> {
  /** The name in receipts and messages. */
  readonly resource: string;
  /** What is asked; of each parent, with `per`. */
  readonly request: WireRequest | ((parent: Parent) => WireRequest);
  /** Where the rows are in the answer; empty: the answer is the list. */
  readonly items: Path;
  /** The answer is one record, not a list. */
  readonly single?: boolean;
  /** A missing items path is an empty list: an XML list without children. */
  readonly mayLack?: boolean;
  /** What is read of a row, no more. */
  readonly row: S;
  /** Default: one answer is all. */
  readonly paging?: Paging;
  /**
   * Where the answer declares how many rows the whole list has. Checked; when no answer holds it, the receipt says so.
   * Default: what an `end` of `{ rows }` names.
   */
  readonly total?: Path;
  /** The system is known to leave the total out of some lists: nothing is said then. */
  readonly totalMayLack?: boolean;
  /** Where only a request of its own tells how many rows there are: asked first; fewer rows are an error. */
  readonly totalFrom?: { readonly request: WireRequest; readonly at: Path };
  /** How many rows the parent itself promises: fewer are an error, not less usage. */
  readonly atLeast?: (parent: Parent) => number;
  /**
   * What makes a row one and the same over pages. Default: its `id` where the row has one, else nothing is
   * compared. A row seen before is dropped and reported; a page of nothing else ends the pull with `PAGE_LOOP`.
   */
  readonly key?: (row: z.output<S>) => string | null;
  /** One request (or list) per kept row of an earlier read. */
  readonly per?: Read<Parent, unknown>;
  /**
   * With `per`: when one parent cannot be read, its id goes into the receipt's `incompleteAccounts` or
   * `incompleteContracts` and all others count. Without it, one failure fails the pull.
   */
  readonly parentId?: (parent: Parent) => string;
  /** Keeps the rows for the pull: as parents of a later read, and to be found by this key. `null`: not this one. */
  readonly keep?: (row: z.output<S>) => string | null;
  /** Row → model rows. Pure: the same row gives the same parts. `null`: the row is not wanted. */
  readonly map?: (row: z.output<S>, context: MapContext<Parent>) => Part | null;
}

/** A read, ready to be run by a pull. Holds the rows it keeps: made anew for each pull. */
export interface Read<Row, Part> {
  /** The name in receipts and messages. */
  readonly resource: string;
  /** The rows kept by `keep`, in the order they came. */
  kept(): readonly Row[];
  /** The kept row of a key. */
  find(key: string): Row | undefined;
  /** True when it keeps rows, so that others can be read per row of it. */
  readonly keeps: boolean;
  /** The read whose kept rows are the parents: one request (or list) each. `null`: one list for all. */
  readonly per: Read<unknown, unknown> | null;
  /** The id to report when this parent could not be read and the others still count; else `null`. */
  tolerates(parent: unknown, error: TrueupError): string | null;
  /** Reads the list of one parent (or the only list). */
  run(parent: unknown, session: ReadSession): AsyncGenerator<MappedPage<Part>, void>;
}

export interface MappedPage<Part> {
  /** Rows received, new ones only. */
  readonly rows: number;
  readonly total: number | undefined;
  readonly parts: readonly Part[];
  /** Takes the page's kept rows over; called in the order of the pages, whatever order they came in. */
  commit(): void;
}

export interface ReadSession {
  readonly connector: string;
  readonly http: Http;
  readonly call: Omit<HttpCall, 'resource'>;
  readonly takenAt: Instant;
  note(problem: Problem, incomplete: string | undefined): void;
}

/** Faults of the system or the caller, not of one parent. */
const GENERAL: readonly string[] = [
  'ABORTED',
  'RATE_LIMITED',
  'PAGE_LOOP',
  'CROSS_ORIGIN',
  'BAD_OPTIONS',
] satisfies ErrorCode[];

/** Declares one list of a PSA. The row type follows from the schema, the parent's from `per`. */
export function psaRead<S extends z.ZodType, Parent = undefined>(
  declaration: ReadDeclaration<S, Parent, PsaPart>,
): Read<z.output<S>, PsaPart> {
  return read(declaration);
}

/** Declares one list of a vendor. The row type follows from the schema, the parent's from `per`. */
export function vendorRead<S extends z.ZodType, Parent = undefined>(
  declaration: ReadDeclaration<S, Parent, VendorPart>,
): Read<z.output<S>, VendorPart> {
  return read(declaration);
}

/** Rows the options name instead of a list of the system: parents of later reads. Asks for nothing. */
export function vendorGiven<Row>(declaration: {
  readonly resource: string;
  readonly rows: readonly Row[];
  readonly keep: (row: Row) => string;
  readonly map: (row: Row) => VendorPart;
}): Read<Row, VendorPart> {
  const { resource, rows, map } = declaration;
  const kept = new Map(rows.map((row) => [declaration.keep(row), row]));
  return {
    resource,
    kept: () => [...kept.values()],
    find: (key) => kept.get(key),
    keeps: true,
    per: null,
    tolerates: () => null,
    async *run() {
      yield { rows: rows.length, total: undefined, parts: rows.map(map), commit: () => {} };
    },
  };
}

function read<S extends z.ZodType, Part, Parent = undefined>(
  declaration: ReadDeclaration<S, Parent, Part>,
): Read<z.output<S>, Part> {
  type Row = z.output<S>;
  const { resource, per } = declaration;
  const kept = new Map<string, Row>();
  const paging: Paging = declaration.paging ?? { kind: 'none' };
  // A list that ends with a number of rows declares it: repeated rows, or an empty page, would end it short.
  const totalAt = declaration.total ?? rowsAt(paging);
  const keyOf = declaration.key ?? ownId;
  const requestOf = (parent: unknown): WireRequest =>
    typeof declaration.request === 'function' ? declaration.request(parent as Parent) : declaration.request;

  return {
    resource,
    kept: () => [...kept.values()],
    find: (key) => kept.get(key),
    keeps: declaration.keep !== undefined,
    per: per ?? null,
    tolerates(parent, error) {
      const perTenant = requestOf(parent).tenant !== undefined;
      // What would fail for every parent is no matter of this one.
      if (GENERAL.includes(error.code) || (error.code === 'AUTH_FAILED' && !perTenant)) return null;
      return declaration.parentId?.(parent as Parent) ?? null;
    },
    async *run(parent, session) {
      const own = parent as Parent;
      const list = {
        resource,
        request: requestOf(parent),
        items: declaration.items,
        paging,
        ...(declaration.single === undefined ? {} : { single: declaration.single }),
        ...(declaration.mayLack === undefined ? {} : { mayLack: declaration.mayLack }),
        ...(totalAt === undefined ? {} : { total: totalAt }),
      };
      const context: MapContext<Parent> = {
        parent: own,
        takenAt: session.takenAt,
        today: session.takenAt.slice(0, 10),
        note: (code, message, about) =>
          session.note(
            {
              code,
              message: `${resource}: ${message}`,
              severity: 'warning',
              ...(about?.ids && { ids: about.ids }),
            },
            about?.incomplete,
          ),
      };
      const atLeast = declaration.totalFrom && (await countOf(declaration.totalFrom, session, resource));
      const seen = new Set<string>();
      let rows = 0;
      let index = 0;
      let total: number | undefined;
      for await (const page of pages(list, session.http, { ...session.call, resource })) {
        const parts: Part[] = [];
        const keeping: (readonly [string, Row])[] = [];
        let fresh = 0;
        for (const item of page.items) {
          const row = parseRow(declaration.row, item, session.connector, resource, index);
          index += 1;
          const key = keyOf(row);
          if (key !== null) {
            if (seen.has(key)) continue;
            seen.add(key);
          }
          fresh += 1;
          const name = declaration.keep?.(row) ?? null;
          if (name !== null) keeping.push([name, row]);
          const part = declaration.map?.(row, context);
          // A return that was forgotten would read all rows, give none, and pass for a whole pull.
          if (part === undefined && declaration.map) {
            const text = `${session.connector}: ${resource}: map returned nothing for row ${index - 1}; return null for a row that is not wanted.`;
            throw new TrueupError('BAD_OPTIONS', text, {
              context: { connector: session.connector, resource },
            });
          }
          if (part) parts.push(part);
        }
        if (fresh < page.items.length) {
          if (fresh === 0) throw allRepeated(session.connector, resource, index);
          context.note('rows-repeated', 'rows of one page came again on another; each was taken once.');
        }
        rows += fresh;
        // Rows that went while we read pull others to a page already read; the smaller total hides that they are missing.
        if (page.total !== undefined && total !== undefined && page.total < total) {
          throw shrunk(session.connector, resource, total, page.total);
        }
        total = page.total ?? total;
        const commit = (): void => {
          for (const [key, row] of keeping) kept.set(key, row);
        };
        yield { rows: fresh, total, parts, commit };
      }
      if (declaration.total !== undefined && !declaration.totalMayLack && total === undefined && rows > 0) {
        const text = `no answer holds the declared total (${pathText(declaration.total)}), so the rows were not counted against it.`;
        context.note('total-missing', text);
      }
      const promised = declaration.atLeast?.(own) ?? 0;
      if (rows < promised) throw incomplete(session.connector, resource, rows, promised);
      const declared = total ?? atLeast;
      if (declared !== undefined && (total === undefined ? rows < declared : rows !== declared)) {
        throw incomplete(session.connector, resource, rows, declared);
      }
    },
  };
}

/** Where the end of a paging finds the number of rows, if it is one of its rules. */
function rowsAt(paging: Paging): Path | undefined {
  const end = 'end' in paging ? paging.end : undefined;
  for (const rule of [end ?? []].flat()) {
    if (typeof rule === 'object' && 'rows' in rule) return rule.rows;
  }
  return undefined;
}

async function countOf(
  { request, at }: { readonly request: WireRequest; readonly at: Path },
  { connector, http, call }: ReadSession,
  resource: string,
): Promise<number> {
  const { body } = await http.send(request, { ...call, resource });
  const found = valueAt(body, at);
  if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return found;
  throw new TrueupError('BAD_SHAPE', `${connector}: ${resource}: the count is no whole number.`, {
    context: { connector, resource, path: pathText(at) },
  });
}

/** Checks one wire row. The message names resource, row and path, and nothing the row holds. */
export function parseRow<S extends z.ZodType>(
  schema: S,
  item: unknown,
  connector: string,
  resource: string,
  index: number,
): z.output<S> {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') || '(the row)';
  const expected =
    issue?.code === 'invalid_type'
      ? `a ${issue.expected}`
      : issue?.code === 'custom'
        ? issue.message
        : 'another type or value';
  throw new TrueupError(
    'BAD_SHAPE',
    `${connector}: ${resource} row ${index}: ${path} is not as expected (${expected}).`,
    {
      context: { connector, resource, row: index, path },
    },
  );
}

function ownId(row: unknown): string | null {
  const found = valueAt(row, 'id');
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
}

function allRepeated(connector: string, resource: string, rows: number): TrueupError {
  return new TrueupError('PAGE_LOOP', `${connector}: ${resource}: a page held only rows seen before.`, {
    context: { connector, resource, rows },
  });
}

function shrunk(connector: string, resource: string, before: number, now: number): TrueupError {
  return new TrueupError(
    'PULL_INCOMPLETE',
    `${connector}: ${resource}: the list shrank from ${before} to ${now} rows while it was read; pull again.`,
    { retryable: true, context: { connector, resource, before, total: now } },
  );
}

function incomplete(connector: string, resource: string, rows: number, total: number): TrueupError {
  return new TrueupError(
    'PULL_INCOMPLETE',
    `${connector}: ${resource}: ${rows} different rows came, ${total} were declared.`,
    { retryable: true, context: { connector, resource, rows, total } },
  );
}
