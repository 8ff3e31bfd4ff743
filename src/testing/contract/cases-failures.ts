import type { ErrorCode } from '../../model/errors.ts';
import { faults } from '../faults/faults.ts';
import type { Fault } from '../faults/types.ts';
import { ensure, ensureError, ensureNotWhole, ensureSame, ensureSameOrHonest } from './ensure.ts';
import { stepAside } from './hints.ts';
import type { Bench, CaseDefinition } from './types.ts';

const ALWAYS = { times: Number.POSITIVE_INFINITY } as const;

/** Waits 7 s because the server says so, asks once more, and gets the same rows. */
function waits(status: number, form: 'seconds' | 'date'): CaseDefinition {
  const retryAfter = form === 'seconds' ? 7 : { dateInMs: 7000 };
  return {
    name: `${status} with Retry-After in ${form === 'seconds' ? 'seconds' : 'the date form'} is waited out`,
    run: async (bench) => {
      const { requests } = await bench.clean();
      const mock = bench.mock();
      mock.faults.inject(faults.status(status, { retryAfter }), { nth: 2 });
      await ensureSame(bench, await bench.pull(mock, { concurrency: 1 }));
      const [extra, waited] = [mock.requests.length - requests, mock.runtime.elapsedMs()];
      ensure(extra === 1, `${extra} requests more than undisturbed; one retry was due`);
      // Half a second of grace: the date form has no fractions.
      ensure(waited >= 6000 && waited < 60_000, `waited ${waited} ms; 7000 were asked for`);
    },
  };
}

/** Broken once, it may be mended by asking again; broken always, it is an error. Never fewer rows. */
function broken(name: string, fault: (bench: Bench) => Fault, codes: readonly ErrorCode[]): CaseDefinition {
  return {
    name,
    run: async (bench) => {
      const once = bench.mock();
      once.faults.inject(fault(bench), { nth: 2 });
      await ensureSameOrHonest(bench, await bench.pull(once), codes);
      const always = bench.mock();
      always.faults.inject(fault(bench), ALWAYS);
      ensureError(await bench.pull(always), codes);
      ensure(
        always.requests.length < 200,
        `${always.requests.length} requests to a server that never answers well`,
      );
    },
  };
}

/** A refusal that no repetition mends. */
function refusal(status: number, codes: readonly ErrorCode[]): CaseDefinition {
  return {
    name: `${status} is not asked again`,
    run: async (bench) => {
      const mock = bench.mock();
      mock.faults.inject(faults.status(status), ALWAYS);
      ensureError(await bench.pull(mock, { concurrency: 1 }), codes);
      // One more is allowed: a renewed token or a discovered address may be what was wrong.
      const tries = mock.requests.filter((request) => request.status === status);
      const most = Math.max(...[...Map.groupBy(tries, ({ url }) => url).values()].map((list) => list.length));
      ensure(most <= 2, `the same request was sent ${most} times`);
      ensure(
        mock.runtime.elapsedMs() < 1000,
        `waited ${mock.runtime.elapsedMs()} ms for an answer that is final`,
      );
    },
  };
}

/** What the network and the server do wrong. */
export const failureCases: readonly CaseDefinition[] = [
  waits(429, 'seconds'),
  waits(429, 'date'),
  waits(503, 'seconds'),
  waits(503, 'date'),
  {
    name: 'a pause longer than the budget fails at once, with the time to come back',
    run: async (bench) => {
      const mock = bench.mock();
      mock.faults.inject(faults.status(429, { retryAfter: 86_400 }), ALWAYS);
      const pulled = await bench.pull(mock);
      ensureError(pulled, ['RATE_LIMITED']);
      const { retryAt } = pulled.error;
      ensure(retryAt !== undefined && retryAt >= '2026-11-21', `retryAt is ${retryAt}`);
      ensure(mock.runtime.elapsedMs() < 60_000, 'waited in vain');
    },
  },
  refusal(401, ['AUTH_FAILED']),
  refusal(403, ['FORBIDDEN']),
  refusal(404, ['NOT_FOUND']),
  broken('a refused connection', () => faults.refused(), ['NETWORK']),
  broken('a connection reset in the middle of the body', () => faults.reset(), ['NETWORK']),
  broken('503 for ever', () => faults.status(503), ['HTTP_ERROR', 'RATE_LIMITED']),
  broken('200 with HTML', () => faults.html(), ['BAD_CONTENT']),
  broken('truncated body', () => faults.truncated(), ['BAD_CONTENT', 'BAD_SHAPE', 'NETWORK']),
  broken('oversized body', (bench) => faults.oversized((bench.setup.maxBytes ?? 32 << 20) + (1 << 20)), [
    'TOO_LARGE',
  ]),
  {
    name: 'slow body',
    run: async (bench) => {
      const mock = bench.mock();
      mock.faults.inject(faults.slow(4000), { nth: 2 });
      await ensureSame(bench, await bench.pull(mock));
    },
  },
  {
    name: 'missing items path',
    run: async (bench) => {
      const mock = bench.mock();
      mock.faults.inject(faults.missingItems(), ALWAYS);
      ensureError(await bench.pull(mock), ['BAD_SHAPE']);
    },
  },
  {
    name: 'wrong types name path and row, not the payload',
    run: async (bench) => {
      const mock = bench.mock();
      mock.faults.inject(faults.wrongTypes(), ALWAYS);
      const pulled = await bench.pull(mock);
      ensureError(pulled, ['BAD_SHAPE']);
      ensure(!JSON.stringify(pulled.error).includes('unexpected'), 'the error shows the payload');
      ensure(/\d/.test(pulled.error.message), `the message does not say which row: ${pulled.error.message}`);
    },
  },
  {
    name: 'a list that fails half way is never taken for the whole',
    run: async (bench) => {
      const { requests } = await bench.clean();
      for (const nth of [2, Math.ceil(requests / 2), requests - 1].filter((n) => n > 1)) {
        const mock = bench.mock();
        mock.faults.inject(faults.status(500), { nth, ...ALWAYS });
        const pulled = await bench.pull(mock);
        if (mock.faults.fired() > 0) ensureNotWhole(pulled, ['HTTP_ERROR', 'RATE_LIMITED']);
      }
    },
  },
  {
    name: 'token expires during a pull',
    run: async (bench) => {
      const mock = bench.mock();
      mock.faults.inject(faults.expiredToken(), { nth: 2 });
      const pulled = await bench.pull(mock);
      ensure(
        mock.requests.some(({ status }) => status === 401),
        `the fault "expiredToken" never took effect: no request was refused. The mock's server needs \`expireTokens\`, and \`authorize\` must refuse a token it forgot. ${stepAside('token expires during a pull', 'your system has a key that does not expire')}`,
      );
      await ensureSame(bench, pulled);
    },
  },
];
