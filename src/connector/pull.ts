import { type Problem, TrueupError } from '../model/errors.ts';
import { sortedUnique } from '../model/order.ts';
import type { Receipt } from '../model/snapshot.ts';
import { inOrder } from '../transport/fan-out.ts';
import type { Http } from '../transport/http.ts';
import type { MappedPage, Read, ReadSession } from './read.ts';
import type { CallContext } from './spec.ts';

/** A page of model parts, with the resource it belongs to. */
export interface PulledPage<Part> {
  readonly resource: string;
  readonly total: number | undefined;
  readonly parts: readonly Part[];
  /** The last page of the pull: two reads may count into one sum. */
  readonly last: boolean;
}

export interface PullSetup {
  readonly connector: string;
  readonly http: Http;
  /** Requests at once the system allows. */
  readonly concurrency: number;
  /** What a parent is, for the receipt. */
  readonly parents: 'account' | 'contract';
}

/** Problems of one code listed one by one; the rest is counted. */
const PROBLEMS_PER_CODE = 50;
/** When so many parents in a row fail and none has ever answered, the fault is not theirs. */
const HOPELESS = 20;

/** Runs the reads in their order and gives page after page; returns the receipt. */
export async function* runReads<Part>(
  reads: readonly Read<unknown, Part>[],
  setup: PullSetup,
  context: CallContext,
): AsyncGenerator<PulledPage<Part>, Receipt> {
  checkOrder(reads, setup.connector);
  const takenAt = context.runtime.now();
  const resources = new Map<string, { rows: number; pages: number; complete: boolean }>();
  const problems = problemList();
  const incomplete: string[] = [];
  const note: ReadSession['note'] = (problem, id) => {
    problems.add(problem);
    if (id !== undefined) incomplete.push(id);
  };
  const session = (signal: AbortSignal | undefined, own: ReadSession['note']): ReadSession => ({
    connector: setup.connector,
    http: setup.http,
    call: { runtime: context.runtime, signal },
    takenAt,
    note: own,
  });
  const breadth = Math.min(context.concurrency ?? setup.concurrency, setup.concurrency);

  for (const read of reads) {
    const { resource } = read;
    const receipt = resources.get(resource) ?? { rows: 0, pages: 0, complete: true };
    resources.set(resource, receipt);
    const take = (page: MappedPage<Part>): PulledPage<Part> => {
      receipt.rows += page.rows;
      receipt.pages += 1;
      page.commit();
      // What the list of one parent declares is not the total of the resource.
      return { resource, total: read.per ? undefined : page.total, parts: page.parts, last: false };
    };
    const parents = read.per?.kept();
    if (parents === undefined) {
      for await (const page of read.run(undefined, session(context.signal, note))) yield take(page);
    } else {
      let answered = false;
      let failures = 0;
      const results = inOrder(
        parents,
        breadth,
        (parent, signal) => readParent(read, parent, (own) => session(signal, own)),
        context.signal,
      );
      for await (const result of results) {
        if (result.error === null) {
          answered = true;
          for (const page of result.pages) yield take(page);
          for (const [problem, id] of result.notes) note(problem, id);
          continue;
        }
        failures += 1;
        const id = read.tolerates(result.parent, result.error);
        // Tenants with tokens of their own may well refuse one after the other; all of them is another matter.
        const most = result.error.code === 'AUTH_FAILED' ? parents.length : HOPELESS;
        if (id === null || (!answered && failures >= most)) throw result.error;
        receipt.complete = false;
        note(notRead(result.error, setup.parents, id), id);
      }
    }
  }
  yield { resource: reads.at(-1)?.resource ?? '', total: undefined, parts: [], last: true };

  const ids = sortedUnique(incomplete);
  const named = setup.parents === 'account' ? { incompleteAccounts: ids } : { incompleteContracts: ids };
  return {
    complete: ids.length === 0 && [...resources.values()].every((receipt) => receipt.complete),
    resources: Object.fromEntries(resources),
    problems: problems.all(),
    ...(ids.length === 0 ? {} : named),
  };
}

/** Parents that were never read look like a system without any, and every count of theirs like a zero. */
function checkOrder(reads: readonly Read<unknown, unknown>[], connector: string): void {
  for (const [at, { resource, per }] of reads.entries()) {
    if (per === null || (per.keeps && reads.indexOf(per) < at && reads.includes(per))) continue;
    const fault = per.keeps ? 'is not in the list of reads before it' : 'keeps no rows; declare its `keep`';
    throw new TrueupError(
      'BAD_OPTIONS',
      `${connector}: ${resource} is read per row of ${per.resource}, which ${fault}.`,
      { context: { connector, resource, per: per.resource } },
    );
  }
}

interface ParentResult<Part> {
  readonly parent: unknown;
  readonly pages: readonly MappedPage<Part>[];
  readonly notes: readonly (readonly [Problem, string | undefined])[];
  readonly error: TrueupError | null;
}

/** All or nothing: half a parent would look like less usage. */
async function readParent<Part>(
  read: Read<unknown, Part>,
  parent: unknown,
  session: (note: ReadSession['note']) => ReadSession,
): Promise<ParentResult<Part>> {
  const pages: MappedPage<Part>[] = [];
  const notes: (readonly [Problem, string | undefined])[] = [];
  try {
    const own = session((problem, id) => notes.push([problem, id]));
    for await (const page of read.run(parent, own)) pages.push(page);
    return { parent, pages, notes, error: null };
  } catch (error) {
    if (!TrueupError.is(error)) throw error;
    return { parent, pages: [], notes: [], error };
  }
}

function notRead(error: TrueupError, kind: 'account' | 'contract', id: string): Problem {
  return {
    code: `${kind}-not-read`,
    message: `${error.message} Nothing of this ${kind} counts; pull again, or give the credentials access.`,
    severity: 'error',
    ids: { [`${kind}Id`]: id, error: error.code },
  };
}

/** Keeps each different problem once, the first of each code, and says how many more there were. */
function problemList(): { add(problem: Problem): void; all(): Problem[] } {
  const kept = new Map<string, Problem>();
  const perCode = new Map<string, number>();
  return {
    add(problem) {
      const key = JSON.stringify([problem.code, problem.message, problem.ids ?? {}]);
      if (kept.has(key)) return;
      const count = (perCode.get(problem.code) ?? 0) + 1;
      perCode.set(problem.code, count);
      if (count <= PROBLEMS_PER_CODE || problem.severity === 'error') kept.set(key, problem);
    },
    all() {
      const more = [...perCode].filter(([, count]) => count > PROBLEMS_PER_CODE);
      return [
        ...kept.values(),
        ...more.map(
          ([code, count]): Problem => ({
            code: 'more-problems',
            message: `${count} problems of the code ${code} in all; the first ${PROBLEMS_PER_CODE} warnings are listed.`,
            severity: 'warning',
          }),
        ),
      ];
    },
  };
}
