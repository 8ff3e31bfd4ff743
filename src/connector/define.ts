import { dateOf, type PlainDate } from '../model/dates.ts';
import { TrueupError } from '../model/errors.ts';
import { compareStrings } from '../model/order.ts';
import { addUnits } from '../model/units.ts';
import type { VendorCount } from '../model/vendor.ts';
import { createHttp, type Http } from '../transport/http.ts';
import { type Path, valueAt } from '../transport/path.ts';
import type { TransportDeclaration, WireRequest } from '../transport/wire.ts';
import { runReads } from './pull.ts';
import type { PsaPart, Read, VendorPart } from './read.ts';
import type {
  CallContext,
  CheckResult,
  LineAddition,
  LineRef,
  LineState,
  PsaCapabilities,
  PsaConnector,
  QuantityChange,
  VendorCapabilities,
  VendorConnector,
} from './spec.ts';
import { createWire, type Wire } from './wire.ts';

/** The cheapest read that proves the credentials. */
export interface CheckDeclaration {
  readonly request: WireRequest;
  /** Where the answer names whose credentials they are. */
  readonly account?: Path;
  /** Where the answer names the system's version. */
  readonly version?: Path;
}

interface Declaration {
  /** The slug: `connectwise`. */
  readonly id: string;
  /** The system's own name. */
  readonly name: string;
  readonly transport: Omit<TransportDeclaration, 'connector'>;
  readonly check: CheckDeclaration;
}

/** A PSA adapter, as data. What it cannot do is left out. */
export interface PsaDeclaration extends Declaration {
  readonly capabilities: PsaCapabilities;
  /** ISO 4217 of prices whose contract names none. */
  readonly currency: string;
  /** Made anew for each pull, run in this order. `today` is the day the pull began, in UTC. */
  readonly reads: (today: PlainDate) => readonly Read<unknown, PsaPart>[];
  /** Reads one line; `null` when it is gone. Left out: `UNSUPPORTED`. */
  readonly readLine?: (line: LineRef, wire: Wire) => Promise<LineState | null>;
  /** Sends the one write. Left out: `UNSUPPORTED`; say `writes: 'none'` then. */
  readonly setQuantity?: (change: QuantityChange, wire: Wire) => Promise<void>;
  /** Creates a line. Only together with `findLines` and `adds: true`. */
  readonly addLine?: (addition: LineAddition, wire: Wire) => Promise<{ readonly lineId: string }>;
  /** Finds the lines of a contract for one service, so that nothing is added twice. */
  readonly findLines?: (
    where: { readonly contractId: string; readonly serviceId: string; readonly on: string },
    wire: Wire,
  ) => Promise<readonly LineState[]>;
}

/** A vendor adapter, as data. */
export interface VendorDeclaration extends Declaration {
  readonly capabilities: VendorCapabilities;
  /** Made anew for each pull, run in this order. `today` is the day the pull began, in UTC. */
  readonly reads: (today: PlainDate) => readonly Read<unknown, VendorPart>[];
}

/** Makes a PSA connector of a declaration. */
export function definePsaConnector(declaration: PsaDeclaration): PsaConnector {
  const { id, addLine, findLines } = declaration;
  const http = createHttp({ ...declaration.transport, connector: id });
  const wire = (context: CallContext, resource: string): Wire => createWire(id, http, context, resource);
  const { concurrency } = declaration.transport.limits;
  return {
    specVersion: 1,
    role: 'psa',
    id,
    name: declaration.name,
    capabilities: declaration.capabilities,
    currency: declaration.currency,
    check: (context) => check(declaration, http, context),
    async *pull(context) {
      const pages = runReads(
        declaration.reads(dateOf(context.runtime.now())),
        { connector: id, http, concurrency, parents: 'contract' },
        context,
      );
      return yield* eachPage(pages, ({ resource, total, parts }) => ({
        resource,
        ...(total === undefined ? {} : { total }),
        ...gather(id, parts, ['customers', 'services', 'contracts', 'lines']),
      }));
    },
    async readLine(line, context) {
      if (!declaration.readLine) throw unsupported(id, 'read a line');
      return declaration.readLine(line, wire(context, 'line'));
    },
    async setQuantity(change, context) {
      if (!declaration.setQuantity) throw unsupported(id, 'change a quantity');
      await declaration.setQuantity(change, wire(context, 'line'));
    },
    ...(addLine && { addLine: async (addition, context) => addLine(addition, wire(context, 'line')) }),
    ...(findLines && { findLines: async (where, context) => findLines(where, wire(context, 'lines')) }),
  };
}

/** Makes a vendor connector of a declaration. */
export function defineVendorConnector(declaration: VendorDeclaration): VendorConnector {
  const { id } = declaration;
  const http = createHttp({ ...declaration.transport, connector: id });
  const { concurrency } = declaration.transport.limits;
  return {
    specVersion: 1,
    role: 'vendor',
    id,
    name: declaration.name,
    capabilities: declaration.capabilities,
    check: (context) => check(declaration, http, context),
    async *pull(context) {
      const pages = runReads(
        declaration.reads(dateOf(context.runtime.now())),
        { connector: id, http, concurrency, parents: 'account' },
        context,
      );
      const tally = new Map<string, VendorCount>();
      return yield* eachPage(pages, ({ resource, total, parts, last }) => {
        for (const part of parts) for (const count of part.tally ?? []) addTo(tally, count, id);
        const sums = last ? [...tally.values()].sort(byKey) : [];
        const rows = gather(id, [...parts, { counts: sums }], ['accounts', 'skus', 'counts'], 'tally');
        return { resource, ...(total === undefined ? {} : { total }), ...rows };
      });
    },
  };
}

/** Every page through `map`. A reader that stops early ends what is under way. */
async function* eachPage<Page, Out, End>(
  pages: AsyncGenerator<Page, End>,
  map: (page: Page) => Out,
): AsyncGenerator<Out, End> {
  try {
    for (;;) {
      const next = await pages.next();
      if (next.done) return next.value;
      yield map(next.value);
    }
  } finally {
    await pages.return(undefined as End);
  }
}

const keyOf = (count: VendorCount): string => JSON.stringify([count.accountId, count.skuId, count.metric]);
const byKey = (a: VendorCount, b: VendorCount): number => compareStrings(keyOf(a), keyOf(b));

function addTo(tally: Map<string, VendorCount>, count: VendorCount, connector: string): void {
  const key = keyOf(count);
  const before = tally.get(key);
  const units = before ? addUnits([before.units, count.units]) : count.units;
  if (units === null) {
    throw new TrueupError(
      'BAD_SHAPE',
      `${connector}: the sum of ${count.skuId} is larger than any quantity.`,
      {
        context: { connector, skuId: count.skuId, accountId: count.accountId },
      },
    );
  }
  tally.set(key, { ...(before ?? count), units });
}

/** The parts' rows by kind; a kind without rows is left out, and one that is none refused: its rows would be lost. */
function gather<Part extends object, K extends keyof Part & string>(
  connector: string,
  parts: readonly Part[],
  kinds: readonly K[],
  ...others: readonly string[]
): { readonly [P in K]?: NonNullable<Part[P]> } {
  const known: readonly string[] = [...kinds, ...others];
  for (const part of parts) {
    for (const name in part) {
      if (!known.includes(name)) {
        const text = `${connector}: map returned ${name}; there are ${known.join(', ')}.`;
        throw new TrueupError('BAD_OPTIONS', text, { context: { connector } });
      }
    }
  }
  const rows = kinds.map((kind) => [kind, parts.flatMap((part) => (part[kind] as readonly unknown[]) ?? [])]);
  return Object.fromEntries(rows.filter(([, list]) => (list ?? []).length > 0)) as {
    readonly [P in K]?: NonNullable<Part[P]>;
  };
}

async function check(declaration: Declaration, http: Http, context: CallContext): Promise<CheckResult> {
  const call = { runtime: context.runtime, signal: context.signal, resource: 'check' };
  const { body } = await http.send(declaration.check.request, call);
  const text = (path: Path | undefined): string | null => {
    const found = path === undefined ? undefined : valueAt(body, path);
    return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
  };
  const version = text(declaration.check.version);
  return {
    account: text(declaration.check.account),
    baseUrl: http.redact(await http.baseUrl(call)),
    ...(version === null ? {} : { version }),
  };
}

function unsupported(connector: string, what: string): TrueupError {
  return new TrueupError('UNSUPPORTED', `${connector} cannot ${what}.`, { context: { connector } });
}
