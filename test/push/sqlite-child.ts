/** Serves a receiver on SQLite until it is killed: `node sqlite-child.ts <file>`. Prints its port and keys. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listener } from '../../examples/push-receiver/node-adapter.ts';
import { createPushReceiver, encodeToken } from '../../src/push/index.ts';
import { sqlitePushStore } from '../../src/push/sqlite/index.ts';

const receiver = createPushReceiver({
  store: sqlitePushStore(process.argv[2] ?? ''),
  limits: { requestsPerSecond: 1_000_000 },
});
await receiver.addVendor({ id: 'meter', name: 'Meter' });
await receiver.connect({ id: 'north', vendorId: 'meter', partnerId: 'p', partnerName: 'P' });
const token = encodeToken(await receiver.issueVendorKey('meter'), await receiver.issuePartnerKey('north'));
const server = createServer(listener(receiver));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port, token })}\n`);
});
