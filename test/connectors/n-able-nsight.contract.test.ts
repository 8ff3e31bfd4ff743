import { nsight } from 'trueup/connectors/n-able-nsight';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30, vendors: ['n-able-nsight'] });

describeContract(
  { describe, it },
  'n-able-nsight',
  connectorContract(nsight, {
    mock: (options) => mockSystem('n-able-nsight', world, options),
  }),
);
