import { cove } from 'trueup/connectors/cove';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30, vendors: ['cove'] });

describeContract(
  { describe, it },
  'cove',
  connectorContract(cove, {
    mock: (options) => mockSystem('cove', world, options),
    optional: ['baseUrl'],
  }),
);
