import { halopsa } from 'trueup/connectors/halopsa';
import { mockSystem } from 'trueup/testing';
import { describeWriteBack } from './write-back-contract.ts';

/** Invoices with several lines: what a whole write could take along. */
const crowded = new Set<string>();

describeWriteBack({
  name: 'halopsa',
  mock: (world) => {
    const mock = mockSystem('halopsa', world);
    const invoices = Map.groupBy(mock.state.lines.values(), ({ contractId }) => contractId);
    for (const [id, lines] of invoices) if (lines.length > 1) crowded.add(id);
    return mock;
  },
  connect: (mock) => halopsa(mock.options as Parameters<typeof halopsa>[0]),
  write: { method: 'POST', path: /\/RecurringInvoice$/ },
  pick: ({ contractId }) => crowded.has(contractId),
});
