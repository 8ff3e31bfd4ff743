import {
  connectorContract,
  contractCaseNames,
  createWorld,
  describeContract,
  mockSystem,
} from 'trueup/testing';
import { describe, expect, it } from 'vitest';
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

describe('connectorContract', () => {
  it('skips only with a name and a reason', () => {
    const skipped = connectorContract(handConnector, {
      ...setup,
      skip: [{ case: 'slow body', reason: 'no time' }],
    });
    expect(skipped.find(({ name }) => name === 'slow body')?.skip).toBe('no time');
    expect(() =>
      connectorContract(handConnector, { ...setup, skip: [{ case: 'nothing', reason: 'x' }] }),
    ).toThrow(/no contract case/);
    expect(() =>
      connectorContract(handConnector, { ...setup, skip: [{ case: 'slow body', reason: ' ' }] }),
    ).toThrow(/reason/);
    expect(new Set(contractCaseNames).size).toBe(contractCaseNames.length);
  });
});
