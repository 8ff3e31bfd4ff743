import { TrueupError } from '../model/errors.ts';
import type { PushKey, PushScope, PushStore } from './store.ts';
import { decodeToken } from './wire.ts';

/** Makes random bytes; `crypto.getRandomValues` unless a test injects its own. */
export type RandomBytes = (length: number) => Uint8Array;

/** Random bytes of the runtime's own generator. */
export const cryptoRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

const KEY = /^(tv|tp)_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

/** Hashes and checks keys. Keys are 256 random bits, so one plain SHA-256 is enough; a pepper makes it an HMAC. */
export interface KeyRing {
  /** A fresh key and the row to store. The key is returned once and kept nowhere. */
  issue(
    owner: Pick<PushKey, 'kind' | 'ownerId' | 'scopes' | 'createdAt'>,
  ): Promise<{ readonly key: string; readonly row: PushKey }>;
  /** The rows of both keys of a token, or `null`; the reason is never told. */
  open(token: string | null, store: PushStore): Promise<OpenedToken | null>;
}

interface OpenedToken {
  readonly vendorId: string;
  readonly integrationId: string;
  readonly scopes: readonly PushScope[];
}

export function keyRing(pepper: string | undefined, random: RandomBytes): KeyRing {
  if (pepper !== undefined && !(typeof pepper === 'string' && pepper.length >= 16)) {
    throw new TrueupError('BAD_OPTIONS', 'pepper must have at least 16 characters.');
  }
  const encoder = new TextEncoder();
  let secret: Promise<CryptoKey> | undefined;

  async function hash(key: string): Promise<string> {
    const bytes = encoder.encode(key);
    if (pepper === undefined) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    secret ??= crypto.subtle.importKey(
      'raw',
      encoder.encode(pepper),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    return hex(new Uint8Array(await crypto.subtle.sign('HMAC', await secret, bytes)));
  }

  /** A presented key: its id, `null` when malformed, and its digest. */
  interface Presented {
    readonly id: string | null;
    readonly digest: string;
  }

  async function present(key: string, prefix: string): Promise<Presented> {
    const match = KEY.exec(key);
    // Hashed though malformed, so that the answer takes as long.
    return { id: match?.[1] === prefix ? (match[2] ?? null) : null, digest: await hash(key) };
  }

  // Digests of good tokens, so that a push of thousands of counts hashes once. The stored rows are read and
  // compared each time all the same: a replaced key stops working at once.
  const presented = new Map<string, readonly [Presented, Presented]>();

  async function presentBoth(token: string): Promise<readonly [Presented, Presented] | null> {
    const known = presented.get(token);
    if (known) return known;
    const pair = decodeToken(token);
    return pair && Promise.all([present(pair.vendorKey, 'tv'), present(pair.partnerKey, 'tp')]);
  }

  async function find(
    { id, digest }: Presented,
    kind: PushKey['kind'],
    store: PushStore,
  ): Promise<PushKey | null> {
    const row = id === null ? null : await store.getKey(id);
    const same = constantTimeEqual(digest, row?.hash ?? NO_HASH);
    return same && row?.kind === kind ? row : null;
  }

  return {
    async issue(owner) {
      const id = hex(random(8));
      const prefix = owner.kind === 'vendor' ? 'tv' : 'tp';
      const key = `${prefix}_${id}_${base64url(random(32))}`;
      return { key, row: { ...owner, id, hash: await hash(key) } };
    },
    async open(token, store) {
      const both = token === null ? null : await presentBoth(token);
      if (!both || token === null) return null;
      const [vendor, partner] = await Promise.all([
        find(both[0], 'vendor', store),
        find(both[1], 'partner', store),
      ]);
      if (!vendor || !partner) {
        presented.delete(token);
        return null;
      }
      if (presented.size >= MAX_PRESENTED) presented.clear();
      presented.set(token, both);
      return { vendorId: vendor.ownerId, integrationId: partner.ownerId, scopes: partner.scopes };
    },
  };
}

const MAX_PRESENTED = 1000;
const NO_HASH = '-'.repeat(64);

/** Compares without stopping at the first difference. Both are digests of one length. */
export function constantTimeEqual(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
