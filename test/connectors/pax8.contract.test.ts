import { pax8 } from 'trueup/connectors/pax8';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30 });

describeContract(
  { describe, it },
  'pax8',
  connectorContract(pax8, {
    mock: (options) => mockSystem('pax8', world, options),
    optional: ['baseUrl'],
  }),
);
