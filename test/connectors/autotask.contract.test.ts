import { autotask } from 'trueup/connectors/autotask';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30 });

describeContract(
  { describe, it },
  'autotask',
  connectorContract(autotask, {
    mock: (options) => mockSystem('autotask', world, options),
    optional: ['baseUrl'],
  }),
);
