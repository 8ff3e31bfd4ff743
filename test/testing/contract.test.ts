import { type ConnectwiseOptions, connectwise } from 'trueup/connectors/connectwise';
import {
  connectorContract,
  contractCaseNames,
  createWorld,
  describeContract,
  mockSystem,
} from 'trueup/testing';
import { describe, expect, it } from 'vitest';
import type { PsaConnector } from '../../src/connector/spec.ts';
import { type Flaw, flaws, type HandOptions, handConnector } from './hand-connector.ts';

const world = createWorld('contract', { customers: 30 });
const setup = {
  mock: (options = {}) => mockSystem('pax8', world, options),
  maxBytes: 2 << 20,
};

describeContract({ describe, it }, 'a connector by hand', connectorContract(handConnector, setup));

describe('a connector that is wrong is noticed', () => {
  it.each(Object.entries(flaws))('%s', async (flaw, name) => {
    const cases = connectorContract((options: HandOptions) => handConnector(options, flaw as Flaw), setup);
    const one = cases.find((found) => found.name === name);
    await expect(one?.run()).rejects.toThrow();
  });
});

/** A PSA connector that is right but for one thing. */
type Change = (psa: PsaConnector) => Partial<PsaConnector>;

const wrongWriters: readonly (readonly [what: string, noticedBy: string, change: Change])[] = [
  [
    'repeats a write that failed',
    'a write that fails is never repeated by itself',
    (psa) => ({
      setQuantity: async (change, context) =>
        psa.setQuantity(change, context).catch(() => psa.setQuantity(change, context)),
    }),
  ],
  [
    'writes the difference where the number is due',
    'a quantity is set once, to the absolute number, and nothing else changes',
    (psa) => ({
      setQuantity: (change, context) => psa.setQuantity({ ...change, to: change.to - change.from }, context),
    }),
  ],
  [
    'writes and says nothing of a failure',
    'a write that fails is never repeated by itself',
    (psa) => ({ setQuantity: (change, context) => psa.setQuantity(change, context).catch(() => {}) }),
  ],
  [
    'writes though the caller has left',
    'an aborted write is not begun',
    (psa) => ({ setQuantity: (change, { runtime }) => psa.setQuantity(change, { runtime }) }),
  ],
  [
    'reads a line that is gone',
    'a line that is gone is null',
    (psa) => ({
      readLine: async (line, context) =>
        (await psa.readLine(line, context)) ?? { ...line, units: 0, active: false },
    }),
  ],
  [
    'reads another number than the PSA holds',
    'a line is read as the PSA holds it',
    (psa) => ({
      readLine: async (line, context) => {
        const state = await psa.readLine(line, context);
        return state && { ...state, units: state.units + 1 };
      },
    }),
  ],
  [
    'does not find the line it added',
    'a line is added once and found again',
    () => ({ findLines: async () => [] }),
  ],
  [
    'sends a fraction to a PSA of whole numbers',
    'a PSA of whole numbers is never sent a fraction',
    (psa) => ({ capabilities: { ...psa.capabilities, precision: 'integer' } }),
  ],
];

describe('a PSA connector that writes wrongly is noticed', () => {
  it.each(wrongWriters)('%s', async (_what, name, change) => {
    const cases = connectorContract(
      (options: ConnectwiseOptions) => {
        const psa = connectwise(options);
        return { ...psa, ...change(psa) };
      },
      { mock: (options) => mockSystem('connectwise', world, options) },
    );
    await expect(cases.find((one) => one.name === name)?.run()).rejects.toThrow();
  });
});

describe('connectorContract', () => {
  it('skips only with a name and a reason', () => {
    const skipped = connectorContract(handConnector, {
      ...setup,
      skip: [{ case: 'slow body', reason: 'no time' }],
    });
    expect(skipped.find(({ name }) => name === 'slow body')?.skip).toBe('no time');
    expect(() =>
      connectorContract(handConnector, { ...setup, skip: [{ case: 'nothing', reason: 'x' }] }),
    ).toThrow('no contract case is called nothing; there are those of contractCaseNames.');
    expect(() =>
      connectorContract(handConnector, { ...setup, skip: [{ case: 'token expire', reason: 'x' }] }),
    ).toThrow(/did you mean token expires during a pull\?.*contractCaseNames/);
    expect(() =>
      connectorContract(handConnector, { ...setup, skip: [{ case: 'slow body', reason: ' ' }] }),
    ).toThrow(/reason/);
    expect(new Set(contractCaseNames).size).toBe(contractCaseNames.length);
  });
});
