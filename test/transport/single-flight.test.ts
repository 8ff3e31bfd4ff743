import { describe, expect, it } from 'vitest';
import { type SingleFlight, singleFlight } from '../../src/transport/single-flight.ts';

/** Runs that end when the test says so. */
function runs(): {
  readonly flight: SingleFlight<string>;
  readonly started: AbortSignal[];
  readonly ask: (signal?: AbortSignal) => Promise<string>;
  readonly end: (result: string | Error) => void;
} {
  const flight = singleFlight<string>();
  const started: AbortSignal[] = [];
  let end: (result: string | Error) => void = () => {};
  const start = (signal: AbortSignal): Promise<string> => {
    started.push(signal);
    return new Promise((resolve, reject) => {
      end = (result) => (typeof result === 'string' ? resolve(result) : reject(result));
    });
  };
  return { flight, started, ask: (signal) => flight.run(start, signal), end: (result) => end(result) };
}

describe('a task run once for many', () => {
  it('gives its result to all who ask while it runs', async () => {
    const { ask, started, end } = runs();
    const asked = [ask(), ask(new AbortController().signal), ask()];
    end('token');
    expect(await Promise.all(asked)).toEqual(['token', 'token', 'token']);
    expect(started).toHaveLength(1);
  });

  it('starts anew for who asks when it has ended, well or badly', async () => {
    const { ask, started, end } = runs();
    const first = ask();
    end(new Error('lost'));
    await expect(first).rejects.toThrow('lost');
    for (const result of ['second', 'third']) {
      const next = ask();
      end(result);
      expect(await next).toBe(result);
    }
    expect(started).toHaveLength(3);
  });

  it('goes on as long as one waits, and is aborted when the last has left', async () => {
    const { ask, started } = runs();
    const stops = [new AbortController(), new AbortController(), new AbortController()];
    const left: boolean[] = [];
    const asked = stops.map(({ signal }) => ask(signal));
    for (const [n, stop] of stops.entries()) {
      stop.abort();
      await expect(asked[n]).rejects.toMatchObject({ code: 'ABORTED' });
      left.push(started[0]?.aborted === true);
    }
    expect(left).toEqual([false, false, true]);
  });

  it('starts anew when all have left, though the old one has not ended yet', async () => {
    const { ask, started, end } = runs();
    const stop = new AbortController();
    const left = ask(stop.signal);
    stop.abort();
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
    const next = ask();
    end('token');
    expect(await next).toBe('token');
    expect(started.map((signal) => signal.aborted)).toEqual([true, true]);
    expect(started).toHaveLength(2);
  });
});
