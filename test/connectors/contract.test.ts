import { type ConnectwiseOptions, connectwise } from 'trueup/connectors/connectwise';
import { pax8 } from 'trueup/connectors/pax8';
import { connectorContract, createWorld, describeContract, mockSystem } from 'trueup/testing';
import { describe, it } from 'vitest';

const world = createWorld('contract', { customers: 30 });

describeContract(
  { describe, it },
  'pax8',
  connectorContract(pax8, {
    mock: (options = {}) => mockSystem('pax8', world, options),
    optional: ['baseUrl'],
  }),
);

const byLastId = 'a list paged by the last id';
describeContract(
  { describe, it },
  'connectwise, forward-only',
  connectorContract(connectwise, {
    mock: (options = {}) => mockSystem('connectwise', world, options),
    optional: ['baseUrl'],
    skip: [
      {
        case: 'a row deleted while reading is noticed by the declared total',
        reason: `${byLastId} declares no total, and loses no row when another goes`,
      },
      { case: 'next page on another origin', reason: `${byLastId} follows no link` },
    ],
  }),
);

describeContract(
  { describe, it },
  'connectwise, page numbers',
  connectorContract((options: ConnectwiseOptions) => connectwise({ ...options, paging: 'page' }), {
    mock: (options = {}) => mockSystem('connectwise', world, options),
    optional: ['baseUrl'],
  }),
);
