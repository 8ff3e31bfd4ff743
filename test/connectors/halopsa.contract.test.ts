import { halopsa } from 'trueup/connectors/halopsa';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30 });

describeContract(
  { describe, it },
  'halopsa',
  connectorContract(halopsa, { mock: (options) => mockSystem('halopsa', world, options) }),
);
