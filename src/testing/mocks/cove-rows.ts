import type { WorldVendor } from '../world/types.ts';

/** The world in Cove's words: partners of every level, and devices with their columns. */

export type Row = Readonly<Record<string, unknown>>;

export interface CoveDevice {
  readonly id: number;
  readonly partnerId: number;
  /** Values by column; legacy names. */
  readonly columns: Readonly<Record<string, string | undefined>>;
}

/** Both names of a column, where both are known. */
export const ALIASES: Readonly<Record<string, string>> = {
  I0: 'AU',
  I1: 'AN',
  I8: 'AR',
  I10: 'PN',
  I14: 'US',
  I32: 'OT',
};
export const COLUMNS: readonly string[] = [
  'AU',
  'AN',
  'AR',
  'PN',
  'US',
  'T3',
  'OT',
  'AT',
  'TM',
  'I78',
  'I80',
  'I81',
  'CD',
];

export const ROOT = { id: 12_345, name: 'Example MSP (admin@msp.example)' } as const;
const RESELLER = 12_400;
const TRIAL = 12_401;
const BIN = 12_402;

function partner(
  Id: number,
  ParentId: number,
  Name: string,
  Level: string,
  State = 'InProduction',
  ExternalCode = '',
): Row {
  return {
    Id,
    ParentId,
    Name,
    Level,
    State,
    ServiceType: 'AllInclusive',
    ChildServiceTypes: ['AllInclusive'],
    LocationId: 1,
    ExternalCode,
    CreationTime: 1_700_000_000,
    Uid: `00000000-0000-4000-8000-${String(Id).padStart(12, '0')}`,
    Company: { LegalCompanyName: Name, VatNumber: '', PostAddress: null },
    ExternalPartnerProperties: null,
  };
}

export const rootRow: Row = partner(ROOT.id, 1, ROOT.name, 'Reseller');
const siteOf = (accountId: number): number => 500_000 + accountId;

/** Everything below the root. Every third customer has a site. */
export function partnerRows(vendor: WorldVendor): Row[] {
  const rows: Row[] = [
    partner(RESELLER, ROOT.id, 'North Region', 'ServiceOrganization'),
    partner(TRIAL, ROOT.id, 'Trial Customer (t@trial.example)', 'EndCustomer', 'InTrial'),
    partner(BIN, ROOT.id, 'Example MSP - Recycle Bin', 'EndCustomer'),
  ];
  for (const { id, name, active, externalIds } of vendor.accounts) {
    const number = Number(id);
    const parent = number % 2 === 0 ? ROOT.id : RESELLER;
    const state = active ? 'InProduction' : 'Expired';
    rows.push(partner(number, parent, name, 'EndCustomer', state, externalIds?.psa ?? ''));
    if (number % 3 === 0) rows.push(partner(siteOf(number), number, `${name} Annex`, 'Site'));
  }
  return rows;
}

const GIB = 1024 ** 3;
/** Selected on each server and workstation, in GB. */
const SELECTED_GB = 400;
/** Stored for each Microsoft 365 tenant, in GB. */
const TENANT_GB = 3;

export function deviceRows(vendor: WorldVendor): CoveDevice[] {
  const rows: CoveDevice[] = [];
  const add = (partnerId: number, columns: CoveDevice['columns']): void => {
    const id = 900_000 + rows.length * 3;
    const named = { AU: String(id), AN: `device-${id}`, PN: 'All-In', CD: String(1_700_000_000 - id) };
    rows.push({ id, partnerId, columns: { ...named, ...columns } });
  };
  for (const { id } of vendor.accounts) {
    const unitsOf = (skuId: string): number =>
      vendor.counts.find((one) => one.accountId === id && one.skuId === skuId)?.units ?? 0;
    const number = Number(id);
    const place = (n: number): number => (number % 3 === 0 && n % 2 === 1 ? siteOf(number) : number);
    const [servers, workstations, users, gigabytes] = [
      unitsOf('server'),
      unitsOf('workstation'),
      unitsOf('m365-users'),
      unitsOf('storage'),
    ];
    const devices = servers + workstations;
    // Stored bytes sit on devices; a customer with none has one that backs up documents only.
    const holders = gigabytes > 0 ? Math.max(1, devices) : 0;
    const used = (n: number): string | undefined => {
      if (holders === 0) return undefined;
      const share = Math.floor(gigabytes / holders);
      return String(Math.round((n === 0 ? gigabytes - share * (holders - 1) : share) * GIB));
    };
    for (let n = 0; n < devices; n++) {
      add(place(n), {
        AT: '1',
        OT: n < servers ? '2' : '1',
        I81: ['Physical', 'Virtual', 'Undefined'][n % 3],
        T3: String(SELECTED_GB * GIB),
        US: used(n),
        I78: 'D1,D2',
      });
    }
    if (holders > devices) {
      add(number, { AT: '1', OT: '1', PN: 'Documents', I81: 'Physical', T3: '999', US: used(0) });
    }
    if (users > 0)
      add(place(1), { AT: '2', TM: String(users), US: String(TENANT_GB * GIB), I81: 'Undefined' });
  }
  if (rows.length === 0) return rows;
  const server = { AT: '1', OT: '2', I81: 'Physical', US: String(50 * GIB) };
  add(TRIAL, server);
  add(BIN, server);
  const expired = vendor.accounts.find(({ active }) => !active);
  if (expired) add(Number(expired.id), server);
  // Deployed above any customer; and one that never reported.
  add(ROOT.id, { ...server, US: undefined });
  add(RESELLER, { AT: '1', I81: 'Undefined' });
  return rows;
}

/** What the devices amount to, by the rules N-able's own script counts by. */
export function expectedOf(vendor: WorldVendor): Pick<WorldVendor, 'accounts' | 'skus' | 'counts'> {
  const accounts = [
    { id: String(ROOT.id), name: ROOT.name, active: true, parentId: '1' },
    { id: String(RESELLER), name: 'North Region', active: true, parentId: String(ROOT.id) },
    { id: String(TRIAL), name: 'Trial Customer (t@trial.example)', active: false },
    ...vendor.accounts,
  ];
  const counts = [
    ...vendor.counts.filter(({ units }) => units > 0),
    ...['devices', 'physical'].map((metric) => ({
      accountId: String(ROOT.id),
      skuId: 'server',
      metric,
      units: 1,
    })),
  ];
  for (const { id } of vendor.accounts) {
    const unitsOf = (skuId: string): number =>
      vendor.counts.find((one) => one.accountId === id && one.skuId === skuId)?.units ?? 0;
    const [servers, workstations] = [unitsOf('server'), unitsOf('workstation')];
    const put = (skuId: string, metric: string, units: number): void => {
      if (units > 0) counts.push({ accountId: id, skuId, metric, units });
    };
    const places = Array.from({ length: servers + workstations }, (_, n) => n);
    for (const [skuId, own] of [
      ['server', places.slice(0, servers)],
      ['workstation', places.slice(servers)],
    ] as const) {
      put(skuId, 'physical', own.filter((n) => n % 3 === 0).length);
      put(skuId, 'virtual', own.filter((n) => n % 3 === 1).length);
    }
    put('storage', 'selected-gb', places.length * SELECTED_GB);
    if (places.length === 0 && unitsOf('storage') > 0) put('documents', 'devices', 1);
    if (unitsOf('m365-users') > 0) put('m365-users', 'storage-gb', TENANT_GB);
  }
  // The SKUs report more metrics than a world sells by.
  const skus = [...vendor.skus.map(({ metrics: _, ...sku }) => sku), { id: 'documents' }];
  return { accounts, skus: skus as unknown as WorldVendor['skus'], counts };
}
