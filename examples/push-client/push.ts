/**
 * Pushes a small snapshot: `VENDOR_KEY=… PARTNER_KEY=… node examples/push-client/push.ts [base URL]`.
 * Start one of `examples/push-receiver` first; without a base URL it pushes there, not to a real service.
 */
import type { VendorSnapshot } from 'trueup';
import { createPushClient, pushSnapshot } from 'trueup/push';

const { VENDOR_KEY: vendorKey = '', PARTNER_KEY: partnerKey = '' } = process.env;
const client = createPushClient({
  vendorKey,
  partnerKey,
  baseUrl: process.argv[2] ?? 'http://127.0.0.1:8787/api',
});

// Yours comes from `pullVendor`, from `importCounts`, or from your own database.
const snapshot: VendorSnapshot = {
  specVersion: 1,
  kind: 'vendor',
  source: 'meter',
  connector: 'own',
  takenAt: '2026-12-01T07:00:00Z',
  accounts: [
    { id: '17', name: 'Contoso', active: true },
    { id: '18', name: 'Fabrikam', active: true },
  ],
  skus: [
    {
      id: 'server',
      name: 'Managed Server',
      metrics: ['devices'],
      defaultMetric: 'devices',
      whenAbsent: 'zero',
    },
  ],
  // Fabrikam has no server any more: the zero is sent too.
  counts: [{ accountId: '17', skuId: 'server', metric: 'devices', units: 4 }],
  receipt: { complete: true, resources: {}, problems: [] },
};

const report = await pushSnapshot(snapshot, {
  client,
  service: () => ({ category: 'infrastructure', subcategory: 'server management and support' }),
});
console.log(`integration: ${report.integration?.status ?? 'not reached'}`);
console.log(
  `created: ${report.accounts.created.length} accounts, ${report.services.created.length} services`,
);
console.log(`taken: ${report.accepted.length}, not mapped yet: ${report.unmapped.length}`);
if (report.stopped) {
  console.log(`stopped: ${report.stopped.message}`);
  process.exitCode = 1;
}
