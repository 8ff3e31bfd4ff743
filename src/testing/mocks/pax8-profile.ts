import type { Term, VendorSku } from '../../model/vendor.ts';
import type { VendorProfile } from '../world/types.ts';

/** A variant of a Pax8 product; the product id never tells terms apart, so the SKU id must. */
function sku(
  productId: string,
  name: string,
  term: Term | null,
  mapped: boolean,
): VendorSku & { mapped: boolean } {
  return {
    id: pax8SkuId(productId, term),
    name,
    family: productId,
    term,
    metrics: ['purchased'],
    defaultMetric: 'purchased',
    whenAbsent: 'no-count',
    mapped,
  };
}

/** The id a variant has in snapshots: product, commitment, billing term. */
function pax8SkuId(productId: string, term: Term | null): string {
  return term === null ? `${productId}:none` : `${productId}:${term.commitment}:${term.billing}`;
}

const MONTHLY: Term = { commitment: '1-Year', billing: 'Monthly' };
const ANNUAL: Term = { commitment: '1-Year', billing: 'Annual' };

const PREMIUM = '33333333-aaaa-4bbb-8ccc-000000000001';
const EXCHANGE = '33333333-aaaa-4bbb-8ccc-000000000002';
const STANDARD = '33333333-aaaa-4bbb-8ccc-000000000003';
const BACKUP = '33333333-aaaa-4bbb-8ccc-000000000004';

/** How Pax8 looks in a world. Product names are public product names; ids and prices are made up. */
export const pax8Profile: VendorProfile = {
  slug: 'pax8',
  accountIds: 'uuid',
  externalIds: true,
  products: [
    {
      service: { name: 'Microsoft 365 Business Premium', code: 'M365-BP', price: '28.5', cost: '18.9' },
      skus: [
        sku(PREMIUM, 'Microsoft 365 Business Premium', MONTHLY, true),
        sku(PREMIUM, 'Microsoft 365 Business Premium', null, false),
      ],
      share: 0.7,
      units: { min: 3, max: 45 },
      subscription: true,
    },
    {
      service: { name: 'Exchange Online (Plan 1)', code: 'EXO-P1', price: '6.25', cost: '3.2' },
      skus: [
        sku(EXCHANGE, 'Exchange Online (Plan 1)', ANNUAL, true),
        sku(EXCHANGE, 'Exchange Online (Plan 1)', MONTHLY, false),
      ],
      share: 0.3,
      units: { min: 2, max: 12 },
      subscription: true,
    },
    {
      service: { name: 'Microsoft 365 Business Standard', code: 'M365-BS', price: '17.75', cost: '11.3' },
      skus: [
        sku(STANDARD, 'Microsoft 365 Business Standard', MONTHLY, true),
        sku(STANDARD, 'Microsoft 365 Business Standard', ANNUAL, true),
      ],
      share: 0.3,
      units: { min: 4, max: 30 },
      subscription: true,
    },
    {
      service: { name: 'Workstation Backup', code: 'BKP-WS', price: '9.95', cost: '4.105' },
      skus: [sku(BACKUP, 'Example Cyber Backup Workstation', null, true)],
      share: 0.4,
      units: { min: 1, max: 25 },
      subscription: true,
    },
  ],
};
