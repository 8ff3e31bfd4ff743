import type { CallContext, PsaConnector, VendorConnector } from '../connector/spec.ts';
import { type Problem, TrueupError } from '../model/errors.ts';
import { compareStrings, sortedUnique, stableJson } from '../model/order.ts';
import type { Contract, ContractLine, Customer, PsaSnapshot, Service } from '../model/psa.ts';
import type { Receipt } from '../model/snapshot.ts';
import type { VendorAccount, VendorCount, VendorSku, VendorSnapshot } from '../model/vendor.ts';
import { throwIfAborted } from '../transport/abort.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import { createRuntime, type Runtime } from '../transport/runtime.ts';
import { collect } from './collect.ts';
import { requireRole } from './role.ts';

/** Where a pull stands. */
export interface PullProgress {
  /** The snapshot's source. */
  readonly source: string;
  /** The resource as the connector names it. */
  readonly resource: string;
  /** Model rows of that resource so far. */
  readonly rows: number;
  /** As the system declares it, where it does. */
  readonly total?: number;
}

/** How a PSA or vendor is read. */
export interface PullOptions {
  /** The embedder's name for this instance; mappings refer to it. Default: the connector's id. */
  readonly source?: string;
  /** Ends the pull with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** Requests at once, at most; the connector's own limit still holds. Default: that limit. */
  readonly concurrency?: number;
  /** Told after each page. What it throws ends the pull. */
  readonly onProgress?: (progress: PullProgress) => void;
  /** Parts of the outside world to replace: `fetch` (a proxy), `now`, `sleep`, `random`, `log`. */
  readonly runtime?: Partial<Runtime>;
}

const ALL_OPTIONS: OptionRules<Omit<PullOptions, 'source'>> = {
  signal: 'any',
  concurrency: 'any',
  onProgress: 'any',
  runtime: 'any',
};

/** What one pull gets, whichever the connector. */
function requireUsable(who: string, connector: unknown, role: 'psa' | 'vendor', options: PullOptions): void {
  requireRole(who, connector, role);
  checkOptions<PullOptions>(who, options, { source: 'text', ...ALL_OPTIONS });
  requireValues(who, options);
}

/** A setting that is missing becomes `NaN`, and no number of requests is below that: nothing would be asked. */
function requireValues(who: string, { concurrency, signal, onProgress }: PullOptions): void {
  const refuse = (option: string, words: string): never => {
    throw new TrueupError('BAD_OPTIONS', `${who}: option ${option} must be ${words}.`, {
      context: { option },
    });
  };
  const atLeastOne = typeof concurrency === 'number' && concurrency >= 1;
  if (concurrency !== undefined && !atLeastOne) refuse('concurrency', 'a number of at least 1');
  const isSignal = typeof signal?.addEventListener === 'function' && typeof signal.aborted === 'boolean';
  if (signal !== undefined && !isSignal) refuse('signal', 'an AbortSignal, like controller.signal');
  if (onProgress !== undefined && typeof onProgress !== 'function') refuse('onProgress', 'a function');
}

/**
 * Reads everything a PSA bills: all of it, but for the contracts the receipt names.
 * @throws {TrueupError} `BAD_OPTIONS`; every code of the transport: `AUTH_FAILED`, `NETWORK`, `PULL_INCOMPLETE`, `ABORTED`, …
 */
export async function pullPsa(connector: PsaConnector, options: PullOptions = {}): Promise<PsaSnapshot> {
  requireUsable('pullPsa', connector, 'psa', options);
  const run = begin(connector.id, options);
  const customers = collect<Customer>('customer', ownId, (problem) => run.report(problem));
  const services = collect<Service>('service', ownId, (problem) => run.report(problem));
  const contracts = collect<Contract>('contract', ownId, (problem, rows) =>
    run.report(problem, rows.map(ownId)),
  );
  const lines = collect<ContractLine>('line', ownId, (problem, rows) =>
    run.report(
      problem,
      rows.map((line) => line.contractId),
    ),
  );
  const receipt = await drain(connector.pull(run.context), run, 'incompleteContracts', (page) => {
    return (
      customers.add(page.customers) +
      services.add(page.services) +
      contracts.add(page.contracts) +
      lines.add(page.lines)
    );
  });
  return {
    specVersion: 1,
    kind: 'psa',
    source: run.source,
    connector: connector.id,
    takenAt: run.takenAt,
    currency: connector.currency,
    precision: connector.capabilities.precision,
    dating: connector.capabilities.dating,
    customers: customers.sorted(),
    services: services.sorted(),
    contracts: contracts.sorted(),
    lines: lines.sorted(),
    receipt,
  };
}

/**
 * Reads everything a vendor counts: all of it, but for the accounts the receipt names.
 * @throws {TrueupError} `BAD_OPTIONS`; every code of the transport: `AUTH_FAILED`, `NETWORK`, `PULL_INCOMPLETE`, `ABORTED`, …
 */
export async function pullVendor(
  connector: VendorConnector,
  options: PullOptions = {},
): Promise<VendorSnapshot> {
  requireUsable('pullVendor', connector, 'vendor', options);
  const run = begin(connector.id, options);
  const accounts = collect<VendorAccount>('account', ownId, (problem) => run.report(problem));
  const skus = collect<VendorSku>('sku', ownId, (problem) => run.report(problem));
  const counts = collect<VendorCount>('count', countKey, (problem, rows) =>
    run.report(
      problem,
      rows.map((count) => count.accountId),
    ),
  );
  const receipt = await drain(connector.pull(run.context), run, 'incompleteAccounts', (page) => {
    return accounts.add(page.accounts) + skus.add(page.skus) + counts.add(page.counts);
  });
  return {
    specVersion: 1,
    kind: 'vendor',
    source: run.source,
    connector: connector.id,
    takenAt: run.takenAt,
    accounts: accounts.sorted(),
    skus: skus.sorted(),
    ...(connector.capabilities.catalogue && { catalogue: connector.capabilities.catalogue }),
    counts: counts.sorted(),
    receipt,
  };
}

/** What {@link pullAll} reads, by the embedder's names. */
export interface PullAllInput {
  /** Default: no PSA is read. `source` as in {@link PullOptions}. */
  readonly psa?: { readonly connector: PsaConnector; readonly source?: string };
  /** `source` as in {@link PullOptions}; each its own. */
  readonly vendors: readonly { readonly connector: VendorConnector; readonly source?: string }[];
}

/** What {@link pullAll} gives: the vendors in the order they were asked for. */
export interface PullAllResult {
  /** `null`: none was asked for. */
  readonly psa: PsaSnapshot | null;
  readonly vendors: readonly VendorSnapshot[];
}

/**
 * Reads a PSA and any number of vendors at the same time. A vendor that fails does not stop the others: its
 * snapshot is empty, its receipt is not complete and says why, so nothing of it becomes a zero. A PSA that
 * fails, and an abort, end it all.
 * @throws {TrueupError} what the PSA pull throws; `ABORTED`; `BAD_INPUT` for two vendors of one source name;
 * `BAD_OPTIONS`, also for a connector of the other role
 */
export async function pullAll(
  input: PullAllInput,
  options: Omit<PullOptions, 'source'> = {},
): Promise<PullAllResult> {
  requireInput(input);
  checkOptions('pullAll', options, ALL_OPTIONS);
  requireValues('pullAll', options);
  const names = input.vendors.map(({ connector, source }) => source ?? connector.id);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new TrueupError('BAD_INPUT', `Two vendors have the source name ${twice}; give each its own.`, {
      context: { source: twice },
    });
  }
  // What the embedder's own code throws is theirs to see; what a connector throws is that vendor's failure.
  let own: unknown;
  const { onProgress } = options;
  const watched = onProgress && {
    onProgress: (progress: PullProgress): void => {
      try {
        onProgress(progress);
      } catch (error) {
        own = error;
        throw error;
      }
    },
  };
  const controller = new AbortController();
  const onAbort = (): void => controller.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    throwIfAborted(options.signal);
    const shared = { ...options, ...watched, signal: controller.signal };
    const [psa, ...vendors] = await Promise.all([
      input.psa ? pullPsa(input.psa.connector, named(shared, input.psa.source)) : null,
      ...input.vendors.map(({ connector, source }) =>
        vendorOrFailure(connector, named(shared, source), (error) => error === own),
      ),
    ]);
    return { psa, vendors };
  } finally {
    // A PSA that failed ends the vendors still being read.
    controller.abort();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** A wrong connector or name is the caller's mistake and not a vendor that failed. */
function requireInput(input: PullAllInput): void {
  checkOptions<PullAllInput>('pullAll', input, { psa: 'any', vendors: 'needed' });
  const one = (where: string, asked: unknown, role: 'psa' | 'vendor'): void => {
    checkOptions<NonNullable<PullAllInput['psa']>>(`pullAll: ${where}`, asked, {
      connector: 'needed',
      source: 'text',
    });
    requireRole(`pullAll: ${where}`, (asked as { readonly connector: unknown }).connector, role);
  };
  if (input.psa) one('psa', input.psa, 'psa');
  for (const [index, vendor] of input.vendors.entries()) one(`vendors[${index}]`, vendor, 'vendor');
}

function named(options: Omit<PullOptions, 'source'>, source: string | undefined): PullOptions {
  return source === undefined ? options : { ...options, source };
}

async function vendorOrFailure(
  connector: VendorConnector,
  options: PullOptions,
  isOurs: (error: unknown) => boolean,
): Promise<VendorSnapshot> {
  const { source, takenAt } = begin(connector.id, options);
  try {
    return await pullVendor(connector, options);
  } catch (error) {
    if (isOurs(error) || TrueupError.is(error, 'ABORTED')) throw error;
    return {
      specVersion: 1,
      kind: 'vendor',
      source,
      connector: connector.id,
      takenAt,
      accounts: [],
      skus: [],
      counts: [],
      receipt: { complete: false, resources: {}, problems: [failedPull(error, source)] },
    };
  }
}

function failedPull(error: unknown, source: string): Problem {
  if (!TrueupError.is(error)) {
    // A bug of a connector. Its words may hold anything, so they are not passed on.
    return {
      code: 'pull-failed',
      message: `The connector of ${source} broke: this is a fault in it. Pull it alone with pullVendor to see the error.`,
      severity: 'error',
      ids: { source },
    };
  }
  const when = error.retryAt === undefined ? '' : ` Not before ${error.retryAt}.`;
  return {
    code: 'pull-failed',
    message: `${error.message}${when}`,
    severity: 'error',
    ids: { source, error: error.code },
  };
}

interface Run {
  readonly source: string;
  readonly takenAt: string;
  readonly context: CallContext;
  readonly onProgress: PullOptions['onProgress'];
  readonly problems: Problem[];
  /** Ids of accounts or contracts whose quantities cannot be trusted. */
  readonly incomplete: string[];
  readonly report: (problem: Problem, incomplete?: readonly string[]) => void;
}

function begin(connector: string, options: PullOptions): Run {
  const runtime = createRuntime(options.runtime);
  const problems: Problem[] = [];
  const incomplete: string[] = [];
  return {
    source: options.source ?? connector,
    takenAt: runtime.now(),
    context: {
      runtime,
      ...(options.signal && { signal: options.signal }),
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    },
    onProgress: options.onProgress,
    problems,
    incomplete,
    report: (problem, ids = []) => {
      problems.push(problem);
      incomplete.push(...ids);
    },
  };
}

/** Reads all pages; the receipt with the problems of putting them together. */
async function drain<P extends { readonly resource: string; readonly total?: number }>(
  pages: AsyncGenerator<P, Receipt>,
  run: Run,
  parents: 'incompleteAccounts' | 'incompleteContracts',
  add: (page: P) => number,
): Promise<Receipt> {
  const rows = new Map<string, number>();
  try {
    for (;;) {
      throwIfAborted(run.context.signal);
      const next = await pages.next();
      if (next.done) {
        return wholeReceipt(next.value, run, parents);
      }
      const page = next.value;
      const sum = (rows.get(page.resource) ?? 0) + add(page);
      rows.set(page.resource, sum);
      run.onProgress?.({
        source: run.source,
        resource: page.resource,
        rows: sum,
        ...(page.total === undefined ? {} : { total: page.total }),
      });
    }
  } finally {
    // An abort or a throwing `onProgress` ends what is under way.
    await pages.return(undefined as never);
  }
}

/** The connector's receipt with what putting the pages together brought to light. */
function wholeReceipt(
  receipt: Receipt,
  run: Run,
  parents: 'incompleteAccounts' | 'incompleteContracts',
): Receipt {
  const problems = [...receipt.problems, ...run.problems].sort(byProblem);
  if (run.incomplete.length === 0) return { ...receipt, problems };
  const ids = sortedUnique([...(receipt[parents] ?? []), ...run.incomplete]);
  // A receipt that is incomplete as a whole stays so: naming a few would say that the rest counts.
  const whole = receipt.complete || receipt[parents] !== undefined;
  return { ...receipt, complete: false, problems, ...(whole && { [parents]: ids }) };
}

function ownId(row: { readonly id: string }): string {
  return row.id;
}

function countKey(count: VendorCount): string {
  return JSON.stringify([count.accountId, count.skuId, count.metric, count.ref ?? '']);
}

function byProblem(a: Problem, b: Problem): number {
  return compareStrings(a.code, b.code) || compareStrings(stableJson(a), stableJson(b));
}
