import type * as z from 'zod';
import { TrueupError } from '../model/errors.ts';
import type { Http } from '../transport/http.ts';
import { type Path, valueAt } from '../transport/path.ts';
import type { WireRequest } from '../transport/wire.ts';
import { type PsaPart, parseRow, psaRead, type ReadDeclaration } from './read.ts';
import type { CallContext } from './spec.ts';

/** What a line operation of a PSA adapter works with: checked reads, and writes that are never repeated. */
export interface Wire {
  /** One record at `at` in the answer; `null` when the system has none (404, or null there). */
  one<S extends z.ZodType>(request: WireRequest, row: S, at?: Path): Promise<z.output<S> | null>;
  /**
   * One record that is to be sent back whole: read by `row`, and as it came, numbers letter by letter, so that
   * what is not changed leaves as it arrived. `null` when the system has none.
   */
  document<S extends z.ZodType>(
    request: WireRequest,
    row: S,
  ): Promise<{ readonly row: z.output<S>; readonly exact: unknown } | null>;
  /** All rows of a list, every page. */
  list<S extends z.ZodType>(
    declaration: Omit<ReadDeclaration<S, undefined, PsaPart>, 'map' | 'per' | 'keep' | 'parentId'>,
  ): Promise<readonly z.output<S>[]>;
  /** Sends a write, once. */
  write(request: WireRequest): Promise<void>;
  /** Sends a write, once, and reads what it answers: the id of what was made. */
  create<S extends z.ZodType>(request: WireRequest, row: S, at?: Path): Promise<z.output<S>>;
  /** Refuses a change the PSA cannot take, before anything is sent. */
  refuse(message: string): never;
}

export function createWire(connector: string, http: Http, context: CallContext, resource: string): Wire {
  const call = { runtime: context.runtime, signal: context.signal };
  return {
    async one(request, row, at = '') {
      const answer = await http.send({ absentOn: [404], ...request }, { ...call, resource });
      // An answer without a body does not say that the record is gone.
      const record = answer.blank ? undefined : answer.body === null ? null : valueAt(answer.body, at);
      if (record === null) return null;
      return parseRow(row, record, connector, resource, 0);
    },
    async document(request, row) {
      const asked = { absentOn: [404], ...request, exact: true };
      const { body, exact, blank } = await http.send(asked, { ...call, resource });
      return body === null && !blank ? null : { row: parseRow(row, body, connector, resource, 0), exact };
    },
    async list(declaration) {
      const rows: z.output<typeof declaration.row>[] = [];
      const read = psaRead({
        ...declaration,
        map: (row) => {
          rows.push(row);
          return null;
        },
      });
      const session = { connector, http, call, takenAt: call.runtime.now(), note: () => {} };
      for await (const page of read.run(undefined, session)) page.commit();
      return rows;
    },
    async write(request) {
      await http.send(request, { ...call, resource });
    },
    async create(request, row, at = '') {
      const { body } = await http.send(request, { ...call, resource });
      return parseRow(row, valueAt(body, at), connector, resource, 0);
    },
    refuse(message) {
      throw new TrueupError('REFUSED', `${connector}: ${message}`, { context: { connector, resource } });
    },
  };
}
