import type { z } from 'zod';
import type { Runtime } from '../transport/runtime.ts';
import type { Refusal } from './body.ts';
import type { PushEvent } from './events.ts';
import type { AccountPatch, PushIntegration, PushScope, PushStore, ServicePatch } from './store.ts';
import { shapeMessage, type WireShapes } from './wire-shapes.ts';

/** What a route gets: who calls, the ids of the path, the query, the body. */
export interface RouteCall {
  readonly store: PushStore;
  readonly shapes: WireShapes;
  readonly now: Runtime['now'];
  readonly tell: (event: PushEvent) => void;
  readonly caps: { readonly accounts: number; readonly services: number };
  readonly integration: PushIntegration;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  /** `undefined` for routes without one. */
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface Route {
  readonly method: string;
  /** Path below `/vendor-api`; `*` takes one segment. */
  readonly path: readonly string[];
  readonly scope: PushScope;
  readonly hasBody: boolean;
  run(call: RouteCall): Promise<Reply | Refusal>;
}

export const ok = (body: unknown, status = 200): Reply => ({ status, body });
export const no = (status: number, message: string): Refusal => ({ status, message });
export const wrapped = (data: unknown, message: string): Reply => ok({ status: 200, data, message });
export const TAKEN: Refusal = no(409, 'The id already exists.');
export const FULL: Refusal = no(400, 'The limit of entries is reached.');

/** The checked body, or the refusal. */
export function shaped<T>(shape: z.ZodType<T>, body: unknown): { readonly value: T } | Refusal {
  const result = shape.safeParse(body);
  return result.success ? { value: result.data } : no(400, shapeMessage(result.error));
}

/** The wire's patch without the fields that were not sent. */
export function accountPatch(wire: {
  id?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  isActive?: boolean | undefined;
  isArrears?: boolean | undefined;
}): AccountPatch {
  return { ...servicePatch(wire), ...(wire.isArrears === undefined ? {} : { arrears: wire.isArrears }) };
}

export function servicePatch(wire: {
  id?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  isActive?: boolean | undefined;
}): ServicePatch {
  return {
    ...(wire.id === undefined ? {} : { id: wire.id }),
    ...(wire.name === undefined ? {} : { name: wire.name }),
    ...(wire.description === undefined ? {} : { description: wire.description }),
    ...(wire.isActive === undefined ? {} : { active: wire.isActive }),
  };
}
