import * as z from 'zod';
import type { PsaSnapshot } from '../model/psa.ts';
import type { VendorSnapshot } from '../model/vendor.ts';
import { bound, type Lazy } from './document.ts';
import { currency, date, decimal, id, instant, metric, table, text, units } from './fields.ts';
import { receipt } from './receipt.ts';

const party = () => ({
  id: id(),
  name: text(),
  active: z.boolean(),
  externalIds: table(text()).optional(),
  domains: z.array(text()).optional(),
});

const customer = () => z.object({ ...party(), isCustomer: z.boolean().optional() });

const service = () => z.object({ id: id(), name: text(), code: text().optional(), active: z.boolean() });

const contract = () =>
  z.object({
    id: id(),
    customerId: id(),
    name: text(),
    status: z.enum(['active', 'inactive', 'cancelled', 'expired']),
    billingCycle: z.enum([
      'weekly',
      'monthly',
      'quarterly',
      'semi-annual',
      'annual',
      'multi-year',
      'one-time',
      'none',
      'other',
    ]),
    startDate: date().nullable(),
    endDate: date().nullable(),
    currency: currency().optional(),
    nextInvoiceDate: date().optional(),
  });

const line = () =>
  z.object({
    id: id(),
    contractId: id(),
    customerId: id(),
    serviceId: id(),
    units: units(),
    unitPrice: decimal().optional(),
    unitCost: decimal().optional(),
    startDate: date().nullable(),
    endDate: date().nullable(),
    active: z.boolean(),
    billable: z.boolean(),
    billedThrough: date().optional(),
    native: z
      .object({
        included: units().optional(),
        minimum: units().optional(),
        maximum: units().optional(),
        computed: z.boolean().optional(),
      })
      .optional(),
    description: text().optional(),
  });

const buildPsa = () =>
  z.object({
    specVersion: z.literal(1),
    kind: z.literal('psa'),
    source: id(),
    connector: id(),
    takenAt: instant(),
    currency: currency(),
    precision: z.enum(['integer', 'decimal']),
    dating: z.enum(['dated', 'immediate']),
    customers: z.array(customer()),
    services: z.array(service()),
    contracts: z.array(contract()),
    lines: z.array(line()),
    receipt: receipt(),
  });

export const psaSnapshot: Lazy<PsaSnapshot> = /* @__PURE__ */ bound<PsaSnapshot, ReturnType<typeof buildPsa>>(
  buildPsa,
  true,
);

const sku = () =>
  z.object({
    id: id(),
    name: text(),
    family: id().optional(),
    term: z.object({ commitment: text(), billing: text() }).nullable().optional(),
    metrics: z.array(metric()),
    defaultMetric: metric(),
    whenAbsent: z.enum(['zero', 'no-count']),
  });

const vendorCount = () =>
  z.object({
    accountId: id(),
    skuId: id(),
    metric: metric(),
    units: units(),
    ref: id().optional(),
    asOf: instant().optional(),
    status: z.enum(['active', 'ended']).optional(),
    termEnd: date().optional(),
    committedUntil: date().optional(),
  });

const buildVendor = () =>
  z.object({
    specVersion: z.literal(1),
    kind: z.literal('vendor'),
    source: id(),
    connector: id(),
    takenAt: instant(),
    accounts: z.array(z.object({ ...party(), parentId: id().optional() })),
    skus: z.array(sku()),
    catalogue: z.enum(['whole', 'in-use']).optional(),
    counts: z.array(vendorCount()),
    receipt: receipt(),
  });

export const vendorSnapshot: Lazy<VendorSnapshot> = /* @__PURE__ */ bound<
  VendorSnapshot,
  ReturnType<typeof buildVendor>
>(buildVendor, true);
