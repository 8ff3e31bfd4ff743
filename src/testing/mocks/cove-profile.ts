import type { VendorProfile } from '../world/types.ts';

const product = (
  id: string,
  metric: string,
  name: string,
  service: VendorProfile['products'][number]['service'],
  share: number,
  units: VendorProfile['products'][number]['units'],
): VendorProfile['products'][number] => ({
  service,
  skus: [{ id, name, metrics: [metric], defaultMetric: metric, whenAbsent: 'zero', mapped: true }],
  share,
  units,
});

/** How Cove looks in a world. Prices are made up. */
export const coveProfile: VendorProfile = {
  slug: 'cove',
  accountIds: 'integer',
  externalIds: true,
  products: [
    product(
      'server',
      'devices',
      'Server backup',
      { name: 'Server Backup', code: 'COVE-SRV', price: '49', cost: '18.5' },
      0.5,
      { min: 1, max: 6 },
    ),
    product(
      'workstation',
      'devices',
      'Workstation backup',
      { name: 'Workstation Backup', code: 'COVE-WS', price: '8.5', cost: '3.1' },
      0.4,
      { min: 1, max: 14 },
    ),
    product(
      'm365-users',
      'billable',
      'Microsoft 365 backup users',
      { name: 'Microsoft 365 Backup', code: 'COVE-365', price: '3', cost: '1.05' },
      0.7,
      { min: 3, max: 60 },
    ),
    product(
      'storage',
      'storage-gb',
      'Backup storage',
      { name: 'Backup Storage GB', code: 'COVE-GB', price: '0.35', cost: '0.12' },
      0.3,
      { min: 20, max: 4000, decimals: 2 },
    ),
  ],
};
