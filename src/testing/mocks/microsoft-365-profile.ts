import type { VendorProfile } from '../world/types.ts';

const METRICS = ['purchased', 'assigned', 'enabled'] as const;

/** Ids and part numbers are Microsoft's; prices are made up. */
const BUSINESS_PREMIUM = 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46';
const EXCHANGE_PLAN_1 = '4b9405b0-7788-4568-add1-99614e613b69';
const BUSINESS_BASIC = '3b555118-da6a-4418-894f-7df1e2096870';

function sku(id: string, name: string): VendorProfile['products'][number]['skus'][number] {
  return { id, name, metrics: METRICS, defaultMetric: 'purchased', whenAbsent: 'no-count', mapped: true };
}

/** How Microsoft 365 looks in a world: an account is a tenant. */
export const microsoft365Profile: VendorProfile = {
  slug: 'microsoft-365',
  accountIds: 'uuid',
  products: [
    {
      service: { name: 'Microsoft 365 Business Premium seat', code: 'M365-SPB', price: '28', cost: '18' },
      skus: [sku(BUSINESS_PREMIUM, 'SPB')],
      share: 0.6,
      units: { min: 3, max: 20 },
    },
    {
      service: { name: 'Exchange mailbox', code: 'M365-EXO', price: '6', cost: '3.2' },
      skus: [sku(EXCHANGE_PLAN_1, 'EXCHANGESTANDARD')],
      share: 0.4,
      units: { min: 1, max: 8 },
    },
    {
      service: { name: 'Microsoft 365 Business Basic seat', code: 'M365-BB', price: '9', cost: '4.8' },
      skus: [sku(BUSINESS_BASIC, 'O365_BUSINESS_ESSENTIALS')],
      share: 0.3,
      units: { min: 2, max: 12 },
    },
  ],
};
