import type { Instant } from '../model/dates.ts';
import type { Units } from '../model/units.ts';
import type { CountOutcome } from './store.ts';
import type { IntegrationStatus } from './wire.ts';

/** What happened at the receiver, told after it is durable. Never holds a key. */
export type PushEvent =
  | {
      readonly type: 'status';
      readonly integrationId: string;
      readonly at: Instant;
      readonly status: IntegrationStatus;
    }
  | {
      readonly type: 'accounts-created' | 'accounts-changed' | 'services-changed';
      readonly integrationId: string;
      readonly at: Instant;
      readonly ids: readonly string[];
    }
  | {
      readonly type: 'services-created';
      readonly integrationId: string;
      readonly at: Instant;
      readonly ids: readonly string[];
      /** True for services every partner of the vendor sees. */
      readonly shared: boolean;
    }
  | {
      /** A count came. It is stored unless account or service is `unknown`. */
      readonly type: 'count';
      readonly integrationId: string;
      readonly at: Instant;
      readonly accountId: string;
      readonly serviceId: string;
      readonly units: Units;
      readonly account: CountOutcome['account'];
      readonly service: CountOutcome['service'];
    }
  | {
      /** A push has ended (a count without `no_build`): a good moment to take a snapshot. Debounce it. */
      readonly type: 'build';
      readonly integrationId: string;
      readonly at: Instant;
    }
  | {
      readonly type: 'vendor-changed' | 'mapped' | 'disconnected' | 'key-issued';
      readonly integrationId: string;
      readonly at: Instant;
    }
  | {
      /** A request was turned away before it reached anything. `null`: the token was no good. */
      readonly type: 'refused';
      readonly integrationId: string | null;
      readonly at: Instant;
      readonly status: number;
    }
  | {
      /** The store or a handler failed; the sender got a 500. */
      readonly type: 'failed';
      readonly integrationId: string | null;
      readonly at: Instant;
      readonly error: unknown;
    };

/** Calls the embedder's listener; what it throws or rejects with never reaches the sender. */
export function teller(listener: ((event: PushEvent) => unknown) | undefined): (event: PushEvent) => void {
  return (event) => {
    try {
      const result = listener?.(event);
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {
      // The count is stored and must be acknowledged, whatever a listener does.
    }
  };
}
