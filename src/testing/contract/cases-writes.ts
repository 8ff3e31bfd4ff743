import type { CallContext, LineRef, PsaConnector } from '../../connector/spec.ts';
import { TrueupError } from '../../model/errors.ts';
import type { ContractLine } from '../../model/psa.ts';
import { faults } from '../faults/faults.ts';
import type { Mock } from '../mock/types.ts';
import { ensure, ensureNoSecrets, said } from './ensure.ts';
import type { Bench, CaseDefinition } from './types.ts';

const ON = '2026-12-01';

interface Writing {
  readonly mock: Mock<object>;
  readonly psa: PsaConnector;
  readonly line: ContractLine;
  readonly ref: LineRef;
  readonly context: CallContext;
}

/** A PSA that can be written to, and a plain running line of it. */
function writing(bench: Bench): Writing {
  const mock = bench.mock();
  const psa = bench.make(mock.options) as PsaConnector;
  const expected = mock.expected.psa;
  const line = [...mock.state.lines.values()].find(
    (one) =>
      one.endDate === null &&
      one.billable &&
      one.native === undefined &&
      one.units > 2 &&
      expected?.contracts.some(({ id, status }) => id === one.contractId && status === 'active'),
  );
  ensure(line !== undefined, 'the world has no line to write to');
  const { id: lineId, contractId, customerId, serviceId } = line;
  const ref = { lineId, contractId, customerId, serviceId, on: ON };
  return { mock, psa, line, ref, context: { runtime: mock.runtime } };
}

const writesOf = (mock: Mock<object>): number =>
  mock.requests.filter(({ method }) => ['PUT', 'PATCH', 'DELETE', 'POST'].includes(method)).length;

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}

const change = ({ psa, line, ref }: Writing, to: number): Parameters<PsaConnector['setQuantity']>[0] => ({
  ...ref,
  from: line.units,
  to,
  mode: psa.capabilities.dating === 'dated' ? 'dated' : 'immediate',
});

/** Reading, changing and adding lines. Each case steps aside when the connector declares it cannot. */
export const writeCases: readonly CaseDefinition[] = [
  {
    name: 'a line is read as the PSA holds it',
    role: 'psa',
    run: async (bench) => {
      const one = writing(bench);
      const state = await one.psa.readLine(one.ref, one.context);
      ensure(state !== null, 'the line was not found');
      ensure(
        state.lineId === one.line.id && state.units === one.line.units,
        `read ${state.units}, not ${one.line.units}`,
      );
      ensure(state.contractId === one.line.contractId && state.active, 'contract or state differ');
    },
  },
  {
    name: 'a line that is gone is null',
    role: 'psa',
    run: async (bench) => {
      const one = writing(bench);
      one.mock.state.lines.delete(one.line.id);
      const state = await one.psa.readLine(one.ref, one.context);
      ensure(state === null, 'a deleted line was read');
    },
  },
  {
    name: 'a quantity is set once, to the absolute number, and nothing else changes',
    role: 'psa',
    run: async (bench) => {
      const one = writing(bench);
      if (one.psa.capabilities.writes === 'none') return;
      const before = new Map(one.mock.state.lines);
      await one.psa.setQuantity(change(one, one.line.units + 3), one.context);
      ensure(one.mock.state.writes.length === 1, `${one.mock.state.writes.length} writes arrived`);
      const state = await one.psa.readLine(one.ref, one.context);
      ensure(state?.units === one.line.units + 3, `read back ${state?.units}, wrote ${one.line.units + 3}`);
      for (const [id, line] of one.mock.state.lines) {
        ensure(id === one.line.id || before.get(id) === line, `line ${id} changed though nobody asked`);
      }
    },
  },
  {
    name: 'a write that fails is never repeated by itself',
    role: 'psa',
    run: async (bench) => {
      for (const fault of [
        faults.status(500),
        faults.status(429, { retryAfter: 1 }),
        faults.reset(),
        faults.refused(),
      ]) {
        const one = writing(bench);
        if (one.psa.capabilities.writes === 'none') return;
        await one.psa.readLine(one.ref, one.context);
        const hit = writeHit(one.mock);
        for (const method of ['PUT', 'PATCH', 'POST']) one.mock.faults.inject(fault, { method, times: 99 });
        const error = await failure(one.psa.setQuantity(change(one, one.line.units + 1), one.context));
        ensure(TrueupError.is(error), `${fault.name}: expected a TrueupError, got ${said(error)}`);
        ensure(hit() <= 1, `${fault.name}: ${hit()} write requests`);
        ensureNoSecrets(error, one.mock.secrets, 'the error');
      }
    },
  },
  {
    name: 'an aborted write is not begun',
    role: 'psa',
    run: async (bench) => {
      const one = writing(bench);
      if (one.psa.capabilities.writes === 'none') return;
      const context = { ...one.context, signal: AbortSignal.abort() };
      const error = await failure(one.psa.setQuantity(change(one, one.line.units + 1), context));
      ensure(TrueupError.is(error, 'ABORTED'), `expected ABORTED, got ${said(error)}`);
      ensure(one.mock.state.writes.length === 0 && writesOf(one.mock) === 0, 'something was sent');
    },
  },
  {
    name: 'a PSA of whole numbers is never sent a fraction',
    role: 'psa',
    run: async (bench) => {
      const one = writing(bench);
      if (one.psa.capabilities.precision !== 'integer' || one.psa.capabilities.writes === 'none') return;
      const error = await failure(one.psa.setQuantity(change(one, one.line.units + 0.5), one.context));
      ensure(TrueupError.is(error), `expected a TrueupError, got ${said(error)}`);
      ensure(one.mock.state.writes.length === 0, 'a fraction was written');
    },
  },
  {
    name: 'a line is added once and found again',
    role: 'psa',
    run: async (bench) => {
      const one = writing(bench);
      const { addLine, findLines, capabilities } = one.psa;
      ensure(capabilities.adds === (addLine !== undefined), 'capabilities.adds and addLine disagree');
      ensure((addLine === undefined) === (findLines === undefined), 'addLine and findLines go together');
      if (!addLine || !findLines) return;
      const { contractId, customerId, serviceId } = one.line;
      const { lineId } = await addLine({ contractId, customerId, serviceId, units: 4, on: ON }, one.context);
      const found = await findLines({ contractId, serviceId, on: ON }, one.context);
      ensure(
        found.some((line) => line.lineId === lineId && line.units === 4),
        'the new line is not found',
      );
      ensure(
        found.some((line) => line.lineId === one.line.id),
        'the old line is not found beside it',
      );
    },
  },
];

/** Counts write requests from now on. */
function writeHit(mock: Mock<object>): () => number {
  const from = mock.requests.length;
  return () => mock.requests.slice(from).filter(({ method }) => method !== 'GET').length;
}
