import { connectwise } from 'trueup/connectors/connectwise';
import { mockSystem } from 'trueup/testing';
import { describeWriteBack } from './write-back-contract.ts';

describeWriteBack({
  name: 'connectwise',
  mock: (world) => mockSystem('connectwise', world),
  connect: (mock) => connectwise(mock.options as Parameters<typeof connectwise>[0]),
  write: { method: 'PATCH' },
  add: { method: 'POST', path: /\/additions$/ },
});
