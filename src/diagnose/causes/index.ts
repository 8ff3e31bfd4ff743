import type { CauseModule } from '../case.ts';
import { accountUnmapped } from './account-unmapped.ts';
import { constantOffset } from './constant-offset.ts';
import { countingChanged } from './counting-changed.ts';
import { extraContributor } from './extra-contributor.ts';
import { lineOutOfScope } from './line-out-of-scope.ts';
import { mappingChanged } from './mapping-changed.ts';
import { noTermSku } from './no-term-sku.ts';
import { offByOne } from './off-by-one.ts';
import { sameAsLastPeriod } from './same-as-last-period.ts';
import { skuRenamed } from './sku-renamed.ts';
import { skuUnmapped } from './sku-unmapped.ts';
import { stalePsa } from './stale-psa.ts';
import { staleVendor } from './stale-vendor.ts';
import { vendorFilter } from './vendor-filter.ts';
import { wrongSku } from './wrong-sku.ts';
import { zeroInUse } from './zero-in-use.ts';

/** Every cause, in the order of the troubleshooting page; of equal findings the earlier cause goes first. */
export const causes: readonly CauseModule[] = [
  stalePsa,
  staleVendor,
  accountUnmapped,
  skuUnmapped,
  noTermSku,
  extraContributor,
  lineOutOfScope,
  vendorFilter,
  offByOne,
  constantOffset,
  skuRenamed,
  mappingChanged,
  countingChanged,
  zeroInUse,
  wrongSku,
  sameAsLastPeriod,
];
