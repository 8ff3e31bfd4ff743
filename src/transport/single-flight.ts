import { abortable } from './abort.ts';

/** One run of a task shared by all who ask while it runs. It is aborted when the last of them has gone. */
export interface SingleFlight<T> {
  run(start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}

export function singleFlight<T>(): SingleFlight<T> {
  let flight: { promise: Promise<T>; controller: AbortController; waiting: number } | undefined;
  return {
    async run(start, signal) {
      // Whoever leaves last aborts it, so a run that has ended is an aborted one too.
      if (!flight || flight.controller.signal.aborted) {
        const controller = new AbortController();
        flight = { promise: start(controller.signal), controller, waiting: 0 };
      }
      const current = flight;
      current.waiting += 1;
      try {
        return await abortable(current.promise, signal);
      } finally {
        current.waiting -= 1;
        if (current.waiting === 0) current.controller.abort();
      }
    },
  };
}
