import * as z from 'zod';
import type { Mapping } from '../model/mapping.ts';
import { bound, type Lazy } from './document.ts';
import { id, instant, metric, positive, signedUnits, text, units } from './fields.ts';

// Strict throughout: people write mappings, and a misspelt `tolerance` must not silently be none.

const skuRef = () => z.strictObject({ vendor: id(), skuId: id() });

const link = () =>
  z.strictObject({
    vendor: id(),
    accountId: id(),
    customerId: id().nullable(),
    contractId: id().optional(),
    linkedBy: text().optional(),
    linkedAt: instant().optional(),
    linkedName: text().optional(),
  });

const rule = () =>
  z.strictObject({
    id: id(),
    skus: z.array(skuRef()),
    serviceIds: z.array(id()),
    metric: metric().optional(),
    spread: z.enum(['exclusive', 'pool', 'replicate']).optional(),
    allocate: z.enum(['single', 'in-order', 'proportional']).optional(),
    detectNewRevenue: z.boolean().optional(),
    respectCommitment: z.boolean().optional(),
    tolerance: units().optional(),
    ratio: z.strictObject({ numerator: positive(), denominator: positive() }).optional(),
    adjust: signedUnits().optional(),
    included: units().optional(),
    minimum: units().optional(),
    maximum: units().optional(),
    rounding: z.enum(['up', 'down', 'nearest']).optional(),
  });

const buildMapping = () =>
  z.strictObject({
    specVersion: z.literal(1),
    accounts: z.array(link()),
    services: z.array(rule()),
    excluded: z
      .strictObject({
        customers: z.array(id()).optional(),
        services: z.array(id()).optional(),
        skus: z.array(skuRef()).optional(),
      })
      .optional(),
    newRevenueOff: z.strictObject({ customers: z.array(id()).optional() }).optional(),
  });

export const mapping: Lazy<Mapping> = /* @__PURE__ */ bound<Mapping, ReturnType<typeof buildMapping>>(
  buildMapping,
  true,
);
