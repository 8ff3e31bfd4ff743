import { stableJson } from '../../model/order.ts';
import { faults } from '../faults/faults.ts';
import type { Fault } from '../faults/types.ts';
import { ensure, ensureError, ensureNotWhole, ensureSame, ensureSameOrHonest } from './ensure.ts';
import { stepAside } from './hints.ts';
import type { Bench, CaseDefinition, Pulled } from './types.ts';

const MANY = { pageCap: 5 } as const;
/** So that even the shortest list, of one parent's rows, has a next page. */
const SINGLE = { pageCap: 1 } as const;

/** Page shapes: the same rows however they are cut, or an honest failure. */
export const pageCases: readonly CaseDefinition[] = [
  {
    name: 'many pages give the same rows as one',
    run: async (bench) => {
      const { requests } = await bench.clean();
      const mock = bench.mock(MANY);
      await ensureSame(bench, await bench.pull(mock));
      ensure(
        mock.requests.length > requests,
        'the mock never gave a second page: give the world more customers, and cut its lists with pageByNumber, pageAfter, pageByCursor or call.window',
      );
    },
  },
  {
    name: 'a page exactly full loses and repeats nothing',
    run: async (bench) => ensureSame(bench, await bench.pull(bench.mock({ pageCap: 1 }))),
  },
  {
    name: 'a server that sends less than asked is not at its end',
    run: async (bench) => {
      const mock = bench.mock();
      mock.faults.inject(faults.shortPages(3), { times: Number.POSITIVE_INFINITY });
      await ensureSame(bench, await bench.pull(mock));
    },
  },
  {
    name: 'empty middle page',
    run: async (bench) =>
      ensureSameOrHonest(bench, await secondPage(bench, faults.emptyPage()), [
        'PULL_INCOMPLETE',
        'PAGE_LOOP',
      ]),
  },
  {
    name: 'repeated page',
    run: async (bench) =>
      ensureSameOrHonest(bench, await secondPage(bench, faults.repeatedPage()), [
        'PULL_INCOMPLETE',
        'PAGE_LOOP',
      ]),
  },
  {
    name: 'a row inserted while reading comes twice and counts once',
    run: async (bench) =>
      ensureSameOrHonest(bench, await secondPage(bench, faults.shiftedBack()), [
        'PULL_INCOMPLETE',
        'PAGE_LOOP',
      ]),
  },
  {
    name: 'declared total missed',
    needs: 'total',
    run: async (bench) => {
      const mock = bench.mock(MANY);
      mock.faults.inject(faults.totalMissed(), { times: Number.POSITIVE_INFINITY });
      ensureNotWhole(await bench.pull(mock), ['PULL_INCOMPLETE']);
    },
  },
  {
    name: 'a row deleted while reading is noticed by the declared total',
    needs: 'total',
    run: async (bench) => {
      await ensureSameOrHonest(bench, await secondPage(bench, faults.shiftedOn()), ['PULL_INCOMPLETE']);
      const mock = bench.mock(MANY);
      mock.faults.inject(deletedMeanwhile(), { times: Number.POSITIVE_INFINITY });
      await ensureSameOrHonest(bench, await bench.pull(mock), ['PULL_INCOMPLETE']);
    },
  },
  {
    name: 'repeated cursor',
    needs: 'next',
    run: async (bench) => {
      const { requests } = await bench.clean();
      const mock = bench.mock(SINGLE);
      mock.faults.inject(faults.repeatedCursor(), { times: Number.POSITIVE_INFINITY });
      const pulled = await bench.pull(mock);
      await ensureFollowed(bench, pulled, 'repeated cursor');
      ensureError(pulled, ['PAGE_LOOP']);
      const most = 50 + 5 * requests;
      ensure(mock.requests.length < most, `${mock.requests.length} requests before the loop was noticed`);
    },
  },
  {
    name: 'next page on another origin',
    needs: 'origin',
    run: async (bench) => {
      const mock = bench.mock(SINGLE);
      mock.faults.inject(faults.crossOrigin(), { times: Number.POSITIVE_INFINITY });
      const pulled = await bench.pull(mock);
      ensure(mock.runtime.strays.length === 0, `followed to ${mock.runtime.strays[0]}`);
      await ensureFollowed(bench, pulled, 'next page on another origin');
      ensureNotWhole(pulled, ['CROSS_ORIGIN']);
    },
  },
];

/** The mock told of a next page that leads astray. A pull that is whole all the same did not go by it. */
async function ensureFollowed(bench: Bench, pulled: Pulled, name: string): Promise<void> {
  if (!pulled.receipt?.complete) return;
  const { rows } = await bench.clean();
  ensure(
    stableJson(rows) !== stableJson(pulled.rows),
    `the fault never took effect: the connector did not go by the next page the mock told of. ${stepAside(name, 'it asks for pages by number, offset or token')}`,
  );
}

/** From a second page on one row less: it moved to a page already read, and the total no longer counts the deleted one. */
function deletedMeanwhile(): Fault {
  let length: number | undefined;
  return {
    name: 'deletedMeanwhile',
    page: (page, rows) => {
      if (page.offset === 0 || page.rows.length === 0) return page;
      if (length === undefined) {
        length = rows.length;
        return { ...page, rows: page.rows.slice(1), total: page.total - 1 };
      }
      return rows.length === length ? { ...page, total: page.total - 1 } : page;
    },
  };
}

/** A pull in which a fault hits the first request that is not a list's first page. */
async function secondPage(bench: Bench, fault: Fault): Promise<Pulled> {
  const mock = bench.mock(MANY);
  let done = false;
  const once: Fault = {
    name: fault.name,
    page: (page, rows) => {
      if (done || page.offset === 0 || page.rows.length === 0 || !fault.page) return page;
      done = true;
      return fault.page(page, rows);
    },
  };
  mock.faults.inject(once, { times: Number.POSITIVE_INFINITY });
  const pulled = await bench.pull(mock);
  ensure(
    done,
    "the fault never took effect: no list had a second page. Give the world more customers, and cut the mock's lists with pageByNumber, pageAfter, pageByCursor or call.window",
  );
  return pulled;
}
