import type { MockDefinition } from '../mock/types.ts';
import { type AutotaskMockOptions, autotaskMock } from './autotask.ts';
import { type ConnectwiseMockOptions, connectwiseMock } from './connectwise.ts';
import { type CoveMockOptions, coveMock } from './cove.ts';
import { type HalopsaMockOptions, halopsaMock } from './halopsa.ts';
import { type HuntressMockOptions, huntressMock } from './huntress.ts';
import { type Microsoft365MockOptions, microsoft365Mock } from './microsoft-365.ts';
import { type NsightMockOptions, nsightMock } from './n-able-nsight.ts';
import { type NinjaoneMockOptions, ninjaoneMock } from './ninjaone.ts';
import { type Pax8MockOptions, pax8Mock } from './pax8.ts';
import { type SyncroMockOptions, syncroMock } from './syncro.ts';

/** One entry a system. To add one: a file here, and a line in the type and in the table. */
export interface MockDefinitions {
  readonly autotask: MockDefinition<AutotaskMockOptions>;
  readonly connectwise: MockDefinition<ConnectwiseMockOptions>;
  readonly cove: MockDefinition<CoveMockOptions>;
  readonly halopsa: MockDefinition<HalopsaMockOptions>;
  readonly huntress: MockDefinition<HuntressMockOptions>;
  readonly 'microsoft-365': MockDefinition<Microsoft365MockOptions>;
  readonly 'n-able-nsight': MockDefinition<NsightMockOptions>;
  readonly ninjaone: MockDefinition<NinjaoneMockOptions>;
  readonly pax8: MockDefinition<Pax8MockOptions>;
  readonly syncro: MockDefinition<SyncroMockOptions>;
}

export const mockDefinitions: MockDefinitions = {
  autotask: autotaskMock,
  connectwise: connectwiseMock,
  cove: coveMock,
  halopsa: halopsaMock,
  huntress: huntressMock,
  'microsoft-365': microsoft365Mock,
  'n-able-nsight': nsightMock,
  ninjaone: ninjaoneMock,
  pax8: pax8Mock,
  syncro: syncroMock,
};
