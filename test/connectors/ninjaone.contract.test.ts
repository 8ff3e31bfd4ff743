import { ninjaone } from 'trueup/connectors/ninjaone';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30, vendors: ['ninjaone'] });

describeContract(
  { describe, it },
  'ninjaone',
  connectorContract(ninjaone, {
    mock: (options) => mockSystem('ninjaone', world, options),
  }),
);
