import { TrueupError } from '../model/errors.ts';

/** Whatever reason the caller aborted with, it gets this error: the reason may hold anything, and is its own. */
export function abortedError(): TrueupError {
  return new TrueupError('ABORTED', 'The caller aborted.');
}

/** @throws {TrueupError} `ABORTED` when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError();
}

/** Settles as `promise` does, or rejects with `ABORTED` at once. Leaves no listener behind. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  // The promise goes on when the wait for it ends; its failure is nobody's then.
  promise.catch(() => {});
  throwIfAborted(signal);
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortedError());
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Waits on the runtime's clock; an abort gives `ABORTED` whatever the runtime rejects with. */
export async function pause(
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfAborted(signal);
  if (ms <= 0) return;
  await abortable(sleep(ms, signal), signal);
}
