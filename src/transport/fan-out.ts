import { throwIfAborted } from './abort.ts';

/**
 * Runs `task` for every input, at most `concurrency` at once, and gives the results in the order of the
 * inputs. At most `concurrency × 4` results wait for their turn, so memory does not grow with the inputs.
 */
export async function* inOrder<T, R>(
  inputs: Iterable<T>,
  concurrency: number,
  task: (input: T, signal: AbortSignal) => Promise<R>,
  signal: AbortSignal | undefined,
): AsyncGenerator<R, void> {
  // `NaN` too is one at a time: compared with it, no place would ever be free, and no input be looked at.
  const breadth = Math.max(1, concurrency || 1);
  const controller = new AbortController();
  const onAbort = (): void => controller.abort();
  signal?.addEventListener('abort', onAbort);
  const queue: Promise<R>[] = [];
  const source = inputs[Symbol.iterator]();
  let running = 0;

  const fill = (): void => {
    while (running < breadth && queue.length < breadth * 4) {
      const next = source.next();
      if (next.done) return;
      running += 1;
      const promise = task(next.value, controller.signal);
      const settled = (): void => {
        running -= 1;
        if (!controller.signal.aborted) fill();
      };
      promise.then(settled, settled);
      queue.push(promise);
    }
  };

  try {
    throwIfAborted(signal);
    fill();
    for (let head = queue[0]; head; head = queue[0]) {
      yield await head;
      queue.shift();
      fill();
    }
  } finally {
    // Whoever stops reading, or a task that failed, ends the others too.
    controller.abort();
    signal?.removeEventListener('abort', onAbort);
  }
}
