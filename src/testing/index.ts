export {
  connectorContract,
  contractCaseNames,
  describeContract,
  type TestRunner,
} from './contract/contract.ts';
export type { AnyConnector, ContractCase, ContractSetup, Skip } from './contract/types.ts';
export { faults } from './faults/faults.ts';
export type { Fault, FaultControl, FaultTools, FaultWhen } from './faults/types.ts';
export { startMock } from './mock/mock.ts';
export { type MswHttp, mswHandlers } from './mock/msw.ts';
export {
  cursorOf,
  intParam,
  isFailure,
  linkTo,
  pageAfter,
  pageByCursor,
  pageByNumber,
} from './mock/paging.ts';
export { type ServedMock, serveMock } from './mock/serve.ts';
export { type MockSlug, mockSlugs, mockSystem, vendorSlugs } from './mock/system.ts';
export type * from './mock/types.ts';
export type { AutotaskMockOptions } from './mocks/autotask.ts';
export type { ConnectwiseMockOptions } from './mocks/connectwise.ts';
export type { CoveMockOptions } from './mocks/cove.ts';
export type { HalopsaMockOptions } from './mocks/halopsa.ts';
export type { HuntressMockOptions } from './mocks/huntress.ts';
export type { Microsoft365MockOptions } from './mocks/microsoft-365.ts';
export type { NsightMockOptions } from './mocks/n-able-nsight.ts';
export type { NinjaoneMockOptions } from './mocks/ninjaone.ts';
export type { Pax8MockOptions } from './mocks/pax8.ts';
export type { SyncroMockOptions } from './mocks/syncro.ts';
export { createRandom, type Random } from './random.ts';
export { type Answering, createTestRuntime, type TestRuntime } from './runtime.ts';
export { createWorld } from './world/create.ts';
export { worldPsaSnapshot, worldVendor, worldVendorSnapshot } from './world/snapshots.ts';
export type * from './world/types.ts';
