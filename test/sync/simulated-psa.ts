import type { CallContext, LineRef, LineState, PsaConnector } from '../../src/connector/spec.ts';
import { TrueupError } from '../../src/index.ts';

/** What goes wrong with one call. Anything after the write happens with the write in place. */
export type Fault =
  | 'lost-before'
  | 'lost-after'
  | 'lost-late'
  | 'refused'
  | 'auth'
  | 'rate-limited'
  | 'kill-before'
  | 'kill-after'
  | 'kill-late';

export interface Call {
  readonly op: 'read' | 'write' | 'find' | 'add';
  readonly lineId: string | null;
}

export interface SimulatedLine {
  readonly id: string;
  readonly contractId: string;
  readonly serviceId: string;
  readonly units: number;
  readonly active?: boolean;
  readonly billedThrough?: string;
  readonly computed?: boolean;
}

/** One write that reached the PSA's books. */
interface Landing {
  readonly op: 'write' | 'add';
  readonly lineId: string;
  readonly before: number;
  readonly after: number;
  /** How many entries the trail had when it was in place. */
  readonly trail: number;
}

export interface SimulatedPsaOptions {
  readonly writes: 'absolute' | 'delta' | 'whole-document';
  readonly dating?: 'dated' | 'immediate';
  readonly precision?: 'integer' | 'decimal';
  readonly adds?: boolean;
  readonly revisions?: boolean;
  /** Asked before every call. */
  readonly fault?: (call: Call) => Fault | undefined;
  /** Runs between the reading and the landing of a write: the outside writer's moment. */
  readonly beforeLanding?: (lineId: string) => void;
  /** Called when the process dies; the call then never ends. */
  readonly killed?: () => void;
}

export interface SimulatedPsa {
  readonly connector: PsaConnector;
  readonly lines: Map<string, SimulatedLine>;
  /** Everything the connector under test wrote. */
  readonly landings: Landing[];
  /** Every quantity any line ever was set to, by anybody, in order. */
  readonly trail: { readonly lineId: string; readonly units: number }[];
  readonly calls: Call[];
  /** The outside writer. */
  set(lineId: string, units: number): void;
  /** Lets writes that were lost on the way arrive after all. */
  land(): void;
  readonly waiting: () => number;
}

const lost = (): TrueupError => new TrueupError('TIMEOUT', 'No answer in time.', { retryable: true });
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** A PSA in memory: three ways to take a write, and every way to fail at it. */
export function simulatedPsa(given: readonly SimulatedLine[], options: SimulatedPsaOptions): SimulatedPsa {
  const lines = new Map(given.map((line) => [line.id, line]));
  const revisions = new Map<string, number>();
  const landings: Landing[] = [];
  const trail: SimulatedPsa['trail'] = [];
  const calls: Call[] = [];
  const late: (() => void)[] = [];
  let added = 0;

  const put = (id: string, units: number): void => {
    const line = lines.get(id);
    if (line === undefined) throw new Error(`no line ${id}`);
    lines.set(id, { ...line, units });
    trail.push({ lineId: id, units });
    revisions.set(id, (revisions.get(id) ?? 0) + 1);
  };
  const state = (line: SimulatedLine): LineState => ({
    lineId: line.id,
    contractId: line.contractId,
    units: line.units,
    active: line.active ?? true,
    ...(line.billedThrough === undefined ? {} : { billedThrough: line.billedThrough }),
    ...(line.computed === undefined ? {} : { computed: line.computed }),
    ...(options.revisions === true ? { revision: String(revisions.get(line.id) ?? 0) } : {}),
  });
  const call = async <T>(what: Call, land: () => T): Promise<T> => {
    calls.push(what);
    const fault = options.fault?.(what);
    const reads = what.op === 'read' || what.op === 'find';
    // Real calls end later, never at once.
    await Promise.resolve();
    switch (fault) {
      case 'refused':
        throw new TrueupError('REFUSED', 'Quantity change is not allowed.');
      case 'auth':
        throw new TrueupError('AUTH_FAILED', 'Credentials refused.');
      case 'rate-limited':
        throw new TrueupError('RATE_LIMITED', 'Too many requests.', { retryable: true });
      case 'lost-before':
        throw lost();
      case 'kill-before':
        options.killed?.();
        return never();
      case 'lost-late':
      case 'kill-late':
        if (!reads) late.push(land);
        if (fault === 'lost-late') throw lost();
        options.killed?.();
        return never();
      case 'lost-after':
        if (!reads) land();
        throw lost();
      case 'kill-after':
        if (!reads) land();
        options.killed?.();
        return never();
      default:
        return land();
    }
  };
  /** What the wire takes, worked out when the request is made; the outcome depends on when it lands. */
  const request = (lineId: string, from: number, to: number): (() => void) => {
    const line = lines.get(lineId);
    if (line === undefined) throw new TrueupError('NOT_FOUND', `No line ${lineId}.`);
    const document = [...lines.values()].filter((other) => other.contractId === line.contractId);
    return () => {
      options.beforeLanding?.(lineId);
      const before = lines.get(lineId)?.units ?? 0;
      const after = options.writes === 'delta' ? before + (to - from) : to;
      if (options.writes === 'whole-document') {
        for (const { id, units } of document) {
          if (id !== lineId && lines.get(id)?.units !== units) put(id, units);
        }
      }
      put(lineId, after);
      landings.push({ op: 'write', lineId, before, after, trail: trail.length });
    };
  };

  const connector: PsaConnector = {
    specVersion: 1,
    role: 'psa',
    id: 'simulated',
    name: 'Simulated PSA',
    capabilities: {
      precision: options.precision ?? 'decimal',
      dating: options.dating ?? 'immediate',
      writes: options.writes,
      adds: options.adds ?? true,
      partialReads: [],
      confidence: 'high',
      unconfirmed: [],
      limits: 'none',
    },
    currency: 'USD',
    check: () => Promise.resolve({ account: null, baseUrl: 'memory:' }),
    // biome-ignore lint/correctness/useYield: it has nothing to give
    pull: async function* () {
      return { complete: true, resources: {}, problems: [] };
    },
    readLine: ({ lineId }: LineRef, _context: CallContext) =>
      call({ op: 'read', lineId }, () => {
        const line = lines.get(lineId);
        return line === undefined ? null : state(line);
      }),
    setQuantity: ({ lineId, from, to }) => call({ op: 'write', lineId }, request(lineId, from, to)),
    addLine: ({ contractId, serviceId, units }) =>
      call({ op: 'add', lineId: null }, () => {
        const id = `new-${++added}`;
        lines.set(id, { id, contractId, serviceId, units });
        landings.push({ op: 'add', lineId: id, before: 0, after: units, trail: trail.length });
        return { lineId: id };
      }),
    findLines: ({ contractId, serviceId }) =>
      call({ op: 'find', lineId: null }, () =>
        [...lines.values()]
          .filter((line) => line.contractId === contractId && line.serviceId === serviceId)
          .map(state),
      ),
  };
  return {
    connector,
    lines,
    landings,
    trail,
    calls,
    set: put,
    land: () => {
      for (const arrive of late.splice(0)) arrive();
    },
    waiting: () => late.length,
  };
}
