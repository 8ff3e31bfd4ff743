import { syncro } from 'trueup/connectors/syncro';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30 });

describeContract(
  { describe, it },
  'syncro',
  connectorContract(syncro, { mock: (options) => mockSystem('syncro', world, options) }),
);
