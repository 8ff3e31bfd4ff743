import { autotask } from 'trueup/connectors/autotask';
import { mockSystem } from 'trueup/testing';
import { describeWriteBack } from '../sync/write-back-contract.ts';

describeWriteBack({
  name: 'autotask',
  mock: (world) => mockSystem('autotask', world),
  connect: (mock) => autotask(mock.options as Parameters<typeof autotask>[0]),
  write: { method: 'POST', path: /ContractServiceAdjustments$/ },
});
