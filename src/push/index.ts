export type { PushAdmin, SyncedMapping } from './admin.ts';
export {
  type CountResult,
  createPushClient,
  type NewService,
  type PushClient,
  type PushClientOptions,
  type PushOrganization,
  type RemoteAccount,
  type RemoteService,
} from './client.ts';
export { type CountsToPush, type CountToPush, countsToPush, type SkippedCount } from './counts-to-push.ts';
export type { PushEvent } from './events.ts';
export type { RandomBytes } from './keys.ts';
export { memoryPushStore } from './memory-store.ts';
export {
  type PushedCount,
  type PushReport,
  type PushSnapshotOptions,
  pushSnapshot,
} from './push-snapshot.ts';
export {
  createPushReceiver,
  type PushLimits,
  type PushReceiver,
  type PushReceiverOptions,
} from './receiver.ts';
export type { ReceivedSnapshotOptions } from './snapshot.ts';
export {
  type AccountPatch,
  type CountOutcome,
  type PushAccount,
  type PushCount,
  type PushIntegration,
  type PushKey,
  type PushLink,
  type PushScope,
  type PushService,
  type PushStore,
  type PushVendor,
  pushScopes,
  type ServicePatch,
  type StoredIntegration,
} from './store.ts';
export {
  decodeToken,
  encodeToken,
  type IntegrationStatus,
  integrationStatuses,
  serviceCategories,
  serviceSubcategories,
} from './wire.ts';
