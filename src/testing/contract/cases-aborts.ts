import { TrueupError } from '../../model/errors.ts';
import { faults } from '../faults/faults.ts';
import { ensure, said } from './ensure.ts';
import type { Bench, CaseDefinition, Pulled } from './types.ts';

/** The caller gives up: at once, for good, and without a trace. */
export const abortCases: readonly CaseDefinition[] = [
  {
    name: 'aborted before the first request',
    run: async (bench) => {
      const mock = bench.mock();
      ensureAborted(await bench.pull(mock, { signal: AbortSignal.abort('secret reason') }));
      ensure(mock.requests.length === 0, `${mock.requests.length} requests were made`);
    },
  },
  {
    name: 'aborted at any request',
    run: async (bench) => {
      const { requests } = await bench.clean();
      const places = [1, 2, 3, Math.ceil(requests / 2), requests].filter((nth) => nth <= requests);
      for (const nth of new Set(places)) await abortAt(bench, nth);
    },
  },
  {
    name: 'aborted in the middle of a body',
    run: async (bench) => {
      const mock = bench.mock();
      const stop = new AbortController();
      mock.faults.inject({
        ...faults.stalled(),
        before: () => {
          setTimeout(() => stop.abort(), 0);
          return undefined;
        },
      });
      ensureAborted(await bench.pull(mock, { signal: stop.signal, concurrency: 1 }));
      await quiet(mock.requests);
    },
  },
  {
    name: 'aborted during a wait',
    run: async (bench) => {
      const mock = bench.mock();
      const stop = new AbortController();
      mock.faults.inject({
        ...faults.status(429, { retryAfter: 50 }),
        response: (response) => {
          queueMicrotask(() => setTimeout(() => stop.abort(), 0));
          return response;
        },
      });
      // The virtual clock would let the wait pass at once; this one never wakes.
      const runtime = { ...mock.runtime, sleep: neverWakes };
      ensureAborted(await bench.pull(mock, { signal: stop.signal, runtime }));
      await quiet(mock.requests);
    },
  },
  {
    name: 'leaving the loop ends the requests',
    run: async (bench) => {
      const mock = bench.mock({ pageCap: 5 });
      const pages = bench.make(mock.options).pull({ runtime: mock.runtime });
      await pages.next();
      await pages.return(undefined as never);
      await quiet(mock.requests);
    },
  },
  {
    name: 'no listener is left on the signal',
    run: async (bench) => {
      const mock = bench.mock();
      const { signal } = new AbortController();
      const listeners = countListeners(signal);
      await bench.pull(mock, { signal });
      const left = listeners();
      ensure(left === 0, `${left} abort listeners are left after the pull`);
    },
  },
];

async function abortAt(bench: Bench, nth: number): Promise<void> {
  const mock = bench.mock();
  const stop = new AbortController();
  mock.faults.inject(
    {
      name: 'abort',
      before: () => {
        stop.abort();
        return undefined;
      },
    },
    { nth, kind: 'any' },
  );
  ensureAborted(await bench.pull(mock, { signal: stop.signal, concurrency: 1 }), `at request ${nth}: `);
  ensure(mock.requests.length === nth, `aborted at request ${nth}, but ${mock.requests.length} were made`);
  await quiet(mock.requests);
}

function ensureAborted(pulled: Pulled, where = ''): void {
  ensure(pulled.receipt === null, `${where}the pull went on to its end`);
  ensure(TrueupError.is(pulled.error, 'ABORTED'), `${where}expected ABORTED, got ${said(pulled.error)}`);
  ensure(!pulled.error.retryable, `${where}an abort is not to be retried`);
}

/** No request comes in any more, whatever was under way. */
async function quiet(requests: readonly unknown[]): Promise<void> {
  const made = requests.length;
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  ensure(requests.length === made, `${requests.length - made} requests were made after the caller had left`);
}

function neverWakes(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Counts listeners added to a signal and not removed; says how many are left. */
function countListeners(signal: AbortSignal): () => number {
  const held = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((type: string, listener: EventListener, options?: AddEventListenerOptions) => {
    held.add(listener);
    add(type, listener, options);
  }) as typeof signal.addEventListener;
  signal.removeEventListener = ((type: string, listener: EventListener) => {
    held.delete(listener);
    remove(type, listener);
  }) as typeof signal.removeEventListener;
  return () => held.size;
}
