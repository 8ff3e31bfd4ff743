import type { Instant } from '../model/dates.ts';
import { type ErrorCode, type Problem, TrueupError } from '../model/errors.ts';
import type { Units } from '../model/units.ts';
import type { Metric, VendorSku, VendorSnapshot } from '../model/vendor.ts';
import { checkOptions, type OptionRules } from '../transport/options.ts';
import { createRuntime, type Runtime } from '../transport/runtime.ts';
import type { CountResult, NewService, PushClient } from './client.ts';
import { type CountToPush, countsToPush, doubledIds, type SkippedCount } from './counts-to-push.ts';
import { ensureAccounts, ensureServices } from './ensure.ts';
import type { IntegrationStatus } from './wire.ts';

/** How a snapshot is pushed. */
export interface PushSnapshotOptions {
  /** Made with {@link createPushClient}, for one partner. */
  readonly client: PushClient;
  /**
   * The report of an earlier push: what it says was taken and has not changed is not sent again. Default: all is sent.
   * So is it when the report is of another integration or source, or the integration is not `active`: then it holds
   * nothing that was taken since it was connected.
   */
  readonly previous?: PushReport;
  /** Which metric is pushed. Default: each SKU's `defaultMetric`. */
  readonly metric?: (sku: VendorSku) => Metric;
  /** Name and kind of a SKU's service. A service is its name: two SKUs must not share one. Default: the SKU's name, `other`. */
  readonly service?: (sku: VendorSku) => Partial<NewService>;
  /** `vendor` (default): one catalogue for all partners. `organization`: services of this partner only, by SKU id. Never mix them. */
  readonly services?: 'vendor' | 'organization';
  /** Counts under way at once. A whole number above 0. Default 4; the client's own limits hold too. */
  readonly concurrency?: number;
  /** Ends the push; the report says `ABORTED` in `stopped`. */
  readonly signal?: AbortSignal;
  /** Told after each count that was sent, for progress and for resuming after a crash. */
  readonly onCount?: (count: PushedCount, result: CountResult, done: number, total: number) => void;
  /** The clock, for tests. */
  readonly runtime?: Partial<Pick<Runtime, 'now'>>;
}

const OPTIONS: OptionRules<PushSnapshotOptions> = {
  client: 'needed',
  previous: 'any',
  metric: 'any',
  service: 'any',
  services: ['vendor', 'organization'],
  concurrency: 'any',
  signal: 'any',
  onCount: 'any',
  runtime: 'any',
};

/** A count as sent. */
export interface PushedCount extends CountToPush {
  readonly serviceId: string;
}

/** What a push did. Plain JSON; hand it to the next push as `previous`. */
export interface PushReport {
  readonly specVersion: 1;
  readonly kind: 'push-report';
  /** {@link VendorSnapshot.source}. */
  readonly source: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** True when every count was sent and the last one ended the push. */
  readonly complete: boolean;
  /** The partner's integration, where the receiving side was reached. */
  readonly integration: { readonly id: string; readonly status: IntegrationStatus } | null;
  /** Ids of services that were missing. */
  readonly services: { readonly created: readonly string[] };
  /** Ids of accounts that were missing, or had another name. */
  readonly accounts: { readonly created: readonly string[]; readonly renamed: readonly string[] };
  /** Taken in this push. */
  readonly accepted: readonly PushedCount[];
  /** Not sent again: taken before, with the same units. */
  readonly unchanged: readonly PushedCount[];
  /** Answered 404: not mapped by the partner (or excluded). Nothing is queued there; push again after mapping. */
  readonly unmapped: readonly (PushedCount & { readonly reason: 'account-unmapped' | 'service-unmapped' })[];
  /** Not known, so not sent. */
  readonly skipped: readonly SkippedCount[];
  /** What is wrong and so was not pushed, as `countsToPush` says; and services that exist several times. */
  readonly problems: readonly Problem[];
  /** What ended the push early; `null` when nothing did. Push again with this report as `previous`. */
  readonly stopped: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly retryable: boolean;
    readonly retryAt?: Instant;
  } | null;
}

/**
 * Pushes a vendor snapshot, whoever made it: keys checked, status set, services and accounts created where missing,
 * every count sent with `no_build` on all but the last. Faults end the push and are in the report, never thrown.
 * @throws {TrueupError} `PULL_INCOMPLETE` for a snapshot that is not whole, `BAD_OPTIONS`, `BAD_INPUT` when two SKUs share a service name
 */
export async function pushSnapshot(
  snapshot: VendorSnapshot,
  options: PushSnapshotOptions,
): Promise<PushReport> {
  checkOptions('pushSnapshot', options, OPTIONS);
  const { client, signal, concurrency = 4 } = options;
  // Without a worker the counts would stay in the queue, and the push look whole.
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new TrueupError('BAD_OPTIONS', 'pushSnapshot: concurrency must be a whole number above 0.');
  }
  if (options.previous !== undefined && options.previous?.kind !== 'push-report') {
    throw new TrueupError('BAD_OPTIONS', 'pushSnapshot: previous must be the report of a push.');
  }
  const runtime = createRuntime(options.runtime);
  const startedAt = runtime.now();
  const wanted = countsToPush(snapshot, options.metric);
  const services = wantedServices(snapshot, options);
  const problems = [...wanted.problems];
  const done = {
    integration: null as PushReport['integration'],
    services: { created: [] as readonly string[] },
    accounts: { created: [] as readonly string[], renamed: [] as readonly string[] },
    accepted: [] as PushedCount[],
    unchanged: [] as PushedCount[],
    unmapped: [] as PushReport['unmapped'][number][],
  };
  let stopped: PushReport['stopped'] = null;
  let complete = false;
  try {
    const organization = await client.organization({ signal });
    done.integration = { id: organization.integrationId, status: organization.status };
    if (organization.status !== 'pending' && organization.status !== 'active') {
      await client.setStatus('pending', { signal });
      done.integration = { id: organization.integrationId, status: 'pending' };
    }
    const own = options.services === 'organization';
    const ready = await ensureServices(client, services, own, signal);
    problems.push(...ready.problems);
    done.services = { created: ready.created };
    const twice = doubledIds(snapshot.accounts);
    const once = snapshot.accounts.filter(({ id }) => !twice.has(id));
    const accounts = await ensureAccounts(client, once, signal);
    done.accounts = accounts;
    const fresh = new Set([...ready.created, ...accounts.created]);
    const counts = wanted.counts.map((count) => ({ ...count, serviceId: ready.ids.get(count.skuId) ?? '' }));
    const { previous } = options;
    // A count that was taken makes the integration active; disconnecting takes that back, and the counts with it.
    const same =
      organization.status === 'active' &&
      previous?.integration?.id === organization.integrationId &&
      previous.source === snapshot.source;
    const known = takenBefore(same ? previous : undefined, fresh);
    const pending = counts.filter((count) => known.get(keyOf(count)) !== count.units);
    done.unchanged = counts.filter((count) => known.get(keyOf(count)) === count.units);
    // A push that was cut off still has to be ended, though there may be nothing left to send.
    const open = previous !== undefined && !previous.complete;
    const again = pending.length === 0 && open ? done.unchanged.splice(0, 1) : [];
    await sendAll([...pending, ...again], { ...options, concurrency }, done);
    complete = problems.every((problem) => problem.severity !== 'error');
  } catch (error) {
    if (!TrueupError.is(error)) throw error;
    const { code, message, retryable, retryAt } = error;
    stopped = { code, message, retryable, ...(retryAt === undefined ? {} : { retryAt }) };
  }
  return {
    specVersion: 1,
    kind: 'push-report',
    source: snapshot.source,
    startedAt,
    endedAt: runtime.now(),
    complete,
    ...done,
    skipped: wanted.skipped,
    problems,
    stopped,
  };
}

/** All but the last at once and without a rebuild, then the last one, which ends the push. */
async function sendAll(
  counts: readonly PushedCount[],
  options: PushSnapshotOptions & { readonly concurrency: number },
  done: { accepted: PushedCount[]; unmapped: PushReport['unmapped'][number][] },
): Promise<void> {
  const { client, signal, onCount } = options;
  let sent = 0;
  const send = async (count: PushedCount, build: boolean): Promise<CountResult> => {
    const result = await client.setCount(count, { build, signal });
    sent += 1;
    if (result === 'accepted') done.accepted.push(count);
    else done.unmapped.push({ ...count, reason: result });
    onCount?.(count, result, sent, counts.length);
    return result;
  };
  const last = counts.at(-1);
  if (!last) return;
  const queue = counts.slice(0, -1).values();
  let broken = false;
  const worker = async (): Promise<void> => {
    for (const count of queue) {
      if (broken) return;
      try {
        await send(count, false);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(options.concurrency, counts.length) }, worker);
  const results = await Promise.allSettled(workers);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  const result = await send(last, true);
  // A count that is not mapped rebuilds nothing. Sending one that was taken once more changes no number.
  const other = result === 'accepted' ? undefined : done.accepted.at(-1);
  if (other) await client.setCount(other, { build: true, signal });
}

function keyOf({ accountId, serviceId }: Pick<PushedCount, 'accountId' | 'serviceId'>): string {
  return JSON.stringify([accountId, serviceId]);
}

/** Units by account and service; nothing of accounts and services that were missing and are new. */
function takenBefore(previous: PushReport | undefined, fresh: ReadonlySet<string>): Map<string, Units> {
  const counts = previous ? [...previous.unchanged, ...previous.accepted] : [];
  return new Map(
    counts
      .filter((count) => !fresh.has(count.accountId) && !fresh.has(count.serviceId))
      .map((count) => [keyOf(count), count.units]),
  );
}

function wantedServices(
  snapshot: VendorSnapshot,
  options: PushSnapshotOptions,
): readonly { readonly skuId: string; readonly service: NewService }[] {
  const services = snapshot.skus.map((sku) => ({
    skuId: sku.id,
    service: {
      name: sku.name,
      description: sku.name,
      category: 'other',
      subcategory: 'other',
      ...options.service?.(sku),
    },
  }));
  const names = new Map<string, string>();
  for (const { skuId, service } of services) {
    const other = names.get(service.name);
    if (other !== undefined && options.services !== 'organization') {
      throw new TrueupError(
        'BAD_INPUT',
        `SKUs ${other} and ${skuId} share the service name "${service.name}"; their counts would overwrite each other. Give them names with the "service" option.`,
      );
    }
    names.set(service.name, skuId);
  }
  return services;
}
