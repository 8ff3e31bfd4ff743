import { halopsa } from 'trueup/connectors/halopsa';
import { mockSystem } from 'trueup/testing';
import { describeWriteBack } from './write-back-contract.ts';

describeWriteBack({
  name: 'halopsa',
  mock: (world) => mockSystem('halopsa', world),
  connect: (mock) => halopsa(mock.options as Parameters<typeof halopsa>[0]),
  write: { method: 'POST', path: /\/RecurringInvoice$/ },
});
