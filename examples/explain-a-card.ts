/**
 * Prints one card, and the rows every number on it comes from.
 * Run: node examples/explain-a-card.ts (after `npm run build`)
 */
import { type Card, type Contribution, type ReconcileInput, reconcile } from 'trueup';

const receipt = { complete: true, resources: {}, problems: [] };
const takenAt = '2026-12-01T06:00:00Z';

/** Bolt buys Microsoft seats for two sites, sold in its PSA as packs of five on two contracts. */
const input: ReconcileInput = {
  asOf: '2026-12-01T08:00:00Z',
  psa: {
    specVersion: 1,
    kind: 'psa',
    source: 'autotask',
    connector: 'autotask',
    takenAt,
    currency: 'USD',
    precision: 'integer',
    dating: 'dated',
    customers: [{ id: '1001', name: 'Bolt Logistics', active: true }],
    services: [{ id: '77', name: 'Microsoft 365 (pack of 5)', active: true }],
    contracts: [contract('501', 'Headquarters', '2024-01-01'), contract('502', 'Warehouse', '2025-06-01')],
    lines: [line('9001', '501', 3), line('9002', '502', 2)],
    receipt,
  },
  vendors: [
    {
      specVersion: 1,
      kind: 'vendor',
      source: 'pax8',
      connector: 'pax8',
      takenAt,
      accounts: [
        { id: 'hq', name: 'Bolt HQ', active: true },
        { id: 'wh', name: 'Bolt Warehouse', active: true },
      ],
      skus: [
        {
          id: 'm365-1y',
          name: 'Microsoft 365 Business Premium, 1-Year',
          metrics: ['purchased', 'assigned'],
          defaultMetric: 'assigned',
          whenAbsent: 'no-count',
        },
      ],
      counts: [
        { accountId: 'hq', skuId: 'm365-1y', metric: 'assigned', units: 17, ref: 'sub-1' },
        { accountId: 'hq', skuId: 'm365-1y', metric: 'purchased', units: 20, ref: 'sub-1' },
        { accountId: 'wh', skuId: 'm365-1y', metric: 'assigned', units: 12, ref: 'sub-2' },
        {
          accountId: 'wh',
          skuId: 'm365-1y',
          metric: 'purchased',
          units: 34,
          ref: 'sub-2',
          committedUntil: '2027-05-31',
        },
      ],
      receipt,
    },
  ],
  mapping: {
    specVersion: 1,
    accounts: [
      { vendor: 'pax8', accountId: 'hq', customerId: '1001' },
      { vendor: 'pax8', accountId: 'wh', customerId: '1001' },
    ],
    services: [
      {
        id: 'microsoft-365',
        skus: [{ vendor: 'pax8', skuId: 'm365-1y' }],
        serviceIds: ['77'],
        ratio: { numerator: 1, denominator: 5 },
        adjust: -0.2,
        allocate: 'in-order',
      },
    ],
  },
};

function contract(id: string, name: string, startDate: string) {
  return {
    id,
    customerId: '1001',
    name,
    status: 'active',
    billingCycle: 'monthly',
    startDate,
    endDate: null,
  } as const;
}

function line(id: string, contractId: string, units: number) {
  return {
    id,
    contractId,
    customerId: '1001',
    serviceId: '77',
    units,
    unitPrice: '110.00',
    startDate: null,
    endDate: null,
    active: true,
    billable: true,
  };
}

/** Where a number of the vendor comes from. */
function source({
  vendor,
  accountId,
  skuId,
  metric,
  ref,
  units,
  reason,
  committedUntil,
}: Contribution): string {
  const where = `${vendor} account ${accountId}, SKU ${skuId}, ${metric}${ref ? `, row ${ref}` : ''}`;
  const until = committedUntil ? `, committed until ${committedUntil}` : '';
  return `${units ?? `— (${reason})`}  ${where}${until}`;
}

function explain(card: Card): string[] {
  const text = [`${card.customer.name}: ${card.services.map(({ name }) => name).join(', ')} (${card.kind})`];
  text.push(`card ${card.id}`, '', `PSA units: ${card.psa?.units ?? 'none'}`);
  for (const { lineId, contractId, units, unitPrice } of card.psa?.lines ?? []) {
    text.push(`  ${units}  line ${lineId} on contract ${contractId}, at ${unitPrice ?? 'no price'}`);
  }
  const { vendor } = card;
  if (vendor.state === 'counted') {
    text.push('', `Vendor units: ${vendor.units}`);
    for (const part of vendor.contributions) text.push(`  ${source(part)}`);
    for (const { rule, from, to, by } of vendor.trace) {
      text.push(`  ${rule}${by === undefined ? '' : ` ${by}`}: ${from} > ${to}`);
    }
    for (const part of vendor.commitments ?? []) text.push(`  committed: ${source(part)}`);
  } else if (vendor.state === 'no-count') text.push('', `Vendor units: — (${vendor.reason})`);
  else text.push('', `Vendor units: not connected (${vendor.vendors.join(', ')})`);
  text.push('', 'Every metric that came:');
  for (const { vendor: name, metric, units } of card.observed) text.push(`  ${name} ${metric}: ${units}`);
  text.push('', `Variance: ${card.variance ?? 'none'} (vendor units - PSA units)`);
  if (card.conditions.length > 0) text.push(`Look at: ${card.conditions.join(', ')}`);
  if (card.proposal.status === 'ready') {
    text.push(`Proposal: ${card.proposal.units} in all`);
    for (const { lineId, from, to } of card.proposal.lines) text.push(`  line ${lineId}: ${from} > ${to}`);
  } else text.push(`Proposal: ${card.proposal.status}`);
  if (card.impact) text.push(`Impact: ${card.impact.amount} ${card.impact.currency} per billing cycle`);
  return text;
}

for (const card of reconcile(input).cards) console.log(explain(card).join('\n'));
