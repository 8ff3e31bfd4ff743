import { connectwise } from 'trueup/connectors/connectwise';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30 });

describeContract(
  { describe, it },
  'connectwise',
  connectorContract(connectwise, { mock: (options) => mockSystem('connectwise', world, options) }),
);
