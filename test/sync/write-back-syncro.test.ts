import { syncro } from 'trueup/connectors/syncro';
import { faults, mockSystem } from 'trueup/testing';
import { describeWriteBack } from './write-back-contract.ts';

describeWriteBack({
  name: 'syncro',
  mock: (world) => mockSystem('syncro', world),
  connect: (mock) => syncro(mock.options as Parameters<typeof syncro>[0]),
  write: { method: 'PUT' },
  add: { method: 'POST', path: /\/add_line_item$/ },
  refusal: () => faults.status(422),
});
