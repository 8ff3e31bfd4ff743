import { createPushReceiver, encodeToken, type PushReceiver } from 'trueup/push';
import { sqlitePushStore } from 'trueup/push/sqlite';

/** A receiver on one SQLite file, with one vendor connected to one MSP. Prints the keys at its first start only. */
export async function exampleReceiver(file: string): Promise<PushReceiver> {
  const receiver = createPushReceiver({
    store: sqlitePushStore(file),
    onEvent: (event) => {
      if (event.type === 'status') console.log(`${event.integrationId} is ${event.status}`);
      if (event.type === 'build') console.log(`${event.integrationId}: a push has ended`);
    },
  });
  // Issued again, a key stops the one before: the vendor would be locked out by every restart.
  if (await receiver.getIntegration('north')) return receiver;
  await receiver.addVendor({ id: 'meter', name: 'My Meter' });
  await receiver.connect({ id: 'north', vendorId: 'meter', partnerId: 'msp-1', partnerName: 'Northwind IT' });
  const vendorKey = await receiver.issueVendorKey('meter');
  const partnerKey = await receiver.issuePartnerKey('north');
  console.log(`VENDOR_KEY=${vendorKey} PARTNER_KEY=${partnerKey}`);
  console.log(`(as a GRADIENT-TOKEN header: ${encodeToken(vendorKey, partnerKey)})`);
  return receiver;
}
