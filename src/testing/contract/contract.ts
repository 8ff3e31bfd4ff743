import type { CallContext } from '../../connector/spec.ts';
import { TrueupError } from '../../model/errors.ts';
import { choices } from '../../transport/options.ts';
import type { Mock } from '../mock/types.ts';
import { abortCases } from './cases-aborts.ts';
import { failureCases } from './cases-failures.ts';
import { pageCases } from './cases-pages.ts';
import { readCases } from './cases-reads.ts';
import { writeCases } from './cases-writes.ts';
import { ensure, said } from './ensure.ts';
import { brokenMock, runCase } from './hints.ts';
import { pullAll } from './pull.ts';
import type { AnyConnector, Bench, CaseDefinition, ContractCase, ContractSetup, Pulled } from './types.ts';

const CASES: readonly CaseDefinition[] = [
  ...readCases,
  ...pageCases,
  ...failureCases,
  ...abortCases,
  ...writeCases,
];

/** The names of all cases, for `skip` and `lacks`; docs/testing.md says when to list which. */
export const contractCaseNames: readonly string[] = CASES.map(({ name }) => name);

/**
 * What every connector must hold to: options, paging, retries, aborts, bad bodies, secrets, the same rows each time,
 * and, for a PSA, careful writes. Gives cases for any test runner; {@link describeContract} hands them to one.
 * @throws {TrueupError} `BAD_OPTIONS` for a skip of a case that does not exist, or without a reason
 */
export function connectorContract<Options extends object>(
  makeConnector: (options: Options) => AnyConnector,
  setup: ContractSetup<Options>,
): ContractCase[] {
  const first = setup.mock();
  const skips = new Map(first.lacks.map((skip) => [skip.case, skip.reason]));
  for (const skip of setup.skip ?? []) {
    if (!contractCaseNames.includes(skip.case)) {
      const others = choices(skip.case, contractCaseNames, 'those of contractCaseNames');
      throw new TrueupError('BAD_OPTIONS', `no contract case is called ${skip.case}${others}`);
    }
    if (skip.reason.trim() === '') {
      throw new TrueupError('BAD_OPTIONS', `skipping ${skip.case} needs a reason`);
    }
    skips.set(skip.case, skip.reason);
  }
  const bench = createBench(
    makeConnector as (options: object) => AnyConnector,
    setup as unknown as ContractSetup<object>,
  );
  return CASES.filter(({ role }) => role === undefined || role === first.role).map((one) => {
    const reason = skips.get(one.name);
    return {
      name: one.name,
      ...(reason === undefined ? {} : { skip: reason }),
      run: () => runCase(one, bench),
    };
  });
}

/** The two functions of a test runner that are needed; those of vitest, jest and node:test fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: ((name: string, body: () => Promise<void>) => unknown) & {
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
}

/** Registers contract cases; a skipped one carries its reason in its name. */
export function describeContract(runner: TestRunner, name: string, cases: readonly ContractCase[]): void {
  runner.describe(`${name}: connector contract`, () => {
    for (const one of cases) {
      if (one.skip === undefined) runner.it(one.name, one.run);
      else runner.it.skip(`${one.name} (${one.skip})`, one.run);
    }
  });
}

function createBench(make: (options: object) => AnyConnector, setup: ContractSetup<object>): Bench {
  const pull = (
    mock: Mock<object>,
    context?: Partial<CallContext>,
    options: object = mock.options,
  ): Promise<Pulled> => pullAll(make(options), mock, context);
  let clean: ReturnType<Bench['clean']> | undefined;
  return {
    setup,
    mock: (options) => setup.mock(options),
    make,
    pull,
    clean: () => {
      clean ??= cleanPull();
      return clean;
    },
  };

  async function cleanPull(): ReturnType<Bench['clean']> {
    const mock = setup.mock();
    const { rows, receipt, error } = await pull(mock, { concurrency: 1 });
    const hint = brokenMock(mock);
    ensure(hint === '', hint);
    ensure(receipt?.complete === true, `an undisturbed pull fails: ${said(error ?? receipt?.problems)}`);
    return { rows, requests: mock.requests.length };
  }
}
