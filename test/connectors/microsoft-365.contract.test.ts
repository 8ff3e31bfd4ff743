import { microsoft365 } from 'trueup/connectors/microsoft-365';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30, vendors: ['microsoft-365'] });

describeContract(
  { describe, it },
  'microsoft-365',
  connectorContract(microsoft365, {
    mock: (options) => mockSystem('microsoft-365', world, options),
    optional: ['graphUrl', 'loginUrl', 'countEnabledUsers'],
  }),
);
