import { TrueupError } from '../../model/errors.ts';
import { checkOptions } from '../../transport/options.ts';
import type { Fault, FaultControl, FaultWhen } from './types.ts';

interface Injected {
  readonly fault: Fault;
  readonly when: FaultWhen;
  seen: number;
}

/** Counts requests and says which faults hit which. */
export interface FaultDesk extends FaultControl {
  /** The faults that hit this request. Counts it; call once a request. */
  readonly hits: (request: {
    readonly path: string;
    readonly method: string;
    readonly kind: 'auth' | 'data';
  }) => Fault[];
}

export function createFaultDesk(): FaultDesk {
  let injected: Injected[] = [];
  const fired = new Map<string, number>();
  return {
    inject: (fault, when = {}) => {
      // `faults.reset` without its brackets has a name too; put in as a fault it would do nothing, and tests would pass.
      if (typeof fault !== 'object' || fault === null || typeof fault.name !== 'string') {
        throw new TrueupError('BAD_OPTIONS', 'inject needs a fault, like faults.reset() with its brackets.');
      }
      checkOptions<FaultWhen>('inject', when, {
        nth: 'any',
        times: 'any',
        path: 'any',
        method: 'any',
        kind: ['data', 'auth', 'any'],
      });
      injected.push({ fault, when, seen: 0 });
    },
    clear: () => {
      injected = [];
      fired.clear();
    },
    fired: (name) =>
      name === undefined ? [...fired.values()].reduce((a, b) => a + b, 0) : (fired.get(name) ?? 0),
    waiting: () => [...new Set(injected.map(({ fault }) => fault.name))].filter((name) => !fired.has(name)),
    hits: (request) => {
      const hits: Fault[] = [];
      for (const one of injected) {
        const { nth = 1, times = 1, path, method, kind = 'data' } = one.when;
        if (kind !== 'any' && kind !== request.kind) continue;
        if (path && request.path.search(path) < 0) continue;
        if (method && method.toUpperCase() !== request.method) continue;
        one.seen++;
        if (one.seen < nth || one.seen >= nth + times) continue;
        hits.push(one.fault);
        fired.set(one.fault.name, (fired.get(one.fault.name) ?? 0) + 1);
      }
      return hits;
    },
  };
}
