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
        if (path && !path.test(request.path)) continue;
        if (method && method !== request.method) continue;
        one.seen++;
        if (one.seen < nth || one.seen >= nth + times) continue;
        hits.push(one.fault);
        fired.set(one.fault.name, (fired.get(one.fault.name) ?? 0) + 1);
      }
      return hits;
    },
  };
}
