import { huntress } from 'trueup/connectors/huntress';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30, vendors: ['huntress'] });

describeContract(
  { describe, it },
  'huntress',
  connectorContract(huntress, {
    mock: (options) => mockSystem('huntress', world, options),
    optional: ['baseUrl'],
  }),
);
