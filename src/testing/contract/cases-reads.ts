import { TrueupError } from '../../model/errors.ts';
import { compareStrings, stableJson } from '../../model/order.ts';
import { faults } from '../faults/faults.ts';
import type { MockExpected } from '../mock/types.ts';
import { differences } from './compare.ts';
import { ensure, ensureError, ensureNoSecrets, ensureSame, said } from './ensure.ts';
import type { CaseDefinition } from './types.ts';

/** Options, the connection test, and what an undisturbed pull gives. */
export const readCases: readonly CaseDefinition[] = [
  {
    name: 'a missing option is named',
    run: async (bench) => {
      const { options } = bench.mock();
      const optional: readonly string[] = bench.setup.optional ?? [];
      for (const name of Object.keys(options).filter((key) => !optional.includes(key))) {
        const { [name]: _, ...rest } = options as Readonly<Record<string, unknown>>;
        const error = thrown(() => bench.make(rest));
        ensure(
          TrueupError.is(error, 'BAD_OPTIONS'),
          `without ${name}: expected BAD_OPTIONS, got ${said(error)}`,
        );
        ensure(
          error.message.includes(name),
          `without ${name}: the message does not name it: ${error.message}`,
        );
      }
    },
  },
  {
    name: 'an unknown option is refused',
    run: async (bench) => {
      const mock = bench.mock();
      const error = thrown(() => bench.make({ ...mock.options, notAnOption: true }));
      ensure(TrueupError.is(error, 'BAD_OPTIONS'), `expected BAD_OPTIONS, got ${said(error)}`);
      ensure(error.message.includes('notAnOption'), `the message does not name the option: ${error.message}`);
      ensureNoSecrets(error, mock.secrets, 'the error');
    },
  },
  {
    name: 'the connection test says who answers',
    run: async (bench) => {
      const mock = bench.mock();
      const result = await bench.make(mock.options).check({ runtime: mock.runtime });
      ensure(result.baseUrl.startsWith('http'), `check() gives the base URL ${result.baseUrl}`);
      ensureNoSecrets(result, mock.secrets, 'the result of check()');
    },
  },
  {
    name: 'wrong credentials are an error of their own',
    run: async (bench) => {
      const mock = bench.mock();
      const wrong = Object.fromEntries(
        Object.entries(mock.options).map(([key, value]) => [
          key,
          mock.secrets.includes(String(value)) ? `${value}X` : value,
        ]),
      );
      const pulled = await bench.pull(mock, {}, wrong);
      ensureError(pulled, ['AUTH_FAILED', 'FORBIDDEN']);
      ensureNoSecrets(
        pulled.error,
        Object.values(wrong)
          .filter((value) => String(value).endsWith('X'))
          .map(String),
        'the error',
      );
    },
  },
  {
    name: "a pull gives back the world's own rows",
    run: async (bench) => {
      const mock = bench.mock();
      const pulled = await bench.pull(mock);
      ensure(pulled.receipt !== null, `the pull failed: ${said(pulled.error)}`);
      ensure(pulled.receipt.complete, `the receipt is not complete: ${stableJson(pulled.receipt.problems)}`);
      const found = differences(mock.expected, pulled.rows);
      ensure(found.length === 0, `${found.length} differences:\n${found.slice(0, 12).join('\n')}`);
    },
  },
  {
    name: 'the receipt counts what was read',
    run: async (bench) => {
      const { receipt } = await bench.pull(bench.mock());
      const resources = Object.entries(receipt?.resources ?? {});
      ensure(resources.length > 0, 'the receipt names no resource');
      for (const [name, resource] of resources) ensure(resource.complete, `${name} is not complete`);
      ensure(
        resources.some(([, resource]) => resource.rows > 0 && resource.pages > 0),
        'no resource has rows',
      );
    },
  },
  {
    name: 'rows refer to rows that were read',
    run: async (bench) => {
      const { rows } = await bench.clean();
      const ids = (list: readonly { readonly id: string }[] = []): Set<string> =>
        new Set(list.map(({ id }) => id));
      const [contracts, customers, services] = [ids(rows.contracts), ids(rows.customers), ids(rows.services)];
      for (const line of rows.lines ?? []) {
        ensure(
          line.id !== '' && contracts.has(line.contractId),
          `line ${line.id}: unknown contract ${line.contractId}`,
        );
        ensure(customers.has(line.customerId), `line ${line.id}: unknown customer ${line.customerId}`);
        ensure(services.has(line.serviceId), `line ${line.id}: unknown service ${line.serviceId}`);
      }
      const [accounts, skus] = [ids(rows.accounts), ids(rows.skus)];
      for (const count of rows.counts ?? []) {
        ensure(accounts.has(count.accountId), `a count of the unknown account ${count.accountId}`);
        ensure(skus.has(count.skuId), `a count of the unknown SKU ${count.skuId}`);
      }
    },
  },
  {
    name: 'an empty system is a complete pull without rows',
    run: async (bench) => {
      const mock = bench.mock({ empty: true });
      const { rows, receipt, error } = await bench.pull(mock);
      ensure(receipt?.complete === true, `the pull is not complete: ${said(error ?? receipt?.problems)}`);
      const counted = (rows.counts ?? []).length + (rows.lines ?? []).length;
      const { psa, vendor } = mock.expected;
      const own = (vendor?.counts ?? []).length + (psa?.lines ?? []).length;
      ensure(
        counted === 0,
        own > 0
          ? `the empty mock expects ${own} lines or counts, and ${counted} came: \`start\` must answer and expect the rows of the world it is given, not of one it closes over`
          : `${counted} lines or counts came from an empty system: a route answers rows that are not of the world \`start\` is given, or the connector makes them up`,
      );
    },
  },
  {
    name: 'a pull only reads',
    run: async (bench) => {
      const mock = bench.mock();
      await bench.pull(mock);
      const writes = mock.requests.filter(({ method }) => ['PUT', 'PATCH', 'DELETE'].includes(method));
      ensure(writes.length === 0, `${writes[0]?.method} ${writes[0]?.path} during a pull`);
      ensure(mock.state.writes.length === 0, 'a quantity was changed during a pull');
      const repeated = mock.requests.find(({ status }) => status >= 400);
      ensure(!repeated, `${repeated?.method} ${repeated?.path} was answered ${repeated?.status}`);
    },
  },
  {
    name: 'concurrency changes nothing but the time',
    run: async (bench) => {
      await ensureSame(bench, await bench.pull(bench.mock(), { concurrency: 1 }));
      await ensureSame(bench, await bench.pull(bench.mock(), { concurrency: 8 }));
    },
  },
  {
    name: 'the order rows come in changes nothing',
    run: async (bench) => {
      const mock = bench.mock({ shuffle: true });
      try {
        await ensureSame(bench, await bench.pull(mock));
      } catch (error) {
        const moved = movedRows(bench.mock().expected, mock.expected);
        const hint =
          moved.length > 0
            ? `the mock itself expects other ${moved.join(' and ')} when the rows of the world come in another order: it makes an id or a field from a row's place. Make it from the row.`
            : "When the mock makes an id or a field from a row's place in the world, which comes in another order here, the fault is the mock's.";
        throw new Error(
          moved.length > 0 ? `${hint}\nWhat failed: ${said(error)}` : `${said(error)}\n${hint}`,
          {
            cause: error,
          },
        );
      }
    },
  },
  {
    name: 'the stated limit is kept',
    run: async (bench) => {
      const mock = bench.mock({ limit: true, pageCap: 1 });
      await ensureSame(bench, await bench.pull(mock));
      const refused = mock.requests.filter(({ status }) => status === 429).length;
      ensure(refused === 0, `${refused} of ${mock.requests.length} requests were over the limit`);
    },
  },
  {
    name: 'a word the vendor never used before is kept and reported',
    run: async (bench) => {
      for (const { path, field } of bench.mock().enums) {
        const mock = bench.mock();
        mock.faults.inject(faults.unknownWord(field), { path });
        const pulled = await bench.pull(mock);
        if (mock.faults.fired() === 0) continue;
        if (pulled.receipt === null) ensureError(pulled, ['BAD_SHAPE']);
        // Where nothing depends on the word, there is nothing to report: the rows are what they were.
        else if (pulled.receipt.problems.length === 0) await ensureSame(bench, pulled);
      }
    },
  },
  {
    name: 'no environment variable is read',
    run: async (bench) => {
      const names = await watchEnvironment(async () => {
        await bench.pull(bench.mock());
      });
      ensure(names.length === 0, `read from the environment: ${names.join(', ')}`);
    },
  },
];

/** Kinds of which a mock expects other rows, whatever their order. */
function movedRows(before: MockExpected, after: MockExpected): string[] {
  const sets = (expected: MockExpected): Map<string, string> =>
    new Map(
      Object.entries({ ...expected.psa, ...expected.vendor }).flatMap(([kind, rows]) =>
        Array.isArray(rows)
          ? [[kind, stableJson(rows.map((row) => stableJson(row)).sort(compareStrings))]]
          : [],
      ),
    );
  const now = sets(after);
  return [...sets(before)].filter(([kind, rows]) => now.get(kind) !== rows).map(([kind]) => kind);
}

function thrown(act: () => unknown): unknown {
  try {
    act();
    return new Error('nothing was thrown');
  } catch (error) {
    return error;
  }
}

/** The names read from `process.env` meanwhile; none where there is no such thing. */
async function watchEnvironment(act: () => Promise<void>): Promise<string[]> {
  const host = (globalThis as { readonly process?: { env: object } }).process;
  const names: string[] = [];
  if (!host) {
    await act();
    return names;
  }
  const real = host.env;
  host.env = new Proxy(real, {
    get: (target, name) => {
      names.push(String(name));
      return Reflect.get(target, name);
    },
  });
  try {
    await act();
  } finally {
    host.env = real;
  }
  return names;
}
