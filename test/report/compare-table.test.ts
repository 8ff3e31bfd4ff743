import { compareLicenses, threeWay } from 'trueup';
import { licensesTable, threeWayTable } from 'trueup/report';
import { expect, it } from 'vitest';
import { distributor, links, rmm } from '../compare/fixture.ts';
import { card, reconciliation } from './fixture.ts';

const devices = rmm({
  counts: [
    { accountId: 'a1', units: 12 },
    { accountId: 'a2', units: 3 },
  ],
});
const licenses = distributor({
  counts: [
    { accountId: 'a1', units: 10 },
    { accountId: 'a2', units: 3 },
  ],
});

it('shows licences against devices', () => {
  const result = compareLicenses({
    devices: [devices],
    licenses: [licenses],
    mapping: { accounts: links() },
    asOf: '2026-12-01T00:00:00Z',
  });
  expect(licensesTable(result)).toMatchInlineSnapshot(`
    "Licences against devices, as of 2026-12-01T00:00:00Z

    Under-licensed  1 client, 2 units
    Over-licensed   0 clients, 0 units
    Matched         1 client
    No data         1 client

    Client      Devices  Licenses  Variance  Status          Note
    ───────────────────────────────────────────────────────────────────────────────
    Account a1       12        10        +2  Under-licensed
    Account a2        3         3         0  Matched
    Account a3        0         —            No data         licences: not reported
    "
  `);
  expect(licensesTable(result, { status: ['over-licensed'] })).toContain('No clients to show.');
  expect(licensesTable(result, { color: true })).toContain('\u001b[31m+2\u001b[0m');
});

it('shows bought, used and billed', () => {
  const cards = [card('1', { customer: 'x', service: 'EDR', psa: 11, vendor: 12 })];
  const result = threeWay({
    reconciliation: reconciliation(cards.map((one) => ({ ...one, customer: { id: 'c1', name: 'Acme' } }))),
    bought: [licenses],
    used: [devices],
    mapping: { accounts: links(2) },
    services: [
      {
        id: 'edr',
        name: 'EDR',
        bought: [{ vendor: 'pax8', skuId: 'seat' }],
        used: [{ vendor: 'rmm', skuId: 'device' }],
        serviceIds: ['s-EDR'],
      },
    ],
  });
  expect(threeWayTable(result)).toMatchInlineSnapshot(`
    "Bought, used and billed, as of 2026-12-01T08:00:00Z

    Bought, not used  0 units
    Used, not bought  2 units
    Used, not billed  4 units
    Billed, not used  0 units

    Client      Service  Bought  Used  Billed  Bought/used  Used/billed     Bought/billed
    ──────────────────────────────────────────────────────────────────────────────────────
    Acme        EDR          10    12      11  short 2      under-billed 1  over-billed 1
    Account a2  EDR           3     3       0  equal        under-billed 3  under-billed 3
    "
  `);
});
